//! Dates in stored data as people write them: `2026-09-01`.

use kernel::{Date, format_date, parse_date};
use serde::{Deserialize, Deserializer, Serializer};

fn read<E: serde::de::Error>(text: &str) -> Result<Date, E> {
    parse_date(text).ok_or_else(|| E::custom(format!("{text} is no date")))
}

/// For a date.
pub(crate) mod day {
    use super::{Date, Deserialize, Deserializer, Serializer, format_date, read};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(crate) fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format_date(*day))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        read(&String::deserialize(deserializer)?)
    }
}

/// For a date that may be missing.
pub(crate) mod maybe {
    use super::{Date, Deserialize, Deserializer, Serializer, format_date, read};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over a reference"
    )]
    pub(crate) fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.serialize_some(&format_date(*day)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .as_deref()
            .map(read)
            .transpose()
    }
}
