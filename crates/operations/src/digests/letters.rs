//! Digests become letters.

use std::{sync::Arc, thread::available_parallelism};

use kernel::LetterId;
use mail::{Cadence, Letter as _, Selection};
use storage::{DueDigest, NewLetter};
use tokio::task::spawn_blocking;

use super::{PRIORITY, gather::Found, tell::Told};
use crate::{
    App, Cx, Failure, Result, letters,
    preferences::{self, Scope},
};

/// Everything about a batch that its letters are made of.
pub(super) struct Batch {
    pub(super) due: Vec<DueDigest>,
    pub(super) chosen: Vec<Selection>,
    pub(super) found: Found,
    pub(super) told: Told,
}

/// What a letter says, as it is kept.
struct Written {
    subject: String,
    body: Vec<u8>,
    list_path: Option<String>,
}

impl Batch {
    fn written(&self, app: &App, at: usize) -> Result<Written> {
        let due = &self.due[at];
        let cadence = Cadence::from_code(&due.schedule.cadence).unwrap_or(Cadence::Weekly);
        let foot = preferences::foot(app, due.schedule.account, Some(Scope::Digest(cadence)));
        let digest = self.told.digest(app, due, &self.chosen[at], &self.found)?;
        let letter = app.letterhead().render(&digest, due.language, &foot);
        let letter = letter.map_err(Failure::internal)?;
        let body = letters::sealed(app, &letter);
        Ok(Written {
            subject: letter.subject,
            body,
            list_path: foot.unsubscribe.map(|path| path.as_str().to_owned()),
        })
    }
}

/// The letters to those of the batch that get one, in their order. Words, styles and all are most of the work of a run: all
/// cores share it, beside the threads that answer pages.
pub(super) async fn written(app: &App, cx: &Cx, batch: &Arc<Batch>, wanted: &[usize]) -> Result<Vec<NewLetter>> {
    let cores = available_parallelism().map_or(1, usize::from);
    let mut shares = Vec::new();
    for share in wanted.chunks(wanted.len().div_ceil(cores).max(1)) {
        let (app, batch, share) = (app.clone(), Arc::clone(batch), share.to_vec());
        shares.push(spawn_blocking(move || {
            let letters = share.iter().map(|at| batch.written(&app, *at));
            letters.collect::<Result<Vec<_>>>()
        }));
    }
    let mut all = Vec::with_capacity(wanted.len());
    for share in shares {
        all.extend(share.await.map_err(Failure::internal)??);
    }
    let letters = wanted.iter().zip(all).map(|(at, written)| {
        let due = &batch.due[*at];
        NewLetter {
            id: app.id(cx.now, LetterId::new),
            recipient: due.email.clone(),
            account: Some(due.schedule.account),
            event: Some(mail::Digest::EVENT.code().to_owned()),
            name: mail::Digest::NAME.to_owned(),
            locale: due.language,
            subject: written.subject,
            list_path: written.list_path,
            body: written.body,
            priority: PRIORITY,
            resent_from: None,
            created_at: cx.now,
        }
    });
    Ok(letters.collect())
}
