//! Who may choose which letters an account gets: whoever is signed in there, and whoever reads its letters.

use kernel::AccountId;

use crate::{
    Actor, App, Failure, Result,
    letter_key::{self, Scope},
};

/// Somebody who may choose letters of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterReader {
    account: AccountId,
    scope: Scope,
    by_letter: bool,
}

impl LetterReader {
    /// Whoever comes by the link of a letter. It was sent to the address: nothing more is asked for.
    pub(crate) fn by_key(app: &App, key: &str) -> Result<Self> {
        let (account, scope) = letter_key::read(app.keys(), key).ok_or(Failure::NotFound)?;
        Ok(Self {
            account,
            scope,
            by_letter: true,
        })
    }

    /// Itself, when it may choose all of the account's letters; the link that ends letters of one kind does that alone.
    pub(crate) fn of_all(self) -> Result<Self> {
        if self.scope == Scope::All {
            Ok(self)
        } else {
            Err(Failure::NotFound)
        }
    }

    /// Whose letters.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Which of them.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether they are known by a letter, not by their session.
    pub const fn is_by_letter(&self) -> bool {
        self.by_letter
    }
}

impl Actor {
    /// Whoever is signed in, for the letters of the own account.
    pub fn letter_reader(&self) -> Result<LetterReader> {
        Ok(LetterReader {
            account: self.signed_in()?.person().account,
            scope: Scope::All,
            by_letter: false,
        })
    }
}
