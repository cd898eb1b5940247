//! Unguessable tokens of sessions, links and invitations, and the codes people read to each other.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Chance;

/// A secret of 256 random bits in an address or a cookie. Only its hash is stored; its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token.
    pub fn new(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 32];
        chance.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A token as it came in; anything that cannot be one is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
        .then(|| Self(text.to_owned()))
    }

    /// The token itself, for an address or a cookie and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored in its place: SHA-256.
    pub(crate) fn hash(&self) -> storage::Hash {
        storage::keys::token_hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The letters and digits of a spoken code: none that look or sound alike (no 0 O 1 I L, no U V).
pub(crate) const CODE_ALPHABET: &[u8; 28] = b"23456789ABCDEFGHJKMNPQRSTWXY";

/// A code of 10 characters (48 bits) to hand over on paper: `K7M2Q-4XWPA`.
pub(crate) fn spoken_code(chance: &dyn Chance) -> String {
    let mut code = String::with_capacity(11);
    for at in 0..10 {
        if at == 5 {
            code.push('-');
        }
        let index = usize::try_from(chance.below(28)).unwrap_or(0);
        code.push(char::from(CODE_ALPHABET[index]));
    }
    code
}

/// What is stored in a code's place; however it was typed: small letters, spaces, no hyphen.
pub(crate) fn spoken_code_hash(typed: &str) -> storage::Hash {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    storage::keys::token_hash(&plain)
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    #[test]
    fn a_token_comes_back_from_an_address_and_hides_in_logs() {
        let token = Token::new(&SeededChance::new(1));
        assert_eq!(Token::parse(token.expose()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(..)");
        assert_eq!(Token::parse("short"), None);
        assert_eq!(Token::parse(&"%".repeat(43)), None);
    }

    #[test]
    fn a_code_is_heard_however_it_is_typed() {
        let code = spoken_code(&SeededChance::new(2));
        assert_eq!(code.len(), 11);
        assert_eq!(
            spoken_code_hash(&code),
            spoken_code_hash(&code.to_lowercase().replace('-', " "))
        );
    }
}
