//! The evidence of an agreement.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]

mod bytes;
mod proof;
mod story;
