//! Proof: the file with everything in it, and the check of a file or of what stands here.

use agreement::{
    evidence::{ContentHash, Details, Export, PublicKey, Report, Verdict, verify, verify_file},
    lifecycle::{Party, Slot, SlotRole, Slots, Stage},
};
use kernel::{AgreementId, Date, Timestamp};
use serde_json::json;
use storage::{OpenAgreement, ToldEvent, Tx};

use super::{
    notices::organisation_name,
    refusal::AgreementRefusal,
    sign::SignKey,
    work::{self, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, accounts};

/// The largest file that is checked.
pub const MAX_FILE: usize = 8 * 1024 * 1024;

/// A file to keep.
#[derive(Debug)]
pub struct ExportFile {
    /// How it is called.
    pub name: String,
    /// What is in it: JSON.
    pub content: String,
}

/// What anybody may know who has an agreement's code: no name of a person is in it.
#[derive(Debug)]
pub struct VerifyLook {
    /// The agreement's number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// Where the agreement stands.
    pub stage: Stage,
    /// The first day on which it holds.
    pub effective_on: Option<Date>,
    /// The hash of what was signed.
    pub content_hash: Option<ContentHash>,
    /// Who signed, as whom and when.
    pub signatures: Vec<(SlotRole, Timestamp)>,
    /// What the check of everything that stands here says; nothing before anything is frozen, or after it was erased.
    pub verdict: Option<Verdict>,
    /// Whether what people wrote in it was erased.
    pub erased: bool,
}

/// What the check of a file says.
#[derive(Debug)]
pub struct FileChecked {
    /// What was found.
    pub report: Report,
    /// Whether an agreement of that id stands here with the same content.
    pub known_here: bool,
}

/// Events that a party wrote before the other saw anything of it: they are nobody else's business.
pub(super) fn hidden_from(party: Party, events: &[ToldEvent]) -> Vec<u64> {
    let handed = events
        .iter()
        .find(|told| told.event.act == "hand_over")
        .map(|told| told.event.seq);
    let before = |told: &&ToldEvent| handed.is_none_or(|handed| told.event.seq < handed);
    let others = |told: &&ToldEvent| told.event.actor != party.code() && told.event.act != "create";
    events
        .iter()
        .filter(before)
        .filter(others)
        .map(|told| told.event.seq)
        .collect()
}

async fn put_together<M>(tx: &mut Tx<M>, open: &OpenAgreement) -> Result<(Export, Vec<ToldEvent>)> {
    let agreement = open.get();
    // What was last frozen, also when that round came to nothing.
    let version = agreement.frozen().map(|frozen| frozen.version);
    let version = version.or_else(|| agreement.past_rounds().last().map(|round| round.frozen.version));
    let version = version.ok_or(AgreementRefusal::NothingFrozen)?;
    let content = tx
        .agreement_versions()
        .find(open.key(), version)
        .await?
        .ok_or(Failure::NotFound)?;
    let told = tx
        .agreement_events()
        .of_agreement(agreement.id(), Some(open.key()))
        .await?;
    let seals = tx.agreement_seals().of_agreement(agreement.id()).await?;
    let trusted = tx.seal_keys().trusted().await?;
    let mut keys: Vec<PublicKey> = Vec::new();
    for seal in &seals {
        let key = trusted.find(seal.statement.key).map(|key| key.public_key);
        keys.extend(key.filter(|key| !keys.contains(key)));
    }
    let events = told.iter().map(|told| told.event.clone()).collect();
    let details: Vec<Option<Details>> = told.iter().map(|told| told.details.clone()).collect();
    Ok((Export::new(content, events, details, seals, &keys), told))
}

/// Everything that proves an agreement, for a party. Who takes it is written down.
pub async fn export(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<ExportFile> {
    let mut tx = app.db().write().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let (mut export, told) = put_together(&mut tx, &open).await?;
    for seq in hidden_from(officer.party(), &told) {
        export = export.without_details(seq);
    }
    let file = ExportFile {
        name: format!("{}.json", open.head().number),
        content: export.render(),
    };
    let entry = app.audit(actor, cx, "export_agreement").on("agreement", id.uuid());
    tx.commit(entry.now(json!({ "party": officer.party().code() })).done())
        .await?;
    Ok(file)
}

/// The same for somebody who signed. What the parties wrote to each other is left out; the file can be checked all the same.
pub async fn copy(app: &App, cx: &Cx, actor: &Actor, key: SignKey<'_>) -> Result<ExportFile> {
    let look = super::sign::look(app, cx, actor, key).await?;
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, look.agreement).await?;
    let signed = slot_of(open.get(), look.slot).is_some_and(|(_, slot)| slot.is_signed());
    if !signed {
        return Err(Failure::NotFound);
    }
    let (mut export, told) = put_together(&mut tx, &open).await?;
    for told in told {
        let frozen = told
            .details
            .as_ref()
            .is_some_and(|details| details.fields.value().get("sections").is_some());
        if !frozen && !matches!(told.event.act.as_str(), "sign" | "take_effect") {
            export = export.without_details(told.event.seq);
        }
    }
    Ok(ExportFile {
        name: format!("{}.json", open.head().number),
        content: export.render(),
    })
}

/// The agreement of a code that somebody has typed. Guessing codes is slow: each try counts.
pub async fn try_verify_code(app: &App, cx: &Cx, code: &str) -> Result<VerifyLook> {
    accounts::limit(app, cx, "verify_code", &cx.client, 60, 10).await?;
    look(app, code).await
}

/// A code as it is stored, however it was typed.
fn printed(code: &str) -> String {
    let plain: Vec<char> = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let groups: Vec<String> = plain.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The agreement of a code. Writes nothing; whoever lets strangers look at codes counts their looks.
pub async fn look(app: &App, code: &str) -> Result<VerifyLook> {
    let mut tx = app.db().read().await?;
    let head = tx
        .agreements()
        .find_by_verify_code(&printed(code))
        .await?
        .ok_or(Failure::NotFound)?;
    // The code is printed with what is frozen; before that there is nothing to prove.
    if matches!(head.stage, Stage::Draft | Stage::Negotiating) {
        return Err(Failure::NotFound);
    }
    let slots = tx.agreements().slots(head.id).await?;
    let found = tx
        .agreements()
        .find(head.id, app.keys())
        .await?
        .and_then(storage::FoundAgreement::open);
    let trusted = tx.seal_keys().trusted().await?;
    let verdict = match &found {
        Some(open) => match put_together(&mut tx, open).await {
            Ok((export, _)) => Some(verify(&export, &trusted).verdict()),
            Err(Failure::Refused(_)) => None,
            Err(failure) => return Err(failure),
        },
        None => None,
    };
    let college = match head.parties.college {
        Some(college) => Some(organisation_name(&mut tx, college).await?),
        None => None,
    };
    let signed = |slot: &Slot| Some((slot.role, slot.signature()?.at));
    let signatures = match &found {
        Some(open) => open
            .get()
            .slots()
            .into_iter()
            .flat_map(Slots::signed)
            .filter_map(signed)
            .collect(),
        // The state is gone with the key; the plain rows still say who signed when.
        None => slots
            .iter()
            .filter(|slot| slot.content_version == head.content_version)
            .filter_map(|slot| Some((slot.role, slot.signature.as_ref()?.at)))
            .collect(),
    };
    Ok(VerifyLook {
        enterprise: organisation_name(&mut tx, head.parties.enterprise).await?,
        college,
        stage: head.stage,
        effective_on: found.as_ref().and_then(|open| Some(open.get().running()?.since)),
        content_hash: head.content_hash,
        signatures,
        verdict,
        erased: head.erased,
        number: head.number,
    })
}

/// Checks a file that somebody has, against itself and the keys of this platform.
pub async fn check_file(app: &App, cx: &Cx, file: &[u8]) -> Result<FileChecked> {
    accounts::limit(app, cx, "verify_file", &cx.client, 30, 10).await?;
    if file.len() > MAX_FILE {
        let max = MAX_FILE / 1024 / 1024;
        return Err(super::edit::problem("file", marketplace::ProblemCode::TooLong { max }));
    }
    let mut tx = app.db().read().await?;
    let trusted = tx.seal_keys().trusted().await?;
    let report = verify_file(file, &trusted);
    let known_here = match (report.agreement, report.content_hash) {
        (Some(id), Some(hash)) => {
            let head = tx.agreements().head(id).await?;
            head.is_some_and(|head| head.content_hash == Some(hash))
        }
        _ => false,
    };
    Ok(FileChecked { report, known_here })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        assert_eq!(printed(" 7k3m p9qx4rtw"), "7K3M-P9QX-4RTW");
    }
}
