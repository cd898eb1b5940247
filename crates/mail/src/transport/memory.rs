//! Letters kept in a list, for tests, with failures on demand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Error, Message};

/// A list of letters; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Message>,
    planned: Vec<bool>,
}

impl Memory {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// The letters sent so far, the oldest first.
    pub fn sent(&self) -> Vec<Message> {
        self.lock().sent.clone()
    }

    /// The letters sent since the last call.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.lock().sent)
    }

    /// The newest letter to this address.
    pub fn last_to(&self, address: &str) -> Option<Message> {
        let inner = self.lock();
        inner
            .sent
            .iter()
            .rfind(|message| message.to.as_str() == address)
            .cloned()
    }

    /// Makes the next letter fail, as transient or not; called again, the one after it too.
    pub fn fail_next(&self, transient: bool) {
        self.lock().planned.insert(0, transient);
    }

    pub(super) fn send(&self, message: &Message) -> Result<(), Error> {
        // Built although nobody needs it here, so that what cannot be built fails in tests as it would outside.
        message.formatted()?;
        let mut inner = self.lock();
        if let Some(transient) = inner.planned.pop() {
            return Err(Error::Planned { transient });
        }
        inner.sent.push(message.clone());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
