//! What every other crate stands on: ids, moments, civil dates, chance, money, locale, e-mail addresses and the two
//! Chinese code checks (统一社会信用代码, 居民身份证号).
//!
//! Pure: nothing here reads a clock, draws chance, or touches a file. Time and chance come in as [`Clock`] and [`Chance`].

mod chance;
mod clock;
mod code;
mod criterion;
mod date;
mod email;
mod hex;
mod id;
mod locale;
mod money;
mod posting_kind;
mod tables;

pub use chance::{Chance, SeededChance};
pub use clock::{Clock, FixedClock, Timestamp};
pub use code::{CreditCode, CreditCodeError, RegistrarKind, ResidentId, ResidentIdError, Sex, organisation_check};
pub use criterion::{Criterion, Muted};
pub use date::{Date, age_on, format_date, months_between, parse_date, shanghai_date};
pub use email::{EmailAddress, EmailAddressError};
pub use hex::{from_hex, to_hex};
pub use id::*;
pub use locale::Locale;
pub use money::{Fen, MoneyError};
pub use posting_kind::{PostingKind, Side};
