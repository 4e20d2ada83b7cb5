//! What a release states of itself (Debian's repository format: `Release` files).

use crate::date::Time;
use crate::deb822::Stanza;
use crate::digest::Sha256;
use std::collections::BTreeMap;

/// A release: which files belong to it, and their hashes.
#[derive(Debug)]
pub struct Release {
    /// Its lasting name (`bookworm`).
    pub codename: Option<String>,
    /// The name of what it is at the time (`stable`).
    pub suite: Option<String>,
    /// When it was made.
    pub date: Option<Time>,
    /// Until when it counts.
    pub valid_until: Option<Time>,
    /// Parts that it has; empty if it does not say.
    pub components: Vec<String>,
    /// Architectures that it has; empty if it does not say.
    pub architectures: Vec<String>,
    /// Whether its indexes are found by their hashes too.
    pub by_hash: bool,
    /// Whether its packages are taken only when asked for (`NotAutomatic`).
    pub not_automatic: bool,
    files: BTreeMap<String, FileDigest>,
}

/// How long a file is and what its content hashes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// Of its content.
    pub sha256: Sha256,
    /// Bytes.
    pub len: u64,
}

impl Release {
    /// Reads the text of a `Release` file.
    ///
    /// # Errors
    /// What of it cannot be used.
    pub fn parse(text: &str) -> Result<Release, String> {
        let stanza = Stanza { text, line: 1 };
        let words = |name: &str| -> Vec<String> {
            let value = stanza.get(name).unwrap_or_default();
            value.split_whitespace().map(str::to_owned).collect()
        };
        let date = |name: &str| match stanza.get(name) {
            None => Ok(None),
            Some(text) => match Time::parse(text) {
                Some(time) => Ok(Some(time)),
                None => Err(format!("its {name} is `{text}`, which is no date in UTC")),
            },
        };
        let yes = |name: &str| stanza.get(name).is_some_and(|value| value == "yes");
        let listed = stanza.get("SHA256").ok_or(
            "it has no SHA-256 hashes, and weaker ones are not trusted (field SHA256 is missing)",
        )?;
        let mut files = BTreeMap::new();
        for line in listed.lines().filter(|line| !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let entry = match words[..] {
                [hash, len, name] => Sha256::parse(hash)
                    .zip(len.parse().ok())
                    .map(|(sha256, len)| (name.to_owned(), FileDigest { sha256, len })),
                _ => None,
            };
            let (name, digest) = entry.ok_or_else(|| format!("`{line}` is no hash of a file"))?;
            files.insert(name, digest);
        }
        Ok(Release {
            codename: stanza.get("Codename").map(str::to_owned),
            suite: stanza.get("Suite").map(str::to_owned),
            date: date("Date")?,
            valid_until: date("Valid-Until")?,
            components: words("Components"),
            architectures: words("Architectures"),
            by_hash: yes("Acquire-By-Hash"),
            not_automatic: yes("NotAutomatic"),
            files,
        })
    }

    /// The hash of one of its files, by its path from the release on.
    pub fn file(&self, name: &str) -> Option<FileDigest> {
        self.files.get(name).copied()
    }

    /// Whether it is what `suite` asks for: its name or codename, perhaps with what follows a slash.
    pub fn is(&self, suite: &str) -> bool {
        let own = [self.suite.as_deref(), self.codename.as_deref()];
        own.into_iter().flatten().any(|own| own == suite)
    }
}
