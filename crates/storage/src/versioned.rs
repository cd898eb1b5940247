//! A value as it was read, with the version it was read at.

/// A value as it was read, with the version it was read at. Only a load makes one, so only what was loaded can be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    value: T,
    version: i64,
}

impl<T> Versioned<T> {
    pub(crate) const fn new(value: T, version: i64) -> Self {
        Self { value, version }
    }

    /// The version it was read at.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value, never to be saved over its row.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Runs a pure decision; what it returns may be saved over the version that was read.
    pub fn decide<E>(self, decision: impl FnOnce(T) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self {
            value: decision(self.value)?,
            version: self.version,
        })
    }
}
