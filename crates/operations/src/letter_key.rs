//! The key in the links at the foot of letters: whose letters, and which of them. It is made of what it says and of a keyed
//! hash over it, so that nothing is stored and it is good for as long as the key file is: a letter of last year still ends
//! letters today.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::AccountId;
use mail::{Cadence, Event};
use storage::keys::Keys;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// How much of the keyed hash a key carries: 128 bits cannot be guessed.
const MARK: usize = 16;
const DIGEST: &str = "digest-";

/// Which letters of an account a link is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All that may be chosen.
    All,
    /// Those about one event.
    Event(Event),
    /// The digest of one cadence, whatever it tells.
    Digest(Cadence),
}

impl Scope {
    fn code(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Event(event) => event.code().to_owned(),
            Self::Digest(cadence) => format!("{DIGEST}{cadence}"),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix(DIGEST) {
            Some(cadence) => Cadence::from_code(cadence).map(Self::Digest),
            None if code == "all" => Some(Self::All),
            None => Event::from_code(code).map(Self::Event),
        }
    }
}

fn mark(keys: &Keys, account: AccountId, scope: Scope) -> [u8; MARK] {
    let whole = keys.fingerprint("letters.key", &format!("{} {account}", scope.code()));
    std::array::from_fn(|at| whole[at])
}

/// The key to these letters of an account.
pub(crate) fn key(keys: &Keys, account: AccountId, scope: Scope) -> String {
    let bytes = [&account.uuid().as_bytes()[..], &mark(keys, account, scope)].concat();
    format!("{}.{}", scope.code(), URL_SAFE_NO_PAD.encode(bytes))
}

/// Whose letters a key is for and which; none when this instance did not make it.
pub(crate) fn read(keys: &Keys, text: &str) -> Option<(AccountId, Scope)> {
    let (code, bytes) = text.split_once('.')?;
    let scope = Scope::from_code(code)?;
    let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
    let (account, given) = bytes.split_first_chunk::<16>()?;
    let account = AccountId::from_uuid(Uuid::from_bytes(*account));
    let right: bool = mark(keys, account, scope)[..].ct_eq(given).into();
    right.then_some((account, scope))
}

#[cfg(test)]
mod tests {
    use kernel::{SeededChance, Timestamp};

    use super::*;

    fn keys(seed: u64) -> Keys {
        Keys::from_bytes(&Keys::generate(&SeededChance::new(seed)))
    }

    fn account(number: i64) -> AccountId {
        AccountId::new(Timestamp::from_micros(number * 1_000), &SeededChance::new(3))
    }

    fn scopes() -> Vec<Scope> {
        let events = Event::ALL.iter().map(|event| Scope::Event(*event));
        let digests = Cadence::ALL.iter().map(|cadence| Scope::Digest(*cadence));
        std::iter::once(Scope::All).chain(events).chain(digests).collect()
    }

    #[test]
    fn a_key_says_whose_letters_and_which() {
        let keys = keys(1);
        for scope in scopes() {
            let text = key(&keys, account(1), scope);
            assert_eq!(read(&keys, &text), Some((account(1), scope)), "{text}");
            assert_eq!(text, key(&keys, account(1), scope), "it is the same in every letter");
            assert!(
                text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
                "{text} stands in an address as it is"
            );
        }
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let keys = keys(1);
        let text = key(&keys, account(1), Scope::Event(Event::Week));
        for at in 0..text.len() {
            for other in ["A", "b", "7", "_", ".", "%", ""] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                assert!(
                    changed == text || read(&keys, &changed).is_none(),
                    "{changed} for {text}"
                );
            }
        }
        for wrong in [
            "",
            ".",
            "week",
            "week.",
            "all.AAAA",
            &format!("{text}A"),
            &text[..text.len() - 1],
        ] {
            assert_eq!(read(&keys, wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_key_of_one_event_opens_no_other() {
        let keys = keys(1);
        for own in scopes() {
            let text = key(&keys, account(1), own);
            let bytes = text.split_once('.').unwrap().1;
            for other in scopes().into_iter().filter(|other| *other != own) {
                assert_eq!(
                    read(&keys, &format!("{}.{bytes}", other.code())),
                    None,
                    "{own:?} as {other:?}"
                );
            }
        }
    }

    #[test]
    fn a_key_is_of_one_account_and_one_key_file() {
        let text = key(&keys(1), account(1), Scope::All);
        assert_ne!(text, key(&keys(1), account(2), Scope::All));
        assert_eq!(read(&keys(2), &text), None);
    }
}
