//! Signing: by the own link or code, or by the login of the person that the slot names. Looking changes nothing; mail
//! scanners open every link.

use std::fmt;

use agreement::{
    evidence::{Authority, Consent, ContentHash},
    lifecycle::{Channel, Method, Proposed, Signed, Signing, Slot, SlotRole, SlotState, Stage, State},
    training::{Body, Clause, IdNumber, Plain, Sight, clauses, plain},
};
use kernel::{AgreementId, Date, Locale, SlotId, Timestamp};
use marketplace::organisation::name_key;
use serde_json::json;
use storage::{AgreementLink, OpenAgreement, Reads};
use words::Text;

use super::{
    authority::{self, AuthorityInput},
    ending::SignedCourse,
    notices::organisation_name,
    refusal::AgreementRefusal,
    review::body_of,
    work::{self, Note, Work, slot_of},
};
use crate::{
    Actor, App, Cx, Failure, Result, Token, access::Signatory, accounts, compiled_here, token::spoken_code_hash,
};

/// The version of the sentences that signatories agree to (`agreement_consent` in the catalogue).
pub const CONSENT: &str = "consent/1";

/// How often a slot can be tried in so many days, before its signatory has to be asked again.
const TRIES: i64 = 16;
const TRIES_DAYS: i64 = 30;
/// How often a signature that came second is tried again.
const SECOND_LOOKS: u8 = 3;

/// By what somebody comes to a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignKey<'a> {
    /// The token of a link, or a code as typed.
    Link(&'a str),
    /// The login of whom the slot names.
    Slot(AgreementId, SlotId),
}

/// Whether the slot can be signed now, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignStep {
    /// It can.
    Open {
        /// Until when.
        deadline: Timestamp,
    },
    /// Others sign first.
    WaitingTurn,
    /// It is signed.
    Signed {
        /// When.
        at: Timestamp,
    },
    /// Its signatory declined.
    Declined {
        /// When.
        at: Timestamp,
    },
    /// Its time is over; a party can give more.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// The round is over without this signature, or the signature is one of an earlier round.
    Over,
    /// A party asks to take it back; nobody signs meanwhile.
    BeingRecalled {
        /// Whether this signatory is asked to agree to that.
        asked: bool,
        /// Why, in the words of the party.
        reason: String,
    },
}

/// A slot as its signatory sees it.
#[derive(Debug)]
pub struct SignLook {
    /// The agreement.
    pub agreement: AgreementId,
    /// Its number.
    pub number: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// The apprentice.
    pub apprentice: String,
    /// The slot.
    pub slot: SlotId,
    /// As whom it signs.
    pub role: SlotRole,
    /// The name of who signs.
    pub name: String,
    /// How they are known here.
    pub method: Method,
    /// Whether it can be signed.
    pub step: SignStep,
    /// Where the agreement stands.
    pub stage: Stage,
    /// The first day on which it holds, once all signed.
    pub effective_on: Option<Date>,
    /// Whether the last four characters of the identity number are asked for.
    pub asks_for_id: bool,
    /// Whether the name is asked for.
    pub asks_for_name: bool,
    /// What to propose as the right to sign for an organisation; nothing where none is asked for.
    pub authority: Option<AuthorityInput>,
    /// What is signed, as its signatory is shown it: numbers of identity documents are masked.
    pub body: Body,
    /// The text.
    pub clauses: Vec<Clause>,
    /// The same in plain words.
    pub plain: Vec<Plain>,
    /// The hash of what is signed: to be given back with the signature.
    pub content_hash: ContentHash,
    /// The sentence to agree to, in the reader's language.
    pub consent: Consent,
    /// Every slot that stands: as whom, and what became of it ([`SlotState::CODES`]).
    pub others: Vec<(SlotRole, &'static str)>,
    /// The code by which anybody can verify the agreement, once all signed.
    pub verify_code: Option<String>,
    /// What became of it since, and what this signatory may do with it.
    pub course: Option<SignedCourse>,
}

/// What a signatory sends. Its `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub struct SignInput {
    /// Their name, typed.
    pub name: String,
    /// The last four characters of their identity number, typed.
    pub id_last_four: String,
    /// The hash of what was shown, in hexadecimal.
    pub seen: String,
    /// The version of the sentence that was shown.
    pub consent: String,
    /// The language it was shown in, when it is not that of the request.
    pub locale: Option<Locale>,
    /// Whether they agreed to the sentence.
    pub agreed: bool,
    /// By what right, for who signs for an organisation.
    pub authority: AuthorityInput,
    /// The program they used, as it names itself.
    pub user_agent: String,
}

impl fmt::Debug for SignInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInput(..)")
    }
}

pub(super) async fn find_link(tx: &mut Reads, key: &str) -> Result<AgreementLink> {
    let found = match Token::parse(key) {
        Some(token) => tx.agreement_links().find_by_token(&token.hash()).await?,
        None => tx.agreement_links().find_by_code(&spoken_code_hash(key)).await?,
    };
    found.ok_or(Failure::NotFound)
}

/// Whoever holds the slot, and the agreement it is of.
pub(super) async fn hold(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    tx: &mut Reads,
    key: SignKey<'_>,
) -> Result<(Box<OpenAgreement>, Signatory)> {
    match key {
        SignKey::Link(key) => {
            let link = find_link(tx, key).await?;
            let open = work::open(app, tx, link.agreement).await?;
            let (_, slot) = slot_of(open.get(), link.slot).ok_or(Failure::NotFound)?;
            let signatory = Signatory::by_link(&link, slot, cx.now)?;
            Ok((open, signatory))
        }
        SignKey::Slot(id, slot) => {
            let open = work::open(app, tx, id).await?;
            let officer = actor.party_officer(open.head())?;
            let account = tx
                .accounts()
                .find(actor.signed_in()?.person().account)
                .await?
                .ok_or(Failure::NotFound)?;
            let signatory = actor.signatory(&officer, open.get(), slot, &account.email)?;
            Ok((open, signatory))
        }
    }
}

/// The sentence that a signatory agrees to.
fn consent(locale: Locale, role: SlotRole, name: &str, number: &str) -> Consent {
    let text = Text::of("agreement_consent", role.code())
        .with("name", name)
        .with("number", number);
    Consent {
        locale: locale.code().to_owned(),
        text: text.render(locale),
        version: CONSENT.to_owned(),
    }
}

/// Whose identity number whoever signs in this role has.
fn number_of(body: &Body, role: SlotRole) -> Option<&IdNumber> {
    match role {
        SlotRole::Apprentice => body.apprentice.id_no.as_ref(),
        SlotRole::Guardian => body.guardian.id_no.as_ref(),
        SlotRole::Enterprise | SlotRole::College => None,
    }
}

fn step(open: &OpenAgreement, slot: &Slot) -> SignStep {
    let agreement = open.get();
    let present = agreement.slots().is_some_and(|slots| slots.find(slot.id).is_some());
    if let (true, State::Signing(round)) = (present, agreement.state())
        && let Some(proposal) = &round.proposal
        && let Proposed::Recall { reason } = &proposal.of
    {
        return SignStep::BeingRecalled {
            asked: slot.is_signed() && proposal.waiting_for().any(|role| role == slot.role),
            reason: reason.clone(),
        };
    }
    match &slot.state {
        SlotState::Open { deadline, .. } => SignStep::Open { deadline: *deadline },
        SlotState::WaitingTurn => SignStep::WaitingTurn,
        SlotState::Signed(signature) if present => SignStep::Signed { at: signature.at },
        SlotState::Declined { at, .. } => SignStep::Declined { at: *at },
        SlotState::Expired { at } => SignStep::Expired { at: *at },
        SlotState::Signed(_) | SlotState::Replaced { .. } | SlotState::Closed { .. } => SignStep::Over,
    }
}

/// The slot behind a code that somebody has typed. Guessing codes is slow: each try counts.
#[compiled_here]
pub async fn try_code(app: &App, cx: &Cx, actor: &Actor, code: &str) -> Result<SignLook> {
    accounts::limit(app, cx, "sign_code", &cx.client, 30, 10).await?;
    look(app, cx, actor, SignKey::Link(code)).await
}

/// What there is to sign. Writes nothing; whoever lets strangers look at codes counts their looks.
#[compiled_here]
pub async fn look<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>) -> Result<SignLook> {
    let mut tx = app.db().read().await?;
    let (open, signatory) = hold(app, cx, actor, &mut tx, key).await?;
    let (version, slot) = slot_of(open.get(), signatory.slot()).ok_or(Failure::NotFound)?;
    let slot = slot.clone();
    let content = tx
        .agreement_versions()
        .find(open.key(), version)
        .await?
        .ok_or(Failure::NotFound)?;
    let body = body_of(&content)?;
    let asks_for_id = number_of(&body, slot.role).is_some();
    let by_login = signatory.method() == Method::Login;
    let body = body.masked(match (slot.role, by_login) {
        (SlotRole::College, _) => Sight::College,
        (_, true) => Sight::Employer,
        (_, false) => Sight::Signatory,
    });
    let parties = *open.get().parties();
    let college = match parties.college {
        Some(college) => Some(organisation_name(&mut tx, college).await?),
        None => None,
    };
    let vocabulary = app.vocabulary();
    let agreement = open.get();
    let number = open.head().number.clone();
    let standing = agreement
        .slots()
        .into_iter()
        .flat_map(agreement::lifecycle::Slots::standing);
    Ok(SignLook {
        agreement: agreement.id(),
        enterprise: organisation_name(&mut tx, parties.enterprise).await?,
        college,
        apprentice: body.apprentice.name.clone().unwrap_or_default(),
        slot: slot.id,
        role: slot.role,
        method: signatory.method(),
        step: step(&open, &slot),
        stage: agreement.stage(),
        effective_on: agreement.running().map(|running| running.since),
        asks_for_id: asks_for_id && !by_login,
        asks_for_name: !by_login,
        authority: authority::proposed(&body, slot.role, &slot.name),
        clauses: clauses(&body, &vocabulary),
        plain: plain(&body),
        body,
        content_hash: content.hash(),
        consent: consent(cx.locale, slot.role, &slot.name, &number),
        others: standing.map(|slot| (slot.role, slot.state.code())).collect(),
        verify_code: agreement.running().map(|_| open.head().verify_code.clone()),
        course: SignedCourse::of(agreement, &slot),
        name: slot.name,
        number,
    })
}

/// Counts tries at a slot, before the one transaction that writes: names and numbers are not found out by guessing.
pub(super) async fn limit(app: &App, cx: &Cx, actor: &Actor, what: &str, key: SignKey<'_>) -> Result<()> {
    accounts::limit(app, cx, what, &cx.client, 120, 10).await?;
    let mut tx = app.db().read().await?;
    let (open, signatory) = hold(app, cx, actor, &mut tx, key).await?;
    drop(tx);
    accounts::limit(app, cx, what, &signatory.slot().to_string(), 12, 60).await?;
    if !matches!(what, "sign" | "decline") {
        return Ok(());
    }
    // Whoever holds the link reads all of a number but its end: a few tries an hour would find that in days. Who is asked
    // again gets as many tries anew.
    let (_, slot) = slot_of(open.get(), signatory.slot()).ok_or(Failure::NotFound)?;
    let asked = format!("{} {}", slot.id, slot.extensions);
    accounts::limit(app, cx, "sign_slot", &asked, TRIES, TRIES_DAYS * 24 * 60).await
}

pub(super) async fn begin<'a>(
    app: &'a App,
    cx: &'a Cx,
    actor: &'a Actor,
    key: SignKey<'_>,
) -> Result<(Work<'a>, Signatory)> {
    let mut tx = app.db().write().await?;
    let (open, signatory) = hold(app, cx, actor, &mut tx, key).await?;
    Ok((Work::with(app, cx, actor, tx, open), signatory))
}

/// Whether what was typed is what the agreement says of the signatory.
pub(super) fn is_the_person(input: &SignInput, slot: &Slot, body: &Body) -> bool {
    let name = !slot.name.trim().is_empty() && name_key(&input.name) == name_key(&slot.name);
    let end = |text: &str| -> Vec<char> {
        let all: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        all[all.len().saturating_sub(4)..].to_vec()
    };
    let number = match number_of(body, slot.role) {
        Some(number) => {
            let typed: Vec<char> = input.id_last_four.chars().filter(|c| !c.is_whitespace()).collect();
            typed.len() == 4 && end(&input.id_last_four) == end(number.expose())
        }
        None => !slot.role.is_the_party(),
    };
    name && number
}

/// Signs. The hash of what was shown has to be that of what is signed; name and number have to be those of the agreement.
#[compiled_here]
pub async fn sign<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>, input: &SignInput) -> Result<Signed> {
    limit(app, cx, actor, "sign", key).await?;
    // Two who sign at the same moment change the same agreement: whoever comes second reads it again.
    for _ in 0..SECOND_LOOKS {
        match sign_once(app, cx, actor, key, input).await {
            Err(Failure::Conflict) => {}
            answered => return answered,
        }
    }
    sign_once(app, cx, actor, key, input).await
}

async fn sign_once(app: &App, cx: &Cx, actor: &Actor, key: SignKey<'_>, input: &SignInput) -> Result<Signed> {
    let (mut work, signatory) = begin(app, cx, actor, key).await?;
    let (version, slot) = slot_of(work.agreement(), signatory.slot()).ok_or(Failure::NotFound)?;
    let slot = slot.clone();
    let content = work
        .tx
        .agreement_versions()
        .find(work.open.key(), version)
        .await?
        .ok_or(Failure::NotFound)?;
    // What cannot be read as a hash is none that was shown.
    let seen = input
        .seen
        .trim()
        .parse::<ContentHash>()
        .unwrap_or_else(|_| ContentHash::from_bytes([0; 32]));
    // What was typed of it is read below.
    let stand_in = (!slot.role.is_the_party()).then_some(Authority::LegalRepresentative);
    let mut signing = Signing {
        by: signatory.acts_as(),
        slot: slot.id,
        seen,
        authority: stand_in,
        method: signatory.method(),
        identified_at: cx.now,
        consent: consent(
            input.locale.unwrap_or(cx.locale),
            slot.role,
            &slot.name,
            &work.open.head().number,
        ),
        at: cx.now,
    };
    // Why the slot cannot be signed at all comes before what was typed wrong.
    let _ = work.agreement().clone().sign(signing.clone())?;
    work.verified_parties().await?;
    let body = body_of(&content)?;
    let by_login = signatory.method() == Method::Login;
    if !by_login && !is_the_person(input, &slot, &body) {
        return Err(AgreementRefusal::NotThePerson.into());
    }
    signing.authority = authority::read(&input.authority, &body, (slot.role, &slot.name), cx.today())?;
    if !input.agreed {
        return Err(AgreementRefusal::NotAgreed.into());
    }
    if input.consent != CONSENT {
        return Err(AgreementRefusal::OtherConsent.into());
    }
    let note = Note {
        declaration: work
            .agreement()
            .declaration(&signing)
            .map(|declaration| (declaration, identity(&signatory, &slot))),
        ..Note::default()
    };
    let note = note.with_origin(origin(cx, actor, &signatory, &slot, &input.user_agent));
    let (work, signed) = work.act(note, |agreement| agreement.sign(signing)).await?;
    if let Signed::AllSigned { effective_on } = signed {
        took_effect(&work, effective_on);
    }
    let more = json!({ "slot": slot.id, "role": slot.role.code(), "method": signatory.method().code() });
    work.commit("sign_agreement", more).await?;
    Ok(signed)
}

/// The agreement holds from here on: everybody signed, the seal is upon it and the letters lie in the outbox, all in the
/// transaction of `work`, which is not committed yet. Whatever begins with an agreement begins here.
fn took_effect(work: &Work<'_>, effective_on: Date) {
    let on = kernel::format_date(effective_on);
    tracing::info!(agreement = %work.agreement().id(), on, "an agreement took effect");
}

/// What somebody showed to be known as the signatory of a slot.
pub(super) fn identity(signatory: &Signatory, slot: &Slot) -> Vec<&'static str> {
    match (signatory.method(), slot.role.is_the_party()) {
        (Method::Login, _) => vec!["login"],
        (Method::InPerson, true) => vec!["code", "name", "id_last_four"],
        (Method::InPerson, false) => vec!["code", "name"],
        (Method::Link | Method::LinkAndCode, true) => vec!["link", "name", "id_last_four"],
        (Method::Link | Method::LinkAndCode, false) => vec!["link", "name"],
    }
}

/// From where somebody signs, declines or answers. It is nobody else's business: no party's file has it.
pub(super) fn origin(
    cx: &Cx,
    actor: &Actor,
    signatory: &Signatory,
    slot: &Slot,
    user_agent: &str,
) -> serde_json::Value {
    let session = actor.person();
    let person = session.filter(|person| signatory.person() == Some(person.id));
    json!({
        "client": cx.client,
        "user_agent": user_agent.chars().take(300).collect::<String>(),
        "address": match &slot.channel {
            Channel::Email { address } => Some(address.as_str()),
            Channel::Code => None,
        },
        "person": person.map(|person| json!({ "id": person.id, "name": person.name })),
        // Who was signed in where this was done, also when it was done by a link that is another's.
        "session": session.map(|person| json!({
            "id": person.id,
            "name": person.name,
            "organisation": person.acting.as_ref().map(|acting| &acting.organisation_name),
        })),
    })
}
