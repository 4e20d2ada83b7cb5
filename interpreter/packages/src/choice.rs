//! What was chosen, with all that is needed to fetch it; and the file in which that is kept.

use crate::archive::FileDigest;
use crate::deb822::{self, Stanza};
use crate::digest::Sha256;
use crate::fetch::Wish;
use crate::repository::{Address, is_inside};
use crate::solver::Request;
use crate::universe::{Package, PackageId, Universe};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One package that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its architecture, or `all`.
    pub architecture: String,
    /// The archive that it was seen in; a lock file names none.
    pub address: Option<Address>,
    /// The path of its file from the address of its archive on.
    pub path: String,
    /// What its file must be.
    pub digest: FileDigest,
}

impl Choice {
    /// What the index of an archive says of a package.
    ///
    /// # Errors
    /// What is missing or wrong in the index.
    pub(crate) fn of(package: &Package<'_>, address: &Address) -> Result<Choice, String> {
        Choice::of_stanza(&package.stanza, address).map_err(|fault| format!("{package}: {fault}"))
    }

    /// What a stanza of the index of the archive at `address` says.
    ///
    /// # Errors
    /// What is missing or wrong in it.
    pub(crate) fn of_stanza(stanza: &Stanza<'_>, address: &Address) -> Result<Choice, String> {
        Ok(Choice { address: Some(address.clone()), ..Choice::read(stanza)? })
    }

    fn read(stanza: &Stanza<'_>) -> Result<Choice, String> {
        let field = |name: &str| {
            stanza.get(name).map(str::to_owned).ok_or_else(|| format!("field {name} is missing"))
        };
        let path = field("Filename")?;
        if !is_inside(&path) {
            return Err(format!("`{path}` leads out of the archive"));
        }
        let sha256 = field("SHA256")?;
        let sha256 = Sha256::parse(&sha256).ok_or_else(|| format!("`{sha256}` is no SHA-256"))?;
        let len = field("Size")?;
        let len = len.parse().map_err(|_| format!("`{len}` is no number of bytes"))?;
        Ok(Choice {
            name: field("Package")?,
            version: field("Version")?,
            architecture: field("Architecture")?,
            address: None,
            path,
            digest: FileDigest { sha256, len },
        })
    }

    /// Its file, at the archive that it was seen in or any of `addresses`.
    pub(crate) fn wish(&self, addresses: &[Address]) -> Wish {
        let others = addresses.iter().filter(|other| Some(*other) != self.address.as_ref());
        let addresses = self.address.iter().chain(others).cloned().collect();
        Wish { addresses, path: self.path.clone(), digest: self.digest }
    }
}

/// A lock file: what was asked for and what was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The request, written out.
    request: String,
    /// The packages, by name and architecture.
    pub choices: Vec<Choice>,
}

impl Lock {
    /// What was chosen for `request`.
    pub fn new(request: &Request, choices: Vec<Choice>) -> Lock {
        Lock { request: written(request), choices }
    }

    /// Reads a lock file.
    ///
    /// # Errors
    /// The line, from 1, and what is wrong there.
    pub fn parse(text: &str) -> Result<Lock, (usize, String)> {
        let mut stanzas = deb822::stanzas(text);
        let first = stanzas.next().ok_or((1, "an empty lock file".to_owned()))?;
        match first.get("Format") {
            Some("1") => {}
            _ => return Err((first.line, "not a lock file of format 1".to_owned())),
        }
        let fields = first.fields().filter(|(name, _, _)| *name != "Format");
        let request = fields.map(|(name, value, _)| format!("{name}: {value}\n")).collect();
        let choices = stanzas
            .map(|stanza| Choice::read(&stanza).map_err(|fault| (stanza.line, fault)))
            .collect::<Result<_, _>>()?;
        Ok(Lock { request, choices })
    }

    /// The lock file's text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "# What Tintype chose; it chooses the same again.\nFormat: 1\n{}",
            self.request
        );
        for choice in &self.choices {
            let Choice { name, version, architecture, path, digest, .. } = choice;
            let FileDigest { sha256, len } = digest;
            let _ = write!(
                text,
                "\nPackage: {name}\nVersion: {version}\nArchitecture: {architecture}\n\
                 Filename: {path}\nSize: {len}\nSHA256: {sha256}\n"
            );
        }
        text
    }

    /// Whether it was made for the same request.
    pub fn is_for(&self, request: &Request) -> bool {
        self.request == written(request)
    }

    /// The packages of a universe that it names: a changed request keeps to them where it can.
    pub(crate) fn among(&self, universe: &Universe<'_>) -> BTreeSet<PackageId> {
        let locked = |choice: &Choice| {
            universe.named(&choice.name).iter().copied().find(|id| {
                let package = universe.package(*id);
                package.version == choice.version && package.architecture == choice.architecture
            })
        };
        self.choices.iter().filter_map(locked).collect()
    }
}

fn written(request: &Request) -> String {
    let Request { wanted, base, architecture, foreign, recommends } = request;
    let mut wanted: Vec<String> = wanted.iter().map(|wanted| wanted.to_string()).collect();
    wanted.sort();
    wanted.dedup();
    let architectures = std::iter::once(architecture).chain(foreign);
    let architectures: Vec<&str> = architectures.map(String::as_str).collect();
    let mut text = format!(
        "Architectures: {}\nBase: {}\nRecommends: {}\n",
        architectures.join(" "),
        base.name(),
        if *recommends { "yes" } else { "no" },
    );
    text.push_str("Packages:");
    for name in wanted {
        let _ = write!(text, "\n {name}");
    }
    text.push('\n');
    // As it is read back.
    deb822::stanzas(&text)
        .flat_map(|stanza| stanza.fields().collect::<Vec<_>>())
        .map(|(name, value, _)| format!("{name}: {value}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::{Base, Wanted};

    fn request(wanted: &[&str]) -> Request {
        Request {
            wanted: wanted.iter().map(|name| Wanted::parse(name)).collect(),
            base: Base::Essential,
            architecture: "amd64".to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let choice = Choice {
            name: "a".to_owned(),
            version: "1:2-3".to_owned(),
            architecture: "all".to_owned(),
            address: None,
            path: "pool/a.deb".to_owned(),
            digest: FileDigest { sha256: Sha256::of(b""), len: 7 },
        };
        for wanted in [&["b", "a@1"][..], &[]] {
            let lock = Lock::new(&request(wanted), vec![choice.clone()]);
            let read = Lock::parse(&lock.text()).unwrap();
            assert_eq!(read, lock);
            assert!(read.is_for(&request(wanted)));
            assert!(!read.is_for(&request(&["c"])));
        }
        let escaping = Lock::new(&request(&[]), vec![choice]).text().replace("pool/", "../pool/");
        assert_eq!(
            Lock::parse(&escaping),
            Err((8, "`../pool/a.deb` leads out of the archive".to_owned()))
        );
        assert_eq!(Lock::parse("x").unwrap_err().1, "not a lock file of format 1");
    }
}
