//! From a draft to the last signature, refusal by refusal.

use super::support::{
    ALL_BUT_COLLEGE, BEGIN, GOOD, approval, create, day, declining, hash, plans, ready, sending, sent, signed, signing,
    slot_of,
};
use agreement::evidence::{Authority, Consent, Declaration};
use agreement::lifecycle::{
    Actor, Agreement, ApproveRefusal, Approved, Barred, CreateRefusal, Creating, DeclineRefusal, EditRefusal, Editing,
    Effect, Extending, HandOverRefusal, Kind, Notice, Parties, Party, ReadyFacts, RoundEnd, Seats, SendRefusal,
    SignRefusal, Signed, Signing, SlotPlan, SlotRole, SlotState, Stage, State, Told, VoidReason, Wish,
};
use agreement::training::Day;
use kernel::{AgreementId, OrganisationId, SeededChance, SlotId};

fn editing(agreement: &Agreement, by: Actor, material: bool) -> Editing {
    Editing {
        by,
        version: agreement.content_version(),
        material,
    }
}

#[test]
fn the_ball_goes_to_and_fro_and_only_who_has_it_writes() {
    let agreement = create(true, Party::Enterprise, &SeededChance::new(1));
    let no_ball = Barred::NoBall {
        with: Party::Enterprise,
    };
    assert_eq!(
        agreement.clone().hand_over(Actor::College).unwrap_err(),
        HandOverRefusal::Barred(no_ball)
    );
    let (agreement, done) = agreement.hand_over(Actor::Enterprise).unwrap();
    assert_eq!((done.outcome, agreement.with()), (Party::College, Some(Party::College)));
    assert_eq!(
        done.effects,
        [Effect::Tell(Told::Party(Party::College), Notice::WithYou)]
    );
    let edit = editing(&agreement, Actor::Enterprise, true);
    let no_ball = Barred::NoBall { with: Party::College };
    assert_eq!(agreement.clone().edit(edit).unwrap_err(), EditRefusal::Barred(no_ball));
    let (agreement, _) = agreement.hand_over(Actor::College).unwrap();
    assert_eq!(agreement.with(), Some(Party::Enterprise));
}

#[test]
fn an_enterprise_alone_keeps_the_ball_and_its_approval_is_all() {
    let chance = SeededChance::new(1);
    let (agreement, done) = create(false, Party::Enterprise, &chance)
        .hand_over(Actor::Enterprise)
        .unwrap();
    assert_eq!((done.outcome, done.effects), (Party::Enterprise, vec![]));
    assert_eq!(
        agreement.clone().hand_over(Actor::Enterprise).unwrap_err(),
        HandOverRefusal::Alone
    );
    let by_college = approval(&agreement, Actor::College, BEGIN);
    assert_eq!(
        agreement.clone().approve(by_college).unwrap_err(),
        ApproveRefusal::Barred(Barred::NotAParty)
    );
    let approval = approval(&agreement, Actor::Enterprise, BEGIN);
    let (agreement, done) = agreement.approve(approval).unwrap();
    assert_eq!(
        (agreement.stage(), done.outcome),
        (Stage::Ready, Approved::Frozen { hash: hash(1) })
    );
    let with_college = sending(Actor::Enterprise, plans(Some(true)), BEGIN);
    assert_eq!(
        agreement.send(with_college, &chance).unwrap_err(),
        SendRefusal::NoCollege
    );
}

#[test]
fn a_material_edit_clears_the_approvals_and_another_keeps_them() {
    let agreement = create(true, Party::Enterprise, &SeededChance::new(1))
        .hand_over(Actor::Enterprise)
        .unwrap()
        .0;
    let by_enterprise = approval(&agreement, Actor::Enterprise, BEGIN);
    let (agreement, done) = agreement.approve(by_enterprise.clone()).unwrap();
    assert_eq!(done.outcome, Approved::WaitingFor(Party::College));
    assert_eq!(agreement.with(), Some(Party::College), "it had the ball already");
    assert_eq!(
        agreement.clone().approve(by_enterprise.clone()).unwrap_err(),
        ApproveRefusal::Approved { at: BEGIN }
    );

    let (typo, done) = agreement
        .clone()
        .edit(editing(&agreement, Actor::College, false))
        .unwrap();
    assert_eq!((typo.content_version(), done.outcome.cleared_approvals), (1, false));
    let by_college = approval(&typo, Actor::College, BEGIN);
    assert_eq!(typo.approve(by_college.clone()).unwrap().0.stage(), Stage::Ready);

    let (changed, done) = agreement
        .clone()
        .edit(editing(&agreement, Actor::College, true))
        .unwrap();
    assert_eq!((changed.content_version(), done.outcome.cleared_approvals), (2, true));
    assert_eq!(
        done.effects,
        [Effect::Tell(Told::Party(Party::Enterprise), Notice::Changed)]
    );
    assert_eq!(
        changed.clone().approve(by_college).unwrap_err(),
        ApproveRefusal::Stale { current: 2 }
    );
    let stale = Editing {
        version: 1,
        ..editing(&changed, Actor::College, true)
    };
    assert_eq!(
        changed.clone().edit(stale).unwrap_err(),
        EditRefusal::Stale { current: 2 }
    );
    let again = approval(&changed, Actor::Enterprise, BEGIN);
    assert!(matches!(
        changed.approve(again).unwrap().1.outcome,
        Approved::WaitingFor(Party::College)
    ));
}

#[test]
fn nothing_is_approved_with_a_gap_a_block_or_a_warning_without_a_reason() {
    let agreement = create(true, Party::Enterprise, &SeededChance::new(1))
        .hand_over(Actor::Enterprise)
        .unwrap()
        .0;
    let refused = |facts: ReadyFacts| {
        let approval = agreement::lifecycle::Approval {
            facts,
            ..approval(&agreement, Actor::College, BEGIN)
        };
        agreement.clone().approve(approval).unwrap_err()
    };
    assert_eq!(
        refused(ReadyFacts {
            complete: false,
            ..GOOD
        }),
        ApproveRefusal::Incomplete
    );
    assert_eq!(
        refused(ReadyFacts { open_blocks: 2, ..GOOD }),
        ApproveRefusal::Blocked { findings: 2 }
    );
    let unexplained = ReadyFacts {
        warnings_without_reason: 1,
        ..GOOD
    };
    assert_eq!(refused(unexplained), ApproveRefusal::Unexplained { warnings: 1 });
}

#[test]
fn a_draft_from_a_post_needs_its_seat() {
    let chance = SeededChance::new(1);
    let creating = Creating {
        id: AgreementId::new(BEGIN, &chance),
        kind: Kind::Training,
        parties: Parties {
            enterprise: OrganisationId::new(BEGIN, &chance),
            college: None,
        },
        by: Actor::Enterprise,
        seats: Seats::NotReserved,
        at: BEGIN,
    };
    assert_eq!(Agreement::create(creating).unwrap_err(), CreateRefusal::NoSeat);
    assert!(
        Agreement::create(Creating {
            seats: Seats::NotCounted,
            ..creating
        })
        .is_ok()
    );
}

#[test]
fn it_is_sent_only_to_signatories_who_are_known_and_can_be_reached() {
    let chance = SeededChance::new(1);
    let send = |change: &dyn Fn(&mut Vec<SlotPlan>)| {
        let mut plans = plans(Some(true));
        change(&mut plans);
        ready(Party::Enterprise, &chance).send(sending(Actor::College, plans, BEGIN), &chance)
    };
    assert!(send(&|_| ()).is_ok());
    let missing = |role| SendRefusal::Missing { role };
    assert_eq!(
        send(&|plans| drop(plans.remove(0))).unwrap_err(),
        missing(SlotRole::Apprentice)
    );
    assert_eq!(
        send(&|plans| plans[2].required = false).unwrap_err(),
        missing(SlotRole::Enterprise)
    );
    assert_eq!(
        send(&|plans| plans.push(plans[1].clone())).unwrap_err(),
        SendRefusal::Twice {
            role: SlotRole::Guardian
        }
    );
    assert_eq!(
        send(&|plans| " ".clone_into(&mut plans[1].name)).unwrap_err(),
        SendRefusal::Nameless {
            role: SlotRole::Guardian
        }
    );
    let unreachable = SendRefusal::Unreachable {
        roles: vec![SlotRole::Apprentice, SlotRole::College],
    };
    assert_eq!(
        send(&|plans| {
            plans[0].channel = None;
            plans[3].channel = None;
        })
        .unwrap_err(),
        unreachable
    );
}

#[test]
fn apprentice_and_guardian_sign_in_parallel_then_the_enterprise_then_the_college() {
    let chance = SeededChance::new(1);
    let agreement = sent(Some(true), &chance);
    let states = |agreement: &Agreement| {
        agreement
            .slots()
            .unwrap()
            .standing()
            .map(|slot| slot.state.code())
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&agreement), ["open", "open", "waiting_turn", "waiting_turn"]);
    let early = signing(&agreement, slot_of(&agreement, SlotRole::Enterprise), BEGIN);
    assert_eq!(agreement.clone().sign(early).unwrap_err(), SignRefusal::NotYourTurn);
    let (agreement, done) = agreement
        .clone()
        .sign(signing(&agreement, slot_of(&agreement, SlotRole::Guardian), BEGIN))
        .unwrap();
    assert_eq!(done.outcome, Signed::Waiting { next: vec![] });
    let (agreement, done) = agreement
        .clone()
        .sign(signing(&agreement, slot_of(&agreement, SlotRole::Apprentice), BEGIN))
        .unwrap();
    let enterprise = slot_of(&agreement, SlotRole::Enterprise);
    assert_eq!(done.outcome, Signed::Waiting { next: vec![enterprise] });
    assert!(done.effects.contains(&Effect::AskToSign(enterprise)));
    assert!(done.effects.contains(&Effect::Tell(
        Told::Party(Party::College),
        Notice::Signed(SlotRole::Apprentice)
    )));
    let agreement = signed(agreement, &[SlotRole::Enterprise]);
    assert_eq!(agreement.stage(), Stage::Signing);
    let (agreement, done) = agreement
        .clone()
        .sign(signing(&agreement, slot_of(&agreement, SlotRole::College), BEGIN))
        .unwrap();
    assert_eq!(done.outcome, Signed::AllSigned { effective_on: day(11) });
    assert_eq!(states(&agreement), ["signed"; 4]);
    assert!(agreement.is_signed_not_yet_effective(day(10)) && !agreement.is_signed_not_yet_effective(day(11)));
    for effect in [Effect::Seal, Effect::CommitSeats, Effect::BeginRecord] {
        assert!(done.effects.contains(&effect), "{effect:?}");
    }
    assert_eq!(
        done.effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Tell(_, Notice::AllSigned)))
            .count(),
        6
    );
}

#[test]
fn it_never_takes_effect_before_the_last_signature() {
    let chance = SeededChance::new(1);
    let agreement = signed(sent(None, &chance), &[SlotRole::Apprentice, SlotRole::Guardian]);
    let enterprise = slot_of(&agreement, SlotRole::Enterprise);
    let agreement = agreement
        .extend(Extending {
            by: Actor::College,
            slot: enterprise,
            at: BEGIN.plus_days(9),
        })
        .unwrap()
        .0;
    let late = signing(&agreement, enterprise, BEGIN.plus_days(15));
    let (agreement, done) = agreement.sign(late).unwrap();
    assert_eq!(
        done.outcome,
        Signed::AllSigned { effective_on: day(15) },
        "agreed was day 11"
    );
    assert_eq!(agreement.running().unwrap().since, day(15));
}

#[test]
fn an_optional_acknowledgement_waits_for_nobody_and_nobody_for_it() {
    let chance = SeededChance::new(1);
    let agreement = sent(Some(false), &chance);
    let college = slot_of(&agreement, SlotRole::College);
    assert!(agreement.slots().unwrap().find(college).unwrap().is_open());
    let acknowledged = signed(agreement.clone(), &[SlotRole::College]);
    assert_eq!(
        signed(acknowledged, &ALL_BUT_COLLEGE).slots().unwrap().signed().count(),
        4
    );
    let silent = signed(agreement, &ALL_BUT_COLLEGE);
    assert_eq!(silent.stage(), Stage::Effective);
    assert!(matches!(silent.slot(college).unwrap().state, SlotState::Closed { .. }));
}

#[test]
fn only_who_was_shown_this_content_and_is_known_and_agrees_signs_it() {
    let chance = SeededChance::new(1);
    let agreement = sent(None, &chance);
    let slot = slot_of(&agreement, SlotRole::Apprentice);
    let good = signing(&agreement, slot, BEGIN.plus_days(1));
    let refused = |signing: Signing| agreement.clone().sign(signing).unwrap_err();
    assert_eq!(
        refused(Signing {
            seen: hash(9),
            ..good.clone()
        }),
        SignRefusal::ContentChanged { current: hash(1) }
    );
    assert_eq!(
        refused(Signing {
            identified_at: BEGIN.plus_days(2),
            ..good.clone()
        }),
        SignRefusal::NotIdentified
    );
    assert_eq!(
        refused(Signing {
            consent: Consent {
                text: " ".to_owned(),
                ..good.consent.clone()
            },
            ..good.clone()
        }),
        SignRefusal::NoConsent
    );
    let guardian = Actor::Signer(slot_of(&agreement, SlotRole::Guardian));
    assert_eq!(
        refused(Signing {
            by: guardian,
            ..good.clone()
        }),
        SignRefusal::Barred(Barred::NotYourSlot)
    );
    let nobody = SlotId::new(BEGIN, &chance);
    let unknown = Signing {
        slot: nobody,
        by: Actor::Signer(nobody),
        ..good.clone()
    };
    assert_eq!(refused(unknown), SignRefusal::Barred(Barred::NoSuchSlot));
    assert!(agreement.sign(good).is_ok());
}

#[test]
fn who_signs_for_an_organisation_says_by_what_right_and_who_signs_as_themselves_does_not() {
    let chance = SeededChance::new(1);
    let agreement = signed(sent(None, &chance), &[SlotRole::Apprentice, SlotRole::Guardian]);
    let slot = slot_of(&agreement, SlotRole::Enterprise);
    let at = BEGIN.plus_days(1);
    let by = |authority: Option<Authority>| {
        let signing = Signing {
            authority,
            ..signing(&agreement, slot, at)
        };
        (
            agreement.declaration(&signing).unwrap(),
            agreement.clone().sign(signing),
        )
    };
    let agent = |title: &str, document: &str, days| Authority::Agent {
        title: title.to_owned(),
        document: document.to_owned(),
        dated: Day::new(day(days)),
    };
    for wanting in [
        None,
        Some(agent(" ", "授权书 2026-3", -1)),
        Some(agent("人力资源经理", "", -1)),
        Some(agent("人力资源经理", "授权书 2026-3", 2)),
    ] {
        assert_eq!(by(wanting).1.unwrap_err(), SignRefusal::NoAuthority);
    }
    let given = Some(agent("人力资源经理", "授权书 2026-3", 1));
    let (declared, signed) = by(given.clone());
    assert_eq!(declared.authority, given);
    assert_eq!(
        signed.unwrap().0.slot(slot).unwrap().signature().unwrap().authority,
        given
    );
    assert!(by(Some(Authority::LegalRepresentative)).1.is_ok());

    let fresh = sent(None, &chance);
    let apprentice = slot_of(&fresh, SlotRole::Apprentice);
    let odd = Signing {
        authority: Some(Authority::LegalRepresentative),
        ..signing(&fresh, apprentice, at)
    };
    assert_eq!(fresh.sign(odd).unwrap_err(), SignRefusal::NoAuthority);
}

#[test]
fn what_a_signatory_declares_is_what_the_signature_and_its_event_say() {
    let chance = SeededChance::new(1);
    let agreement = sent(None, &chance);
    let slot = slot_of(&agreement, SlotRole::Apprentice);
    let signing = signing(&agreement, slot, BEGIN.plus_days(1));
    let declared = agreement.declaration(&signing).unwrap();
    let (agreement, done) = agreement.sign(signing).unwrap();
    let signature = agreement.slot(slot).unwrap().signature().unwrap();
    assert_eq!(
        (declared.name.as_str(), declared.role.as_str()),
        ("王小明", "apprentice")
    );
    assert_eq!(
        (declared.content_version, declared.content_hash),
        (signature.content_version, signature.content_hash)
    );
    let entry = done.steps[0].entry(agreement.id(), signature.at);
    assert_eq!((entry.slot, entry.at), (Some(declared.slot), declared.at));
    assert_eq!(entry.content_hash, Some(declared.content_hash));
    let details = declared.details(&["link", "name"], &chance).unwrap();
    assert_eq!(Declaration::of(&details), Some(declared));
}

#[test]
fn who_signed_is_told_so_ever_after_and_cannot_decline() {
    let chance = SeededChance::new(1);
    let agreement = signed(sent(None, &chance), &[SlotRole::Apprentice]);
    let slot = slot_of(&agreement, SlotRole::Apprentice);
    let at = BEGIN.plus_hours(1);
    let again = |agreement: &Agreement| {
        agreement
            .clone()
            .sign(signing(agreement, slot, BEGIN.plus_days(30)))
            .unwrap_err()
    };
    assert_eq!(again(&agreement), SignRefusal::AlreadySigned { at });
    let decline = declining(slot, Wish::Refuse, BEGIN.plus_days(1));
    assert_eq!(
        agreement.clone().decline(decline.clone()).unwrap_err(),
        DeclineRefusal::AlreadySigned { at }
    );
    let effective = signed(agreement.clone(), &[SlotRole::Guardian, SlotRole::Enterprise]);
    assert_eq!(again(&effective), SignRefusal::AlreadySigned { at });
    assert_eq!(
        effective.decline(decline).unwrap_err(),
        DeclineRefusal::AlreadySigned { at }
    );
    let other = declining(
        slot_of(&agreement, SlotRole::Guardian),
        Wish::Change,
        BEGIN.plus_days(1),
    );
    assert_eq!(
        again(&agreement.decline(other).unwrap().0),
        SignRefusal::AlreadySigned { at },
        "in a past round"
    );
}

#[test]
fn a_decline_ends_the_round_and_everybody_is_told_who_signed_too() {
    let chance = SeededChance::new(1);
    let agreement = signed(sent(Some(true), &chance), &[SlotRole::Apprentice]);
    let (apprentice, guardian) = (
        slot_of(&agreement, SlotRole::Apprentice),
        slot_of(&agreement, SlotRole::Guardian),
    );
    let at = BEGIN.plus_days(1);
    let silent = agreement::lifecycle::Declining {
        reason: "  ".to_owned(),
        ..declining(guardian, Wish::Change, at)
    };
    assert_eq!(agreement.clone().decline(silent).unwrap_err(), DeclineRefusal::NoReason);
    let waiting = declining(slot_of(&agreement, SlotRole::College), Wish::Change, at);
    assert_eq!(
        agreement.clone().decline(waiting).unwrap_err(),
        DeclineRefusal::NotYourTurn
    );

    let (back, done) = agreement
        .clone()
        .decline(declining(guardian, Wish::Change, at))
        .unwrap();
    assert_eq!(
        (back.stage(), back.content_version(), back.with()),
        (Stage::Negotiating, 2, Some(Party::Enterprise))
    );
    let told = |told| {
        done.effects
            .contains(&Effect::Tell(told, Notice::Declined(SlotRole::Guardian)))
    };
    assert!(told(Told::Slot(apprentice)) && told(Told::Party(Party::Enterprise)) && told(Told::Party(Party::College)));
    assert!(!told(Told::Slot(guardian)));
    let round = &back.past_rounds()[0];
    assert_eq!((round.end, round.frozen.version), (RoundEnd::Declined, 1));
    assert!(
        round.slots.find(apprentice).unwrap().is_signed(),
        "kept as what was signed then"
    );
    assert_eq!(
        (done.steps[0].content_version, done.steps[0].content_hash),
        (1, Some(hash(1)))
    );
    let edited = back.clone().edit(editing(&back, Actor::Enterprise, true)).unwrap().0;
    assert_eq!(edited.content_version(), 3);

    let (void, done) = agreement.decline(declining(guardian, Wish::Refuse, at)).unwrap();
    assert!(
        matches!(void.state(), State::Voided(voided) if matches!(voided.reason, VoidReason::Refused { slot, .. } if slot == guardian))
    );
    assert!(done.effects.contains(&Effect::ReleaseSeats));
}
