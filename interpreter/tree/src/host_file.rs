//! A file of the host that content is read from.

use crate::host_path;
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// A host file that holds content: either named, and opened only while it is read, or open for good
/// (an archive, an unlinked spool file).
#[derive(Debug)]
pub enum HostFile {
    /// Opened whenever it is read. `len` and `mtime` are those seen when the tree was made.
    Named {
        /// Where it is on the host.
        path: PathBuf,
        /// Length in bytes when it was imported.
        len: u64,
        /// Modification time when it was imported: seconds and nanoseconds since the epoch.
        mtime: (i64, i64),
    },
    /// Open already. `path` serves messages only.
    Open {
        /// What to call it in a message.
        path: PathBuf,
        /// The open file.
        file: File,
    },
}

/// An open [`HostFile`], closed again on drop if it was opened for this use.
#[derive(Debug)]
pub enum OpenFile<'a> {
    /// The file was open already.
    Borrowed(&'a File),
    /// The file was opened for this use.
    Owned(File),
}

impl Deref for OpenFile<'_> {
    type Target = File;
    fn deref(&self) -> &File {
        match self {
            OpenFile::Borrowed(file) => file,
            OpenFile::Owned(file) => file,
        }
    }
}

impl HostFile {
    /// The path to name in a message.
    pub fn path(&self) -> &Path {
        match self {
            HostFile::Named { path, .. } | HostFile::Open { path, .. } => path,
        }
    }

    /// Opens the file for reading. A file whose length or time changed since it was imported is an
    /// error: its old length is already part of a layout.
    pub fn open(&self) -> io::Result<OpenFile<'_>> {
        match self {
            HostFile::Open { file, .. } => Ok(OpenFile::Borrowed(file)),
            HostFile::Named { path, len, mtime } => {
                use std::os::unix::fs::MetadataExt;
                let at = |error: io::Error| {
                    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
                };
                let file = File::from(host_path::open(path).map_err(at)?);
                let now = file.metadata().map_err(at)?;
                if now.len() != *len || (now.mtime(), now.mtime_nsec()) != *mtime {
                    return Err(io::Error::other(format!(
                        "{}: changed while the image was being made; run again",
                        path.display()
                    )));
                }
                Ok(OpenFile::Owned(file))
            }
        }
    }
}
