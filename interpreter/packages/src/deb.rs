//! Binary packages (deb(5)): an ar archive with two tar archives in it.

use crate::deb822;
use crate::relation::is_package_name;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_tree::import::{self, ImportError};
use tintype_tree::{Extents, HostFile, Kind, Spool, Tree};

/// Why a package cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum DebError {
    /// It is no package, or a damaged one.
    #[error("{}: {fault}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// An archive in it is damaged, or has names that lead out of it.
    #[error("{}: {error}", path.display())]
    Archive {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        error: Box<ImportError>,
    },
}

/// A package, read. Contents are in the file itself, or in the spool if they were compressed.
#[derive(Debug)]
pub struct Deb {
    /// Its file.
    pub path: PathBuf,
    /// What it says of itself: one stanza.
    pub control: String,
    /// What dpkg keeps of it: scripts, checksums, lists.
    pub information: Tree,
    /// What it installs.
    pub files: Tree,
}

/// The longest control file that is read.
const CONTROL_LONGEST: u64 = 1 << 20;

impl Deb {
    /// Reads the package `path`; `spool` takes the contents that were compressed.
    ///
    /// # Errors
    /// When it is no package, or an archive in it is damaged or has a name that leads out of it.
    pub fn read(path: &Path, spool: &mut Spool) -> Result<Deb, DebError> {
        let damaged = |fault: &dyn ToString| DebError::Damaged {
            path: path.to_owned(),
            fault: fault.to_string(),
        };
        let whole = host_file(path).map_err(|error| damaged(&error))?;
        let members = Members::of(&whole).map_err(|fault| damaged(&fault))?;
        let tar = |name: &Path, content: &Extents, spool: &mut Spool| {
            import::tar_into(name, content, spool).map_err(|error| DebError::Archive {
                path: path.to_owned(),
                error: Box::new(error),
            })
        };
        let information = tar(Path::new("control.tar"), &members.control, spool)?;
        let files = tar(Path::new("data.tar"), &members.data, spool)?;
        let control = small_file(&information, "control")
            .map_err(|error| damaged(&error))?
            .ok_or_else(|| damaged(&"no control file in it"))?;
        let deb = Deb {
            path: path.to_owned(),
            control: control.trim_matches('\n').to_owned(),
            information,
            files,
        };
        match (deb.field("Package"), deb.field("Version"), deb.field("Architecture")) {
            (Some(name), Some(_), Some(architecture))
                if is_package_name(name) && is_package_name(architecture) =>
            {
                Ok(deb)
            }
            _ => Err(damaged(&"its control file names no package, version or architecture")),
        }
    }

    /// A field of its control file.
    pub fn field(&self, name: &str) -> Option<&str> {
        deb822::stanzas(&self.control).next().and_then(|stanza| stanza.get(name))
    }

    /// A text of what dpkg keeps of it, if it has that.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn information(&self, name: &str) -> io::Result<Option<String>> {
        small_file(&self.information, name)
    }
}

/// The control file of a package alone, to know what it is.
///
/// # Errors
/// As [`Deb::read`].
pub(crate) fn control(path: &Path, spool: &mut Spool) -> Result<String, DebError> {
    script(path, "control", spool)?.ok_or_else(|| DebError::Damaged {
        path: path.to_owned(),
        fault: "no control file in it".to_owned(),
    })
}

/// A text of what dpkg keeps of a package, such as a script, if it has that.
///
/// # Errors
/// As [`Deb::read`].
pub(crate) fn script(
    path: &Path,
    name: &str,
    spool: &mut Spool,
) -> Result<Option<String>, DebError> {
    let damaged = |fault: &dyn ToString| DebError::Damaged {
        path: path.to_owned(),
        fault: fault.to_string(),
    };
    let whole = host_file(path).map_err(|error| damaged(&error))?;
    let members = Members::of(&whole).map_err(|fault| damaged(&fault))?;
    let information = import::tar_into(Path::new("control.tar"), &members.control, spool)
        .map_err(|error| DebError::Archive { path: path.to_owned(), error: Box::new(error) })?;
    small_file(&information, name).map_err(|error| damaged(&error))
}

fn host_file(path: &Path) -> io::Result<Extents> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    let file = HostFile::Named {
        path: path.to_owned(),
        len: metadata.len(),
        mtime: (metadata.mtime(), metadata.mtime_nsec()),
    };
    Ok(Extents::from_file(Arc::new(file), 0, metadata.len()))
}

fn small_file(tree: &Tree, name: &str) -> io::Result<Option<String>> {
    let Some(Kind::Regular(content)) = tree.lookup(name.as_bytes()).map(|id| &tree.node(id).kind)
    else {
        return Ok(None);
    };
    if content.len() > CONTROL_LONGEST * 64 {
        return Err(io::Error::other(format!("{name} has {} bytes", content.len())));
    }
    String::from_utf8(content.to_vec()?)
        .map(Some)
        .map_err(|_| io::Error::other(format!("{name} is not UTF-8 text")))
}

/// The two archives of a package.
struct Members {
    control: Extents,
    data: Extents,
}

impl Members {
    fn of(whole: &Extents) -> Result<Members, String> {
        let read = |at: u64, len: usize| -> Result<Vec<u8>, String> {
            let mut bytes = vec![0; len];
            whole.read_at(at, &mut bytes).map_err(|error| error.to_string())?;
            Ok(bytes)
        };
        if whole.len() < 8 || read(0, 8)? != *b"!<arch>\n" {
            return Err("not a Debian package (no ar archive)".to_owned());
        }
        let (mut control, mut data) = (None, None);
        let mut at = 8;
        let mut number = 0;
        while at < whole.len() && data.is_none() {
            let header = read(at, 60)?;
            let text = |range: std::ops::Range<usize>| {
                String::from_utf8_lossy(&header[range]).trim().to_owned()
            };
            let len: Option<u64> = text(48..58).parse().ok();
            let Some(len) = len.filter(|len| {
                header[58..] == *b"`\n" && at.saturating_add(60).saturating_add(*len) <= whole.len()
            }) else {
                return Err(format!("damaged or cut off: no member of an ar archive at byte {at}"));
            };
            let name = text(0..16);
            let name = name.trim_end_matches('/');
            let content = whole.slice(at + 60, len);
            match name {
                "debian-binary" if number == 0 => {
                    let version = read(at + 60, len.min(16) as usize)?;
                    if !version.starts_with(b"2.") {
                        return Err("a package of another format than 2.0".to_owned());
                    }
                }
                _ if number == 0 => {
                    return Err("not a Debian package (another ar archive)".to_owned());
                }
                name if is_tar(name, "control") && control.is_none() => control = Some(content),
                name if is_tar(name, "data") && control.is_some() => data = Some(content),
                // deb(5): members that begin with an underscore are to be skipped.
                name if name.starts_with('_') => {}
                other => return Err(format!("an unknown member {other:?} in the package")),
            }
            number += 1;
            at += 60 + len + len % 2;
        }
        match (control, data) {
            (Some(control), Some(data)) => Ok(Members { control, data }),
            _ => Err("control.tar or data.tar is missing in the package".to_owned()),
        }
    }
}

fn is_tar(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix(".tar"))
        .is_some_and(|ending| matches!(ending, "" | ".gz" | ".xz" | ".zst" | ".bz2"))
}
