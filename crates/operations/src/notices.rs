//! What the pages tell whoever is signed in: the facts that letters report, kept for the account they concern. Everybody has
//! their own and nobody else's.

use kernel::{NoticeId, Timestamp};
pub use storage::Notice;

use crate::{Actor, App, Cx, Failure, Page, Result, compiled_here};

/// How many notices a page has.
pub const PER_PAGE: i64 = 30;

/// A page of one's notices.
#[derive(Debug)]
pub struct Notices {
    /// The notices of this page, the newest first.
    pub notices: Vec<Notice>,
    /// How many there are on all pages.
    pub total: i64,
}

/// One's own notices, page by page from 1. Looking at them does not make them read.
#[compiled_here]
pub async fn list(app: &App, actor: &Actor, page: i64) -> Result<Notices> {
    let account = actor.signed_in()?.person().account;
    let mut tx = app.db().read().await?;
    let page = Page {
        limit: PER_PAGE,
        offset: (page.max(1) - 1) * PER_PAGE,
    };
    Ok(Notices {
        notices: tx.notices().of_account(account, page).await?,
        total: tx.notices().count(account).await?,
    })
}

/// Notes that the reader has seen one of their notices, and says to which path of this site it leads.
#[compiled_here]
pub async fn read(app: &App, cx: &Cx, actor: &Actor, id: NoticeId) -> Result<String> {
    let account = actor.signed_in()?.person().account;
    let mut tx = app.db().read().await?;
    let found = tx.notices().find(id).await?;
    drop(tx);
    let notice = found.filter(|found| found.notice.account == account);
    let notice = notice.ok_or(Failure::NotFound)?;
    if notice.read_at.is_none() {
        app.db().read_notice(account, id, cx.now).await?;
    }
    Ok(notice.notice.path)
}

/// Notes that the reader has seen everything up to `until`, the moment of the page they looked at: what came since is new.
#[compiled_here]
pub async fn read_all(app: &App, cx: &Cx, actor: &Actor, until: Timestamp) -> Result<()> {
    let account = actor.signed_in()?.person().account;
    app.db().read_notices(account, until.min(cx.now), cx.now).await?;
    Ok(())
}
