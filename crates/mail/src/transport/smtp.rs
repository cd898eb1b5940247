//! Letters over SMTP, through a few connections to one relay.

use std::{fmt, future, io, iter, pin::pin, sync::Arc, task::Poll, time::Duration};

use lettre::{
    address::Envelope,
    transport::smtp::{
        self,
        authentication::{self, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, AsyncTokioStream},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use tokio::{
    net::TcpStream,
    sync::{Mutex, Semaphore},
    task::spawn_blocking,
    time::{self, Instant},
};

use super::{
    HandedOver,
    gate::{Gate, Gated},
    tls::Tls,
};
use crate::{Error, Message, Reply, Signing, message::Encoding};

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain at first, then TLS; a relay that does not offer it gets no letter (port 587).
    #[default]
    StartTls,
    /// No protection: for a relay on the same machine or in the same closed network (port 25).
    None,
}

/// A user name and a password for the relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub user: String,
    /// The password, which no `Debug` prints.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Where the relay is and how to talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// The relay's name, which its certificate must carry.
    pub host: String,
    /// The port; without one that of `security`.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub security: Security,
    /// Certificates (PEM) of authorities that may have issued the relay's, besides those that everybody trusts; may be empty.
    pub authorities: Vec<u8>,
    /// How to log in; `None` for a relay that asks nothing.
    pub credentials: Option<Credentials>,
    /// The longest wait for a reply; a letter, or a connection, is given five times as long.
    pub timeout: Duration,
    /// The largest number of connections at a time; providers limit it.
    pub connections: u32,
}

impl SmtpSettings {
    /// A relay with STARTTLS, no log-in, 30 seconds of patience and four connections.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: None,
            security: Security::default(),
            authorities: Vec::new(),
            credentials: None,
            timeout: Duration::from_secs(30),
            connections: 4,
        }
    }

    /// The port that is used.
    pub fn effective_port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        })
    }
}

/// A connection that nobody has used for so long is closed: relays do it soon after.
const IDLE: Duration = Duration::from_mins(1);
/// Greeting, log-in and letter are a handful of replies each.
const REPLIES: u32 = 5;

/// A relay. Clones share its connections.
#[derive(Clone)]
pub struct Smtp {
    relay: Arc<Relay>,
    signing: Option<Signing>,
}

struct Relay {
    settings: SmtpSettings,
    tls: Option<Tls>,
    /// One for each connection that may be open.
    places: Semaphore,
    /// Whose turn it is to hand its letter over.
    turn: Arc<Mutex<()>>,
    parked: Mutex<Vec<Parked>>,
}

/// A connection to the relay, with the gate at which a letter waits before its last dot.
struct Line {
    connection: AsyncSmtpConnection,
    gate: Arc<Gate>,
}

/// A connection that waits for the next letter.
struct Parked {
    line: Line,
    since: Instant,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.relay.settings;
        f.debug_tuple("Smtp")
            .field(&format!("{}:{}", settings.host, settings.effective_port()))
            .finish()
    }
}

impl Smtp {
    /// Prepares the relay; nothing is connected yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, Error> {
        let tls = match settings.security {
            Security::Tls | Security::StartTls => Some(Tls::new(&settings.host, &settings.authorities)?),
            Security::None => None,
        };
        Ok(Self {
            relay: Arc::new(Relay {
                settings: settings.clone(),
                tls,
                places: Semaphore::new(settings.connections.max(1) as usize),
                turn: Arc::default(),
                parked: Mutex::default(),
            }),
            signing: None,
        })
    }

    /// The same relay, with letters signed by `signing`.
    #[must_use]
    pub fn signing(mut self, signing: Signing) -> Self {
        self.signing = Some(signing);
        self
    }

    pub(super) fn connections(&self) -> usize {
        self.relay.settings.connections.max(1) as usize
    }

    pub(super) async fn send(&self, message: &Message) -> Result<HandedOver, Error> {
        // Half a millisecond and more of work at a stretch: other letters' conversations would wait for it.
        let (message, signing) = (message.clone(), self.signing.clone());
        let written = spawn_blocking(move || written(&message, signing.as_ref()));
        let (envelope, bytes) = written.await.map_err(|error| Error::Build(error.into()))??;
        self.relay.send(&envelope, &bytes).await
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        let _place = self.relay.places.acquire().await;
        let mut line = self.relay.connect().await?;
        line.connection.abort().await;
        Ok(())
    }
}

/// The letter with its envelope, signed where there is a key.
fn written(message: &Message, signing: Option<&Signing>) -> Result<(Envelope, Vec<u8>), Error> {
    let mut built = message.build(Encoding::Safe)?;
    if let Some(signing) = signing {
        signing.sign(&mut built);
    }
    Ok((built.envelope().clone(), built.formatted()))
}

impl Relay {
    async fn send(&self, envelope: &Envelope, letter: &[u8]) -> Result<HandedOver, Error> {
        // Never closed, so that there is always a place in the end.
        let _place = self.places.acquire().await;
        let (mut line, announced) = self.announced(envelope).await?;
        let outcome = match announced {
            Ok(()) => self.hand_over(&mut line, letter).await?,
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // What state the conversation is in is the server's secret. If it does not say goodbye either, so be it.
            let _ = self.in_time(line.connection.abort()).await;
        } else if !line.connection.has_broken() {
            let since = Instant::now();
            self.parked.lock().await.push(Parked { line, since });
        }
        outcome.map_err(Error::Smtp)
    }

    /// Connections are opened, letters announced, put off and refused, and all of a letter but its last dot sent, side by side.
    /// From its last dot on a letter may be the server's without our knowing: one at a time comes into that state.
    async fn hand_over(&self, line: &mut Line, letter: &[u8]) -> Result<Result<HandedOver, smtp::Error>, Error> {
        let gate = Arc::clone(&line.gate);
        let up_to_the_dot = iter::once(letter).chain(iter::from_fn(|| {
            gate.close();
            None
        }));
        let mut sending = pin!(line.connection.message_iter(up_to_the_dot));
        let ended_early = self.in_time(future::poll_fn(|cx| match sending.as_mut().poll(cx) {
            Poll::Ready(answered) => Poll::Ready(Some(answered)),
            Poll::Pending if gate.is_reached() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }));
        let (answered, turn) = if let Some(answered) = ended_early.await? {
            (answered, None)
        } else {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            gate.open();
            (self.in_time(sending).await?, Some(turn))
        };
        gate.open();
        Ok(answered.map(|response| HandedOver {
            reply: Some(Reply::new(
                response.code().into(),
                &response.message().collect::<Vec<_>>().join(" "),
            )),
            _turn: turn,
        }))
    }

    /// A connection over which the letter is announced, and what the relay said to that. One over which a letter went before
    /// may have been closed since: nothing is lost by finding out, so the relay is not asked first, which would cost every
    /// letter a turn.
    async fn announced(&self, envelope: &Envelope) -> Result<(Line, Result<(), smtp::Error>), Error> {
        while let Some(mut line) = self.parked().await {
            match self.in_time(announce(&mut line.connection, envelope)).await? {
                Err(error) if is_hung_up(&error) => {}
                announced => return Ok((line, announced)),
            }
        }
        let mut line = self.connect().await?;
        let announced = self.in_time(announce(&mut line.connection, envelope)).await?;
        Ok((line, announced))
    }

    /// A connection over which a letter went a moment ago.
    async fn parked(&self) -> Option<Line> {
        loop {
            let Parked { line, since } = self.parked.lock().await.pop()?;
            if since.elapsed() < IDLE {
                return Some(line);
            }
        }
    }

    async fn connect(&self) -> Result<Line, Error> {
        self.in_time(self.open()).await?
    }

    async fn open(&self) -> Result<Line, Error> {
        let hello = ClientId::default();
        let address = (self.settings.host.as_str(), self.settings.effective_port());
        let stream = TcpStream::connect(address).await.map_err(Error::Connection)?;
        // A letter ends with a small packet of its own, which the system would hold back until the one before it is
        // acknowledged: forty milliseconds a letter.
        stream.set_nodelay(true).map_err(Error::Connection)?;
        let stream: Box<dyn AsyncTokioStream> = match (self.settings.security, &self.tls) {
            (Security::Tls, Some(tls)) => tls.begin(stream).await?,
            _ => Box::new(stream),
        };
        let gate = Arc::new(Gate::default());
        let gated = Box::new(Gated::new(stream, Arc::clone(&gate)));
        let connected = AsyncSmtpConnection::connect_with_transport(gated, &hello).await;
        let mut connection = connected.map_err(Error::Smtp)?;
        if let (Security::StartTls, Some(tls)) = (self.settings.security, &self.tls) {
            let begun = connection.starttls(tls.upgrade(), &hello).await;
            begun.map_err(Error::Smtp)?;
        }
        if let Some(Credentials { user, password }) = &self.settings.credentials {
            let credentials = authentication::Credentials::new(user.clone(), password.clone());
            let answered = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            answered.map_err(Error::Smtp)?;
        }
        Ok(Line { connection, gate })
    }

    /// A relay that stopped talking holds no letter for ever.
    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let longest = self.settings.timeout.saturating_mul(REPLIES);
        time::timeout(longest, work)
            .await
            .map_err(|_| Error::Connection(io::Error::from(io::ErrorKind::TimedOut)))
    }
}

/// Whether a relay says by this that it closes, or closed, the connection (RFC 5321, 3.8); not that it does not take a letter.
fn is_hung_up(error: &smtp::Error) -> bool {
    error.status().is_none_or(|status| u16::from(status) == 421)
}

/// Everything of a letter but itself. Its addresses and its text are ASCII, so that nothing has to be asked of the server.
async fn announce(connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), smtp::Error> {
    connection
        .command(Mail::new(envelope.from().cloned(), Vec::new()))
        .await?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), Vec::new())).await?;
    }
    connection.command(Data).await.map(drop)
}
