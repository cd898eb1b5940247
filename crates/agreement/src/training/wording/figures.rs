//! How numbers, days, amounts and lists are written in the document.

use kernel::{Fen, Locale};
use vocabulary::SkillLevel;

use super::BLANK;
use crate::training::{
    choice::Choice,
    value::{Day, Minutes},
};

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// A number below a hundred in Chinese: 一, 十二, 四十.
pub(super) fn ordinal(number: usize) -> String {
    let (tens, ones) = (number / 10, number % 10);
    let mut out = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => format!("{}十", DIGITS[tens % 10]),
    };
    if ones > 0 || tens == 0 {
        out.push_str(DIGITS[ones]);
    }
    out
}

/// `第三条`.
pub(super) fn article(number: usize) -> String {
    format!("第{}条", ordinal(number))
}

pub(super) fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_else(|| BLANK.to_owned())
}

pub(super) fn day(value: Option<Day>) -> String {
    value.map_or_else(|| BLANK.to_owned(), |day| date(day.date()))
}

/// `2026年9月1日`.
pub(super) fn date(date: kernel::Date) -> String {
    format!("{}年{}月{}日", date.year(), u8::from(date.month()), date.day())
}

pub(super) fn yuan(value: Option<Fen>) -> String {
    value.map_or_else(|| BLANK.to_owned(), |amount| format!("{amount}元"))
}

pub(super) fn number(value: Option<i64>) -> String {
    value.map_or_else(|| BLANK.to_owned(), |number| number.to_string())
}

pub(super) fn hours(value: Option<Minutes>) -> String {
    value.map_or_else(|| BLANK.to_owned(), |hours| hours.to_string())
}

pub(super) fn choice<T: Choice>(value: Option<T>) -> &'static str {
    value.map_or(BLANK, Choice::name)
}

pub(super) fn level(value: Option<SkillLevel>) -> &'static str {
    value.map_or(BLANK, |level| level.name(Locale::Zh))
}

/// Names with 、 between.
pub(super) fn names<T: Choice>(values: &[T]) -> String {
    values.iter().map(|value| value.name()).collect::<Vec<_>>().join("、")
}

/// One of two wordings, or a blank where nobody decided.
pub(super) fn either(value: Option<bool>, yes: &str, no: &str) -> String {
    match value {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => BLANK.to_owned(),
    }
}

/// Paragraphs `（一）…`, each on its own line.
pub(super) fn items<I: IntoIterator<Item = String>>(entries: I) -> String {
    entries
        .into_iter()
        .enumerate()
        .map(|(index, entry)| format!("（{}）{}", ordinal(index + 1), stop(entry.trim())))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The sentence with a full stop where people left it out.
pub(super) fn stop(sentence: &str) -> String {
    let ended = sentence.ends_with(['。', '！', '？', '；', '.', '】']);
    if ended {
        sentence.to_owned()
    } else {
        format!("{sentence}。")
    }
}

/// Paragraphs that somebody wrote, each with its full stop.
pub(super) fn paragraphs(value: Option<&String>) -> String {
    value.map_or_else(
        || BLANK.to_owned(),
        |text| {
            text.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(stop)
                .collect::<Vec<_>>()
                .join("\n")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_numbered_as_in_laws() {
        let shown: Vec<String> = [1, 9, 10, 11, 20, 21, 35, 50].into_iter().map(article).collect();
        assert_eq!(
            shown,
            [
                "第一条",
                "第九条",
                "第十条",
                "第十一条",
                "第二十条",
                "第二十一条",
                "第三十五条",
                "第五十条"
            ]
        );
    }

    #[test]
    fn a_sentence_ends_once() {
        assert_eq!(stop("按时参加学习"), "按时参加学习。");
        assert_eq!(stop("按时参加学习。"), "按时参加学习。");
    }
}
