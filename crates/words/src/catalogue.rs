//! The catalogue: messages by key, in every language.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use kernel::Locale;
use serde::Deserialize;

use crate::spacing;

/// Every file of the catalogue, one per area.
const FILES: &[(&str, &str)] = &[
    ("agreement_acts", include_str!("../catalogue/agreement_acts.toml")),
    ("agreement_file", include_str!("../catalogue/agreement_file.toml")),
    ("agreement_pages", include_str!("../catalogue/agreement_pages.toml")),
    ("agreement_running", include_str!("../catalogue/agreement_running.toml")),
    ("claim", include_str!("../catalogue/claim.toml")),
    ("common", include_str!("../catalogue/common.toml")),
    ("demand", include_str!("../catalogue/demand.toml")),
    ("demo", include_str!("../catalogue/demo.toml")),
    ("error", include_str!("../catalogue/error.toml")),
    ("finding", include_str!("../catalogue/finding.toml")),
    ("flash", include_str!("../catalogue/flash.toml")),
    ("home", include_str!("../catalogue/home.toml")),
    ("import", include_str!("../catalogue/import.toml")),
    ("layout", include_str!("../catalogue/layout.toml")),
    ("letters", include_str!("../catalogue/letters.toml")),
    ("letters_agreement", include_str!("../catalogue/letters_agreement.toml")),
    ("letters_running", include_str!("../catalogue/letters_running.toml")),
    ("mail", include_str!("../catalogue/mail.toml")),
    ("mail_settings", include_str!("../catalogue/mail_settings.toml")),
    ("mail_room", include_str!("../catalogue/mail_room.toml")),
    ("members", include_str!("../catalogue/members.toml")),
    ("names", include_str!("../catalogue/names.toml")),
    ("notices", include_str!("../catalogue/notices.toml")),
    ("operator", include_str!("../catalogue/operator.toml")),
    ("organisation", include_str!("../catalogue/organisation.toml")),
    ("params", include_str!("../catalogue/params.toml")),
    ("post", include_str!("../catalogue/post.toml")),
    ("post_form", include_str!("../catalogue/post_form.toml")),
    ("problem", include_str!("../catalogue/problem.toml")),
    ("proof", include_str!("../catalogue/proof.toml")),
    ("questions", include_str!("../catalogue/questions.toml")),
    ("reason", include_str!("../catalogue/reason.toml")),
    ("refusals", include_str!("../catalogue/refusals.toml")),
    ("record_pages", include_str!("../catalogue/record_pages.toml")),
    ("records", include_str!("../catalogue/records.toml")),
    ("register", include_str!("../catalogue/register.toml")),
    ("search", include_str!("../catalogue/search.toml")),
    ("searches", include_str!("../catalogue/searches.toml")),
    ("sign", include_str!("../catalogue/sign.toml")),
    ("signing", include_str!("../catalogue/signing.toml")),
    ("trades", include_str!("../catalogue/trades.toml")),
    ("training_choices", include_str!("../catalogue/training_choices.toml")),
    ("training_fields", include_str!("../catalogue/training_fields.toml")),
    ("training_plain", include_str!("../catalogue/training_plain.toml")),
    ("training_rules", include_str!("../catalogue/training_rules.toml")),
    ("verify", include_str!("../catalogue/verify.toml")),
    ("workspace", include_str!("../catalogue/workspace.toml")),
];

/// A message in every language, as it stands in its file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

/// A message cut at its placeholders.
type Message = Vec<Part>;

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Place(String),
    Plural { count: String, one: String, many: String },
}

struct Catalogue {
    messages: HashMap<String, [Message; 2]>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let messages = entries()
        .into_iter()
        .map(|(_, key, entry)| (key, [cut(&spacing::spaced(&entry.zh)), cut(&entry.en)]))
        .collect();
    Catalogue { messages }
});

/// Every message with the file it stands in, in the files' order.
///
/// # Panics
/// When a file of the catalogue is not what the tests have checked it to be.
pub fn entries() -> Vec<(&'static str, String, Entry)> {
    FILES
        .iter()
        .flat_map(|(file, text)| {
            let table: BTreeMap<String, Entry> =
                toml::from_str(text).expect("the embedded catalogue is checked by tests");
            table.into_iter().map(move |(key, entry)| (*file, key, entry))
        })
        .collect()
}

/// Whether the catalogue has `key`.
pub fn has(key: &str) -> bool {
    CATALOGUE.messages.contains_key(key)
}

/// The message `key` in `locale`. A key that does not exist (tests look for them) shows itself.
pub fn text(locale: Locale, key: &str) -> String {
    text_with(locale, key, &[])
}

/// The message `key` in `locale` with its placeholders filled.
pub fn text_with(locale: Locale, key: &str, args: &[(&str, &str)]) -> String {
    fill(locale, key, args).unwrap_or_else(|| key.to_owned())
}

/// The message, or `None` when the catalogue lacks the key. A placeholder nobody filled stays visible.
pub(crate) fn fill(locale: Locale, key: &str, args: &[(&str, &str)]) -> Option<String> {
    let message = &CATALOGUE.messages.get(key)?[match locale {
        Locale::Zh => 0,
        Locale::En => 1,
    }];
    if let [Part::Words(words)] = message.as_slice() {
        return Some(words.clone());
    }
    let find = |name: &str| args.iter().find(|(have, _)| *have == name).map(|(_, value)| *value);
    let mut out = String::new();
    for part in message {
        match part {
            Part::Words(words) => spacing::push(&mut out, words),
            Part::Place(name) => match (find(name), locale) {
                (Some(value), Locale::Zh) => spacing::push(&mut out, value),
                (Some(value), Locale::En) => out.push_str(value),
                (None, _) => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            },
            Part::Plural { count, one, many } => out.push_str(if find(count) == Some("1") { one } else { many }),
        }
    }
    Some(out)
}

fn cut(text: &str) -> Message {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        if open > 0 {
            parts.push(Part::Words(rest[..open].to_owned()));
        }
        let inside = &rest[open + 1..open + length];
        parts.push(match inside.split('|').collect::<Vec<_>>().as_slice() {
            [count, one, many] => Part::Plural {
                count: (*count).to_owned(),
                one: (*one).to_owned(),
                many: (*many).to_owned(),
            },
            _ => Part::Place(inside.to_owned()),
        });
        rest = &rest[open + length + 1..];
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Words(rest.to_owned()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names a message wants filled, sorted.
    fn places(text: &str) -> Vec<String> {
        let mut names: Vec<String> = cut(text)
            .into_iter()
            .filter_map(|part| match part {
                Part::Words(_) => None,
                Part::Place(name) | Part::Plural { count: name, .. } => Some(name),
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn every_key_stands_once_and_in_both_languages_with_the_same_placeholders() {
        let mut seen = HashMap::new();
        for (file, key, entry) in entries() {
            assert!(
                !entry.zh.trim().is_empty() && !entry.en.trim().is_empty(),
                "{key} lacks a language"
            );
            assert_eq!(places(&entry.zh), places(&entry.en), "placeholders of {key}");
            assert!(key.contains('.'), "{key} names no group");
            if let Some(other) = seen.insert(key.clone(), file) {
                panic!("{key} stands in {other}.toml and in {file}.toml");
            }
        }
    }

    #[test]
    fn chinese_messages_hold_no_typed_spaces_and_no_ascii_punctuation_between_characters() {
        for (_, key, entry) in entries() {
            let chars: Vec<char> = entry.zh.chars().collect();
            for pair in chars.windows(2) {
                let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
                assert!(
                    !(han(pair[0]) && ",;:!?() ".contains(pair[1])) || entry.zh.contains(" · "),
                    "{key}: {:?} in {}",
                    pair,
                    entry.zh
                );
            }
        }
    }

    #[test]
    fn english_messages_are_english() {
        for (_, key, entry) in entries() {
            let han = entry
                .en
                .chars()
                .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
                .count();
            assert!(han == 0 || entry.en.contains('('), "{key}: {}", entry.en);
        }
    }

    #[test]
    fn plurals_follow_the_count() {
        let message = cut("{n} {n|post|posts} found");
        assert_eq!(message.len(), 4);
        assert_eq!(places("{n} {n|post|posts} by {who}"), ["n", "who"]);
    }
}
