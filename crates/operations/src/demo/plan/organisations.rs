//! The organisations and their people, before they post anything.

use kernel::CreditCode;
use marketplace::organisation::ProfileInput;

use super::{
    PlannedOrganisation, PlannedStanding,
    dealer::Dealer,
    tables::{Roster, RosterStanding, Tables},
};
use crate::demo::names::Names;

/// What every introduction says.
const FICTIONAL: &str = "本机构为演示虚构。";

/// Colleges and enterprises, in the order of the tables.
pub(super) fn plan(
    tables: &Tables,
    names: &mut Names<'_>,
    dealer: &mut Dealer<'_>,
) -> (Vec<PlannedOrganisation>, Vec<PlannedOrganisation>) {
    let (colleges, enterprises) = (&tables.organisations.colleges, &tables.organisations.enterprises);
    let mut planned = colleges
        .iter()
        .chain(enterprises)
        .enumerate()
        .map(|(at, roster)| organisation(roster, at + 1, names, dealer))
        .collect::<Vec<_>>();
    let enterprises = planned.split_off(colleges.len());
    (planned, enterprises)
}

fn organisation(roster: &Roster, number: usize, names: &mut Names<'_>, dealer: &mut Dealer<'_>) -> PlannedOrganisation {
    let site = roster.sites.first();
    // No registrar would give such an organisation code. A roster whose code cannot hold fails its test.
    let region = site.unwrap_or(&roster.province);
    let credit_code = CreditCode::invent(&roster.registrar, region, &format!("TTTTTT{number:02}"));
    let profile = ProfileInput {
        name: roster.name.clone(),
        kinds: vec![roster.kind.clone()],
        credit_code: credit_code.map(|code| code.to_string()).unwrap_or_default(),
        province: roster.province.clone(),
        district: site.cloned().unwrap_or_default(),
        industries: roster.industries.clone(),
        introduction: format!("{FICTIONAL}{}", roster.introduction),
    };
    let (standing, signed_up_days_ago, people) = match roster.standing {
        RosterStanding::Verified => (PlannedStanding::Verified, dealer.between(60, 320), dealer.between(1, 3)),
        RosterStanding::Claimed => (PlannedStanding::Claimed, dealer.between(2, 6), 1),
        RosterStanding::Returned => (
            PlannedStanding::Returned(roster.reason.clone()),
            dealer.between(8, 12),
            1,
        ),
    };
    let officers = (0..people)
        .map(|at| names.person(dealer, &roster.slug, at == 0))
        .collect();
    PlannedOrganisation {
        profile,
        officers,
        standing,
        claims: roster.claims,
        signed_up_days_ago,
        posts: Vec::new(),
    }
}
