//! A directory that takes its name only when it is whole.

use super::error::Error;
use super::staged::with_free_name;
use super::{is_full, kernel};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A directory on the way to its target. Dropped before [`StagedDirectory::commit`] ends, it is gone
/// with all that is in it.
#[derive(Debug)]
pub struct StagedDirectory {
    target: PathBuf,
    /// Where it is until then.
    temporary: PathBuf,
}

impl StagedDirectory {
    /// An empty directory for `target`. What is there already may be an empty directory, or one that
    /// holds a file called `mark`: one of the same kind, which is replaced.
    ///
    /// # Errors
    /// When something else is there, or its directory cannot be written to.
    pub fn beside(target: &Path, mark: &'static str) -> Result<StagedDirectory, Error> {
        let path = target.to_path_buf();
        // What a symbolic link leads to is replaced, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| path.clone());
        if let Ok(about) = fs::metadata(&target) {
            if !about.is_dir() {
                return Err(Error::TargetNotDirectory { path });
            }
            let empty = fs::read_dir(&target).is_ok_and(|mut entries| entries.next().is_none());
            if !empty && !target.join(mark).is_file() {
                return Err(Error::TargetInUse { path, mark });
            }
        }
        let Some(name) = target.file_name().map(ToOwned::to_owned) else {
            return Err(Error::TargetInUse { path, mark });
        };
        let directory = match target.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let (temporary, named) = with_free_name(&directory, &name, |path| {
            fs::create_dir(path).map(|()| path.to_owned())
        })
        .map_err(|error| Error::Directory {
            path,
            directory: directory.clone(),
            error,
        })?;
        // It is removed as a directory, here.
        std::mem::forget(named);
        Ok(StagedDirectory { target, temporary })
    }

    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// What `error`, met while writing, means.
    pub fn fault(&self, error: io::Error) -> Error {
        let path = self.target.clone();
        if is_full(&error) {
            return Error::NoSpaceForDirectory { path };
        }
        Error::Target { path, error }
    }

    /// Gives it its name in one step. Files in it have been synced.
    ///
    /// # Errors
    /// When the system cannot rename.
    pub fn commit(self) -> Result<(), Error> {
        let renamed = match kernel::exchange(&self.temporary, &self.target) {
            // Nothing is there to exchange it with.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::rename(&self.temporary, &self.target)
            }
            // What was there is now in its place, and goes with it.
            exchanged => exchanged,
        };
        renamed.map_err(|error| self.fault(error))
    }
}

impl Drop for StagedDirectory {
    fn drop(&mut self) {
        // Nothing is to be done about what cannot be removed.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        path
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn one_that_is_not_committed_leaves_nothing() {
        let directory = scratch("staged-directory-dropped");
        let staged = StagedDirectory::beside(&directory.join("layout"), "mark").unwrap();
        fs::write(staged.path().join("file"), "x").unwrap();
        assert_eq!(names(&directory).len(), 1);
        drop(staged);
        assert!(names(&directory).is_empty());
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn one_of_the_same_kind_is_replaced_and_nothing_else() {
        let directory = scratch("staged-directory-replaced");
        let target = directory.join("layout");
        for round in ["first", "second"] {
            let staged = StagedDirectory::beside(&target, "mark").unwrap();
            fs::write(staged.path().join("mark"), round).unwrap();
            fs::write(staged.path().join(round), "").unwrap();
            staged.commit().unwrap();
            let mut wanted = ["mark", round];
            wanted.sort_unstable();
            assert_eq!(names(&target), wanted);
            assert_eq!(names(&directory), ["layout"]);
        }
        fs::remove_file(target.join("mark")).unwrap();
        let error = StagedDirectory::beside(&target, "mark").unwrap_err();
        assert!(matches!(error, Error::TargetInUse { .. }), "{error}");
        let error = StagedDirectory::beside(&target.join("second"), "mark").unwrap_err();
        assert!(matches!(error, Error::TargetNotDirectory { .. }), "{error}");
        fs::remove_dir_all(directory).unwrap();
    }
}
