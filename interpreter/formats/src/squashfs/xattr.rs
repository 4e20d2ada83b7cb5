//! Extended attributes: values in one table, and a table of sets that inodes refer to by number.

use super::metadata::Writer;
use super::{Error, Options};
use std::collections::BTreeMap;
use tintype_tree::Xattrs;

/// Name spaces with their numbers (`SQUASHFS_XATTR_USER` ...). There are no others.
const NAME_SPACES: [(&[u8], u16); 3] = [(b"user.", 0), (b"trusted.", 1), (b"security.", 2)];
/// The number that says that a file has none.
pub(super) const NO_XATTRS: u32 = u32::MAX;

/// The tables while they are made.
pub(super) struct Writing<'a> {
    values: Writer,
    sets: Vec<u8>,
    numbers: BTreeMap<&'a Xattrs, u32>,
}

/// The finished tables.
pub(super) struct Tables {
    /// Names and values, in blocks.
    pub(super) values: Vec<u8>,
    /// `struct squashfs_xattr_id` of each set.
    pub(super) sets: Vec<u8>,
    pub(super) count: u32,
}

impl Tables {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<'a> Writing<'a> {
    pub(super) fn new(options: &Options) -> Writing<'a> {
        let values = Writer::new(options.compressor());
        Writing { values, sets: Vec::new(), numbers: BTreeMap::new() }
    }

    /// The number of a set. `path` gives the file's, for a message.
    pub(super) fn number(
        &mut self,
        xattrs: Option<&'a Xattrs>,
        path: impl Fn() -> String,
    ) -> Result<u32, Error> {
        let Some(xattrs) = xattrs.filter(|xattrs| !xattrs.is_empty()) else {
            return Ok(NO_XATTRS);
        };
        if let Some(number) = self.numbers.get(xattrs) {
            return Ok(*number);
        }
        let reference = self.values.position()?.reference();
        let mut bytes = Vec::new();
        for (name, value) in xattrs {
            let found = NAME_SPACES.iter().find(|(prefix, _)| name.starts_with(prefix));
            let Some((prefix, space)) = found else {
                let name = String::from_utf8_lossy(name).into_owned();
                return Err(Error::Attribute { path: path(), name });
            };
            let name = &name[prefix.len()..];
            bytes.extend(space.to_le_bytes());
            bytes.extend((name.len() as u16).to_le_bytes());
            bytes.extend(name);
            bytes.extend((value.len() as u32).to_le_bytes());
            bytes.extend(value);
        }
        self.values.put(&bytes)?;
        self.sets.extend(reference.to_le_bytes());
        self.sets.extend((xattrs.len() as u32).to_le_bytes());
        self.sets.extend((bytes.len() as u32).to_le_bytes());
        let number = self.numbers.len() as u32;
        self.numbers.insert(xattrs, number);
        Ok(number)
    }

    pub(super) fn finish(self) -> Result<Tables, Error> {
        let count = self.numbers.len() as u32;
        Ok(Tables { values: self.values.finish()?, sets: self.sets, count })
    }
}
