//! How words become values and values become words again.

use std::fmt;

use kernel::{Date, Fen, Locale, format_date, parse_date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use vocabulary::{SkillLevel, Vocabulary};

use super::{
    choice::Choice,
    draft::ProblemCode,
    field::{CodeList, Kind},
};

/// A day, `2026-09-01` in data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// This date.
    pub const fn new(date: Date) -> Self {
        Self(date)
    }

    /// The date.
    pub const fn date(self) -> Date {
        self.0
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_date(self.0))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Only the one spelling that is written: two bodies that differ in bytes must differ in meaning.
        parse_date(&text)
            .map(Self)
            .filter(|day| day.to_string() == text)
            .ok_or_else(|| D::Error::custom("not a day like 2026-09-01"))
    }
}

/// A length of time in minutes, typed and shown in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(i64);

impl Minutes {
    /// This many minutes.
    pub const fn new(minutes: i64) -> Self {
        Self(minutes)
    }

    /// How many minutes.
    pub const fn minutes(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Minutes {
    /// Hours with at most two decimals: `8`, `7.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0 * 100 / 60;
        match hundredths % 100 {
            0 => write!(f, "{}", hundredths / 100),
            part if part % 10 == 0 => write!(f, "{}.{}", hundredths / 100, part / 10),
            part => write!(f, "{}.{part:02}", hundredths / 100),
        }
    }
}

/// The number of an identity document. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdNumber(String);

impl IdNumber {
    /// This number, without spaces and in capital letters.
    pub fn new(number: &str) -> Self {
        Self(
            number
                .chars()
                .filter(|c| !c.is_whitespace() && !c.is_control())
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        )
    }

    /// The number itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(..)")
    }
}

/// A value that a field may hold.
pub(crate) trait Value: Sized {
    /// Reads what was typed.
    fn read(words: &str, kind: &Kind, vocabulary: &Vocabulary) -> Result<Self, ProblemCode>;
    /// What has to be typed to get this value.
    fn words(&self) -> String;
}

/// Words without space around them and without control characters: no database takes a NUL, no page shows the others.
pub(crate) fn clean(words: &str) -> String {
    words
        .trim()
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect()
}

fn short(words: String, max: usize) -> Result<String, ProblemCode> {
    if words.chars().count() > max {
        Err(ProblemCode::TooLong { max })
    } else {
        Ok(words)
    }
}

fn unknown(words: &str) -> ProblemCode {
    ProblemCode::Unknown {
        typed: words.to_owned(),
    }
}

fn coded(words: &str, list: CodeList, vocabulary: &Vocabulary) -> Result<String, ProblemCode> {
    let found = match list {
        CodeList::Region => {
            let district = vocabulary.district(words).or_else(|| vocabulary.district_named(words));
            let province = || vocabulary.province(words).or_else(|| vocabulary.province_named(words));
            district
                .map(|district| district.code.clone())
                .or_else(|| province().map(|province| province.code.clone()))
        }
        CodeList::Occupation => vocabulary
            .occupation(words)
            .or_else(|| vocabulary.find_occupation_by_name(words))
            .map(|occupation| occupation.code.clone()),
        CodeList::SkillLevel => SkillLevel::from_code(words).map(|level| level.code().to_owned()),
        CodeList::CreditCode => return short(words.replace(' ', "").to_uppercase(), 40),
        CodeList::Mode => vocabulary.mode(words).map(|mode| mode.code.clone()),
    };
    found.ok_or_else(|| unknown(words))
}

impl Value for String {
    fn read(words: &str, kind: &Kind, vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        let words = clean(words);
        match kind {
            Kind::Code { list } => coded(&words, *list, vocabulary),
            Kind::Text { max } => short(words.replace('\n', " "), *max),
            Kind::Rich { max } | Kind::Lines { max } => short(words, *max),
            _ => Ok(words),
        }
    }

    fn words(&self) -> String {
        self.clone()
    }
}

impl Value for IdNumber {
    fn read(words: &str, kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        let number = Self::new(words);
        match *kind {
            Kind::Text { max } if number.0.chars().count() > max => Err(ProblemCode::TooLong { max }),
            _ => Ok(number),
        }
    }

    fn words(&self) -> String {
        self.0.clone()
    }
}

/// One sentence on each line, or codes with spaces between.
impl Value for Vec<String> {
    fn read(words: &str, kind: &Kind, vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        let words = clean(words);
        if let Kind::Codes { list } = kind {
            return words
                .split_whitespace()
                .map(|word| coded(word, *list, vocabulary))
                .collect();
        }
        words
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| String::read(line, kind, vocabulary))
            .collect()
    }

    fn words(&self) -> String {
        self.join("\n")
    }
}

impl<T: Choice> Value for T {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        T::from_code(words.trim()).ok_or(ProblemCode::NotAChoice)
    }

    fn words(&self) -> String {
        self.code().to_owned()
    }
}

/// What is typed to say that none of a list is meant.
pub const NONE_OF_THEM: &str = "none";

impl<T: Choice> Value for Vec<T> {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        if words.trim() == NONE_OF_THEM {
            return Ok(Self::new());
        }
        let chosen: Vec<T> = words
            .split_whitespace()
            .map(|word| T::from_code(word).ok_or(ProblemCode::NotAChoice))
            .collect::<Result<_, _>>()?;
        // In the order of the list and each once, so that the same choice is the same body.
        Ok(T::VALUES
            .iter()
            .copied()
            .filter(|value| chosen.contains(value))
            .collect())
    }

    fn words(&self) -> String {
        if self.is_empty() {
            return NONE_OF_THEM.to_owned();
        }
        self.iter().map(|value| value.code()).collect::<Vec<_>>().join(" ")
    }
}

impl Value for Day {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        parse_date(words).map(Self).ok_or(ProblemCode::NotADate)
    }

    fn words(&self) -> String {
        self.to_string()
    }
}

impl Value for i64 {
    fn read(words: &str, kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        let number = words.trim().parse().map_err(|_| ProblemCode::NotANumber)?;
        match *kind {
            Kind::Int { min, max } if !(min..=max).contains(&number) => Err(ProblemCode::OutOfRange { min, max }),
            _ => Ok(number),
        }
    }

    fn words(&self) -> String {
        self.to_string()
    }
}

impl Value for Minutes {
    fn read(words: &str, kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        let words = words.trim().trim_end_matches("小时");
        let (whole, part) = words.split_once('.').unwrap_or((words, "0"));
        let digits = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 {
            return Err(ProblemCode::NotANumber);
        }
        let whole: i64 = whole.parse().map_err(|_| ProblemCode::NotANumber)?;
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| ProblemCode::NotANumber)?;
        let minutes = whole * 60 + part * 60 / 100;
        match *kind {
            Kind::Hours { max } if minutes > max => Err(ProblemCode::OutOfRange { min: 0, max: max / 60 }),
            // What cannot be shown as it was typed would be signed as something else.
            _ if part * 60 % 100 != 0 => Err(ProblemCode::NotANumber),
            _ => Ok(Self(minutes)),
        }
    }

    fn words(&self) -> String {
        self.to_string()
    }
}

impl Value for Fen {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        Self::parse_yuan(words).map_err(|_| ProblemCode::NotMoney)
    }

    fn words(&self) -> String {
        self.to_string()
    }
}

impl Value for bool {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        match words.trim() {
            "true" | "yes" | "on" | "是" => Ok(true),
            "false" | "no" | "off" | "否" => Ok(false),
            _ => Err(ProblemCode::NotAChoice),
        }
    }

    fn words(&self) -> String {
        self.to_string()
    }
}

impl Value for SkillLevel {
    fn read(words: &str, _kind: &Kind, _vocabulary: &Vocabulary) -> Result<Self, ProblemCode> {
        Self::from_code(words)
            .or_else(|| Self::from_name(words))
            .ok_or_else(|| unknown(words.trim()))
    }

    fn words(&self) -> String {
        self.code().to_owned()
    }
}

/// The name of a code in the document; the code itself where no vocabulary has it any more.
pub(crate) fn region_name(code: &str, vocabulary: &Vocabulary) -> String {
    if let Some(district) = vocabulary.district(code) {
        return format!("上海市{}", district.name(Locale::Zh));
    }
    vocabulary
        .province(code)
        .map_or_else(|| code.to_owned(), |province| province.name(Locale::Zh).to_owned())
}
