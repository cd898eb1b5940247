//! The letters of a demonstration, which lie in a folder instead of being sent: whoever plays a part reads what it got.

use kernel::LetterId;
use mail::{Folder, KeptHead, KeptLetter, Transport};

use super::roles::only_in_a_demonstration;
use crate::{App, Failure, Result, compiled_here};

/// Only fictional people get letters that anybody may read, and only where the letters go nowhere else.
fn mailbox(app: &App) -> Result<&Folder> {
    only_in_a_demonstration(app)?;
    match app.transport() {
        Transport::Folder(folder) => Ok(folder),
        _ => Err(Failure::NotFound),
    }
}

/// Whether there are letters to read.
pub fn has_mailbox(app: &App) -> bool {
    mailbox(app).is_ok()
}

/// The newest letters to addresses with `to` in them, at most `limit`.
#[compiled_here]
pub async fn letters(app: &App, to: &str, limit: usize) -> Result<Vec<KeptHead>> {
    mailbox(app)?.letters(to, limit).await.map_err(Failure::internal)
}

/// One letter.
#[compiled_here]
pub async fn letter(app: &App, id: LetterId) -> Result<KeptLetter> {
    let found = mailbox(app)?.letter(id).await.map_err(Failure::internal)?;
    found.ok_or(Failure::NotFound)
}
