//! The agreement in plain words: for each section what it means for the apprentice. Not part of what is signed; the
//! sentences are in the catalogue (`training_plain.<key>`), here is which of them hold and with which facts.

use kernel::{Date, Fen, months_between};
use serde::Serialize;
use vocabulary::SkillLevel;

use super::{
    Section,
    body::Body,
    rules::damages_at_most,
    value::{Day, Minutes},
};

/// Every key that [`plain`] may say.
pub const PLAIN_KEYS: &[&str] = &[
    "training_plain.parties",
    "training_plain.guardian",
    "training_plain.college",
    "training_plain.goals",
    "training_plain.content",
    "training_plain.lessons",
    "training_plain.methods",
    "training_plain.people",
    "training_plain.quality",
    "training_plain.safety",
    "training_plain.insurance",
    "training_plain.insurance_waived",
    "training_plain.duties",
    "training_plain.privacy",
    "training_plain.ending",
    "training_plain.afterwards",
    "training_plain.noncompete",
    "training_plain.dispute",
    "training_plain.annexes",
    "training_plain.signing",
    "training_plain.hours",
    "training_plain.pay",
    "training_plain.study_paid",
    "training_plain.study_unpaid",
    "training_plain.free",
    "training_plain.charged",
    "training_plain.service",
    "training_plain.damages",
    "training_plain.no_service",
];

/// A sentence in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plain {
    /// The section it explains.
    pub section: Section,
    /// The key of the sentence in the catalogue.
    pub key: &'static str,
    /// What it is told with, by name.
    pub args: Vec<(&'static str, PlainArg)>,
}

/// A fact of a sentence; how it is written belongs to the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum PlainArg {
    /// Words of the agreement.
    Words(String),
    /// A count.
    Count(i64),
    /// An amount.
    Money(Fen),
    /// A day.
    Date(Day),
    /// A length of time, in hours.
    Hours(Minutes),
    /// A level of skill.
    Level(SkillLevel),
}

impl From<&String> for PlainArg {
    fn from(words: &String) -> Self {
        Self::Words(words.clone())
    }
}

impl From<i64> for PlainArg {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<Fen> for PlainArg {
    fn from(amount: Fen) -> Self {
        Self::Money(amount)
    }
}

impl From<Date> for PlainArg {
    fn from(date: Date) -> Self {
        Self::Date(Day::new(date))
    }
}

struct Sentences {
    section: Section,
    all: Vec<Plain>,
}

impl Sentences {
    fn say<const N: usize>(&mut self, key: &'static str, args: [(&'static str, Option<PlainArg>); N]) {
        // A fact that is not there yet makes no sentence.
        let args: Option<Vec<_>> = args
            .into_iter()
            .map(|(name, value)| value.map(|value| (name, value)))
            .collect();
        debug_assert!(PLAIN_KEYS.contains(&key), "{key} is not listed");
        if let Some(args) = args {
            let section = self.section;
            self.all.push(Plain { section, key, args });
        }
    }

    fn when<const N: usize>(&mut self, holds: bool, key: &'static str, args: [(&'static str, Option<PlainArg>); N]) {
        if holds {
            self.say(key, args);
        }
    }
}

/// The agreement in plain words, section by section.
pub fn plain(body: &Body) -> Vec<Plain> {
    let mut out = Sentences {
        section: Section::Parties,
        all: Vec::new(),
    };
    let words = |value: &Option<String>| value.as_ref().map(PlainArg::from);
    let count = |value: Option<i64>| value.map(PlainArg::from);
    let day = |value: Option<Day>| value.map(PlainArg::Date);

    out.say(
        "training_plain.parties",
        [
            ("enterprise", words(&body.enterprise.name)),
            ("post", words(&body.post.name)),
        ],
    );
    out.when(
        body.guardian.name.is_some(),
        "training_plain.guardian",
        [("guardian", words(&body.guardian.name))],
    );
    out.when(
        body.college.name.is_some(),
        "training_plain.college",
        [("college", words(&body.college.name))],
    );

    let training = &body.training;
    out.section = Section::Goals;
    out.say(
        "training_plain.goals",
        [
            ("from", training.current_level.map(PlainArg::Level)),
            ("to", training.target_level.map(PlainArg::Level)),
        ],
    );
    out.section = Section::Content;
    let months = training
        .start
        .zip(training.end)
        .map(|(start, end)| i64::from(months_between(start.date(), end.date())));
    out.say(
        "training_plain.content",
        [
            ("start", day(training.start)),
            ("end", day(training.end)),
            ("months", count(months)),
        ],
    );
    let lessons: i64 = training.content.iter().filter_map(|course| course.hours).sum();
    out.when(
        lessons > 0,
        "training_plain.lessons",
        [("lessons", count(Some(lessons)))],
    );
    out.section = Section::Methods;
    let (mentors, tutors) = (body.people.mentors.len(), body.people.tutors.len());
    out.say("training_plain.methods", []);
    out.when(
        mentors + tutors > 0,
        "training_plain.people",
        [("mentors", Some(length(mentors))), ("tutors", Some(length(tutors)))],
    );
    out.section = Section::Quality;
    out.say(
        "training_plain.quality",
        [
            ("mark", count(training.pass_mark)),
            ("retakes", count(training.retakes)),
        ],
    );

    pay(body, &mut out);

    protection(body, &mut out);
    afterwards(body, &mut out);
    out.all
}

fn pay(body: &Body, out: &mut Sentences) {
    let count = |value: Option<i64>| value.map(PlainArg::from);
    let money = |value: Option<Fen>| value.map(PlainArg::from);
    out.section = Section::Pay;
    out.say(
        "training_plain.hours",
        [
            ("day", body.hours.per_day.map(PlainArg::Hours)),
            ("week", body.hours.per_week.map(PlainArg::Hours)),
            ("rest", count(body.hours.rest_days_per_week)),
        ],
    );
    let items = &body.pay.wage_items;
    let sum: i64 = items.iter().filter_map(|item| item.amount).map(Fen::fen).sum();
    out.when(
        !items.is_empty(),
        "training_plain.pay",
        [("sum", money(Some(Fen::new(sum))))],
    );
    out.when(body.pay.study_paid == Some(true), "training_plain.study_paid", []);
    out.when(body.pay.study_paid == Some(false), "training_plain.study_unpaid", []);

    out.section = Section::Costs;
    let free = body.cost.apprentice_fee == Some(Fen::default()) && body.cost.deposit == Some(Fen::default());
    out.when(free, "training_plain.free", []);
    let paid = |amount: Option<Fen>| amount.filter(|amount| *amount != Fen::default());
    let owed = paid(body.cost.apprentice_fee).map_or(0, Fen::fen) + paid(body.cost.deposit).map_or(0, Fen::fen);
    out.when(
        owed > 0,
        "training_plain.charged",
        [("sum", money(Some(Fen::new(owed))))],
    );
    match body.service.months.filter(|months| *months > 0) {
        Some(months) => {
            out.say("training_plain.service", [("months", count(Some(months)))]);
            out.say(
                "training_plain.damages",
                [
                    ("most", money(damages_at_most(body, 0))),
                    ("half", count(Some(months / 2))),
                    ("then", money(damages_at_most(body, months / 2))),
                ],
            );
        }
        None => out.say("training_plain.no_service", []),
    }
}

fn protection(body: &Body, out: &mut Sentences) {
    let count = |value: Option<i64>| value.map(PlainArg::from);
    out.section = Section::Safety;
    out.say("training_plain.safety", [("hours", count(body.safety.training_hours))]);
    out.when(body.insurance.waived == Some(false), "training_plain.insurance", []);
    out.when(
        body.insurance.waived == Some(true),
        "training_plain.insurance_waived",
        [],
    );
    out.section = Section::Duties;
    let duties = |lines: &Option<Vec<String>>| lines.as_ref().map(|lines| length(lines.len()));
    out.say(
        "training_plain.duties",
        [
            ("theirs", duties(&body.duty.enterprise_duties)),
            ("yours", duties(&body.duty.apprentice_duties)),
        ],
    );
    out.section = Section::Privacy;
    out.say("training_plain.privacy", []);
}

fn afterwards(body: &Body, out: &mut Sentences) {
    let words = |value: &Option<String>| value.as_ref().map(PlainArg::from);
    let count = |value: Option<i64>| value.map(PlainArg::from);
    let money = |value: Option<Fen>| value.map(PlainArg::from);
    out.section = Section::Ending;
    out.say("training_plain.ending", []);
    out.say(
        "training_plain.afterwards",
        [
            ("post", words(&body.ending.after_post)),
            ("level", body.ending.after_level.map(PlainArg::Level)),
            ("pay", money(body.ending.after_pay)),
        ],
    );
    let noncompete = body.noncompete.months.filter(|months| *months > 0);
    out.when(
        noncompete.is_some(),
        "training_plain.noncompete",
        [
            ("months", count(noncompete)),
            ("pay", money(body.noncompete.compensation)),
        ],
    );
    out.section = Section::Dispute;
    out.say("training_plain.dispute", []);
    out.section = Section::Annexes;
    out.say("training_plain.annexes", []);
    out.section = Section::Signing;
    out.say("training_plain.signing", []);
}

fn length(count: usize) -> PlainArg {
    PlainArg::Count(i64::try_from(count).unwrap_or(i64::MAX))
}
