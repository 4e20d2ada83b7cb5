//! A Debian archive, as it is named in a configuration.

use crate::archive::{Keyring, SignatureError};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// On another machine: scheme, machine and path, without a slash at its end.
    Web(String),
    /// In a directory of the host.
    Directory(PathBuf),
}

impl Address {
    /// Reads `http://`, `https://`, `file:` and `copy:` addresses.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Address, String> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        match (&*scheme.to_ascii_lowercase(), rest) {
            ("http" | "https", rest) if rest.starts_with("//") && rest.len() > 2 => {
                Ok(Address::Web(text.trim_end_matches('/').to_owned()))
            }
            ("file" | "copy", path) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                match path.starts_with('/') {
                    true => Ok(Address::Directory(PathBuf::from(path))),
                    false => Err(format!("{text}: the path is not absolute")),
                }
            }
            _ => {
                Err(format!("{text}: packages are fetched from http:, https: and file: addresses"))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Web(address) => formatter.write_str(address),
            Address::Directory(path) => write!(formatter, "file:{}", path.display()),
        }
    }
}

/// Whose signatures an archive is trusted by.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Files of keys.
    pub files: Vec<PathBuf>,
    /// Keys themselves, armored.
    pub inline: Vec<String>,
    /// If there are any, only keys with these fingerprints count.
    pub fingerprints: Vec<String>,
}

impl Keys {
    /// Reads the keys.
    ///
    /// # Errors
    /// When a file is missing or damaged.
    pub(crate) fn read(&self) -> Result<Keyring, SignatureError> {
        let mut keyring = Keyring::default();
        for path in &self.files {
            let damaged = |why: &dyn fmt::Display| {
                SignatureError::Keyring(format!("{}: {why}", path.display()))
            };
            let bytes = std::fs::read(path).map_err(|error| damaged(&error))?;
            keyring.add(&bytes).map_err(|error| damaged(&error))?;
        }
        for key in &self.inline {
            keyring.add(key.as_bytes())?;
        }
        if !self.fingerprints.is_empty() {
            keyring.retain(&self.fingerprints);
        }
        Ok(keyring)
    }
}

/// One suite of an archive.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Where the archive is.
    pub address: Address,
    /// Which suite of it; with `/` at its end, a folder with packages and nothing else.
    pub suite: String,
    /// Which parts of the suite.
    pub components: Vec<String>,
    /// The architectures that it is asked for; all if empty.
    pub architectures: Vec<String>,
    /// Whether it needs no signature.
    pub trusted: bool,
    /// Whether a release that is no longer valid is refused.
    pub check_valid_until: bool,
    /// Whether a release from the future is refused.
    pub check_date: bool,
    /// Who may sign it.
    pub keys: Keys,
    /// Where this was said.
    pub place: String,
}

impl Repository {
    /// The path of one of its release's files from the address on.
    pub(crate) fn path(&self, file: &str) -> String {
        match self.suite.strip_suffix('/') {
            Some("." | "") => file.to_owned(),
            Some(folder) => format!("{}/{file}", folder.trim_start_matches('/')),
            None => format!("dists/{}/{file}", self.suite),
        }
    }

    /// Whether it is a folder rather than a suite.
    pub(crate) fn is_flat(&self) -> bool {
        self.suite.ends_with('/')
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.address, self.suite)
    }
}

/// The path of a package's file from the address of its archive on, if it leads nowhere else.
pub(crate) fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path).components().all(|part| {
            matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir)
        })
}
