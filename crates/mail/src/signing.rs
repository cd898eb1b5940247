//! DKIM (RFC 6376, RFC 8463): letters signed with a key whose public half stands in the domain's DNS.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lettre::message::{
    dkim::{DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey},
    header::HeaderName,
};
use pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What a receiver must be able to trust. One-click unsubscribing asks for the list headers (RFC 8058 section 4); those that
/// a letter lacks are signed as lacking, so that nobody can add them on the way.
const SIGNED: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// A key that signs letters for a domain. Cloning shares it.
#[derive(Clone)]
pub struct Signing {
    domain: String,
    selector: String,
    config: Arc<DkimConfig>,
}

/// Why a key cannot sign letters.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The domain or the selector is no name of the DNS.
    #[error("{0} is no name of the DNS")]
    Name(String),
    /// The file is no private key in PEM without a password.
    #[error("not a private key in PEM (PKCS#8 or PKCS#1, without a password)")]
    Pem,
    /// The key is neither RSA nor Ed25519.
    #[error("the key is neither RSA nor Ed25519")]
    Algorithm,
    /// The key does not fit its algorithm.
    #[error("the key is damaged: {0}")]
    Key(String),
}

impl Signing {
    /// The key in `pem`, RSA or Ed25519, whose public half stands at `SELECTOR._domainkey.DOMAIN`.
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, SigningError> {
        for name in [domain, selector] {
            let is_label = |label: &str| {
                let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                (1..=63).contains(&label.len()) && label.bytes().all(inside)
            };
            if !name.split('.').all(is_label) {
                return Err(SigningError::Name(name.to_owned()));
            }
        }
        let config = DkimConfig::new(
            selector.to_owned(),
            domain.to_owned(),
            key(pem)?,
            SIGNED.map(HeaderName::new_from_ascii_str).into(),
            // Relays fold lines and change spaces; neither breaks a relaxed signature.
            DkimCanonicalization {
                header: DkimCanonicalizationType::Relaxed,
                body: DkimCanonicalizationType::Relaxed,
            },
        );
        Ok(Self {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            config: Arc::new(config),
        })
    }

    /// Where the public half of the key has to stand in the DNS.
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// Signs. The signature tells its moment by the clock of the system: receivers doubt one that lies far back, and a letter
    /// may have waited for days.
    pub(crate) fn sign(&self, message: &mut lettre::Message) {
        message.sign(&self.config);
    }
}

impl fmt::Debug for Signing {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signing").field(&self.record_name()).finish()
    }
}

/// Reads what `openssl genrsa` and `openssl genpkey` write, today (PKCS#8) and before (PKCS#1).
fn key(pem: &str) -> Result<DkimSigningKey, SigningError> {
    let of = |text: &str, algorithm| {
        DkimSigningKey::new(text, algorithm).map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            SigningError::Key(source.unwrap_or_else(|| error.to_string()))
        })
    };
    let (label, document) = SecretDocument::from_pem(pem.trim()).map_err(|_| SigningError::Pem)?;
    if label == "RSA PRIVATE KEY" {
        return of(pem.trim(), DkimSigningAlgorithm::Rsa);
    }
    if label != "PRIVATE KEY" {
        return Err(SigningError::Pem);
    }
    let info = PrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| SigningError::Pem)?;
    match info.algorithm.oid {
        RSA => {
            // What lies inside is the older form; only its wrapping differs.
            let inner = STANDARD.encode(info.private_key);
            let lines: Vec<&str> = inner
                .as_bytes()
                .chunks(64)
                .filter_map(|line| std::str::from_utf8(line).ok())
                .collect();
            let pem = format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
                lines.join("\n")
            );
            of(&pem, DkimSigningAlgorithm::Rsa)
        }
        // RFC 8410 section 7: the seed as an octet string of 32 bytes.
        ED25519 => match info.private_key {
            [0x04, 0x20, seed @ ..] if seed.len() == 32 => of(&STANDARD.encode(seed), DkimSigningAlgorithm::Ed25519),
            _ => Err(SigningError::Key("not the 32 bytes of Ed25519".to_owned())),
        },
        _ => Err(SigningError::Algorithm),
    }
}
