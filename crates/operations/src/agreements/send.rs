//! Sending to those who sign, and what a party may do while they sign.

use std::collections::{BTreeMap, BTreeSet};

use agreement::{
    lifecycle::{
        Barred, Cadence, Channel, Extending, Party, Recalling, Replacing, Sending, Settled, SlotPlan, SlotRole,
        SlotState, Voiding,
    },
    training::{Body, choice::SigningForm, required_signatories},
};
use kernel::{AgreementId, EmailAddress, Locale, SlotId, Timestamp};
use marketplace::{Problem, ProblemCode};
use serde_json::json;

use super::{
    document::printable,
    edit::{problem, role},
    negotiate::{frozen, words},
    notices::carers,
    refusal::AgreementRefusal,
    review::{body_of, review_frozen},
    work::{self, HandedCode, News, Note, Work},
};
use crate::{Actor, App, Cx, Failure, Result, access::Keeper, accounts, compiled_here};

/// The longest name of somebody who signs.
const NAME: usize = 60;

/// Who has to sign, for the form of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// As whom.
    pub role: SlotRole,
    /// Whether the agreement waits for it; who only acknowledges may be left out.
    pub required: bool,
    /// The name that stands in the agreement, where one does: it cannot be another's.
    pub name: Option<String>,
    /// People of the organisation who may sign for it, with their addresses.
    pub candidates: Vec<(String, Option<EmailAddress>)>,
}

/// Who signs, as typed. With neither an address nor a code nobody knows how to reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatoryInput {
    /// As whom.
    pub role: SlotRole,
    /// The name; ignored where it stands in the agreement.
    pub name: String,
    /// The address, as typed.
    pub email: String,
    /// Whether an officer hands over a code instead.
    pub by_code: bool,
    /// In which language they are written to. Nothing chosen: the one of their account, else Chinese.
    pub language: Option<Locale>,
}

/// What sending brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The slots that are open now.
    pub open: Vec<SlotId>,
    /// Codes to hand over, shown this once.
    pub codes: Vec<HandedCode>,
}

fn signatories(app: &App, cx: &Cx, body: &Body) -> Vec<agreement::training::Signatory> {
    let region = body.head.region.as_deref().unwrap_or("CN");
    let resolved = app.law().resolve(region, cx.today());
    required_signatories(body, &agreement::training::occasion(cx.today(), &resolved))
}

/// The name of whoever signs as themselves.
fn named(body: &Body, role: SlotRole) -> Option<String> {
    match role {
        SlotRole::Apprentice => body.apprentice.name.clone(),
        SlotRole::Guardian => body.guardian.name.clone(),
        SlotRole::Enterprise | SlotRole::College => None,
    }
}

/// Who has to sign the frozen version.
#[compiled_here]
pub async fn send_form(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<Vec<Planned>> {
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let body = body_of(&frozen(&mut tx, &open).await?)?;
    let parties = *open.get().parties();
    let mut planned = Vec::new();
    for signatory in signatories(app, cx, &body) {
        let organisation = match signatory.role {
            SlotRole::Enterprise => Some(parties.enterprise),
            SlotRole::College => parties.college,
            SlotRole::Apprentice | SlotRole::Guardian => None,
        };
        if signatory.role == SlotRole::College && organisation.is_none() {
            continue;
        }
        let candidates = match organisation {
            // Of the other side only those who have to do with it already.
            Some(organisation) if organisation != officer.organisation() => {
                carers(&mut tx, &open, signatory.role.side(), cx.today()).await?
            }
            Some(organisation) => tx.memberships().of_organisation(organisation, Some(cx.today())).await?,
            None => Vec::new(),
        };
        planned.push(Planned {
            role: signatory.role,
            required: signatory.required,
            name: named(&body, signatory.role),
            candidates: candidates
                .into_iter()
                .map(|member| (member.name, member.email))
                .collect(),
        });
    }
    Ok(planned)
}

/// The name of an officer as typed: one line, and no longer than names are.
fn officer_name(field: &str, typed: &str) -> Result<String, Problem> {
    let name: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if name.trim().chars().count() > NAME {
        return Err(Problem {
            field: field.to_owned(),
            code: ProblemCode::TooLong { max: NAME },
        });
    }
    printable(field, name.trim())?;
    Ok(name.trim().to_owned())
}

fn channel(field: &str, email: &str, by_code: bool) -> Result<Option<Channel>, Problem> {
    match (email.trim(), by_code) {
        ("", true) => Ok(Some(Channel::Code)),
        ("", false) => Ok(None),
        (typed, _) => match EmailAddress::parse(typed) {
            Ok(address) => Ok(Some(Channel::Email { address })),
            Err(_) => Err(Problem {
                field: field.to_owned(),
                code: ProblemCode::NotEmail,
            }),
        },
    }
}

/// Addresses of those who act for the parties, as they are compared.
async fn addresses(work: &mut Work<'_>) -> Result<BTreeMap<Party, BTreeSet<String>>> {
    let parties = *work.agreement().parties();
    let organisations = [
        (Party::Enterprise, Some(parties.enterprise)),
        (Party::College, parties.college),
    ];
    let mut addresses = BTreeMap::new();
    for (party, organisation) in organisations {
        let Some(organisation) = organisation else { continue };
        let today = work.cx.today();
        let members = work.tx.memberships().of_organisation(organisation, Some(today)).await?;
        let theirs = members.into_iter().filter_map(|member| Some(member.email?.key()));
        addresses.insert(party, theirs.collect());
    }
    Ok(addresses)
}

/// Nobody has another's letters sent to themselves: who signs as themselves is not reached at an address of a party, nor
/// of who signs for one (`beside`); and a party names only people of the other whom that other let in.
fn theirs(
    (role, channel): (SlotRole, &Channel),
    by: Option<Party>,
    addresses: &BTreeMap<Party, BTreeSet<String>>,
    beside: &[(SlotRole, &Channel)],
) -> Result<(), AgreementRefusal> {
    let Channel::Email { address } = channel else {
        return Ok(());
    };
    let of = |party: Party| addresses.get(&party).is_some_and(|all| all.contains(&address.key()));
    let same = |(other, channel): &(SlotRole, &Channel)| {
        let whose = matches!(channel, Channel::Email { address: one } if one.key() == address.key());
        whose && other.is_the_party() != role.is_the_party()
    };
    let shared = beside.iter().copied().find(same).map(|(other, _)| other);
    if role.is_the_party() && (shared.is_some() || Party::ALL.iter().copied().any(of)) {
        return Err(AgreementRefusal::AddressOfParty { role });
    }
    if let Some(role) = shared {
        return Err(AgreementRefusal::AddressOfParty { role });
    }
    if !role.is_the_party() && by.is_some_and(|by| by != role.side()) && !of(role.side()) {
        return Err(AgreementRefusal::NotOfTheirs { role });
    }
    Ok(())
}

/// Nobody sends letters or makes codes without end. Counted for each organisation, so that nobody uses up another's; and
/// before the one transaction that writes.
pub(super) async fn limit(app: &App, cx: &Cx, actor: &Actor, what: &str, id: AgreementId) -> Result<()> {
    let person = actor.person().map(|person| person.id.to_string());
    let whom = actor
        .organisation()
        .map(|own| own.to_string())
        .or(person)
        .unwrap_or_default();
    accounts::limit(app, cx, what, &format!("{whom} {id}"), 40, 24 * 60).await
}

/// Between freezing and sending days pass: law changes, people come of age, other agreements are made. What was approved is
/// asked once more, as it was frozen.
async fn still_lawful(work: &mut Work<'_>, body: &Body) -> Result<()> {
    let id = work.agreement().id();
    let draft = work::draft(&mut work.tx, &work.open).await?.into_inner();
    let events = work
        .tx
        .agreement_events()
        .of_agreement(id, Some(work.open.key()))
        .await?;
    let review = review_frozen(work.app, work.cx, &mut work.tx, &work.open, (body, &draft), &events).await?;
    match review.unready() {
        Some(unready) => Err(AgreementRefusal::Unready(unready).into()),
        None => Ok(()),
    }
}

/// In which language somebody is written to: as chosen, else as they come to this platform, else in Chinese.
async fn language(work: &mut Work<'_>, chosen: Option<Locale>, channel: Option<&Channel>) -> Result<Locale> {
    Ok(match (chosen, channel) {
        (Some(chosen), _) => chosen,
        (None, Some(Channel::Email { address })) => {
            let own = work.tx.accounts().language_of(&address.key()).await?;
            own.unwrap_or_default()
        }
        (None, _) => Locale::default(),
    })
}

/// Sends the frozen version to those who sign.
#[compiled_here]
pub async fn send(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, signatories: &[SignatoryInput]) -> Result<Sent> {
    limit(app, cx, actor, "send_agreement", id).await?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    work.agreement()
        .permit(agreement::lifecycle::Act::Send, officer.acts_as(), None)?;
    work.verified_parties().await?;
    let body = body_of(&frozen(&mut work.tx, &work.open).await?)?;
    if body.esign.form == Some(SigningForm::Paper) {
        return Err(AgreementRefusal::OnPaper.into());
    }
    still_lawful(&mut work, &body).await?;
    let (mut slots, mut problems) = (Vec::new(), Vec::new());
    for signatory in self::signatories(app, cx, &body) {
        let typed = signatories.iter().find(|typed| typed.role == signatory.role);
        let Some(typed) = typed else {
            if signatory.required {
                return Err(agreement::lifecycle::SendRefusal::Missing { role: signatory.role }.into());
            }
            continue;
        };
        let name = match named(&body, signatory.role) {
            Some(name) => Ok(name),
            None => officer_name(&format!("{}.name", signatory.role.code()), &typed.name),
        };
        let name = name.unwrap_or_else(|problem| {
            problems.push(problem);
            String::new()
        });
        // Who only acknowledges is left out by being left empty.
        if !signatory.required && name.trim().is_empty() && typed.email.trim().is_empty() {
            continue;
        }
        match channel(&format!("{}.email", signatory.role.code()), &typed.email, typed.by_code) {
            Ok(channel) => slots.push(SlotPlan {
                role: signatory.role,
                name,
                language: language(&mut work, typed.language, channel.as_ref()).await?,
                channel,
                order: signatory.role.usual_order(),
                required: signatory.required,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let addresses = addresses(&mut work).await?;
    let planned: Vec<_> = slots
        .iter()
        .filter_map(|slot| Some((slot.role, slot.channel.as_ref()?)))
        .collect();
    for one in &planned {
        theirs(*one, Some(officer.party()), &addresses, &planned)?;
    }
    let sending = Sending {
        by: officer.acts_as(),
        slots,
        cadence: Cadence::default(),
        at: cx.now,
    };
    let asked: Vec<_> = sending
        .slots
        .iter()
        .map(|slot| json!({ "role": slot.role, "name": slot.name, "required": slot.required }))
        .collect();
    let at: Vec<_> = sending
        .slots
        .iter()
        .map(|slot| json!({ "role": slot.role, "channel": slot.channel }))
        .collect();
    let note = Note::of(json!({ "asked": asked })).with_origin(json!({ "asked_at": at }));
    let note = note.telling(News {
        shows_codes: true,
        ..News::default()
    });
    let (work, open) = work
        .act(note, |agreement| agreement.send(sending, app.chance()))
        .await?;
    let codes = work.commit("send_agreement", json!({ "open": open.len() })).await?;
    Ok(Sent { open, codes })
}

/// Takes back what is ready or being signed. Once somebody signed, all who did have to agree.
#[compiled_here]
pub async fn recall(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, reason: &str) -> Result<Settled> {
    let reason = words("reason", reason)?;
    let work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    let recalling = Recalling {
        by: officer.acts_as(),
        reason: reason.clone(),
        at: cx.now,
    };
    let note = Note::of(json!({ "reason": reason })).telling(News {
        reason,
        ..News::default()
    });
    let (work, settled) = work.act(note, |agreement| agreement.recall(recalling)).await?;
    work.commit("recall_agreement", json!({})).await?;
    Ok(settled)
}

/// What letters tell when a proposal is answered: whose it was, and why.
pub(super) async fn news_of_proposal(work: &mut Work<'_>) -> Result<News> {
    use agreement::lifecycle::Proposed;
    let parties = *work.agreement().parties();
    let proposal = work.agreement().proposal().cloned();
    let Some(proposal) = proposal else {
        return Ok(News::default());
    };
    if let Some(change) = super::running::change_of(&proposal.of) {
        return Ok(News {
            change: Some(change),
            proposer: Some(super::running::proposer(work, &proposal).await?),
            ..News::default()
        });
    }
    let organisation = match proposal.by {
        SlotRole::College => parties.college.unwrap_or(parties.enterprise),
        _ => parties.enterprise,
    };
    let by = super::notices::organisation_name(&mut work.tx, organisation).await?;
    let reason = match proposal.of {
        Proposed::Recall { reason } => reason,
        _ => String::new(),
    };
    Ok(News {
        by: Some(by),
        reason,
        ..News::default()
    })
}

/// Agrees, for a party, to what the other proposed.
#[compiled_here]
pub async fn agree(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<Settled> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    let news = news_of_proposal(&mut work).await?;
    let note = Note::default().telling(news);
    let (work, settled) = work
        .act(note, |agreement| agreement.agree(officer.acts_as(), cx.now))
        .await?;
    work.commit("agree_to_proposal", json!({})).await?;
    Ok(settled)
}

/// Objects, for a party, to what was proposed; or takes the own proposal back.
#[compiled_here]
pub async fn object(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<()> {
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    let note = Note::default().telling(news_of_proposal(&mut work).await?);
    let (work, ()) = work
        .act(note, |agreement| agreement.object(officer.acts_as(), cx.now))
        .await?;
    work.commit("object_to_proposal", json!({})).await?;
    Ok(())
}

/// Gives the agreement up before it takes effect: its owner, or an operator.
#[compiled_here]
pub async fn void(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, reason: &str) -> Result<()> {
    let reason = words("reason", reason)?;
    let work = Work::open(app, cx, actor, id).await?;
    let keeper = actor.keeper(work.open.head())?;
    let voiding = Voiding {
        by: keeper.acts_as(),
        reason: reason.clone(),
        at: cx.now,
    };
    let note = Note::of(json!({ "reason": reason })).telling(News {
        reason,
        ..News::default()
    });
    let (work, ()) = work.act(note, |agreement| agreement.void(voiding)).await?;
    work.commit("void_agreement", json!({})).await?;
    Ok(())
}

/// Another address, or another officer, for a slot, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplaceInput {
    /// The name; empty leaves it as it is.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether a code is handed over instead.
    pub by_code: bool,
}

/// Mends the address or the person of a slot of the own side. The old link is dead; all other slots stay as they are. The
/// answer is the new slot, with the code to hand over where it has no address.
#[compiled_here]
pub async fn replace(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    slot: SlotId,
    input: &ReplaceInput,
) -> Result<Sent> {
    limit(app, cx, actor, "ask_to_sign", id).await?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let keeper = actor.keeper(work.open.head())?;
    let way = channel("email", &input.email, input.by_code).map_err(|problem| vec![problem])?;
    let name = officer_name("name", &input.name).map_err(|problem| vec![problem])?;
    let name = Some(name).filter(|name| !name.is_empty());
    let replacing = Replacing {
        by: keeper.acts_as(),
        slot,
        name: name.clone(),
        channel: way.ok_or_else(|| problem("email", ProblemCode::Required))?,
        at: cx.now,
    };
    let addresses = addresses(&mut work).await?;
    let found = work.agreement().slots().and_then(|slots| slots.find(slot)).cloned();
    if let (Some(found), Some(slots)) = (&found, work.agreement().slots()) {
        let others = slots.standing().filter(|other| other.id != slot);
        let others: Vec<_> = others.map(|other| (other.role, &other.channel)).collect();
        let by = keeper.officer().map(crate::access::PartyOfficer::party);
        theirs((found.role, &replacing.channel), by, &addresses, &others)?;
    }
    let fields = json!({ "name": name, "before": found.as_ref().map(|found| &found.name) });
    let addresses = json!({
        "channel": replacing.channel,
        "before": found.as_ref().map(|found| &found.channel),
    });
    // Who was never asked there has nothing to learn.
    let moved = found.filter(|found| {
        let asked = matches!(found.state, SlotState::Open { .. } | SlotState::Expired { .. });
        asked && found.channel != replacing.channel
    });
    let note = Note::of(fields).with_origin(addresses).telling(News {
        shows_codes: matches!(keeper, Keeper::Party(_)),
        ..News::default()
    });
    let (mut work, new) = work
        .act(note, |agreement| agreement.replace(replacing, app.chance()))
        .await?;
    if let Some(before) = &moved {
        work.tell_moved(before).await?;
    }
    let codes = work.commit("replace_signatory", json!({ "slot": new })).await?;
    Ok(Sent { open: vec![new], codes })
}

/// Gives a slot more time and asks its signatory again. The answer is the new deadline, with the code to hand over where
/// the slot has no address.
#[compiled_here]
pub async fn ask_again(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
    slot: SlotId,
) -> Result<(Timestamp, Vec<HandedCode>)> {
    limit(app, cx, actor, "ask_to_sign", id).await?;
    let work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    let extending = Extending {
        by: officer.acts_as(),
        slot,
        at: cx.now,
    };
    let own = work
        .agreement()
        .slot(slot)
        .is_some_and(|slot| slot.role.side() == officer.party());
    let note = Note::default().telling(News {
        extended: true,
        // A code lets whoever has it sign: the other side's is not shown.
        shows_codes: own,
        ..News::default()
    });
    let (work, deadline) = work.act(note, |agreement| agreement.extend(extending)).await?;
    let codes = work.commit("extend_deadline", json!({ "slot": slot })).await?;
    Ok((deadline, codes))
}

/// A new code for an open slot of the own side that has no address. Codes made before are dead.
#[compiled_here]
pub async fn new_code(app: &App, cx: &Cx, actor: &Actor, id: AgreementId, slot: SlotId) -> Result<HandedCode> {
    limit(app, cx, actor, "new_code", id).await?;
    let mut work = Work::open(app, cx, actor, id).await?;
    let officer = actor.party_officer(work.open.head())?;
    let found = work
        .agreement()
        .slots()
        .and_then(|slots| slots.find(slot))
        .ok_or(Failure::NotFound)?;
    if found.role.side() != officer.party() {
        return Err(Barred::NotYourSide.into());
    }
    if found.channel != Channel::Code {
        return Err(AgreementRefusal::HasAddress.into());
    }
    if !found.is_open() {
        return Err(agreement::lifecycle::ExtendRefusal::NotOpen.into());
    }
    work.hand_code(slot).await?;
    work.note("new_code", role(&officer), Some(slot), json!({})).await?;
    let codes = work.commit("new_code", json!({ "slot": slot })).await?;
    codes.into_iter().next().ok_or(Failure::NotFound)
}
