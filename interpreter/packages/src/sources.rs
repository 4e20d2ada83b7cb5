//! Package sources, in the order in which they are asked: directories, Guix's stores, and Debian archives.
//!
//! A directory holds trees: `NAME-VERSION` or `NAME`, each a directory or a tar archive (plain or
//! compressed); and `.deb` files. Or it is the root of a system that has a store of Guix's.

use crate::apt::{Apt, AptError};
use crate::cache::Cache;
use crate::catalogue::TreeOffer;
use crate::choice::Lock;
use crate::date::Time;
use crate::debian::Debian;
use crate::fetch::Fetcher;
use crate::store::{self, GuixStore, StoreError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// An ordered list of package sources.
#[derive(Clone, Debug, Default)]
pub struct PackageSources {
    trees: Vec<TreeSource>,
    /// Archives in apt's one-line form; the host's own where there are none.
    archives: Vec<String>,
    /// The host's apt configuration; without it there are no archives.
    pub apt: Option<PathBuf>,
    /// Where fetched files are kept.
    pub cache: PathBuf,
    /// The present time: releases and keys expire.
    pub now: Option<Time>,
    /// Whether nothing is fetched.
    pub offline: bool,
    /// The file in which it is kept what was chosen.
    pub lock: Option<PathBuf>,
    /// Whether what nothing can realise may be missing.
    pub allow_unrealised: bool,
    /// Bytes that were fetched so far, for whoever wants to watch.
    pub fetched: Arc<AtomicU64>,
}

/// A source of whole trees.
#[derive(Clone, Debug)]
enum TreeSource {
    Directory(PathBuf),
    Store(Arc<GuixStore>),
}

/// Where a package is.
#[derive(Clone, Debug)]
pub enum Found {
    /// A directory or an archive.
    Tree(PathBuf),
    /// An item of a store, by its name.
    Item(Arc<GuixStore>, String),
}

/// Why a package source cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is none.
    #[error(
        "{}: not a directory; a package source is a directory of trees, archives and .deb files, the root of a system with Guix's store, or a line as in apt's sources.list: \"deb http://ADDRESS SUITE COMPONENT...\"", .0.display()
    )]
    NoDirectory(PathBuf),
    /// It is a store that cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why Debian's packages cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// Apt's configuration cannot be used.
    #[error(transparent)]
    Apt(#[from] AptError),
    /// No archive is known.
    #[error(
        "no archive of packages is known: the host has no apt configuration, so name one with --package-source \"deb http://ADDRESS SUITE COMPONENT...\""
    )]
    NoArchive,
    /// A directory cannot be read.
    #[error("{}: {_1}", .0.display())]
    Directory(PathBuf, io::Error),
    /// The lock file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Lock {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The lock file says what cannot be.
    #[error("{}:{line}: {fault}", path.display())]
    LockLine {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
}

const ENDINGS: [&str; 8] =
    ["", ".tar", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2", ".tgz", ".txz"];

impl PackageSources {
    /// Adds a source, to be asked after those before it.
    ///
    /// # Errors
    /// When `source` is neither a directory nor a line that names an archive, or a store that cannot be read.
    pub fn add(&mut self, source: &Path) -> Result<(), SourceError> {
        match source.to_str() {
            Some(line) if line.trim_start().starts_with("deb ") => {
                self.archives.push(line.to_owned());
            }
            _ if GuixStore::is_at(source) => {
                self.trees.push(TreeSource::Store(Arc::new(GuixStore::open(source)?)));
            }
            _ if source.is_dir() => self.trees.push(TreeSource::Directory(source.to_owned())),
            _ => return Err(SourceError::NoDirectory(source.to_owned())),
        }
        Ok(())
    }

    /// Package `name`, preferably at `version`, in the first source of trees that has it.
    pub fn find(&self, name: &str, version: &str) -> Option<Found> {
        let stems = [format!("{name}-{version}"), name.to_owned()];
        self.trees.iter().find_map(|source| match source {
            TreeSource::Directory(directory) => {
                let mut paths = stems.iter().flat_map(|stem| {
                    ENDINGS.map(|ending| directory.join(format!("{stem}{ending}")))
                });
                paths.find(|path| path.exists()).map(Found::Tree)
            }
            TreeSource::Store(store) => {
                store.find(name, version).map(|item| Found::Item(store.clone(), item))
            }
        })
    }

    /// Every package that is a whole tree.
    pub(crate) fn trees(&self) -> Result<Vec<TreeOffer>, SourcesError> {
        let mut trees = Vec::new();
        for source in &self.trees {
            match source {
                TreeSource::Store(store) => {
                    trees.extend(store.packages().map(|(name, version, item)| TreeOffer {
                        name: name.to_owned(),
                        version: version.to_owned(),
                        found: Found::Item(store.clone(), item),
                    }));
                }
                TreeSource::Directory(directory) => {
                    let failed = |error| SourcesError::Directory(directory.clone(), error);
                    for entry in std::fs::read_dir(directory).map_err(failed)? {
                        let path = entry.map_err(failed)?.path();
                        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
                        let ends =
                            |ending: &&&str| !ending.is_empty() && file_name.ends_with(**ending);
                        let stem = match ENDINGS.iter().find(ends) {
                            Some(ending) => &file_name[..file_name.len() - ending.len()],
                            None if path.is_dir() => &*file_name,
                            None => continue,
                        };
                        let (name, version) = store::name_and_version(stem).unwrap_or((stem, ""));
                        let (name, version) = (name.to_owned(), version.to_owned());
                        trees.push(TreeOffer { name, version, found: Found::Tree(path) });
                    }
                }
            }
        }
        Ok(trees)
    }

    /// The directories among the sources that have `.deb` files.
    fn directories_of_debs(&self) -> impl Iterator<Item = &Path> {
        self.trees.iter().filter_map(|source| match source {
            TreeSource::Directory(directory) if has_debs(directory) => Some(&**directory),
            _ => None,
        })
    }

    /// Whether any source may have Debian's packages.
    pub fn has_debian(&self) -> bool {
        self.apt.is_some() || self.directories_of_debs().next().is_some()
    }

    /// Debian's packages, decompressed in `spool_directory` as far as they have to be; and what is left out
    /// of apt's configuration.
    ///
    /// # Errors
    /// When apt's configuration cannot be used, or names no archive.
    pub fn debian(&self, spool_directory: &Path) -> Result<(Debian, Vec<String>), SourcesError> {
        let directories: Vec<PathBuf> = self.directories_of_debs().map(Path::to_owned).collect();
        let mut apt = Apt::default();
        if let Some(directory) = &self.apt {
            let lines = self.archives.iter().map(|line| Apt::of_line(line, directory));
            let host = self.archives.is_empty().then(|| Apt::read(directory));
            for read in lines.chain(host) {
                let read = read?;
                apt.repositories.extend(read.repositories);
                apt.notes.extend(read.notes);
                apt.proxies = read.proxies;
            }
        }
        if apt.repositories.is_empty() && directories.is_empty() {
            return Err(SourcesError::NoArchive);
        }
        let debian = Debian {
            directories,
            repositories: apt.repositories,
            fetcher: Fetcher::new(Cache::new(&self.cache), &apt.proxies, self.offline),
            now: self.now.unwrap_or(Time(0)),
            spool_directory: spool_directory.to_owned(),
        };
        Ok((debian, apt.notes))
    }

    /// What the lock file says, if there is one.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn read_lock(&self) -> Result<Option<Lock>, SourcesError> {
        let Some(path) = &self.lock else { return Ok(None) };
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| SourcesError::Lock { path: path.clone(), error })?,
        };
        Lock::parse(&text).map(Some).map_err(|(line, fault)| SourcesError::LockLine {
            path: path.clone(),
            line,
            fault,
        })
    }

    /// Writes the lock file, unless it says the same already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_lock(&self, lock: &Lock) -> Result<(), SourcesError> {
        let Some(path) = &self.lock else { return Ok(()) };
        let text = lock.text();
        if std::fs::read_to_string(path).is_ok_and(|known| known == text) {
            return Ok(());
        }
        crate::cache::write_whole(path, text.as_bytes())
            .map_err(|error| SourcesError::Lock { path: path.clone(), error })
    }
}

fn has_debs(directory: &Path) -> bool {
    let is_deb = |entry: io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.path().extension().is_some_and(|ending| ending == "deb"))
    };
    std::fs::read_dir(directory).is_ok_and(|mut entries| entries.any(is_deb))
}
