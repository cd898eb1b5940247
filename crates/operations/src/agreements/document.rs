//! The paper of an agreement: a PDF, made once after all had signed, and kept as it was made.
//!
//! There is one paper for everybody who signed, so it says of people what each of them may know: numbers, phones and
//! addresses are masked in its text, and withheld from the export that is attached. They are proven all the same, by the
//! hashes in the seal.

use agreement::{
    evidence::Export,
    lifecycle::Stage,
    training::{Body, Person, ProblemCode as Typed, Sight},
};
use document::{Lookup, Paper, Pdf, RenderError, Sealing, Unprintable};
use kernel::AgreementId;
use marketplace::{Problem, ProblemCode};
use serde_json::json;
use storage::{AgreementHead, OpenAgreement, Reads};

use super::{
    refusal::AgreementRefusal,
    review::{body_of, review, sight},
    sign::{SignKey, hold},
    verify::{put_together, without_talk},
    work::{self, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// A PDF to keep.
#[derive(Debug)]
pub struct DocumentFile {
    /// How it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The characters of a text that no paper can show, as a sentence about it lists them.
pub(super) fn listed(characters: &[char]) -> String {
    let characters: Vec<String> = characters.iter().map(char::to_string).collect();
    characters.join("、")
}

/// What of the words of an agreement no paper can show, field by field.
pub(super) fn unprintable<'a>(
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> impl Iterator<Item = agreement::training::Problem> {
    typed.into_iter().filter_map(|(field, words)| {
        let characters = document::unprintable(words);
        (!characters.is_empty()).then(|| agreement::training::Problem {
            field: field.to_owned(),
            code: Typed::Unprintable {
                characters: listed(&characters),
            },
        })
    })
}

/// A name of somebody who signs that no paper can show.
pub(super) fn printable(field: &str, name: &str) -> Result<(), Problem> {
    let characters = document::unprintable(name);
    if characters.is_empty() {
        return Ok(());
    }
    Err(Problem {
        field: field.to_owned(),
        code: ProblemCode::Unprintable {
            characters: listed(&characters),
        },
    })
}

fn failed(error: RenderError) -> Failure {
    match error {
        RenderError::Unprintable(fields) => {
            let problem = |Unprintable { field, characters }| Problem {
                field,
                code: ProblemCode::Unprintable {
                    characters: listed(&characters),
                },
            };
            fields.into_iter().map(problem).collect::<Vec<_>>().into()
        }
        other => Failure::internal(other),
    }
}

/// What everybody who signed may read of a body.
fn for_everybody(body: Body) -> Body {
    // The second mask leaves nothing of what the first one took.
    body.masked(Sight::Signatory).masked(Sight::College)
}

/// The evidence up to the last seal, without what is personal.
fn sealed(mut export: Export) -> Export {
    let events = export.seals.last().map_or(0, |seal| seal.statement.events);
    let events = usize::try_from(events).unwrap_or(usize::MAX);
    export.events.truncate(events);
    export.details.truncate(events);
    export.origins.truncate(events);
    let export = Person::ALL
        .into_iter()
        .fold(export, |export, person| export.without_section(person.key()));
    export.with_origins_of(|_| false)
}

fn lookup(app: &App, head: &AgreementHead) -> Lookup {
    Lookup {
        code: head.verify_code.clone(),
        url: format!("{}/verify/{}", app.settings().public_url, head.verify_code),
    }
}

/// Makes the paper of an agreement that all signed, unless there is one. Typesetting holds up nobody: it is done outside
/// of any transaction, and what was made first stays.
pub(crate) async fn make(app: &App, cx: &Cx, id: AgreementId) -> Result<()> {
    let mut tx = app.db().write().await?;
    let found = tx.agreements().find(id, app.keys()).await?;
    let Some(open) = found.and_then(storage::FoundAgreement::open) else {
        return Ok(());
    };
    let Some(version) = open.get().frozen().map(|frozen| frozen.version) else {
        return Ok(());
    };
    if tx.agreement_documents().hash(id, version).await?.is_some() {
        return Ok(());
    }
    let (export, told) = put_together(&mut tx, &open).await?;
    let export = without_talk(export, &told);
    let Some(at) = export.seals.last().map(|seal| seal.statement.sealed_at) else {
        return Ok(());
    };
    let content = tx.agreement_versions().find(open.key(), version).await?;
    let body = for_everybody(body_of(&content.ok_or(Failure::NotFound)?)?);
    let known = tx.seal_keys().trusted().await?;
    let key = tx.seal_keys().current(app.keys(), cx.now, app.chance()).await?;
    if known.find(key.public().id()).is_some() {
        drop(tx);
    } else {
        // The key of the seal was retired meanwhile. A new one has to be there before anything bears its signature.
        let entry = app.audit(&Actor::System, cx, "draw_seal_key");
        tx.commit(entry.on("agreement", id.uuid()).done()).await?;
    }

    let (export, lookup, now) = (sealed(export), lookup(app, open.head()), cx.now);
    let pdf = typeset(app, move |vocabulary| {
        let paper = Paper {
            body: &body,
            export: Some(&export),
            lookup: Some(&lookup),
            at: Some(at),
            sealing: Some(Sealing { key: &key, at: now }),
        };
        document::render(&paper, vocabulary)
    })
    .await?;

    let mut tx = app.db().write().await?;
    let mut documents = tx.agreement_documents();
    let kept = documents
        .insert(open.key(), version, &pdf.bytes, now, app.chance())
        .await?;
    if kept {
        let entry = app.audit(&Actor::System, cx, "make_document");
        let entry = entry.on("agreement", id.uuid());
        let more = json!({ "version": version, "pages": pdf.pages, "bytes": pdf.bytes.len() });
        tx.commit(entry.now(more).done()).await?;
    }
    Ok(())
}

/// Typesets where it keeps nobody waiting.
async fn typeset(
    app: &App,
    work: impl FnOnce(&vocabulary::Vocabulary) -> Result<Pdf, RenderError> + Send + 'static,
) -> Result<Pdf> {
    let vocabulary = app.vocabulary();
    let done = tokio::task::spawn_blocking(move || work(&vocabulary)).await;
    done.map_err(Failure::internal)?.map_err(failed)
}

async fn kept(tx: &mut Reads, open: &OpenAgreement) -> Result<DocumentFile> {
    let version = open
        .get()
        .frozen()
        .map(|frozen| frozen.version)
        .ok_or(Failure::NotFound)?;
    let signed = !tx.agreement_seals().of_agreement(open.get().id()).await?.is_empty();
    let found = tx.agreement_documents().find(open.key(), version).await?;
    match found {
        Some(document) => Ok(DocumentFile {
            name: format!("{}.pdf", open.head().number),
            bytes: document.bytes,
        }),
        None if signed => Err(AgreementRefusal::DocumentNotReady.into()),
        None => Err(Failure::NotFound),
    }
}

/// The paper, for a party.
#[compiled_here]
pub async fn document(app: &App, actor: &Actor, id: AgreementId) -> Result<DocumentFile> {
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    actor.party_officer(open.head())?;
    kept(&mut tx, &open).await
}

/// The paper, for somebody who signed.
#[compiled_here]
pub async fn signed_document<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>) -> Result<DocumentFile> {
    let mut tx = app.db().read().await?;
    let (open, signatory) = hold(app, cx, actor, &mut tx, key).await?;
    let (version, slot) = slot_of(open.get(), signatory.slot()).ok_or(Failure::NotFound)?;
    // A signature of a round that came to nothing is none of what stands on the paper.
    let stands = open.get().frozen().is_some_and(|frozen| frozen.version == version);
    if !stands || !slot.is_signed() {
        return Err(Failure::NotFound);
    }
    kept(&mut tx, &open).await
}

/// The paper, where whoever asks has shown before that they may have it; `None` when there is none yet.
pub(crate) async fn document_of(app: &App, tx: &mut Reads, id: AgreementId) -> Result<Option<DocumentFile>> {
    let open = work::open(app, tx, id).await?;
    match kept(tx, &open).await {
        Ok(file) => Ok(Some(file)),
        Err(Failure::NotFound | Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// How it would look on paper, for a party: a draft, which says on every page that it is one. Once all have signed there
/// is the paper itself.
#[compiled_here]
pub async fn draft_document(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<DocumentFile> {
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let stage = open.get().stage();
    let body = match stage {
        Stage::Draft | Stage::Negotiating => {
            let draft = work::draft(&mut tx, &open).await?.into_inner();
            let events = tx.agreement_events().of_agreement(id, Some(open.key())).await?;
            review(app, cx, &mut tx, &open, &draft, &events).await?.body
        }
        Stage::Ready | Stage::Signing => {
            let version = open
                .get()
                .frozen()
                .map(|frozen| frozen.version)
                .ok_or(Failure::NotFound)?;
            let content = tx.agreement_versions().find(open.key(), version).await?;
            body_of(&content.ok_or(Failure::NotFound)?)?
        }
        _ => return Err(Failure::NotFound),
    };
    let body = match sight(officer.party(), stage) {
        Some(sight) => body.masked(sight),
        None => body,
    };
    let number = open.head().number.clone();
    drop(tx);
    let pdf = typeset(app, move |vocabulary| {
        let paper = Paper {
            body: &body,
            export: None,
            lookup: None,
            at: None,
            sealing: None,
        };
        document::render(&paper, vocabulary)
    })
    .await?;
    Ok(DocumentFile {
        name: match number.as_str() {
            "" => "draft.pdf".to_owned(),
            number => format!("{number}-draft.pdf"),
        },
        bytes: pdf.bytes,
    })
}
