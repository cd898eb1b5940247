//! Records, weeks and hours: their tables, their stories, their laws.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

mod hours;
mod laws;
mod record;
mod rights;
mod support;
mod table;
mod week;
