//! A Debian archive: from its signed release to its indexes of packages, each file checked by the hash
//! that the one before it states.

mod index;
mod release;
mod signature;

pub use release::{FileDigest, Release};
pub use signature::{Keyring, SignatureError};

use crate::date::Time;
use crate::fetch::{FetchError, Fetcher, Progress};
use crate::repository::{Address, Repository};

/// Why an archive cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{repository} ({place}): {fault}")]
pub struct ArchiveError {
    /// Which suite of which archive.
    pub repository: String,
    /// Where it was named.
    pub place: String,
    /// Why.
    pub fault: Box<ArchiveFault>,
}

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFault {
    /// A file cannot be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Its release is not trusted.
    #[error("the release is not trusted: {0}")]
    Signature(#[from] SignatureError),
    /// Nobody is trusted to sign it.
    #[error("no key is trusted for it: name one in Signed-By")]
    NoKey,
    /// Its release cannot be understood.
    #[error("the release cannot be used: {0}")]
    Release(String),
    /// It is another suite.
    #[error("the release is that of {found}")]
    Suite {
        /// What it says it is.
        found: String,
    },
    /// Its release counts no longer.
    #[error(
        "the release was valid until {0}: the server is not up to date, or someone shows an old one"
    )]
    Expired(Time),
    /// Its release is from the future.
    #[error("the release is from the future ({0}): is the clock right?")]
    Future(Time),
    /// A newer release was seen before.
    #[error(
        "the release is of {found}, but one of {seen} was seen before: someone shows an old one"
    )]
    Downgrade {
        /// When the present one was made.
        found: Time,
        /// When the one seen before was made.
        seen: Time,
    },
    /// It has no such part.
    #[error("no component {wanted}; there is {}", .there.join(", "))]
    Component {
        /// What was asked for.
        wanted: String,
        /// What there is.
        there: Vec<String>,
    },
    /// An index is missing or damaged.
    #[error("{file}: {fault}")]
    Index {
        /// Which.
        file: String,
        /// What is wrong.
        fault: String,
    },
}

/// The packages of one component for one architecture.
#[derive(Debug)]
pub struct Index {
    /// The text of its `Packages` file.
    pub text: String,
    /// The archive that its packages' file names start from.
    pub address: Address,
    /// Whether its packages are taken only when nothing else will do.
    pub reluctant: bool,
}

/// Fetches the release of `repository` and its indexes for `architectures`, none for those that it does
/// not have. `now` is the present time.
///
/// # Errors
/// When the release is not signed by a trusted key, too old, or another than asked for; when a file is
/// missing, or not the one that its hash says.
pub fn indexes(
    repository: &Repository,
    architectures: &[String],
    fetcher: &Fetcher,
    now: Time,
    progress: Progress<'_>,
) -> Result<Vec<Index>, ArchiveError> {
    let failed = |fault| ArchiveError {
        repository: repository.to_string(),
        place: repository.place.clone(),
        fault: Box::new(fault),
    };
    let release = release(repository, fetcher, now).map_err(failed)?;
    let mut indexes = Vec::new();
    let mut add = |file: String| {
        let text = index::read(repository, &release, &file, fetcher, progress).map_err(failed)?;
        let address = repository.address.clone();
        indexes.push(Index { text, address, reluctant: release.not_automatic });
        Ok(())
    };
    if repository.is_flat() {
        add("Packages".to_owned())?;
        return Ok(indexes);
    }
    for component in &repository.components {
        let has = |own: &String| own == component || own.ends_with(&format!("/{component}"));
        if !release.components.is_empty() && !release.components.iter().any(has) {
            let (wanted, there) = (component.clone(), release.components.clone());
            return Err(failed(ArchiveFault::Component { wanted, there }));
        }
        for architecture in architectures {
            let listed = |list: &[String]| list.is_empty() || list.contains(architecture);
            if listed(&repository.architectures) && listed(&release.architectures) {
                add(format!("{component}/binary-{architecture}/Packages"))?;
            }
        }
    }
    Ok(indexes)
}

/// The release, once it is trusted.
fn release(repository: &Repository, fetcher: &Fetcher, now: Time) -> Result<Release, ArchiveFault> {
    let path = repository.path("InRelease");
    let whole = format!("{}/{path}", repository.address);
    let (content, text) = match fetcher.release(&repository.address, &path) {
        Ok(content) if repository.trusted => {
            let text = signature::unverified_text(&content)?;
            (content, text)
        }
        Ok(content) => {
            let keyring = repository.keys.read()?;
            if keyring.is_empty() {
                return Err(ArchiveFault::NoKey);
            }
            let text = signature::signed_text(&content, &keyring, now)?;
            (content, text)
        }
        // An archive that needs no signature may have none.
        Err(_) if repository.trusted => {
            let content = fetcher.release(&repository.address, &repository.path("Release"))?;
            let text = String::from_utf8_lossy(&content).into_owned();
            (content, text)
        }
        Err(error) => return Err(error.into()),
    };
    let release = Release::parse(&text).map_err(ArchiveFault::Release)?;
    if !repository.is_flat() && !release.is(&repository.suite) {
        let names = [&release.suite, &release.codename].into_iter().flatten();
        let names: Vec<&str> = names.map(String::as_str).collect();
        let found = if names.is_empty() { "no suite".to_owned() } else { names.join(", ") };
        return Err(ArchiveFault::Suite { found });
    }
    check_times(repository, &release, now)?;
    let seen = fetcher.cache().release(&whole).and_then(|seen| seen_date(&seen));
    if let (Some(found), Some(seen)) = (release.date, seen)
        && found < seen
    {
        return Err(ArchiveFault::Downgrade { found, seen });
    }
    fetcher
        .cache()
        .keep_release(&whole, &content)
        .map_err(|error| FetchError::Host { path: fetcher.cache().release_path(&whole), error })?;
    Ok(release)
}

fn check_times(repository: &Repository, release: &Release, now: Time) -> Result<(), ArchiveFault> {
    if let Some(end) = release.valid_until.filter(|end| *end < now)
        && repository.check_valid_until
    {
        return Err(ArchiveFault::Expired(end));
    }
    // As for signatures: the clocks of two machines differ.
    match release.date.filter(|date| date.0 > now.0 + 86_400) {
        Some(date) if repository.check_date => Err(ArchiveFault::Future(date)),
        _ => Ok(()),
    }
}

/// The date of a release that was trusted when it was kept.
fn seen_date(content: &[u8]) -> Option<Time> {
    let text = String::from_utf8_lossy(content);
    let line = text.lines().find_map(|line| line.strip_prefix("Date:"))?;
    Time::parse(line)
}
