//! The host's apt configuration: where packages come from, and whom to trust.

mod configuration;
mod one_line;
mod sources;

use crate::repository::Repository;
use configuration::Configuration;
use std::io;
use std::path::{Path, PathBuf};

/// What the host's apt is told.
#[derive(Debug, Default)]
pub struct Apt {
    /// Its archives, in order.
    pub repositories: Vec<Repository>,
    /// Proxies by scheme.
    pub proxies: Proxies,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// Through which servers archives are reached: addresses of proxies, or none.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For `http:`.
    pub http: Option<String>,
    /// For `https:`.
    pub https: Option<String>,
}

/// Why apt's configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AptError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A line cannot be understood.
    #[error("{}:{line}: {fault}", path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line of it, from 1.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
}

impl Apt {
    /// Reads what stands below `directory` (`/etc/apt`): `apt.conf` and `apt.conf.d`, `sources.list` and
    /// `sources.list.d`. No program that is named there is started.
    ///
    /// # Errors
    /// When a file cannot be read or understood.
    pub fn read(directory: &Path) -> Result<Apt, AptError> {
        let configuration = configuration(directory)?;
        let mut apt = Apt { proxies: configuration.proxies(), ..Apt::default() };
        let reading = sources::Reading { directory, configuration: &configuration };
        let list = directory.join("sources.list");
        if list.exists() {
            one_line::read(&text(&list)?, &list, &reading, &mut apt)?;
        }
        for path in parts(&directory.join("sources.list.d"), &["list", "sources"])? {
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("list") => one_line::read(&text(&path)?, &path, &reading, &mut apt)?,
                _ => sources::read(&text(&path)?, &path, &reading, &mut apt)?,
            }
        }
        Ok(apt)
    }

    /// What stands in `text`, a source in apt's one-line form, with the proxies and keys of `directory`.
    ///
    /// # Errors
    /// When it cannot be understood, or a file of `directory` cannot.
    pub fn of_line(text: &str, directory: &Path) -> Result<Apt, AptError> {
        let mut apt = Apt { proxies: configuration(directory)?.proxies(), ..Apt::default() };
        // Releases are looked at as apt does unless it is told otherwise.
        let configuration = Configuration::default();
        let reading = sources::Reading { directory, configuration: &configuration };
        one_line::read(text, Path::new("--package-source"), &reading, &mut apt)?;
        Ok(apt)
    }
}

/// The settings of `apt.conf` and `apt.conf.d` below `directory`.
fn configuration(directory: &Path) -> Result<Configuration, AptError> {
    let mut configuration = Configuration::default();
    for path in parts(&directory.join("apt.conf.d"), &["", "conf"])? {
        configuration.add(&text(&path)?, &path)?;
    }
    let main = directory.join("apt.conf");
    if main.exists() {
        configuration.add(&text(&main)?, &main)?;
    }
    Ok(configuration)
}

fn text(path: &Path) -> Result<String, AptError> {
    let failed = |error| AptError::Read { path: path.to_owned(), error };
    let bytes = std::fs::read(path).map_err(failed)?;
    String::from_utf8(bytes)
        .map_err(|_| failed(io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text")))
}

/// The files of a directory that apt reads: in order of their names, which have letters, digits, `_`,
/// `-` and `.` only and one of `endings`; none if the directory is missing.
fn parts(directory: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, AptError> {
    let failed = |error| AptError::Read { path: directory.to_owned(), error };
    let entries = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        if name.bytes().all(plain) && endings.contains(&ending) && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
