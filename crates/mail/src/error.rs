//! Why a letter could not be sent, and whether trying again may help.

use std::{error::Error as _, io, path::PathBuf};

use lettre::transport::smtp;

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The letter cannot be put into the form of an Internet message.
    #[error("the letter cannot be built")]
    Build(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The relay refused it, or could not be talked to.
    #[error("the mail relay: {}", chain(.0))]
    Smtp(#[source] smtp::Error),
    /// The folder for letters cannot be written.
    #[error("cannot write {}", path.display())]
    Folder {
        /// The file that was to be written.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The folder for letters cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// A failure that a test planned.
    #[error("planned failure ({})", if *.transient { "transient" } else { "permanent" })]
    Planned {
        /// Whether trying again may help.
        transient: bool,
    },
}

impl Error {
    /// Whether the same letter may go out at a later try. The worker retries on this and on nothing else.
    ///
    /// A refusal (5xx) is final, with two exceptions: a refused log-in is the fault of the configuration and not of the
    /// letter, and the large Chinese mailbox providers answer 550 where they mean "too many at a time".
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Build(_) => false,
            Self::Smtp(error) => match error.status() {
                Some(code) if error.is_permanent() => {
                    matches!(u16::from(code), 530 | 534 | 535 | 538) || says_too_often(&chain(error))
                }
                _ => true,
            },
            Self::Folder { .. } | Self::Unreadable { .. } => true,
            Self::Planned { transient } => *transient,
        }
    }
}

fn says_too_often(reply: &str) -> bool {
    let reply = reply.to_ascii_lowercase();
    ["frequency limited", "too many", "rate limit", "频率"]
        .iter()
        .any(|sign| reply.contains(sign))
}

/// The error and what lies under it in one line: lettre keeps the relay's reply in the source.
fn chain(error: &smtp::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}
