//! TLS as the relay speaks it: for 127.0.0.1, with a certificate of an authority that nobody knows but these tests.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::{Arc, LazyLock},
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// The authority's certificate (PEM). Its key is nowhere any more; what it issued is good until 2126.
pub const AUTHORITY: &str = include_str!("tls/authority.pem");

static CONFIG: LazyLock<Arc<ServerConfig>> = LazyLock::new(|| {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/certificate.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/key.pem"));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks the usual versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.expect("the certificate is one")],
            key.expect("the key is one"),
        );
    Arc::new(config.expect("key and certificate belong together"))
});

/// What a conversation goes over.
pub(super) enum Wire<'a> {
    Plain(&'a TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, &'a TcpStream>>),
}

impl<'a> Wire<'a> {
    pub(super) fn encrypted(stream: &'a TcpStream) -> io::Result<Self> {
        let connection = ServerConnection::new(Arc::clone(&CONFIG)).map_err(io::Error::other)?;
        Ok(Self::Encrypted(Box::new(StreamOwned::new(connection, stream))))
    }

    pub(super) const fn is_encrypted(&self) -> bool {
        matches!(self, Self::Encrypted(_))
    }
}

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}
