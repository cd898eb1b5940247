//! The life of one agreement: what its people do from day to day, by dice. Who hears of a failure presses again.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use agreement::{
    lifecycle::{Agreement, Channel, Party, SlotRole, Wish},
    training::{Draft, Section, sample_draft, sample_minor},
};
use kernel::{AgreementId, Chance as _, SeededChance, SlotId};
use operations::{
    Actor, App, Cx, Failure, Refusal,
    agreements::{
        self, AuthorityInput, ReplaceInput, SignatoryInput,
        signing::{self, CONSENT, DeclineInput, SignInput, SignKey},
    },
};
use storage::{AuditActor, AuditEntry, FoundAgreement, OpenAgreement};

use crate::town::{Side, Town, resident_id, subject_of};

/// What is typed for somebody of 17. Reading a sample takes a while.
static MINOR: LazyLock<Draft> = LazyLock::new(|| Draft::of(&sample_minor()));

/// What happened in all lives.
pub(crate) struct Tally {
    counts: Mutex<BTreeMap<String, u64>>,
    /// How often somebody presses before they give up for the day.
    presses: u32,
}

impl Tally {
    pub(crate) fn new(presses: u32) -> Self {
        let counts = Mutex::default();
        Self { counts, presses }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self, what: &str) {
        *self.lock().entry(what.to_owned()).or_default() += 1;
    }

    pub(crate) fn of(&self, what: &str) -> u64 {
        self.lock().get(what).copied().unwrap_or_default()
    }

    pub(crate) fn report(&self) -> String {
        let counts = self.lock();
        let lines: Vec<String> = counts.iter().map(|(what, n)| format!("{what} {n}")).collect();
        lines.join(", ")
    }

    /// Whether it helps to press again.
    fn again(&self, what: &str, failure: &Failure) -> bool {
        match failure {
            Failure::Internal(_) => {
                let said = chain(failure);
                assert!(said.contains("a planned failure"), "{what}: {said}");
                self.count("failures heard");
                true
            }
            Failure::Busy(_) if chain(failure).contains("a planned failure") => {
                self.count("failures heard");
                true
            }
            Failure::Busy(_) => {
                self.count("busy");
                true
            }
            Failure::Conflict => {
                self.count("conflicts");
                true
            }
            Failure::Refused(Refusal::Agreement(refusal)) => {
                self.count(&format!("refused {what} {}", refusal.code()));
                false
            }
            Failure::TooMany { .. } => {
                self.count(&format!("refused {what} too_many"));
                false
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

fn chain(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        said = format!("{said}: {error}");
        next = error.source();
    }
    said
}

/// The audit entry of something that only tests do.
pub(crate) fn entry(town: &Town, act: &str) -> AuditEntry {
    AuditEntry::new(town.audit_id(), town.now(), AuditActor::system(), act)
}

macro_rules! press {
    ($tally:expr, $what:expr, $act:expr) => {{
        let mut done = None;
        for _ in 0..$tally.presses {
            match $act.await {
                Ok(outcome) => {
                    $tally.count($what);
                    done = Some(outcome);
                    break;
                }
                Err(failure) if $tally.again($what, &failure) => {}
                Err(_) => break,
            }
        }
        done
    }};
}

/// Something that somebody does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Check,
    HandOver(Party),
    Approve(Party),
    Edit(Party),
    Send(Party),
    Sign { slot: SlotId, link: Which },
    Decline { slot: SlotId, wish: Wish },
    Replace(SlotId),
    MoreTime(SlotId),
    Recall(Party),
    Answer { slot: SlotId, agrees: bool },
    Agree(Party),
    Object(Party),
    Void(Party),
    LinkAgain(SlotId),
    NewCode(SlotId),
}

/// By which link, or how else, somebody comes to a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Newest,
    Oldest,
    Login,
}

/// An agreement and its people.
pub(crate) struct Life {
    number: u32,
    enterprise: usize,
    college: Option<usize>,
    minor: bool,
    /// Nobody hurries here: deadlines pass.
    pub(crate) slow: bool,
    by_code: bool,
    pub(crate) dice: SeededChance,
    memo: Mutex<Memo>,
}

#[derive(Default)]
struct Memo {
    id: Option<AgreementId>,
    codes: BTreeMap<SlotId, String>,
    moved: u32,
}

impl Life {
    pub(crate) fn new(number: u32, town: &Town, seed: u64) -> Self {
        let dice = SeededChance::new(seed ^ (u64::from(number) << 16));
        let one_in = |n| dice.below(n) == 0;
        let colleges = town.colleges.len() as u64;
        Self {
            number,
            enterprise: number as usize % town.enterprises.len(),
            college: (!one_in(6)).then(|| usize::try_from(dice.below(colleges)).unwrap()),
            minor: one_in(2),
            slow: one_in(6),
            by_code: one_in(7),
            memo: Mutex::default(),
            dice,
        }
    }

    /// Somebody of 17, with a guardian, a college and letters: whatever can happen can happen to them.
    pub(crate) fn scripted(number: u32) -> Self {
        Self {
            number,
            enterprise: 0,
            college: Some(0),
            minor: true,
            slow: false,
            by_code: false,
            dice: SeededChance::new(u64::from(number)),
            memo: Mutex::default(),
        }
    }

    fn memo(&self) -> MutexGuard<'_, Memo> {
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn id(&self) -> Option<AgreementId> {
        self.memo().id
    }

    fn side<'a>(&self, town: &'a Town, party: Party) -> &'a Side {
        match (party, self.college) {
            (Party::College, Some(college)) => &town.colleges[college],
            _ => &town.enterprises[self.enterprise],
        }
    }

    fn cx(&self, town: &Town) -> Cx {
        town.cx(&format!("10.2.{}.{}", self.number / 250, self.number % 250))
    }

    fn id_number(&self) -> String {
        resident_id(if self.minor { "20090615" } else { "19900101" }, self.number)
    }

    pub(crate) fn one_in(&self, n: u64) -> bool {
        self.dice.below(n) == 0
    }

    /// The agreement as it stands.
    pub(crate) async fn look(&self, town: &Town) -> Option<OpenAgreement> {
        let id = self.id()?;
        let mut tx = town.db().read().await.unwrap();
        let found = tx.agreements().find(id, &town.keys).await.unwrap();
        found.and_then(FoundAgreement::open)
    }

    /// Begins the agreement; what is typed is put there at once.
    pub(crate) async fn begin(&self, town: &Town, app: &App, tally: &Tally) {
        let (enterprise, cx) = (&town.enterprises[self.enterprise], self.cx(town));
        let other = self.college.map_or("", |college| town.colleges[college].name.as_str());
        let id = press!(tally, "create", agreements::create(app, &cx, &enterprise.actor, other));
        let Some(id) = id else { return };
        let mut tx = town.db().write().await.unwrap();
        let open = tx
            .agreements()
            .find(id, &town.keys)
            .await
            .unwrap()
            .unwrap()
            .open()
            .unwrap();
        let before = tx.agreement_drafts().find::<Draft>(open.key()).await.unwrap().unwrap();
        let draft = before.decide(|_| Ok::<_, std::convert::Infallible>(self.typed(enterprise)));
        let mut drafts = tx.agreement_drafts();
        drafts
            .save(open.key(), &draft.unwrap(), cx.now, &self.dice)
            .await
            .unwrap();
        tx.commit(entry(town, "test.type")).await.unwrap();
        *self.memo() = Memo {
            id: Some(id),
            ..Memo::default()
        };
    }

    fn typed(&self, enterprise: &Side) -> Draft {
        let mut draft = if self.minor { MINOR.clone() } else { sample_draft() };
        draft.set("apprentice.id_no", &self.id_number()).unwrap();
        draft
            .set("labour_contract.employer_uscc", &enterprise.credit_code)
            .unwrap();
        if self.minor {
            draft.set("apprentice.birth", "2009-06-15").unwrap();
        }
        draft
    }

    /// Does it, and presses again on failure.
    pub(crate) async fn act(&self, town: &Town, app: &App, tally: &Tally, act: Act) {
        let Some(open) = self.look(town).await else { return };
        let (id, cx, agreement) = (open.get().id(), self.cx(town), open.get());
        let who = |party| &self.side(town, party).actor;
        match act {
            Act::Check => {
                let enterprise = who(Party::Enterprise);
                press!(
                    tally,
                    "check",
                    agreements::check_apprentice(app, &cx, enterprise, id, true, "0")
                );
            }
            Act::HandOver(party) => {
                press!(
                    tally,
                    "hand over",
                    agreements::hand_over(app, &cx, who(party), id, "请看。")
                );
            }
            Act::Approve(party) => {
                let seen = agreement.content_version();
                press!(tally, "approve", agreements::approve(app, &cx, who(party), id, seen));
            }
            Act::Edit(party) => self.edit(town, app, tally, &open, who(party)).await,
            Act::Send(party) => {
                let signatories = self.signatories(town);
                let sent = press!(tally, "send", agreements::send(app, &cx, who(party), id, &signatories));
                let codes = sent.into_iter().flat_map(|sent| sent.codes);
                self.memo().codes.extend(codes.map(|handed| (handed.slot, handed.code)));
            }
            Act::Sign { slot, link } => self.sign(town, app, tally, &open, slot, link).await,
            Act::Decline { slot, wish } => self.decline(town, app, tally, &open, (slot, wish)).await,
            Act::Replace(slot) => self.replace(town, app, tally, agreement, slot).await,
            Act::MoreTime(slot) => {
                let more = press!(
                    tally,
                    "more time",
                    agreements::ask_again(app, &cx, who(Party::Enterprise), id, slot)
                );
                let codes = more.into_iter().flat_map(|(_, codes)| codes);
                self.memo().codes.extend(codes.map(|handed| (handed.slot, handed.code)));
            }
            Act::Recall(party) => {
                press!(
                    tally,
                    "recall",
                    agreements::recall(app, &cx, who(party), id, "日期要改")
                );
            }
            Act::Answer { slot, agrees } => {
                let Some(key) = self.key(town, &open, slot, Which::Newest) else {
                    return;
                };
                let key = SignKey::Link(&key);
                press!(
                    tally,
                    "answer",
                    signing::answer(app, &cx, &Actor::Stranger, key, agrees)
                );
            }
            Act::Agree(party) => {
                press!(tally, "agree", agreements::agree(app, &cx, who(party), id));
            }
            Act::Object(party) => {
                press!(tally, "object", agreements::object(app, &cx, who(party), id));
            }
            Act::Void(party) => {
                press!(tally, "void", agreements::void(app, &cx, who(party), id, "不办了"));
            }
            Act::LinkAgain(slot) => {
                let Some(key) = self.key(town, &open, slot, Which::Newest) else {
                    return;
                };
                press!(tally, "link again", signing::send_link_again(app, &cx, &key));
            }
            Act::NewCode(slot) => {
                let enterprise = who(Party::Enterprise);
                let code = press!(tally, "new code", agreements::new_code(app, &cx, enterprise, id, slot));
                self.memo().codes.extend(code.map(|handed| (handed.slot, handed.code)));
            }
        }
    }

    async fn edit(&self, town: &Town, app: &App, tally: &Tally, open: &OpenAgreement, who: &Actor) {
        let mut tx = town.db().read().await.unwrap();
        let draft = tx.agreement_drafts().find::<Draft>(open.key()).await.unwrap().unwrap();
        drop(tx);
        let (id, cx, seen) = (open.get().id(), self.cx(town), draft.version());
        let day = (1 + self.dice.below(28)).to_string();
        let typed = [("pay.pay_day".to_owned(), day)];
        press!(
            tally,
            "edit",
            agreements::save_section(app, &cx, who, id, Section::Pay, seen, &typed)
        );
    }

    fn signatories(&self, town: &Town) -> Vec<SignatoryInput> {
        let of = |role, name: &str, email: &str, by_code| SignatoryInput {
            role,
            name: name.to_owned(),
            email: email.to_owned(),
            by_code,
            language: None,
        };
        let number = self.number;
        let mut all = vec![
            if self.by_code {
                of(SlotRole::Apprentice, "", "", true)
            } else {
                of(
                    SlotRole::Apprentice,
                    "",
                    &format!("apprentice{number}@home.example"),
                    false,
                )
            },
            of(SlotRole::Guardian, "", &format!("guardian{number}@home.example"), false),
            of(
                SlotRole::Enterprise,
                "王小明",
                &town.enterprises[self.enterprise].address,
                false,
            ),
        ];
        if let Some(college) = self.college.filter(|_| self.one_in(3)) {
            all.push(of(SlotRole::College, "王小明", &town.colleges[college].address, false));
        }
        all
    }

    /// A link to a slot, or its code.
    fn key(&self, town: &Town, open: &OpenAgreement, slot: SlotId, which: Which) -> Option<String> {
        match &open.get().slot(slot)?.channel {
            Channel::Code => self.memo().codes.get(&slot).cloned(),
            Channel::Email { address } => {
                let subject = subject_of(&town.enterprises[self.enterprise].name, &open.head().number);
                let links = town.links(address.as_str(), &subject);
                match which {
                    Which::Oldest => links.into_iter().next(),
                    _ => links.into_iter().next_back(),
                }
            }
        }
    }

    /// What somebody in that role types of their number.
    fn last_four(&self, role: SlotRole) -> String {
        match role {
            SlotRole::Apprentice => self.id_number()[14..].to_owned(),
            _ => "0010".to_owned(),
        }
    }

    async fn sign(&self, town: &Town, app: &App, tally: &Tally, open: &OpenAgreement, slot: SlotId, link: Which) {
        let agreement = open.get();
        let Some((found, frozen)) = agreement.slot(slot).zip(agreement.frozen()) else {
            return;
        };
        let input = SignInput {
            name: found.name.clone(),
            id_last_four: self.last_four(found.role),
            authority: match found.role {
                SlotRole::Enterprise | SlotRole::College => {
                    AuthorityInput::agent("人力资源经理", "授权委托书", "2026-11-01")
                }
                SlotRole::Apprentice | SlotRole::Guardian => AuthorityInput::default(),
            },
            seen: frozen.hash.to_string(),
            consent: CONSENT.to_owned(),
            agreed: true,
            user_agent: "Firefox".to_owned(),
            ..SignInput::default()
        };
        let cx = self.cx(town);
        if let (Which::Login, SlotRole::Enterprise | SlotRole::College) = (link, found.role) {
            let actor = &self.side(town, found.role.side()).actor;
            let key = SignKey::Slot(agreement.id(), slot);
            press!(tally, "sign", signing::sign(app, &cx, actor, key, &input));
            return;
        }
        let Some(key) = self.key(town, open, slot, link) else {
            return;
        };
        let key = SignKey::Link(&key);
        press!(tally, "sign", signing::sign(app, &cx, &Actor::Stranger, key, &input));
    }

    async fn decline(&self, town: &Town, app: &App, tally: &Tally, open: &OpenAgreement, (slot, wish): (SlotId, Wish)) {
        let key = self.key(town, open, slot, Which::Newest);
        let Some((key, found)) = key.zip(open.get().slot(slot)) else {
            return;
        };
        let input = DeclineInput {
            name: found.name.clone(),
            id_last_four: self.last_four(found.role),
            reason: "夜班不行。".to_owned(),
            wish,
            user_agent: "Firefox".to_owned(),
        };
        let (cx, key) = (self.cx(town), SignKey::Link(&key));
        press!(
            tally,
            "decline",
            signing::decline(app, &cx, &Actor::Stranger, key, &input)
        );
    }

    async fn replace(&self, town: &Town, app: &App, tally: &Tally, agreement: &Agreement, slot: SlotId) {
        let Some(found) = agreement.slot(slot) else { return };
        let moved = {
            let mut memo = self.memo();
            memo.moved += 1;
            memo.moved
        };
        let number = self.number;
        let input = ReplaceInput {
            // Only people of the organisation sign for it.
            email: match found.role {
                SlotRole::Enterprise | SlotRole::College => String::new(),
                role => format!("{}{number}.{moved}@home.example", role.code()),
            },
            by_code: !found.role.is_the_party(),
            ..ReplaceInput::default()
        };
        let (id, cx) = (agreement.id(), self.cx(town));
        let who = &self.side(town, found.role.side()).actor;
        let sent = press!(tally, "replace", agreements::replace(app, &cx, who, id, slot, &input));
        let codes = sent.into_iter().flat_map(|sent| sent.codes);
        self.memo().codes.extend(codes.map(|handed| (handed.slot, handed.code)));
    }
}

/// One day of one life: everything that happens in it happens at once, each by another app.
pub(crate) async fn one_day(life: &Arc<Life>, town: &Arc<Town>, apps: &[App], tally: &Arc<Tally>) {
    let any = |life: &Life| apps[usize::try_from(life.dice.below(apps.len() as u64)).unwrap()].clone();
    let Some(open) = life.look(town).await else {
        life.begin(town, &any(life), tally).await;
        life.act(town, &any(life), tally, Act::Check).await;
        return;
    };
    let acts: Vec<_> = life
        .today(open.get())
        .into_iter()
        .map(|act| {
            let (life, town, tally, app) = (life.clone(), town.clone(), tally.clone(), any(life));
            tokio::spawn(async move { life.act(&town, &app, &tally, act).await })
        })
        .collect();
    for act in acts {
        act.await.unwrap();
    }
}
