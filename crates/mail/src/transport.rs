//! How letters leave: over SMTP, into a folder, or into memory for tests.

mod folder;
mod gate;
mod kept;
mod memory;
mod smtp;
mod tls;

use tokio::sync::OwnedMutexGuard;
use tracing::{info, warn};

pub use folder::Folder;
pub use kept::{KeptHead, KeptLetter};
pub use memory::Memory;
pub use smtp::{Credentials, Security, Smtp, SmtpSettings};

use crate::{Error, Message, Reply};

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

/// A letter that its server took, and that its sender has yet to write down as sent. Until this is dropped no other letter is
/// handed over to that relay: whoever dies before has one letter to send twice, and not one for each connection.
#[derive(Debug, Default)]
pub struct HandedOver {
    reply: Option<Reply>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl HandedOver {
    /// With which words the server took it; none of what went into a folder or into memory.
    pub const fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }
}

impl Transport {
    /// Sends one letter. Sending the same letter again is harmless: `Message-ID` and file name stay.
    pub async fn send(&self, message: &Message) -> Result<HandedOver, Error> {
        let outcome = match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Folder(folder) => folder.send(message).await.map(|()| HandedOver::default()),
            Self::Memory(memory) => memory.send(message).map(|()| HandedOver::default()),
        };
        let (id, to) = (message.id, message.to.masked());
        match &outcome {
            Ok(_) => info!(letter.id = %id, letter.to = %to, "letter sent"),
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

    /// How many letters may be under way at a time: one for each connection. Folder and memory keep the order.
    pub fn at_a_time(&self) -> usize {
        match self {
            Self::Smtp(smtp) => smtp.connections(),
            Self::Folder(_) | Self::Memory(_) => 1,
        }
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
