//! Writing an agreement, section by section. What was typed is kept as it was typed, whether or not it can be taken so.

use std::collections::BTreeSet;

use agreement::{
    lifecycle::{Act, Editing, Party, Role},
    training::{Draft, FIELDS, FieldSpec, Problem, Section, Task, field_of, spec_of},
};
use kernel::AgreementId;
use law::Finding;
use marketplace::ProblemCode;
use serde_json::{Value, json};
use storage::Reason;
use words::Text;

use super::{
    refusal::AgreementRefusal,
    review::{self, CHECKED, read, review},
    work::{self, News, Note, Work},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// A section as its form shows it.
#[derive(Debug)]
pub struct SectionForm {
    /// The agreement.
    pub id: AgreementId,
    /// Its number.
    pub number: String,
    /// The section.
    pub section: Section,
    /// Its fields, in the order of the table, without those that the product fills in.
    pub fields: Vec<&'static FieldSpec>,
    /// What was typed so far, in every section.
    pub draft: Draft,
    /// What was typed in this section and cannot be read.
    pub problems: Vec<Problem>,
    /// What rules say beside fields of this section.
    pub findings: Vec<Finding>,
    /// Keys of this section's fields that signing needs and that are empty.
    pub missing: Vec<String>,
    /// Reasons given to warnings in this version.
    pub reasons: Vec<Reason>,
    /// All sections with how far each is.
    pub tasks: Vec<Task>,
    /// What was read: to be given back when saving.
    pub seen: i64,
    /// Whether this party may save now: it has the ball.
    pub may_save: bool,
    /// Whether a material change would take back an approval.
    pub approvals: usize,
}

/// What saving a section brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Whether anything was different.
    pub changed: bool,
    /// Whether approvals are gone by it.
    pub cleared_approvals: bool,
    /// What was typed in the section and cannot be read. It is kept all the same.
    pub problems: Vec<Problem>,
    /// What to give back when saving again.
    pub seen: i64,
}

/// The section that a key of a draft, or of a finding about a part of it, belongs to.
pub fn section_of(key: &str) -> Option<Section> {
    spec_of(key).map(|spec| spec.section)
}

/// The form of a section.
#[compiled_here]
pub async fn section(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, section: Section) -> Result<SectionForm> {
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let draft = work::draft(&mut tx, &open).await?;
    let events = tx.agreement_events().of_agreement(id, Some(open.key())).await?;
    let review = review(app, cx, &mut tx, &open, draft.get(), &events).await?;
    // What is kept from a party is not that party's to fill in either.
    let kept = |key: &str| spec_of(key).is_some_and(|spec| review::is_kept_from(officer.party(), spec));
    let here = |key: &str| section_of(key) == Some(section) && !kept(key);
    let asked = |spec: &&FieldSpec| {
        let given = spec.is_filled_by_the_product() || review::says_the_platform(spec.key, open.head());
        spec.section == section && !given && !review::is_kept_from(officer.party(), spec)
    };
    let fields = FIELDS.iter().filter(asked);
    Ok(SectionForm {
        id,
        number: open.head().number.clone(),
        section,
        fields: fields.collect(),
        problems: review
            .problems
            .iter()
            .filter(|problem| here(&problem.field))
            .cloned()
            .collect(),
        findings: review
            .worth_saying()
            .filter(|finding| here(&finding.field))
            .cloned()
            .collect(),
        missing: review.missing.iter().filter(|key| here(key)).cloned().collect(),
        reasons: review.reasons,
        tasks: review.tasks,
        seen: draft.version(),
        may_save: open.get().permit(Act::Edit, officer.acts_as(), None).is_ok(),
        approvals: approvals(open.get()),
        draft: masked(draft.into_inner(), officer.party()),
    })
}

pub(super) fn approvals(agreement: &agreement::lifecycle::Agreement) -> usize {
    match agreement.state() {
        agreement::lifecycle::State::Negotiating(negotiation) => negotiation.approvals.len(),
        _ => 0,
    }
}

/// Saves what was typed in a section, as it was `seen`. Words that cannot be read are kept all the same; a key that is not
/// there stays as it was, an empty one is emptied, and an entry of a list with nothing in it goes.
#[compiled_here]
pub async fn save_section(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    section: Section,
    seen: i64,
    typed: &[(String, String)],
) -> Result<Saved> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    work.agreement().permit(Act::Edit, officer.acts_as(), None)?;
    let before = work::draft(&mut work.tx, &work.open).await?;
    if before.version() != seen {
        return Err(Failure::Conflict);
    }
    let old = before.get().clone();
    let mut draft = before.get().clone();
    for (key, words) in typed {
        let (spec, _) = field_of(key).ok_or(Failure::NotFound)?;
        if spec.section != section {
            return Err(Failure::NotFound);
        }
        let given = spec.is_filled_by_the_product() || review::says_the_platform(spec.key, work.open.head());
        if !given && !review::is_kept_from(officer.party(), spec) {
            draft.set(key, words).map_err(|_| Failure::NotFound)?;
        }
    }
    draft.close_gaps();
    let (changed, problems) = {
        let (old_body, _, _) = read(app, cx.today(), work.open.head(), &old);
        let (body, problems, _) = read(app, cx.today(), work.open.head(), &draft);
        (body.changed_from(&old_body), problems)
    };
    let problems = problems
        .into_iter()
        .filter(|problem| section_of(&problem.field) == Some(section))
        .collect();
    let retyped = changes(&old, &draft);
    if retyped.is_empty() {
        return Ok(Saved {
            changed: false,
            cleared_approvals: false,
            problems,
            seen,
        });
    }
    let mut touched: BTreeSet<&'static str> = changed.iter().flat_map(|spec| spec.rules.iter().copied()).collect();
    // A rule may look at more fields than say so, and at the numbers of another region: what it finds now counts.
    touched.extend(otherwise(app, cx, &mut work, (&old, &draft)).await?);
    let note = Note {
        touched,
        ..Note::of(json!({ "section": section.key(), "changes": retyped }))
    };
    let note = note.telling(News {
        fields: changed
            .iter()
            .map(|spec| Text::of("training_field", spec.key))
            .collect(),
        ..News::default()
    });
    let editing = Editing {
        by: officer.acts_as(),
        version: work.agreement().content_version(),
        material: changed.iter().any(|spec| spec.material),
    };
    let after = before.decide(|_| Ok::<_, Failure>(draft))?;
    let key = work.open.key().clone();
    work.tx
        .agreement_drafts()
        .save(&key, &after, cx.now, app.chance())
        .await?;
    let (work, edited) = work.act(note, |agreement| agreement.edit(editing)).await?;
    let more = json!({ "section": section.key(), "fields": changed.len() });
    work.commit("edit_agreement", more).await?;
    Ok(Saved {
        changed: true,
        cleared_approvals: edited.cleared_approvals,
        problems,
        seen: seen + 1,
    })
}

/// Rules with a reason on record that find something else in `after` than in `before`.
async fn otherwise(
    app: &App,
    cx: &Cx,
    work: &mut Work<'_>,
    (before, after): (&Draft, &Draft),
) -> Result<BTreeSet<&'static str>> {
    if work
        .tx
        .agreement_reasons()
        .of_agreement(work.open.key())
        .await?
        .is_empty()
    {
        return Ok(BTreeSet::new());
    }
    let id = work.agreement().id();
    let events = work
        .tx
        .agreement_events()
        .of_agreement(id, Some(work.open.key()))
        .await?;
    let before = review(app, cx, &mut work.tx, &work.open, before, &events)
        .await?
        .findings;
    let after = review(app, cx, &mut work.tx, &work.open, after, &events)
        .await?
        .findings;
    let (had, has): (Vec<_>, Vec<_>) = (before.open().collect(), after.open().collect());
    let gone = had.iter().filter(|finding| !has.contains(finding));
    let new = has.iter().filter(|finding| !had.contains(finding));
    Ok(gone.chain(new).map(|finding| finding.rule).collect())
}

/// A draft without what is kept from that party.
fn masked(mut draft: Draft, party: Party) -> Draft {
    let kept: Vec<String> = draft
        .typed()
        .filter(|(key, _)| spec_of(key).is_some_and(|spec| review::is_kept_from(party, spec)))
        .map(|(key, _)| key.to_owned())
        .collect();
    for key in kept {
        // The keys are the draft's own.
        let _ = draft.set(&key, "");
    }
    draft
}

/// What was typed differently: field, words before, words now. Of what is people's own only that it was: the history is
/// every party's to read.
fn changes(before: &Draft, after: &Draft) -> Vec<Value> {
    let keys: BTreeSet<&str> = before.typed().chain(after.typed()).map(|(key, _)| key).collect();
    let changed = keys.into_iter().filter(|key| before.get(key) != after.get(key));
    let told = |key: &str| {
        if spec_of(key).is_some_and(|spec| spec.person().is_some()) {
            json!({ "field": key, "private": true })
        } else {
            json!({ "field": key, "before": before.get(key), "after": after.get(key) })
        }
    };
    changed.map(told).collect()
}

/// Gives the reason for which a warning is accepted in this version.
#[compiled_here]
pub async fn give_reason(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    rule: &str,
    field: &str,
    words: &str,
) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    negotiable(&work)?;
    let words = words.trim();
    if words.is_empty() {
        return Err(AgreementRefusal::NoReason.into());
    }
    if words.chars().count() > 500 {
        return Err(problem("reason", ProblemCode::TooLong { max: 500 }));
    }
    let draft = work::draft(&mut work.tx, &work.open).await?.into_inner();
    let events = work
        .tx
        .agreement_events()
        .of_agreement(id, Some(work.open.key()))
        .await?;
    let review = review(app, cx, &mut work.tx, &work.open, &draft, &events).await?;
    let warned = review
        .findings
        .warnings()
        .find(|finding| finding.rule == rule && finding.field == field);
    let warned = warned.ok_or(AgreementRefusal::NoSuchWarning)?;
    let reason = Reason {
        content_version: work.agreement().content_version(),
        rule: warned.rule.to_owned(),
        field: warned.field.clone(),
        words: words.to_owned(),
        by: officer.person(),
        at: cx.now,
    };
    let key = work.open.key().clone();
    work.tx.agreement_reasons().save(&key, &reason, app.chance()).await?;
    let fields = json!({ "rule": reason.rule, "field": reason.field, "reason": reason.words });
    work.note("give_reason", role(&officer), None, fields).await?;
    work.commit("give_reason", json!({ "rule": reason.rule })).await?;
    Ok(())
}

/// Puts on record that an officer of the enterprise looked at the apprentice's identity document, and how many probations
/// the apprentice had in the enterprise before. It counts for this very name and number.
#[compiled_here]
pub async fn check_apprentice(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    document_seen: bool,
    earlier_probations: &str,
) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    if officer.party() != agreement::lifecycle::Party::Enterprise {
        return Err(crate::Forbidden::NotEnterprise.into());
    }
    negotiable(&work)?;
    if !document_seen {
        return Err(problem("document_seen", ProblemCode::NotAgreed));
    }
    let typed = earlier_probations.trim();
    let earlier = if typed.is_empty() {
        return Err(problem("earlier_probations", ProblemCode::Required));
    } else {
        let number = typed
            .parse::<i64>()
            .map_err(|_| problem("earlier_probations", ProblemCode::NotANumber))?;
        if !(0..=20).contains(&number) {
            return Err(problem(
                "earlier_probations",
                ProblemCode::OutOfRange { min: 0, max: 20 },
            ));
        }
        number
    };
    let draft = work::draft(&mut work.tx, &work.open).await?.into_inner();
    let (body, _, _) = read(app, cx.today(), work.open.head(), &draft);
    let fields = review::check_of(app, &body, earlier)?;
    work.note(CHECKED, role(&officer), None, fields).await?;
    work.commit(CHECKED, json!({})).await?;
    Ok(())
}

pub(super) const fn role(officer: &crate::access::PartyOfficer) -> Role {
    match officer.party() {
        agreement::lifecycle::Party::Enterprise => Role::Enterprise,
        agreement::lifecycle::Party::College => Role::College,
    }
}

pub(super) fn problem(field: &str, code: ProblemCode) -> Failure {
    Failure::Invalid(vec![marketplace::Problem {
        field: field.to_owned(),
        code,
    }])
}

/// Reasons and records are given while the content is open: before it is frozen.
fn negotiable(work: &Work<'_>) -> Result<()> {
    use agreement::lifecycle::{Barred, Stage};
    match work.agreement().stage() {
        Stage::Draft | Stage::Negotiating => Ok(()),
        now => Err(Barred::Stage { act: Act::Edit, now }.into()),
    }
}
