//! What sending alone costs: the same letters by loops that do nothing else. lettre builds and sends them; or sends them as they
//! were built, through its own transport or over bare connections.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::Context as _;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::Envelope,
    message::{Mailbox, MultiPart},
    transport::smtp::{PoolConfig, client::AsyncSmtpConnection, extension::ClientId},
};
use mail_parser::MessageParser;
use tokio::{net::TcpStream, task::JoinSet};

use super::sink::Taken;

/// A finished letter with its envelope, and what it was built of.
#[derive(Debug)]
pub(super) struct Finished {
    envelope: Envelope,
    raw: Vec<u8>,
    from: Mailbox,
    to: Mailbox,
    subject: String,
    text: String,
    html: String,
}

impl Finished {
    /// The letter as a server took it.
    pub(super) fn of(taken: Taken) -> anyhow::Result<Self> {
        let address = |text: &str| text.parse::<Address>().context("an address that lettre does not read");
        let (from, to) = (address(&taken.from)?, address(&taken.to)?);
        let letter = MessageParser::default().parse(&taken.raw);
        let letter = letter.context("a letter that cannot be read")?;
        let body = |body: Option<Cow<'_, str>>| body.map(Cow::into_owned).context("a letter lacks a body");
        Ok(Self {
            envelope: Envelope::new(Some(from.clone()), vec![to.clone()])?,
            from: Mailbox::new(Some("企校".to_owned()), from),
            to: Mailbox::new(None, to),
            subject: letter.subject().unwrap_or_default().to_owned(),
            text: body(letter.body_text(0))?,
            html: body(letter.body_html(0))?,
            raw: taken.raw,
        })
    }

    /// The same built by lettre.
    fn built(&self) -> Result<Message, lettre::error::Error> {
        let bodies = MultiPart::alternative_plain_html(self.text.clone(), self.html.clone());
        Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .subject(self.subject.clone())
            .multipart(bodies)
    }
}

/// Builds and sends so many letters, the same ones over and over, over one connection that is asked nothing and waits for
/// nothing: all that lettre does for a letter, and nothing else.
pub(super) async fn built_and_sent(port: u16, letters: &[Finished], many: usize) -> anyhow::Result<()> {
    let mut connection = connect(port).await?;
    for letter in letters.iter().cycle().take(many) {
        let built = letter.built()?;
        connection.send(built.envelope(), &built.formatted()).await?;
    }
    Ok(connection.quit().await.map(drop)?)
}

async fn connect(port: u16) -> anyhow::Result<AsyncSmtpConnection> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    // As our own sender does: else the end of each letter waits for an acknowledgement.
    stream.set_nodelay(true)?;
    Ok(AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::default()).await?)
}

/// Sends so many finished letters as a program does that has nothing but lettre: its transport keeps the
/// connection, asks before each letter whether it still lives, and leaves it to the system when a letter's end is sent.
pub(super) async fn through_transport(port: u16, letters: &[Finished], many: usize) -> anyhow::Result<()> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(PoolConfig::new().max_size(1))
        .build();
    for letter in letters.iter().cycle().take(many) {
        transport.send_raw(&letter.envelope, &letter.raw).await?;
    }
    transport.shutdown().await;
    Ok(())
}

/// Sends so many finished letters over connections that are asked nothing and wait for nothing.
pub(super) async fn over_connections(
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
            let mut connection = connect(port).await?;
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
