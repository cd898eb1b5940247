//! How a repository hangs on a transaction.

/// Declares a repository and the methods of transactions that lead to it: one that reads, of any transaction, and one that writes
/// as well, of a transaction that does.
macro_rules! repository {
    ($(#[$doc:meta])* $name:ident, $method:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'t>(&'t mut $crate::db::Reads);

        impl $crate::db::Reads {
            $(#[$doc])*
            pub fn $method(&mut self) -> $name<'_> {
                $name(self)
            }
        }

        impl $crate::db::Tx<$crate::db::Write> {
            $(#[$doc])*
            pub fn $method(&mut self) -> $crate::repository::Writing<$name<'_>> {
                $crate::repository::Writing::new($name(self))
            }
        }
    };
}
pub(crate) use repository;

use std::{
    collections::HashMap,
    hash::Hash as Key,
    ops::{Deref, DerefMut},
};

use kernel::Timestamp;
use uuid::Uuid;

use crate::error::{Error, Result};

/// A repository that writes as well as it reads.
#[derive(Debug)]
pub struct Writing<R> {
    // Has a name, so that what a repository holds is reached through it as through the repository itself.
    reads: R,
}

impl<R> Writing<R> {
    pub(crate) const fn new(reads: R) -> Self {
        Self { reads }
    }
}

impl<R> Deref for Writing<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.reads
    }
}

impl<R> DerefMut for Writing<R> {
    fn deref_mut(&mut self) -> &mut R {
        &mut self.reads
    }
}

/// A part of a longer list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The most rows wanted.
    pub limit: i64,
    /// Rows to leave out first.
    pub offset: i64,
}

impl Page {
    /// The first `limit` rows.
    pub const fn first(limit: i64) -> Self {
        Self { limit, offset: 0 }
    }
}

/// The SHA-256 of a token, a code or a file.
pub type Hash = [u8; 32];

pub(crate) fn moment(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

pub(crate) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::micros)
}

pub(crate) fn hash(table: &'static str, column: &'static str, id: Uuid, bytes: &[u8]) -> Result<Hash> {
    bytes
        .try_into()
        .map_err(|error: std::array::TryFromSliceError| Error::corrupt(table, column, id, error))
}

/// Puts what was found in the order in which it was asked for.
pub(crate) fn in_order_of<T, K: Key + Eq + Copy>(found: &mut [T], asked: &[K], key: impl Fn(&T) -> K) {
    let places: HashMap<K, usize> = asked.iter().copied().zip(0..).collect();
    found.sort_by_key(|one| places.get(&key(one)).copied());
}

/// What a counting statement answers.
#[derive(sqlx_macros::FromRow)]
pub(crate) struct Count {
    pub(crate) n: i64,
}

/// `INSERT .. ON CONFLICT DO NOTHING` wrote its row, or the id was taken: then it is somebody else's.
pub(crate) fn written(rows: u64, table: &'static str, id: Uuid) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::Conflict { table, id })
    }
}
