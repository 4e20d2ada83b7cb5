//! Directories: which there are, and their entries as bytes (overview, "FAT Directory Structure").

use super::Error;
use super::date::DosTime;
use super::geometry::ENTRY_LEN;
use super::name::{self, Name, ShortName, UNITS_PER_ENTRY};
use tintype_tree::{Kind, NodeId, Timestamp, Tree};

/// Most entries of a directory.
const SLOTS_LIMIT: usize = 65_536;

const ATTR_VOLUME_ID: u8 = 0x08;
const ATTR_DIRECTORY: u8 = 0x10;
const ATTR_ARCHIVE: u8 = 0x20;
const ATTR_LONG_NAME: u8 = 0x0f;
const LAST_LONG_ENTRY: u8 = 0x40;

/// A directory of the tree.
#[derive(Debug)]
pub(super) struct Directory {
    path: Vec<u8>,
    node: NodeId,
    /// Index of the parent among all directories; the root's is its own.
    parent: usize,
    /// 32-byte entries.
    slots: usize,
    /// What it holds, in byte order of the names.
    pub entries: Vec<Entry>,
}

/// A file in a directory.
#[derive(Debug)]
pub(super) struct Entry {
    name: Name,
    /// The file.
    pub node: NodeId,
    /// Which of all directories it is, if it is one.
    directory: Option<usize>,
}

/// What there is to lay out.
#[derive(Debug)]
pub(super) struct Survey {
    /// Parents before children, the root first.
    pub directories: Vec<Directory>,
    /// Paths that differ only by case.
    pub same_but_for_case: Vec<(String, String)>,
}

/// Every directory of `tree`, parents before children, the root first; everything is checked that
/// does not depend on the size of the volume. `labelled`: the root has a volume label.
pub(super) fn survey(tree: &Tree, labelled: bool) -> Result<Survey, Error> {
    let root = Directory {
        path: Vec::new(),
        node: tree.root(),
        parent: 0,
        slots: usize::from(labelled),
        entries: Vec::new(),
    };
    let mut directories = vec![root];
    let mut same_but_for_case = Vec::new();
    let mut index = 0;
    while index < directories.len() {
        check_slots(&directories[index], tree.entries(directories[index].node).count())?;
        let entries = entries(tree, index, &mut directories, &mut same_but_for_case)?;
        let directory = &mut directories[index];
        directory.slots += entries.iter().map(|entry| entry.name.slots()).sum::<usize>();
        directory.entries = entries;
        check_slots(directory, directory.slots)?;
        index += 1;
    }
    Ok(Survey { directories, same_but_for_case })
}

fn check_slots(directory: &Directory, slots: usize) -> Result<(), Error> {
    if slots > SLOTS_LIMIT {
        let path = directory.path_of(b"");
        return Err(Error::DirectoryTooLarge { path, slots, limit: SLOTS_LIMIT });
    }
    Ok(())
}

/// The entries of directory `index`; the directories among them are added at the end of all.
fn entries(
    tree: &Tree,
    index: usize,
    directories: &mut Vec<Directory>,
    same_but_for_case: &mut Vec<(String, String)>,
) -> Result<Vec<Entry>, Error> {
    let node = directories[index].node;
    let raw_names: Vec<&[u8]> = tree.entries(node).map(|(name, _)| name).collect();
    let path = |name: &[u8]| directories[index].path_of(name);
    let names = name::of_directory(&raw_names, path, same_but_for_case)?;
    let mut entries = Vec::with_capacity(names.len());
    for ((raw_name, node), name) in tree.entries(node).zip(names) {
        let path = || directories[index].path_of(raw_name);
        let unsupported = |kind| Err(Error::FileKind { path: path(), kind });
        let directory = match &tree.node(node).kind {
            Kind::Directory(_) => Some(directories.len()),
            Kind::Regular(content) if content.len() > u64::from(u32::MAX) => {
                return Err(Error::FileTooLarge { path: path(), len: content.len() });
            }
            Kind::Regular(_) => None,
            Kind::Symlink(_) => return unsupported("a symbolic link"),
            Kind::CharDevice(_) => return unsupported("a character device"),
            Kind::BlockDevice(_) => return unsupported("a block device"),
            Kind::Fifo => return unsupported("a named pipe"),
            Kind::Socket => return unsupported("a socket"),
        };
        if directory.is_some() {
            let mut path = directories[index].path.clone();
            path.push(b'/');
            path.extend(raw_name);
            let entries = Vec::new();
            directories.push(Directory { path, node, parent: index, slots: 2, entries });
        }
        entries.push(Entry { name, node, directory });
    }
    Ok(entries)
}

impl Directory {
    /// Whether it is the root.
    pub(super) fn is_root(&self) -> bool {
        self.path.is_empty()
    }

    /// Bytes of its entries.
    pub(super) fn len(&self) -> u64 {
        self.slots as u64 * ENTRY_LEN
    }

    /// What to call its entry `name` in a message.
    fn path_of(&self, name: &[u8]) -> String {
        let shown = String::from_utf8_lossy(&self.path);
        match (name, &*shown) {
            (b"", "") => "/".into(),
            (b"", _) => shown.into_owned(),
            _ => format!("{shown}/{}", String::from_utf8_lossy(name)),
        }
    }

    /// Its entries as bytes. `index` is its place among all directories, `starts` the first cluster
    /// of each of them, `contents` that of each of its own files.
    pub(super) fn encode(
        &self,
        tree: &Tree,
        index: usize,
        starts: &[u32],
        contents: &[u32],
        label: Option<[u8; 11]>,
    ) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() as usize);
        let time = |node| tree.node(node).metadata.mtime;
        if self.is_root() {
            if let Some(label) = label {
                push_entry(&mut bytes, &label, ATTR_VOLUME_ID, time(self.node), 0, 0);
            }
        } else {
            // The root is number 0 here even where it has clusters.
            let parent = if self.parent == 0 { 0 } else { starts[self.parent] };
            let start = starts[index];
            push_entry(&mut bytes, b".          ", ATTR_DIRECTORY, time(self.node), start, 0);
            push_entry(&mut bytes, b"..         ", ATTR_DIRECTORY, time(self.node), parent, 0);
        }
        for (entry, content) in self.entries.iter().zip(contents) {
            push_long_name(&mut bytes, &entry.name);
            let (attributes, start, len) = match (&tree.node(entry.node).kind, entry.directory) {
                (_, Some(directory)) => (ATTR_DIRECTORY, starts[directory], 0),
                (Kind::Regular(extents), _) => (ATTR_ARCHIVE, *content, extents.len() as u32),
                _ => continue,
            };
            push_entry(&mut bytes, &entry.name.short, attributes, time(entry.node), start, len);
        }
        bytes
    }
}

fn push_entry(
    bytes: &mut Vec<u8>,
    name: &ShortName,
    attributes: u8,
    time: Timestamp,
    start: u32,
    len: u32,
) {
    let DosTime { date, time, hundredths } = DosTime::from_timestamp(time);
    bytes.extend(name); // DIR_Name
    bytes.push(attributes); // DIR_Attr
    bytes.push(0); // DIR_NTRes
    bytes.push(hundredths); // DIR_CrtTimeTenth
    bytes.extend(time.to_le_bytes()); // DIR_CrtTime
    bytes.extend(date.to_le_bytes()); // DIR_CrtDate
    bytes.extend(date.to_le_bytes()); // DIR_LstAccDate
    bytes.extend(((start >> 16) as u16).to_le_bytes()); // DIR_FstClusHI
    bytes.extend(time.to_le_bytes()); // DIR_WrtTime
    bytes.extend(date.to_le_bytes()); // DIR_WrtDate
    bytes.extend((start as u16).to_le_bytes()); // DIR_FstClusLO
    bytes.extend(len.to_le_bytes()); // DIR_FileSize
}

/// The entries of a long name, its end first; none if the name is short.
fn push_long_name(bytes: &mut Vec<u8>, name: &Name) {
    let checksum = name::checksum(&name.short);
    let parts = name.long.chunks(UNITS_PER_ENTRY);
    let count = parts.len();
    for (index, part) in parts.enumerate().rev() {
        let last = if index + 1 == count { LAST_LONG_ENTRY } else { 0 };
        // The name ends with a zero, and with ones after it, unless it fills the entry.
        let mut units = [0xffff; UNITS_PER_ENTRY];
        units[..part.len()].copy_from_slice(part);
        if let Some(end) = units.get_mut(part.len()) {
            *end = 0;
        }
        let put = |bytes: &mut Vec<u8>, units: &[u16]| {
            bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        };
        bytes.push((index as u8 + 1) | last); // LDIR_Ord
        put(bytes, &units[..5]); // LDIR_Name1
        bytes.push(ATTR_LONG_NAME); // LDIR_Attr
        bytes.push(0); // LDIR_Type
        bytes.push(checksum); // LDIR_Chksum
        put(bytes, &units[5..11]); // LDIR_Name2
        bytes.extend([0, 0]); // LDIR_FstClusLO
        put(bytes, &units[11..]); // LDIR_Name3
    }
}
