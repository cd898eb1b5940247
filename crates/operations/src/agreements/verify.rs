//! Proof: the file with everything in it, and the check of a file or of what stands here.

use agreement::{
    evidence::{
        ContentHash, Details, Event, Export, KeyId, PublicKey, Report, Seal, TrustedKeys, Verdict, verify, verify_file,
    },
    lifecycle::{Party, Role, Slot, SlotRole, Slots, Stage},
    training::Person,
};
use kernel::{AgreementId, Date, SlotId, Timestamp};
use serde_json::json;
use storage::{AgreementHead, OpenAgreement, Reads, ToldEvent};

use super::{
    notices::organisation_name,
    refusal::AgreementRefusal,
    sign::SignKey,
    stored::{self, StoredFault},
    work::{self, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, accounts, compiled_here};

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
    /// Whether the key file here does not open it: chain and seals can be checked all the same, the text cannot.
    pub locked: bool,
    /// When it was last sealed, and with which key.
    pub sealed: Option<(Timestamp, KeyId)>,
    /// What of it was changed. Nothing else is said of one that was.
    pub changed: Vec<StoredFault>,
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

/// Who takes a file of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taker {
    /// An officer of a party.
    Party(Party),
    /// Whoever signed in a slot.
    Signatory(SlotId, SlotRole),
}

impl Taker {
    /// Whose numbers, phones and addresses the taker has no need of. The enterprise is the employer, and typed them; a
    /// guardian acts for the apprentice.
    fn without(self) -> &'static [Person] {
        match self {
            Self::Party(Party::College) | Self::Signatory(_, SlotRole::College) => &Person::ALL,
            Self::Signatory(_, SlotRole::Apprentice) => &[Person::Guardian],
            Self::Party(Party::Enterprise) | Self::Signatory(..) => &[],
        }
    }

    /// What the taker gets of everything. What is left out is proven by its hash.
    fn take(self, export: Export) -> Export {
        let persons = self.without().iter();
        let export = persons.fold(export, |export, person| export.without_section(person.key()));
        export.with_origins_of(|event| self.came_with(event))
    }

    /// Whether from where an act came is the taker's own: what their organisation typed, or their own signature.
    fn came_with(self, event: &Event) -> bool {
        match self {
            Self::Party(party) => event.actor == party.code(),
            Self::Signatory(slot, _) => event.slot == Some(slot) && event.actor == Role::Signer.code(),
        }
    }
}

/// The public keys of these seals, each once.
fn public_keys(seals: &[Seal], trusted: &TrustedKeys) -> Vec<PublicKey> {
    let mut keys: Vec<PublicKey> = Vec::new();
    for seal in seals {
        let key = trusted.find(seal.statement.key).map(|key| key.public_key);
        keys.extend(key.filter(|key| !keys.contains(key)));
    }
    keys
}

/// Whether something stored is not what was stored.
fn is_corrupt(failure: &Failure) -> bool {
    let Failure::Internal(error) = failure else {
        return false;
    };
    matches!(error.downcast_ref(), Some(storage::Error::Corrupt { .. }))
}

pub(super) async fn put_together(tx: &mut Reads, open: &OpenAgreement) -> Result<(Export, Vec<ToldEvent>)> {
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
    let keys = public_keys(&seals, &trusted);
    let events = told.iter().map(|told| told.event.clone()).collect();
    let details: Vec<Option<Details>> = told.iter().map(|told| told.details.clone()).collect();
    let origins = told.iter().map(|told| told.origin.clone()).collect();
    let export = Export::new(content, events, details, seals, &keys).with_origins(origins);
    Ok((export, told))
}

/// Everything that proves an agreement, for a party. Who takes it is written down.
#[compiled_here]
pub async fn export(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<ExportFile> {
    let mut tx = app.db().write().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let (mut export, told) = put_together(&mut tx, &open).await?;
    for seq in hidden_from(officer.party(), &told) {
        export = export.without_details(seq);
    }
    let export = Taker::Party(officer.party()).take(export);
    let file = ExportFile {
        name: format!("{}.json", open.head().number),
        content: export.render(),
    };
    let entry = app.audit(actor, cx, "export_agreement").on("agreement", id.uuid());
    tx.commit(entry.now(json!({ "party": officer.party().code() })).done())
        .await?;
    Ok(file)
}

/// What proves an agreement to whoever signed it, without what the parties wrote to each other before.
pub(super) fn without_talk(export: Export, told: &[ToldEvent]) -> Export {
    let froze = |told: &ToldEvent| {
        let details = told.details.as_ref();
        told.event.act == "approve" && details.is_some_and(|details| details.fields.value().get("sections").is_some())
    };
    let talk = told
        .iter()
        .filter(|told| !froze(told) && !matches!(told.event.act.as_str(), "sign" | "take_effect"));
    talk.fold(export, |export, told| export.without_details(told.event.seq))
}

/// The same for somebody who signed. What the parties wrote to each other is left out, and from where others signed; the
/// file can be checked all the same.
#[compiled_here]
pub async fn copy<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>) -> Result<ExportFile> {
    let look = super::sign::look(app, cx, actor, key).await?;
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, look.agreement).await?;
    let (_, slot) = slot_of(open.get(), look.slot).ok_or(Failure::NotFound)?;
    if !slot.is_signed() {
        return Err(Failure::NotFound);
    }
    let taker = Taker::Signatory(slot.id, slot.role);
    let (export, told) = put_together(&mut tx, &open).await?;
    let export = taker.take(without_talk(export, &told));
    Ok(ExportFile {
        name: format!("{}.json", open.head().number),
        content: export.render(),
    })
}

/// The same for the apprentice or the guardian of a record, who has shown before that it is theirs.
pub(crate) async fn copy_for(tx: &mut Reads, open: &OpenAgreement, role: SlotRole) -> Result<ExportFile> {
    let mut slots = open.get().slots().into_iter().flat_map(Slots::signed);
    let slot = slots.find(|slot| slot.role == role).ok_or(Failure::NotFound)?;
    let taker = Taker::Signatory(slot.id, slot.role);
    let (export, told) = put_together(tx, open).await?;
    let export = taker.take(without_talk(export, &told));
    Ok(ExportFile {
        name: format!("{}.json", open.head().number),
        content: export.render(),
    })
}

/// The agreement of a code that somebody has typed. Guessing codes is slow: each try counts.
#[compiled_here]
pub async fn try_verify_code(app: &App, cx: &Cx, code: &str) -> Result<VerifyLook> {
    accounts::limit(app, cx, "verify_code", &cx.client, 60, 10).await?;
    look(app, code).await
}

/// A code as it is stored, however it was typed.
pub(super) fn printed(code: &str) -> String {
    let plain: Vec<char> = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let groups: Vec<String> = plain.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The agreement of a code. Writes nothing; whoever lets strangers look at codes counts their looks.
#[compiled_here]
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
    let changed = stored::check(app, &mut tx, head.id).await?.unwrap_or_default();
    if !changed.is_empty() && !stored::is_locked(&changed) {
        return changed_look(&mut tx, head, changed).await;
    }
    let slots = tx.agreements().slots(head.id).await?;
    let found = match tx.agreements().find(head.id, app.keys()).await {
        Ok(found) => found.and_then(storage::FoundAgreement::open),
        // Sealed with another key file than this one.
        Err(storage::Error::Corrupt { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let trusted = tx.seal_keys().trusted().await?;
    let seals = tx.agreement_seals().of_agreement(head.id).await?;
    let sealed = seals.last().map(|seal| (seal.statement.sealed_at, seal.statement.key));
    let verdict = if let Some(open) = &found {
        match put_together(&mut tx, open).await {
            Ok((export, _)) => Some(verify(&export, &trusted).verdict()),
            Err(Failure::Refused(_)) => None,
            // The right key opens the agreement and not what belongs to it.
            Err(failure) if is_corrupt(&failure) => Some(Verdict::Changed),
            Err(failure) => return Err(failure),
        }
    } else {
        let told = tx.agreement_events().of_agreement(head.id, None).await?;
        let events = told.into_iter().map(|told| told.event).collect();
        let keys = public_keys(&seals, &trusted);
        Export::closed(events, seals, &keys).map(|closed| verify(&closed, &trusted).verdict())
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
        locked: found.is_none() && !head.erased,
        sealed,
        erased: head.erased,
        number: head.number,
        changed: Vec::new(),
    })
}

/// An agreement with which something is wrong: what, and nothing that may be wrong, too.
async fn changed_look(tx: &mut Reads, head: AgreementHead, changed: Vec<StoredFault>) -> Result<VerifyLook> {
    let college = match head.parties.college {
        Some(college) => Some(organisation_name(tx, college).await?),
        None => None,
    };
    Ok(VerifyLook {
        enterprise: organisation_name(tx, head.parties.enterprise).await?,
        college,
        stage: head.stage,
        effective_on: None,
        content_hash: None,
        signatures: Vec::new(),
        verdict: Some(Verdict::Changed),
        locked: false,
        sealed: None,
        erased: head.erased,
        number: head.number,
        changed,
    })
}

/// Checks a file that somebody has, against itself and the keys of this platform.
#[compiled_here]
pub async fn check_file(app: &App, cx: &Cx, file: &[u8]) -> Result<FileChecked> {
    accounts::limit(app, cx, "verify_file", &cx.client, 30, 10).await?;
    if file.len() > MAX_FILE {
        let max = MAX_FILE / 1024 / 1024;
        return Err(super::edit::problem("file", marketplace::ProblemCode::TooLong { max }));
    }
    let mut tx = app.db().read().await?;
    let trusted = tx.seal_keys().trusted().await?;
    let report = if document::is_pdf(file) {
        document::verify(file, &trusted).report
    } else {
        verify_file(file, &trusted)
    };
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
