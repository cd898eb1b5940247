//! Digests that were made, and what they told. One row for each account, cadence and period, whatever became of it; what an
//! account was told once is its key, so it is never told again.

use std::collections::HashSet;

use kernel::{AccountId, DigestId, LetterId, OrganisationId, PostingId, Timestamp};
use uuid::Uuid;

use super::{ROWS, tuples};
use crate::{
    db::{Db, Reads},
    error::{Error, Result},
    query::{Query, statements},
    repository::{Page, Writing, repository},
};

kernel::codes! {
    /// What became of a digest.
    DigestOutcome {
        /// A letter was put into the outbox.
        Sent = "sent",
        /// Nothing was new.
        Nothing = "nothing",
        /// The address is not written to.
        Suppressed = "suppressed",
        /// No letters left at that time.
        Paused = "paused",
    }
}

/// What a digest told, or counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestItem {
    /// Its place in the letter, from 1; none when it was only counted.
    pub position: Option<i64>,
    /// What kind of thing.
    pub kind: String,
    /// Which one: with the kind, what is told once.
    pub reference: String,
    /// The post it is about.
    pub posting: Option<PostingId>,
    /// Whose it is.
    pub organisation: Option<OrganisationId>,
    /// 0..=1000 for a match, else 0.
    pub score: i64,
    /// Through what it came: a post, a saved search, a followed organisation.
    pub source: String,
}

/// A digest that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDigest {
    /// Its id.
    pub id: DigestId,
    /// For whom.
    pub account: AccountId,
    /// Of which cadence (`mail_cadences`).
    pub cadence: String,
    /// The key of its period.
    pub period: String,
    /// Now.
    pub made_at: Timestamp,
    /// What came after this moment was new.
    pub from: Timestamp,
    /// Up to this moment.
    pub until: Timestamp,
    /// What became of it.
    pub outcome: DigestOutcome,
    /// The letter: there with [`DigestOutcome::Sent`], and only then.
    pub letter: Option<LetterId>,
    /// How many more there were than the letter tells.
    pub counted: i64,
    /// Whether there were more than it counts: of a search no more than so many are looked at.
    pub counted_at_least: bool,
    /// What the letter tells, and what it counts as far as that is to be remembered.
    pub items: Vec<DigestItem>,
}

/// A digest that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Its id.
    pub id: DigestId,
    /// For whom.
    pub account: AccountId,
    /// Of which cadence.
    pub cadence: String,
    /// The key of its period.
    pub period: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What came after this moment was new.
    pub from: Timestamp,
    /// Up to this moment.
    pub until: Timestamp,
    /// What became of it.
    pub outcome: DigestOutcome,
    /// The letter, when there was one.
    pub letter: Option<LetterId>,
    /// How many entries it told.
    pub entries: i64,
    /// How many more it counted.
    pub counted: i64,
    /// Whether there were more than it counted.
    pub counted_at_least: bool,
}

/// By what something is told to an account once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// To whom.
    pub account: AccountId,
    /// What kind of thing.
    pub kind: String,
    /// Which one.
    pub reference: String,
}

/// An entry of a digest whose post is closed by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedItem {
    /// Which digest told it.
    pub digest: DigestId,
    /// The entry.
    pub item: DigestItem,
    /// What the post was called.
    pub title: String,
    /// Whose it was.
    pub organisation_name: String,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// Why (`posting_close_reasons`).
    pub close_reason: String,
}

/// How many digests of a cadence came to an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestCount {
    /// The cadence.
    pub cadence: String,
    /// The outcome.
    pub outcome: DigestOutcome,
    /// How many.
    pub digests: i64,
    /// How many entries they told.
    pub entries: i64,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    cadence: String,
    period: String,
    made_at: i64,
    from_at: i64,
    until_at: i64,
    outcome: String,
    letter_id: Option<Uuid>,
    entries: i64,
    counted: i64,
    counted_at_least: bool,
}

fn outcome(id: impl std::fmt::Display, code: &str) -> Result<DigestOutcome> {
    DigestOutcome::from_code(code).ok_or_else(|| Error::unknown("digests", "outcome", id, code))
}

impl TryFrom<Row> for Digest {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: DigestId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            cadence: row.cadence,
            period: row.period,
            made_at: Timestamp::from_micros(row.made_at),
            from: Timestamp::from_micros(row.from_at),
            until: Timestamp::from_micros(row.until_at),
            outcome: outcome(row.id, &row.outcome)?,
            letter: row.letter_id.map(LetterId::from_uuid),
            entries: row.entries,
            counted: row.counted,
            counted_at_least: row.counted_at_least,
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct ItemRow {
    digest_id: Uuid,
    position: Option<i64>,
    kind: String,
    reference: String,
    posting_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    score: i64,
    source: String,
}

impl ItemRow {
    fn item(self) -> DigestItem {
        DigestItem {
            position: self.position,
            kind: self.kind,
            reference: self.reference,
            posting: self.posting_id.map(PostingId::from_uuid),
            organisation: self.organisation_id.map(OrganisationId::from_uuid),
            score: self.score,
            source: self.source,
        }
    }
}

#[derive(sqlx_macros::FromRow)]
struct ClosedRow {
    #[sqlx(flatten)]
    row: ItemRow,
    title: String,
    organisation_name: String,
    closed_at: i64,
    close_reason: String,
}

#[derive(sqlx_macros::FromRow)]
struct KeyRow {
    account_id: Uuid,
    kind: String,
    reference: String,
}

#[derive(sqlx_macros::FromRow)]
struct CountRow {
    cadence: String,
    outcome: String,
    n: i64,
    entries: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, cadence, period, made_at, from_at, until_at, outcome, letter_id, entries, counted,
                    counted_at_least
               FROM digests ",
            $rest
        )
    };
}

macro_rules! item_columns {
    () => {
        "i.digest_id, i.position, i.kind, i.reference, i.posting_id, i.organisation_id, i.score, i.source"
    };
}

statements! {
    FIND = select!("WHERE id = $1");
    OF_PERIOD = select!("WHERE account_id = $1 AND cadence = $2 AND period = $3");
    OF_ACCOUNT = select!("WHERE account_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2 OFFSET $3");
    LAST_UNTIL = "SELECT until_at FROM digests WHERE account_id = $1 AND cadence = $2 ORDER BY made_at DESC, id DESC LIMIT 1";
    /// What was only counted comes last.
    ITEMS = concat!("SELECT ", item_columns!(), " FROM digest_items i WHERE i.digest_id = $1
                      ORDER BY i.position NULLS LAST, i.kind, i.reference");
    COUNT_SINCE = "SELECT cadence, outcome, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(entries) AS BIGINT) AS entries
                     FROM digests WHERE made_at >= $1 GROUP BY cadence, outcome ORDER BY cadence, outcome";
    PURGE_ITEMS = "DELETE FROM digest_items
                    WHERE digest_id IN (SELECT id FROM digests WHERE made_at < $1 ORDER BY made_at, id LIMIT $2)";
    PURGE = "DELETE FROM digests WHERE id IN (SELECT id FROM digests WHERE made_at < $1 ORDER BY made_at, id LIMIT $2)";
}

repository! {
    /// Digests and what they told.
    Digests, digests
}

/// Which of these were told. CROSS JOIN keeps SQLite from walking through all that ever was.
pub(crate) fn told<'t>(tx: &'t mut Reads, keys: &[ItemKey]) -> Query<'t> {
    let query = tx.dynamic("SELECT i.account_id, i.kind, i.reference FROM (VALUES ");
    let query = tuples(query, keys, |query, key| {
        let query = query.value(key.account.uuid()).push(", ").value(&key.kind);
        query.push(", ").value(&key.reference)
    });
    query.push(
        ") AS asked CROSS JOIN digest_items i
          WHERE i.account_id = asked.column1 AND i.kind = asked.column2 AND i.reference = asked.column3",
    )
}

/// The entries of these digests whose posts are closed.
pub(crate) fn closed<'t>(tx: &'t mut Reads, digests: &[DigestId]) -> Query<'t> {
    let query = tx.dynamic(concat!(
        "SELECT ",
        item_columns!(),
        ", p.title, o.name AS organisation_name, p.closed_at, p.close_reason
           FROM digest_items i CROSS JOIN postings p CROSS JOIN organisations o
          WHERE p.id = i.posting_id AND o.id = p.organisation_id AND p.status = 'closed' AND i.position IS NOT NULL"
    ));
    let query = query.among("i.digest_id", digests.iter().map(|id| id.uuid()));
    query.push(" ORDER BY i.digest_id, i.position")
}

impl Digests<'_> {
    /// One digest.
    pub async fn find(&mut self, id: DigestId) -> Result<Option<Digest>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The digest of a period.
    pub async fn of_period(&mut self, account: AccountId, cadence: &str, period: &str) -> Result<Option<Digest>> {
        let query = self.0.query(OF_PERIOD).bind(account.uuid()).bind(cadence);
        let row = query.bind(period).optional::<Row>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Up to when the last digest of a cadence told what was new, whatever became of it.
    pub async fn last_until(&mut self, account: AccountId, cadence: &str) -> Result<Option<Timestamp>> {
        let query = self.0.query(LAST_UNTIL).bind(account.uuid()).bind(cadence);
        let row = query.optional::<(i64,)>().await?;
        Ok(row.map(|(until,)| Timestamp::from_micros(until)))
    }

    /// An account's digests, the newest first.
    pub async fn of_account(&mut self, account: AccountId, page: Page) -> Result<Vec<Digest>> {
        let query = self.0.query(OF_ACCOUNT).bind(account.uuid());
        let rows = query.bind(page.limit).bind(page.offset).all::<Row>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What a digest told, in its order; then what it only counted.
    pub async fn items(&mut self, id: DigestId) -> Result<Vec<DigestItem>> {
        let rows = self.0.query(ITEMS).bind(id.uuid()).all::<ItemRow>().await?;
        Ok(rows.into_iter().map(ItemRow::item).collect())
    }

    /// Which of these were told, or counted, before.
    pub async fn shown(&mut self, keys: &[ItemKey]) -> Result<HashSet<ItemKey>> {
        let mut shown = HashSet::new();
        for some in keys.chunks(ROWS) {
            let rows = told(self.0, some).planned_afresh().all::<KeyRow>().await?;
            shown.extend(rows.into_iter().map(|row| ItemKey {
                account: AccountId::from_uuid(row.account_id),
                kind: row.kind,
                reference: row.reference,
            }));
        }
        Ok(shown)
    }

    /// The entries of these digests whose posts are closed by now: what was only counted was never seen.
    pub async fn closed(&mut self, digests: &[DigestId]) -> Result<Vec<ClosedItem>> {
        let mut found = Vec::new();
        for some in digests.chunks(ROWS) {
            let rows = closed(self.0, some).planned_afresh().all::<ClosedRow>().await?;
            found.extend(rows.into_iter().map(|row| ClosedItem {
                digest: DigestId::from_uuid(row.row.digest_id),
                item: row.row.item(),
                title: row.title,
                organisation_name: row.organisation_name,
                closed_at: Timestamp::from_micros(row.closed_at),
                close_reason: row.close_reason,
            }));
        }
        Ok(found)
    }

    /// What became of the digests made since a moment; zeros are left out.
    pub async fn count_since(&mut self, since: Timestamp) -> Result<Vec<DigestCount>> {
        let rows = self.0.query(COUNT_SINCE).bind(since.micros()).all::<CountRow>().await?;
        rows.into_iter()
            .map(|row| {
                Ok(DigestCount {
                    outcome: outcome("(counted)", &row.outcome)?,
                    cadence: row.cadence,
                    digests: row.n,
                    entries: row.entries,
                })
            })
            .collect()
    }
}

async fn insert_digests(tx: &mut Reads, digests: &[&NewDigest]) -> Result<HashSet<DigestId>> {
    let mut written = HashSet::new();
    for some in digests.chunks(ROWS) {
        let query = tx.dynamic(
            "INSERT INTO digests (id, account_id, cadence, period, made_at, from_at, until_at, outcome, letter_id, entries,
                                  counted, counted_at_least) VALUES ",
        );
        let query = tuples(query, some, |query, digest| {
            let entries = digest.items.iter().filter(|item| item.position.is_some()).count();
            let query = query.value(digest.id.uuid()).push(", ").value(digest.account.uuid());
            let query = query.push(", ").value(&digest.cadence).push(", ").value(&digest.period);
            let query = query.push(", ").value(digest.made_at.micros());
            let query = query.push(", ").value(digest.from.micros());
            let query = query.push(", ").value(digest.until.micros());
            let query = query.push(", ").value(digest.outcome.code());
            let query = query.push(", ").value(digest.letter.map(LetterId::uuid));
            // A letter has few entries.
            let query = query.push(", ").value(i64::try_from(entries).unwrap_or(i64::MAX));
            let query = query.push(", ").value(digest.counted);
            query.push(", ").value(digest.counted_at_least)
        });
        let rows = query.push(" ON CONFLICT DO NOTHING RETURNING id").kept();
        let rows = rows.all::<(Uuid,)>().await?;
        written.extend(rows.into_iter().map(|(id,)| DigestId::from_uuid(id)));
    }
    Ok(written)
}

async fn insert_items(tx: &mut Reads, items: &[(&NewDigest, &DigestItem)]) -> Result<()> {
    for some in items.chunks(ROWS) {
        let query = tx.dynamic(
            "INSERT INTO digest_items (account_id, kind, reference, digest_id, position, posting_id, organisation_id, score,
                                       source) VALUES ",
        );
        let query = tuples(query, some, |query, (digest, item)| {
            let query = query.value(digest.account.uuid()).push(", ").value(&item.kind);
            let query = query.push(", ").value(&item.reference);
            let query = query.push(", ").value(digest.id.uuid()).push(", ").value(item.position);
            let query = query.push(", ").value(item.posting.map(PostingId::uuid));
            let query = query.push(", ").value(item.organisation.map(OrganisationId::uuid));
            query.push(", ").value(item.score).push(", ").value(&item.source)
        });
        query.push(" ON CONFLICT DO NOTHING").kept().execute().await?;
    }
    Ok(())
}

impl Writing<Digests<'_>> {
    /// Writes digests with what they tell, many at once, and answers which of them are new: another one of the same
    /// account, cadence and period stands, and its letter with it. Letters are put into the outbox for these alone, in
    /// the same transaction.
    pub async fn insert(&mut self, digests: &[NewDigest]) -> Result<HashSet<DigestId>> {
        let mut ordered: Vec<&NewDigest> = digests.iter().collect();
        // Two runs that meet wait for each other in one order.
        ordered.sort_by(|a, b| (a.account, &a.cadence, &a.period).cmp(&(b.account, &b.cadence, &b.period)));
        let written = insert_digests(self.0, &ordered).await?;
        let mut items: Vec<_> = ordered
            .iter()
            .filter(|digest| written.contains(&digest.id))
            .flat_map(|digest| digest.items.iter().map(move |item| (*digest, item)))
            .collect();
        items.sort_by(|(a, x), (b, y)| (a.account, &x.kind, &x.reference).cmp(&(b.account, &y.kind, &y.reference)));
        insert_items(self.0, &items).await?;
        Ok(written)
    }
}

impl Db {
    /// Removes digests made before `before` with what they told, and says how many. What is old is not new to anybody, so
    /// nothing is told again by that. Housekeeping.
    pub async fn purge_digests(&self, before: Timestamp) -> Result<u64> {
        let mut gone = 0;
        loop {
            let mut tx = self.write().await?;
            let some = super::PORTION / 10;
            tx.query(PURGE_ITEMS).bind(before.micros()).bind(some).execute().await?;
            let digests = tx.query(PURGE).bind(before.micros()).bind(some).execute().await?;
            tx.keep().await?;
            gone += digests;
            if digests < some.unsigned_abs() {
                return Ok(gone);
            }
        }
    }
}
