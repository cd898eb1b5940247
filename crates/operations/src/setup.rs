//! What is decided once for a database: which key opens it, and whether its data is fictional.

use kernel::{AuditId, Chance, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use storage::{AuditActor, AuditEntry, Db, Reads, keys::Keys};

use crate::{App, Failure, Result, compiled_here};

const KEY_MARK: &str = "key_mark";
const DEMONSTRATION: &str = "demonstration";
const COMPLETE: &str = "demonstration_complete";
const BEGUN_AT: &str = "demonstration_begun_at";
const APPRENTICES: &str = "demonstration_apprentices";
const PARTS: &str = "demonstration_parts";

/// Whether a key file belongs to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// The database has never been opened with a key.
    Fresh,
    /// It is this one.
    Right,
    /// It is another one: nothing protected could be read.
    Wrong,
    /// There is no key file, but the database needs one.
    Missing,
}

/// Whether these keys, or none, belong to the database.
#[compiled_here]
pub async fn key_state(db: &Db, keys: Option<&Keys>) -> Result<KeyState> {
    let mark = db.read().await?.settings().find(KEY_MARK).await?;
    Ok(match (mark, keys) {
        (None, _) => KeyState::Fresh,
        (Some(_), None) => KeyState::Missing,
        (Some(mark), Some(keys)) if mark == kernel::to_hex(&keys.mark()) => KeyState::Right,
        (Some(_), Some(_)) => KeyState::Wrong,
    })
}

/// From now on the database is opened with these keys and no others.
#[compiled_here]
pub async fn bind_key(db: &Db, keys: &Keys, at: Timestamp, chance: &dyn Chance) -> Result<()> {
    let mut tx = db.write().await?;
    tx.settings().save(KEY_MARK, &kernel::to_hex(&keys.mark())).await?;
    tx.commit(entry("bind_key", at, chance)).await?;
    Ok(())
}

/// How far a database is a demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demonstration {
    /// Its data is real, or there is none.
    None,
    /// Its story was begun and not finished.
    Begun,
    /// Its data is fictional.
    Complete,
}

/// Whether the data of this database is fictional.
#[compiled_here]
pub async fn demonstration(db: &Db) -> Result<Demonstration> {
    let mut tx = db.read().await?;
    Ok(
        match (
            tx.settings().find(DEMONSTRATION).await?,
            tx.settings().find(COMPLETE).await?,
        ) {
            (None, _) => Demonstration::None,
            (Some(_), None) => Demonstration::Begun,
            (Some(_), Some(_)) => Demonstration::Complete,
        },
    )
}

/// Whether anybody has signed up: what is not empty does not become a demonstration.
#[compiled_here]
pub async fn is_empty(db: &Db) -> Result<bool> {
    let mut tx = db.read().await?;
    Ok(tx
        .organisations()
        .count_by_standing()
        .await?
        .iter()
        .all(|(_, count)| *count == 0))
}

/// Marks the database as fictional, for good: first when its story begins, then when it is complete.
pub(crate) async fn mark_demonstration(
    db: &Db,
    seed: u64,
    complete: bool,
    at: Timestamp,
    chance: &dyn Chance,
) -> Result<()> {
    let mut tx = db.write().await?;
    tx.settings()
        .save(if complete { COMPLETE } else { DEMONSTRATION }, &seed.to_string())
        .await?;
    if !complete {
        tx.settings().save(BEGUN_AT, &at.micros().to_string()).await?;
    }
    tx.commit(entry("mark_demonstration", at, chance)).await?;
    Ok(())
}

/// What the story of a demonstration follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Its seed.
    pub(crate) seed: u64,
    /// The moment that all its days are counted from.
    pub(crate) at: Timestamp,
}

/// The demonstration whose apprentices have not all had their stories told, if this is one.
pub(crate) async fn untold_apprentices(db: &Db) -> Result<Option<Begun>> {
    let mut tx = db.read().await?;
    let mut settings = tx.settings();
    let (seed, at) = (settings.find(COMPLETE).await?, settings.find(BEGUN_AT).await?);
    let told = settings.find(APPRENTICES).await?.is_some();
    let begun = seed.zip(at).and_then(|(seed, at)| {
        Some(Begun {
            seed: seed.parse().ok()?,
            at: Timestamp::from_micros(at.parse().ok()?),
        })
    });
    Ok(begun.filter(|_| !told))
}

/// Whom a visitor can become beside officers and operators, once that is known.
pub(crate) async fn parts<T: DeserializeOwned>(tx: &mut Reads) -> Result<Option<T>> {
    let kept = tx.settings().find(PARTS).await?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

/// Keeps that.
pub(crate) async fn save_parts<T: Serialize + Sync>(
    db: &Db,
    parts: &T,
    at: Timestamp,
    chance: &dyn Chance,
) -> Result<()> {
    let kept = serde_json::to_string(parts).map_err(Failure::internal)?;
    let mut tx = db.write().await?;
    tx.settings().save(PARTS, &kept).await?;
    tx.commit(entry("mark_demonstration", at, chance)).await?;
    Ok(())
}

/// Makes the key of seals, if there is none, as it would have been made at `at`.
pub(crate) async fn make_seal_key(app: &App, at: Timestamp) -> Result<()> {
    let mut tx = app.db().write().await?;
    tx.seal_keys().current(app.keys(), at, app.chance()).await?;
    tx.commit(entry("mark_demonstration", at, app.chance())).await?;
    Ok(())
}

/// From now on all stories of apprentices are told.
pub(crate) async fn mark_apprentices(db: &Db, at: Timestamp, chance: &dyn Chance) -> Result<()> {
    let mut tx = db.write().await?;
    tx.settings().save(APPRENTICES, "told").await?;
    tx.commit(entry("mark_demonstration", at, chance)).await?;
    Ok(())
}

fn entry(act: &str, at: Timestamp, chance: &dyn Chance) -> AuditEntry {
    AuditEntry {
        object_kind: "database".to_owned(),
        ..AuditEntry::new(AuditId::new(at, chance), at, AuditActor::command(), act)
    }
}
