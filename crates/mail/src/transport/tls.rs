//! TLS to the relay: from the first byte on, or once the conversation has begun.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::Error;

/// By which name the relay's certificate is to call it, and which authorities may say so.
pub(super) struct Tls {
    host: String,
    connector: TlsConnector,
    /// The same for lettre, which changes over in the middle of a conversation.
    upgrade: TlsParameters,
}

impl Tls {
    /// With the authorities that everybody trusts and with those of `authorities` (PEM), which may be empty.
    pub(super) fn new(host: &str, authorities: &[u8]) -> Result<Self, Error> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let mut upgrade = TlsParameters::builder(host.to_owned());
        for certificate in certificates(authorities)? {
            let for_lettre = Certificate::from_der(certificate.to_vec()).map_err(Error::Smtp)?;
            upgrade = upgrade.add_root_certificate(for_lettre);
            roots.add(certificate).map_err(unreadable)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Connection(io::Error::other(error)))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            host: host.to_owned(),
            connector: TlsConnector::from(Arc::new(config)),
            upgrade: upgrade.build().map_err(Error::Smtp)?,
        })
    }

    /// For a conversation that changes over.
    pub(super) fn upgrade(&self) -> TlsParameters {
        self.upgrade.clone()
    }

    /// TLS before the first word. lettre can do that too, but opens the connection by itself, and then every letter waits for
    /// the system to send its end.
    pub(super) async fn begin(&self, stream: TcpStream) -> Result<Box<dyn AsyncTokioStream>, Error> {
        let name = ServerName::try_from(self.host.clone());
        let name = name.map_err(|error| Error::Connection(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
        let encrypted = self.connector.connect(name, stream).await;
        Ok(Box::new(Encrypted(encrypted.map_err(Error::Connection)?)))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    if certificates.is_empty() && !pem.is_empty() {
        return Err(unreadable("there is no certificate in it"));
    }
    Ok(certificates)
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Authorities(error.into())
}

/// A stream that lettre can talk over.
#[derive(Debug)]
struct Encrypted(TlsStream<TcpStream>);

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
