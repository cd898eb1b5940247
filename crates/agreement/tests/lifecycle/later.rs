//! What happens to a round and after it: addresses, deadlines, recalls, pauses, ends.

use super::support::{BEGIN, day, effective, email, pausing, sent, signed, signing, slot_of, terminating};
use agreement::lifecycle::{
    Actor, Agreement, AnswerRefusal, Barred, CompleteRefusal, Completing, Due, DueRefusal, Effect, ExtendRefusal,
    Extending, Ground, Notice, Party, PauseRefusal, RecallRefusal, Recalling, ReplaceRefusal, Replacing, Resuming,
    RoundEnd, Settled, SignRefusal, SlotRole, SlotState, Stage, State, TerminateRefusal, Told, VoidReason, VoidRefusal,
    Voiding,
};
use kernel::SeededChance;

fn recalling(by: Actor) -> Recalling {
    Recalling {
        by,
        reason: "金额写错".to_owned(),
        at: BEGIN.plus_hours(2),
    }
}

#[test]
fn a_wrong_address_is_mended_without_touching_what_others_signed() {
    let chance = SeededChance::new(1);
    let agreement = signed(sent(None, &chance), &[SlotRole::Guardian]);
    let (old, signed_slot) = (
        slot_of(&agreement, SlotRole::Apprentice),
        slot_of(&agreement, SlotRole::Guardian),
    );
    let replacing = Replacing {
        by: Actor::Enterprise,
        slot: old,
        name: None,
        channel: email("wang.right"),
        at: BEGIN.plus_days(2),
    };
    let refused = |replacing: Replacing| agreement.clone().replace(replacing, &chance).unwrap_err();
    assert_eq!(
        refused(Replacing {
            by: Actor::College,
            ..replacing.clone()
        }),
        ReplaceRefusal::Barred(Barred::NotYourSide)
    );
    assert_eq!(
        refused(Replacing {
            channel: email("wang"),
            ..replacing.clone()
        }),
        ReplaceRefusal::Same
    );
    let named = |name: &str| Replacing {
        name: Some(name.to_owned()),
        ..replacing.clone()
    };
    assert_eq!(refused(named("王小民")), ReplaceRefusal::NameIsMaterial);
    assert_eq!(refused(named("")), ReplaceRefusal::Nameless);
    let of_signed = Replacing {
        slot: signed_slot,
        ..replacing.clone()
    };
    assert_eq!(
        refused(of_signed),
        ReplaceRefusal::AlreadySigned {
            at: BEGIN.plus_hours(1)
        }
    );

    let (mended, done) = agreement.clone().replace(replacing, &chance).unwrap();
    let new = done.outcome;
    assert_eq!(done.effects, [Effect::RevokeLink(old), Effect::AskToSign(new)]);
    assert!(mended.slots().unwrap().find(signed_slot).unwrap().is_signed());
    assert_eq!(
        mended
            .clone()
            .sign(signing(&mended, old, BEGIN.plus_days(2)))
            .unwrap_err(),
        SignRefusal::Replaced { by: new }
    );
    let SlotState::Open {
        deadline, reminders: 0, ..
    } = mended.slot(new).unwrap().state
    else {
        panic!("open")
    };
    assert_eq!(deadline, BEGIN.plus_days(10), "the deadline stays");
    assert!(signed(mended, &[SlotRole::Apprentice, SlotRole::Enterprise]).stage() == Stage::Effective);

    let officer = Replacing {
        by: Actor::Operator,
        slot: slot_of(&agreement, SlotRole::Enterprise),
        name: Some("赵经理".to_owned()),
        channel: email("zhao"),
        at: BEGIN,
    };
    let (other, done) = agreement.replace(officer, &chance).unwrap();
    assert_eq!(
        (other.slot(done.outcome).unwrap().state.code(), done.effects.len()),
        ("waiting_turn", 1),
        "not yet its turn"
    );
}

#[test]
fn reminders_go_to_who_still_has_to_answer_and_not_too_often() {
    let chance = SeededChance::new(1);
    let mut agreement = sent(None, &chance);
    let (apprentice, guardian) = (
        slot_of(&agreement, SlotRole::Apprentice),
        slot_of(&agreement, SlotRole::Guardian),
    );
    assert_eq!(agreement.next_due(), Some(BEGIN.plus_days(3)));
    assert_eq!(
        agreement.due(BEGIN.plus_days(3)),
        [Due::Remind(apprentice), Due::Remind(guardian)]
    );
    let early = agreement
        .clone()
        .remind(Actor::System, apprentice, BEGIN.plus_days(2))
        .unwrap_err();
    assert_eq!(early, DueRefusal::NotDue);
    agreement = signed(agreement, &[SlotRole::Guardian]);
    assert_eq!(agreement.due(BEGIN.plus_days(3)), [Due::Remind(apprentice)]);
    let answered = agreement
        .clone()
        .remind(Actor::System, guardian, BEGIN.plus_days(3))
        .unwrap_err();
    assert_eq!(answered, DueRefusal::NotOpen);
    for days in [3, 6, 9] {
        agreement = agreement
            .remind(Actor::System, apprentice, BEGIN.plus_days(days))
            .unwrap()
            .0;
        assert_eq!(agreement.due(BEGIN.plus_days(days)), []);
    }
    assert_eq!(agreement.next_due(), Some(BEGIN.plus_days(10)));
    assert_eq!(agreement.due(BEGIN.plus_days(12)), [Due::Expire(apprentice)]);
}

#[test]
fn a_slot_is_extended_twice_and_then_the_agreement_lapses() {
    let chance = SeededChance::new(1);
    let mut agreement = sent(None, &chance);
    let slot = slot_of(&agreement, SlotRole::Apprentice);
    let mut deadline = BEGIN.plus_days(10);
    for _ in 0..2 {
        assert_eq!(
            agreement
                .clone()
                .expire(Actor::System, slot, deadline.plus_seconds(-1))
                .unwrap_err(),
            DueRefusal::NotDue
        );
        let late = signing(&agreement, slot, deadline);
        assert_eq!(
            agreement.clone().sign(late).unwrap_err(),
            SignRefusal::Expired { at: deadline },
            "also before the job ran"
        );
        let (expired, done) = agreement.expire(Actor::System, slot, deadline).unwrap();
        assert!(!done.outcome);
        assert!(done.effects.contains(&Effect::Tell(
            Told::Party(Party::Enterprise),
            Notice::Expired(SlotRole::Apprentice)
        )));
        let (extended, done) = expired
            .extend(Extending {
                by: Actor::Enterprise,
                slot,
                at: deadline,
            })
            .unwrap();
        assert_eq!(done.effects, [Effect::AskToSign(slot)]);
        (agreement, deadline) = (extended, done.outcome);
    }
    assert_eq!(deadline, BEGIN.plus_days(30));
    let more = Extending {
        by: Actor::Enterprise,
        slot,
        at: deadline,
    };
    assert_eq!(
        agreement.clone().extend(more).unwrap_err(),
        ExtendRefusal::ExtensionsUsed
    );
    let (lapsed, done) = agreement.expire(Actor::System, slot, deadline).unwrap();
    assert!(done.outcome && done.effects.contains(&Effect::ReleaseSeats));
    assert!(matches!(lapsed.state(), State::Voided(voided) if voided.reason == VoidReason::Lapsed { slot }));
    assert_eq!(lapsed.past_rounds()[0].end, RoundEnd::Lapsed);
}

#[test]
fn mending_addresses_is_no_way_around_the_limit_of_extensions() {
    let chance = SeededChance::new(1);
    let (mut agreement, mut at) = (sent(None, &chance), BEGIN);
    for round in 0..3 {
        at = at.plus_days(10);
        let slot = slot_of(&agreement, SlotRole::Apprentice);
        let expired = agreement.expire(Actor::System, slot, at).unwrap().0;
        if round == 2 {
            assert_eq!(expired.stage(), Stage::Voided);
            return;
        }
        let mended = Replacing {
            by: Actor::Operator,
            slot,
            name: None,
            channel: email(&format!("w{round}")),
            at,
        };
        agreement = expired.replace(mended, &chance).unwrap().0;
    }
}

#[test]
fn a_slot_that_expired_and_that_nobody_extends_does_not_hold_the_seats_for_ever() {
    let chance = SeededChance::new(1);
    let agreement = sent(None, &chance);
    let slot = slot_of(&agreement, SlotRole::Apprentice);
    let agreement = agreement.expire(Actor::System, slot, BEGIN.plus_days(10)).unwrap().0;
    assert!(!agreement.due(BEGIN.plus_days(19)).contains(&Due::Expire(slot)));
    assert!(agreement.due(BEGIN.plus_days(20)).contains(&Due::Expire(slot)));
    assert_eq!(
        agreement
            .expire(Actor::System, slot, BEGIN.plus_days(20))
            .unwrap()
            .0
            .stage(),
        Stage::Voided
    );
}

#[test]
fn a_recall_needs_the_agreement_of_all_who_signed() {
    let chance = SeededChance::new(1);
    let fresh = sent(Some(true), &chance);
    let (back, done) = fresh.clone().recall(recalling(Actor::College)).unwrap();
    assert_eq!(
        (back.stage(), back.content_version(), done.outcome),
        (Stage::Negotiating, 2, Settled::Done)
    );
    let silent = Recalling {
        reason: String::new(),
        ..recalling(Actor::College)
    };
    assert_eq!(fresh.clone().recall(silent).unwrap_err(), RecallRefusal::NoReason);

    let begun = signed(fresh, &[SlotRole::Apprentice, SlotRole::Guardian]);
    let actor = |role| Actor::Signer(slot_of(&begun, role));
    let at = BEGIN.plus_hours(3);
    let (asked, done) = begun.clone().recall(recalling(Actor::Enterprise)).unwrap();
    assert_eq!(
        done.outcome,
        Settled::WaitingFor(vec![SlotRole::Apprentice, SlotRole::Guardian])
    );
    assert_eq!(
        asked.clone().recall(recalling(Actor::College)).unwrap_err(),
        RecallRefusal::Pending
    );
    let sign = signing(&asked, slot_of(&asked, SlotRole::Enterprise), at);
    assert_eq!(
        asked.clone().sign(sign.clone()).unwrap_err(),
        SignRefusal::BeingRecalled
    );
    assert_eq!(
        asked.clone().agree(Actor::College, at).unwrap_err(),
        AnswerRefusal::NotAsked
    );
    assert_eq!(
        asked.clone().agree(Actor::Enterprise, at).unwrap_err(),
        AnswerRefusal::Agreed
    );
    assert_eq!(
        asked.clone().agree(actor(SlotRole::Enterprise), at).unwrap_err(),
        AnswerRefusal::Barred(Barred::NoVoice)
    );

    let (half, done) = asked.clone().agree(actor(SlotRole::Guardian), at).unwrap();
    assert_eq!(done.outcome, Settled::WaitingFor(vec![SlotRole::Apprentice]));
    let (back, done) = half.clone().agree(actor(SlotRole::Apprentice), at).unwrap();
    assert_eq!((back.stage(), done.outcome), (Stage::Negotiating, Settled::Done));
    assert_eq!(back.past_rounds()[0].slots.signed().count(), 2);

    let objected = half.object(actor(SlotRole::Apprentice), at).unwrap().0;
    assert!(objected.proposal().is_none() && objected.clone().sign(sign).is_ok());
    assert_eq!(
        objected.object(Actor::Enterprise, at).unwrap_err(),
        AnswerRefusal::NothingProposed
    );
    assert!(
        asked.object(Actor::Enterprise, at).is_ok(),
        "who proposed may take it back"
    );
}

#[test]
fn no_deadline_passes_while_a_recall_waits_and_who_could_not_sign_gets_the_time_back() {
    let chance = SeededChance::new(1);
    let begun = signed(sent(Some(true), &chance), &[SlotRole::Apprentice]);
    let guardian = slot_of(&begun, SlotRole::Guardian);
    let deadline = |agreement: &Agreement| match agreement.slot(guardian).unwrap().state {
        SlotState::Open { deadline, .. } => deadline,
        ref other => panic!("{other:?}"),
    };
    let before = deadline(&begun);
    let asked = begun.recall(recalling(Actor::Enterprise)).unwrap().0;
    let asked_at = asked.proposal().unwrap().at;
    let late = BEGIN.plus_days(40);
    assert_eq!((asked.due(late), asked.next_due()), (Vec::new(), None));
    assert_eq!(
        asked.clone().expire(Actor::System, guardian, late).unwrap_err(),
        DueRefusal::NotDue
    );
    assert_eq!(
        asked.clone().sign(signing(&asked, guardian, late)).unwrap_err(),
        SignRefusal::BeingRecalled,
        "what is in the way is the recall, not the deadline"
    );
    let off = asked.object(Actor::Enterprise, late).unwrap().0;
    let held = late.micros() - asked_at.micros();
    assert_eq!(deadline(&off).micros(), before.micros() + held);
    assert!(off.clone().sign(signing(&off, guardian, late)).is_ok());
    assert_eq!(off.due(deadline(&off)), [Due::Expire(guardian)]);
}

#[test]
fn a_pause_is_agreed_by_both_or_ordered_by_the_operator() {
    let agreement = effective(&SeededChance::new(1));
    let at = BEGIN.plus_days(20);
    let (asked, done) = agreement.clone().suspend(pausing(Actor::Enterprise, at)).unwrap();
    assert_eq!(
        (asked.stage(), done.outcome),
        (Stage::Effective, Settled::WaitingFor(vec![SlotRole::College]))
    );
    let (paused, done) = asked.clone().agree(Actor::College, at).unwrap();
    assert_eq!((paused.stage(), done.outcome), (Stage::Suspended, Settled::Done));
    assert!(done.effects.contains(&Effect::PauseRecord));
    let (ordered, _) = asked.suspend(pausing(Actor::Operator, at)).unwrap();
    assert_eq!(ordered.stage(), Stage::Suspended);
    assert!(ordered.proposal().is_none(), "what was discussed is settled");

    let mut wrong = pausing(Actor::Operator, at);
    wrong.pause.until = Some(day(1));
    assert_eq!(
        agreement.clone().suspend(wrong.clone()).unwrap_err(),
        PauseRefusal::Dates
    );
    wrong.pause.reason.clear();
    assert_eq!(agreement.suspend(wrong).unwrap_err(), PauseRefusal::NoReason);
    let early = Resuming {
        by: Actor::Operator,
        on: day(2),
        at,
    };
    assert_eq!(paused.clone().resume(early).unwrap_err(), PauseRefusal::Dates);
    let (going, done) = paused
        .resume(Resuming {
            by: Actor::Operator,
            on: day(61),
            at,
        })
        .unwrap();
    assert_eq!(going.stage(), Stage::Effective);
    assert!(done.effects.contains(&Effect::ResumeRecord));
}

#[test]
fn it_ends_before_its_time_by_agreement_of_all_or_on_a_legal_ground() {
    let agreement = effective(&SeededChance::new(1));
    let at = BEGIN.plus_days(20);
    let actor = |role| Actor::Signer(slot_of(&agreement, role));
    let (asked, done) = agreement
        .clone()
        .terminate(terminating(actor(SlotRole::Apprentice), Ground::Mutual, at))
        .unwrap();
    let waiting = vec![SlotRole::Enterprise, SlotRole::College, SlotRole::Guardian];
    assert_eq!(
        (asked.stage(), done.outcome),
        (Stage::Effective, Settled::WaitingFor(waiting))
    );
    let pending = asked
        .clone()
        .terminate(terminating(Actor::Enterprise, Ground::Mutual, at))
        .unwrap_err();
    assert_eq!(pending, TerminateRefusal::Pending);
    let mut ended = asked.clone();
    for actor in [Actor::Enterprise, Actor::College, actor(SlotRole::Guardian)] {
        ended = ended.agree(actor, at).unwrap().0;
    }
    assert_eq!(ended.stage(), Stage::Terminated);
    let (alone, done) = asked
        .terminate(terminating(actor(SlotRole::Apprentice), Ground::Unpaid, at))
        .unwrap();
    assert_eq!((alone.stage(), done.outcome), (Stage::Terminated, Settled::Done));
    assert!(done.effects.contains(&Effect::EndRecord) && done.effects.contains(&Effect::Seal));

    for ground in [Ground::Abuse, Ground::Unpaid] {
        let own_fault = terminating(Actor::Enterprise, ground, at);
        let refused = agreement.clone().terminate(own_fault).unwrap_err();
        assert_eq!(refused, TerminateRefusal::NotYourGround);
        let by_college = terminating(Actor::College, ground, at);
        assert!(agreement.clone().terminate(by_college).is_ok());
    }
    let closed = terminating(Actor::Enterprise, Ground::Closure, at);
    assert!(agreement.clone().terminate(closed).is_ok());
    let mut early = terminating(Actor::College, Ground::Mutual, at);
    early.termination.last_day = day(1);
    assert_eq!(
        agreement.clone().terminate(early).unwrap_err(),
        TerminateRefusal::TooEarly
    );

    let mut open = terminating(Actor::Enterprise, Ground::Abuse, at);
    open.termination.consequences.hours = " ".to_owned();
    assert_eq!(
        agreement.clone().terminate(open.clone()).unwrap_err(),
        TerminateRefusal::Unsettled
    );
    open.termination.reason.clear();
    assert_eq!(
        agreement.clone().terminate(open).unwrap_err(),
        TerminateRefusal::NoReason
    );
}

#[test]
fn it_is_completed_with_the_record_and_not_before_it_began() {
    let agreement = effective(&SeededChance::new(1));
    let completing = Completing {
        by: Actor::College,
        record_completed: true,
        on: day(300),
        at: BEGIN.plus_days(300),
    };
    let open = Completing {
        record_completed: false,
        ..completing
    };
    assert_eq!(
        agreement.clone().complete(open).unwrap_err(),
        CompleteRefusal::RecordOpen
    );
    let early = Completing {
        on: day(10),
        ..completing
    };
    assert_eq!(
        agreement.clone().complete(early).unwrap_err(),
        CompleteRefusal::TooEarly
    );
    assert_eq!(agreement.complete(completing).unwrap().0.stage(), Stage::Completed);
}

#[test]
fn its_owner_or_the_operator_gives_it_up_until_it_takes_effect() {
    let chance = SeededChance::new(1);
    let begun = signed(sent(None, &chance), &[SlotRole::Apprentice]);
    let voiding = Voiding {
        by: Actor::Enterprise,
        reason: "岗位取消".to_owned(),
        at: BEGIN,
    };
    let by_college = Voiding {
        by: Actor::College,
        ..voiding.clone()
    };
    assert_eq!(
        begun.clone().void(by_college).unwrap_err(),
        VoidRefusal::Barred(Barred::NotOwner)
    );
    let silent = Voiding {
        reason: " ".to_owned(),
        ..voiding.clone()
    };
    assert_eq!(begun.clone().void(silent).unwrap_err(), VoidRefusal::NoReason);
    let apprentice = slot_of(&begun, SlotRole::Apprentice);
    let (void, done) = begun.void(voiding.clone()).unwrap();
    assert!(
        done.effects
            .contains(&Effect::Tell(Told::Slot(apprentice), Notice::Voided)),
        "who signed is told"
    );
    assert_eq!(
        (void.stage(), void.past_rounds()[0].end),
        (Stage::Voided, RoundEnd::Voided)
    );
    let now = Stage::Effective;
    let act = agreement::lifecycle::Act::Void;
    assert_eq!(
        effective(&chance).void(voiding).unwrap_err(),
        VoidRefusal::Barred(Barred::Stage { act, now })
    );
}
