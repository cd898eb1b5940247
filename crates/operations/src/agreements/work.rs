//! The one way in which something happens to an agreement: load, decide, append events, save, follow the effects, commit
//! with an audit entry; all in one transaction. What people wrote goes into the details of events, which are sealed under
//! the agreement's own key; audit entries and logs get ids, codes and numbers.

use std::{collections::BTreeSet, fmt};

use agreement::{
    evidence::{Declaration, Details, Entry, Origin, Subject},
    lifecycle::{Agreement, Done, Effect, Role, Slot, SlotRole, SlotState, Step},
    training::Draft,
};
use kernel::{AgreementId, SlotId, Timestamp};
use serde_json::{Map, Value, json};
use storage::{AgreementLink, OpenAgreement, Reads, Reason, Tx, Write};
use words::Text;

use crate::{
    Actor, App, Cx, Failure, Refusal, Result, Token,
    agreements::AgreementRefusal,
    jobs::{self, Job},
    records,
    token::{spoken_code, spoken_code_hash},
};

/// For how many days a link opens after the deadline of its slot: long enough to read why it does not sign any more.
const LINK_DAYS: i64 = 30;
/// For how many days whoever signed may come back to the signed text by the link of the last letter.
pub(super) const KEPT_DAYS: i64 = 365;

/// A code to hand over to a signatory who has no address. Shown this once; its `Debug` shows neither code nor link.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedCode {
    /// For which slot.
    pub slot: SlotId,
    /// As whom it signs.
    pub role: SlotRole,
    /// Whom to hand it to.
    pub name: String,
    /// The code, to be said or written down.
    pub code: String,
    /// The page it leads to, for a picture to scan.
    pub path: String,
    /// Until when it opens.
    pub expires_at: Timestamp,
}

impl fmt::Debug for HandedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("HandedCode");
        shown.field("slot", &self.slot).field("role", &self.role);
        shown.finish_non_exhaustive()
    }
}

/// What an act leaves behind beside the state: for the chain of events, and for letters.
#[derive(Debug, Default)]
pub(super) struct Note {
    /// Details of the event, sealed: who, how and why, for every party.
    pub(super) fields: Map<String, Value>,
    /// From where it came, sealed apart: network address, program, addresses that people are asked at.
    pub(super) origin: Option<Value>,
    /// What a signatory declares, when the act is a signature, and what they showed to be known by.
    pub(super) declaration: Option<(Declaration, Vec<&'static str>)>,
    /// Rules whose fields the act changed: reasons given to their warnings do not count any more.
    pub(super) touched: BTreeSet<&'static str>,
    /// What letters tell.
    pub(super) news: News,
}

/// What letters tell beside the state.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The organisation that acts, when it is not the one of the actor.
    pub(super) by: Option<String>,
    /// A message from one party to the other.
    pub(super) message: Option<String>,
    /// Why.
    pub(super) reason: String,
    /// Names of the fields that changed.
    pub(super) fields: Vec<Text>,
    /// The deadline that passed.
    pub(super) deadline: Option<Timestamp>,
    /// When a signatory was last asked.
    pub(super) last_asked: Option<Timestamp>,
    /// Whether the signatory was asked before and gets more time.
    pub(super) extended: bool,
    /// Whether the actor may be shown codes to hand over.
    pub(super) shows_codes: bool,
    /// What is proposed, agreed to, dropped or decided of an agreement that holds.
    pub(super) change: Option<mail::Change>,
    /// Who proposed that, when it is not who acts now.
    pub(super) proposer: Option<mail::ChangeBy>,
    /// Who acts, when they come by their own place of signing.
    pub(super) signatory: Option<mail::ChangeBy>,
}

impl Note {
    /// A note with these details.
    pub(super) fn of(fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The same with where it came from.
    pub(super) fn with_origin(mut self, origin: Value) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The same with these news.
    pub(super) fn telling(mut self, news: News) -> Self {
        self.news = news;
        self
    }
}

/// An agreement being worked on.
pub(super) struct Work<'a> {
    pub(super) app: &'a App,
    pub(super) cx: &'a Cx,
    pub(super) actor: &'a Actor,
    pub(super) tx: Tx<Write>,
    pub(super) open: Box<OpenAgreement>,
    codes: Vec<HandedCode>,
    pub(super) title: Option<mail::AgreementTitle>,
}

/// The agreement, opened. One that was erased is not there any more.
pub(crate) async fn open(app: &App, tx: &mut Reads, id: AgreementId) -> Result<Box<OpenAgreement>> {
    let found = tx.agreements().find(id, app.keys()).await?;
    let open = found.and_then(storage::FoundAgreement::open).map(Box::new);
    open.ok_or(Failure::NotFound)
}

/// What was typed so far.
pub(super) async fn draft(tx: &mut Reads, open: &OpenAgreement) -> Result<storage::Versioned<Draft>> {
    tx.agreement_drafts()
        .find::<Draft>(open.key())
        .await?
        .ok_or(Failure::NotFound)
}

/// The slot with the version that it signs, in the present round or a past one.
pub(super) fn slot_of(agreement: &Agreement, id: SlotId) -> Option<(u32, &Slot)> {
    let now = agreement.frozen().zip(agreement.slots());
    let now = now.and_then(|(frozen, slots)| Some((frozen.version, slots.find(id)?)));
    let mut past = agreement.past_rounds().iter();
    now.or_else(|| past.find_map(|round| Some((round.frozen.version, round.slots.find(id)?))))
}

/// Whether the slot is signed in the round that took effect: its signatory has a way back for as long as that holds.
pub(super) fn is_held(agreement: &Agreement, slot: &Slot) -> bool {
    let signed = agreement.running().and_then(|running| running.slots.find(slot.id));
    signed.is_some_and(Slot::is_signed)
}

impl<'a> Work<'a> {
    /// Opens an agreement to change it.
    pub(super) async fn open(app: &'a App, cx: &'a Cx, actor: &'a Actor, id: AgreementId) -> Result<Self> {
        let mut tx = app.db().write().await?;
        let open = open(app, &mut tx, id).await?;
        Ok(Self::with(app, cx, actor, tx, open))
    }

    /// Goes on in a transaction that was begun.
    pub(super) const fn with(
        app: &'a App,
        cx: &'a Cx,
        actor: &'a Actor,
        tx: Tx<Write>,
        open: Box<OpenAgreement>,
    ) -> Self {
        Self {
            app,
            cx,
            actor,
            tx,
            open,
            codes: Vec::new(),
            title: None,
        }
    }

    /// The agreement as it stands.
    pub(super) const fn agreement(&self) -> &Agreement {
        self.open.get()
    }

    /// Gives the agreement its number, unless it has one: from the sequence of the enterprise in this year, without gaps.
    pub(super) async fn number(&mut self) -> Result<()> {
        if !self.open.head().number.is_empty() {
            return Ok(());
        }
        let (enterprise, year) = (self.agreement().parties().enterprise, self.cx.today().year());
        let taken = self.tx.agreements().take_number(enterprise, year).await?;
        let number = format!("PX-{year}-{taken:04}");
        self.tx.agreements().give_number(&mut self.open, &number).await?;
        Ok(())
    }

    /// Refuses while an organisation that concludes the agreement is not verified: nobody binds themselves to one that
    /// was suspended.
    pub(super) async fn verified_parties(&mut self) -> Result<()> {
        let parties = *self.agreement().parties();
        let own = self.actor.organisation();
        for id in std::iter::once(parties.enterprise).chain(parties.college) {
            let found = self.tx.organisations().find(id).await?.ok_or(Failure::NotFound)?;
            if found.get().is_verified() {
                continue;
            }
            return Err(if own == Some(id) {
                Refusal::NotVerified.into()
            } else {
                AgreementRefusal::PartyNotVerified.into()
            });
        }
        Ok(())
    }

    /// Who acts, for the details of an event.
    fn by(&self) -> Value {
        match self.actor {
            Actor::Person(person) => json!({
                "person": person.id,
                "name": person.name,
                "organisation": person.acting.as_ref().map(|acting| &acting.organisation_name),
            }),
            _ => Value::Null,
        }
    }

    /// Does an act: decides, appends its events, saves, and follows its effects. The answer is the act's own.
    pub(super) async fn act<O, E: Into<Failure>>(
        self,
        note: Note,
        act: impl FnOnce(Agreement) -> Result<(Agreement, Done<O>), E>,
    ) -> Result<(Self, O)> {
        let before = self.open.get().content_version();
        let (open, done) = self.open.act(act).map_err(Into::into)?;
        let mut work = Self {
            open: Box::new(open),
            ..self
        };
        work.acted(note, before, done.steps, done.effects).await?;
        Ok((work, done.outcome))
    }

    /// Writes what an act did and what follows from it.
    async fn acted(&mut self, note: Note, before: u32, steps: Vec<Step>, effects: Vec<Effect>) -> Result<()> {
        let Note {
            fields,
            origin,
            declaration,
            touched,
            news,
        } = note;
        let (id, at) = (self.agreement().id(), self.cx.now);
        let chance = self.app.chance();
        let mut beside = Some((fields, origin, declaration));
        for step in steps {
            let (details, origin) = match beside.take() {
                Some((_, origin, Some((declaration, identity)))) => (declaration.details(&identity, chance)?, origin),
                Some((mut fields, origin, None)) => {
                    fields.insert("by".to_owned(), self.by());
                    (Details::new(Value::Object(fields), chance)?, origin)
                }
                None => (Details::new(json!({}), chance)?, None),
            };
            let origin = origin.map(|fields| Origin::new(fields, chance)).transpose()?;
            let entry = step.entry(id, at);
            self.append(entry, &details, origin.as_ref()).await?;
        }
        let (app, key) = (self.app, self.open.key().clone());
        self.tx.agreements().save(&self.open, at, app.chance()).await?;
        let now = self.agreement().content_version();
        if now == before {
            for rule in &touched {
                self.tx.agreement_reasons().forget(&key, now, rule).await?;
            }
        } else {
            carry_reasons(app, &mut self.tx, &key, (before, now), &touched).await?;
        }
        if let Some(next) = self.agreement().next_due() {
            let job = Job::Agreement { agreement: id };
            jobs::enqueue_at(app, self.cx, &mut self.tx, &job, next).await?;
        }
        for effect in effects {
            self.follow(effect, &news).await?;
        }
        Ok(())
    }

    async fn append(&mut self, entry: Entry, details: &Details, origin: Option<&Origin>) -> Result<()> {
        let (key, chance) = (self.open.key(), self.app.chance());
        let mut events = self.tx.agreement_events();
        events.append_from(key, entry, (details, origin), chance).await?;
        Ok(())
    }

    /// Appends an event that changes no state: a reason given, a document looked at, a code handed over.
    pub(super) async fn note(
        &mut self,
        act: &'static str,
        role: Role,
        slot: Option<SlotId>,
        fields: Value,
    ) -> Result<()> {
        let mut note = Note::of(fields);
        note.fields.insert("by".to_owned(), self.by());
        let details = Details::new(Value::Object(note.fields), self.app.chance())?;
        let agreement = self.agreement();
        let entry = Entry {
            agreement: agreement.id(),
            at: self.cx.now,
            act: act.to_owned(),
            actor: role.code().to_owned(),
            slot,
            content_version: agreement.content_version(),
            content_hash: agreement.frozen().map(|frozen| frozen.hash),
        };
        self.append(entry, &details, None).await
    }

    async fn follow(&mut self, effect: Effect, news: &News) -> Result<()> {
        match effect {
            Effect::AskToSign(slot) => self.ask(slot, news).await,
            Effect::Remind(slot) => self.remind(slot, news).await,
            Effect::RevokeLink(slot) => {
                let (id, at) = (self.agreement().id(), self.cx.now);
                self.tx.agreement_links().revoke(id, slot, at).await?;
                Ok(())
            }
            Effect::Tell(told, notice) => self.tell(told, notice, news).await,
            Effect::Seal => self.seal().await,
            // No post counts seats yet.
            Effect::ReleaseSeats | Effect::CommitSeats => Ok(()),
            Effect::BeginRecord | Effect::PauseRecord | Effect::ResumeRecord | Effect::EndRecord => {
                let title = self.title().await?;
                // Off the stack: an act on an agreement is deep enough without it.
                Box::pin(records::follow(
                    self.app,
                    self.cx,
                    &mut self.tx,
                    &self.open,
                    (effect, &title),
                ))
                .await
            }
        }
    }

    /// The platform's seal over what is frozen and everything that has happened.
    async fn seal(&mut self) -> Result<()> {
        let (app, at, id) = (self.app, self.cx.now, self.agreement().id());
        let Some(version) = self.agreement().frozen().map(|frozen| frozen.version) else {
            return Ok(());
        };
        let content = self.tx.agreement_versions().find(self.open.key(), version).await?;
        let content = content.ok_or(Failure::NotFound)?;
        let tip = self.tx.agreement_events().tip(id).await?.ok_or(Failure::NotFound)?;
        let before = self.tx.agreement_seals().of_agreement(id).await?;
        let key = self.tx.seal_keys().current(app.keys(), at, app.chance()).await?;
        let seal = key.seal(Subject::from(&content), tip, before.last(), at);
        self.tx.agreement_seals().append(&seal).await?;
        // Typesetting would hold up whoever signs last, and everybody else who writes.
        let job = Job::Document { agreement: id };
        jobs::enqueue(app, self.cx, &mut self.tx, &job).await
    }

    /// A new link to a slot, and a code for it where one is handed over. Answers with the path and the code.
    pub(super) async fn link(&mut self, slot: SlotId, days: i64, with_code: bool) -> Result<(String, Option<String>)> {
        let (version, found) = slot_of(self.agreement(), slot).ok_or(Failure::NotFound)?;
        let until = match found.state {
            SlotState::Open { deadline, .. } => deadline,
            _ => self.cx.now,
        };
        let link = AgreementLink {
            agreement: self.agreement().id(),
            content_version: version,
            slot,
            created_at: self.cx.now,
            expires_at: until.plus_days(days),
            revoked_at: None,
        };
        let token = Token::new(self.app.chance());
        let code = with_code.then(|| spoken_code(self.app.chance()));
        let hash = code.as_deref().map(spoken_code_hash);
        let mut links = self.tx.agreement_links();
        links.insert(&link, &token.hash(), hash.as_ref()).await?;
        Ok((format!("/sign/{}", token.expose()), code))
    }

    /// A new link in a letter.
    pub(super) async fn letter_link(&mut self, slot: SlotId) -> Result<mail::LinkPath> {
        let (path, _) = self.link(slot, LINK_DAYS, false).await?;
        Ok(mail::LinkPath::new(&path))
    }

    /// A new code to hand over; every earlier one is dead from now on.
    pub(super) async fn hand_code(&mut self, slot: SlotId) -> Result<()> {
        let (_, found) = slot_of(self.agreement(), slot).ok_or(Failure::NotFound)?;
        let (role, name) = (found.role, found.name.clone());
        let SlotState::Open { deadline, .. } = found.state else {
            return Ok(());
        };
        let (id, at) = (self.agreement().id(), self.cx.now);
        self.tx.agreement_links().revoke(id, slot, at).await?;
        let (path, code) = self.link(slot, LINK_DAYS, true).await?;
        let handed = HandedCode {
            slot,
            role,
            name,
            code: code.unwrap_or_default(),
            path,
            expires_at: deadline,
        };
        self.codes.push(handed);
        Ok(())
    }

    /// Makes it last. The audit log gets the stage, the version and `more`, never what people wrote.
    pub(super) async fn commit(self, act: &'static str, more: Value) -> Result<Vec<HandedCode>> {
        let agreement = self.open.get();
        let mut now = json!({ "stage": agreement.stage().code(), "version": agreement.content_version() });
        if let (Value::Object(now), Value::Object(more)) = (&mut now, more) {
            now.extend(more);
        }
        let entry = self.app.audit(self.actor, self.cx, act);
        let entry = entry.on("agreement", agreement.id().uuid()).now(now);
        self.tx.commit(entry.done()).await?;
        self.app.wake();
        Ok(self.codes)
    }
}

/// Reasons given to warnings of one version count for the next, but for rules whose fields were changed.
async fn carry_reasons(
    app: &App,
    tx: &mut Tx<Write>,
    key: &storage::AgreementKey,
    (from, to): (u32, u32),
    touched: &BTreeSet<&'static str>,
) -> Result<()> {
    let reasons = tx.agreement_reasons().of_agreement(key).await?;
    let kept = reasons
        .into_iter()
        .filter(|reason| reason.content_version == from && !touched.contains(reason.rule.as_str()));
    for reason in kept {
        let reason = Reason {
            content_version: to,
            ..reason
        };
        tx.agreement_reasons().save(key, &reason, app.chance()).await?;
    }
    Ok(())
}
