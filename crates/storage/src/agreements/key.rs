//! The key of one agreement's own: what it sealed is gone when the key is erased.

use agreement::lifecycle::Agreement;
use kernel::{AgreementId, Chance};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Error, Result},
    keys::{Keys, OwnKey},
};

/// The opened key of one agreement. Whoever holds it has read the agreement, and may read and write what is sealed in it.
#[derive(Debug, Clone)]
pub struct AgreementKey {
    agreement: AgreementId,
    own: OwnKey,
}

/// Where a sealed value stands: what is moved to another place cannot be opened there.
pub(crate) struct Place {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    /// The rest of the row's key, after the agreement.
    pub(super) row: String,
}

impl Place {
    pub(crate) const fn new(table: &'static str, column: &'static str, row: String) -> Self {
        Self { table, column, row }
    }
}

/// Two values that should be of one agreement are not.
#[derive(Debug, thiserror::Error)]
#[error("of another agreement")]
struct Misplaced;

pub(crate) const STATE: Place = Place::new("agreements", "state_enc", String::new());

fn context(id: AgreementId) -> String {
    format!("agreements.sealed_key {id}")
}

impl AgreementKey {
    /// Draws the key of a new agreement, and seals it under the master key.
    pub(super) fn draw(agreement: AgreementId, keys: &Keys, chance: &dyn Chance) -> (Self, Vec<u8>) {
        let (own, sealed) = keys.draw_own(&context(agreement), chance);
        (Self { agreement, own }, sealed)
    }

    pub(super) fn unseal(agreement: AgreementId, keys: &Keys, sealed: &[u8]) -> Result<Self> {
        let own = keys
            .open_own(&context(agreement), sealed)
            .map_err(|error| Error::corrupt("agreements", "sealed_key", agreement, error))?;
        Ok(Self { agreement, own })
    }

    /// Whose key it is.
    pub const fn agreement(&self) -> AgreementId {
        self.agreement
    }

    fn context(&self, place: &Place) -> String {
        format!("{}.{} {} {}", place.table, place.column, self.agreement, place.row)
    }

    fn corrupt(&self, place: &Place, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        let id = format!("{} {}", self.agreement, place.row);
        Error::corrupt(place.table, place.column, id.trim_end(), source)
    }

    pub(crate) fn seal(&self, place: &Place, plaintext: &[u8], chance: &dyn Chance) -> Vec<u8> {
        self.own.seal(&self.context(place), plaintext, chance)
    }

    pub(crate) fn seal_json<T: Serialize>(&self, place: &Place, value: &T, chance: &dyn Chance) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(value).map_err(|error| self.corrupt(place, error))?;
        Ok(self.seal(place, &text, chance))
    }

    pub(crate) fn open_json<T: DeserializeOwned>(&self, place: &Place, sealed: &[u8]) -> Result<T> {
        let opened = self.own.open(&self.context(place), sealed);
        let text = opened.map_err(|error| self.corrupt(place, error))?;
        serde_json::from_slice(&text).map_err(|error| self.corrupt(place, error))
    }

    pub(crate) fn open_bytes(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = self.own.open(&self.context(place), sealed);
        opened.map_err(|error| self.corrupt(place, error))
    }

    pub(super) fn open_state(&self, sealed: &[u8]) -> Result<Agreement> {
        let agreement: Agreement = self.open_json(&STATE, sealed)?;
        self.is_of(&STATE, agreement.id())?;
        Ok(agreement)
    }

    /// Refuses a value of another agreement.
    pub(crate) fn is_of(&self, place: &Place, agreement: AgreementId) -> Result<()> {
        if agreement == self.agreement {
            Ok(())
        } else {
            Err(self.corrupt(place, Misplaced))
        }
    }
}

/// The key of an agreement, for whoever spoils it.
#[cfg(any(test, feature = "planned-failures"))]
pub(crate) fn unsealed(agreement: AgreementId, keys: &Keys, sealed: &[u8]) -> Result<AgreementKey> {
    AgreementKey::unseal(agreement, keys, sealed)
}
