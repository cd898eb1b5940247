//! The template environment that pages and letters share.

use kernel::{Date, Fen, Locale, Timestamp};
use minijinja::{
    Environment, Error, ErrorKind, State, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Kwargs, Value, ValueKind},
};

use crate::{Text, catalogue, format, text::Arg};

/// An environment that is strict about undefined names and escapes in `.html` files.
///
/// Function `t(key, **arguments)` says a message in the language of the variable `lang`; `pay(from, to)` and `period(from, until)`
/// write ranges. Filters: `say` (a [`Text`]), `date`, `day`, `weekday`, `moment`, `relative` (reads the variable `today`),
/// `hours` and `clock` (minutes), `money`, `number`, `score` (0..=1000 as 0..=100), `distance`.
pub fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    // Only the white space differs from the default, which always builds; were it refused, pages would be longer, no more.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    env.add_function("t", t);
    env.add_function(
        "pay",
        |state: &State, from: &Value, to: &Value| -> Result<Value, Error> {
            Ok(Value::from(format::pay(locale(state)?, fen(from)?, fen(to)?)))
        },
    );
    env.add_function(
        "period",
        |state: &State, from: &Value, until: &Value| -> Result<String, Error> {
            Ok(format::period(
                locale(state)?,
                optional_date(from)?,
                optional_date(until)?,
            ))
        },
    );
    env.add_filter("say", say);
    env.add_filter("date", |state: &State, value: &Value| -> Result<String, Error> {
        Ok(format::date(locale(state)?, date(value)?))
    });
    env.add_filter("day", |state: &State, value: &Value| -> Result<String, Error> {
        Ok(format::day(locale(state)?, date(value)?))
    });
    env.add_filter(
        "weekday",
        |state: &State, value: &Value| -> Result<&'static str, Error> {
            Ok(format::weekday(locale(state)?, date(value)?))
        },
    );
    env.add_filter("hours", |state: &State, minutes: i64| -> Result<String, Error> {
        Ok(format::hours(locale(state)?, minutes))
    });
    env.add_filter("clock", format::clock);
    env.add_filter("moment", |state: &State, at: i64| -> Result<String, Error> {
        Ok(format::moment(locale(state)?, Timestamp::from_micros(at)))
    });
    env.add_filter("relative", |state: &State, value: &Value| -> Result<String, Error> {
        let today = state
            .lookup("today")
            .ok_or_else(|| wrong("the variable `today` is missing"))?;
        let (locale, today) = (locale(state)?, date(&today)?);
        Ok(match i64::try_from(value.clone()) {
            Ok(at) => format::relative_moment(locale, Timestamp::from_micros(at), today),
            Err(_) => format::relative(locale, date(value)?, today),
        })
    });
    env.add_filter("money", |amount: i64| format::money(Fen::new(amount)));
    env.add_filter("number", format::number);
    env.add_filter("score", format::score);
    env.add_filter("distance", |state: &State, metres: i64| -> Result<String, Error> {
        Ok(format::distance(locale(state)?, metres))
    });
    env
}

fn wrong(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, detail.into())
}

/// The language of the page or letter being rendered.
fn locale(state: &State) -> Result<Locale, Error> {
    let lang = state
        .lookup("lang")
        .ok_or_else(|| wrong("the variable `lang` is missing"))?;
    lang.as_str()
        .and_then(Locale::from_code)
        .ok_or_else(|| wrong(format!("no language {lang}")))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "minijinja hands keyword arguments over by value"
)]
fn t(state: &State, key: &str, kwargs: Kwargs) -> Result<String, Error> {
    let locale = locale(state)?;
    let mut args = Vec::new();
    for name in kwargs.args() {
        let value: Value = kwargs.get(name)?;
        args.push((name, spoken(locale, &value)));
    }
    let borrowed: Vec<(&str, &str)> = args.iter().map(|(name, text)| (*name, text.as_str())).collect();
    catalogue::fill(locale, key, &borrowed).ok_or_else(|| wrong(format!("the catalogue lacks {key}")))
}

/// A value as an argument: counts are grouped, messages are said.
fn spoken(locale: Locale, value: &Value) -> String {
    if let Some(text) = value.downcast_object_ref::<Text>() {
        return text.render(locale);
    }
    if value.kind() == ValueKind::Number
        && let Ok(number) = i64::try_from(value.clone())
    {
        return Arg::Number(number).render(locale);
    }
    value.to_string()
}

fn say(state: &State, value: &Value) -> Result<String, Error> {
    match value.downcast_object_ref::<Text>() {
        Some(text) if catalogue::has(text.key()) => Ok(text.render(locale(state)?)),
        Some(text) => Err(wrong(format!("the catalogue lacks {}", text.key()))),
        None => Err(wrong("`say` takes a message")),
    }
}

/// A date as serde hands it over: `2026-09-01`, or year and day of the year.
fn date(value: &Value) -> Result<Date, Error> {
    optional_date(value)?.ok_or_else(|| wrong("a date is missing"))
}

fn optional_date(value: &Value) -> Result<Option<Date>, Error> {
    if value.is_none() {
        return Ok(None);
    }
    let found = if let Some(text) = value.as_str() {
        kernel::parse_date(text)
    } else {
        let part = |index: i64| {
            value
                .get_item(&Value::from(index))
                .ok()
                .and_then(|part| i64::try_from(part).ok())
        };
        let year = part(0).and_then(|year| i32::try_from(year).ok());
        let ordinal = part(1).and_then(|ordinal| u16::try_from(ordinal).ok());
        year.zip(ordinal)
            .and_then(|(year, ordinal)| Date::from_ordinal_date(year, ordinal).ok())
    };
    found.map(Some).ok_or_else(|| wrong(format!("not a date: {value}")))
}

fn fen(value: &Value) -> Result<Option<Fen>, Error> {
    if value.is_none() {
        return Ok(None);
    }
    i64::try_from(value.clone()).map(|amount| Some(Fen::new(amount)))
}

#[cfg(test)]
mod tests {
    use minijinja::{context, value::Serde};
    use time::macros::date;

    use super::*;

    fn render(template: &str, lang: &str) -> Result<String, Error> {
        let page = context! {
            lang,
            today => Value::from(Serde(date!(2026 - 11 - 20))),
            day => Value::from(Serde(date!(2026 - 09 - 01))),
            nothing => Value::from(()),
            said => Value::from(Serde(Text::new("common.days_ago").with("n", 3))),
        };
        environment().render_str(template, page)
    }

    #[test]
    fn the_language_decides_what_is_said() {
        assert_eq!(
            render("{{ t('common.days_ago', n=1200) }}", "en").unwrap(),
            "1,200 days ago"
        );
        assert_eq!(
            render("{{ t('common.days_ago', n=3) }}", "zh").unwrap(),
            "3\u{2009}天前"
        );
        assert_eq!(render("{{ said|say }}", "en").unwrap(), "3 days ago");
        assert_eq!(render("{% if said %}yes{% endif %}", "en").unwrap(), "yes");
        assert_eq!(render("{{ day|date }}", "zh").unwrap(), "2026年9月1日");
        assert_eq!(render("{{ period(day, nothing) }}", "en").unwrap(), "from 1 Sep 2026");
        assert_eq!(render("{{ pay(400000, 600000) }}", "zh").unwrap(), "¥4,000–6,000/月");
        assert_eq!(render("{{ 867|score }}", "zh").unwrap(), "86");
    }

    #[test]
    fn what_does_not_exist_is_an_error_and_not_an_empty_place() {
        assert!(render("{{ t('common.no_such_key') }}", "zh").is_err());
        assert!(render("{{ nobody }}", "zh").is_err());
        assert!(render("{{ day|say }}", "zh").is_err());
    }
}
