//! Papers as whole files: what can be read from them, and what becomes of a changed byte.

#![expect(
    clippy::unwrap_used,
    reason = "in a test, what should not fail and does is a failure of the test"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration but the environment"
)]

mod reading;
mod sealing;
mod story;
