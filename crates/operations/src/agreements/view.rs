//! What the pages of a party show: the list, and one agreement with everything that can be done now.

use std::collections::BTreeSet;

use agreement::{
    evidence::{Authority, ContentHash},
    lifecycle::{Act, Agreement, Channel, Party, Proposal, Slot, SlotRole, SlotState, Slots, Stage, State},
    training::{Clause, Plain, clauses, plain},
};
use kernel::{AgreementId, Date, EmailAddress, SlotId, Timestamp};
use storage::{AgreementCount, AgreementHead, Page, Reads};
use words::Text;

use super::{
    ending::Course,
    notices::organisation_name,
    review::{Review, review, sight},
    timeline::{TimelineEntry, timeline},
    work::{self, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, access::PartyOfficer, compiled_here};

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ball {
    /// The reader's own organisation.
    Yours,
    /// The other party.
    Theirs(Party),
    /// Either party: somebody has to send it.
    Either,
    /// Those who are asked to sign, by role.
    Signatories(Vec<SlotRole>),
    /// Nobody's: it runs, or it is over.
    Nobody,
}

/// Something that a page offers a party to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum May {
    /// Write sections.
    Edit,
    /// Pass the ball, or begin to approve where there is no other party.
    HandOver,
    /// Approve the version.
    Approve,
    /// Give reasons for warnings.
    GiveReason,
    /// Put on record that the apprentice's document was looked at.
    CheckApprentice,
    /// Send it to those who sign.
    Send,
    /// Take it back.
    Recall,
    /// Agree to what the other proposed.
    Agree,
    /// Object to it, or take the own proposal back.
    Object,
    /// Give it up.
    Void,
    /// Pause it.
    Suspend,
    /// Go on after a pause.
    Resume,
    /// End it before its time.
    Terminate,
    /// Take the file with everything in it.
    Export,
    /// Of a slot: mend its address or person.
    Replace,
    /// Of a slot: give it more time and ask again.
    AskAgain,
    /// Of a slot: make a new code to hand over.
    NewCode,
    /// Of a slot: sign it by the own login.
    Sign,
}

/// A slot as the parties see it.
#[derive(Debug, Clone)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// As whom.
    pub role: SlotRole,
    /// The name.
    pub name: String,
    /// The address, when it has one; the other side's masked.
    pub address: Option<String>,
    /// Whether the agreement waits for it.
    pub required: bool,
    /// What became of it ([`SlotState::CODES`]).
    pub state: &'static str,
    /// Until when it is open.
    pub deadline: Option<Timestamp>,
    /// When its signatory was asked.
    pub asked_at: Option<Timestamp>,
    /// When its signatory was last reminded.
    pub reminded_at: Option<Timestamp>,
    /// When it was signed, declined, or expired.
    pub at: Option<Timestamp>,
    /// Why its signatory declined.
    pub reason: Option<String>,
    /// By what right it was signed, for an organisation.
    pub authority: Option<Authority>,
    /// How often it can still be extended.
    pub extensions_left: u8,
    /// What the reader may do with it now.
    pub may: BTreeSet<May>,
}

/// An agreement in the list of a party.
#[derive(Debug, Clone)]
pub struct AgreementLine {
    /// What stands in plain columns.
    pub head: AgreementHead,
    /// As which party the reader acts.
    pub own: Party,
    /// The other organisation.
    pub other: Option<String>,
    /// The apprentice.
    pub apprentice: String,
    /// The post.
    pub post: String,
    /// Whose turn it is.
    pub ball: Ball,
    /// The nearest deadline, or the next reminder.
    pub next_at: Option<Timestamp>,
}

/// The list of a party.
#[derive(Debug)]
pub struct AgreementList {
    /// How many there are in each stage; zeros are left out.
    pub counts: Vec<AgreementCount>,
    /// A part of them, the newest first.
    pub lines: Vec<AgreementLine>,
}

/// One agreement as a party sees it.
#[derive(Debug)]
pub struct AgreementView {
    /// What stands in plain columns.
    pub head: AgreementHead,
    /// As which party the reader acts.
    pub own: Party,
    /// The enterprise.
    pub enterprise: String,
    /// The college.
    pub college: Option<String>,
    /// The apprentice.
    pub apprentice: String,
    /// The post.
    pub post: String,
    /// Whose turn it is.
    pub ball: Ball,
    /// What the reader may do now.
    pub may: BTreeSet<May>,
    /// What rules and fields say; tasks, missing fields, findings, reasons. Of a frozen version it is what was frozen.
    pub review: Review,
    /// Who approved the present version, and when.
    pub approvals: Vec<(Party, Timestamp)>,
    /// The slots that stand; of the present round, else of the one that ended last.
    pub slots: Vec<SlotView>,
    /// Whether these are slots of a round that is over.
    pub round_is_over: bool,
    /// What a party proposed and others have to agree to.
    pub proposal: Option<Proposal>,
    /// The hash of what is frozen.
    pub content_hash: Option<ContentHash>,
    /// The first day on which it holds.
    pub effective_on: Option<Date>,
    /// Whether it is signed, and its first day is yet to come.
    pub not_yet: bool,
    /// Why it was given up, in words for the page; the reason itself stands in the timeline.
    pub voided: Option<Text>,
    /// What became of it since everybody signed.
    pub course: Option<Course>,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The text as it stands.
    pub clauses: Vec<Clause>,
    /// The same in plain words.
    pub plain: Vec<Plain>,
}

/// Whether something is proposed that waits for this role.
fn asked(agreement: &Agreement, role: SlotRole) -> bool {
    let proposal = agreement.proposal();
    proposal.is_some_and(|proposal| proposal.waiting_for().any(|one| one == role))
}

fn ball(agreement: &Agreement, own: Party) -> Ball {
    match agreement.state() {
        State::Draft(_) | State::Negotiating(_) => match agreement.with() {
            Some(with) if with != own => Ball::Theirs(with),
            _ => Ball::Yours,
        },
        State::Ready(_) => Ball::Either,
        State::Signing(round) => {
            let open = round.slots.standing().filter(|slot| slot.is_open());
            Ball::Signatories(open.map(|slot| slot.role).collect())
        }
        _ if asked(agreement, SlotRole::from(own)) => Ball::Yours,
        _ => Ball::Nobody,
    }
}

/// What an officer may do with the agreement as it stands. Asked of the same table as every act.
fn may(agreement: &Agreement, officer: &PartyOfficer) -> BTreeSet<May> {
    let can = |act| agreement.permit(act, officer.acts_as(), None).is_ok();
    let open = matches!(agreement.stage(), Stage::Draft | Stage::Negotiating);
    let alone = agreement.parties().other(officer.party()).is_none();
    let approved = match agreement.state() {
        State::Negotiating(negotiation) => negotiation.approvals.contains_key(&officer.party()),
        _ => false,
    };
    let own = SlotRole::from(officer.party());
    let (asked, involved) = agreement.proposal().map_or((false, false), |proposal| {
        let asked = proposal.waiting_for().any(|role| role == own);
        (asked, asked || proposal.by == own || proposal.needs.contains(&own))
    });
    let frozen = agreement.frozen().is_some() || !agreement.past_rounds().is_empty();
    [
        (May::Edit, can(Act::Edit)),
        // Alone there is nobody to pass it to but once, out of the draft.
        (
            May::HandOver,
            can(Act::HandOver) && !(alone && agreement.stage() == Stage::Negotiating),
        ),
        (May::Approve, can(Act::Approve) && !approved),
        (May::GiveReason, open),
        (May::CheckApprentice, open && officer.party() == Party::Enterprise),
        (May::Send, can(Act::Send)),
        (May::Recall, can(Act::Recall) && agreement.proposal().is_none()),
        (May::Agree, can(Act::Agree) && asked),
        (May::Object, can(Act::Object) && involved),
        (May::Void, can(Act::Void)),
        (May::Suspend, can(Act::Suspend) && agreement.proposal().is_none()),
        (May::Resume, can(Act::Resume) && agreement.proposal().is_none()),
        (May::Terminate, can(Act::Terminate)),
        (May::Export, frozen),
    ]
    .into_iter()
    .filter_map(|(what, can)| can.then_some(what))
    .collect()
}

fn slot_view(
    agreement: &Agreement,
    officer: &PartyOfficer,
    actor: &Actor,
    email: &EmailAddress,
    slot: &Slot,
) -> SlotView {
    let can = |act| agreement.permit(act, officer.acts_as(), Some(slot.id)).is_ok();
    let unanswered = matches!(
        slot.state,
        SlotState::WaitingTurn | SlotState::Open { .. } | SlotState::Expired { .. }
    );
    let cadence = match agreement.state() {
        State::Signing(round) => round.cadence,
        _ => agreement::lifecycle::Cadence::default(),
    };
    let extensions_left = cadence.extensions.saturating_sub(slot.extensions);
    let expired = matches!(slot.state, SlotState::Expired { .. });
    let own_side = slot.role.side() == officer.party();
    let signs = slot.is_open() && actor.signatory(officer, agreement, slot.id, email).is_ok();
    let may = [
        (
            May::Replace,
            can(Act::Replace) && unanswered && !(expired && extensions_left == 0),
        ),
        (
            May::AskAgain,
            can(Act::Extend) && (slot.is_open() || expired) && extensions_left > 0,
        ),
        (
            May::NewCode,
            own_side && slot.is_open() && slot.channel == Channel::Code,
        ),
        (May::Sign, signs && agreement.proposal().is_none()),
    ];
    let (deadline, asked_at, reminded_at, at, reason) = match &slot.state {
        SlotState::Open {
            since,
            deadline,
            reminded_at,
            ..
        } => (Some(*deadline), Some(*since), *reminded_at, None, None),
        SlotState::Signed(signature) => (None, None, None, Some(signature.at), None),
        SlotState::Declined { at, reason } => (None, None, None, Some(*at), Some(reason.clone())),
        SlotState::Expired { at } | SlotState::Closed { at } | SlotState::Replaced { at, .. } => {
            (None, None, None, Some(*at), None)
        }
        SlotState::WaitingTurn => (None, None, None, None, None),
    };
    SlotView {
        id: slot.id,
        role: slot.role,
        name: slot.name.clone(),
        address: match &slot.channel {
            Channel::Email { address } if own_side => Some(address.to_string()),
            Channel::Email { address } => Some(address.masked()),
            Channel::Code => None,
        },
        required: slot.required,
        state: slot.state.code(),
        deadline,
        asked_at,
        reminded_at,
        at,
        reason,
        authority: slot.signature().and_then(|signature| signature.authority.clone()),
        extensions_left,
        may: may.into_iter().filter_map(|(what, can)| can.then_some(what)).collect(),
    }
}

/// The agreements of the organisation acted for, in some stages (none: in all).
#[compiled_here]
pub async fn list(app: &App, actor: &Actor, stages: &[Stage], page: Page) -> Result<AgreementList> {
    let officer = actor.officer()?;
    let mut tx = app.db().read().await?;
    let counts = tx.agreements().count_of_organisation(officer.organisation()).await?;
    let heads = tx
        .agreements()
        .of_organisation(officer.organisation(), stages, page)
        .await?;
    let mut lines = Vec::with_capacity(heads.len());
    for head in heads {
        let own = actor.party_officer(&head)?.party();
        let other = match own {
            Party::Enterprise => head.parties.college,
            Party::College => Some(head.parties.enterprise),
        };
        let other = match other {
            Some(other) => Some(organisation_name(&mut tx, other).await?),
            None => None,
        };
        let found = tx
            .agreements()
            .find(head.id, app.keys())
            .await?
            .and_then(storage::FoundAgreement::open);
        let (mut apprentice, mut post, mut turn) = (String::new(), String::new(), Ball::Nobody);
        if let Some(open) = found {
            let draft = work::draft(&mut tx, &open).await?.into_inner();
            draft
                .get("apprentice.name")
                .unwrap_or_default()
                .clone_into(&mut apprentice);
            draft.get("post.name").unwrap_or_default().clone_into(&mut post);
            turn = ball(open.get(), own);
        }
        lines.push(AgreementLine {
            own,
            other,
            apprentice,
            post,
            ball: turn,
            next_at: head.next_at,
            head,
        });
    }
    Ok(AgreementList { counts, lines })
}

/// The address by which an officer is known at their slot.
async fn own_address(tx: &mut Reads, actor: &Actor) -> Result<EmailAddress> {
    let account = actor.signed_in()?.person().account;
    let account = tx.accounts().find(account).await?.ok_or(Failure::NotFound)?;
    Ok(account.email)
}

/// One agreement, for an officer of a party.
#[compiled_here]
pub async fn view(app: &App, cx: &Cx, actor: &Actor, id: AgreementId) -> Result<AgreementView> {
    let mut tx = app.db().read().await?;
    let open = work::open(app, &mut tx, id).await?;
    let officer = actor.party_officer(open.head())?;
    let email = own_address(&mut tx, actor).await?;
    let draft = work::draft(&mut tx, &open).await?.into_inner();
    let events = tx.agreement_events().of_agreement(id, Some(open.key())).await?;
    let mut review = review(app, cx, &mut tx, &open, &draft, &events).await?;
    let agreement = open.get();
    if let Some(frozen) = agreement.frozen() {
        let content = tx.agreement_versions().find(open.key(), frozen.version).await?;
        review.body = super::review::body_of(&content.ok_or(Failure::NotFound)?)?;
    }
    let enterprise = organisation_name(&mut tx, agreement.parties().enterprise).await?;
    let college = match agreement.parties().college {
        Some(college) => Some(organisation_name(&mut tx, college).await?),
        None => None,
    };
    let (slots, round_is_over) = match (agreement.slots(), agreement.past_rounds().last()) {
        (Some(slots), _) => (Some(slots), false),
        (None, Some(round)) => (Some(&round.slots), true),
        (None, None) => (None, false),
    };
    let slots = slots.into_iter().flat_map(Slots::standing);
    let slots = slots
        .map(|slot| slot_view(agreement, &officer, actor, &email, slot))
        .collect();
    let approvals = match agreement.state() {
        State::Negotiating(negotiation) => negotiation.approvals.iter().map(|(party, at)| (*party, *at)).collect(),
        _ => Vec::new(),
    };
    let voided = match agreement.state() {
        State::Voided(voided) => Some(voided_text(agreement, &voided.reason)),
        _ => None,
    };
    if let Some(sight) = sight(officer.party(), agreement.stage()) {
        review.body = review.body.masked(sight);
    }
    let vocabulary = app.vocabulary();
    Ok(AgreementView {
        own: officer.party(),
        enterprise,
        college,
        apprentice: draft.get("apprentice.name").unwrap_or_default().to_owned(),
        post: draft.get("post.name").unwrap_or_default().to_owned(),
        ball: ball(agreement, officer.party()),
        may: may(agreement, &officer),
        approvals,
        slots,
        round_is_over,
        proposal: agreement.proposal().cloned(),
        content_hash: agreement.frozen().map(|frozen| frozen.hash),
        effective_on: agreement.running().map(|running| running.since),
        not_yet: agreement.is_signed_not_yet_effective(cx.today()),
        voided,
        course: Course::of(agreement),
        timeline: timeline(agreement, officer.party(), &events),
        clauses: clauses(&review.body, &vocabulary),
        plain: plain(&review.body),
        review,
        head: open.head().clone(),
    })
}

fn voided_text(agreement: &Agreement, reason: &agreement::lifecycle::VoidReason) -> Text {
    use agreement::lifecycle::VoidReason;
    let of = |slot: &SlotId| slot_of(agreement, *slot).map(|(_, slot)| Text::of("agreement_role", slot.role.code()));
    match reason {
        VoidReason::Withdrawn { reason } => Text::of("agreement_voided", "withdrawn").with("reason", reason.as_str()),
        VoidReason::Refused { slot, reason } => {
            let text = Text::of("agreement_voided", "refused").with("reason", reason.as_str());
            of(slot).map_or(text.clone(), |role| text.with("role", role))
        }
        VoidReason::Lapsed { slot } => {
            let text = Text::of("agreement_voided", "lapsed");
            of(slot).map_or(text.clone(), |role| text.with("role", role))
        }
    }
}
