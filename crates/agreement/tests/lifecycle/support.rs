//! Agreements in every stage, and every act tried with facts that let it pass.
use agreement::{
    evidence::{Authority, Consent, ContentHash},
    lifecycle::{
        Act, Actor, Agreement, Approval, Cadence, Channel, Completing, Consequences, Creating, Declining, Done,
        Editing, Extending, Ground, Kind, Method, Parties, Party, Pause, ReadyFacts, Recalling, Replacing, Resuming,
        Seats, Sending, Signing, SlotPlan, SlotRole, Step, Suspending, Terminating, Termination, Voiding, Wish,
    },
    training::Day,
};
use kernel::{AgreementId, Date, EmailAddress, OrganisationId, SeededChance, SlotId, Timestamp, shanghai_date};

/// 2026-11-20T06:30:00Z.
pub(super) const BEGIN: Timestamp = Timestamp::from_micros(1_795_156_200_000_000);

/// The hash of the content of a version.
pub(super) fn hash(version: u32) -> ContentHash {
    ContentHash::from_bytes([u8::try_from(version % 251).unwrap(); 32])
}

pub(super) fn day(days: i64) -> Date {
    shanghai_date(BEGIN.plus_days(days))
}

pub(super) fn email(name: &str) -> Channel {
    Channel::Email {
        address: EmailAddress::parse(&format!("{name}@example.org")).unwrap(),
    }
}

pub(super) const GOOD: ReadyFacts = ReadyFacts {
    open_blocks: 0,
    warnings_without_reason: 0,
    complete: true,
};

pub(super) fn create(with_college: bool, by: Party, chance: &SeededChance) -> Agreement {
    let college = with_college.then(|| OrganisationId::new(BEGIN, chance));
    let creating = Creating {
        id: AgreementId::new(BEGIN, chance),
        kind: Kind::Training,
        parties: Parties {
            enterprise: OrganisationId::new(BEGIN, chance),
            college,
        },
        by: by.into(),
        seats: Seats::Reserved,
        at: BEGIN,
    };
    Agreement::create(creating).unwrap().0
}

pub(super) fn plans(college: Option<bool>) -> Vec<SlotPlan> {
    let mut plans = vec![
        SlotPlan::required(SlotRole::Apprentice, "王小明", email("wang")),
        SlotPlan::required(SlotRole::Guardian, "王建国", Channel::Code),
        SlotPlan::required(SlotRole::Enterprise, "李经理", email("li")),
    ];
    plans.extend(college.map(|required| SlotPlan {
        required,
        ..SlotPlan::required(SlotRole::College, "张老师", email("zhang"))
    }));
    plans
}

pub(super) fn approval(agreement: &Agreement, by: Actor, at: Timestamp) -> Approval {
    Approval {
        by,
        version: agreement.content_version(),
        facts: GOOD,
        hash: hash(agreement.content_version()),
        rule_set: "2026-11-01".to_owned(),
        effective_on: day(11),
        at,
    }
}

pub(super) fn sending(by: Actor, slots: Vec<SlotPlan>, at: Timestamp) -> Sending {
    Sending {
        by,
        slots,
        cadence: Cadence::default(),
        at,
    }
}

/// By what right somebody signs in that role.
pub(super) fn authority(role: SlotRole) -> Option<Authority> {
    match role {
        SlotRole::Enterprise => Some(Authority::LegalRepresentative),
        SlotRole::College => Some(Authority::Agent {
            title: "教务处长".to_owned(),
            document: "授权书 2026-3".to_owned(),
            dated: Day::new(day(-30)),
        }),
        SlotRole::Apprentice | SlotRole::Guardian => None,
    }
}

pub(super) fn signing(agreement: &Agreement, slot: SlotId, at: Timestamp) -> Signing {
    Signing {
        by: Actor::Signer(slot),
        slot,
        seen: hash(agreement.content_version()),
        authority: agreement.slot(slot).and_then(|slot| authority(slot.role)),
        method: Method::LinkAndCode,
        identified_at: at,
        consent: Consent {
            locale: "zh".to_owned(),
            text: "我已阅读并同意。".to_owned(),
            version: "consent/1".to_owned(),
        },
        at,
    }
}

pub(super) fn declining(slot: SlotId, wish: Wish, at: Timestamp) -> Declining {
    Declining {
        by: Actor::Signer(slot),
        slot,
        reason: "工资与约定不符".to_owned(),
        wish,
        at,
    }
}

pub(super) fn terminating(by: Actor, ground: Ground, at: Timestamp) -> Terminating {
    Terminating {
        by,
        termination: Termination {
            ground,
            reason: "学徒参军".to_owned(),
            last_day: day(60),
            consequences: Consequences {
                stipend: "结清至最后一日".to_owned(),
                hours: "计入 120 课时".to_owned(),
                subsidy: "不再申领".to_owned(),
            },
        },
        at,
    }
}

pub(super) fn pausing(by: Actor, at: Timestamp) -> Suspending {
    Suspending {
        by,
        pause: Pause {
            from: day(30),
            until: Some(day(60)),
            reason: "停产检修".to_owned(),
        },
        at,
    }
}

pub(super) fn slot_of(agreement: &Agreement, role: SlotRole) -> SlotId {
    agreement
        .slots()
        .unwrap()
        .standing()
        .find(|slot| slot.role == role)
        .unwrap()
        .id
}

/// One try of an act: the agreement after it with the steps it took, or the code of the refusal.
pub(super) type Tried = Result<(Agreement, Vec<Step>), &'static str>;

fn tried<O, E>(result: Result<(Agreement, Done<O>), E>, code: impl Fn(&E) -> &'static str) -> Tried {
    match result {
        Ok((agreement, done)) => Ok((agreement, done.steps)),
        Err(refusal) => Err(code(&refusal)),
    }
}

/// Tries `act` by `actor`, on `slot` where it is about one, in its `variant`, at `at`.
pub(super) fn attempt(
    agreement: &Agreement,
    act: Act,
    actor: Actor,
    slot: SlotId,
    variant: bool,
    at: Timestamp,
    chance: &SeededChance,
) -> Tried {
    let one = agreement.clone();
    let reason = || "金额写错".to_owned();
    match act {
        // Not an act on an agreement that is there; not an act of its own.
        Act::Create | Act::TakeEffect => Err("none"),
        Act::HandOver => tried(one.hand_over(actor), agreement::lifecycle::HandOverRefusal::code),
        Act::Edit => {
            let version = one.content_version();
            let editing = Editing {
                by: actor,
                version,
                material: variant,
            };
            tried(one.edit(editing), agreement::lifecycle::EditRefusal::code)
        }
        Act::Approve => {
            let approval = approval(&one, actor, at);
            tried(one.approve(approval), agreement::lifecycle::ApproveRefusal::code)
        }
        Act::Send => {
            let college = one.parties().has(Party::College).then_some(variant);
            let sending = sending(actor, plans(college), at);
            tried(one.send(sending, chance), agreement::lifecycle::SendRefusal::code)
        }
        Act::Remind => tried(one.remind(actor, slot, at), agreement::lifecycle::DueRefusal::code),
        Act::Expire => tried(one.expire(actor, slot, at), agreement::lifecycle::DueRefusal::code),
        Act::Sign => {
            let signing = Signing {
                by: actor,
                ..signing(&one, slot, at)
            };
            tried(one.sign(signing), agreement::lifecycle::SignRefusal::code)
        }
        Act::Replace => {
            let replacing = Replacing {
                by: actor,
                slot,
                name: None,
                channel: email(if variant { "mended" } else { "other" }),
                at,
            };
            tried(
                one.replace(replacing, chance),
                agreement::lifecycle::ReplaceRefusal::code,
            )
        }
        Act::Decline => {
            let wish = if variant { Wish::Change } else { Wish::Refuse };
            let declining = Declining {
                by: actor,
                ..declining(slot, wish, at)
            };
            tried(one.decline(declining), agreement::lifecycle::DeclineRefusal::code)
        }
        Act::Extend => {
            let extending = Extending { by: actor, slot, at };
            tried(one.extend(extending), agreement::lifecycle::ExtendRefusal::code)
        }
        Act::Recall => {
            let recalling = Recalling {
                by: actor,
                reason: reason(),
                at,
            };
            tried(one.recall(recalling), agreement::lifecycle::RecallRefusal::code)
        }
        _ => attempt_later(one, act, actor, variant, at),
    }
}

/// The same for the acts on the agreement as a whole.
fn attempt_later(one: Agreement, act: Act, actor: Actor, variant: bool, at: Timestamp) -> Tried {
    match act {
        Act::Suspend => tried(
            one.suspend(pausing(actor, at)),
            agreement::lifecycle::PauseRefusal::code,
        ),
        Act::Resume => {
            let resuming = Resuming {
                by: actor,
                on: day(61),
                at,
            };
            tried(one.resume(resuming), agreement::lifecycle::PauseRefusal::code)
        }
        Act::Complete => {
            let completing = Completing {
                by: actor,
                record_completed: true,
                on: day(400),
                at,
            };
            tried(one.complete(completing), agreement::lifecycle::CompleteRefusal::code)
        }
        Act::Terminate => {
            let ground = if variant { Ground::Mutual } else { Ground::Unpaid };
            tried(
                one.terminate(terminating(actor, ground, at)),
                agreement::lifecycle::TerminateRefusal::code,
            )
        }
        Act::Agree => tried(one.agree(actor, at), agreement::lifecycle::AnswerRefusal::code),
        Act::Object => tried(one.object(actor, at), agreement::lifecycle::AnswerRefusal::code),
        Act::Void => {
            let voiding = Voiding {
                by: actor,
                reason: "金额写错".to_owned(),
                at,
            };
            tried(one.void(voiding), agreement::lifecycle::VoidRefusal::code)
        }
        _ => Err("none"),
    }
}

/// An agreement that was handed over and approved by both.
pub(super) fn ready(owner: Party, chance: &SeededChance) -> Agreement {
    let agreement = create(true, owner, chance).hand_over(owner.into()).unwrap().0;
    let by_college = approval(&agreement, Actor::College, BEGIN);
    let agreement = agreement.approve(by_college).unwrap().0;
    let by_enterprise = approval(&agreement, Actor::Enterprise, BEGIN);
    agreement.approve(by_enterprise).unwrap().0
}

/// An agreement that was sent; the college is asked when `college` says so, and has to sign when it says that.
pub(super) fn sent(college: Option<bool>, chance: &SeededChance) -> Agreement {
    ready(Party::Enterprise, chance)
        .send(sending(Actor::Enterprise, plans(college), BEGIN), chance)
        .unwrap()
        .0
}

/// The same after these signed.
pub(super) fn signed(agreement: Agreement, roles: &[SlotRole]) -> Agreement {
    roles.iter().fold(agreement, |agreement, role| {
        let signing = signing(&agreement, slot_of(&agreement, *role), BEGIN.plus_hours(1));
        agreement.sign(signing).unwrap().0
    })
}

pub(super) const ALL_BUT_COLLEGE: [SlotRole; 3] = [SlotRole::Apprentice, SlotRole::Guardian, SlotRole::Enterprise];

pub(super) fn effective(chance: &SeededChance) -> Agreement {
    signed(sent(None, chance), &ALL_BUT_COLLEGE)
}

/// Agreements in every stage, several where it matters, with a moment at which their stage is still undecided.
pub(super) fn samples(chance: &SeededChance) -> Vec<Agreement> {
    let mut samples = samples_before(chance);
    samples.extend(samples_after(chance));
    samples
}

fn recalling(by: Actor) -> Recalling {
    Recalling {
        by,
        reason: "金额写错".to_owned(),
        at: BEGIN.plus_hours(2),
    }
}

/// Agreements that did not take effect.
fn samples_before(chance: &SeededChance) -> Vec<Agreement> {
    let at = BEGIN.plus_hours(2);
    let draft = create(true, Party::Enterprise, chance);
    let handed = draft.clone().hand_over(Actor::Enterprise).unwrap().0;
    let back = handed.clone().hand_over(Actor::College).unwrap().0;
    let once = handed.clone().approve(approval(&handed, Actor::College, at)).unwrap().0;
    let fresh = sent(Some(true), chance);
    let first = signed(fresh.clone(), &[SlotRole::Apprentice]);
    let recalled = first.clone().recall(recalling(Actor::Enterprise)).unwrap().0;
    let last = signed(fresh.clone(), &ALL_BUT_COLLEGE);
    let recalled_by_college = last.clone().recall(recalling(Actor::College)).unwrap().0;
    let acknowledged = signed(sent(Some(false), chance), &[SlotRole::College]);
    let recalled_after = acknowledged.recall(recalling(Actor::Enterprise)).unwrap().0;
    let slot = slot_of(&fresh, SlotRole::Apprentice);
    let late = fresh.clone().expire(Actor::System, slot, BEGIN.plus_days(10));
    let by = Actor::College;
    let more = |agreement: Agreement| agreement.extend(Extending { by, slot, at }).unwrap().0;
    let used = more(more(fresh.clone()));
    let of_college = create(true, Party::College, chance);
    let handed_by_college = of_college.clone().hand_over(by).unwrap().0;
    let ready_of_college = ready(Party::College, chance);
    let sent_by_college = ready_of_college
        .clone()
        .send(sending(by, plans(Some(true)), BEGIN), chance);
    let void = Voiding {
        by: Actor::Operator,
        reason: "重复".to_owned(),
        at,
    };
    let voided = draft.clone().void(void).unwrap().0;
    let mut samples = vec![
        draft,
        of_college,
        handed,
        handed_by_college,
        back,
        once,
        ready_of_college,
    ];
    samples.extend([
        ready(Party::Enterprise, chance),
        sent_by_college.unwrap().0,
        fresh,
        first,
        last,
    ]);
    samples.extend([
        recalled,
        recalled_by_college,
        recalled_after,
        late.unwrap().0,
        used,
        voided,
    ]);
    samples
}

/// Agreements that did.
fn samples_after(chance: &SeededChance) -> Vec<Agreement> {
    let at = BEGIN.plus_hours(2);
    let effective = effective(chance);
    let signer = |role| Actor::Signer(slot_of(&effective, role));
    let end = |agreement: &Agreement, by, ground| {
        let terminating = terminating(by, ground, at);
        agreement.clone().terminate(terminating).unwrap().0
    };
    let agreed_by_all_but_one = |agreement: &Agreement| {
        let by_guardian = agreement.clone().agree(signer(SlotRole::Guardian), at).unwrap().0;
        by_guardian.agree(Actor::College, at).unwrap().0
    };
    let apprentice = signer(SlotRole::Apprentice);
    let ending = end(&effective, apprentice, Ground::Mutual);
    let suspended = effective.clone().suspend(pausing(Actor::Operator, at)).unwrap().0;
    let ending_suspended = end(&suspended, apprentice, Ground::Mutual);
    let resuming = Resuming {
        by: Actor::College,
        on: day(61),
        at,
    };
    let completing = Completing {
        by: Actor::System,
        record_completed: true,
        on: day(400),
        at,
    };
    vec![
        effective.clone().suspend(pausing(Actor::Enterprise, at)).unwrap().0,
        agreed_by_all_but_one(&ending),
        ending,
        suspended.clone().resume(resuming).unwrap().0,
        agreed_by_all_but_one(&ending_suspended),
        ending_suspended,
        suspended,
        effective.clone().complete(completing).unwrap().0,
        end(&effective, Actor::Enterprise, Ground::Closure),
        effective,
    ]
}
