//! Letters over SMTP, through a pool of connections to one relay.

use std::{fmt, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        PoolConfig, authentication,
        client::{Tls, TlsParameters},
    },
};

use crate::{Error, Message, message::Encoding};

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
    /// How to log in; `None` for a relay that asks nothing.
    pub credentials: Option<Credentials>,
    /// The longest wait for any one reply.
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

/// A relay.
#[derive(Clone)]
pub struct Smtp {
    relay: String,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.relay).finish()
    }
}

impl Smtp {
    /// Prepares the pool; nothing is connected yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, Error> {
        let parameters = || TlsParameters::new(settings.host.clone()).map_err(Error::Smtp);
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let port = settings.effective_port();
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.as_str())
            .port(port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(settings.connections.max(1)));
        if let Some(Credentials { user, password }) = &settings.credentials {
            builder = builder.credentials(authentication::Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            relay: format!("{}:{port}", settings.host),
            transport: builder.build(),
        })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Error> {
        let built = message.build(Encoding::Safe)?;
        self.transport.send(built).await.map(drop).map_err(Error::Smtp)
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        self.transport.test_connection().await.map(drop).map_err(Error::Smtp)
    }
}
