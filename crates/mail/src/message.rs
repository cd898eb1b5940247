//! A letter as it goes out: rendered, addressed, dated.

use std::{
    str::FromStr,
    time::{Duration, SystemTime},
};

use kernel::{EmailAddress, EmailAddressError, LetterId, Locale, Timestamp};
use lettre::message::{
    Body, Mailbox, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
};

use crate::{Error, Rendered};

/// Whom letters come from. The domain of the address also makes the `Message-ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address in `From`.
    pub address: EmailAddress,
    /// The name beside it; without one the product's name in the recipient's language.
    pub name: Option<String>,
}

impl FromStr for Sender {
    type Err = EmailAddressError;

    /// Reads `企校 <no-reply@example.cn>` or an address alone.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
            None => ("", text),
        };
        Ok(Self {
            address: EmailAddress::parse(address)?,
            name: (!name.is_empty()).then(|| name.to_owned()),
        })
    }
}

/// One letter to one recipient. Rendering it twice gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The letter's id, from which `Message-ID` is made: a letter that was sent twice is recognised as one.
    pub id: LetterId,
    /// When it was written.
    pub at: Timestamp,
    /// Who sends it.
    pub from: Sender,
    /// Who receives it.
    pub to: EmailAddress,
    /// The recipient's language.
    pub locale: Locale,
    /// Subject and both bodies.
    pub content: Rendered,
}

/// How the bodies travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As any relay takes it: base64 or quoted-printable.
    Safe,
    /// As a person can read it in a file.
    Legible,
}

impl Message {
    /// The `Message-ID` with its brackets.
    pub fn message_id(&self) -> String {
        format!("<{}@{}>", self.id, self.from.address.domain())
    }

    /// The message as bytes in the format of RFC 5322.
    pub fn formatted(&self) -> Result<Vec<u8>, Error> {
        Ok(self.build(Encoding::Safe)?.formatted())
    }

    pub(crate) fn build(&self, encoding: Encoding) -> Result<lettre::Message, Error> {
        let name = self
            .from
            .name
            .clone()
            .unwrap_or_else(|| words::text(self.locale, "letter.sender"));
        let micros = u64::try_from(self.at.micros()).unwrap_or(0);
        let mut message = lettre::Message::builder()
            .from(mailbox(Some(name), &self.from.address)?)
            .to(mailbox(None, &self.to)?)
            .subject(self.content.subject.as_str())
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(self.message_id()))
            .multipart(
                MultiPart::alternative()
                    .boundary(self.id.uuid().simple().to_string())
                    .singlepart(part(ContentType::TEXT_PLAIN, &self.content.text, encoding))
                    .singlepart(part(ContentType::TEXT_HTML, &self.content.html, encoding)),
            )
            .map_err(|error| Error::Build(error.into()))?;
        let headers = message.headers_mut();
        for (name, value) in [
            // RFC 3834: no out-of-office answers to a machine, also from Exchange, which has its own header.
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
            (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"),
            (HeaderName::new_from_ascii_str("Content-Language"), self.locale.tag()),
        ] {
            headers.insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message)
    }
}

fn mailbox(name: Option<String>, address: &EmailAddress) -> Result<Mailbox, Error> {
    let address = address
        .as_str()
        .parse()
        .map_err(|error: lettre::address::AddressError| Error::Build(error.into()))?;
    Ok(Mailbox::new(name, address))
}

fn part(kind: ContentType, body: &str, encoding: Encoding) -> SinglePart {
    // RFC 5322 section 2.1.1: no longer line may travel as it is.
    let fits = body.lines().all(|line| line.len() <= 998) && !body.contains('\0');
    let builder = SinglePart::builder().header(kind);
    if encoding == Encoding::Legible && fits {
        let lines = body.lines().collect::<Vec<_>>().join("\r\n");
        builder.body(Body::dangerous_pre_encoded(
            format!("{lines}\r\n").into_bytes(),
            ContentTransferEncoding::EightBit,
        ))
    } else {
        builder.body(body.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_read_with_and_without_a_name() {
        for (text, name) in [
            ("企校 Qixiao <no-reply@example.cn>", Some("企校 Qixiao")),
            ("\"Qixiao, 企校\" <no-reply@example.cn>", Some("Qixiao, 企校")),
            ("<no-reply@example.cn>", None),
            (" no-reply@example.cn ", None),
        ] {
            let sender: Sender = text.parse().unwrap();
            assert_eq!(
                (sender.address.as_str(), sender.name.as_deref()),
                ("no-reply@example.cn", name),
                "{text}"
            );
        }
        assert!("企校".parse::<Sender>().is_err());
        assert!("企校 <nobody>".parse::<Sender>().is_err());
    }
}
