//! Why a letter could not be sent, and whether trying again may help.

use std::{error::Error as _, io, path::PathBuf};

use lettre::transport::smtp;

use crate::{EnhancedCode, Reply, reply::in_one_line};

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The letter cannot be put into the form of an Internet message.
    #[error("the letter cannot be built")]
    Build(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The relay refused it, or could not be talked to.
    #[error("the mail relay: {}", chain(.0))]
    Smtp(#[source] smtp::Error),
    /// The relay could not be reached, or did not answer in time.
    #[error("the mail relay: {0}")]
    Connection(#[source] io::Error),
    /// The certificates of authorities cannot be read.
    #[error("the certificates of the mail relay's authorities cannot be read")]
    Authorities(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    /// A refusal that a test planned.
    #[error("planned: {0}")]
    Planned(Reply),
}

impl Error {
    /// Whether the same letter may go out at a later try. The worker retries on this and on nothing else.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Build(_) | Self::Authorities(_) => false,
            // What is no refusal is a connection that failed: it may hold the next time.
            Self::Smtp(_) | Self::Planned(_) => self.reply().is_none_or(|reply| reply.is_transient()),
            Self::Connection(_) | Self::Folder { .. } | Self::Unreadable { .. } => true,
        }
    }

    /// The server's negative reply; `None` when nobody refused anything: the connection failed, the file was not written.
    pub fn reply(&self) -> Option<Reply> {
        match self {
            Self::Smtp(error) => error.status().map(|code| {
                let said = error.source().map(ToString::to_string).unwrap_or_default();
                Reply::new(code.into(), &said)
            }),
            Self::Planned(reply) => Some(reply.clone()),
            Self::Build(_)
            | Self::Authorities(_)
            | Self::Connection(_)
            | Self::Folder { .. }
            | Self::Unreadable { .. } => None,
        }
    }

    /// The three figures of the server's reply.
    pub fn code(&self) -> Option<u16> {
        self.reply().map(|reply| reply.code)
    }

    /// The enhanced code of the server's reply.
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.reply().and_then(|reply| reply.enhanced)
    }

    /// What an operator reads: the server's own words with their code, or what went wrong instead. It may repeat the
    /// recipient's address.
    pub fn said(&self) -> String {
        if let Some(reply) = self.reply() {
            return reply.to_string();
        }
        let mut said = self.to_string();
        // What lies under these is in their text already.
        let is_told = matches!(self, Self::Smtp(_) | Self::Connection(_));
        let mut source = if is_told { None } else { self.source() };
        while let Some(inner) = source {
            said.push_str(": ");
            said.push_str(&inner.to_string());
            source = inner.source();
        }
        in_one_line(&said)
    }

    /// Whether the address itself takes no letter: nothing is to be sent there any more.
    pub fn is_address_fault(&self) -> bool {
        self.reply().is_some_and(|reply| reply.is_address_fault())
    }

    /// Whether the server wants fewer letters at a time: everything for that domain waits.
    pub fn is_rate_limit(&self) -> bool {
        self.reply().is_some_and(|reply| reply.is_rate_limit())
    }
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
