//! A document as both engines store it: everything Chinese needs has been worked out before either sees it.

use serde::Deserialize;

use crate::{
    Audience, Document, Facet, Viewer,
    analysis::{Analyzer, Sound},
    config::Config,
};

/// The form of a row. Raise it when rows of the same document come out differently, so that old indexes are rebuilt.
pub(crate) const FORM: u32 = 6;

/// Stands beside the audience of what not everybody may find.
pub(crate) const HIDDEN: &str = "hidden";

/// Where a word may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum TextField {
    #[serde(rename = "title_words")]
    Title,
    #[serde(rename = "trade_words")]
    Trades,
    #[serde(rename = "organisation_words")]
    Organisation,
    #[serde(rename = "pinyin")]
    Pinyin,
    #[serde(rename = "initials")]
    Initials,
    #[serde(rename = "characters")]
    Characters,
    #[serde(rename = "beginnings")]
    Beginnings,
    #[serde(rename = "body_words")]
    Body,
}

impl TextField {
    pub(crate) const ALL: [Self; 8] = [
        Self::Title,
        Self::Trades,
        Self::Organisation,
        Self::Pinyin,
        Self::Initials,
        Self::Characters,
        Self::Beginnings,
        Self::Body,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Title => "title_words",
            Self::Trades => "trade_words",
            Self::Organisation => "organisation_words",
            Self::Pinyin => "pinyin",
            Self::Initials => "initials",
            Self::Characters => "characters",
            Self::Beginnings => "beginnings",
            Self::Body => "body_words",
        }
    }
}

/// Names of the columns that are not text, shared by both engines.
pub(crate) mod column {
    pub(crate) const KEY: &str = "key";
    pub(crate) const DOCUMENT: &str = "document";
    pub(crate) const DIGEST: &str = "digest";
    pub(crate) const AUDIENCE: &str = "audience";
    pub(crate) const JOINED: &str = "joined";
    /// Whether somebody stands behind it; for Meilisearch 1 or 0.
    pub(crate) const LIVING: &str = "living";
    /// How many letters and digits the title has: of titles that answer alike, the question is more of the shorter.
    pub(crate) const TITLE_LENGTH: &str = "title_length";
    /// Numbers to sort by: like the number, with a stand-in where it is unknown, so that unknown comes last.
    pub(crate) const SORT_STARTS: &str = "sort_starts_on";
    pub(crate) const SORT_SEATS: &str = "sort_seats";
    pub(crate) const SORT_PAY: &str = "sort_pay_max_fen";
}

/// Later than any first day.
const NEVER: i64 = 1 << 40;
/// Less than any number of seats or fen.
const UNKNOWN: i64 = -1;

/// A document worked out.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) document: &'a Document,
    pub(crate) key: String,
    pub(crate) digest: String,
    pub(crate) audience: String,
    pub(crate) title_length: i64,
    title: Vec<String>,
    trades: Vec<String>,
    organisation: Vec<String>,
    pinyin: Vec<String>,
    initials: Vec<String>,
    characters: Vec<String>,
    beginnings: Vec<String>,
    body: Vec<String>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(document: &'a Document, analyzer: &Analyzer) -> Self {
        // An organisation is found by its name, not by what sounds like it.
        let title = (!document.is_organisation()).then_some(&document.title);
        let names = || title.into_iter().chain(&document.trades);
        // Where it is counts like who speaks.
        let places = document.province.iter().chain(&document.district);
        let places = places.flat_map(|code| analyzer.words_of_place(code));
        let organisation = analyzer.words(&document.organisation).into_iter().chain(places);
        let sounds: Vec<Sound> = names().flat_map(|name| analyzer.sounds(name)).collect();
        Self {
            document,
            key: key(&document.id),
            digest: document.digest(),
            audience: audience(&document.audience),
            title_length: letters(&document.title),
            title: analyzer.words(&document.title),
            trades: document.trades.iter().flat_map(|trade| analyzer.words(trade)).collect(),
            organisation: organisation.collect(),
            pinyin: distinct(sounds.iter().map(|sound| sound.pinyin.clone())),
            initials: distinct(sounds.into_iter().map(|sound| sound.initials)),
            characters: distinct(names().flat_map(|name| analyzer.characters(name))),
            beginnings: distinct(
                [&document.title, &document.organisation]
                    .iter()
                    .flat_map(|name| analyzer.beginnings(name)),
            ),
            body: analyzer.words(&document.body),
        }
    }

    /// The words of the fields of each rank, the best rank first.
    pub(crate) fn ranked(&self, config: &'a Config) -> impl Iterator<Item = Vec<&str>> {
        config.ranks().map(|fields| {
            let words = fields.iter().flat_map(|field| self.words(field.name));
            words.map(String::as_str).collect()
        })
    }

    fn words(&self, field: TextField) -> &[String] {
        match field {
            TextField::Title => &self.title,
            TextField::Trades => &self.trades,
            TextField::Organisation => &self.organisation,
            TextField::Pinyin => &self.pinyin,
            TextField::Initials => &self.initials,
            TextField::Characters => &self.characters,
            TextField::Beginnings => &self.beginnings,
            TextField::Body => &self.body,
        }
    }

    /// The values of a facet, each once.
    pub(crate) fn values(&self, facet: Facet) -> Vec<&'a str> {
        let document = self.document;
        let mut values: Vec<&str> = match facet {
            Facet::Kind => vec![&document.kind],
            Facet::Industry => document.industries.iter().map(String::as_str).collect(),
            Facet::Province => document.province.as_deref().into_iter().collect(),
            Facet::District => document.district.as_deref().into_iter().collect(),
            Facet::Category => document.categories.iter().map(String::as_str).collect(),
            Facet::Level => document.levels.iter().map(String::as_str).collect(),
        };
        values.retain(|value| !value.is_empty());
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Who may find it, where that is not everybody: few are hidden, so to ask for these is cheaper than to ask for the others.
    pub(crate) fn hidden_from_others(&self) -> impl Iterator<Item = &str> {
        let hidden = self.document.audience != Audience::Public;
        [HIDDEN, self.audience.as_str()].into_iter().filter(move |_| hidden)
    }

    /// The numbers a filter may bound, where they are known.
    pub(crate) fn numbers(&self) -> [(&'static str, Option<i64>); 4] {
        use crate::Number::{PayMax, PublishedAt, Seats, StartsOn};
        let document = self.document;
        [
            (Seats.name(), document.seats),
            (PayMax.name(), document.pay_max_fen),
            (StartsOn.name(), document.starts_on),
            (PublishedAt.name(), Some(document.published_at)),
        ]
    }

    /// The numbers to sort by.
    pub(crate) fn sort_numbers(&self) -> [(&'static str, i64); 3] {
        let document = self.document;
        [
            (column::SORT_STARTS, document.starts_on.unwrap_or(NEVER)),
            (column::SORT_SEATS, document.seats.unwrap_or(UNKNOWN)),
            (column::SORT_PAY, document.pay_max_fen.unwrap_or(UNKNOWN)),
        ]
    }
}

fn letters(text: &str) -> i64 {
    i64::try_from(text.chars().filter(|c| c.is_alphanumeric()).count()).unwrap_or(i64::MAX)
}

fn distinct(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn audience(audience: &Audience) -> String {
    match audience {
        Audience::Public => "public".into(),
        Audience::Organisation(id) => key(&format!("organisation:{id}")),
    }
}

/// The audiences a viewer belongs to.
pub(crate) fn audiences(viewer: &Viewer) -> Vec<String> {
    match viewer {
        Viewer::Public => vec![audience(&Audience::Public)],
        Viewer::Organisation(id) => vec![audience(&Audience::Public), audience(&Audience::Organisation(*id))],
    }
}

/// An id, or a facet's value, in the letters Meilisearch allows in ids and never folds or unescapes in filters: lower
/// case letters, digits and `-` stand for themselves, any other byte for `_` and two hexadecimal digits.
pub(crate) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len() + 2);
    for byte in text.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' {
            key.push(char::from(byte));
        } else {
            key.push('_');
            key.push_str(&kernel::to_hex(&[byte]));
        }
    }
    key
}

/// What [`key`] was made from.
pub(crate) fn unkey(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let [first, tail @ ..] = rest {
        let pair = if *first == b'_' { tail.get(..2) } else { None };
        let byte = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|p| u8::from_str_radix(p, 16).ok());
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_only_what_meilisearch_allows_and_lead_back() {
        for text in ["posting:0190-ab", "机床", "a\"b\\c'd_e", "L3", "", "_", "%20"] {
            let key = key(text);
            assert!(
                key.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
            );
            assert_eq!(unkey(&key), text);
        }
        assert_eq!(unkey("_zz_"), "_zz_");
    }

    #[test]
    fn two_values_never_share_a_key() {
        assert_ne!(key("a_b"), key("a:b"));
        assert_ne!(key("A"), key("a"));
    }
}
