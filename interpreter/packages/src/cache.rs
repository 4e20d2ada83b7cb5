//! What was fetched, kept by its hash.

use crate::digest::Sha256;
use std::io;
use std::path::{Path, PathBuf};

/// A directory of the host:
///
/// - `sha256/HASH`: whole files, each checked before it got that name;
/// - `partial/HASH`: the beginnings of files that are being fetched;
/// - `release/HASH`: the latest release that was seen, by the hash of its address.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// The cache in `directory`, which is made when something is kept.
    pub fn new(directory: &Path) -> Cache {
        Cache { directory: directory.to_owned() }
    }

    /// Where the whole file with that hash is, or would be.
    pub fn file(&self, hash: &Sha256) -> PathBuf {
        self.directory.join("sha256").join(hash.to_string())
    }

    /// Where the beginning of the file with that hash is, or would be.
    pub(crate) fn partial(&self, hash: &Sha256) -> PathBuf {
        self.directory.join("partial").join(hash.to_string())
    }

    /// The latest release that was seen at `address`.
    pub(crate) fn release(&self, address: &str) -> Option<Vec<u8>> {
        std::fs::read(self.release_path(address)).ok()
    }

    /// Remembers the release at `address`.
    pub(crate) fn keep_release(&self, address: &str, content: &[u8]) -> io::Result<()> {
        write_whole(&self.release_path(address), content)
    }

    pub(crate) fn release_path(&self, address: &str) -> PathBuf {
        self.directory.join("release").join(Sha256::of(address.as_bytes()).to_string())
    }

    /// Keeps bytes that hash to `hash`.
    pub(crate) fn keep(&self, hash: &Sha256, content: &[u8]) -> io::Result<()> {
        write_whole(&self.file(hash), content)
    }
}

/// Writes a file that is seen whole or not at all.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let beside = path.with_extension(format!("new{}", std::process::id()));
    std::fs::write(&beside, content).and_then(|()| std::fs::rename(&beside, path)).inspect_err(
        |_| {
            let _ = std::fs::remove_file(&beside);
        },
    )
}
