//! The table of users and groups, to which inodes refer by 16 bits.

use super::Error;
use std::collections::BTreeMap;

/// Numbers in the order in which they are met.
#[derive(Default)]
pub(super) struct Owners {
    numbers: BTreeMap<u32, u16>,
    table: Vec<u8>,
}

impl Owners {
    /// The place of a user or group in the table.
    pub(super) fn number(&mut self, id: u32) -> Result<u16, Error> {
        if let Some(number) = self.numbers.get(&id) {
            return Ok(*number);
        }
        let count = self.numbers.len();
        let number = u16::try_from(count).ok().filter(|number| *number < u16::MAX);
        let number = number.ok_or(Error::Owners(count + 1))?;
        self.numbers.insert(id, number);
        self.table.extend(id.to_le_bytes());
        Ok(number)
    }

    pub(super) fn count(&self) -> u16 {
        self.numbers.len() as u16
    }

    pub(super) fn table(&self) -> &[u8] {
        &self.table
    }
}
