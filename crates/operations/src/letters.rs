//! Letters leave through the outbox: put there in the transaction of the fact they report, sent by a job.

use kernel::{EmailAddress, LetterId};
use mail::{Letter, Message, Rendered};
use storage::{NewLetter, Tx, Write};

use crate::{App, Cx, Failure, Result};

/// Letters that somebody waits for at the screen: they leave before all others.
const ACCESS: [&str; 3] = [
    mail::SignInLink::NAME,
    mail::ResetPassword::NAME,
    mail::ConfirmEmail::NAME,
];

/// Puts a letter into the outbox, rendered in the language of whoever acts. Its body is sealed until it is sent and
/// wiped then: it may carry a link that signs in.
pub(crate) async fn post<L: Letter + Sync>(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    to: &EmailAddress,
    letter: &L,
) -> Result<()> {
    if !app.writes_letters_at(cx.now) {
        return Ok(());
    }
    let rendered = app.letterhead().render(letter, cx.locale).map_err(Failure::internal)?;
    let id = app.id(cx.now, LetterId::new);
    let body = serde_json::to_vec(&rendered).map_err(Failure::internal)?;
    tx.outbox()
        .insert(&NewLetter {
            id,
            recipient: to.clone(),
            name: L::NAME.to_owned(),
            locale: cx.locale,
            subject: rendered.subject,
            body: app.keys().seal("outbox.body", &body, app.chance()),
            priority: if ACCESS.contains(&L::NAME) { 100 } else { 50 },
            created_at: cx.now,
        })
        .await?;
    Ok(())
}

/// What became of sending a letter.
#[derive(Debug)]
pub(crate) enum Sending {
    /// It left.
    Sent,
    /// It may leave later.
    Later(String),
    /// It will never leave.
    Never(String),
}

/// Sends one letter of the outbox. Sending is at least once: the message's id is the letter's, so that a receiver can
/// tell a double.
pub(crate) async fn send(app: &App, letter: storage::Letter) -> Sending {
    let Some(sealed) = &letter.body else {
        return Sending::Sent;
    };
    let opened = app.keys().open("outbox.body", sealed).ok();
    let Some(content) = opened.and_then(|body| serde_json::from_slice::<Rendered>(&body).ok()) else {
        return Sending::Never("the key file does not open this letter".to_owned());
    };
    let message = Message {
        id: letter.id,
        at: letter.created_at,
        from: app.settings().sender.clone(),
        to: letter.recipient,
        locale: letter.locale,
        content,
    };
    match app.transport().send(&message).await {
        Ok(()) => Sending::Sent,
        Err(error) if error.is_transient() => Sending::Later(error.to_string()),
        Err(error) => Sending::Never(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_letter_and_every_job_has_a_name_in_words() {
        let letters = mail::NAMES.iter().map(|name| format!("letter_name.{name}"));
        let jobs = crate::jobs::Job::KINDS.iter().map(|kind| format!("job_kind.{kind}"));
        for key in letters.chain(jobs) {
            assert!(words::has(&key), "{key}");
        }
    }
}
