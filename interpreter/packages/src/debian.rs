//! Debian packages from directories and archives: chosen, fetched.

use crate::archive::{self, ArchiveError, Index};
use crate::choice::{Choice, Lock};
use crate::date::Time;
use crate::deb::{self, DebError};
use crate::digest::Sha256;
use crate::fetch::{FetchError, Fetcher, Progress};
use crate::repository::{Address, Repository};
use crate::solver::{self, Request, ResolutionError};
use crate::universe::{IndexFault, Universe};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use tintype_tree::{Spool, SpoolError};

/// Where Debian packages are taken from.
#[derive(Debug)]
pub struct Debian {
    /// Directories of `.deb` files: what is there is preferred to what archives have.
    pub directories: Vec<PathBuf>,
    /// Archives, in order: of two packages of one version, the first one's is taken.
    pub repositories: Vec<Repository>,
    /// How archives are reached.
    pub fetcher: Fetcher,
    /// The present time: releases and keys expire.
    pub now: Time,
    /// A directory with room for the control files of packages.
    pub spool_directory: PathBuf,
}

/// Why no packages could be chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// An archive cannot be used.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A package of a directory cannot be read.
    #[error(transparent)]
    Deb(#[from] DebError),
    /// A directory cannot be read.
    #[error("{}: {error}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is no room for what is decompressed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// An index is damaged.
    #[error("{address}: an index of packages, {fault}")]
    Index {
        /// Whose.
        address: Address,
        /// What is wrong.
        fault: IndexFault,
    },
    /// An index says what cannot be.
    #[error("{0}")]
    Package(String),
    /// No archive has packages for the system.
    #[error("no source has packages for {0}")]
    Architecture(String),
    /// No packages serve the request.
    #[error(transparent)]
    Resolution(#[from] ResolutionError),
}

impl Debian {
    /// The packages that serve `request`. Those of `lock` if it was made for the same request: no index
    /// is needed then. If the request has changed since, they are kept where they will do.
    ///
    /// # Errors
    /// When an archive or a package cannot be used, or no packages serve the request.
    pub fn choose(
        &self,
        request: &Request,
        lock: Option<&Lock>,
        progress: Progress<'_>,
    ) -> Result<Lock, ChoiceError> {
        if let Some(lock) = lock.filter(|lock| lock.is_for(request)) {
            return Ok(lock.clone());
        }
        let architectures: Vec<String> =
            std::iter::once(&request.architecture).chain(&request.foreign).cloned().collect();
        let indexes = self.indexes(&architectures, progress)?;
        let local = self.directories.len();
        let mut universe = Universe::default();
        for index in &indexes {
            universe
                .add(&index.text, index.reluctant)
                .map_err(|fault| ChoiceError::Index { address: index.address.clone(), fault })?;
        }
        let own = |architecture: &str| architecture == request.architecture;
        if !universe.packages().any(|(_, package)| own(package.architecture)) {
            return Err(ChoiceError::Architecture(request.architecture.clone()));
        }
        let mut preferred = lock.map(|lock| lock.among(&universe)).unwrap_or_default();
        let given = universe.packages().filter(|(_, package)| package.index < local);
        preferred.extend(given.map(|(id, _)| id));
        let chosen = solver::resolve(&universe, request, &preferred)?;
        let choice = |id| {
            let package = universe.package(id);
            Choice::of(package, &indexes[package.index].address).map_err(ChoiceError::Package)
        };
        let choices = chosen.into_iter().map(choice).collect::<Result<_, _>>()?;
        Ok(Lock::new(request, choices))
    }

    /// The files of what was chosen, in the same order: fetched where they are not on the host yet, each
    /// with its hash checked.
    ///
    /// # Errors
    /// The first that cannot be had.
    pub fn fetch(&self, lock: &Lock, progress: Progress<'_>) -> Result<Vec<PathBuf>, FetchError> {
        let directories = self.directories.iter().cloned().map(Address::Directory);
        let archives = self.repositories.iter().map(|repository| repository.address.clone());
        let mut addresses: Vec<Address> = Vec::new();
        for address in directories.chain(archives) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let wishes: Vec<_> = lock.choices.iter().map(|choice| choice.wish(&addresses)).collect();
        self.fetcher.files(&wishes, progress)
    }

    /// The indexes of all sources: directories first, one each, then archives.
    pub(crate) fn indexes(
        &self,
        architectures: &[String],
        progress: Progress<'_>,
    ) -> Result<Vec<Index>, ChoiceError> {
        let mut indexes = Vec::new();
        for directory in &self.directories {
            indexes.push(directory_index(directory, &self.spool_directory)?);
        }
        let of_archives = thread::scope(|scope| {
            let reading: Vec<_> = self
                .repositories
                .iter()
                .map(|repository| {
                    scope.spawn(move || {
                        archive::indexes(
                            repository,
                            architectures,
                            &self.fetcher,
                            self.now,
                            progress,
                        )
                    })
                })
                .collect();
            let joined = reading.into_iter().map(|thread| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect::<Vec<_>>()
        });
        for of_archive in of_archives {
            indexes.extend(of_archive?);
        }
        Ok(indexes)
    }
}

/// An index of the `.deb` files of a directory.
fn directory_index(directory: &Path, spool_directory: &Path) -> Result<Index, ChoiceError> {
    let failed = |path: &Path, error| ChoiceError::Directory { path: path.to_owned(), error };
    let mut spool = Spool::new(spool_directory, directory)?;
    let entries = std::fs::read_dir(directory).map_err(|error| failed(directory, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failed(directory, error))?.path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut text = String::new();
    for path in paths {
        let control = deb::control(&path, &mut spool)?;
        let file = std::fs::File::open(&path).map_err(|error| failed(&path, error))?;
        let len = file.metadata().map_err(|error| failed(&path, error))?.len();
        let sha256 = Sha256::of_reader(file).map_err(|error| failed(&path, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(
            text,
            "{}\nFilename: {name}\nSize: {len}\nSHA256: {sha256}\n",
            control.trim_matches('\n')
        );
    }
    Ok(Index { text, address: Address::Directory(directory.to_owned()), reluctant: false })
}
