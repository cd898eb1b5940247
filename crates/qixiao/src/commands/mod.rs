//! The commands, each a short story told with operations.

mod admin;
mod agreement;
mod files;
mod look;

pub(crate) use self::agreement::agreement;
pub(crate) use admin::{add_operator, backup, check, demo, doctor, migrate, reindex, restore};
pub(crate) use files::{import, match_files};
pub(crate) use look::search;
