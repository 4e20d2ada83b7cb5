//! Files that more than one package has (Debian Policy, 7.6).

use super::{UnpackError, merged};
use crate::deb::Deb;
use crate::relation;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Takes files out of packages that another one replaces.
///
/// # Errors
/// When two packages have one file and neither replaces the other.
pub(super) fn settle(debs: &mut [Deb]) -> Result<(), UnpackError> {
    let mut owners: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut lost: Vec<(usize, Vec<u8>)> = Vec::new();
    for (at, deb) in debs.iter().enumerate() {
        deb.files.walk(|path, id| {
            if deb.files.node(id).is_directory() {
                return Ok(());
            }
            match owners.entry(merged(path)) {
                Entry::Vacant(entry) => {
                    entry.insert(at);
                }
                Entry::Occupied(mut entry) => {
                    let earlier = &debs[*entry.get()];
                    if replaces(deb, earlier) {
                        lost.push((*entry.get(), path.to_vec()));
                        entry.insert(at);
                    } else if replaces(earlier, deb) {
                        lost.push((at, path.to_vec()));
                    } else if !is_shared(earlier, deb) {
                        return Err(UnpackError::Overlap {
                            path: String::from_utf8_lossy(path).into_owned(),
                            first: earlier.field("Package").unwrap_or_default().to_owned(),
                            second: deb.field("Package").unwrap_or_default().to_owned(),
                        });
                    }
                }
            }
            Ok(())
        })?;
    }
    for (at, path) in lost {
        let tree = &mut debs[at].files;
        let (parent, name) = match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&path[..0], &path[..]),
        };
        // The other package's path may have `usr/` where this one's has none.
        for parent in [parent.to_vec(), merged(parent), unmerged(parent)] {
            if let Some(directory) = tree.lookup(&parent) {
                tree.unlink(directory, name);
            }
        }
    }
    Ok(())
}

fn unmerged(path: &[u8]) -> Vec<u8> {
    path.strip_prefix(b"usr/").unwrap_or(path).to_vec()
}

/// Whether `Replaces` of one package names the other.
fn replaces(deb: &Deb, other: &Deb) -> bool {
    let name = other.field("Package").unwrap_or_default();
    let version = other.field("Version").unwrap_or_default();
    let groups = deb.field("Replaces").and_then(|field| relation::groups(field).ok());
    groups
        .into_iter()
        .flatten()
        .flatten()
        .any(|relation| relation.name == name && relation.accepts(version))
}

/// Whether both are one package for two architectures that stand beside each other.
fn is_shared(left: &Deb, right: &Deb) -> bool {
    let same = |name: &str| left.field(name) == right.field(name);
    same("Package") && same("Version") && left.field("Multi-Arch") == Some("same")
}
