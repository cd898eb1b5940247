//! What happens to an agreement and to who learns under it, moment by moment. Pure: the same plan gives the same script.

use agreement::{
    lifecycle::{Party, SlotRole, Wish},
    training::Section,
};
use apprenticeship::{Monday, record};
use kernel::{Date, Timestamp, shanghai_date};
use time::Duration;

use crate::demo::plan::{Book, Course, End, Fate, PlannedApprentice, PlannedPlace, Round, Talk};

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) act: Act,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Create(Party),
    Write(Section),
    Check,
    Reasons,
    HandOver(Party, &'static str),
    /// One field, typed anew.
    Mend(Party, &'static str, &'static str),
    Approve(Party),
    Send(Asking),
    Sign(SlotRole),
    Decline(Wish, &'static str),
    /// The apprentice's right address.
    Replace,
    /// More time for the apprentice.
    Extend,
    /// What the clock brings: reminders, deadlines.
    Due,
    Recall(&'static str),
    Void(&'static str),
    Join(SlotRole),
    Mentor,
    Lead,
    Tutor,
    Confirm(record::Section),
    Query(&'static str),
    Start,
    Week(Monday, WeekAct),
    Pause,
    Withdraw,
    Assess(Party),
    Conclude {
        passed: bool,
    },
    Complete,
    Suspend(Party),
    Terminate,
    /// A party, or who signed, agrees to what was proposed.
    Agree(SlotRole),
}

/// How those who sign are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// By letter.
    Letter,
    /// By letter, the college as well.
    WithCollege,
    /// The apprentice at an address with a slip in it.
    WrongAddress,
    /// The apprentice by a code that is handed over.
    Code,
}

/// What happens to a logbook week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WeekAct {
    Write,
    Submit,
    First,
    Final,
    ReturnFirst(&'static str),
    ReturnFinal(&'static str),
    Unlock(&'static str),
}

impl Act {
    /// Whether it is one commit: then it happened, or it did not. The others can be done again.
    pub(super) const fn is_one(self) -> bool {
        !matches!(self, Self::Reasons | Self::Due)
    }
}

const MESSAGE: &str = "课程安排和工资部分已经填好，请贵校看一下学时和考核。";
const BACK: &str = "基础课的学时我们调了一下，请确认；其余没有意见。";
const WISH: &str = "夜班津贴没有写进工资，请补上再发给我。";
const REFUSAL: &str = "我已经决定去读书，不参加这次培养了。";
const RECALL: &str = "岗位工资要按新的标准调整，想改好以后再请你签。";
const GIVEN_UP: &str = "本人已经调到另一个车间，由那边另行签订。";
const QUERY: &str = "协议里写的是标准工时，实际排的是两班倒，请说明按哪一种算。";
const NO_PLAN: &str = "周三的理论课没有写学了什么，请补一句再交。";
const NO_PROOF: &str = "学时和课表对不上：周三是四课时，请核对。";
const UNLOCK: &str = "学徒住院两周，医院证明已经核对，准予补写。";

/// The whole script, the earliest first; nothing in it lies ahead of `base`.
pub(super) fn of(planned: &PlannedApprentice, place: &PlannedPlace, number: usize, base: Timestamp) -> Vec<Step> {
    let base = Timestamp::from_micros(base.seconds() * 1_000_000);
    let today = shanghai_date(base);
    let into_day = base.in_shanghai().time();
    let seconds = i64::from(into_day.hour()) * 3_600 + i64::from(into_day.minute()) * 60 + i64::from(into_day.second());
    let mut script = Script {
        planned,
        place,
        today,
        midnight: base.plus_seconds(-seconds),
        steps: Vec::new(),
    };
    script.tell();
    let Script { mut steps, .. } = script;
    steps.sort_by_key(|step| step.at);
    let (mut last, until) = (Timestamp::from_micros(i64::MIN), base.plus_minutes(-2));
    // A moment of its own for each step of each story: by its moment in the log a step is known to have happened.
    let own = i64::try_from(number + 1).unwrap_or(i64::MAX) * 10;
    for step in &mut steps {
        step.at = step.at.max(last.plus_seconds(20));
        last = step.at;
    }
    steps.retain(|step| step.at < until);
    for step in &mut steps {
        step.at = Timestamp::from_micros(step.at.micros() + own);
    }
    steps
}

struct Script<'a> {
    planned: &'a PlannedApprentice,
    place: &'a PlannedPlace,
    today: Date,
    midnight: Timestamp,
    steps: Vec<Step>,
}

impl Script<'_> {
    /// On that day at that minute of it.
    fn on(&mut self, day: Date, minute: i64, act: Act) {
        let at = self
            .midnight
            .plus_days((day - self.today).whole_days())
            .plus_minutes(minute);
        self.steps.push(Step { at, act });
    }

    /// So many days after the agreement was begun.
    fn after(&mut self, days: i64, minute: i64, act: Act) {
        let day = later(self.today, days - self.planned.drafted_days_ago);
        self.on(day, minute, act);
    }

    fn tell(&mut self) {
        match self.planned.fate {
            Fate::Draft(by) => self.draft(by),
            Fate::Negotiating(talk) => self.negotiating(talk),
            Fate::Ready => self.approve(),
            Fate::Signing(round) => self.signing(round),
            Fate::Voided(end) => self.voided(end),
            Fate::Signed(course) => self.signed(course),
        }
    }

    fn draft(&mut self, by: Party) {
        self.after(0, 570, Act::Create(by));
        let written = if by == Party::Enterprise { 5 } else { 3 };
        for (at, section) in (0..).zip(Section::ALL.iter().take(written)) {
            self.after(0, 576 + 6 * at, Act::Write(*section));
        }
    }

    /// Written, looked at, explained.
    fn write(&mut self) {
        self.after(0, 570, Act::Create(Party::Enterprise));
        for (at, section) in (0..).zip(Section::ALL) {
            self.after(0, 576 + 6 * at, Act::Write(section));
        }
        self.after(0, 720, Act::Check);
        self.after(0, 725, Act::Reasons);
        self.after(1, 840, Act::HandOver(Party::Enterprise, MESSAGE));
    }

    fn approve(&mut self) {
        self.write();
        if self.place.college.is_some() {
            self.after(2, 610, Act::Approve(Party::College));
        }
        self.after(2, 960, Act::Approve(Party::Enterprise));
    }

    fn negotiating(&mut self, talk: Talk) {
        match talk {
            Talk::WithCollege => self.write(),
            Talk::WithEnterprise => {
                self.write();
                self.after(2, 600, Act::Mend(Party::College, "training.content.1.hours", "140"));
                self.after(2, 640, Act::HandOver(Party::College, BACK));
            }
            Talk::OneApproved => {
                self.write();
                self.after(2, 610, Act::Approve(Party::College));
            }
            Talk::Declined => {
                self.send(Asking::Letter);
                self.after(5, 1_230, Act::Decline(Wish::Change, WISH));
            }
        }
    }

    fn send(&mut self, asking: Asking) {
        self.approve();
        self.after(3, 570, Act::Send(asking));
    }

    fn signing(&mut self, round: Round) {
        match round {
            Round::Asked => {
                self.send(Asking::Letter);
                self.due(&[6]);
            }
            Round::Guardian => {
                self.send(Asking::Letter);
                self.after(4, 1_180, Act::Sign(SlotRole::Apprentice));
                self.due(&[6]);
            }
            Round::Enterprise => {
                self.send(self.with_college_if(true));
                self.after(4, 1_180, Act::Sign(SlotRole::Apprentice));
                if self.place.college.is_some() {
                    self.after(5, 600, Act::Sign(SlotRole::College));
                }
                self.due(&[7]);
            }
            Round::Expired => {
                self.send(Asking::Letter);
                self.due(&[6, 9, 12, 13]);
            }
            Round::Replaced => {
                self.send(Asking::WrongAddress);
                self.after(4, 620, Act::Replace);
                self.due(&[7]);
            }
            Round::InPerson => self.send(Asking::Code),
            Round::Extended => {
                self.send(Asking::Letter);
                self.due(&[6, 9, 12, 13]);
                self.after(14, 560, Act::Extend);
                self.due(&[17]);
            }
            Round::Recalled => {
                self.send(Asking::Letter);
                self.after(4, 1_180, Act::Sign(SlotRole::Apprentice));
                self.after(6, 600, Act::Recall(RECALL));
            }
        }
    }

    /// The college signs as well where it is wanted, and where there is one.
    const fn with_college_if(&self, wanted: bool) -> Asking {
        if wanted && self.place.college.is_some() {
            Asking::WithCollege
        } else {
            Asking::Letter
        }
    }

    /// Every day a little later: a reminder is due three days after the one before.
    fn due(&mut self, days: &[i64]) {
        for day in days {
            self.after(*day, 600 + 10 * day, Act::Due);
        }
    }

    fn voided(&mut self, end: End) {
        match end {
            End::Withdrawn => {
                self.approve();
                self.after(4, 600, Act::Void(GIVEN_UP));
            }
            End::Refused => {
                self.send(Asking::Letter);
                self.after(5, 1_230, Act::Decline(Wish::Refuse, REFUSAL));
            }
            End::Lapsed => {
                self.send(Asking::Letter);
                self.due(&[6, 9, 12, 13]);
                self.after(14, 560, Act::Extend);
                self.due(&[17, 20, 23, 24]);
                self.after(25, 560, Act::Extend);
                self.due(&[28, 31, 34, 35]);
            }
        }
    }

    fn sign(&mut self) {
        let asking = self.with_college_if(self.planned.service);
        let with_college = asking == Asking::WithCollege;
        self.send(asking);
        self.after(4, 1_180, Act::Sign(SlotRole::Apprentice));
        if self.planned.guardian.is_some() {
            self.after(4, 1_220, Act::Sign(SlotRole::Guardian));
        }
        if with_college {
            self.after(5, 630, Act::Sign(SlotRole::College));
        }
        self.after(5, 900, Act::Sign(SlotRole::Enterprise));
    }

    fn signed(&mut self, course: Course) {
        self.sign();
        // Some have not taken their place yet.
        if course == Course::NotYet && self.planned.service {
            return;
        }
        self.after(6, 1_200, Act::Join(SlotRole::Apprentice));
        if self.planned.guardian.is_some() {
            self.after(6, 1_230, Act::Join(SlotRole::Guardian));
        }
        self.after(7, 600, Act::Mentor);
        let last_word = if self.place.college.is_some() {
            Act::Tutor
        } else {
            Act::Lead
        };
        self.after(7, 630, last_word);
        for (at, section) in (0..).zip(record::Section::ALL) {
            if course != Course::Training(Book::Queried) || *section != record::Section::Rights {
                self.after(8, 1_200 + 3 * at, Act::Confirm(*section));
            }
        }
        if matches!(course, Course::NotYet | Course::Registered) {
            return;
        }
        let starts = self.planned.starts;
        self.on(starts, 30, Act::Start);
        match course {
            Course::NotYet | Course::Registered => {}
            Course::Training(book) => self.book(book),
            Course::OnBreak => {
                let from = Monday::of(later(self.today, -20)).date();
                self.weeks_until(from);
                self.on(from, 540, Act::Pause);
            }
            Course::Suspended => {
                let from = Monday::of(later(self.today, -16)).date();
                self.weeks_until(from);
                self.on(from, 540, Act::Suspend(Party::Enterprise));
                self.on(later(from, 1), 560, Act::Agree(SlotRole::College));
            }
            Course::Assessment => self.assessed(None),
            Course::Completed => self.assessed(Some(true)),
            Course::Failed => self.assessed(Some(false)),
            Course::Terminated => {
                let from = Monday::of(later(self.today, -40)).date();
                self.weeks_until(from);
                self.on(later(from, 14), 560, Act::Terminate);
                self.on(later(from, 15), 600, Act::Agree(SlotRole::College));
                self.on(later(from, 15), 1_200, Act::Agree(SlotRole::Apprentice));
            }
            Course::Withdrawn => {
                let from = Monday::of(later(self.today, -40)).date();
                self.weeks_until(from);
                self.on(later(from, 14), 1_210, Act::Withdraw);
            }
        }
    }

    fn week(&mut self, week: Monday, until: WeekState) {
        let monday = week.date();
        if until == WeekState::Nothing {
            return;
        }
        self.on(later(monday, 4), 1_050, Act::Week(week, WeekAct::Write));
        if until >= WeekState::Submitted {
            self.on(later(monday, 6), 1_140, Act::Week(week, WeekAct::Submit));
        }
        if until >= WeekState::First {
            self.on(later(monday, 7), 560, Act::Week(week, WeekAct::First));
        }
        if until >= WeekState::Approved {
            self.on(later(monday, 8), 900, Act::Week(week, WeekAct::Final));
        }
    }

    /// Every week before that day, approved.
    fn weeks_until(&mut self, day: Date) {
        let mut week = Monday::of(self.planned.starts);
        while week.sunday() < day {
            self.week(week, WeekState::Approved);
            week = week.next();
        }
    }

    fn book(&mut self, book: Book) {
        // Of this week everybody could have looked at what was handed in.
        let last = Monday::of(later(self.today, -9));
        let late = Monday::of(later(self.today, -38));
        let mut week = Monday::of(self.planned.starts);
        while week.sunday() < self.today {
            let missed = week == late && matches!(book, Book::Late | Book::Unlocked);
            let state = if missed || book == Book::Fresh {
                WeekState::Nothing
            } else if week < last {
                WeekState::Approved
            } else {
                book.last_weeks(week == last)
            };
            self.week(week, state);
            week = week.next();
        }
        let (monday, tuesday) = (later(last.date(), 7), later(last.date(), 8));
        match book {
            Book::ReturnedByMentor => self.on(monday, 570, Act::Week(last, WeekAct::ReturnFirst(NO_PLAN))),
            Book::ReturnedByTutor => self.on(tuesday, 910, Act::Week(last, WeekAct::ReturnFinal(NO_PROOF))),
            Book::Unlocked => self.on(later(self.today, -1), 620, Act::Week(late, WeekAct::Unlock(UNLOCK))),
            Book::Queried => self.on(later(self.planned.starts, 3), 1_250, Act::Query(QUERY)),
            _ => {}
        }
    }

    /// Through every week to the end; put up for assessment by both; then the result.
    fn assessed(&mut self, passed: Option<bool>) {
        let end = self.planned.ends;
        self.weeks_until(later(end, 7));
        self.on(later(end, 12), 600, Act::Assess(Party::Enterprise));
        self.on(later(end, 12), 660, Act::Assess(Party::College));
        if let Some(passed) = passed {
            self.on(later(end, 16), 960, Act::Conclude { passed });
            if passed {
                self.on(later(end, 17), 600, Act::Complete);
            }
        }
    }
}

impl Book {
    /// How far the last week comes, or one after it.
    const fn last_weeks(self, is_last: bool) -> WeekState {
        match (self, is_last) {
            (Self::Written, true) => WeekState::Written,
            (Self::Submitted, _) | (Self::ReturnedByMentor, true) => WeekState::Submitted,
            (Self::FirstApproved | Self::ReturnedByTutor, true) => WeekState::First,
            (Self::Late | Self::Unlocked | Self::Approved | Self::Queried, _) => WeekState::Approved,
            _ => WeekState::Nothing,
        }
    }
}

/// How far a week comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum WeekState {
    Nothing,
    Written,
    Submitted,
    First,
    Approved,
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kernel::SeededChance;
    use vocabulary::Vocabulary;

    use super::*;
    use crate::demo::plan::{Plan, plan};

    fn planned(base: Timestamp) -> Plan {
        plan(
            &SeededChance::new(20_261_120),
            &Vocabulary::builtin(),
            shanghai_date(base),
        )
    }

    fn scripts(plan: &Plan, base: Timestamp) -> Vec<Vec<Step>> {
        let numbered = plan.apprentices.iter().enumerate();
        numbered
            .map(|(number, planned)| of(planned, &plan.places[planned.place], number, base))
            .collect()
    }

    #[test]
    fn whatever_day_it_is_every_step_has_a_moment_of_its_own_in_the_past() {
        let morning = crate::tests::MORNING;
        for days in 0..8 {
            // At nine, at ten to five in the afternoon, a minute past midnight.
            for minutes in [0, 470, 901] {
                let base = morning.plus_days(days).plus_minutes(minutes);
                let mut moments = BTreeSet::new();
                for script in scripts(&planned(base), base) {
                    assert!(matches!(script[0].act, Act::Create(_)));
                    assert!(script.is_sorted_by_key(|step| step.at));
                    assert!(script.iter().all(|step| step.at < base && moments.insert(step.at)));
                }
            }
        }
    }

    #[test]
    fn whom_a_visitor_becomes_has_something_to_do_whatever_day_it_is() {
        for days in 0..8 {
            let base = crate::tests::MORNING.plus_days(days);
            let plan = planned(base);
            let (scripts, today) = (scripts(&plan, base), shanghai_date(base));
            let acts = |script: &[Step], wanted: fn(WeekAct) -> bool| -> BTreeSet<Monday> {
                let of = script.iter().filter_map(|step| match step.act {
                    Act::Week(week, act) if wanted(act) => Some(week),
                    _ => None,
                });
                of.collect()
            };
            for (planned, script) in plan.apprentices.iter().zip(&scripts) {
                let submitted = acts(script, |act| act == WeekAct::Submit);
                let first = acts(script, |act| act == WeekAct::First);
                let last = acts(script, |act| act == WeekAct::Final);
                match planned.fate {
                    Fate::Signed(Course::Training(Book::Submitted)) => {
                        assert!(
                            first.len() < submitted.len() && !last.is_empty(),
                            "a mentor has a week to approve"
                        );
                        assert!(!acts(script, |act| act == WeekAct::Write).contains(&Monday::of(today)));
                    }
                    Fate::Signed(Course::Training(Book::FirstApproved)) => {
                        assert!(last.len() < first.len(), "a tutor has a week to approve");
                    }
                    Fate::Signed(Course::Completed) => assert!(last.len() > 50),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn where_the_enterprise_trains_alone_no_college_acts() {
        let (base, vocabulary) = (crate::tests::MORNING, Vocabulary::builtin());
        for seed in 0..30 {
            let plan = plan(&SeededChance::new(seed), &vocabulary, shanghai_date(base));
            for (planned, script) in plan.apprentices.iter().zip(scripts(&plan, base)) {
                let of_college = |act: &Act| {
                    matches!(
                        act,
                        Act::Create(Party::College)
                            | Act::HandOver(Party::College, _)
                            | Act::Mend(Party::College, ..)
                            | Act::Approve(Party::College)
                            | Act::Send(Asking::WithCollege)
                            | Act::Sign(SlotRole::College)
                            | Act::Agree(SlotRole::College)
                            | Act::Assess(Party::College)
                            | Act::Conclude { .. }
                            | Act::Tutor
                    )
                };
                let alone = plan.places[planned.place].college.is_none();
                assert!(
                    !alone || !script.iter().any(|step| of_college(&step.act)),
                    "{:?}",
                    planned.fate
                );
            }
        }
    }

    #[test]
    fn the_same_moment_gives_the_same_scripts() {
        let base = crate::tests::MORNING;
        assert_eq!(scripts(&planned(base), base), scripts(&planned(base), base));
    }
}
