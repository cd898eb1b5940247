//! Letters as `.eml` files: what a mail program opens, and what a person reads with `cat`.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::{fs, io::AsyncWriteExt as _};

use super::kept::file_name;
use crate::{Error, Message, message::Encoding};

/// A folder that letters are written into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub(super) path: PathBuf,
}

impl Folder {
    /// The folder at `path`, made with the first letter.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where the letters lie.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), Error> {
        let bytes = message.build(Encoding::Legible)?.formatted();
        let file = self.path.join(file_name(message.id));
        self.write(&file, &bytes).await
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        let file = self.path.join(".check");
        self.write(&file, b"").await?;
        fs::remove_file(&file)
            .await
            .map_err(|source| Error::Folder { path: file, source })
    }

    /// Writes beside the file and renames, so that nobody reads half a letter and a crash leaves none.
    async fn write(&self, file: &Path, bytes: &[u8]) -> Result<(), Error> {
        let partial = file.with_extension("partial");
        let written: io::Result<()> = async {
            fs::create_dir_all(&self.path).await?;
            let mut handle = private().open(&partial).await?;
            handle.write_all(bytes).await?;
            handle.sync_all().await?;
            fs::rename(&partial, file).await
        }
        .await;
        written.map_err(|source| Error::Folder {
            path: file.to_owned(),
            source,
        })
    }
}

/// Letters carry links that let their reader in: only the owner of the process may read the files.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options
}
