//! What the pages of a record show. Facts alone: the sentences are made where they are shown.

use std::collections::BTreeSet;

use agreement::{
    evidence::ContentHash,
    lifecycle::{Party, SlotRole},
    training::{
        Body, Clause, Plain,
        choice::{CourseKind, Place},
    },
};
use apprenticeship::{
    Monday, Reviewer,
    hours::Tally,
    record::{Break, Completion, Gate, Query, Section, Stage, Unsettled, Withdrawal},
    week,
};
use kernel::{AgreementId, AssignmentId, Date, PersonId, Timestamp};
use storage::RecordRole;
use words::Text;

use super::ComplaintPlace;

/// What stands at the head of every page of a record.
#[derive(Debug, Clone)]
pub struct RecordHead {
    /// The record, known by its agreement.
    pub id: AgreementId,
    /// The agreement's number.
    pub number: String,
    /// The apprentice's name.
    pub apprentice: String,
    /// The post.
    pub post: String,
    /// The enterprise.
    pub enterprise: String,
    /// The college, when one takes part.
    pub college: Option<String>,
    /// The agreed first day.
    pub start: Date,
    /// The last day: the agreed one, or the day on which it ended.
    pub end: Date,
    /// The day on which training did start.
    pub started: Option<Date>,
    /// Where it stands.
    pub stage: Stage,
    /// Whether it is registered, and its first day is yet to come.
    pub is_waiting: bool,
    /// Whether the apprentice is under age today.
    pub is_minor: bool,
    /// As whom the reader comes.
    pub role: RecordRole,
}

/// The next thing for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Look at this section and confirm it.
    Confirm {
        /// Which.
        section: Section,
        /// How many are to be confirmed.
        left: u32,
    },
    /// What was asked about this section is answered: confirm it, or ask again.
    ReadAnswer {
        /// Which.
        section: Section,
    },
    /// The apprentice says that something is not right: answer.
    AnswerQuery {
        /// In which section.
        section: Section,
    },
    /// Write the week and hand it in.
    WriteWeek {
        /// Which.
        monday: Monday,
    },
    /// Mend the week that was given back.
    MendWeek {
        /// Which.
        monday: Monday,
    },
    /// The week is overdue and closed: the operator opens it.
    AskToUnlock {
        /// Which.
        monday: Monday,
    },
    /// Weeks wait for the reader's review.
    Review {
        /// How many.
        weeks: u32,
    },
    /// Write down what has to be there before training starts.
    CompleteStart {
        /// What is missing.
        missing: Vec<Gate>,
    },
    /// Assign somebody in this role.
    Assign {
        /// As what.
        role: RecordRole,
    },
    /// Hand over, or send, the invitation of somebody.
    Invite {
        /// As what.
        role: RecordRole,
    },
    /// The hours are reached: put the apprentice up for assessment.
    Assess,
    /// Write down the result of the assessment.
    Conclude,
    /// Nothing to do: training starts on that day.
    WaitForStart {
        /// Which day.
        on: Date,
    },
    /// Nothing to do: something is missing before training starts, and the enterprise sees to it.
    WaitForGates {
        /// What.
        missing: Vec<Gate>,
    },
    /// Nothing to do: somebody has to answer.
    WaitForAnswer {
        /// Who.
        side: Party,
    },
    /// Nothing to do: weeks wait for their reviewers.
    WaitForReview {
        /// How many.
        weeks: u32,
    },
    /// Nothing to do: there is a break.
    OnBreak {
        /// Its last day, when it is known.
        until: Option<Date>,
    },
    /// Nothing to do: the assessment is under way.
    InAssessment,
    /// Nothing to do today.
    Nothing,
    /// It is over.
    Ended,
}

impl Next {
    /// Every code: each has words, `record_next.<code>`.
    pub const CODES: [&'static str; 20] = [
        "confirm",
        "read_answer",
        "answer_query",
        "write_week",
        "mend_week",
        "ask_to_unlock",
        "review",
        "complete_start",
        "assign",
        "invite",
        "assess",
        "conclude",
        "wait_for_start",
        "wait_for_gates",
        "wait_for_answer",
        "wait_for_review",
        "on_break",
        "in_assessment",
        "nothing",
        "ended",
    ];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Confirm { .. } => "confirm",
            Self::ReadAnswer { .. } => "read_answer",
            Self::AnswerQuery { .. } => "answer_query",
            Self::WriteWeek { .. } => "write_week",
            Self::MendWeek { .. } => "mend_week",
            Self::AskToUnlock { .. } => "ask_to_unlock",
            Self::Review { .. } => "review",
            Self::CompleteStart { .. } => "complete_start",
            Self::Assign { .. } => "assign",
            Self::Invite { .. } => "invite",
            Self::Assess => "assess",
            Self::Conclude => "conclude",
            Self::WaitForStart { .. } => "wait_for_start",
            Self::WaitForGates { .. } => "wait_for_gates",
            Self::WaitForAnswer { .. } => "wait_for_answer",
            Self::WaitForReview { .. } => "wait_for_review",
            Self::OnBreak { .. } => "on_break",
            Self::InAssessment => "in_assessment",
            Self::Nothing => "nothing",
            Self::Ended => "ended",
        }
    }

    /// Whether it is for the reader to do, and no mere waiting.
    pub const fn is_to_do(&self) -> bool {
        !matches!(
            self,
            Self::WaitForStart { .. }
                | Self::WaitForGates { .. }
                | Self::WaitForAnswer { .. }
                | Self::WaitForReview { .. }
                | Self::OnBreak { .. }
                | Self::InAssessment
                | Self::Nothing
                | Self::Ended
        )
    }
}

/// Something to do, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub next: Next,
    /// The last day for it, where there is one.
    pub by: Option<Date>,
    /// Days too late; 0 when it is not.
    pub days_over: i64,
}

/// What the reader may do with a record now. Asked of the same table as every act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordMay {
    /// See the text of the agreement.
    SeeAgreement,
    /// Confirm sections, or say what is not right.
    Confirm,
    /// Answer what was asked of the own side.
    Answer,
    /// Write weeks.
    WriteWeeks,
    /// Review weeks.
    ReviewWeeks,
    /// Unlock weeks.
    UnlockWeeks,
    /// See who opened the record.
    SeeOpenings,
    /// Take the file with everything in it.
    TakeFile,
    /// See who looks after the apprentice.
    SeePeople,
    /// Assign people and invite them.
    AssignPeople,
    /// Write down what has to be there before the start.
    WriteStart,
    /// Begin a break.
    Pause,
    /// End it.
    Resume,
    /// Put up for assessment.
    Assess,
    /// Write down the result.
    Conclude,
    /// End early.
    Withdraw,
    /// Correct the day of completion.
    Correct,
}

/// How one of the five sections stands.
#[derive(Debug, Clone)]
pub struct SectionState {
    /// Which.
    pub section: Section,
    /// Since when the apprentice is asked.
    pub since: Timestamp,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// The last thing that was asked about it and is not settled.
    pub query: Option<Query>,
    /// Days too late, for whom it waits; 0 when not.
    pub days_over: i64,
}

/// Hours beside what was agreed, in minutes.
#[derive(Debug, Clone, Default)]
pub struct HoursView {
    /// Together.
    pub all: Tally,
    /// By kind of course.
    pub by_category: Vec<(CourseKind, Tally)>,
    /// By place.
    pub by_place: Vec<(Place, Tally)>,
    /// By part of the curriculum: index, topic, minutes.
    pub by_course: Vec<(u32, String, Tally)>,
    /// Approved minutes that an earlier record brought.
    pub carried: i64,
    /// Minutes of a lesson.
    pub lesson_minutes: u32,
}

/// A week in a list.
#[derive(Debug, Clone)]
pub struct WeekLine {
    /// Which.
    pub monday: Monday,
    /// Its last day.
    pub sunday: Date,
    /// Where it stands; `None` when nothing was written yet.
    pub stage: Option<week::Stage>,
    /// Whose turn it is to look at it, while it is handed in.
    pub turn: Option<Reviewer>,
    /// The last day for handing it in.
    pub due: Date,
    /// Days too late, for whomever it waits; 0 when not.
    pub days_over: i64,
    /// Whether the operator has to open it.
    pub is_locked: bool,
    /// Minutes in it; of a week that is not handed in only for those who write it.
    pub minutes: u32,
    /// Whether the reader can write it, or review it, now.
    pub is_yours: bool,
}

/// Somebody who looks after the apprentice.
#[derive(Debug, Clone)]
pub struct PersonLine {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The person.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// As what.
    pub role: RecordRole,
    /// The first day.
    pub from: Date,
    /// The last day, when there is one.
    pub until: Option<Date>,
    /// Whether it holds today.
    pub is_active: bool,
    /// The last day on which weeks can be reviewed, when it ended.
    pub review_until: Option<Date>,
    /// Whether the reader may end it.
    pub may_end: bool,
}

/// A record as its reader may see it.
#[derive(Debug)]
pub struct RecordView {
    /// The head.
    pub head: RecordHead,
    /// The one next thing.
    pub next: Due,
    /// Everything to do, the most urgent first; `next` is the first of it.
    pub due: Vec<Due>,
    /// What the reader may do now.
    pub may: BTreeSet<RecordMay>,
    /// The five sections.
    pub sections: Vec<SectionState>,
    /// What waits longer than it should; both sides see all of it.
    pub overdue: Vec<Unsettled>,
    /// Hours.
    pub hours: HoursView,
    /// The last weeks, the newest first; six at most.
    pub weeks: Vec<WeekLine>,
    /// How many weeks there are, and how many of them are approved.
    pub weeks_count: (u32, u32),
    /// Who looks after the apprentice, today or by the grace.
    pub people: Vec<PersonLine>,
    /// What is missing before training starts, while it has not.
    pub missing: Vec<Gate>,
    /// Every break.
    pub breaks: Vec<Break>,
    /// Which parties put the apprentice up for assessment.
    pub assessed_by: Vec<Party>,
    /// The result, or that of the last attempt.
    pub completion: Option<Completion>,
    /// How it ended early.
    pub withdrawal: Option<Withdrawal>,
    /// How often it was opened by others in the last thirty days; `None` for who may not know.
    pub openings: Option<u32>,
}

/// A record in a list.
#[derive(Debug)]
pub struct RecordLine {
    /// The head.
    pub head: RecordHead,
    /// The one next thing for the reader.
    pub next: Due,
    /// Hours together.
    pub hours: Tally,
    /// Sections that are confirmed, of five.
    pub confirmed: u32,
    /// Weeks that wait for the apprentice too long.
    pub weeks_overdue: u32,
    /// Weeks that wait for a reviewer.
    pub weeks_waiting: u32,
}

/// The own start page.
#[derive(Debug)]
pub struct MyRecords {
    /// The own records, and those of which one is the guardian, the newest first.
    pub own: Vec<RecordLine>,
    /// Records one is assigned to.
    pub assigned: Vec<RecordLine>,
    /// Weeks that wait for the reader's review.
    pub to_review: u32,
}

/// The list of an organisation.
#[derive(Debug)]
pub struct OfficersRecords {
    /// As which party the reader acts.
    pub party: Party,
    /// How many there are in each stage; zeros are left out.
    pub counts: Vec<(Stage, i64)>,
    /// A part of them, the newest first.
    pub lines: Vec<RecordLine>,
}

/// The agreement as its people see it.
#[derive(Debug)]
pub struct RecordAgreement {
    /// The head.
    pub head: RecordHead,
    /// The version that is signed.
    pub version: u32,
    /// The content; identity numbers are masked.
    pub body: Body,
    /// The text.
    pub clauses: Vec<Clause>,
    /// The same in plain words.
    pub plain: Vec<Plain>,
    /// Who signed: as whom, the name, when.
    pub signatories: Vec<(SlotRole, String, Option<Timestamp>)>,
    /// The hash of what was signed.
    pub content_hash: ContentHash,
    /// The code by which anybody can verify it.
    pub verify_code: String,
    /// The first day on which it holds.
    pub effective_on: Option<Date>,
}

/// A field of a section with what stands in it.
#[derive(Debug, Clone)]
pub struct SectionField {
    /// The key of the field; of a list with the index (`training.content.0.topic`).
    pub key: String,
    /// The name of the field.
    pub label: Text,
    /// What stands in it, as it was typed: a code stays a code.
    pub words: String,
}

/// One of the five sections, to be confirmed.
#[derive(Debug)]
pub struct SectionView {
    /// The head.
    pub head: RecordHead,
    /// How it stands.
    pub state: SectionState,
    /// The version of the agreement, to be given back with the confirmation.
    pub version: u32,
    /// The clauses of the agreement that it covers.
    pub clauses: Vec<Clause>,
    /// The same in plain words.
    pub plain: Vec<Plain>,
    /// What stands in its fields.
    pub fields: Vec<SectionField>,
    /// Everything that was asked about it, the oldest first.
    pub queries: Vec<Query>,
    /// Whom a query can be put to.
    pub sides: Vec<Party>,
    /// Whether the reader may confirm it.
    pub may_confirm: bool,
    /// Whether the reader may say what is not right.
    pub may_query: bool,
    /// Whether the reader has to answer.
    pub may_answer: bool,
    /// The section after it that is to be confirmed.
    pub next: Option<Section>,
    /// The places to complain at; of the section of rights and duties.
    pub complaints: Vec<ComplaintPlace>,
}

/// All weeks of a record.
#[derive(Debug)]
pub struct WeeksView {
    /// The head.
    pub head: RecordHead,
    /// The weeks, the newest first.
    pub weeks: Vec<WeekLine>,
    /// Hours.
    pub hours: HoursView,
}
