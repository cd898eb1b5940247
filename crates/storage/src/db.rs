//! The one place that knows there are two databases.

use std::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{
    Connection as _, Postgres, Sqlite, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    audit::AuditEntry,
    compiled_here,
    error::{Error, Result},
    planned::{Planned, Point},
    query::{Query, Statement},
};

/// How long a writer waits for the one connection, and a connection for a lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long an idle connection is taken to work.
const TRUSTED: Duration = Duration::from_secs(1);

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) pools: Pools,
    planned: Planned,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
        /// Writes what a power cut may take back: only for whoever has the writer, as [`Db::alone`] does.
        relaxed: SqlitePool,
    },
    Postgres {
        pool: PgPool,
        /// Writes what a power cut may take back.
        relaxed: PgPool,
    },
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// What is committed is there after a power cut.
    Full,
    /// A power cut may take the last commits back, never half of one, and never what another transaction wrote before. For
    /// housekeeping that is done again when it is lost.
    Relaxed,
}

/// Mark of a transaction that reads.
#[derive(Debug, Clone, Copy)]
pub struct Read;

/// Mark of a transaction that writes.
#[derive(Debug, Clone, Copy)]
pub struct Write;

/// A transaction. Dropped, it leaves nothing behind. Never hold one across a network call, and never open a second
/// `Tx<Write>` while holding one: `SQLite` has one writer, which would wait for itself.
#[derive(Debug)]
pub struct Tx<M> {
    reads: Reads,
    mode: PhantomData<fn() -> M>,
}

/// What every transaction can do: read. Whoever only reads takes this, and need not care whether others write by the same
/// transaction; nor is it compiled once for each kind.
#[derive(Debug)]
pub struct Reads {
    pub(crate) inner: Inner,
    pub(crate) planned: Planned,
}

/// A connection for one statement of housekeeping that is a transaction by itself: it costs one turn where a transaction
/// around it costs three.
#[derive(Debug)]
pub(crate) struct Alone {
    pub(crate) connection: Connection,
    pub(crate) planned: Planned,
    /// The one writer of `SQLite`, held while another connection writes in its place.
    _turn: Option<PoolConnection<Sqlite>>,
}

#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Connects to `sqlite:path` (made when it is missing) or `postgres:..`, and brings the schema up to date.
    #[compiled_here]
    pub async fn connect(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            // Readers and writer are different connections: they would see different databases in memory.
            if path.contains(":memory:") || path.contains("mode=memory") || path.trim_matches('/').is_empty() {
                return Err(Error::Scheme);
            }
            Self::connect_sqlite(url.parse()?).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options: PgConnectOptions = url.parse()?;
            let pool = postgres_pool(16).connect_with(options.clone()).await?;
            sqlx_macros::migrate!("../../migrations/postgres").run(&pool).await?;
            let relaxed = postgres_pool(2).connect_lazy_with(options.options([("synchronous_commit", "off")]));
            Ok(Self {
                pools: Pools::Postgres { pool, relaxed },
                planned: Planned::default(),
            })
        } else {
            Err(Error::Scheme)
        }
    }

    async fn connect_sqlite(options: SqliteConnectOptions) -> Result<Self> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            // A file does not hang up: asking each time whether it is there costs two turns of a thread.
            .test_before_acquire(false)
            // 16 MiB of pages for the one writer, so that an import does not read again what it just wrote. Readers keep the
            // usual 2 MiB each: what they share is the system's cache of the file.
            .connect_with(options.clone().pragma("cache_size", "-16384"))
            .await?;
        sqlx_macros::migrate!("../../migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .connect_with(options.clone().pragma("query_only", "ON"))
            .await?;
        let relaxed = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .connect_lazy_with(options.synchronous(SqliteSynchronous::Normal));
        Ok(Self {
            pools: Pools::Sqlite {
                readers,
                writer,
                relaxed,
            },
            planned: Planned::default(),
        })
    }

    /// The same database, where what is written through this value fails as planned.
    #[cfg(any(test, feature = "planned-failures"))]
    #[must_use]
    pub fn with_failures(&self, plan: crate::FailurePlan) -> Self {
        Self {
            pools: self.pools.clone(),
            planned: Planned::of(plan),
        }
    }

    /// A transaction that reads: from its first query on it sees one moment.
    #[compiled_here]
    pub async fn read(&self) -> Result<Tx<Read>> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres { pool, .. } => Inner::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(Tx::new(inner, Planned::default()))
    }

    /// A transaction that writes. It takes effect by [`Tx::commit`] with an audit entry and not otherwise.
    #[compiled_here]
    pub async fn write(&self) -> Result<Tx<Write>> {
        self.planned.pass(Point::Begin)?;
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres { pool, .. } => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(inner, self.planned.clone()))
    }

    /// A transaction that claims: what is most urgent comes in the order of its index. `PostgreSQL` takes a queue that filled a
    /// minute ago for empty, and would sort the whole of it for every claim. Told not to sort, it thinks the little that must be
    /// sorted worth compiling: it is told not to as well.
    #[compiled_here]
    pub(crate) async fn write_claim(&self) -> Result<Tx<Write>> {
        let Pools::Postgres { pool, .. } = &self.pools else {
            return self.write().await;
        };
        self.planned.pass(Point::Begin)?;
        let inner = pool
            .begin_with("BEGIN; SET LOCAL enable_sort = off; SET LOCAL jit = off")
            .await?;
        Ok(Tx::new(Inner::Postgres(inner), self.planned.clone()))
    }

    /// A connection for one statement that writes.
    #[compiled_here]
    pub(crate) async fn alone(&self, durability: Durability) -> Result<Alone> {
        self.planned.pass(Point::Begin)?;
        let relaxed = durability == Durability::Relaxed;
        let (connection, turn) = match &self.pools {
            // How a connection commits is settled when it is opened, so there is a second one; it waits its turn with the
            // other writers, because SQLite lets those who collide sleep.
            Pools::Sqlite {
                writer, relaxed: of, ..
            } if relaxed => {
                let turn = writer.acquire().await?;
                (Connection::Sqlite(of.acquire().await?), Some(turn))
            }
            Pools::Sqlite { writer, .. } => (Connection::Sqlite(writer.acquire().await?), None),
            Pools::Postgres { relaxed: of, .. } if relaxed => (Connection::Postgres(of.acquire().await?), None),
            Pools::Postgres { pool, .. } => (Connection::Postgres(pool.acquire().await?), None),
        };
        Ok(Alone {
            connection,
            planned: self.planned.clone(),
            _turn: turn,
        })
    }

    /// Whether the database answers.
    #[compiled_here]
    pub async fn ping(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => sqlx::query("SELECT 1").execute(readers).await.map(|_| ())?,
            Pools::Postgres { pool, .. } => sqlx::query("SELECT 1").execute(pool).await.map(|_| ())?,
        }
        Ok(())
    }

    /// `SQLite` or `PostgreSQL`.
    pub const fn name(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Closes every connection; transactions that are open end first.
    #[compiled_here]
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite {
                readers,
                writer,
                relaxed,
            } => {
                readers.close().await;
                relaxed.close().await;
                writer.close().await;
            }
            Pools::Postgres { pool, relaxed } => {
                relaxed.close().await;
                pool.close().await;
            }
        }
    }
}

impl<M> Tx<M> {
    const fn new(inner: Inner, planned: Planned) -> Self {
        Self {
            reads: Reads { inner, planned },
            mode: PhantomData,
        }
    }

    pub(crate) fn into_inner(self) -> Inner {
        self.reads.inner
    }
}

/// Connections to `PostgreSQL`. Asking each time whether one still works costs whoever waits for it a turn of the network: only
/// those are asked that lay idle long enough for a server or a firewall to have hung up.
fn postgres_pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, seen| {
            Box::pin(async move {
                if seen.idle_for < TRUSTED {
                    return Ok(true);
                }
                connection.ping().await.map(|()| true)
            })
        })
}

impl<M> Deref for Tx<M> {
    type Target = Reads;

    fn deref(&self) -> &Reads {
        &self.reads
    }
}

impl<M> DerefMut for Tx<M> {
    fn deref_mut(&mut self) -> &mut Reads {
        &mut self.reads
    }
}

impl Alone {
    /// Runs the one statement, with the values that `bind` binds, and answers how many rows it wrote.
    pub(crate) async fn write(
        mut self,
        statement: Statement,
        bind: impl for<'q> FnOnce(Query<'q>) -> Query<'q> + Send,
    ) -> Result<u64> {
        self.planned.pass(Point::Commit)?;
        let written = bind(self.query(statement)).execute().await?;
        self.planned.pass(Point::Committed)?;
        Ok(written)
    }
}

impl Tx<Write> {
    /// Makes the writes last, together with the audit entry that says who did what.
    ///
    /// There is no commit without one:
    ///
    /// ```compile_fail
    /// async fn quietly(db: &storage::Db) -> storage::Result<()> {
    ///     let tx = db.write().await?;
    ///     tx.commit().await
    /// }
    /// ```
    #[compiled_here]
    pub async fn commit(mut self, entry: AuditEntry) -> Result<()> {
        self.write_audit(&entry).await?;
        self.keep().await
    }

    /// The commit of housekeeping, which no actor does. Stays inside this crate.
    #[compiled_here]
    pub(crate) async fn keep(self) -> Result<()> {
        self.planned.pass(Point::Commit)?;
        let Reads { inner, planned } = self.reads;
        match inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        planned.pass(Point::Committed)
    }
}
