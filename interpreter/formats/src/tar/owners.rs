//! Names of owners.

use std::collections::BTreeMap;
use std::io;
use tintype_tree::{Kind, Tree};

/// Bytes above which a file is not taken for a list of accounts.
const LIST_AT_MOST: u64 = 64 << 20;

/// What users and groups are called. Number 0 is `root` if nothing else says what.
#[derive(Clone, Debug, Default)]
pub struct OwnerNames {
    users: BTreeMap<u32, Box<[u8]>>,
    groups: BTreeMap<u32, Box<[u8]>>,
}

impl OwnerNames {
    /// The names in the `etc/passwd` and `etc/group` of `tree`, those that are there.
    ///
    /// # Errors
    /// When such a file cannot be read.
    pub fn of(tree: &Tree) -> io::Result<OwnerNames> {
        Ok(OwnerNames { users: list(tree, b"etc/passwd")?, groups: list(tree, b"etc/group")? })
    }

    pub(super) fn user(&self, uid: u32) -> Option<&[u8]> {
        name_in(&self.users, uid)
    }

    pub(super) fn group(&self, gid: u32) -> Option<&[u8]> {
        name_in(&self.groups, gid)
    }
}

fn name_in(list: &BTreeMap<u32, Box<[u8]>>, number: u32) -> Option<&[u8]> {
    match list.get(&number) {
        Some(name) => Some(name),
        None => (number == 0).then_some(b"root"),
    }
}

/// passwd(5), group(5): the name is the first field, the number the third. Of two names of a number
/// the first counts.
fn list(tree: &Tree, path: &[u8]) -> io::Result<BTreeMap<u32, Box<[u8]>>> {
    let mut names = BTreeMap::new();
    let Some(Kind::Regular(content)) = tree.resolve(path).map(|id| &tree.node(id).kind) else {
        return Ok(names);
    };
    if content.len() > LIST_AT_MOST {
        return Ok(names);
    }
    for line in content.to_vec()?.split(|byte| *byte == b'\n') {
        let mut fields = line.split(|byte| *byte == b':');
        let (Some(name), Some(number)) = (fields.next(), fields.nth(1)) else { continue };
        let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
        if let Some(number) = number.filter(|_| !name.is_empty() && !name.contains(&0)) {
            names.entry(number).or_insert_with(|| name.into());
        }
    }
    Ok(names)
}
