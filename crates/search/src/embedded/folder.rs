//! The folder of the embedded index.
//!
//! ```text
//! lock            held by the process that works on the index
//! current.json    which generation answers; always replaced by renaming, so never half written
//! generation-7/   an index as tantivy keeps it; its commits are atomic
//! ```

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Error, row};

/// Which generation answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Current {
    /// [`row::FORM`] of its rows.
    form: u32,
    pub(crate) generation: u64,
    /// Whether it was filled by a rebuild: false means that storage may have more.
    pub(crate) complete: bool,
}

impl Current {
    pub(crate) const fn new(generation: u64, complete: bool) -> Self {
        Self {
            form: row::FORM,
            generation,
            complete,
        }
    }
}

/// The folder, held by this process.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Unlocked by the system when the process ends, however it ends.
    _lock: File,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let at = |path: PathBuf| move |source| Error::Folder { path, source };
        fs::create_dir_all(path).map_err(at(path.into()))?;
        let name = path.join("lock");
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&name)
            .map_err(at(name.clone()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.into(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(path.into())),
            Err(TryLockError::Error(source)) => Err(Error::Folder { path: name, source }),
        }
    }

    /// Which generation answers; none when there is none, or one this program cannot read.
    pub(crate) fn current(&self) -> Option<Current> {
        let bytes = fs::read(self.path.join("current.json")).ok()?;
        let current: Current = serde_json::from_slice(&bytes).ok()?;
        (current.form == row::FORM).then_some(current)
    }

    /// From now on this generation answers, also after a power cut.
    pub(crate) fn set_current(&self, current: Current) -> Result<(), Error> {
        let name = self.path.join("current.json");
        let write = || -> io::Result<()> {
            let fresh = self.path.join("current.json.new");
            let mut file = File::create(&fresh)?;
            file.write_all(&serde_json::to_vec(&current)?)?;
            file.sync_all()?;
            fs::rename(&fresh, &name)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(|source| Error::Folder {
            path: name.clone(),
            source,
        })
    }

    pub(crate) fn generation(&self, number: u64) -> PathBuf {
        self.path.join(format!("generation-{number}"))
    }

    /// An empty folder for a new generation, with a number higher than any that lies there.
    pub(crate) fn create_generation(&self) -> Result<u64, Error> {
        let number = self
            .generations()
            .map_or(0, |numbers| numbers.into_iter().max().unwrap_or(0))
            + 1;
        let path = self.generation(number);
        fs::create_dir_all(&path).map_err(|source| Error::Folder { path, source })?;
        Ok(number)
    }

    /// Removes all generations but this one. What cannot be removed is tried again at the next start.
    pub(crate) fn keep_only(&self, number: u64) {
        for other in self
            .generations()
            .unwrap_or_default()
            .into_iter()
            .filter(|other| *other != number)
        {
            self.remove(other);
        }
    }

    pub(crate) fn remove(&self, number: u64) {
        let path = self.generation(number);
        if let Err(error) = fs::remove_dir_all(&path) {
            tracing::warn!(path = %path.display(), %error, "search.generation.not_removed");
        }
    }

    fn generations(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("generation-"));
            numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_survives_and_an_older_form_does_not_count() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        assert_eq!(folder.current(), None);
        folder.set_current(Current::new(3, true)).unwrap();
        assert_eq!(folder.current(), Some(Current::new(3, true)));
        fs::write(
            temp.path().join("current.json"),
            r#"{"form":0,"generation":3,"complete":true}"#,
        )
        .unwrap();
        assert_eq!(folder.current(), None);
        fs::write(temp.path().join("current.json"), "{").unwrap();
        assert_eq!(folder.current(), None);
    }

    #[test]
    fn a_folder_in_use_is_refused_with_its_name() {
        let temp = tempfile::tempdir().unwrap();
        let first = Folder::open(temp.path()).unwrap();
        let refused = Folder::open(temp.path()).unwrap_err();
        assert!(
            matches!(&refused, Error::Locked(path) if path == temp.path()),
            "{refused}"
        );
        drop(first);
        Folder::open(temp.path()).unwrap();
    }

    #[test]
    fn a_new_generation_never_takes_the_place_of_one_that_lies_there() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::open(temp.path()).unwrap();
        assert_eq!(folder.create_generation().unwrap(), 1);
        assert_eq!(folder.create_generation().unwrap(), 2);
        folder.keep_only(2);
        assert!(!folder.generation(1).exists());
        assert_eq!(folder.create_generation().unwrap(), 3);
    }
}
