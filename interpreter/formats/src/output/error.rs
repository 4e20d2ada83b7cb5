//! Why bytes cannot be written.

use std::io;
use std::path::PathBuf;

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target is a directory.
    #[error("{}: is a directory; name a file in it", .path.display())]
    TargetIsDirectory {
        /// The target.
        path: PathBuf,
    },
    /// The target is a device, a pipe or a socket, which would be replaced by a file.
    #[error(
        "{}: is no regular file and would be replaced by one; write to a file, or to standard output",
        .path.display()
    )]
    TargetNotRegular {
        /// The target.
        path: PathBuf,
    },
    /// The target is no directory, where one is to be made.
    #[error("{}: is there and no directory; name another place", .path.display())]
    TargetNotDirectory {
        /// The target.
        path: PathBuf,
    },
    /// The target is a directory of another kind, which would be lost.
    #[error(
        "{}: is a directory without `{mark}` and would be replaced; name an empty or a new one",
        .path.display()
    )]
    TargetInUse {
        /// The target.
        path: PathBuf,
        /// What is in directories of the kind that may be replaced.
        mark: &'static str,
    },
    /// There is no room for a directory of files.
    #[error("{}: No space left on device", .path.display())]
    NoSpaceForDirectory {
        /// The target.
        path: PathBuf,
    },
    /// No file can be made in the target's directory.
    #[error("{}: cannot make a file in {}: {error}", .path.display(), .directory.display())]
    Directory {
        /// The target.
        path: PathBuf,
        /// Its directory.
        directory: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The target's file system is full.
    #[error(
        "{}: No space left on device: {needed} bytes are needed, {available} bytes are free",
        .path.display()
    )]
    NoSpace {
        /// The target.
        path: PathBuf,
        /// Bytes to store, holes not counted.
        needed: u64,
        /// Bytes that were available before.
        available: u64,
    },
    /// The format cannot address so many bytes.
    #[error(
        "{}: a disk of {len} bytes is too large for this format as it was asked for: at most {limit} bytes",
        .path.display()
    )]
    TooLarge {
        /// The target.
        path: PathBuf,
        /// Bytes of the disk.
        len: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// The target cannot be written for another reason.
    #[error("{}: {error}", .path.display())]
    Target {
        /// The target.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A source cannot be opened or read, or has changed; the error names it.
    #[error(transparent)]
    SourceOpen(io::Error),
    /// A source cannot be read.
    #[error("{}: {error}", .path.display())]
    SourceRead {
        /// The source.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A source has fewer bytes than when it was imported.
    #[error(
        "{}: became shorter while the image was being made: nothing at byte {at}; run again",
        .path.display()
    )]
    SourceShort {
        /// The source.
        path: PathBuf,
        /// Where there is nothing to read any more.
        at: u64,
    },
    /// The stream cannot be written to.
    #[error("cannot write: {0}")]
    Sink(io::Error),
}
