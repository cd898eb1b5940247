//! Dates as `2026-09-01` in what is stored. Said here, because what the `time` crate would write depends on which of its
//! features somebody else turned on, and findings lie beside signed papers for years.

use kernel::{Date, format_date};
use serde::Serializer;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
pub(crate) fn day<S: Serializer>(date: &Date, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_date(*date))
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over references"
)]
pub(crate) fn maybe_day<S: Serializer>(date: &Option<Date>, out: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => day(date, out),
        None => out.serialize_none(),
    }
}
