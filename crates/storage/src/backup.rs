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
        let Pools::Sqlite { writer, .. } = &self.pools else {
            return Err(Error::Scheme);
        };
        // Readers are `query_only`, which refuses even a copy.
        sqlx::query("VACUUM INTO $1")
            .bind(file.display().to_string())
            .execute(writer)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Db, Error};

    #[tokio::test]
    async fn a_copy_opens_as_a_database_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let db = Db::connect(&format!("sqlite:{}", at("a.db").display())).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.settings().save("a", "1").await.unwrap();
        tx.keep().await.unwrap();
        db.back_up(&at("b.db")).await.unwrap();
        assert!(db.back_up(&at("b.db")).await.is_err(), "a backup is never overwritten");
        let copy = Db::connect(&format!("sqlite:{}", at("b.db").display())).await.unwrap();
        assert_eq!(
            copy.read()
                .await
                .unwrap()
                .settings()
                .find("a")
                .await
                .unwrap()
                .as_deref(),
            Some("1")
        );
    }

    #[tokio::test]
    async fn a_server_is_backed_up_by_its_own_tools() {
        let Some(url) = testbed::fresh_postgres_database() else {
            return;
        };
        let db = Db::connect(&url).await.unwrap();
        let refused = db.back_up(std::path::Path::new("unused")).await;
        assert!(matches!(refused, Err(Error::Scheme)));
    }
}
