//! Letters leave through the outbox: put there in the transaction of the fact they report, sent by a worker
//! ([`crate::delivery`]). Whoever has an account is told the same on its pages, and may have chosen to read it later or not
//! by letter at all.

use kernel::{AccountId, EmailAddress, LetterId, Locale, NoticeId};
use mail::{Cadence, Event, Foot, Letter, Letterhead, LinkPath, Rendered};
use storage::{NewLetter, NewNotice, Preference, Reads, Tx, Write};

use crate::{
    App, Cx, Failure, Result, compiled_here,
    preferences::{self, Scope},
};

/// From this priority on somebody waits for the letter at the screen: it leaves before all others, whatever is held back.
pub(crate) const AWAITED: i64 = 100;
/// What reports a fact.
const USUAL: i64 = 50;
/// What letters of the outbox are sealed as.
const BODY: &str = "outbox.body";

/// Tells somebody something: by a notice on the pages of their account, if they have one, and by a letter, rendered in the
/// language of `cx`, when they want it at once. What can be read of it at rest is sealed until it is sent: it may carry a
/// link that lets its reader in.
#[compiled_here]
pub(crate) async fn post(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    to: &EmailAddress,
    letter: &(dyn Post + Sync),
) -> Result<()> {
    if !app.writes_letters_at(cx.now) {
        return Ok(());
    }
    let (event, path) = (letter.event(), letter.path()?);
    let account = tx.accounts().find_by_email_key(&to.key()).await?;
    let cadence = match &account {
        Some(account) => cadence(tx, account.id, event).await?,
        None => Cadence::AtOnce,
    };
    // A link that lets its reader in stands in letters alone; nor does it wait for a digest.
    let is_secret = path.is_secret() || event == Event::Access;
    let letter_id = if cadence == Cadence::AtOnce || (is_secret && cadence != Cadence::Never) {
        let account = account.as_ref().map(|account| account.id);
        Some(send(app, cx, tx, to, account, letter).await?)
    } else {
        None
    };
    // An account whose address nobody confirmed may be a stranger's: it learns nothing.
    let account = account.filter(|account| account.email_confirmed_at.is_some());
    let Some(account) = account.filter(|_| !is_secret || letter_id.is_none()) else {
        return Ok(());
    };
    // Who wants no letters about it finds out where their own things are.
    let path = if is_secret { LinkPath::new("/workspace") } else { path };
    let notice = NewNotice {
        id: app.id(cx.now, NoticeId::new),
        account: account.id,
        event: event.code().to_owned(),
        letter: letter.name().to_owned(),
        subject_zh: letter.subject(app.letterhead(), Locale::Zh)?,
        subject_en: letter.subject(app.letterhead(), Locale::En)?,
        path: path.as_str().to_owned(),
        cadence: cadence.code().to_owned(),
        waits_for: matches!(cadence, Cadence::Daily | Cadence::Weekly).then(|| cadence.code().to_owned()),
        letter_id,
        created_at: cx.now,
    };
    tx.notices().insert(&notice).await?;
    Ok(())
}

/// A letter of any kind, so that how it is posted is compiled once and not for each kind.
pub(crate) trait Post {
    fn event(&self) -> Event;
    fn name(&self) -> &'static str;
    fn path(&self) -> Result<LinkPath>;
    fn subject(&self, letterhead: &Letterhead, locale: Locale) -> Result<String>;
    fn render(&self, letterhead: &Letterhead, locale: Locale, foot: &Foot) -> Result<Rendered>;
}

impl<L: Letter> Post for L {
    fn event(&self) -> Event {
        L::EVENT
    }

    fn name(&self) -> &'static str {
        L::NAME
    }

    fn path(&self) -> Result<LinkPath> {
        let value = serde_json::to_value(self).map_err(Failure::internal)?;
        let path = value.get("path").and_then(|path| path.as_str());
        Ok(LinkPath::new(path.unwrap_or_default()))
    }

    fn subject(&self, letterhead: &Letterhead, locale: Locale) -> Result<String> {
        letterhead.subject(self, locale).map_err(Failure::internal)
    }

    fn render(&self, letterhead: &Letterhead, locale: Locale, foot: &Foot) -> Result<Rendered> {
        letterhead.render(self, locale, foot).map_err(Failure::internal)
    }
}

/// How often an account wants to hear of an event.
pub(crate) async fn cadence(tx: &mut Reads, account: AccountId, event: Event) -> Result<Cadence> {
    if event.is_required() {
        return Ok(Cadence::AtOnce);
    }
    Ok(chosen(&tx.mail_preferences().of_account(account).await?, event))
}

/// The same for somebody of whom it is known what they chose.
pub(crate) fn chosen(chosen: &[Preference], event: Event) -> Cadence {
    let own = chosen.iter().find(|own| own.event == event.code());
    let own = own.and_then(|own| Cadence::from_code(&own.cadence));
    own.filter(|own| event.may(*own))
        .unwrap_or_else(|| event.default_cadence())
}

/// Puts a letter into the outbox.
async fn send(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    to: &EmailAddress,
    account: Option<AccountId>,
    letter: &(dyn Post + Sync),
) -> Result<LetterId> {
    let event = letter.event();
    // A letter that lets its reader in leads nowhere else.
    let foot = match account.filter(|_| event != Event::Access) {
        Some(account) => preferences::foot(app, account, (!event.is_required()).then_some(Scope::Event(event))),
        None => Foot::default(),
    };
    let rendered = letter.render(app.letterhead(), cx.locale, &foot)?;
    let id = app.id(cx.now, LetterId::new);
    tx.outbox()
        .insert(&NewLetter {
            id,
            recipient: to.clone(),
            account,
            event: Some(event.code().to_owned()),
            name: letter.name().to_owned(),
            locale: cx.locale,
            subject: rendered.subject.clone(),
            list_path: foot.unsubscribe.as_ref().map(|path| path.as_str().to_owned()),
            body: sealed(app, &rendered),
            priority: if event == Event::Access { AWAITED } else { USUAL },
            resent_from: None,
            created_at: cx.now,
        })
        .await?;
    Ok(id)
}

/// A letter as it lies in the outbox.
pub(crate) fn sealed(app: &App, letter: &Rendered) -> Vec<u8> {
    app.keys().seal(BODY, &letter.pack(), app.chance())
}

/// A letter that lay in the outbox; `None` when the key file does not open it.
pub(crate) fn opened(app: &App, body: &[u8]) -> Option<Rendered> {
    Rendered::unpack(&app.keys().open(BODY, body).ok()?)
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
