//! Letters kept in a list, for tests, with failures on demand.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Error, Message, Reply};

/// A list of letters; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    sent: Vec<Message>,
    planned: VecDeque<Reply>,
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
        self.refuse_next(if transient {
            "451 4.3.0 planned for a test"
        } else {
            "554 5.3.0 planned for a test"
        });
    }

    /// Makes the next letter be refused with this reply of a server; called again, the one after it too.
    ///
    /// # Panics
    ///
    /// When `reply` does not begin with a code.
    pub fn refuse_next(&self, reply: &str) {
        let reply = Reply::parse(reply).expect("a reply begins with three figures");
        self.lock().planned.push_back(reply);
    }

    pub(super) fn send(&self, message: &Message) -> Result<(), Error> {
        // Built although nobody needs it here, so that what cannot be built fails in tests as it would outside.
        message.formatted()?;
        let mut inner = self.lock();
        if let Some(reply) = inner.planned.pop_front() {
            return Err(Error::Planned(reply));
        }
        inner.sent.push(message.clone());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
