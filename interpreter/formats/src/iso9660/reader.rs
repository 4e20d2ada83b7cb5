//! Reading a volume back: the tree that Rock Ridge describes, or the primary hierarchy alone where it is
//! not used.

use super::number::get32;
use super::{BLOCK_LEN, VolumeDate, date, rock_ridge};
use std::collections::BTreeMap;
use std::io;
use tintype_tree::{Device, Extents, Kind, Metadata, Node, NodeId, Timestamp, Tree, Xattrs};

/// What a volume holds.
#[derive(Debug)]
pub struct Volume {
    /// The volume identifier, without padding.
    pub label: String,
    /// When it was made; `None` where that is not stated.
    pub date: Option<VolumeDate>,
    /// All files. The content of a compressed one is in compressed form.
    pub tree: Tree,
    /// The files whose content `zisofs::decompress` gives.
    pub compressed: Vec<NodeId>,
}

/// Why a volume cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes themselves cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// They are no volume.
    #[error("not an ISO 9660 volume")]
    NotIso,
    /// A structure says what cannot be.
    #[error("the volume is damaged: {what} in block {block}")]
    Damaged {
        /// Where.
        block: u32,
        /// What is wrong.
        what: &'static str,
    },
}

/// Directories nested deeper than this are a loop.
const DEPTH_LIMIT: usize = 4096;
/// Continuation areas of one record beyond this are a loop.
const AREAS_LIMIT: usize = 64;

/// Reads the volume that `disk` is.
///
/// # Errors
/// When it is none, or is damaged, or cannot be read.
pub fn read(disk: &Extents) -> Result<Volume, ReadError> {
    let mut descriptor = [0; BLOCK_LEN as usize];
    disk.read_at(16 * BLOCK_LEN, &mut descriptor)?;
    if descriptor[..6] != *b"\x01CD001" {
        return Err(ReadError::NotIso);
    }
    let (block, len) = (get32(&descriptor, 158), get32(&descriptor, 166));
    let root = Section { block: block.unwrap_or(0), len: len.unwrap_or(0) };
    let mut reader = Reader {
        disk,
        tree: Tree::new(),
        files: BTreeMap::new(),
        compressed: Vec::new(),
        skipped: None,
    };
    reader.directory(root)?;
    Ok(Volume {
        label: String::from_utf8_lossy(&descriptor[40..72]).trim_end().to_owned(),
        date: VolumeDate::new(&descriptor[830..846]),
        tree: reader.tree,
        compressed: reader.compressed,
    })
}

/// Some of a file's bytes.
#[derive(Clone, Copy)]
struct Section {
    block: u32,
    len: u32,
}

struct Reader<'a> {
    disk: &'a Extents,
    tree: Tree,
    /// Nodes by serial number.
    files: BTreeMap<u32, NodeId>,
    compressed: Vec<NodeId>,
    /// Bytes before the entries of each record, if they are in use.
    skipped: Option<usize>,
}

/// A record with what stands behind it.
struct Record {
    section: Section,
    flags: u8,
    identifier: Vec<u8>,
    time: Timestamp,
    posix: Posix,
}

/// What Rock Ridge says of a file.
#[derive(Default)]
struct Posix {
    name: Option<Vec<u8>>,
    mode: Option<u32>,
    uid: u32,
    gid: u32,
    serial: Option<u32>,
    time: Option<Timestamp>,
    device: Option<Device>,
    link: Vec<u8>,
    attributes: Vec<u8>,
    compressed: bool,
}

impl Reader<'_> {
    fn directory(&mut self, root: Section) -> Result<(), ReadError> {
        let mut ahead = vec![(self.tree.root(), root, 0)];
        while let Some((directory, section, depth)) = ahead.pop() {
            if depth > DEPTH_LIMIT {
                return Err(damaged(section.block, "directories within themselves"));
            }
            let records = self.records(section)?;
            let mut records = records.into_iter();
            while let Some(record) = records.next() {
                match record.identifier[..] {
                    [0] if directory == self.tree.root() => {
                        let metadata = metadata(&record);
                        self.tree.node_mut(directory).metadata = metadata;
                    }
                    [0] | [1] => {}
                    _ => {
                        let mut sections = vec![record.section];
                        let mut flags = record.flags;
                        while flags & 0x80 != 0 {
                            let more = records.next().ok_or_else(|| {
                                damaged(section.block, "a file of which a section is missing")
                            })?;
                            flags = more.flags;
                            sections.push(more.section);
                        }
                        let node = self.file(directory, &record, &sections)?;
                        if record.flags & 0x02 != 0 {
                            ahead.push((node, record.section, depth + 1));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds what a record describes to a directory.
    fn file(
        &mut self,
        directory: NodeId,
        record: &Record,
        sections: &[Section],
    ) -> Result<NodeId, ReadError> {
        let name = name(record);
        let acceptable = !matches!(name[..], [] | [b'.'] | [b'.', b'.'])
            && !name.iter().any(|byte| matches!(byte, b'/' | 0));
        if !acceptable {
            return Err(damaged(record.section.block, "a name that is none"));
        }
        if let Some(known) = record.posix.serial.and_then(|serial| self.files.get(&serial)) {
            let known = *known;
            self.tree.link(directory, &name, known);
            return Ok(known);
        }
        let posix = &record.posix;
        let kind = match posix.mode.unwrap_or(0) & 0o170_000 {
            _ if record.flags & 0x02 != 0 => Kind::Directory(BTreeMap::new()),
            0o010_000 => Kind::Fifo,
            0o020_000 => Kind::CharDevice(posix.device.unwrap_or(Device { major: 0, minor: 0 })),
            0o060_000 => Kind::BlockDevice(posix.device.unwrap_or(Device { major: 0, minor: 0 })),
            0o120_000 => Kind::Symlink(target(&posix.link).into()),
            0o140_000 => Kind::Socket,
            _ => Kind::Regular(self.content(sections)),
        };
        let is_directory = matches!(kind, Kind::Directory(_));
        let node = self.tree.add(Node { metadata: metadata(record), kind });
        self.tree.link(directory, &name, node);
        if let Some(serial) = posix.serial.filter(|_| !is_directory) {
            self.files.insert(serial, node);
        }
        if posix.compressed {
            self.compressed.push(node);
        }
        Ok(node)
    }

    fn content(&self, sections: &[Section]) -> Extents {
        let mut content = Extents::hole(0);
        for section in sections {
            let part =
                self.disk.slice(u64::from(section.block) * BLOCK_LEN, u64::from(section.len));
            content.put(content.len(), &part);
        }
        content
    }

    fn records(&mut self, directory: Section) -> Result<Vec<Record>, ReadError> {
        let len = u64::from(directory.len);
        if u64::from(directory.block) * BLOCK_LEN + len > self.disk.len() {
            return Err(damaged(directory.block, "a directory beyond the end"));
        }
        let mut bytes = vec![0; len as usize];
        self.disk.read_at(u64::from(directory.block) * BLOCK_LEN, &mut bytes)?;
        let mut records = Vec::new();
        for block in bytes.chunks(BLOCK_LEN as usize) {
            let mut rest = block;
            while let Some(len) = rest.first().map(|len| usize::from(*len)).filter(|len| *len > 0) {
                let short = || damaged(directory.block, "a record that is too short");
                let record = rest.get(..len).ok_or_else(short)?;
                records.push(self.record(record).ok_or_else(short)??);
                rest = &rest[len..];
            }
        }
        Ok(records)
    }

    fn record(&mut self, bytes: &[u8]) -> Option<Result<Record, ReadError>> {
        let section = Section { block: get32(bytes, 2)?, len: get32(bytes, 10)? };
        let time = date::from_short(bytes.get(18..25)?.try_into().ok()?).unwrap_or_default();
        let flags = *bytes.get(25)?;
        let identifier_len = usize::from(*bytes.get(32)?);
        let identifier = bytes.get(33..33 + identifier_len)?.to_vec();
        let after = (33 + identifier_len).next_multiple_of(2).min(bytes.len());
        let posix = match self.posix(&bytes[after..]) {
            Ok(posix) => posix,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(Record { section, flags, identifier, time, posix }))
    }

    /// What the entries behind a record say, those in continuation areas too.
    fn posix(&mut self, system_use: &[u8]) -> Result<Posix, ReadError> {
        if self.skipped.is_none() {
            // The first record of all tells whether the protocol is in use.
            let in_use =
                system_use.starts_with(b"SP") && system_use.get(4..6) == Some(&[0xbe, 0xef]);
            self.skipped = Some(if in_use { usize::from(system_use[6]) } else { usize::MAX });
        }
        let skipped = self.skipped.unwrap_or(usize::MAX);
        let first = if system_use.starts_with(b"SP") { 0 } else { skipped };
        let mut area = system_use.get(first..).unwrap_or_default().to_vec();
        let mut posix = Posix::default();
        for _ in 0..AREAS_LIMIT {
            let mut next = None;
            let mut rest = &area[..];
            while let [a, b, len, _, ..] = *rest {
                let len = usize::from(len);
                if len < 4 || len > rest.len() || [a, b] == *b"ST" {
                    break;
                }
                let payload = &rest[4..len];
                if [a, b] == *b"CE" {
                    next = Some((get32(payload, 0), get32(payload, 8), get32(payload, 16)));
                } else {
                    posix.entry([a, b], payload);
                }
                rest = &rest[len..];
            }
            let Some((Some(block), Some(offset), Some(len))) = next else { return Ok(posix) };
            if u64::from(offset) + u64::from(len) > BLOCK_LEN {
                return Err(damaged(block, "a continuation area across blocks"));
            }
            area = vec![0; len as usize];
            self.disk.read_at(u64::from(block) * BLOCK_LEN + u64::from(offset), &mut area)?;
        }
        Err(damaged(0, "continuation areas without end"))
    }
}

impl Posix {
    fn entry(&mut self, signature: [u8; 2], payload: &[u8]) {
        // Of a payload that is too short, nothing is known.
        match &signature {
            b"PX" => {
                self.mode = get32(payload, 0);
                self.uid = get32(payload, 16).unwrap_or(0);
                self.gid = get32(payload, 24).unwrap_or(0);
                self.serial = get32(payload, 32);
            }
            b"TF" => self.time = time(payload),
            b"NM" if payload.first().is_some_and(|flags| flags & 0x06 == 0) => {
                self.name.get_or_insert_default().extend_from_slice(&payload[1..]);
            }
            b"PN" => {
                if let (Some(high), Some(low)) = (get32(payload, 0), get32(payload, 8)) {
                    self.device = Some(rock_ridge::device(high, low));
                }
            }
            b"SL" => link(payload.get(1..).unwrap_or_default(), &mut self.link),
            b"AL" => self.attributes.extend_from_slice(payload.get(1..).unwrap_or_default()),
            b"ZF" => self.compressed = payload.starts_with(b"pz"),
            _ => {}
        }
    }
}

/// The time of modification, the second of those that may be there.
fn time(payload: &[u8]) -> Option<Timestamp> {
    let (flags, stamps) = payload.split_first()?;
    let index = usize::from(flags & 0x01);
    if flags & 0x02 == 0 {
        return None;
    }
    if flags & 0x80 != 0 {
        date::from_long(stamps.get(index * 17..index * 17 + 17)?.try_into().ok()?)
    } else {
        date::from_short(stamps.get(index * 7..index * 7 + 7)?.try_into().ok()?)
    }
}

/// Appends the components of a link, a slash behind each name that is whole; the last one is too many.
fn link(mut components: &[u8], target: &mut Vec<u8>) {
    while let [flags, len, rest @ ..] = components {
        let Some((text, after)) = rest.split_at_checked(usize::from(*len)) else { return };
        match flags & 0x0e {
            0x08 => target.push(b'/'),
            0x02 => target.extend(b"./"),
            0x04 => target.extend(b"../"),
            _ => {
                target.extend_from_slice(text);
                if flags & 0x01 == 0 {
                    target.push(b'/');
                }
            }
        }
        components = after;
    }
}

/// The target of a link from its components as [`link`] appends them.
fn target(link: &[u8]) -> &[u8] {
    match link {
        b"/" => link,
        link => link.strip_suffix(b"/").unwrap_or(link),
    }
}

/// Names and values of components, in turn.
fn attributes(mut components: &[u8]) -> Option<Box<Xattrs>> {
    let mut texts = vec![Vec::new()];
    while let [flags, len, rest @ ..] = components {
        let (text, after) = rest.split_at_checked(usize::from(*len))?;
        texts.last_mut()?.extend_from_slice(text);
        if flags & 0x01 == 0 {
            texts.push(Vec::new());
        }
        components = after;
    }
    let pairs = texts.chunks_exact(2).map(|pair| {
        (rock_ridge::full_name(&pair[0]).into_boxed_slice(), pair[1].clone().into_boxed_slice())
    });
    let xattrs: Xattrs = pairs.collect();
    (!xattrs.is_empty()).then(|| Box::new(xattrs))
}

fn metadata(record: &Record) -> Metadata {
    let posix = &record.posix;
    let directory = record.flags & 0x02 != 0;
    let mode = posix.mode.unwrap_or(if directory { 0o755 } else { 0o644 });
    Metadata {
        mode: (mode & 0o7777) as u16,
        uid: posix.uid,
        gid: posix.gid,
        mtime: posix.time.unwrap_or(record.time),
        xattrs: attributes(&posix.attributes),
    }
}

/// The name that people gave, or what the identifier says.
fn name(record: &Record) -> Vec<u8> {
    match &record.posix.name {
        Some(name) => name.clone(),
        None => {
            let identifier = &record.identifier;
            let name = identifier.split(|byte| *byte == b';').next().unwrap_or_default();
            name.strip_suffix(b".").unwrap_or(name).to_ascii_lowercase()
        }
    }
}

fn damaged(block: u32, what: &'static str) -> ReadError {
    ReadError::Damaged { block, what }
}
