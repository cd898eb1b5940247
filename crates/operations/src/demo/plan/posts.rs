//! Who posts what: kinds are dealt around the table, trades go where they were heard least.

use std::collections::BTreeMap;

use kernel::{Date, PostingKind, Side};
use marketplace::{
    CloseReason,
    posting::{ContentInput, LineInput},
};
use vocabulary::SkillLevel;

use super::{
    PlannedOrganisation, PlannedPost, PlannedStanding, PlannedState,
    calendar::{next_terms, plus_days},
    dealer::Dealer,
    shape::Shape,
    tables::{Industry, Roster, Tables, Trade, Unanswered},
    wording::{self, Figures, Writer},
};

/// What verified colleges offer, and how often. The first kind goes to each of them once.
const OFFERS: [(PostingKind, usize); 3] = [
    (PostingKind::Programme, 49),
    (PostingKind::Course, 37),
    (PostingKind::Base, 24),
];

/// What verified enterprises need, beside the needs that nobody can answer.
const NEEDS: [(PostingKind, usize); 3] = [
    (PostingKind::Apprentices, 85),
    (PostingKind::StaffTraining, 56),
    (PostingKind::BaseTime, 32),
];

/// What the others have begun to write while they wait.
const WAITING_COLLEGE: [PostingKind; 2] = [PostingKind::Programme, PostingKind::Course];
const WAITING_ENTERPRISE: [PostingKind; 2] = [PostingKind::Apprentices, PostingKind::StaffTraining];
const RETURNED: [PostingKind; 1] = [PostingKind::Apprentices];

/// Fills the organisations with posts.
pub(super) fn plan(
    tables: &Tables,
    dealer: &mut Dealer<'_>,
    today: Date,
    colleges: &mut [PlannedOrganisation],
    enterprises: &mut [PlannedOrganisation],
) {
    let mut poster = Poster {
        tables,
        dealer,
        writer: Writer::new(tables),
        today,
        heard: BTreeMap::new(),
    };
    poster.side(&tables.organisations.colleges, colleges, &OFFERS, &WAITING_COLLEGE);
    poster.side(
        &tables.organisations.enterprises,
        enterprises,
        &NEEDS,
        &WAITING_ENTERPRISE,
    );
    for need in &tables.unanswered {
        let owners = tables.organisations.enterprises.iter().zip(enterprises.iter_mut());
        for (roster, organisation) in owners.filter(|(roster, _)| roster.slug == need.owner) {
            let post = poster.unanswered(need, roster, organisation.signed_up_days_ago);
            organisation.posts.push(post);
        }
    }
    for organisation in colleges.iter_mut().chain(enterprises) {
        organisation.posts.sort_by_key(|post| std::cmp::Reverse(post.days_ago));
    }
}

struct Poster<'t, 'd, 'c> {
    tables: &'t Tables,
    dealer: &'d mut Dealer<'c>,
    writer: Writer<'t>,
    today: Date,
    /// How many posts of a kind a trade has: anywhere, and at one organisation.
    heard: BTreeMap<(PostingKind, &'t str, &'t str), usize>,
}

impl<'t> Poster<'t, '_, '_> {
    fn side(
        &mut self,
        rosters: &'t [Roster],
        organisations: &mut [PlannedOrganisation],
        counts: &[(PostingKind, usize); 3],
        waiting: &[PostingKind],
    ) {
        let verified: Vec<usize> = (0..organisations.len())
            .filter(|&at| organisations[at].standing == PlannedStanding::Verified)
            .collect();
        let mut hands = self.hands(&verified, rosters, counts);
        for (at, (roster, organisation)) in rosters.iter().zip(organisations).enumerate() {
            let kinds = match organisation.standing {
                PlannedStanding::Verified => hands.remove(&at).unwrap_or_default(),
                PlannedStanding::Claimed => waiting.to_vec(),
                PlannedStanding::Returned(_) => RETURNED.to_vec(),
            };
            for kind in kinds {
                let post = self.post(roster, organisation, kind);
                organisation.posts.push(post);
            }
        }
    }

    /// Deals the kinds out: the first kind to everybody once, the rest as shuffled, those with more trades first.
    fn hands(
        &self,
        players: &[usize],
        rosters: &[Roster],
        counts: &[(PostingKind, usize); 3],
    ) -> BTreeMap<usize, Vec<PostingKind>> {
        let mut order = players.to_vec();
        self.dealer.shuffle(&mut order);
        order.sort_by_key(|&at| std::cmp::Reverse(rosters[at].trades.len()));
        let (main, _) = counts[0];
        let mut hands: BTreeMap<usize, Vec<PostingKind>> = order.iter().map(|&at| (at, vec![main])).collect();
        let mut pack: Vec<PostingKind> = counts
            .iter()
            .flat_map(|&(kind, count)| std::iter::repeat_n(kind, count))
            .skip(players.len())
            .collect();
        self.dealer.shuffle(&mut pack);
        for (kind, at) in pack.into_iter().zip(order.iter().cycle()) {
            hands.entry(*at).or_default().push(kind);
        }
        hands
    }

    fn post(&mut self, roster: &'t Roster, organisation: &PlannedOrganisation, kind: PostingKind) -> PlannedPost {
        let (industry, trade) = self.trade(roster, kind);
        let title = wording::title(self.dealer, trade, kind);
        let mut shape = Shape::draw(
            self.dealer,
            self.today,
            roster,
            trade,
            kind,
            title.place.unwrap_or_default(),
        );
        let text = self
            .writer
            .text(self.dealer, (industry, trade), kind, &title, &shape.figures);
        if self.dealer.happens(22)
            && let Some(line) = shape.lines.first_mut()
            && let Some(notes) = self.tables.phrases.notes.get(&kind)
        {
            line.note.clone_from(self.dealer.pick(&format!("{kind}/notes"), notes));
        }
        let title = self.writer.title_text(title, &shape.figures);
        let skills = self.skills(trade, kind, &format!("{title}{}", text.words));
        let mut input = ContentInput {
            title,
            summary: text.words,
            region_bound: self.region_bound(roster, kind),
            modes: text.modes,
            industries: self.industries(industry, roster, kind),
            skills,
            ..self.place(roster)
        };
        shape.write(kind, &mut input);
        let (days_ago, state) = self.state(organisation);
        if state == PlannedState::Draft {
            self.leave_half_done(&mut input);
        }
        PlannedPost {
            kind,
            input,
            days_ago,
            state,
        }
    }

    /// The trade of this organisation that was heard least: with it, then anywhere.
    fn trade(&mut self, roster: &'t Roster, kind: PostingKind) -> (&'t Industry, &'t Trade) {
        let mut trades: Vec<_> = self.tables.trades(&roster.trades).collect();
        self.dealer.shuffle(&mut trades);
        let count = |slug: &str, key: &str| self.heard.get(&(kind, slug, key)).copied().unwrap_or_default();
        trades.sort_by_key(|(_, trade)| (count(&roster.slug, &trade.key), count("", &trade.key)));
        let (industry, trade) = trades[0];
        for slug in ["", &roster.slug] {
            *self.heard.entry((kind, slug, &trade.key)).or_default() += 1;
        }
        (industry, trade)
    }

    fn place(&mut self, roster: &Roster) -> ContentInput {
        let district = if roster.sites.is_empty() {
            String::new()
        } else {
            self.dealer
                .pick(&format!("{}/sites", roster.slug), &roster.sites)
                .clone()
        };
        ContentInput {
            province: roster.province.clone(),
            district,
            ..ContentInput::default()
        }
    }

    fn region_bound(&self, roster: &Roster, kind: PostingKind) -> String {
        let percent = match kind {
            PostingKind::BaseTime => 50,
            PostingKind::Apprentices | PostingKind::StaffTraining => 25,
            _ => 0,
        };
        // Where the province has no college here, nobody insists on one.
        let bound = roster.province == "310000" && self.dealer.happens(percent);
        if bound { "yes".to_owned() } else { String::new() }
    }

    /// The trade's industry, and now and then another one of the organisation's.
    fn industries(&self, industry: &Industry, roster: &Roster, kind: PostingKind) -> Vec<String> {
        let mut industries = vec![industry.code.clone()];
        let percent = if kind.side() == Side::Offer { 40 } else { 25 };
        let other = roster.industries.iter().find(|code| **code != industry.code);
        industries.extend(other.filter(|_| self.dealer.happens(percent)).cloned());
        industries
    }

    /// Offers name most of the trade's skills, needs a few; those the words speak of come first.
    fn skills(&self, trade: &Trade, kind: PostingKind, words: &str) -> String {
        let mut skills = trade.skills.clone();
        self.dealer.shuffle(&mut skills);
        skills.sort_by_key(|skill| !spoken_of(skill, words));
        let count = if kind.side() == Side::Offer {
            5 + self.dealer.below(3)
        } else {
            3 + self.dealer.below(2)
        };
        skills.truncate(count);
        skills.join("、")
    }

    /// When it was written and what became of it.
    fn state(&mut self, organisation: &PlannedOrganisation) -> (i64, PlannedState) {
        #[derive(Clone, Copy)]
        enum Fate {
            Draft,
            Open,
            Closed(CloseReason),
        }
        const FATES: [Fate; 40] = {
            let mut fates = [Fate::Open; 40];
            (fates[0], fates[1], fates[2]) = (Fate::Draft, Fate::Draft, Fate::Draft);
            (fates[3], fates[4]) = (Fate::Closed(CloseReason::Filled), Fate::Closed(CloseReason::Filled));
            (fates[5], fates[6]) = (Fate::Closed(CloseReason::Withdrawn), Fate::Closed(CloseReason::Other));
            fates
        };
        let since = organisation.signed_up_days_ago;
        if organisation.standing != PlannedStanding::Verified {
            return (self.dealer.between(0, since - 1), PlannedState::Draft);
        }
        let oldest = (since - 5).min(150);
        match *self.dealer.pick("fates", &FATES) {
            Fate::Draft => (self.dealer.between(0, oldest.min(20)), PlannedState::Draft),
            // The smaller of two: most posts are young.
            Fate::Open => (
                self.dealer.between(0, oldest).min(self.dealer.between(0, oldest)),
                PlannedState::Published,
            ),
            Fate::Closed(reason) => {
                let days_ago = self.dealer.between(25, oldest);
                let closed = self.dealer.between(1, days_ago - 8);
                (
                    days_ago,
                    PlannedState::Closed {
                        reason,
                        days_ago: closed,
                    },
                )
            }
        }
    }

    /// A draft lacks what its author had still to find out.
    fn leave_half_done(&self, input: &mut ContentInput) {
        input.closing_on.clear();
        if self.dealer.happens(40) {
            input.price.clear();
        }
        if self.dealer.happens(35) {
            input.lines.iter_mut().for_each(|line| line.seats.clear());
        }
    }

    fn unanswered(&mut self, need: &Unanswered, roster: &Roster, since: i64) -> PlannedPost {
        let training = need.kind == PostingKind::Apprentices;
        let starts = if training {
            next_terms(self.today)[0]
        } else {
            plus_days(self.today, self.dealer.between(40, 80))
        };
        let level = SkillLevel::from_code(&need.level).unwrap_or(SkillLevel::L3);
        let hours = need.hours.unwrap_or(480);
        let figures = Figures {
            seats: need.seats,
            months: 12,
            hours,
            level,
            starts,
        };
        let yuan = |amount: Option<i64>| amount.map(|yuan| yuan.to_string()).unwrap_or_default();
        let line = LineInput {
            occupation: need.occupation.clone(),
            level: need.level.clone(),
            seats: need.seats.to_string(),
            hours: hours.to_string(),
            pay_min: yuan(need.pay.map(|(least, _)| least)),
            pay_max: yuan(need.pay.map(|(_, most)| most)),
            ..LineInput::default()
        };
        let shape = Shape {
            figures,
            ends: if training {
                super::calendar::last_day(starts, 12)
            } else {
                plus_days(starts, 150)
            },
            closing: Some(plus_days(starts, -10)),
            price: need.budget.unwrap_or(6_000),
            lines: vec![line],
        };
        let modes: &[&str] = if training { &["M03", "M02"] } else { &["M12"] };
        let mut input = ContentInput {
            title: figures.fill(&need.title),
            summary: figures.fill(&need.text),
            modes: modes.iter().map(|&code| code.to_owned()).collect(),
            industries: need.industries.clone(),
            skills: need.skills.join("、"),
            ..self.place(roster)
        };
        shape.write(need.kind, &mut input);
        let days_ago = self.dealer.between(3, (since - 5).min(90));
        PlannedPost {
            kind: need.kind,
            input,
            days_ago,
            state: PlannedState::Published,
        }
    }
}

/// Whether two neighbouring characters of `skill` occur in `words`.
fn spoken_of(skill: &str, words: &str) -> bool {
    let characters: Vec<char> = skill.chars().collect();
    characters
        .windows(2)
        .any(|pair| words.contains(&pair.iter().collect::<String>()))
}
