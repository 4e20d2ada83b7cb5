//! The path table: every directory in one list (ECMA-119, 6.9 and 9.4).

use super::error::Error;
use super::hierarchy::Hierarchy;
use super::places::Places;

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByteOrder {
    /// Type L.
    Little,
    /// Type M.
    Big,
}

/// The table of a hierarchy.
///
/// # Errors
/// When a directory is the parent of others and has a number above 65,535, which its records do
/// not hold.
pub(super) fn encode(
    hierarchy: &Hierarchy,
    places: &Places,
    order: ByteOrder,
) -> Result<Vec<u8>, Error> {
    let mut table = Vec::new();
    for (number, directory) in hierarchy.directories.iter().enumerate() {
        let parent = u16::try_from(directory.parent + 1)
            .map_err(|_| Error::Directories { count: hierarchy.directories.len() })?;
        let block = places.directory(number).block;
        table.extend([directory.identifier.len() as u8, 0]);
        match order {
            ByteOrder::Little => {
                table.extend(block.to_le_bytes());
                table.extend(parent.to_le_bytes());
            }
            ByteOrder::Big => {
                table.extend(block.to_be_bytes());
                table.extend(parent.to_be_bytes());
            }
        }
        table.extend(&directory.identifier);
        if directory.identifier.len() % 2 == 1 {
            table.push(0);
        }
    }
    Ok(table)
}
