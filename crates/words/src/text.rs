//! Something to say, before the reader's language is known.

use std::{borrow::Cow, fmt::Write as _, sync::Arc};

use kernel::{Date, Fen, Locale, Timestamp};
use minijinja::value::{Object, ObjectRepr, Value};
use serde::{Serialize, Serializer};
use vocabulary::SkillLevel;

use crate::{catalogue, format, spaced};

/// A message of the catalogue with its arguments. Templates print it with the filter `say`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    key: Cow<'static, str>,
    args: Vec<(&'static str, Arg)>,
}

/// What fills a placeholder; written in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Words as they are, such as a name.
    Plain(String),
    /// A count.
    Number(i64),
    /// An amount.
    Money(Fen),
    /// A civil date.
    Date(Date),
    /// A moment, shown as it is on a clock in Shanghai.
    Moment(Timestamp),
    /// A date whose year is known.
    Day(Date),
    /// A time, in minutes.
    Hours(i64),
    /// Metres.
    Distance(i64),
    /// A score of 0..=1000, shown as 0 to 100.
    Score(i64),
    /// A level of skill.
    Level(SkillLevel),
    /// Several things, joined as the language joins them.
    List(Vec<Arg>),
    /// Another message.
    Text(Text),
}

impl Text {
    /// The message `key`.
    pub const fn new(key: &'static str) -> Self {
        Self {
            key: Cow::Borrowed(key),
            args: Vec::new(),
        }
    }

    /// The message `group.code`, for words that stand for codes: `Text::of("kind", "course")`.
    pub fn of(group: &'static str, code: &str) -> Self {
        Self {
            key: Cow::Owned(format!("{group}.{code}")),
            args: Vec::new(),
        }
    }

    /// The same with `{name}` filled.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sentence in `locale`.
    pub fn render(&self, locale: Locale) -> String {
        let args: Vec<(&str, String)> = self
            .args
            .iter()
            .map(|(name, arg)| (*name, arg.render(locale)))
            .collect();
        let borrowed: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
        catalogue::text_with(locale, &self.key, &borrowed)
    }
}

impl Arg {
    /// The argument in `locale`.
    pub fn render(&self, locale: Locale) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Number(number) => format::number(*number),
            Self::Money(amount) => format::money(*amount),
            Self::Date(date) => format::date(locale, *date),
            Self::Moment(at) => format::moment(locale, *at),
            Self::Day(date) => format::day(locale, *date),
            Self::Hours(minutes) => format::hours(locale, *minutes),
            Self::Distance(metres) => format::distance(locale, *metres),
            Self::Score(score) => format::score(*score).to_string(),
            Self::Level(level) => level.name(locale).to_owned(),
            Self::List(items) => {
                let mut out = String::new();
                for (index, item) in items.iter().enumerate() {
                    let joint = match (index, locale) {
                        (0, _) => "",
                        (_, Locale::Zh) => "、",
                        (_, Locale::En) => ", ",
                    };
                    // Writing to a String does not fail.
                    let _ = write!(out, "{joint}{}", item.render(locale));
                }
                out
            }
            Self::Text(text) => text.render(locale),
        }
    }
}

macro_rules! arg_from {
    ($($from:ty => |$value:ident| $arg:expr),* $(,)?) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self {
                $arg
            }
        }
    )*};
}

arg_from! {
    &str => |text| Self::Plain(text.to_owned()),
    String => |text| Self::Plain(text),
    i64 => |number| Self::Number(number),
    i32 => |number| Self::Number(number.into()),
    u32 => |number| Self::Number(number.into()),
    u16 => |number| Self::Number(number.into()),
    u64 => |number| Self::Number(i64::try_from(number).unwrap_or(i64::MAX)),
    usize => |number| Self::Number(i64::try_from(number).unwrap_or(i64::MAX)),
    Fen => |amount| Self::Money(amount),
    Date => |date| Self::Date(date),
    Timestamp => |at| Self::Moment(at),
    SkillLevel => |level| Self::Level(level),
    Text => |text| Self::Text(text),
    Vec<Arg> => |items| Self::List(items),
}

impl Object for Text {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    /// A message says something: `{% if detail %}` asks whether there is one.
    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Printed without the filter `say`, the language is unknown: the key shows where to look.
        f.write_str(&spaced(&self.key))
    }
}

impl Serialize for Text {
    /// Templates receive the message itself, so that the filter `say` can render it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_object(self.clone()).serialize(serializer)
    }
}
