//! Directories as they are recorded (ECMA-119, 6.8 and 9.1).

use super::BLOCK_LEN;
use super::date;
use super::error::Error;
use super::hierarchy::{Directory, Entry, Hierarchy};
use super::number::{both16, both32};
use super::places::Places;
use super::rock_ridge::{self, Surroundings};
use super::susp::{Continuation, TooMany};
use tintype_tree::{Kind, Metadata, NodeId, Tree};

/// Bytes of a record before its identifier.
const FIXED_LEN: usize = 33;
/// A record's length is one byte, and even.
const RECORD_LIMIT: usize = 254;
/// Bytes of a file in one section: whole blocks, and a number of 32 bits.
pub(super) const SECTION_LIMIT: u64 = (1 << 32) - BLOCK_LEN;

const DIRECTORY: u8 = 0x02;
/// The next record is of the same file.
const MULTI_EXTENT: u8 = 0x80;

const ITSELF: &[u8] = &[0];
const PARENT: &[u8] = &[1];

/// A directory's records in whole blocks, and the continuation areas that go behind them.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) records: Vec<u8>,
    pub(super) continuation: Vec<u8>,
}

/// Records the directories of one hierarchy.
pub(super) struct Recorder<'a> {
    pub(super) tree: &'a Tree,
    pub(super) hierarchy: &'a Hierarchy<'a>,
    /// Link counts by node, if the hierarchy has Rock Ridge's entries.
    pub(super) rock_ridge: Option<&'a [u32]>,
}

/// Where a section of a file, or a directory, lies and what it is.
struct Subject {
    block: u32,
    len: u32,
    flags: u8,
}

impl Recorder<'_> {
    /// Directory `number`, everything being where `places` say. The lengths do not depend on the places.
    ///
    /// # Errors
    /// When a file has more attributes than can be recorded.
    pub(super) fn record(&self, number: usize, places: &Places) -> Result<Recorded, Error> {
        let directory = &self.hierarchy.directories[number];
        let mut continuation =
            Continuation { first_block: places.continuation(number), bytes: Vec::new() };
        let mut records = Vec::new();
        let subjects =
            [(ITSELF, number, directory.node), (PARENT, directory.parent, self.parent(directory))];
        for (identifier, number, node) in subjects {
            let subject = places.directory(number).subject();
            let own = self.own_entries(identifier, node, number);
            push(&mut records, identifier, &subject, self.metadata(node), |room| {
                continuation.divide(&own, room)
            })
            .map_err(|TooMany| self.too_many(directory, None))?;
        }
        for entry in &directory.entries {
            let entries = self.named_entries(entry, places);
            for subject in self.subjects(entry, places) {
                let identifier = &entry.identifier.bytes;
                push(&mut records, identifier, &subject, self.metadata(entry.node), |room| {
                    continuation.divide(&entries, room)
                })
                .map_err(|TooMany| self.too_many(directory, Some(entry)))?;
            }
        }
        records.resize(records.len().next_multiple_of(BLOCK_LEN as usize), 0);
        Ok(Recorded { records, continuation: continuation.bytes })
    }

    fn metadata(&self, node: NodeId) -> &Metadata {
        &self.tree.node(node).metadata
    }

    fn parent(&self, directory: &Directory) -> NodeId {
        self.hierarchy.directories[directory.parent].node
    }

    /// The sections of a file, or the one of a directory.
    fn subjects(&self, entry: &Entry, places: &Places) -> Vec<Subject> {
        if let Some(number) = entry.directory {
            return vec![places.directory(number).subject()];
        }
        let (start, len) = places.file(self.tree, entry.node);
        let sections = len.div_ceil(SECTION_LIMIT).max(1);
        let section = |index: u64| {
            let from = index * SECTION_LIMIT;
            Subject {
                block: start + (from / BLOCK_LEN) as u32,
                len: (len - from).min(SECTION_LIMIT) as u32,
                flags: if index + 1 < sections { MULTI_EXTENT } else { 0 },
            }
        };
        (0..sections).map(section).collect()
    }

    fn surroundings<'a>(&self, node: NodeId, name: Option<&'a [u8]>) -> Option<Surroundings<'a>> {
        let links = self.rock_ridge?[node.index()];
        Some(Surroundings { links, serial: node.index() as u32 + 1, name, zisofs: None })
    }

    /// What stands behind `.` and `..`.
    fn own_entries(&self, identifier: &[u8], node: NodeId, number: usize) -> Vec<Vec<u8>> {
        let Some(surroundings) = self.surroundings(node, None) else { return Vec::new() };
        let mut entries = rock_ridge::entries(self.tree.node(node), &surroundings);
        if identifier == ITSELF && number == 0 {
            let [protocol, extensions] = rock_ridge::announcement();
            entries.insert(0, protocol);
            entries.push(extensions);
            entries.extend(rock_ridge::extended_attributes(self.metadata(node)));
        }
        entries
    }

    /// What stands behind a name.
    fn named_entries(&self, entry: &Entry, places: &Places) -> Vec<Vec<u8>> {
        let Some(surroundings) = self.surroundings(entry.node, Some(entry.name)) else {
            return Vec::new();
        };
        let surroundings =
            Surroundings { zisofs: places.uncompressed_len(entry.node), ..surroundings };
        let node = self.tree.node(entry.node);
        let mut entries = rock_ridge::entries(node, &surroundings);
        entries.extend(rock_ridge::extended_attributes(&node.metadata));
        entries
    }

    fn too_many(&self, directory: &Directory, entry: Option<&Entry>) -> Error {
        let mut names = Vec::new();
        names.extend(entry.map(|entry| entry.name));
        let mut below = directory;
        while below.node != self.tree.root() {
            let above = &self.hierarchy.directories[below.parent];
            names.extend(
                above.entries.iter().find(|one| one.node == below.node).map(|one| one.name),
            );
            below = above;
        }
        names.reverse();
        let path = String::from_utf8_lossy(&names.join(&b'/')).into_owned();
        Error::Attributes { path }
    }
}

/// Where a directory lies, in blocks and bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DirectoryPlace {
    pub(super) block: u32,
    pub(super) len: u32,
}

impl DirectoryPlace {
    fn subject(self) -> Subject {
        Subject { block: self.block, len: self.len, flags: DIRECTORY }
    }
}

/// Appends a record with the system use that `divide` gives for the room that there is. A record never
/// crosses a block.
fn push(
    records: &mut Vec<u8>,
    identifier: &[u8],
    subject: &Subject,
    metadata: &Metadata,
    divide: impl FnOnce(usize) -> Result<Vec<u8>, TooMany>,
) -> Result<(), TooMany> {
    let mut record = record(identifier, subject.block, subject.len, subject.flags, metadata);
    let system_use = divide(RECORD_LIMIT - record.len())?;
    record.extend(system_use);
    if record.len() % 2 == 1 {
        record.push(0);
    }
    record[0] = record.len() as u8;
    let block_len = BLOCK_LEN as usize;
    if records.len() % block_len + record.len() > block_len {
        records.resize(records.len().next_multiple_of(block_len), 0);
    }
    records.extend(record);
    Ok(())
}

/// A record without system use.
fn record(identifier: &[u8], block: u32, len: u32, flags: u8, metadata: &Metadata) -> Vec<u8> {
    let mut record = Vec::with_capacity(RECORD_LIMIT);
    record.extend([0, 0]);
    record.extend(both32(block));
    record.extend(both32(len));
    record.extend(date::short(metadata.mtime));
    record.extend([flags, 0, 0]);
    record.extend(both16(1));
    record.push(identifier.len() as u8);
    record.extend(identifier);
    if record.len() % 2 == 1 {
        record.push(0);
    }
    debug_assert!(record.len() >= FIXED_LEN);
    record[0] = record.len() as u8;
    record
}

/// The record of the root directory in a volume descriptor (8.4.18).
pub(super) fn root_record(place: DirectoryPlace, metadata: &Metadata) -> Vec<u8> {
    record(ITSELF, place.block, place.len, DIRECTORY, metadata)
}

/// Whether Joliet's hierarchy has files of this kind.
pub(super) fn in_joliet(kind: &Kind) -> bool {
    matches!(kind, Kind::Directory(_) | Kind::Regular(_))
}
