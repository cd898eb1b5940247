//! E-mail addresses as they are typed, and the key by which two of them are the same.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An address that a letter can be sent to: a local part and a domain, both ASCII.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Not of the form `name@domain`.
    #[error("not an e-mail address")]
    Shape,
    /// Longer than 254 characters.
    #[error("too long for an e-mail address")]
    TooLong,
}

impl EmailAddress {
    /// Reads an address; full-width characters that an input method left (＠ ．) are mended, spaces around it dropped.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let mended = text.trim().replace('＠', "@").replace(['．', '。'], ".");
        if mended.len() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        let (local, domain) = mended.rsplit_once('@').ok_or(EmailAddressError::Shape)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b));
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2
            && labels.iter().all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if local_ok && domain_ok {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(EmailAddressError::Shape)
        }
    }

    /// The address as it is sent to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key by which two addresses are one login: lower case throughout.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as logs and other people may see it: `z***@example.cn`.
    pub fn masked(&self) -> String {
        format!("{}***@{}", self.0.chars().next().unwrap_or('*'), self.domain())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_mended_where_the_input_method_spoiled_it() {
        assert_eq!(
            EmailAddress::parse(" zhang＠Example．CN ").map(String::from),
            Ok("zhang@example.cn".to_owned())
        );
        assert_eq!(
            EmailAddress::parse("Zhang.San@example.cn").map(|a| a.key()),
            Ok("zhang.san@example.cn".to_owned())
        );
        assert_eq!(
            EmailAddress::parse("zhang@example.cn").map(|a| a.masked()),
            Ok("z***@example.cn".to_owned())
        );
    }

    #[test]
    fn what_no_letter_can_reach_is_refused() {
        for typed in [
            "",
            "zhang",
            "zhang@",
            "@example.cn",
            "zh ang@example.cn",
            "zhang@example",
            "a..b@example.cn",
            "张@example.cn",
            "a@-x.cn",
            "a@b\r\n.cn",
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(EmailAddressError::Shape), "{typed}");
        }
    }
}
