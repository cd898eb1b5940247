//! Statements and how they are run: one text and one set of binds, checked by the compiler against both drivers.

use std::{borrow::Cow, fmt::Write as _, pin::Pin};

use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, Postgres, Sqlite, Type,
    postgres::{PgArguments, PgConnection, PgRow},
    sqlite::{SqliteArguments, SqliteConnection, SqliteRow},
};

use crate::{
    db::{Alone, Connection, Inner, Reads},
    error::Result,
};

/// One named statement, in the text each database is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    /// Its name in the code, for the test that walks all of them.
    #[cfg(test)]
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// Declares statements, and lists them in `ALL` so that one test can prepare every one. Where the databases differ, the
/// difference stands in the text: `"..", pg "..", lite "..", ".."`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $first:expr $(, pg $pg:literal, lite $lite:literal, $next:expr)*;)*) => {
        $(
            $(#[$doc])*
            const $name: $crate::query::Statement = $crate::query::Statement {
                #[cfg(test)]
                name: concat!(module_path!(), "::", stringify!($name)),
                sqlite: concat!($first $(, $lite, $next)*),
                postgres: concat!($first $(, $pg, $next)*),
            };
        )*
        #[cfg(test)]
        pub(crate) const ALL: &[$crate::query::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;

/// A value that both drivers can bind.
pub(crate) trait Bind<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}
impl<'q, T> Bind<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> {}

/// A row that both drivers can read.
pub(crate) trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

enum Target<'t> {
    Sqlite(&'t mut SqliteConnection, SqliteArguments),
    Postgres(&'t mut PgConnection, PgArguments),
}

/// A statement with the values bound so far.
pub(crate) struct Query<'t> {
    target: Target<'t>,
    text: Cow<'static, str>,
    bound: usize,
    /// Whether the connection keeps the prepared statement.
    kept: bool,
    failed: Option<sqlx::Error>,
}

macro_rules! run {
    ($query:ident, |$conn:ident, $sql:ident| $body:expr) => {{
        if let Some(error) = $query.failed {
            return Err(error.into());
        }
        // The text is put together from literals of this crate alone; values are always bound.
        let text = AssertSqlSafe($query.text);
        match $query.target {
            Target::Sqlite($conn, arguments) => {
                let $sql = sqlx::query_with(text, arguments).persistent($query.kept);
                $body
            }
            Target::Postgres($conn, arguments) => {
                let $sql = sqlx::query_with(text, arguments).persistent($query.kept);
                $body
            }
        }
    }};
}

impl Reads {
    /// A named statement.
    pub(crate) fn query(&mut self, statement: Statement) -> Query<'_> {
        let text = match &self.inner {
            Inner::Sqlite(_) => statement.sqlite,
            Inner::Postgres(_) => statement.postgres,
        };
        Query {
            failed: self.planned.failure_of(text),
            target: self.target(),
            text: Cow::Borrowed(text),
            bound: 0,
            kept: true,
        }
    }

    /// A statement that is put together as it goes, with [`Query::push`] and [`Query::value`].
    pub(crate) fn dynamic(&mut self, start: &'static str) -> Query<'_> {
        Query {
            failed: self.planned.failure_of(start),
            target: self.target(),
            text: Cow::Owned(start.to_owned()),
            bound: 0,
            kept: false,
        }
    }

    fn target(&mut self) -> Target<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx) => Target::Sqlite(tx, SqliteArguments::default()),
            Inner::Postgres(tx) => Target::Postgres(tx, PgArguments::default()),
        }
    }
}

impl Alone {
    /// The one statement.
    pub(crate) fn query(&mut self, statement: Statement) -> Query<'_> {
        let (text, target) = match &mut self.connection {
            Connection::Sqlite(one) => (statement.sqlite, Target::Sqlite(one, SqliteArguments::default())),
            Connection::Postgres(one) => (statement.postgres, Target::Postgres(one, PgArguments::default())),
        };
        Query {
            failed: self.planned.failure_of(text),
            target,
            text: Cow::Borrowed(text),
            bound: 0,
            kept: true,
        }
    }
}

impl Query<'_> {
    /// Binds the next value.
    pub(crate) fn bind<'q, T: Bind<'q>>(mut self, value: T) -> Self {
        let added = match &mut self.target {
            Target::Sqlite(_, arguments) => Arguments::add(arguments, value),
            Target::Postgres(_, arguments) => Arguments::add(arguments, value),
        };
        self.bound += 1;
        if let Err(error) = added {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
        self
    }

    /// Adds a literal piece of text.
    pub(crate) fn push(mut self, piece: &'static str) -> Self {
        self.text.to_mut().push_str(piece);
        self
    }

    /// Adds a placeholder and binds its value.
    pub(crate) fn value<'q, T: Bind<'q>>(mut self, value: T) -> Self {
        let place = self.bound + 1;
        let text = self.text.to_mut();
        match self.target {
            // SQLite looks a `$n` up by name, which is quadratic in thousands of them; `?` is counted.
            Target::Sqlite(..) => text.push('?'),
            // Writing to a String does not fail.
            Target::Postgres(..) => drop(write!(text, "${place}")),
        }
        self.bind(value)
    }

    /// Adds ` AND column IN (values)`; nothing when there are none.
    pub(crate) fn among<'q, T: Bind<'q>>(self, column: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        let mut query = self;
        let mut any = false;
        for value in values {
            query = if any {
                query.push(", ")
            } else {
                query.push(" AND ").push(column).push(" IN (")
            };
            query = query.value(value);
            any = true;
        }
        if any { query.push(")") } else { query }
    }

    /// Whether it is one for `PostgreSQL`.
    #[cfg(any(test, feature = "planned-failures"))]
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.target, Target::Postgres(..))
    }

    /// How the database would run it, line by line.
    #[cfg(test)]
    pub(crate) async fn plan(mut self) -> Result<Vec<String>> {
        use sqlx::Row as _;
        let (how, column) = if self.is_postgres() {
            ("EXPLAIN ", 0)
        } else {
            ("EXPLAIN QUERY PLAN ", 3)
        };
        self.text.to_mut().insert_str(0, how);
        run!(self, |conn, sql| {
            let rows = sql.fetch_all(conn).await?;
            Ok(rows
                .iter()
                .map(|row| row.try_get(column))
                .collect::<sqlx::Result<_>>()?)
        })
    }

    /// Keeps the prepared statement although it was put together: the same text comes again and again.
    pub(crate) fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    /// For what runs before and after a table fills: `PostgreSQL` settles on a plan after a few runs and would walk through
    /// thousands of rows as it did when there were none, so it plans each time. `SQLite` keeps the statement.
    pub(crate) fn planned_afresh(mut self) -> Self {
        self.kept = matches!(self.target, Target::Sqlite(..));
        self
    }

    /// Runs it and answers its row, when there is one.
    pub(crate) async fn optional<R: Record>(self) -> Result<Option<R>> {
        Ok(self.fetch_optional().await?.map(Fetched::read).transpose()?)
    }

    /// Runs it and answers its one row.
    pub(crate) async fn one<R: Record>(self) -> Result<R> {
        Ok(self.fetch_one().await?.read()?)
    }

    /// Runs it and answers all its rows.
    pub(crate) async fn all<R: Record>(self) -> Result<Vec<R>> {
        Ok(self.fetch_all().await?.read_all()?)
    }
}

/// As with `compiled_here`: what the drivers do is compiled once.
type Answer<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

impl<'t> Query<'t> {
    /// Runs it and answers how many rows it touched.
    pub(crate) fn execute(self) -> Answer<'t, u64> {
        Box::pin(async move { run!(self, |conn, sql| Ok(sql.execute(conn).await?.rows_affected())) })
    }

    fn fetch_optional(self) -> Answer<'t, Option<Fetched>> {
        Box::pin(async move { run!(self, |conn, sql| Ok(sql.fetch_optional(conn).await?.map(Fetched::from))) })
    }

    fn fetch_one(self) -> Answer<'t, Fetched> {
        Box::pin(async move { run!(self, |conn, sql| Ok(sql.fetch_one(conn).await?.into())) })
    }

    fn fetch_all(self) -> Answer<'t, AllFetched> {
        Box::pin(async move { run!(self, |conn, sql| Ok(sql.fetch_all(conn).await?.into())) })
    }
}

/// A row of either driver.
enum Fetched {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Fetched {
    fn read<R: Record>(self) -> sqlx::Result<R> {
        match self {
            Self::Sqlite(row) => R::from_row(&row),
            Self::Postgres(row) => R::from_row(&row),
        }
    }
}

impl From<SqliteRow> for Fetched {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Fetched {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

/// The rows of either driver.
enum AllFetched {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl AllFetched {
    fn read_all<R: Record>(self) -> sqlx::Result<Vec<R>> {
        match self {
            Self::Sqlite(rows) => rows.iter().map(R::from_row).collect(),
            Self::Postgres(rows) => rows.iter().map(R::from_row).collect(),
        }
    }
}

impl From<Vec<SqliteRow>> for AllFetched {
    fn from(rows: Vec<SqliteRow>) -> Self {
        Self::Sqlite(rows)
    }
}

impl From<Vec<PgRow>> for AllFetched {
    fn from(rows: Vec<PgRow>) -> Self {
        Self::Postgres(rows)
    }
}
