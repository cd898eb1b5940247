//! Money: fen (分), a hundredth of a yuan. Integers only.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Something other than digits and one point.
    #[error("not an amount in yuan")]
    NotANumber,
    /// More than two decimals.
    #[error("more than two decimals")]
    TooFine,
    /// Above a thousand million yuan.
    #[error("too large")]
    TooLarge,
}

impl Fen {
    /// `fen` hundredths of a yuan.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// `yuan` whole yuan.
    pub const fn from_yuan(yuan: i64) -> Self {
        Self(yuan * 100)
    }

    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads yuan as people type them: `5000`, `5,000.50`, `￥5000`, `5000元`.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyError> {
        let plain: String = text
            .trim()
            .trim_start_matches(['¥', '￥'])
            .trim_end_matches('元')
            .chars()
            .filter(|c| !matches!(c, ',' | '，' | ' '))
            .collect();
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::NotANumber);
        }
        if decimals.len() > 2 {
            return Err(MoneyError::TooFine);
        }
        if whole.len() > 9 {
            return Err(MoneyError::TooLarge);
        }
        let yuan: i64 = whole.parse().map_err(|_| MoneyError::NotANumber)?;
        let cents: i64 = format!("{decimals:0<2}").parse().map_err(|_| MoneyError::NotANumber)?;
        Ok(Self(yuan * 100 + cents))
    }
}

impl fmt::Display for Fen {
    /// Yuan without grouping, decimals only when there are some: `5000`, `5000.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, amount) = if self.0 < 0 { ("-", -self.0) } else { ("", self.0) };
        match amount % 100 {
            0 => write!(f, "{sign}{}", amount / 100),
            cents => write!(f, "{sign}{}.{cents:02}", amount / 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_as_people_type_them() {
        for (typed, fen) in [
            ("5000", 500_000),
            ("5,000.5", 500_050),
            ("￥27.40", 2_740),
            ("88元", 8_800),
        ] {
            assert_eq!(Fen::parse_yuan(typed), Ok(Fen(fen)), "{typed}");
        }
        assert_eq!(Fen::parse_yuan("面议"), Err(MoneyError::NotANumber));
        assert_eq!(Fen::parse_yuan(""), Err(MoneyError::NotANumber));
        assert_eq!(Fen::parse_yuan("1.005"), Err(MoneyError::TooFine));
        assert_eq!(Fen::parse_yuan("9999999999"), Err(MoneyError::TooLarge));
        assert_eq!(Fen::parse_yuan("-5"), Err(MoneyError::NotANumber));
    }

    #[test]
    fn an_amount_prints_what_it_read() {
        assert_eq!(
            Fen::parse_yuan("5000.50").map(|fen| fen.to_string()),
            Ok("5000.50".to_owned())
        );
        assert_eq!(Fen::from_yuan(3).to_string(), "3");
    }
}
