//! A post as typed into a form or written in a file, and how it is read. One place for pages and imports.

use kernel::{Date, Fen, LineId, MoneyError, PostingKind, Side, parse_date};
use serde::{Deserialize, Serialize};
use vocabulary::{SkillLevel, Vocabulary};

use super::{Content, Line, Posting};
use crate::{Problem, ProblemCode, Problems, organisation};

/// A post as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentInput {
    /// The title.
    pub title: String,
    /// Free text.
    pub summary: String,
    /// Province code.
    pub province: String,
    /// District code.
    pub district: String,
    /// Anything but empty, `0`, `no`, `否` binds it to its province.
    pub region_bound: String,
    /// First day.
    pub starts_on: String,
    /// Last day.
    pub ends_on: String,
    /// Last day for an answer.
    pub closing_on: String,
    /// Mode codes.
    pub modes: Vec<String>,
    /// Industry codes.
    pub industries: Vec<String>,
    /// Tags, separated by commas, semicolons, 、 or line ends.
    pub skills: String,
    /// Yuan per person.
    pub price: String,
    /// The lines.
    pub lines: Vec<LineInput>,
}

/// A line as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineInput {
    /// The id of a line that was there before; anything else makes a new line.
    pub id: String,
    /// A major by code or name.
    pub major: String,
    /// An occupation by code or name.
    pub occupation: String,
    /// Level code.
    pub level: String,
    /// Seats.
    pub seats: String,
    /// Hours.
    pub hours: String,
    /// Monthly pay from, in yuan.
    pub pay_min: String,
    /// Monthly pay to, in yuan.
    pub pay_max: String,
    /// A remark.
    pub note: String,
}

impl LineInput {
    /// Whether nothing at all was typed into it.
    pub fn is_blank(&self) -> bool {
        let typed = [
            &self.major,
            &self.occupation,
            &self.level,
            &self.seats,
            &self.hours,
            &self.pay_min,
            &self.pay_max,
            &self.note,
        ];
        typed.iter().all(|text| text.trim().is_empty())
    }

    /// The input that would give `line`.
    pub fn of(line: &Line, vocabulary: &Vocabulary) -> Self {
        let named = |code: &Option<String>, name: &dyn Fn(&str) -> Option<String>| {
            code.as_deref()
                .map(|code| name(code).map_or(code.to_owned(), |name| format!("{code} {name}")))
                .unwrap_or_default()
        };
        Self {
            id: line.id.to_string(),
            major: named(&line.major, &|code| {
                vocabulary.major(code).map(|major| major.name.clone())
            }),
            occupation: named(&line.occupation, &|code| {
                vocabulary.occupation(code).map(|o| o.name.clone())
            }),
            level: line.level.map(|level| level.code().to_owned()).unwrap_or_default(),
            seats: line.seats.map(|n| n.to_string()).unwrap_or_default(),
            hours: line.hours.map(|n| n.to_string()).unwrap_or_default(),
            pay_min: line.pay_min.map(|fen| fen.to_string()).unwrap_or_default(),
            pay_max: line.pay_max.map(|fen| fen.to_string()).unwrap_or_default(),
            note: line.note.clone(),
        }
    }
}

impl ContentInput {
    /// The input that would give `content`, to fill a form with.
    pub fn of(content: &Content, vocabulary: &Vocabulary) -> Self {
        let date = |date: Option<Date>| date.map(kernel::format_date).unwrap_or_default();
        Self {
            title: content.title.clone(),
            summary: content.summary.clone(),
            province: content.province.clone().unwrap_or_default(),
            district: content.district.clone().unwrap_or_default(),
            region_bound: if content.region_bound {
                "yes".to_owned()
            } else {
                String::new()
            },
            starts_on: date(content.starts_on),
            ends_on: date(content.ends_on),
            closing_on: date(content.closing_on),
            modes: content.modes.clone(),
            industries: content.industries.clone(),
            skills: content.skills.join("、"),
            price: content.price.map(|fen| fen.to_string()).unwrap_or_default(),
            lines: content
                .lines
                .iter()
                .map(|line| LineInput::of(line, vocabulary))
                .collect(),
        }
    }
}

/// Reads a post, or says what is wrong with which field. What is missing is not asked here but at publishing
/// ([`Content::missing`]): a draft may be half done, but nothing in it is wrong. Blank lines are dropped; `known` are
/// the lines the post had before, `fresh` makes ids for new ones.
pub fn read(
    kind: PostingKind,
    input: &ContentInput,
    known: &[LineId],
    vocabulary: &Vocabulary,
    fresh: &mut dyn FnMut() -> LineId,
) -> Result<Content, Vec<Problem>> {
    let mut problems = Problems::none();
    let title = problems.text("title", &input.title, 60);
    let summary = problems.optional_text("summary", &input.summary, 5_000);
    let province = some(&input.province);
    if let Some(code) = province.as_deref().filter(|code| vocabulary.province(code).is_none()) {
        problems.add("province", ProblemCode::Unknown { typed: code.to_owned() });
    }
    let district = organisation::district(
        &mut problems,
        &input.district,
        province.as_deref().unwrap_or_default(),
        vocabulary,
    );
    let [starts_on, ends_on, closing_on] = [
        ("starts_on", &input.starts_on),
        ("ends_on", &input.ends_on),
        ("closing_on", &input.closing_on),
    ]
    .map(|(field, typed)| date(&mut problems, field, typed));
    if let (Some(start), Some(end)) = (starts_on, ends_on)
        && end < start
    {
        problems.add("ends_on", ProblemCode::EndsBeforeStart);
    }
    let modes = organisation::codes(&mut problems, "modes", &input.modes, 8, |code| {
        vocabulary.mode(code).is_some()
    });
    let industries = organisation::codes(&mut problems, "industries", &input.industries, 9, |code| {
        vocabulary.industry(code).is_some()
    });
    let skills = tags(&mut problems, &input.skills);
    let price = money(&mut problems, "price", &input.price);
    let lines = lines(&mut problems, kind, input, known, vocabulary, fresh);
    problems.or(Content {
        title,
        summary,
        province,
        district,
        region_bound: !matches!(
            input.region_bound.trim().to_lowercase().as_str(),
            "" | "0" | "no" | "false" | "否"
        ),
        starts_on,
        ends_on,
        closing_on,
        modes,
        industries,
        skills,
        price,
        lines,
    })
}

fn lines(
    problems: &mut Problems,
    kind: PostingKind,
    input: &ContentInput,
    known: &[LineId],
    vocabulary: &Vocabulary,
    fresh: &mut dyn FnMut() -> LineId,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (at, typed) in input.lines.iter().enumerate().filter(|(_, typed)| !typed.is_blank()) {
        let field = |name: &str| format!("lines.{at}.{name}");
        let major = trade(problems, field("major"), &typed.major, |typed| {
            let code = vocabulary::normal_major_code(typed);
            vocabulary
                .major(code)
                .or_else(|| vocabulary.find_major_by_name(typed))
                .map(|major| major.code.clone())
        });
        let occupation = trade(problems, field("occupation"), &typed.occupation, |typed| {
            occupation(typed, vocabulary)
        });
        let level = some(&typed.level).and_then(|code| {
            let level = SkillLevel::from_code(&code);
            if level.is_none() {
                problems.add(field("level"), ProblemCode::Unknown { typed: code });
            }
            level
        });
        let pay_min = money(problems, &field("pay_min"), &typed.pay_min);
        let pay_max = money(problems, &field("pay_max"), &typed.pay_max);
        if kind.side() == Side::Offer && (pay_min.is_some() || pay_max.is_some()) {
            problems.add(field("pay_min"), ProblemCode::NotAChoice);
        }
        if let (Some(min), Some(max)) = (pay_min, pay_max)
            && max < min
        {
            problems.add(field("pay_max"), ProblemCode::UpsideDown);
        }
        let id = typed
            .id
            .parse()
            .ok()
            .filter(|id| known.contains(id) && !lines.iter().any(|line| line.id == *id));
        lines.push(Line {
            id: id.unwrap_or_else(&mut *fresh),
            major,
            occupation,
            level,
            seats: number(problems, &field("seats"), &typed.seats, 1, 10_000),
            hours: number(problems, &field("hours"), &typed.hours, 1, 20_000),
            pay_min,
            pay_max,
            note: problems.optional_text(&field("note"), &typed.note, 200),
        });
    }
    if lines.len() > Posting::MAX_LINES {
        problems.add(
            "lines",
            ProblemCode::TooMany {
                max: Posting::MAX_LINES,
            },
        );
    }
    lines
}

/// The trimmed text, when there is some.
fn some(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}

/// Whether these words are the code or name of an occupation, or begin with one.
pub fn names_occupation(typed: &str, vocabulary: &Vocabulary) -> bool {
    named(typed, |typed| occupation(typed, vocabulary)).is_some()
}

fn occupation(typed: &str, vocabulary: &Vocabulary) -> Option<String> {
    let found = vocabulary.occupation(typed);
    let found = found.or_else(|| vocabulary.find_occupation_by_name(typed));
    found.map(|occupation| occupation.code.clone())
}

/// A code or name, found by `find`; `460103 数控技术` is found by its first word.
fn named(typed: &str, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    let typed = typed.trim();
    let first = typed.split_whitespace().next().unwrap_or_default();
    find(typed).or_else(|| find(first))
}

fn trade(problems: &mut Problems, field: String, typed: &str, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    let typed = some(typed)?;
    let found = named(&typed, find);
    if found.is_none() {
        problems.add(field, ProblemCode::Unknown { typed });
    }
    found
}

fn date(problems: &mut Problems, field: &str, typed: &str) -> Option<Date> {
    let typed = some(typed)?;
    let date = parse_date(&typed).filter(|date| (2000..=2100).contains(&date.year()));
    if date.is_none() {
        problems.add(field, ProblemCode::NotADate);
    }
    date
}

fn number(problems: &mut Problems, field: &str, typed: &str, min: i64, max: i64) -> Option<i64> {
    let typed = some(typed)?;
    match typed.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Some(number),
        Ok(_) => {
            problems.add(field, ProblemCode::OutOfRange { min, max });
            None
        }
        Err(_) => {
            problems.add(field, ProblemCode::NotANumber);
            None
        }
    }
}

fn money(problems: &mut Problems, field: &str, typed: &str) -> Option<Fen> {
    let typed = some(typed)?;
    match Fen::parse_yuan(&typed) {
        Ok(fen) => Some(fen),
        Err(MoneyError::TooLarge) => {
            problems.add(
                field,
                ProblemCode::OutOfRange {
                    min: 0,
                    max: 999_999_999,
                },
            );
            None
        }
        Err(_) => {
            problems.add(field, ProblemCode::NotMoney);
            None
        }
    }
}

/// Tags of up to 20 characters, at most 20, without repeats.
fn tags(problems: &mut Problems, typed: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in typed.split([',', '，', ';', '；', '、', '\n', '\r']) {
        let tag = problems.optional_text("skills", tag, 20);
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.len() > 20 {
        problems.add("skills", ProblemCode::TooMany { max: 20 });
    }
    tags
}
