//! Beginning an agreement: by hand, or from a match of a need's line and an offer's line.

use agreement::{
    lifecycle::{Agreement, Creating, Kind, Parties, Party, Seats},
    training::{Draft, UnknownField},
};
use kernel::{AgreementId, Chance, CreditCode, LineId, PostingId, PostingKind, format_date};
use marketplace::{Line, Organisation, OrganisationSide, Posting, Problem, ProblemCode};
use serde_json::json;
use storage::{AgreementOrigin, NewAgreement, Tx, Write};

use crate::{
    Actor, App, Cx, Failure, Refusal, Result,
    access::Officer,
    accounts,
    agreements::{AgreementRefusal, work::Work},
    compiled_here,
    token::CODE_ALPHABET,
};

/// How the platform's own way of signing is described in the agreement (the conditions that parties agree on themselves).
const SIGNING_CONDITIONS: &str = "签署人通过本人专用的链接或者由经办人当面交付的一次性签署码进入，核对姓名和证件号码后签署；单位经办人也可以通过本人账号签署。\
                                  每次签署记录时间、方式、同意的文字和文本的摘要值；签署完成后由平台对文本和全部签署记录加盖电子封印，此后的任何改动均能被发现。";

/// A place in a match: a line of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRef {
    /// The post.
    pub posting: PostingId,
    /// Its line.
    pub line: LineId,
}

/// Begins an agreement by hand. `other` is the other organisation as typed, by its credit code or its full name: a college
/// names the enterprise; an enterprise names the college, or nobody when it trains alone.
#[compiled_here]
pub async fn create(app: &App, cx: &Cx, actor: &Actor, other: &str) -> Result<AgreementId> {
    let officer = actor.officer()?;
    limit(app, cx, officer).await?;
    let mut tx = app.db().write().await?;
    let own = organisation(&mut tx, officer.organisation()).await?;
    let other = match other.trim() {
        "" => None,
        typed => Some(find_other(&mut tx, &own, typed).await?),
    };
    let (enterprise, college) = match (own.side(), other) {
        (OrganisationSide::Enterprise, college) => (own, college),
        (OrganisationSide::College, Some(enterprise)) => (enterprise, Some(own)),
        (OrganisationSide::College, None) => return Err(problem("other", ProblemCode::Required)),
        (OrganisationSide::Neither, _) => return Err(crate::Forbidden::NotEnterprise.into()),
    };
    let draft = draft_of(&enterprise, college.as_ref());
    let new = New {
        enterprise,
        college,
        origin: AgreementOrigin::default(),
        draft,
    };
    insert(app, cx, actor, tx, new).await
}

/// Begins an agreement from a match: enterprise, college, occupation, level, place and dates come from the two lines.
#[compiled_here]
pub async fn create_from_match(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    need: LineRef,
    offer: LineRef,
) -> Result<AgreementId> {
    let officer = actor.officer()?;
    limit(app, cx, officer).await?;
    let mut tx = app.db().write().await?;
    let (need_post, need_line) = line(&mut tx, need).await?;
    let (offer_post, offer_line) = line(&mut tx, offer).await?;
    let parties = [need_post.organisation, offer_post.organisation];
    if !parties.contains(&officer.organisation()) {
        return Err(Failure::NotFound);
    }
    let of_apprentices = need_post.kind == PostingKind::Apprentices;
    if !of_apprentices || !matches!(offer_post.kind, PostingKind::Programme | PostingKind::Course) {
        return Err(AgreementRefusal::NotForApprentices.into());
    }
    let enterprise = organisation(&mut tx, need_post.organisation).await?;
    let college = organisation(&mut tx, offer_post.organisation).await?;
    let mut draft = draft_of(&enterprise, Some(&college));
    let occupation = need_line.occupation.as_ref().or(offer_line.occupation.as_ref());
    let content = (&need_post.content, &offer_post.content);
    let day = |date: Option<kernel::Date>| date.map(format_date);
    let level = need_line.level.or(offer_line.level);
    let place = content.0.district.as_ref().or(content.0.province.as_ref());
    let typed = [
        // A group's code is no occupation that somebody is trained for.
        (
            "post.occupation",
            occupation.filter(|code| !code.ends_with("-00")).cloned(),
        ),
        ("training.target_level", level.map(|level| level.code().to_owned())),
        ("training.start", day(content.0.starts_on.or(content.1.starts_on))),
        ("training.end", day(content.0.ends_on.or(content.1.ends_on))),
        ("training.modes", Some(content.1.modes.join(" "))),
        ("labour_contract.wage", need_line.pay_min.map(|pay| pay.to_string())),
        ("head.region", place.cloned()),
    ];
    for (key, words) in typed {
        put(&mut draft, key, words.as_deref().unwrap_or_default());
    }
    let new = New {
        enterprise,
        college: Some(college),
        origin: AgreementOrigin {
            need: Some(need.line),
            offer: Some(offer.line),
        },
        draft,
    };
    insert(app, cx, actor, tx, new).await
}

/// What a new agreement is made of.
struct New {
    enterprise: Organisation,
    college: Option<Organisation>,
    origin: AgreementOrigin,
    draft: Draft,
}

async fn limit(app: &App, cx: &Cx, officer: Officer) -> Result<()> {
    accounts::limit(
        app,
        cx,
        "create_agreement",
        &officer.organisation().to_string(),
        200,
        24 * 60,
    )
    .await
}

async fn organisation(tx: &mut Tx<Write>, id: kernel::OrganisationId) -> Result<Organisation> {
    let found = tx.organisations().find(id).await?;
    found.map(storage::Versioned::into_inner).ok_or(Failure::NotFound)
}

async fn line(tx: &mut Tx<Write>, at: LineRef) -> Result<(Posting, Line)> {
    let found = tx.postings().find(at.posting).await?.ok_or(Failure::NotFound)?;
    let posting = found.into_inner();
    let line = posting.content.lines.iter().find(|line| line.id == at.line).cloned();
    let line = line.filter(|_| posting.is_published()).ok_or(Failure::NotFound)?;
    Ok((posting, line))
}

fn problem(field: &str, code: ProblemCode) -> Failure {
    Failure::Invalid(vec![Problem {
        field: field.to_owned(),
        code,
    }])
}

/// The verified organisation of the other side that somebody typed the code or the full name of.
async fn find_other(tx: &mut Tx<Write>, own: &Organisation, typed: &str) -> Result<Organisation> {
    let found = match CreditCode::parse(typed) {
        Ok(code) => tx
            .organisations()
            .find_by_credit_code(&code)
            .await?
            .into_iter()
            .collect(),
        Err(_) => {
            tx.organisations()
                .list_by_name_key(&marketplace::organisation::name_key(typed))
                .await?
        }
    };
    let mut fitting = found.into_iter().filter(|other| {
        let sides = (own.side(), other.side());
        matches!(
            sides,
            (OrganisationSide::Enterprise, OrganisationSide::College)
                | (OrganisationSide::College, OrganisationSide::Enterprise)
        )
    });
    // None, or two of one name: the credit code tells them apart.
    let (Some(other), None) = (fitting.next(), fitting.next()) else {
        let typed = typed.to_owned();
        return Err(problem("other", ProblemCode::Unknown { typed }));
    };
    Ok(other)
}

/// Types words that come from the platform's own data; a field that the table lacks is a fault of the program.
fn put(draft: &mut Draft, key: &'static str, words: &str) {
    if let Err(UnknownField(key)) = draft.set(key, words) {
        tracing::error!(key, "a field of the training agreement that does not exist");
    }
}

/// What is known of the parties, and what is the same in every agreement signed here.
fn draft_of(enterprise: &Organisation, college: Option<&Organisation>) -> Draft {
    let mut draft = Draft::default();
    let profile = &enterprise.profile;
    put(&mut draft, "enterprise.name", &profile.name);
    put(&mut draft, "enterprise.uscc", &profile.credit_code.to_string());
    put(
        &mut draft,
        "labour_contract.employer_uscc",
        &profile.credit_code.to_string(),
    );
    put(
        &mut draft,
        "head.region",
        profile.district.as_ref().unwrap_or(&profile.province),
    );
    if let Some(college) = college {
        put(&mut draft, "college.name", &college.profile.name);
        put(&mut draft, "college.uscc", &college.profile.credit_code.to_string());
    }
    put(&mut draft, "esign.form", "electronic");
    put(&mut draft, "esign.conditions", SIGNING_CONDITIONS);
    put(&mut draft, "esign.identity_method", "in_person");
    put(&mut draft, "esign.fee", "0");
    draft
}

/// A code to look an agreement up by, as it is printed: 12 characters (57 bits), `7K3M-P9QX-4RTW`.
fn verify_code(chance: &dyn Chance) -> String {
    let mut code = String::with_capacity(14);
    for at in 0..12 {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        let index = usize::try_from(chance.below(28)).unwrap_or(0);
        code.push(char::from(CODE_ALPHABET[index]));
    }
    code
}

async fn insert(app: &App, cx: &Cx, actor: &Actor, mut tx: Tx<Write>, new: New) -> Result<AgreementId> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let own = actor.organisation();
    for organisation in std::iter::once(&new.enterprise).chain(&new.college) {
        if !organisation.is_verified() {
            let of_own = own == Some(organisation.id);
            return Err(if of_own {
                Refusal::NotVerified.into()
            } else {
                AgreementRefusal::OtherNotVerified.into()
            });
        }
    }
    let party = if own == Some(new.enterprise.id) {
        Party::Enterprise
    } else {
        Party::College
    };
    let creating = Creating {
        id: app.id(cx.now, AgreementId::new),
        kind: Kind::Training,
        parties: Parties {
            enterprise: new.enterprise.id,
            college: new.college.as_ref().map(|college| college.id),
        },
        by: party.into(),
        // Posts do not count their seats yet.
        seats: Seats::NotCounted,
        at: cx.now,
    };
    let (agreement, done) = Agreement::create(creating)?;
    let stored = NewAgreement {
        agreement: &agreement,
        // A draft that comes to nothing takes no number: it gets one when it is handed over.
        number: "",
        verify_code: &verify_code(app.chance()),
        origin: new.origin,
        created_by: person.id,
    };
    let open = tx.agreements().create(stored, app.keys(), app.chance()).await?;
    tx.agreement_drafts()
        .insert(open.key(), &new.draft, cx.now, app.chance())
        .await?;
    let mut work = Work::with(app, cx, actor, tx, Box::new(open));
    for step in done.steps {
        work.note(step.act.code(), step.role, None, json!({})).await?;
    }
    let more = json!({ "from_match": new.origin.need.is_some() });
    work.commit("create_agreement", more).await?;
    Ok(agreement.id())
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    #[test]
    fn a_code_is_printed_in_threes_of_four() {
        let code = verify_code(&SeededChance::new(3));
        let parts: Vec<&str> = code.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 4, 4]);
    }
}
