//! Digests become letters.

use std::thread::available_parallelism;

use kernel::{LetterId, Locale};
use mail::{Cadence, Foot, Letter as _};
use storage::{DueDigest, NewLetter};
use tokio::task::spawn_blocking;

use super::PRIORITY;
use crate::{
    App, Cx, Failure, Result, letters,
    preferences::{self, Scope},
};

/// A letter that is to be written.
pub(super) struct Wanted<'a> {
    due: &'a DueDigest,
    digest: mail::Digest,
    foot: Foot,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(app: &App, due: &'a DueDigest, digest: mail::Digest) -> Self {
        let cadence = Cadence::from_code(&due.schedule.cadence).unwrap_or(Cadence::Weekly);
        let foot = preferences::foot(app, due.schedule.account, Some(Scope::Digest(cadence)));
        Self { due, digest, foot }
    }
}

/// The letters, in their order.
pub(super) async fn written(app: &App, cx: &Cx, wanted: Vec<Wanted<'_>>) -> Result<Vec<NewLetter>> {
    let (mut ends, mut words) = (Vec::new(), Vec::new());
    for one in wanted {
        ends.push((one.due, one.foot.unsubscribe.clone()));
        words.push((one.digest, one.due.language, one.foot));
    }
    let rendered = rendered(app, words).await?;
    ends.into_iter()
        .zip(rendered)
        .map(|((due, unsubscribe), (subject, body))| {
            Ok(NewLetter {
                id: app.id(cx.now, LetterId::new),
                recipient: due.email.clone(),
                account: Some(due.schedule.account),
                event: Some(mail::Digest::EVENT.code().to_owned()),
                name: mail::Digest::NAME.to_owned(),
                locale: due.language,
                subject,
                list_path: unsubscribe.map(|path| path.as_str().to_owned()),
                body,
                priority: PRIORITY,
                resent_from: None,
                created_at: cx.now,
            })
        })
        .collect()
}

/// Subjects and sealed bodies. Words, styles and all are most of the work of a run, so all cores share it.
async fn rendered(app: &App, words: Vec<(mail::Digest, Locale, Foot)>) -> Result<Vec<(String, Vec<u8>)>> {
    let cores = available_parallelism().map_or(1, usize::from);
    let share = words.len().div_ceil(cores).max(1);
    let mut words = words.into_iter();
    let mut shares = Vec::new();
    while words.len() > 0 {
        let (app, share): (App, Vec<_>) = (app.clone(), words.by_ref().take(share).collect());
        shares.push(spawn_blocking(move || {
            let letters = share.iter().map(|(digest, locale, foot)| {
                let letter = app.letterhead().render(digest, *locale, foot)?;
                let body = letters::sealed(&app, &letter);
                Ok((letter.subject, body))
            });
            letters.collect::<std::result::Result<Vec<_>, mail::RenderError>>()
        }));
    }
    let mut all = Vec::new();
    for share in shares {
        all.extend(share.await.map_err(Failure::internal)?.map_err(Failure::internal)?);
    }
    Ok(all)
}
