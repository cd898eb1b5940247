//! A copy of the embedded database while it is in use.

use std::path::Path;

use crate::{
    db::{Db, Pools},
    error::{Error, Result},
};

impl Db {
    /// Writes a copy of the embedded database into `file`, which must not exist: one moment of it, while others go on
    /// reading and writing. `PostgreSQL` has `pg_dump` for that, and answers [`Error::Scheme`].
    pub async fn back_up(&self, file: &Path) -> Result<()> {
        let Pools::Sqlite { readers, .. } = &self.pools else { return Err(Error::Scheme) };
        let mut connection = readers.acquire().await?;
        sqlx::query("VACUUM INTO $1").bind(file.display().to_string()).execute(&mut *connection).await?;
        Ok(())
    }
}
