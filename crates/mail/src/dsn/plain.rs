//! Refusals that a provider tells in words of its own. QQ Mail and 163 send such, and so do old servers.

use kernel::{EmailAddress, LetterId};
use mail_parser::{HeaderValue, Message};

use super::{Action, Report};
use crate::{EnhancedCode, Reply};

/// Who writes such messages.
const WRITERS: [&str; 4] = ["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"];

/// What their subjects say.
const SUBJECTS: [&str; 9] = [
    "退信",
    "投递失败",
    "undeliver",
    "delivery fail",
    "delivery status",
    "returned mail",
    "returned to sender",
    "mail delivery failed",
    "failure notice",
];

/// What they say while the letter still waits.
const WAITING: [&str; 7] = [
    "delayed",
    "will be retried",
    "will retry",
    "do not need to resend",
    "warning message only",
    "继续尝试",
    "延迟",
];

/// The codes of refusals; other numbers of three figures are sizes and days.
const CODES: [u16; 27] = [
    421, 450, 451, 452, 454, 500, 501, 502, 503, 504, 505, 511, 521, 530, 534, 535, 538, 541, 550, 551, 552, 553, 554,
    555, 556, 571, 591,
];

/// Reads a refusal in plain words; `None` when it is something else, or does not say of which letter it speaks.
pub(super) fn report(message: &Message<'_>, id: Option<String>) -> Option<Report> {
    let from = message.from()?.first()?.address()?.to_lowercase();
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let by_a_machine =
        WRITERS.iter().any(|name| from.split('@').next() == Some(name)) || has_empty_return_path(message);
    let text = words(message);
    let says_so = SUBJECTS.iter().any(|sign| subject.contains(sign)) || text.contains("退信");
    if !by_a_machine || !says_so {
        return None;
    }
    let own: Vec<String> = message
        .to()
        .into_iter()
        .flat_map(|to| to.iter().filter_map(|to| to.address()).map(str::to_lowercase))
        .chain([from])
        .collect();
    let failed = message.header("X-Failed-Recipients").and_then(HeaderValue::as_text);
    let recipient = addresses_in(failed.unwrap_or_default())
        .chain(addresses_in(&text))
        .find(|address| !own.contains(&address.key()));
    if recipient.is_none() && id.is_none() {
        return None;
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines().find_map(|line| reply_in(line).map(|reply| (line, reply)));
    let (said, status) = match told {
        Some((_, reply)) if reply.code > 0 => (reply.to_string(), reply.enhanced),
        Some((line, reply)) => (line.to_owned(), reply.enhanced),
        None => {
            let mut rest =
                lines().skip_while(|line| !["原因", "reason"].iter().any(|sign| line.to_lowercase().contains(sign)));
            let said = match (rest.next(), rest.next()) {
                // The heading is followed by what it announces.
                (Some(heading), Some(line)) if heading.ends_with(['：', ':']) => format!("{heading} {line}"),
                (Some(line), _) => line.to_owned(),
                (None, _) => lines().next().unwrap_or_default().to_owned(),
            };
            (said, None)
        }
    };
    let lower = text.to_lowercase();
    let waits = WAITING
        .iter()
        .any(|sign| lower.contains(sign) || subject.contains(sign));
    Some(Report {
        original_message_id: id,
        recipient,
        action: if waits { Action::Delayed } else { Action::Failed },
        status,
        said: said.chars().take(500).collect(),
    })
}

/// RFC 5321 section 4.5.5: what reports about letters has no sender itself.
fn has_empty_return_path(message: &Message<'_>) -> bool {
    message
        .header_raw("Return-Path")
        .is_some_and(|path| matches!(path.trim(), "<>" | ""))
}

/// Everything that a person would read in it.
pub(super) fn words(message: &Message<'_>) -> String {
    (0..message.text_body_count())
        .filter_map(|index| message.body_text(index))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The reply of a server somewhere in a line; one of code 0 when only an enhanced code stands there.
pub(super) fn reply_in(text: &str) -> Option<Reply> {
    let starts = text
        .char_indices()
        .filter(|(at, c)| c.is_ascii_digit() && !text[..*at].ends_with(|b: char| b.is_ascii_alphanumeric() || b == '.'))
        .map(|(at, _)| &text[at..]);
    let mut only_enhanced = None;
    for rest in starts {
        if let Some(reply) = Reply::parse(rest).filter(|reply| CODES.contains(&reply.code)) {
            return Some(reply);
        }
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let code = rest[..end].trim_end_matches('.').parse::<EnhancedCode>().ok();
        if only_enhanced.is_none() {
            only_enhanced = code.filter(|code| code.is_permanent() || code.is_transient());
        }
    }
    only_enhanced.map(|code| Reply {
        code: 0,
        enhanced: Some(code),
        said: text.to_owned(),
    })
}

fn addresses_in(text: &str) -> impl Iterator<Item = EmailAddress> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-/=?^_`{|}~.@".contains(c))
        .filter(|word| word.contains('@'))
        .filter_map(|word| EmailAddress::parse(word.trim_matches(['.', '\'', '='])).ok())
}

/// A `Message-ID` as our letters carry it: an id of a letter before the `@`.
pub(super) fn message_id_in(text: &str) -> Option<String> {
    text.split('<').skip(1).find_map(|rest| {
        let id = rest.split('>').next()?;
        let (letter, _) = id.split_once('@')?;
        letter.parse::<LetterId>().ok().map(|_| id.to_owned())
    })
}
