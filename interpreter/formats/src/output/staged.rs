//! A file that takes its name only when it is whole.

use super::error::Error;
use super::{is_full, kernel};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file on the way to its target. Dropped before [`Staged::commit`] ends, it is gone.
#[derive(Debug)]
pub struct Staged {
    file: File,
    target: PathBuf,
    directory: PathBuf,
    /// Bytes to store.
    needed: u64,
    /// Bytes that were available when it was made.
    available: u64,
    name: Option<TemporaryName>,
}

/// A name that is removed when dropped.
#[derive(Debug)]
pub(super) struct TemporaryName(PathBuf);

impl Drop for TemporaryName {
    fn drop(&mut self) {
        // Nothing is to be done about a name that cannot be removed.
        let _ = fs::remove_file(&self.0);
    }
}

impl Staged {
    /// An empty file for `target`, in which about `needed` bytes are to be stored: a full disk is
    /// told with that number. A symbolic link is followed.
    ///
    /// # Errors
    /// When `target` is a directory or no regular file, or its directory cannot be written to.
    pub fn beside(target: &Path, needed: u64) -> Result<Staged, Error> {
        let path = target.to_path_buf();
        if target.as_os_str().as_bytes().ends_with(b"/") {
            return Err(Error::TargetIsDirectory { path });
        }
        // What a symbolic link leads to is replaced, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| path.clone());
        match fs::metadata(&target) {
            Ok(about) if about.is_dir() => return Err(Error::TargetIsDirectory { path }),
            Ok(about) if !about.is_file() => return Err(Error::TargetNotRegular { path }),
            _ => {}
        }
        let Some(file_name) = target.file_name() else {
            return Err(Error::TargetIsDirectory { path });
        };
        let directory = match target.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let (file, name) = nameless(&directory)
            .map(|file| (file, None))
            .or_else(|_| named(&directory, file_name).map(|(file, name)| (file, Some(name))))
            .map_err(|error| Error::Directory { path, directory: directory.clone(), error })?;
        let available = kernel::available(&file).unwrap_or(0);
        Ok(Staged { file, target, directory, needed, available, name })
    }

    /// Makes the file `len` bytes long; what is new is a hole.
    ///
    /// # Errors
    /// When the file system has no room for such a file.
    pub fn set_len(&self, len: u64) -> Result<(), Error> {
        self.file.set_len(len).map_err(|error| self.fault(error))
    }

    /// The file itself.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// What `error`, met while writing, means.
    pub fn fault(&self, error: io::Error) -> Error {
        let path = self.target.clone();
        if is_full(&error) {
            return Error::NoSpace { path, needed: self.needed, available: self.available };
        }
        Error::Target { path, error }
    }

    /// Makes the file last, and gives it its name in one step.
    ///
    /// # Errors
    /// When the system cannot store what was written, or cannot rename.
    pub fn commit(mut self) -> Result<(), Error> {
        self.file.sync_all().map_err(|error| self.fault(error))?;
        let name = match self.name.take() {
            Some(name) => name,
            None => self.give_name().map_err(|error| self.fault(error))?,
        };
        fs::rename(&name.0, &self.target).map_err(|error| self.fault(error))?;
        std::mem::forget(name);
        // Where directories cannot be synced, the name lasts as the file system sees fit.
        match File::open(&self.directory).and_then(|directory| directory.sync_all()) {
            Err(error) if error.raw_os_error() == Some(libc::EIO) => Err(self.fault(error)),
            _ => Ok(()),
        }
    }

    fn give_name(&self) -> io::Result<TemporaryName> {
        let target = self.target.file_name().unwrap_or(OsStr::new("image"));
        with_free_name(&self.directory, target, |path| kernel::name(&self.file, path))
            .map(|((), name)| name)
    }
}

/// Appends, for formats that are streams. Errors are the system's own; [`Staged::fault`] tells what
/// they mean.
impl Write for &Staged {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        (&self.file).write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.file).flush()
    }
}

/// A file without a name: it goes with the process, whatever ends that. Not every file system has it,
/// and without /proc it could not get a name later.
fn nameless(directory: &Path) -> io::Result<File> {
    fs::metadata("/proc/self/fd")?;
    OpenOptions::new().read(true).write(true).custom_flags(libc::O_TMPFILE).open(directory)
}

/// A new file with a name like `target`'s.
fn named(directory: &Path, target: &OsStr) -> io::Result<(File, TemporaryName)> {
    with_free_name(directory, target, |path| {
        OpenOptions::new().read(true).write(true).create_new(true).open(path)
    })
}

/// Tries `make` with one hidden name after another, until one is free.
pub(super) fn with_free_name<T>(
    directory: &Path,
    target: &OsStr,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(T, TemporaryName)> {
    // The longest name there may be leaves no room for more: only its beginning is taken.
    let beginning = target.to_string_lossy().chars().take(40).collect::<String>();
    let mut number = 0u32;
    loop {
        let name = OsString::from(format!(".{beginning}.{}-{number}", std::process::id()));
        let path = directory.join(name);
        match make(&path) {
            Ok(made) => return Ok((made, TemporaryName(path))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names in a fresh directory after `test` has run there.
    fn names_after(name: &str, test: impl FnOnce(&Path)) -> Vec<OsString> {
        let directory = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir(&directory).unwrap();
        test(&directory);
        let entries = fs::read_dir(&directory).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        fs::remove_dir_all(&directory).unwrap();
        names
    }

    /// As [`Staged::beside`], for a file system without nameless files.
    fn with_name(target: &Path) -> Staged {
        let directory = target.parent().unwrap().to_path_buf();
        let (file, name) = named(&directory, target.file_name().unwrap()).unwrap();
        let (needed, available) = (0, 0);
        let name = Some(name);
        Staged { file, target: target.into(), directory, needed, available, name }
    }

    #[test]
    fn a_file_that_is_not_committed_leaves_nothing() {
        let names = names_after("staged-dropped", |directory| {
            drop(Staged::beside(&directory.join("disk.img"), 10).unwrap());
            drop(with_name(&directory.join("disk.img")));
            let panicked = std::panic::catch_unwind(|| {
                let _staged = with_name(&directory.join("disk.img"));
                assert_eq!(fs::read_dir(directory).unwrap().count(), 1);
                std::panic::panic_any("a fault of ours");
            });
            assert!(panicked.is_err());
        });
        assert!(names.is_empty(), "{names:?}");
    }

    #[test]
    fn a_committed_file_has_only_its_own_name() {
        let names = names_after("staged-committed", |directory| {
            let staged = Staged::beside(&directory.join("a"), 10).unwrap();
            (&staged).write_all(b"0123456789").unwrap();
            staged.commit().unwrap();
            with_name(&directory.join("b")).commit().unwrap();
            with_name(&directory.join("b")).commit().unwrap();
            assert_eq!(fs::metadata(directory.join("a")).unwrap().len(), 10);
        });
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_name_in_use_is_passed_over() {
        let names = names_after("staged-taken", |directory| {
            let first = with_name(&directory.join("b"));
            let second = with_name(&directory.join("b"));
            first.commit().unwrap();
            second.commit().unwrap();
        });
        assert_eq!(names, ["b"]);
    }
}
