//! What is wrong with the lines of a week, alone and beside the person's other lines.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{AgreementId, Date};

use super::{Booked, Limits, Line, LineRef, LineSource, Standing, Unit, Written};
use crate::calendar::{Monday, Window};

/// Something that is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The line's number.
    pub number: u32,
    /// What.
    pub kind: FaultKind,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The day is not one of this week's; of a correction, not one of the corrected line's week.
    OtherWeek,
    /// There was no training on the day: before the start, after the end, or in a break.
    NoTraining,
    /// The day is yet to come.
    Future,
    /// Nothing was planned and nothing done. Only a correction may say so.
    Nothing,
    /// More was missed than planned.
    MissedOverPlanned,
    /// A lesson is said to be of another length than was agreed.
    LessonLength {
        /// The agreed one.
        minutes: u32,
    },
    /// More was done than fits between the times.
    LongerThanTimes {
        /// Minutes between the times.
        minutes: u32,
    },
    /// The curriculum has no such part.
    NoSuchCourse,
    /// The times overlap with those of another line of the person.
    Overlap {
        /// Which.
        with: LineSource,
    },
    /// The day is over-full.
    DayFull {
        /// Minutes that it would have.
        minutes: u32,
        /// Minutes at most.
        limit: u32,
    },
    /// It corrects a line that is not there.
    CorrectsNothing,
    /// It corrects a line that is not approved: that one can be changed.
    CorrectsOpen,
    /// Another line takes that line's place already.
    CorrectedAlready {
        /// Which.
        by: LineRef,
    },
}

impl FaultKind {
    /// Every code.
    pub const CODES: [&'static str; 13] = [
        "other_week",
        "no_training",
        "future",
        "nothing",
        "missed_over_planned",
        "lesson_length",
        "longer_than_times",
        "no_such_course",
        "overlap",
        "day_full",
        "corrects_nothing",
        "corrects_open",
        "corrected_already",
    ];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherWeek => "other_week",
            Self::NoTraining => "no_training",
            Self::Future => "future",
            Self::Nothing => "nothing",
            Self::MissedOverPlanned => "missed_over_planned",
            Self::LessonLength { .. } => "lesson_length",
            Self::LongerThanTimes { .. } => "longer_than_times",
            Self::NoSuchCourse => "no_such_course",
            Self::Overlap { .. } => "overlap",
            Self::DayFull { .. } => "day_full",
            Self::CorrectsNothing => "corrects_nothing",
            Self::CorrectsOpen => "corrects_open",
            Self::CorrectedAlready { .. } => "corrected_already",
        }
    }
}

/// What the lines of a week are held against.
#[derive(Debug, Clone, Copy)]
pub struct Checking<'a> {
    /// The days of training.
    pub window: &'a Window,
    /// The numbers.
    pub limits: &'a Limits,
    /// How many parts the curriculum has.
    pub courses: u32,
    /// The person's lines in other weeks and other records. Those that are only written do not count; those of this very
    /// week are left out.
    pub others: &'a [Booked],
    /// The day it is.
    pub today: Date,
}

/// Everything that is wrong with the lines of a week, line by line.
pub fn check(record: AgreementId, week: Monday, lines: &[Line], checking: &Checking) -> Vec<Fault> {
    let others: Vec<&Booked> = checking
        .others
        .iter()
        .filter(|other| other.standing != Standing::Written && (other.record, other.week) != (record, week))
        .collect();
    let own = |number: u32| LineSource {
        record,
        line: LineRef { week, number },
    };
    let own_lines = lines.iter().map(|line| {
        let corrects = line.written.corrects.map(|line| LineSource { record, line });
        (own(line.number), corrects, &line.written)
    });
    let all: Vec<(LineSource, Option<LineSource>, &Written)> = own_lines
        .chain(
            others
                .iter()
                .map(|other| (other.source(), other.corrected(), &other.line.written)),
        )
        .collect();
    let roots = roots(&all);
    // What counts beside a line: not what another approved line has taken the place of.
    let replaced: BTreeSet<LineSource> = others
        .iter()
        .filter(|other| other.standing == Standing::Approved)
        .filter_map(|other| other.corrected())
        .collect();
    let standing: Vec<_> = all.iter().filter(|(source, ..)| !replaced.contains(source)).collect();

    let mut faults = Vec::new();
    for line in lines {
        let number = line.number;
        let mut add = |kind| faults.push(Fault { number, kind });
        alone(week, line, checking, &mut add);
        correction(record, line, lines, &others, &mut add);
        let root = roots.get(&own(number)).copied();
        let beside = standing
            .iter()
            .filter(|(source, ..)| *source != own(number) && roots.get(source).copied() != root);
        if let Some(span) = line.written.span.filter(|_| line.written.amount.minutes() > 0) {
            for (source, _, other) in beside {
                let taken = other.span.filter(|_| other.amount.minutes() > 0);
                if other.day == line.written.day && taken.is_some_and(|taken| taken.overlaps(span)) {
                    add(FaultKind::Overlap { with: *source });
                }
            }
        }
    }
    let days: BTreeSet<Date> = lines.iter().map(|line| line.written.day).collect();
    for day in days {
        // Of a line and the corrections of it, only one will count in the end: the longest is taken.
        let mut longest: BTreeMap<LineSource, u32> = BTreeMap::new();
        for (source, _, written) in standing.iter().filter(|(_, _, written)| written.day == day) {
            let minutes = longest
                .entry(roots.get(source).copied().unwrap_or(*source))
                .or_default();
            *minutes = written.amount.minutes().max(*minutes);
        }
        let minutes = longest
            .values()
            .fold(0_u32, |sum, minutes| sum.saturating_add(*minutes));
        let limit = checking.limits.day;
        if minutes > limit {
            let last = lines
                .iter()
                .rev()
                .find(|line| line.written.day == day && line.written.amount.minutes() > 0);
            faults.extend(last.map(|line| Fault {
                number: line.number,
                kind: FaultKind::DayFull { minutes, limit },
            }));
        }
    }
    faults
}

/// For each line the one at the beginning of its chain of corrections.
fn roots(all: &[(LineSource, Option<LineSource>, &Written)]) -> BTreeMap<LineSource, LineSource> {
    let corrects: BTreeMap<LineSource, LineSource> = all
        .iter()
        .filter_map(|(source, corrects, _)| Some((*source, (*corrects)?)))
        .collect();
    all.iter()
        .map(|(source, ..)| {
            let (mut root, mut steps) = (*source, 0);
            while let Some(before) = corrects.get(&root).filter(|_| steps <= corrects.len()) {
                (root, steps) = (*before, steps + 1);
            }
            (*source, root)
        })
        .collect()
}

/// What is wrong with a line by itself.
fn alone(week: Monday, line: &Line, checking: &Checking, add: &mut impl FnMut(FaultKind)) {
    let Written {
        day,
        course,
        amount,
        span,
        corrects,
        ..
    } = &line.written;
    if corrects.is_none() && !week.contains(*day) {
        add(FaultKind::OtherWeek);
    }
    if *day > checking.today {
        add(FaultKind::Future);
    }
    // A correction may take back what should never have been written down.
    let taken_back = corrects.is_some() && amount.minutes() == 0;
    if !taken_back && !checking.window.is_open_on(*day) {
        add(FaultKind::NoTraining);
    }
    if corrects.is_none() && amount.planned == 0 && amount.extra == 0 {
        add(FaultKind::Nothing);
    }
    if amount.missed > amount.planned {
        add(FaultKind::MissedOverPlanned);
    }
    let minutes = checking.limits.lesson;
    if matches!(amount.unit, Unit::Lesson { minutes: said } if said != minutes) {
        add(FaultKind::LessonLength { minutes });
    }
    if let Some(minutes) = span.map(super::Span::minutes).filter(|fits| amount.minutes() > *fits) {
        add(FaultKind::LongerThanTimes { minutes });
    }
    if course.is_some_and(|course| course >= checking.courses) {
        add(FaultKind::NoSuchCourse);
    }
}

/// What is wrong with a line as a correction of another.
fn correction(record: AgreementId, line: &Line, lines: &[Line], others: &[&Booked], add: &mut impl FnMut(FaultKind)) {
    let Some(corrects) = line.written.corrects else { return };
    let source = LineSource { record, line: corrects };
    match others.iter().find(|other| other.source() == source) {
        None => add(FaultKind::CorrectsNothing),
        Some(corrected) => {
            if corrected.standing != Standing::Approved {
                add(FaultKind::CorrectsOpen);
            }
            if Monday::of(corrected.line.written.day) != Monday::of(line.written.day) {
                add(FaultKind::OtherWeek);
            }
        }
    }
    let elsewhere = others.iter().find(|other| other.corrected() == Some(source));
    let here = lines
        .iter()
        .find(|other| other.number < line.number && other.written.corrects == Some(corrects));
    let by = elsewhere.map(|other| other.source().line).or_else(|| {
        here.map(|other| LineRef {
            week: corrects.week,
            number: other.number,
        })
    });
    if let Some(by) = by {
        add(FaultKind::CorrectedAlready { by });
    }
}

/// Something about a week that does not stop it and has to be seen (TA-35, TA-36).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// More than a week should have.
    WeekOverNormal {
        /// Minutes that it has.
        minutes: u32,
        /// Minutes that it should have at most.
        limit: u32,
    },
    /// More than a week may have on average.
    WeekOverMax {
        /// Minutes that it has.
        minutes: u32,
        /// Minutes at most.
        limit: u32,
    },
    /// Too few days of rest.
    NoRest {
        /// Days without any hours.
        days: u32,
        /// Days at least.
        limit: u32,
    },
}

impl Caution {
    /// Every code.
    pub const CODES: [&'static str; 3] = ["week_over_normal", "week_over_max", "no_rest"];

    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WeekOverNormal { .. } => "week_over_normal",
            Self::WeekOverMax { .. } => "week_over_max",
            Self::NoRest { .. } => "no_rest",
        }
    }
}

/// What has to be seen about the hours of a week, of which only those of training are known here.
pub fn cautions(week: Monday, lines: &[Line], limits: &Limits) -> Vec<Caution> {
    let of_week = |line: &&Line| week.contains(line.written.day) && line.written.amount.minutes() > 0;
    let (mut minutes, mut busy) = (0_u32, BTreeSet::new());
    for line in lines.iter().filter(of_week) {
        minutes = minutes.saturating_add(line.written.amount.minutes());
        busy.insert(line.written.day);
    }
    let mut cautions = Vec::new();
    if minutes > limits.week_max {
        let limit = limits.week_max;
        cautions.push(Caution::WeekOverMax { minutes, limit });
    } else if minutes > limits.week {
        let limit = limits.week;
        cautions.push(Caution::WeekOverNormal { minutes, limit });
    }
    let days = 7_u32.saturating_sub(u32::try_from(busy.len()).unwrap_or(7));
    if days < limits.rest_days {
        let limit = limits.rest_days;
        cautions.push(Caution::NoRest { days, limit });
    }
    cautions
}
