//! The lifecycle of an agreement: its table, its stories, its laws.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

mod later;
mod laws;
mod signing;
mod support;
mod table;
