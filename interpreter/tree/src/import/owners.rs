//! Names of users and groups as a tree's own `etc/passwd` and `etc/group` give them.

use super::ImportError;
use crate::node::Kind;
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes above which a file is not taken for a list of accounts.
const LIST_AT_MOST: u64 = 64 << 20;

/// Names and numbers, of users or of groups.
pub(super) struct Accounts(BTreeMap<Box<[u8]>, u32>);

impl Accounts {
    /// Reads the list at `path` (passwd(5), group(5)): name first, number third. A list that is not
    /// there is empty; a line that is none is left out; the first of two lines of a name counts.
    ///
    /// # Errors
    /// When the file cannot be read from the host.
    pub(super) fn read(tree: &Tree, path: &[u8]) -> Result<Accounts, ImportError> {
        let mut accounts = Accounts(BTreeMap::new());
        let Some(Kind::Regular(content)) = tree.resolve(path).map(|id| &tree.node(id).kind) else {
            return Ok(accounts);
        };
        if content.len() > LIST_AT_MOST {
            return Ok(accounts);
        }
        let text = content.to_vec().map_err(|error| {
            let path = PathBuf::from(crate::tree::shown(path));
            ImportError::Host { path, error }
        })?;
        for line in text.split(|byte| *byte == b'\n') {
            let mut fields = line.split(|byte| *byte == b':');
            let (Some(name), Some(number)) = (fields.next(), fields.nth(1)) else { continue };
            let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
            if let Some(number) = number.filter(|_| !name.is_empty()) {
                accounts.0.entry(name.into()).or_insert(number);
            }
        }
        Ok(accounts)
    }

    /// The number of `name`.
    pub(super) fn id(&self, name: &[u8]) -> Option<u32> {
        self.0.get(name).copied()
    }
}
