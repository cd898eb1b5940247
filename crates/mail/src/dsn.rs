//! What comes back from other servers about letters of ours: refusals (RFC 3464), refusals in a large provider's own words,
//! and complaints of readers (RFC 5965).
//!
//! Anybody can write such a message. Whoever acts on a [`Report`] first looks whether the letter it names exists and went to
//! that address.

mod plain;

use kernel::{EmailAddress, LetterId};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::{EnhancedCode, Reply};

kernel::codes! {
    /// What became of the letter.
    Action {
        /// It was refused and comes to nobody.
        Failed = "failed",
        /// It still waits somewhere.
        Delayed = "delayed",
        /// It arrived.
        Delivered = "delivered",
        /// It was passed on to a server that tells no more.
        Relayed = "relayed",
        /// It was passed on to several addresses.
        Expanded = "expanded",
        /// Its reader called it unwanted.
        Complained = "complained",
    }
}

/// What somebody says of one letter to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The `Message-ID` of the letter, without its brackets.
    pub original_message_id: Option<String>,
    /// To whom it went.
    pub recipient: Option<EmailAddress>,
    /// What became of it.
    pub action: Action,
    /// The enhanced code.
    pub status: Option<EnhancedCode>,
    /// The words of the server, or the kind of complaint.
    pub said: String,
}

impl Report {
    /// The letter, by its `Message-ID`.
    pub fn letter(&self) -> Option<LetterId> {
        let id = self.original_message_id.as_deref()?;
        id.split('@').next()?.parse().ok()
    }

    /// Whether the address itself takes no letter.
    pub fn is_address_fault(&self) -> bool {
        let is_transient = self.status.is_some_and(EnhancedCode::is_transient);
        let reply = Reply {
            code: if is_transient { 450 } else { 550 },
            enhanced: self.status,
            said: self.said.clone(),
        };
        self.action == Action::Failed && reply.is_address_fault()
    }
}

/// Every report in a message; none when it is something else, such as an answer of a person or of their holiday.
pub fn reports(raw: &[u8]) -> Vec<Report> {
    let Some(message) = MessageParser::default().parse(raw) else {
        return Vec::new();
    };
    let of_kind = |subtype: &str| message.parts.iter().find(|part| is_kind(part, "message", subtype));
    let id = || original_message_id(&message);
    if let Some(part) = of_kind("feedback-report") {
        return vec![complaint(part, id(), &message)];
    }
    let status = of_kind("delivery-status").or_else(|| of_kind("global-delivery-status"));
    let found = status.map(|part| statuses(part, id().as_deref())).unwrap_or_default();
    if found.is_empty() {
        plain::report(&message, id()).into_iter().collect()
    } else {
        found
    }
}

fn is_kind(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|have| {
        let has_subtype = have.subtype().is_some_and(|have| have.eq_ignore_ascii_case(subtype));
        have.ctype().eq_ignore_ascii_case(kind) && has_subtype
    })
}

/// The messages of a mailbox file (`mbox`, its lines `From ` and `>From `).
pub fn mbox(bytes: &[u8]) -> Vec<Vec<u8>> {
    mail_parser::mailbox::mbox::MessageIterator::new(bytes)
        .filter_map(Result::ok)
        .map(mail_parser::mailbox::mbox::Message::unwrap_contents)
        .collect()
}

/// The fields of a report, group by group: lower-case names, folded lines joined.
fn groups(part: &MessagePart<'_>) -> Vec<Vec<(String, String)>> {
    let text = String::from_utf8_lossy(part.contents()).into_owned();
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = group.iter().find(|(have, _)| have == name)?;
    Some(found.1.as_str())
}

/// `rfc822; zhang@example.cn`, or the address alone.
fn address(value: &str) -> Option<EmailAddress> {
    let address = value.rsplit_once(';').map_or(value, |(_, address)| address);
    EmailAddress::parse(address.trim().trim_matches(['<', '>'])).ok()
}

fn statuses(part: &MessagePart<'_>, id: Option<&str>) -> Vec<Report> {
    let of = |group: &Vec<(String, String)>| {
        // The address as we wrote it; the final one may be that of a mailbox it was forwarded to.
        let recipient = field(group, "original-recipient")
            .and_then(address)
            .or_else(|| field(group, "final-recipient").and_then(address))?;
        let said = field(group, "diagnostic-code").map(|text| {
            let words = text.split_once(';').filter(|(kind, _)| !kind.contains(' '));
            words.map_or(text, |(_, words)| words).trim().to_owned()
        });
        let status: Option<EnhancedCode> = field(group, "status").and_then(|status| {
            let code = status.split_whitespace().next().unwrap_or_default();
            code.parse().ok()
        });
        let action = field(group, "action").map(str::to_ascii_lowercase);
        let action = action.and_then(|action| Action::from_code(action.split_whitespace().next().unwrap_or_default()));
        let action = action.filter(|action| *action != Action::Complained).or_else(|| {
            status.map(|code| {
                if code.is_permanent() {
                    Action::Failed
                } else {
                    Action::Delayed
                }
            })
        })?;
        Some(Report {
            original_message_id: id.map(str::to_owned),
            recipient: Some(recipient),
            action,
            // The server's own code says more than the 5.0.0 that some relays make of it.
            status: said
                .as_deref()
                .and_then(plain::reply_in)
                .and_then(|reply| reply.enhanced)
                .filter(|_| status.is_none_or(|code| code.to_string().ends_with(".0.0")))
                .or(status),
            said: said.unwrap_or_default(),
        })
    };
    groups(part).iter().filter_map(of).collect()
}

fn complaint(part: &MessagePart<'_>, id: Option<String>, message: &Message<'_>) -> Report {
    let fields: Vec<(String, String)> = groups(part).into_iter().flatten().collect();
    let recipient = ["original-rcpt-to", "removal-recipient"]
        .iter()
        .find_map(|name| field(&fields, name).and_then(address))
        .or_else(|| returned(message)?.1);
    Report {
        original_message_id: id,
        recipient,
        action: Action::Complained,
        status: None,
        said: field(&fields, "feedback-type").unwrap_or("abuse").to_owned(),
    }
}

/// `Message-ID` and recipient of our letter, where it or its headers lie in the report.
fn returned(message: &Message<'_>) -> Option<(Option<String>, Option<EmailAddress>)> {
    let read = |letter: &Message<'_>| {
        let to = letter.to().and_then(|to| to.first()).and_then(|to| to.address());
        (
            letter.message_id().map(str::to_owned),
            to.and_then(|to| EmailAddress::parse(to).ok()),
        )
    };
    message.parts.iter().find_map(|part| {
        if let PartType::Message(letter) = &part.body {
            return Some(read(letter));
        }
        if !is_kind(part, "text", "rfc822-headers") && !is_kind(part, "message", "global-headers") {
            return None;
        }
        let mut headers = part.contents().to_vec();
        headers.extend_from_slice(b"\r\n\r\n");
        MessageParser::default().parse_headers(&headers).as_ref().map(read)
    })
}

/// The `Message-ID` of our letter: in what came back of it, in the thread it was put into, or somewhere in the words.
fn original_message_id(message: &Message<'_>) -> Option<String> {
    let thread = || {
        let headers = [message.in_reply_to(), message.references()];
        headers
            .into_iter()
            .find_map(|header| header.as_text())
            .map(str::to_owned)
    };
    returned(message)
        .and_then(|(id, _)| id)
        .or_else(thread)
        .or_else(|| plain::message_id_in(&plain::words(message)))
}

#[cfg(test)]
mod tests;
