//! What is typed into a week, read. Everything that is typed is kept; what can be read stands in the week itself.

use agreement::training::choice::{Choice as _, CourseKind, Place};
use apprenticeship::{
    Monday,
    hours::{Amount, Line, LineRef, Span, Unit, Written},
    week::Week,
};
use kernel::{format_date, parse_date};
use marketplace::{Problem, ProblemCode, Problems};

use super::{LineInput, WeekInput};

/// More than anybody needs in a day, in minutes, and in lessons.
const MOST: i64 = 24 * 60;

/// A week as it was read.
pub(super) struct Readable {
    /// The lines that can be read, with their numbers.
    pub(super) lines: Vec<(Option<u32>, Written)>,
    /// What cannot.
    pub(super) problems: Vec<Problem>,
}

impl LineInput {
    /// Whether nothing was typed that says something.
    pub(super) fn is_blank(&self) -> bool {
        let said = [
            &self.planned,
            &self.missed,
            &self.extra,
            &self.from,
            &self.until,
            &self.evidence,
            &self.note,
            &self.corrects,
        ];
        said.iter().all(|field| field.trim().is_empty())
    }

    /// A line as it is typed.
    pub(super) fn of(line: &Line) -> Self {
        let written = &line.written;
        let amount = written.amount;
        let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
        Self {
            number: line.number.to_string(),
            day: format_date(written.day),
            category: written.category.code().to_owned(),
            place: written.place.code().to_owned(),
            course: written.course.map(|course| course.to_string()).unwrap_or_default(),
            unit: match amount.unit {
                Unit::Minute => "minute",
                Unit::Lesson { .. } => "lesson",
            }
            .to_owned(),
            planned: number(amount.planned),
            missed: number(amount.missed),
            extra: number(amount.extra),
            from: written.span.map(|span| clock(span.from())).unwrap_or_default(),
            until: written.span.map(|span| clock(span.until())).unwrap_or_default(),
            evidence: written.evidence.join("\n"),
            note: written.note.clone(),
            corrects: written.corrects.map(write_ref).unwrap_or_default(),
        }
    }
}

impl WeekInput {
    /// A week as it is typed.
    pub(super) fn of(week: &Week) -> Self {
        Self {
            edition: week.edition(),
            text: week.text().to_owned(),
            lines: week.lines().iter().map(LineInput::of).collect(),
        }
    }

    /// What of it can be read; lines keep the numbers that the week has.
    pub(super) fn read(&self, week: Option<&Week>, lesson: u32) -> Readable {
        let mut problems = Problems::none();
        let mut lines = Vec::new();
        for (index, typed) in self.lines.iter().enumerate() {
            if typed.is_blank() {
                continue;
            }
            let Some(written) = line(&mut problems, &format!("lines.{index}"), typed, lesson) else {
                continue;
            };
            let number = typed.number.trim().parse::<u32>().ok();
            let kept = week.map(Week::lines).unwrap_or_default();
            let taken = |number: &u32| lines.iter().any(|(other, _)| *other == Some(*number));
            // A line that could not be read before has lost its number.
            let number = number.filter(|number| kept.iter().any(|line| line.number == *number) && !taken(number));
            lines.push((number, written));
        }
        Readable {
            lines,
            problems: problems.into_vec(),
        }
    }
}

/// `8:05`.
fn clock(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A time of the day as people type it: `8:30`, `0830`, `8：30`, `8`.
fn time(typed: &str) -> Option<u16> {
    let typed = typed.trim().replace(['：', '.', '点'], ":");
    let (hours, minutes) = match typed.split_once(':') {
        Some((hours, "")) => (hours.to_owned(), "0".to_owned()),
        Some((hours, minutes)) => (hours.to_owned(), minutes.to_owned()),
        None if typed.len() == 4 => (typed[..2].to_owned(), typed[2..].to_owned()),
        None => (typed, "0".to_owned()),
    };
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours <= 24 && minutes < 60 && (hours < 24 || minutes == 0)).then_some(hours * 60 + minutes)
}

fn amount(problems: &mut Problems, field: &str, typed: &str) -> Option<u32> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(0);
    }
    match typed.parse::<i64>() {
        Ok(number) if (0..=MOST).contains(&number) => u32::try_from(number).ok(),
        Ok(_) => {
            problems.add(field, ProblemCode::OutOfRange { min: 0, max: MOST });
            None
        }
        Err(_) => {
            problems.add(field, ProblemCode::NotANumber);
            None
        }
    }
}

/// Hours, of which halves and quarters come out in whole minutes: `7.5`, or `7:30`.
fn hours(problems: &mut Problems, field: &str, typed: &str) -> Option<u32> {
    let typed = typed.trim().replace('：', ":");
    if typed.is_empty() {
        return Some(0);
    }
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = || -> Option<u32> {
        if let Some((whole, minutes)) = typed.split_once(':') {
            let minutes: u32 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
            return whole.parse::<u32>().ok()?.checked_mul(60)?.checked_add(minutes);
        }
        if !digits(whole) || !digits(part) || part.len() > 2 {
            return None;
        }
        let whole: u32 = whole.parse().ok()?;
        let hundredths: u32 = format!("{part:0<2}").parse().ok()?;
        let minutes = whole.checked_mul(6_000)?.checked_add(hundredths.checked_mul(60)?)?;
        (minutes % 100 == 0).then_some(minutes / 100)
    };
    match minutes() {
        Some(minutes) if i64::from(minutes) <= MOST => Some(minutes),
        Some(_) => {
            problems.add(field, ProblemCode::OutOfRange { min: 0, max: 24 });
            None
        }
        None => {
            problems.add(field, ProblemCode::NotANumber);
            None
        }
    }
}

fn line(problems: &mut Problems, at: &str, typed: &LineInput, lesson: u32) -> Option<Written> {
    let field = |name: &str| format!("{at}.{name}");
    let day = parse_date(typed.day.trim());
    if day.is_none() {
        let code = if typed.day.trim().is_empty() {
            ProblemCode::Required
        } else {
            ProblemCode::NotADate
        };
        problems.add(field("day"), code);
    }
    let category = CourseKind::from_code(typed.category.trim());
    let place = Place::from_code(typed.place.trim());
    for (name, missing) in [("category", category.is_none()), ("place", place.is_none())] {
        if missing {
            problems.add(field(name), ProblemCode::NotAChoice);
        }
    }
    let course = match typed.course.trim() {
        "" => Some(None),
        course => {
            let course = course.parse::<u32>().ok();
            if course.is_none() {
                problems.add(field("course"), ProblemCode::NotAChoice);
            }
            course.map(Some)
        }
    };
    let span = span(problems, at, typed);
    let read = match typed.unit.trim() {
        "lesson" | "" | "minute" => amount,
        _ => hours,
    };
    let planned = read(problems, &field("planned"), &typed.planned);
    let missed = read(problems, &field("missed"), &typed.missed);
    let extra = read(problems, &field("extra"), &typed.extra);
    let unit = match typed.unit.trim() {
        "lesson" => Some(Unit::Lesson { minutes: lesson }),
        "" | "minute" | "hour" => Some(Unit::Minute),
        _ => {
            problems.add(field("unit"), ProblemCode::NotAChoice);
            None
        }
    };
    let corrects = match typed.corrects.trim() {
        "" => Some(None),
        corrects => {
            let read = read_ref(corrects);
            if read.is_none() {
                let typed = corrects.to_owned();
                problems.add(field("corrects"), ProblemCode::Unknown { typed });
            }
            read.map(Some)
        }
    };
    let (span, mut amount) = (
        span?,
        Amount {
            unit: unit?,
            planned: planned?,
            missed: missed?,
            extra: extra?,
        },
    );
    let corrects = corrects?;
    // Who types times alone was there from the one to the other.
    let no_amount = typed.planned.trim().is_empty() && typed.extra.trim().is_empty();
    if let Some(span) = span.filter(|_| no_amount && corrects.is_none()) {
        amount = Amount::of_minutes(span.minutes());
    }
    Some(Written {
        day: day?,
        category: category?,
        place: place?,
        course: course?,
        amount,
        span,
        evidence: typed
            .evidence
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        note: typed.note.trim().to_owned(),
        corrects,
    })
}

#[expect(clippy::option_option, reason = "none typed is not the same as not read")]
fn span(problems: &mut Problems, at: &str, typed: &LineInput) -> Option<Option<Span>> {
    let (from, until) = (typed.from.trim(), typed.until.trim());
    if from.is_empty() && until.is_empty() {
        return Some(None);
    }
    let read = |problems: &mut Problems, name: &str, typed: &str| {
        let read = time(typed);
        if read.is_none() {
            let code = if typed.is_empty() {
                ProblemCode::Required
            } else {
                ProblemCode::Unknown {
                    typed: typed.to_owned(),
                }
            };
            problems.add(format!("{at}.{name}"), code);
        }
        read
    };
    let from = read(problems, "from", from);
    let until = read(problems, "until", until);
    let span = Span::new(from?, until?);
    if span.is_none() {
        problems.add(format!("{at}.until"), ProblemCode::EndsBeforeStart);
    }
    span.map(Some)
}

/// `2026-09-07.2`.
fn write_ref(line: LineRef) -> String {
    format!("{}.{}", line.week, line.number)
}

fn read_ref(typed: &str) -> Option<LineRef> {
    let (week, number) = typed.split_once('.')?;
    Some(LineRef {
        week: Monday::try_from(week.trim().to_owned()).ok()?,
        number: number.trim().parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(change: impl FnOnce(&mut LineInput)) -> (Option<Written>, Vec<(String, &'static str)>) {
        let mut typed = LineInput {
            day: "2026-09-08".to_owned(),
            category: "skill".to_owned(),
            place: "enterprise".to_owned(),
            note: "铣平面".to_owned(),
            ..LineInput::default()
        };
        change(&mut typed);
        let mut problems = Problems::none();
        let read = line(&mut problems, "lines.0", &typed, 45);
        let problems = problems.into_vec().into_iter().map(|one| (one.field, one.code.key()));
        (read, problems.collect())
    }

    #[test]
    fn times_alone_say_how_long_it_was() {
        let (read, _) = typed(|line| {
            line.from = "8：30".to_owned();
            line.until = "1200".to_owned();
        });
        assert_eq!(read.unwrap().amount.minutes(), 210);
    }

    #[test]
    fn lessons_and_hours_come_out_in_whole_minutes() {
        let (lessons, _) = typed(|line| {
            line.unit = "lesson".to_owned();
            line.planned = "4".to_owned();
            line.missed = "1".to_owned();
        });
        assert_eq!(lessons.unwrap().amount.minutes(), 135);
        let (hours, _) = typed(|line| {
            line.unit = "hour".to_owned();
            line.extra = "7.25".to_owned();
        });
        assert_eq!(hours.unwrap().amount.minutes(), 435);
        let (odd, problems) = typed(|line| {
            line.unit = "hour".to_owned();
            line.extra = "7.33".to_owned();
        });
        assert_eq!(
            (odd, problems),
            (None, vec![("lines.0.extra".to_owned(), "not_a_number")])
        );
    }

    #[test]
    fn everything_that_cannot_be_read_is_named_at_once() {
        let (read, problems) = typed(|line| {
            line.day = "昨天".to_owned();
            line.place = "home".to_owned();
            line.extra = "很久".to_owned();
            line.from = "26:00".to_owned();
        });
        assert_eq!(read, None);
        let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "lines.0.day",
                "lines.0.place",
                "lines.0.from",
                "lines.0.until",
                "lines.0.extra"
            ]
        );
    }
}
