//! A letter as it goes out: rendered, addressed, dated.

use std::{
    str::FromStr,
    time::{Duration, SystemTime},
};

use kernel::{EmailAddress, EmailAddressError, LetterId, Locale, Timestamp};
use lettre::message::{
    Body, Mailbox, MultiPart, SinglePart,
    header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
};

use crate::{Error, Rendered, Signing};

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
    /// By what a mailbox sorts it and ends it; `None` for a letter that cannot be ended.
    pub list: Option<ListHeaders>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
}

/// How a mailbox recognises letters of one kind, and how its own button ends them (RFC 2919, RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListHeaders {
    /// The list's id, such as `matches.qixiao.example.cn`.
    pub id: String,
    /// The address to which a `POST` ends them, and which a person may open.
    pub unsubscribe: String,
}

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, in any script.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// What it holds.
    pub bytes: Vec<u8>,
}

kernel::codes! {
    /// What an attachment is.
    AttachmentKind {
        /// A document.
        Pdf = "pdf",
        /// Dates for a calendar (RFC 5545).
        Calendar = "ics",
    }
}

impl AttachmentKind {
    /// The type that a mail program reads.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Calendar => "text/calendar; charset=utf-8; method=PUBLISH",
        }
    }
}

/// A text of which at least one byte in so many is none of ASCII travels in base64: there quoted-printable takes more room,
/// and longer to write. Others stay legible.
const LEGIBLE_BELOW: usize = 20;

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

    /// The same with a signature over it.
    pub fn signed(&self, signing: &Signing) -> Result<Vec<u8>, Error> {
        let mut message = self.build(Encoding::Safe)?;
        signing.sign(&mut message);
        Ok(message.formatted())
    }

    pub(crate) fn build(&self, encoding: Encoding) -> Result<lettre::Message, Error> {
        let name = self
            .from
            .name
            .clone()
            .unwrap_or_else(|| words::text(self.locale, "letter.sender"));
        let micros = u64::try_from(self.at.micros()).unwrap_or(0);
        // Made from the id, so that the same letter is the same bytes.
        let boundary = self.id.uuid().simple().to_string();
        let bodies = MultiPart::alternative()
            .boundary(boundary.clone())
            .singlepart(part(ContentType::TEXT_PLAIN, &self.content.text, encoding))
            .singlepart(part(ContentType::TEXT_HTML, &self.content.html, encoding));
        let content = if self.attachments.is_empty() {
            bodies
        } else {
            let mut mixed = MultiPart::mixed()
                .boundary(format!("{boundary}-files"))
                .multipart(bodies);
            for attachment in &self.attachments {
                mixed = mixed.singlepart(attached(attachment)?);
            }
            mixed
        };
        let (kind, body) = written_out(&content, encoding)?;
        let mut message = lettre::Message::builder()
            .from(mailbox(Some(name), &self.from.address)?)
            .to(mailbox(None, &self.to)?)
            .subject(self.content.subject.as_str())
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(self.message_id()))
            .header(MIME_VERSION_1_0)
            .header(kind)
            .body(body)
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
        if let Some(list) = &self.list {
            for (name, value) in [
                (HeaderName::new_from_ascii_str("List-Id"), in_brackets(&list.id)?),
                (
                    HeaderName::new_from_ascii_str("List-Unsubscribe"),
                    in_brackets(&list.unsubscribe)?,
                ),
                (
                    HeaderName::new_from_ascii_str("List-Unsubscribe-Post"),
                    "List-Unsubscribe=One-Click".to_owned(),
                ),
            ] {
                // As it is: folded or encoded, mailboxes would not find the address.
                headers.insert_raw(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value));
            }
        }
        Ok(message)
    }
}

/// The type and the bytes of all parts. lettre keeps the type of parts that it formats itself out of reach of the signature.
fn written_out(content: &MultiPart, encoding: Encoding) -> Result<(ContentType, Body), Error> {
    let kind = content.headers().get::<ContentType>();
    let kind = kind.ok_or_else(|| Error::Build("the parts have no type".into()))?;
    let mut bytes = content.formatted();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(0, |at| at + 4);
    let bytes = bytes.split_off(end);
    let transfer = match encoding {
        Encoding::Safe => ContentTransferEncoding::SevenBit,
        Encoding::Legible => ContentTransferEncoding::EightBit,
    };
    Ok((kind, Body::dangerous_pre_encoded(bytes, transfer)))
}

/// The value in angle brackets; nothing that could end the header or the brackets.
fn in_brackets(value: &str) -> Result<String, Error> {
    let is_plain = value
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>' && b != b',');
    if is_plain && (1..=900).contains(&value.len()) {
        Ok(format!("<{value}>"))
    } else {
        Err(Error::Build("a list header holds more than an address".into()))
    }
}

fn attached(attachment: &Attachment) -> Result<SinglePart, Error> {
    let kind = ContentType::parse(attachment.kind.content_type()).map_err(|error| Error::Build(error.into()))?;
    // A name with a control character in it would end the header.
    let name: String = attachment.name.chars().filter(|c| !c.is_control()).collect();
    let body = Body::new_with_encoding(attachment.bytes.clone(), ContentTransferEncoding::Base64);
    let body = body.map_err(|_| Error::Build("an attachment cannot be written in base64".into()))?;
    Ok(SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::attachment(&name))
        .body(body))
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
    // lettre would make room for each line's end by itself and move all that follows.
    let mut lines = body.lines().collect::<Vec<_>>().join("\r\n");
    let is_legible = encoding == Encoding::Legible && fits;
    if is_legible || body.ends_with('\n') {
        lines.push_str("\r\n");
    }
    if is_legible {
        let kept = Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::EightBit);
        return builder.body(kept);
    }
    let foreign = body.bytes().filter(|byte| !byte.is_ascii()).count();
    if foreign * LEGIBLE_BELOW < body.len() {
        return builder.body(lines);
    }
    match Body::new_with_encoding(lines, ContentTransferEncoding::Base64) {
        Ok(packed) => builder.body(packed),
        Err(lines) => builder.body(lines),
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
