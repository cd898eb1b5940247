//! The languages the product speaks.

use serde::{Deserialize, Serialize};

/// A language of pages and letters. Chinese comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl Locale {
    /// Every locale, the default first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The short code: `zh`, `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The tag of BCP 47 for `lang` attributes: `zh-CN`, `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The locale of a short code, or of a tag that starts with it.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| primary.eq_ignore_ascii_case(locale.code()))
    }

    /// The best locale for an `Accept-Language` header (RFC 9110 section 12.5.4); the default when nothing fits.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0, Self::default());
        for item in header.split(',') {
            let (tag, weight) = item
                .split_once(";q=")
                .map_or((item, 1_000), |(tag, q)| (tag, thousandths(q)));
            if let Some(locale) = Self::from_code(tag.trim())
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }
}

/// A quality value `0`..`1` with up to three decimals, in thousandths; 0 when malformed.
fn thousandths(text: &str) -> u32 {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let padded: String = decimals.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), padded.parse::<u32>()) {
        (Ok(whole), Ok(rest)) => (whole * 1_000 + rest).min(1_000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_chooses_the_language() {
        assert_eq!(Locale::from_accept_language("en-GB,en;q=0.9,zh;q=0.8"), Locale::En);
        assert_eq!(Locale::from_accept_language("de, zh-TW;q=0.5, en;q=0.4"), Locale::Zh);
        assert_eq!(Locale::from_accept_language(""), Locale::Zh);
        assert_eq!(Locale::from_accept_language("fr"), Locale::Zh);
    }
}
