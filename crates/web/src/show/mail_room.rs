//! The mail room: codes become words, facts become rows.

use std::collections::BTreeMap;

use kernel::Locale;
use operations::mail_room::{
    Digest, DigestItem, DigestOutcome, Dossier, Event, Letter, Overview, Preview, QueueStatus, Suppression, Why,
};
use words::Text;

use super::encode;
use crate::pages::{
    DigestRow, DomainRow, Form, Link, MailDossier, MailLetterPage, MailLetterRow, MailPreviewPage, MailRoomPage,
    PreviewChoice, PreviewRow, PriorityRow, SuppressionRow, SwitchView, ToldRow, WhyRow,
};

/// The mail room.
pub(crate) fn mail_room(overview: &Overview, form: Form) -> MailRoomPage {
    let count = |status| {
        let found = overview.counts.iter().find(|(of, _)| *of == status);
        found.map_or(0, |(_, count)| *count)
    };
    MailRoomPage {
        paused: overview.switch.as_ref().is_some_and(|(switch, _)| switch.paused),
        switch: overview.switch.as_ref().map(|(switch, who)| SwitchView {
            reason: switch.reason.clone(),
            who: who.clone(),
            at: switch.at,
        }),
        form,
        waiting: count(QueueStatus::Ready) + count(QueueStatus::Running),
        oldest: overview.oldest(),
        sent: count(QueueStatus::Done),
        given_up: count(QueueStatus::Dead),
        digests_due: overview.digests_due,
        suppressed: overview.suppressed,
        priorities: overview
            .waiting
            .iter()
            .map(|waiting| PriorityRow {
                name: Text::of("letter_priority", waiting.kind.code()),
                waiting: waiting.letters,
                oldest: waiting.oldest,
            })
            .collect(),
        domains: overview
            .domains
            .iter()
            .map(|domain| DomainRow {
                domain: domain.domain.clone(),
                waiting: domain.waiting,
                tried: domain.tried,
                oldest: domain.oldest,
                sent: domain.sent,
                failed: domain.failed,
            })
            .collect(),
        more_domains: overview.every_domain - overview.domains.len(),
        failures: overview
            .failures
            .iter()
            .map(|letter| letter_row(letter, letter.recipient.masked()))
            .collect(),
    }
}

/// A letter in a list.
fn letter_row(letter: &Letter, to: String) -> MailLetterRow {
    let (tone, state) = match letter.status {
        _ if letter.suppressed.is_some() => ("wrong", "suppressed"),
        QueueStatus::Done if letter.failed_at.is_some() => ("wrong", "came_back"),
        QueueStatus::Done => ("done", "done"),
        QueueStatus::Dead => ("wrong", "dead"),
        QueueStatus::Running => ("wait", "running"),
        QueueStatus::Ready if letter.failures > 0 => ("wait", "again"),
        QueueStatus::Ready => ("wait", "ready"),
    };
    let waits = letter.status == QueueStatus::Ready;
    let came_back = letter.failed_at.is_some();
    MailLetterRow {
        href: format!("/operator/mail/letters/{}", letter.id),
        name: Text::of("letter_name", &letter.name),
        to,
        tone,
        state: Text::of("letter_state", state),
        at: letter.created_at,
        next: waits.then_some(letter.run_at),
        ended: letter.finished_at,
        // What a server said when it took the letter is worth more than why it did not before.
        said: letter
            .reply
            .clone()
            .filter(|_| !came_back)
            .or_else(|| letter.last_error.clone()),
    }
}

fn address(email: &str) -> Link {
    Link::new(format!("/operator/mail/address?email={}", encode(email)), email)
}

/// A letter's page.
pub(crate) fn mail_letter(letter: &Letter, may_resend: bool, form: Form) -> MailLetterPage {
    let event = letter.event.as_deref();
    MailLetterPage {
        letter: letter_row(letter, letter.recipient.to_string()),
        subject: letter.subject.clone(),
        about: event.map(|event| Text::of("mail_event", event)),
        failures: letter.failures,
        address: address(letter.recipient.as_str()),
        again_for: letter.resent_from.map(|id| format!("/operator/mail/letters/{id}")),
        form,
        may_resend,
    }
}

/// An address that is, or was, not written to.
pub(crate) fn suppression_row(suppression: &Suppression, who: &str) -> SuppressionRow {
    let new = &suppression.suppression;
    SuppressionRow {
        address: address(new.email.as_str()),
        reason: Text::of("suppression_reason", new.reason.code()),
        said: new.said.clone(),
        at: new.at,
        who: who.to_owned(),
        lifted: suppression
            .lifted
            .as_ref()
            .map(|lifting| (lifting.at, lifting.reason.clone())),
    }
}

/// Everything about an address.
pub(crate) fn mail_dossier(dossier: &Dossier) -> MailDossier {
    let account = dossier.account.as_ref();
    let due = dossier.schedules.iter();
    MailDossier {
        email: dossier.email.to_string(),
        account_since: account.map(|account| account.created_at),
        confirmed_at: account.and_then(|account| account.email_confirmed_at),
        why: dossier.why.iter().copied().map(why_row).collect(),
        suppression: dossier
            .suppression
            .as_ref()
            .map(|suppression| suppression_row(suppression, "")),
        told: dossier
            .told
            .iter()
            .map(|told| ToldRow {
                event: told.event.name(),
                how: told.cadence.name(),
                chosen_at: told.chosen_at,
                sources: told.sources,
            })
            .collect(),
        due: due
            .map(|schedule| (Text::of("cadence", &schedule.cadence), schedule.next_at))
            .collect(),
        digests: dossier
            .digests
            .iter()
            .map(|(digest, items)| digest_row(digest, items))
            .collect(),
        letters: dossier
            .letters
            .iter()
            .map(|letter| letter_row(letter, letter.recipient.to_string()))
            .collect(),
    }
}

fn why_row(why: Why) -> WhyRow {
    let about = |key, event: Event| Text::of("mail_why", key).with("event", event.name());
    let (text, at) = match why {
        Why::Suppressed => (Text::of("mail_why", "suppressed"), None),
        Why::HeldBack => (Text::of("mail_why", "held_back"), None),
        Why::NoAccount => (Text::of("mail_why", "no_account"), None),
        Why::NotConfirmed => (Text::of("mail_why", "not_confirmed"), None),
        Why::Never(event) => (about("never", event), None),
        Why::NoSource(event) => (about("no_source", event), None),
        Why::NothingNew(at) => (Text::of("mail_why", "nothing_new"), Some(at)),
        Why::Waiting => (Text::of("mail_why", "waiting"), None),
        Why::GivenUp(at) => (Text::of("mail_why", "given_up"), Some(at)),
    };
    WhyRow { text, at }
}

fn digest_row(digest: &Digest, items: &[DigestItem]) -> DigestRow {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items.iter().filter(|item| item.position.is_some()) {
        *told.entry(&item.kind).or_default() += 1;
    }
    DigestRow {
        how: Text::of("cadence", &digest.cadence),
        period: digest.period.clone(),
        at: digest.made_at,
        from: digest.from,
        tone: match digest.outcome {
            DigestOutcome::Sent => "done",
            DigestOutcome::Nothing => "",
            DigestOutcome::Suppressed | DigestOutcome::Paused => "wrong",
        },
        outcome: Text::of("digest_outcome", digest.outcome.code()),
        letter: digest.letter.map(|id| format!("/operator/mail/letters/{id}")),
        told: told
            .into_iter()
            .map(|(kind, count)| (Text::of("digest_item", kind), count))
            .collect(),
        counted: (digest.counted > 0).then(|| {
            let key = if digest.counted_at_least {
                "mail_room.digest_counted_at_least"
            } else {
                "mail_room.digest_counted"
            };
            Text::new(key).with("n", digest.counted)
        }),
    }
}

/// A letter of the catalogue.
pub(crate) fn preview_row((code, event): (&'static str, Option<Event>)) -> PreviewRow {
    PreviewRow {
        href: format!("/operator/mail/previews/{code}"),
        name: Text::of("letter_name", code),
        about: event.map(Event::name),
        code,
    }
}

/// A sample of a letter.
pub(crate) fn mail_preview(preview: &Preview, sample: usize, locale: Locale) -> MailPreviewPage {
    let path = format!("/operator/mail/previews/{}", preview.name);
    let href = |sample: usize, locale: Locale| format!("{path}?sample={sample}&lang={}", locale.code());
    let languages = Locale::ALL.map(|other| PreviewChoice {
        href: href(sample, other),
        name: match other {
            Locale::Zh => "中文",
            Locale::En => "English",
        }
        .to_owned(),
        chosen: other == locale,
    });
    MailPreviewPage {
        name: Text::of("letter_name", preview.name),
        subject: preview.letter.subject.clone(),
        language: locale.tag(),
        frame: format!("{path}/html?sample={sample}&lang={}", locale.code()),
        lines: preview.letter.text.trim_end().lines().map(str::to_owned).collect(),
        samples: (1..=preview.samples)
            .map(|number| PreviewChoice {
                href: href(number, locale),
                name: number.to_string(),
                chosen: number == sample,
            })
            .collect(),
        languages: languages.to_vec(),
    }
}
