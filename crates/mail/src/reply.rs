//! What a mail server answers: the code, the enhanced code (RFC 3463), and its words.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An enhanced status code: `5.1.1` says "permanent, address, no such mailbox".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnhancedCode {
    class: u8,
    subject: u16,
    detail: u16,
}

/// Not of the form `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enhanced status code")]
pub struct NotAnEnhancedCode;

impl EnhancedCode {
    /// Whether it says that the same letter may pass later.
    pub const fn is_transient(self) -> bool {
        self.class == 4
    }

    /// Whether it says that the letter will never pass.
    pub const fn is_permanent(self) -> bool {
        self.class == 5
    }

    /// Whether it says that this address takes no letter, today or ever: no such mailbox, no such system, moved and left
    /// no address, disabled, no domain that takes mail.
    pub const fn is_address_fault(self) -> bool {
        self.class == 5 && matches!((self.subject, self.detail), (1, 1 | 2 | 3 | 6 | 10) | (2, 1))
    }
}

impl FromStr for EnhancedCode {
    type Err = NotAnEnhancedCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.');
        let class = match parts.next() {
            Some("2") => 2,
            Some("4") => 4,
            Some("5") => 5,
            _ => return Err(NotAnEnhancedCode),
        };
        let mut next = || {
            let part = parts.next().filter(|part| (1..=3).contains(&part.len()))?;
            let is_number = part.bytes().all(|b| b.is_ascii_digit());
            part.parse().ok().filter(|_| is_number)
        };
        let (subject, detail) = next().zip(next()).ok_or(NotAnEnhancedCode)?;
        match parts.next() {
            None => Ok(Self { class, subject, detail }),
            Some(_) => Err(NotAnEnhancedCode),
        }
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl TryFrom<String> for EnhancedCode {
    type Error = NotAnEnhancedCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EnhancedCode> for String {
    fn from(code: EnhancedCode) -> Self {
        code.to_string()
    }
}

/// A negative reply of a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three figures: `550`.
    pub code: u16,
    /// The enhanced code, where the server gave one.
    pub enhanced: Option<EnhancedCode>,
    /// Its words, without the three figures.
    pub said: String,
}

/// What servers say of an address that does not exist, where they give no enhanced code or one that says less.
const NO_SUCH_MAILBOX: [&str; 15] = [
    "user unknown",
    "unknown user",
    "no such user",
    "user not found",
    "user doesn't exist",
    "user does not exist",
    "mailbox not found",
    "mailbox unavailable or access denied",
    "mailbox does not exist",
    "no such mailbox",
    "recipient not found",
    "invalid recipient",
    "address rejected: no such",
    "account has been disabled",
    "不存在",
];

/// What servers say when it is too much at a time, whatever the code: the large Chinese providers answer 550 then.
const TOO_OFTEN: [&str; 9] = [
    "frequency limited",
    "too many",
    "rate limit",
    "rate-limit",
    "too fast",
    "greylist",
    "graylist",
    "频率",
    "过于频繁",
];

/// The longest words that are kept of a server.
const LONGEST: usize = 1_000;

/// What somebody else's server said, as one line that can be kept and shown: a server may send anything, and a database
/// takes no zero byte.
pub(crate) fn in_one_line(said: &str) -> String {
    let words = said.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

impl Reply {
    /// A reply with its words; an enhanced code is looked for at their beginning.
    pub fn new(code: u16, said: &str) -> Self {
        let said = in_one_line(said);
        let first = said.split(' ').next().unwrap_or_default();
        Self {
            code,
            enhanced: first.trim_start_matches('#').parse().ok(),
            said,
        }
    }

    /// Reads a line as it came over the wire: `550 5.1.1 no such user`, also `550-5.1.1 no such user`.
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        let code = line.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?;
        let rest = line.get(3..)?;
        if !(rest.is_empty() || rest.starts_with([' ', '-'])) {
            return None;
        }
        let code = code.parse().ok().filter(|code| (200..600).contains(code))?;
        Some(Self::new(code, rest.trim_start_matches([' ', '-'])))
    }

    /// Whether the same letter may pass at a later try. A refusal (5xx) is final, with two exceptions: a refused log-in
    /// is the fault of the configuration and not of the letter, and large providers answer 550 where they mean "too many
    /// at a time".
    pub fn is_transient(&self) -> bool {
        self.code < 500 || matches!(self.code, 530 | 534 | 535 | 538) || self.is_rate_limit()
    }

    /// Whether the address itself takes no letter: writing there again only harms the sender's name.
    pub fn is_address_fault(&self) -> bool {
        if self.code < 500 || self.is_rate_limit() {
            return false;
        }
        let by_code = self.enhanced.is_some_and(EnhancedCode::is_address_fault);
        // A refusal of the content or of the sender is no fault of the address, whatever else the words say.
        let about_policy = self.enhanced.is_some_and(|code| matches!(code.subject, 6 | 7));
        by_code || (!about_policy && self.says_one_of(&NO_SUCH_MAILBOX))
    }

    /// Whether the server wants fewer letters at a time: everything for that domain slows down.
    pub fn is_rate_limit(&self) -> bool {
        self.code == 421 || self.says_one_of(&TOO_OFTEN)
    }

    fn says_one_of(&self, signs: &[&str]) -> bool {
        let said = self.said.to_lowercase();
        signs.iter().any(|sign| said.contains(sign))
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_sends_is_kept_as_one_line_without_what_no_database_takes() {
        assert_eq!(in_one_line("\u{15}\u{3}\0TLS\r\n  al\0ert "), "TLS al ert");
        assert_eq!(in_one_line(&"长".repeat(2_000)).chars().count(), 1_000);
        assert_eq!(Reply::new(550, "5.1.1\0no such user").said, "5.1.1 no such user");
    }

    fn reply(line: &str) -> Reply {
        Reply::parse(line).unwrap()
    }

    #[test]
    fn an_address_that_does_not_exist_is_told_from_a_letter_that_is_not_wanted() {
        for line in [
            "550 5.1.1 no such user",
            "550-5.1.1 The email account that you tried to reach does not exist.",
            "550 5.2.1 The user you are trying to contact is disabled",
            "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?id=1",
            "550 User not found: zhang@163.example",
            "553 5.1.3 bad address",
        ] {
            assert!(reply(line).is_address_fault(), "{line}");
            assert!(!reply(line).is_transient(), "{line}");
        }
        for line in [
            "554 5.7.1 rejected",
            "550 Mail content denied",
            "552 5.2.2 mailbox full",
            "550 5.7.1 user unknown to our policy service",
            "450 4.1.1 user unknown in local table",
            "550 Domain frequency limited: no such user",
        ] {
            assert!(!reply(line).is_address_fault(), "{line}");
        }
    }

    #[test]
    fn too_much_at_a_time_is_no_refusal() {
        for line in [
            "550 Domain frequency limited",
            "421 4.7.0 Too many connections",
            "554 您的发信频率过高",
            "451 4.7.1 Greylisted, come back in 5 minutes",
        ] {
            assert!(reply(line).is_transient() && reply(line).is_rate_limit(), "{line}");
        }
        assert!(reply("452 4.2.2 mailbox full").is_transient());
        assert!(
            !reply("452 4.2.2 mailbox full").is_rate_limit(),
            "one full mailbox slows nobody else"
        );
    }

    #[test]
    fn a_refused_log_in_is_not_the_letters_fault() {
        assert!(reply("535 5.7.8 wrong password").is_transient());
    }

    #[test]
    fn codes_are_read_as_they_are_written_and_nothing_else_is_taken_for_one() {
        assert_eq!("5.1.10".parse::<EnhancedCode>().unwrap().to_string(), "5.1.10");
        for text in [
            "5.1", "5.1.1.1", "3.1.1", "5.a.1", "5..1", "127.0.0", "+5.1.1", "5.1.1234",
        ] {
            assert!(text.parse::<EnhancedCode>().is_err(), "{text}");
        }
        assert_eq!(reply("550 5.1.1 no such user").to_string(), "550 5.1.1 no such user");
        for line in ["", "55", "550x", "5501 no", "hello", "099 no"] {
            assert_eq!(Reply::parse(line), None, "{line}");
        }
    }
}
