//! Directories of trees and archives.
//!
//! Such a directory holds trees: `NAME-VERSION` or `NAME`, each a directory or a tar
//! archive (plain or compressed).

use std::path::{Path, PathBuf};

/// An ordered list of package sources.
#[derive(Clone, Debug, Default)]
pub struct PackageSources {
    directories: Vec<PathBuf>,
}

/// Why a package source cannot serve.
#[derive(Debug, thiserror::Error)]
#[error("{path}: not a directory; a package source is a directory of trees and archives")]
pub struct SourceError {
    path: PathBuf,
}

const ENDINGS: [&str; 8] =
    ["", ".tar", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2", ".tgz", ".txz"];

impl PackageSources {
    /// Adds a source, to be asked after those before it.
    ///
    /// # Errors
    /// When `path` is no directory.
    pub fn add(&mut self, path: &Path) -> Result<(), SourceError> {
        if !path.is_dir() {
            return Err(SourceError { path: path.to_owned() });
        }
        self.directories.push(path.to_owned());
        Ok(())
    }

    /// The directory or archive that holds package `name`, preferably at `version`.
    pub fn find(&self, name: &str, version: &str) -> Option<PathBuf> {
        let stems = [format!("{name}-{version}"), name.to_owned()];
        self.directories
            .iter()
            .flat_map(|directory| stems.iter().map(move |stem| directory.join(stem)))
            .flat_map(|path| ENDINGS.map(|ending| with_ending(&path, ending)))
            .find(|path| path.exists())
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
