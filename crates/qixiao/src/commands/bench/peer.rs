//! What sending alone costs: the same finished letters, by loops that do nothing else, each over a connection of its own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Context as _;
use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use tokio::{net::TcpStream, task::JoinSet};

use super::sink::Taken;

/// A finished letter with its envelope.
#[derive(Debug)]
pub(super) struct Finished {
    envelope: Envelope,
    raw: Vec<u8>,
}

impl Finished {
    /// The letter as a server took it.
    pub(super) fn of(taken: Taken) -> anyhow::Result<Self> {
        let address = |text: &str| text.parse::<Address>().context("an address that lettre does not read");
        let envelope = Envelope::new(Some(address(&taken.from)?), vec![address(&taken.to)?])?;
        Ok(Self {
            envelope,
            raw: taken.raw,
        })
    }
}

/// Sends so many letters, the same ones over and over.
pub(super) async fn send(
    port: u16,
    connections: usize,
    letters: &Arc<Vec<Finished>>,
    many: usize,
) -> anyhow::Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut loops = JoinSet::new();
    for _ in 0..connections {
        let (letters, next) = (Arc::clone(letters), Arc::clone(&next));
        loops.spawn(async move {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            // As our own sender does: else the end of each letter waits for an acknowledgement.
            stream.set_nodelay(true)?;
            let mut connection =
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::default()).await?;
            while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < many) {
                let letter = &letters[at % letters.len()];
                connection.send(&letter.envelope, &letter.raw).await?;
            }
            connection.quit().await?;
            anyhow::Ok(())
        });
    }
    while let Some(ended) = loops.join_next().await {
        ended??;
    }
    Ok(())
}
