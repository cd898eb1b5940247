//! Hashes: SHA-256 over canonical JSON, one type per thing hashed.
//!
//! Whatever is hashed or sealed is a JSON object whose member `type` names what it is and in which version
//! (`qixiao/section/1`). Canonical JSON gives different objects different texts, so no section can pass for an event, no
//! event for a seal; and nobody needs this program to check a hash: the text and `sha256sum` are enough.

use std::{fmt, str::FromStr};

use kernel::Chance;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::canonical;

/// Not lower-case hexadecimal of the right length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {bytes} bytes in lower-case hexadecimal")]
pub struct NotHex {
    /// How many bytes were expected.
    pub bytes: usize,
}

/// Reads hexadecimal that could not have been written in another way: lower case, no signs, the full length.
fn strict<const N: usize>(text: &str) -> Result<[u8; N], NotHex> {
    let lower = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    kernel::from_hex(text)
        .filter(|_| lower)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(NotHex { bytes: N })
}

macro_rules! hex_types {
    ($($(#[$doc:meta])* $name:ident($length:literal)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $length]);

        impl $name {
            /// Of these bytes.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            pub const fn bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&kernel::to_hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                strict(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotHex;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}

hex_types! {
    /// The hash of one frozen version of an agreement as a whole.
    ContentHash(32),
    /// The hash of one section of a frozen version.
    SectionHash(32),
    /// The hash of an event; the next event names it.
    EventHash(32),
    /// The hash of an event's details.
    DetailsHash(32),
    /// The hash of where an event came from.
    OriginHash(32),
    /// The hash of what a signatory declared.
    DeclarationHash(32),
    /// The hash of a seal; the next seal names it.
    SealHash(32),
    /// The hash of bytes of a paper, as they are.
    PaperHash(32),
    /// The first half of the hash of a public key.
    KeyId(16),
    /// Random bytes that keep a published hash from telling what it is the hash of.
    Salt(16),
    /// An Ed25519 public key.
    PublicKey(32),
    /// An Ed25519 signature.
    SealSignature(64),
}

impl Salt {
    /// A new salt.
    pub fn draw(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        Self(bytes)
    }
}

/// SHA-256 of the canonical text of `tagged`, which must carry its `type`.
pub(super) fn digest<T: Serialize + ?Sized>(tagged: &T) -> [u8; 32] {
    Sha256::digest(canonical::text_of(tagged)).into()
}

macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub struct $name;

        impl $name {
            /// The words that stand in the JSON.
            pub const WORDS: &'static str = $text;
        }

        impl From<$name> for &'static str {
            fn from(_: $name) -> Self {
                $name::WORDS
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(words: String) -> Result<Self, Self::Error> {
                if words == Self::WORDS { Ok(Self) } else { Err(format!("type {words:?}, expected {:?}", Self::WORDS)) }
            }
        }
    )*};
}

tags! {
    /// The `type` of a frozen version.
    ContentType = "qixiao/content/1",
    /// The `type` of what a section's hash is made of.
    SectionType = "qixiao/section/1",
    /// The `type` of what an event's hash is made of.
    EventType = "qixiao/event/1",
    /// The `type` of what the hash of details is made of.
    DetailsType = "qixiao/details/1",
    /// The `type` of what the hash of an origin is made of.
    OriginType = "qixiao/origin/1",
    /// The `type` of what a signatory declares.
    DeclarationType = "qixiao/declaration/1",
    /// The `type` of what a seal signs.
    SealType = "qixiao/seal/1",
    /// The `type` of what a seal's hash is made of.
    SealLinkType = "qixiao/seal-link/1",
    /// The `type` of what the seal of a paper signs.
    PaperType = "qixiao/paper/1",
    /// The `type` of what a key's id is made of.
    KeyType = "qixiao/key/1",
    /// The `type` of an export.
    ExportType = "qixiao/export/1",
    /// The one algorithm of the first formats.
    Ed25519 = "Ed25519",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_one_way_only() {
        let hash = ContentHash::from_bytes([0xab; 32]);
        let text = hash.to_string();
        assert_eq!(text.parse::<ContentHash>(), Ok(hash));
        for other in [
            text.to_uppercase(),
            format!("+{}", &text[1..]),
            text[2..].to_owned(),
            format!("{text}00"),
        ] {
            assert_eq!(other.parse::<ContentHash>(), Err(NotHex { bytes: 32 }), "{other}");
        }
    }

    #[test]
    fn a_type_is_taken_only_as_it_is_written() {
        assert_eq!(serde_json::to_string(&SealType).unwrap(), "\"qixiao/seal/1\"");
        assert!(serde_json::from_str::<SealType>("\"qixiao/seal/1\"").is_ok());
        assert!(serde_json::from_str::<SealType>("\"qixiao/event/1\"").is_err());
    }
}
