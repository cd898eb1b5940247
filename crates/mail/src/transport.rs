//! How letters leave: over SMTP, into a folder, or into memory for tests.

mod folder;
mod kept;
mod memory;
mod smtp;

use tracing::{info, warn};

pub use folder::Folder;
pub use kept::{KeptHead, KeptLetter};
pub use memory::Memory;
pub use smtp::{Credentials, Security, Smtp, SmtpSettings};

use crate::{Error, Message};

/// One way out for letters. Cloning shares the connections, or the memory.
#[derive(Debug, Clone)]
pub enum Transport {
    /// A mail relay.
    Smtp(Smtp),
    /// One `.eml` file a letter.
    Folder(Folder),
    /// A list that tests read.
    Memory(Memory),
}

impl Transport {
    /// Sends one letter. Sending the same letter again is harmless: `Message-ID` and file name stay.
    pub async fn send(&self, message: &Message) -> Result<(), Error> {
        let outcome = match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Folder(folder) => folder.send(message).await,
            Self::Memory(memory) => memory.send(message),
        };
        let (id, to) = (message.id, message.to.masked());
        match &outcome {
            Ok(()) => info!(letter.id = %id, letter.to = %to, "letter sent"),
            Err(error) => warn!(
                letter.id = %id,
                letter.to = %to,
                transient = error.is_transient(),
                error = %crate::masking(&error.to_string(), &message.to),
                "letter not sent"
            ),
        }
        outcome
    }

    /// Whether a letter could leave now: the relay answers and lets us in, the folder can be written.
    pub async fn check(&self) -> Result<(), Error> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Folder(folder) => folder.check().await,
            Self::Memory(_) => Ok(()),
        }
    }
}
