//! The keys that protect personal facts: pure functions over one master key, which lies in a file outside the database.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use kernel::Chance;
use sha2::{Digest, Sha256};

use crate::repository::Hash;

/// The first byte of what is sealed: how it was sealed.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Keys derived from the master key. `Debug` shows nothing of them.
#[derive(Clone)]
pub struct Keys {
    cipher: XChaCha20Poly1305,
    fingerprints: Hash,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// Why something sealed cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It was not sealed by [`Keys::seal`].
    #[error("not a sealed value")]
    Shape,
    /// Another key or another context sealed it, or it was changed.
    #[error("sealed with another key or for another purpose, or changed since")]
    Refused,
}

fn mac(key: &Hash, parts: &[&[u8]]) -> Hash {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        // With its length in front, no two lists of parts read alike.
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A key of its own for one thing, drawn by chance and kept sealed under the master key: once that is erased, nobody opens
/// what it sealed. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct OwnKey(XChaCha20Poly1305);

impl fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnKey(..)")
    }
}

fn seal(cipher: &XChaCha20Poly1305, context: &str, plaintext: &[u8], chance: &dyn Chance) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    chance.fill(&mut nonce);
    let payload = Payload {
        msg: plaintext,
        aad: context.as_bytes(),
    };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.expect("this cipher refuses nothing under 256 GiB");
    [&[VERSION][..], &nonce, &sealed].concat()
}

fn open(cipher: &XChaCha20Poly1305, context: &str, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    let Some((&VERSION, rest)) = sealed.split_first() else {
        return Err(OpenError::Shape);
    };
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Shape)?;
    let payload = Payload {
        msg: ciphertext,
        aad: context.as_bytes(),
    };
    cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| OpenError::Refused)
}

impl OwnKey {
    fn from_secret(secret: &Hash) -> Self {
        Self(XChaCha20Poly1305::new(&mac(secret, &[b"qixiao own key 1"]).into()))
    }

    /// Seals a value for one purpose, as [`Keys::seal`] does.
    ///
    /// # Panics
    ///
    /// When `plaintext` is 256 GiB long.
    pub fn seal(&self, context: &str, plaintext: &[u8], chance: &dyn Chance) -> Vec<u8> {
        seal(&self.0, context, plaintext, chance)
    }

    /// Opens what [`OwnKey::seal`] sealed for the same `context`.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        open(&self.0, context, sealed)
    }
}

impl Keys {
    /// A new master key, to be kept in the key file.
    pub fn generate(chance: &dyn Chance) -> Hash {
        let mut master = [0; 32];
        chance.fill(&mut master);
        master
    }

    /// The keys that follow from a master key.
    pub fn from_bytes(master: &Hash) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&mac(master, &[b"qixiao seal 1"]).into()),
            fingerprints: mac(master, &[b"qixiao fingerprint 1"]),
        }
    }

    /// Seals a value for one purpose: `context` (such as `person.phone` and an id) is needed again to open it.
    ///
    /// # Panics
    ///
    /// When `plaintext` is 256 GiB long.
    pub fn seal(&self, context: &str, plaintext: &[u8], chance: &dyn Chance) -> Vec<u8> {
        seal(&self.cipher, context, plaintext, chance)
    }

    /// Opens what [`Keys::seal`] sealed for the same `context`.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        open(&self.cipher, context, sealed)
    }

    /// Draws a key of its own for one thing, and seals it for `context`: 32 random bytes.
    pub fn draw_own(&self, context: &str, chance: &dyn Chance) -> (OwnKey, Vec<u8>) {
        let secret = Self::generate(chance);
        (OwnKey::from_secret(&secret), self.seal(context, &secret, chance))
    }

    /// Opens a key that [`Keys::draw_own`] sealed for the same `context`.
    pub fn open_own(&self, context: &str, sealed: &[u8]) -> Result<OwnKey, OpenError> {
        let secret: Hash = self.open(context, sealed)?.try_into().map_err(|_| OpenError::Shape)?;
        Ok(OwnKey::from_secret(&secret))
    }

    /// A keyed hash, by which equal values of one purpose are found without being opened.
    pub fn fingerprint(&self, context: &str, text: &str) -> Hash {
        mac(&self.fingerprints, &[context.as_bytes(), text.as_bytes()])
    }

    /// A mark of the master key that says nothing about it: the database keeps it, so that a wrong key file is noticed.
    pub fn mark(&self) -> Hash {
        mac(&self.fingerprints, &[b"qixiao key mark 1"])
    }
}

/// The hash under which a token is stored. Tokens carry enough chance of their own: no salt, no stretching.
pub fn token_hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// The hash under which a file is known.
pub fn content_hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use kernel::{SeededChance, to_hex};

    use super::*;

    fn keys() -> (Keys, SeededChance) {
        let chance = SeededChance::new(4);
        (Keys::from_bytes(&Keys::generate(&chance)), chance)
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_only() {
        let (keys, chance) = keys();
        let sealed = keys.seal("person.phone", "13800000000".as_bytes(), &chance);
        assert_eq!(keys.open("person.phone", &sealed).unwrap(), b"13800000000");
        assert_eq!(keys.open("person.id_number", &sealed), Err(OpenError::Refused));
        assert_eq!(
            Keys::from_bytes(&[1; 32]).open("person.phone", &sealed),
            Err(OpenError::Refused)
        );
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(keys.open("person.phone", &changed), Err(OpenError::Refused));
        for broken in [&b""[..], &sealed[..20], &[2; 80][..]] {
            assert_eq!(keys.open("person.phone", broken), Err(OpenError::Shape));
        }
    }

    #[test]
    fn the_same_value_is_sealed_differently_and_fingerprinted_alike() {
        let (keys, chance) = keys();
        let seal = || keys.seal("c", b"x", &chance);
        assert_ne!(seal(), seal());
        assert_eq!(keys.fingerprint("c", "x"), keys.fingerprint("c", "x"));
        assert_ne!(keys.fingerprint("c", "x"), keys.fingerprint("d", "x"));
        assert_ne!(keys.fingerprint("ab", "c"), keys.fingerprint("a", "bc"));
        assert_ne!(keys.mark(), Keys::from_bytes(&[1; 32]).mark());
    }

    #[test]
    fn keys_print_nothing() {
        let (keys, chance) = keys();
        assert_eq!(format!("{keys:?}"), "Keys(..)");
        assert_eq!(format!("{:?}", keys.draw_own("a", &chance).0), "OwnKey(..)");
    }

    #[test]
    fn a_key_of_its_own_opens_what_it_sealed_and_nothing_else_does() {
        let (keys, chance) = keys();
        let ((own, sealed), (other, _)) = (keys.draw_own("a", &chance), keys.draw_own("a", &chance));
        let letter = own.seal("name", "王".as_bytes(), &chance);
        let again = keys.open_own("a", &sealed).unwrap();
        assert_eq!(again.open("name", &letter).unwrap(), "王".as_bytes());
        assert_eq!(again.open("address", &letter), Err(OpenError::Refused));
        assert_eq!(other.open("name", &letter), Err(OpenError::Refused));
        assert_eq!(keys.open("name", &letter), Err(OpenError::Refused));
        assert_eq!(keys.open_own("b", &sealed).unwrap_err(), OpenError::Refused);
        assert_eq!(
            keys.open_own("a", &keys.seal("a", b"short", &chance)).unwrap_err(),
            OpenError::Shape
        );
    }

    #[test]
    fn a_token_is_hashed_as_everybody_hashes() {
        assert_eq!(
            to_hex(&token_hash("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
