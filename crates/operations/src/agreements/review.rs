//! What the rules say of an agreement as it was typed so far, and everything that this needs to know.

use std::collections::BTreeSet;

use agreement::{
    evidence::{Content, Material, Pack, Section},
    lifecycle::{Party, ReadyFacts, Stage},
    training::{
        Body, Case, College, Draft, Facts, FieldSpec, Occasion, OtherAgreement, Problem, RULE_SET, RULES, SCHEMA,
        Sight, SigningSteps, TEMPLATE, Task, occasion, tasks,
    },
};
use kernel::{Date, OrganisationId, to_hex};
use law::{Finding, Findings, Outcome, Resolved};
use marketplace::organisation::Profile;
use serde_json::{Value, json};
use storage::{AgreementHead, OpenAgreement, Reads, Reason, ToldEvent, Tx};

use super::{
    document::unprintable,
    refusal::{AgreementRefusal, Unready},
};
use crate::{App, Cx, Failure, Result};

/// The version of the notice on personal information that the product shows.
pub const PRIVACY_NOTICE: &str = "privacy/1";
/// The event by which an officer of the enterprise puts on record that the apprentice's document was looked at.
pub(super) const CHECKED: &str = "check_apprentice";

/// What the rules and the table of fields say of an agreement today.
#[derive(Debug)]
pub struct Review {
    /// What was typed, as it is understood. Fields that the product fills in are filled in.
    pub body: Body,
    /// What was typed and cannot be read.
    pub problems: Vec<Problem>,
    /// Keys of fields that signing needs and that are empty.
    pub missing: Vec<String>,
    /// Every rule that has something to say before signing.
    pub findings: Findings,
    /// The sections, with how far each is.
    pub tasks: Vec<Task>,
    /// Reasons given to warnings of this version.
    pub reasons: Vec<Reason>,
    /// The day, and when somebody is of age.
    pub occasion: Occasion,
    pub(super) resolved: Resolved,
}

/// What stands in the place of a number that was not given yet. Nothing is frozen with it.
const UNNUMBERED: &str = "草稿";

/// What the product itself fills in. A college that is no party here, and so approves nothing (A4), is not named as one: an
/// enterprise does not bind it, nor lend its name, by typing it. Who trains with a college makes the agreement with it.
fn fill(body: &mut Body, head: &AgreementHead, resolved: &Resolved) {
    let pack = resolved.versions().into_iter().next();
    let number = Some(head.number.as_str()).filter(|number| !number.is_empty());
    body.head.no = Some(number.unwrap_or(UNNUMBERED).to_owned());
    if head.parties.college.is_none() {
        body.college = College::default();
    }
    body.head.template_version = Some(TEMPLATE.to_owned());
    (body.head.pack_id, body.head.pack_version) = pack.map(|pack| (pack.id, pack.version)).unzip();
    body.privacy.notice_version = Some(PRIVACY_NOTICE.to_owned());
}

/// The body of a draft with what the product fills in, and the numbers that hold where it is performed.
pub(super) fn read(app: &App, today: Date, head: &AgreementHead, draft: &Draft) -> (Body, Vec<Problem>, Resolved) {
    let (mut body, mut problems) = draft.read(&app.vocabulary());
    problems.extend(unprintable(draft.typed()));
    let region = body.head.region.clone().unwrap_or_else(|| "CN".to_owned());
    let resolved = app.law().resolve(&region, today);
    fill(&mut body, head, &resolved);
    (body, problems, resolved)
}

/// Whether the platform itself says it of a party, or that there is none: nobody types it.
pub(super) fn says_the_platform(key: &str, head: &AgreementHead) -> bool {
    match key {
        "enterprise.name" | "enterprise.uscc" | "college.name" | "college.uscc" => true,
        _ => key.starts_with("college.") && head.parties.college.is_none(),
    }
}

/// The parties are who they are on the platform, verified, and nobody concludes an agreement in another's name.
async fn name_parties(tx: &mut Reads, head: &AgreementHead, body: &mut Body) -> Result<()> {
    let enterprise = organisation(tx, head.parties.enterprise).await?;
    body.enterprise.name = Some(enterprise.name);
    body.enterprise.uscc = Some(enterprise.credit_code.to_string());
    if let Some(college) = head.parties.college {
        let college = organisation(tx, college).await?;
        body.college.name = Some(college.name);
        body.college.uscc = Some(college.credit_code.to_string());
    }
    Ok(())
}

async fn organisation(tx: &mut Reads, id: OrganisationId) -> Result<Profile> {
    let found = tx.organisations().find(id).await?.ok_or(Failure::NotFound)?;
    Ok(found.into_inner().profile)
}

/// Reviews what was typed.
pub(super) async fn review(
    app: &App,
    cx: &Cx,
    tx: &mut Reads,
    open: &OpenAgreement,
    draft: &Draft,
    events: &[ToldEvent],
) -> Result<Review> {
    let (mut body, mut problems, resolved) = read(app, cx.today(), open.head(), draft);
    name_parties(tx, open.head(), &mut body).await?;
    // What the platform says of the parties is printed as well.
    let names = [
        ("enterprise.name", &body.enterprise.name),
        ("college.name", &body.college.name),
    ];
    let names = names
        .into_iter()
        .filter_map(|(field, name)| Some((field, name.as_deref()?)));
    problems.extend(unprintable(names));
    judge(app, cx, tx, open, (body, problems, resolved, draft), events).await
}

/// Reviews what is frozen, by what holds today.
pub(super) async fn review_frozen(
    app: &App,
    cx: &Cx,
    tx: &mut Reads,
    open: &OpenAgreement,
    (body, draft): (&Body, &Draft),
    events: &[ToldEvent],
) -> Result<Review> {
    let resolved = app
        .law()
        .resolve(body.head.region.as_deref().unwrap_or("CN"), cx.today());
    judge(app, cx, tx, open, (body.clone(), Vec::new(), resolved, draft), events).await
}

/// Asks every rule.
async fn judge(
    app: &App,
    cx: &Cx,
    tx: &mut Reads,
    open: &OpenAgreement,
    (body, problems, resolved, draft): (Body, Vec<Problem>, Resolved, &Draft),
    events: &[ToldEvent],
) -> Result<Review> {
    let today = cx.today();
    let checked = checked(app, &body, events);
    // Of what is being signed nothing is asked any more.
    let others = match open.get().stage() {
        Stage::Draft | Stage::Negotiating | Stage::Ready => others(app, tx, open, &body).await?,
        _ => Others::default(),
    };
    let stated = checked
        .as_ref()
        .and_then(|fields| fields.get("earlier_probations")?.as_i64());
    let facts = Facts {
        identity_checked: Some(checked.is_some()),
        other_agreements: Some(others.running),
        // What the officer stated, and never less than what is known here.
        earlier_probations: stated.map(|stated| stated.max(others.probations)),
        signed: Some(matches!(
            open.get().stage(),
            Stage::Effective | Stage::Suspended | Stage::Completed
        )),
        // The page of signing does all three, and nobody signs here in another way.
        signing_steps: Some(SigningSteps {
            guide_shown: true,
            will_confirmed: true,
            downloadable: true,
        }),
    };
    let case = Case {
        body,
        today,
        facts,
        vocabulary: app.vocabulary(),
    };
    let findings = law::evaluate(RULES, &case, &resolved, law::Stage::Sign);
    let occasion = occasion(today, &resolved);
    let blocked: Vec<&str> = findings.blocking().map(|finding| finding.field.as_str()).collect();
    let body = case.body;
    let version = open.get().content_version();
    let reasons = tx.agreement_reasons().of_agreement(open.key()).await?;
    Ok(Review {
        missing: body.missing(&occasion),
        tasks: tasks(draft, &body, &problems, &blocked, &occasion),
        reasons: reasons
            .into_iter()
            .filter(|reason| reason.content_version == version)
            .collect(),
        body,
        problems,
        findings,
        occasion,
        resolved,
    })
}

impl Review {
    /// The reason given to a warning.
    pub fn reason(&self, finding: &Finding) -> Option<&Reason> {
        let of = |reason: &&Reason| reason.rule == finding.rule && reason.field == finding.field;
        self.reasons.iter().find(of)
    }

    /// Warnings without a reason.
    pub fn unexplained(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .warnings()
            .filter(|finding| self.reason(finding).is_none())
    }

    /// What is worth saying beside fields: everything open but for what only waits for a field to be filled in, which the
    /// task list says.
    pub fn worth_saying(&self) -> impl Iterator<Item = &Finding> {
        let waits = |finding: &Finding| match &finding.outcome {
            Outcome::Unknown { missing } => missing
                .iter()
                .any(|key| self.missing.iter().any(|lacks| lacks == key.key())),
            _ => false,
        };
        self.findings.open().filter(move |finding| !waits(finding))
    }

    /// Whether all is there, read, lawful and explained.
    pub fn is_ready(&self) -> bool {
        self.unready().is_none()
    }

    /// Everything that stands between this and an approval.
    pub(super) fn unready(&self) -> Option<Unready> {
        let unready = Unready {
            missing: self.missing.clone(),
            problems: self.problems.clone(),
            blocking: self.findings.blocking().cloned().collect(),
            unexplained: self.unexplained().cloned().collect(),
        };
        (unready != Unready::default()).then_some(unready)
    }

    pub(super) fn facts(&self) -> ReadyFacts {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        ReadyFacts {
            open_blocks: count(self.findings.blocking().count()),
            warnings_without_reason: count(self.unexplained().count()),
            complete: self.missing.is_empty() && self.problems.is_empty(),
        }
    }

    /// What would be frozen now.
    pub(super) fn freeze(&self, app: &App, open: &OpenAgreement) -> Result<Content> {
        let packs = self.resolved.versions().into_iter();
        let parts = self.body.parts().into_iter();
        let material = Material {
            agreement: open.get().id(),
            version: open.get().content_version(),
            schema: SCHEMA.to_owned(),
            template: TEMPLATE.to_owned(),
            rule_set: RULE_SET.to_owned(),
            packs: packs
                .map(|pack| Pack {
                    id: pack.id,
                    version: pack.version,
                })
                .collect(),
            sections: parts
                .map(|(key, fields)| (key.to_owned(), Value::Object(fields)))
                .collect(),
        };
        Ok(Content::freeze(material, app.chance())?)
    }
}

/// The body of frozen content.
pub(crate) fn body_of<'a>(content: &'a Content) -> Result<Body> {
    let fields = |section: &'a Section| section.fields.value().as_object();
    let parts = content.sections.iter();
    let parts = parts.filter_map(|(key, section)| Some((key.as_str(), fields(section)?)));
    Body::from_parts(parts).map_err(Failure::internal)
}

/// How much of what is personal an officer of a party is shown. The enterprise reads what it typed until it is frozen;
/// from then on numbers are masked for everybody.
pub(super) fn sight(party: Party, stage: Stage) -> Option<Sight> {
    match (party, stage) {
        (Party::College, _) => Some(Sight::College),
        (Party::Enterprise, Stage::Draft | Stage::Negotiating) => None,
        (Party::Enterprise, _) => Some(Sight::Employer),
    }
}

/// Whether a field is not that party's to read or to write: people's numbers, phones and addresses are the employer's.
pub(super) fn is_kept_from(party: Party, spec: &FieldSpec) -> bool {
    party == Party::College && spec.person().is_some()
}

/// By which the record of a look at a document is bound to the person it was of, without repeating the number.
fn document(app: &App, body: &Body) -> Option<String> {
    let (name, number) = body.apprentice.name.as_ref().zip(body.apprentice.id_no.as_ref())?;
    let whom = format!("{}\n{}", name.trim(), number.expose());
    Some(to_hex(&app.keys().fingerprint("agreement.apprentice", &whom)[..]))
}

/// The details of the event in which an officer of the enterprise states to have looked at the apprentice's document.
pub(super) fn check_of(app: &App, body: &Body, earlier_probations: i64) -> Result<Value> {
    let document = document(app, body).ok_or(AgreementRefusal::NobodyToCheck)?;
    Ok(json!({ "document": document, "earlier_probations": earlier_probations }))
}

/// What was stated when the document of this very person was looked at.
fn checked<'a>(app: &App, body: &Body, events: &'a [ToldEvent]) -> Option<&'a Value> {
    let document = document(app, body)?;
    let stated = events.iter().rev().filter(|told| told.event.act == CHECKED);
    let mut stated = stated.filter_map(|told| Some(told.details.as_ref()?.fields.value()));
    stated.find(|fields| fields.get("document").and_then(Value::as_str) == Some(document.as_str()))
}

/// What is known of the same person's other agreements with this enterprise. Those with other enterprises are not looked
/// at: that somebody learns elsewhere is nobody's business here.
#[derive(Debug, Default)]
struct Others {
    running: Vec<OtherAgreement>,
    probations: i64,
}

/// Under which an enterprise's agreements with one person are found. Of another enterprise it is another: nobody learns from
/// the database alone who learns in two places.
fn apprentice_hash(app: &App, enterprise: OrganisationId, number: &str) -> [u8; 32] {
    let keys = app.keys();
    keys.fingerprint("agreements.apprentice_hash", &format!("{enterprise}\n{number}"))
}

/// Notes whose agreement this is, as it was frozen.
pub(super) async fn note_apprentice(
    app: &App,
    tx: &mut Tx<storage::Write>,
    open: &OpenAgreement,
    body: &Body,
) -> Result<()> {
    let Some(number) = &body.apprentice.id_no else {
        return Ok(());
    };
    let apprentice = apprentice_hash(app, open.get().parties().enterprise, number.expose());
    Ok(tx.agreements().note_apprentice(open.get().id(), &apprentice).await?)
}

async fn others(app: &App, tx: &mut Reads, open: &OpenAgreement, body: &Body) -> Result<Others> {
    const SIGNED: [Stage; 5] = [
        Stage::Signing,
        Stage::Effective,
        Stage::Suspended,
        Stage::Completed,
        Stage::Terminated,
    ];
    let Some(number) = &body.apprentice.id_no else {
        return Ok(Others::default());
    };
    let (own, enterprise) = (open.get().id(), open.get().parties().enterprise);
    let apprentice = apprentice_hash(app, enterprise, number.expose());
    let heads = tx.agreements().of_apprentice(enterprise, &apprentice, &SIGNED).await?;
    let mut others = Others::default();
    let mut contracts = BTreeSet::new();
    for head in heads.into_iter().filter(|head| head.id != own) {
        let found = tx.agreements().find(head.id, app.keys()).await?;
        let Some(other) = found.and_then(storage::FoundAgreement::open) else {
            continue;
        };
        let Some(version) = other.get().frozen().map(|frozen| frozen.version) else {
            continue;
        };
        let Some(content) = tx.agreement_versions().find(other.key(), version).await? else {
            continue;
        };
        let theirs = body_of(&content)?;
        if theirs.apprentice.id_no.as_ref() != Some(number) {
            continue;
        }
        let began = theirs.labour_contract.start.map(agreement::training::Day::date);
        let earlier = began < body.labour_contract.start.map(agreement::training::Day::date);
        if earlier && theirs.labour_contract.probation_months.is_some_and(|months| months > 0) {
            contracts.insert(began);
        }
        let training = &theirs.training;
        if let (Some(occupation), Some(level), Some(start), Some(end)) = (
            theirs.post.occupation,
            training.target_level,
            training.start,
            training.end,
        ) && matches!(head.stage, Stage::Signing | Stage::Effective | Stage::Suspended)
        {
            others.running.push(OtherAgreement {
                occupation,
                level,
                start: start.date(),
                end: end.date(),
            });
        }
    }
    others.probations = i64::try_from(contracts.len()).unwrap_or(i64::MAX);
    Ok(others)
}
