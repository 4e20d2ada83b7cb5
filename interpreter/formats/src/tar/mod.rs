//! Tar archives (POSIX.1-2017, pax, "ustar Interchange Format"), as a layout: headers in memory,
//! contents as ranges of where they are.
//!
//! An entry whose names and numbers fit has a plain ustar header. One that has more to say (a long
//! name, 8 GiB, a time before 1970 or between two seconds, extended attributes, holes) has a pax
//! extended header before it that says just that.

mod acl;
mod header;
mod owners;
mod pax;
mod sparse;

pub use owners::OwnerNames;

use header::Header;
use pax::Records;
use std::collections::BTreeMap;
use tintype_tree::{Extents, Kind, Node, NodeId, Timestamp, Tree};

/// Bytes of a block; everything in an archive begins at a multiple of them.
pub const BLOCK: u64 = 512;

/// Bytes of a record; the whole archive is a multiple of them ("blocking factor" 20).
const RECORD: u64 = 20 * BLOCK;

/// How an archive is laid out.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names begin with `./`, and the root is the first entry. Otherwise the root, which such an
    /// archive has no name for, is left out.
    pub dot_slash: bool,
    /// Later times become this one.
    pub latest: Option<Timestamp>,
    /// Names of owners beside their numbers.
    pub owners: OwnerNames,
}

/// An archive.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its bytes.
    pub extents: Extents,
    /// Paths of what no tar archive can hold: sockets.
    pub left_out: Vec<Vec<u8>>,
}

/// Lays out the archive of `tree`: entries in byte order of their paths' parts, a directory before
/// what it holds. The first name of a file has its content, other names are hard links to it.
pub fn lay_out(tree: &Tree, options: &Options) -> Archive {
    let mut writer = Writer { options, blocks: Blocks::default(), names: BTreeMap::new() };
    let mut left_out = Vec::new();
    let links = tree.link_counts();
    let walked = tree.walk(|path, id| {
        let node = tree.node(id);
        match node.kind {
            Kind::Socket => left_out.push(path.to_vec()),
            Kind::Directory(_) if path.is_empty() && !options.dot_slash => {}
            _ => writer.entry(path, id, node, links[id.index()] > 1),
        }
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(()) = walked;
    Archive { extents: writer.blocks.finish(), left_out }
}

struct Writer<'a> {
    options: &'a Options,
    blocks: Blocks,
    /// Names in the archive of files that have more than one.
    names: BTreeMap<NodeId, Vec<u8>>,
}

impl Writer<'_> {
    fn entry(&mut self, path: &[u8], id: NodeId, node: &Node, has_links: bool) {
        let mut name = if self.options.dot_slash { b"./".to_vec() } else { Vec::new() };
        name.extend_from_slice(path);
        if node.is_directory() {
            if !path.is_empty() {
                name.push(b'/');
            }
        } else if has_links {
            if let Some(first) = self.names.get(&id) {
                let first = first.clone();
                return self.hard_link(&name, &first, node);
            }
            self.names.insert(id, name.clone());
        }
        self.file(&name, node);
    }

    fn hard_link(&mut self, name: &[u8], first: &[u8], node: &Node) {
        let (mut header, mut records) = self.metadata(node);
        header.set_typeflag(b'1');
        header.set_name(name, &mut records);
        header.set_linkname(first, &mut records);
        self.put_headers(&header, &records);
    }

    fn file(&mut self, name: &[u8], node: &Node) {
        let (mut header, mut records) = self.metadata(node);
        for (attribute, value) in node.metadata.xattrs.iter().flat_map(|xattrs| xattrs.iter()) {
            records.add(&pax::xattr_keyword(attribute), value);
            if let Some((keyword, text)) = acl::record(attribute, value) {
                records.add(keyword, &text);
            }
        }
        let mut content = None;
        let mut stored_name = name;
        let sparse_name;
        match &node.kind {
            Kind::Directory(_) => header.set_typeflag(b'5'),
            Kind::Symlink(target) => {
                header.set_typeflag(b'2');
                header.set_linkname(target, &mut records);
            }
            Kind::CharDevice(device) => {
                header.set_typeflag(b'3');
                header.set_device(*device, &mut records);
            }
            Kind::BlockDevice(device) => {
                header.set_typeflag(b'4');
                header.set_device(*device, &mut records);
            }
            Kind::Fifo | Kind::Socket => header.set_typeflag(b'6'),
            Kind::Regular(extents) => {
                header.set_typeflag(b'0');
                let stored = match sparse::packed(extents) {
                    Some(packed) => {
                        sparse::add_records(name, extents.len(), &mut records);
                        sparse_name = sparse::stored_name(name);
                        stored_name = &sparse_name;
                        packed
                    }
                    None => extents.clone(),
                };
                header.set_size(stored.len(), &mut records);
                content = Some(stored);
            }
        }
        if stored_name == name {
            header.set_name(name, &mut records);
        } else {
            header.set_shortened_name(stored_name);
        }
        self.put_headers(&header, &records);
        if let Some(content) = content {
            self.blocks.put(&content);
        }
    }

    /// A header and extended records of what every file has.
    fn metadata(&self, node: &Node) -> (Header, Records) {
        let (mut header, mut records) = (Header::new(), Records::default());
        let metadata = &node.metadata;
        let mtime = match self.options.latest {
            Some(latest) => metadata.mtime.min(latest),
            None => metadata.mtime,
        };
        header.set_mode(metadata.mode);
        header.set_uid(metadata.uid, &mut records);
        header.set_gid(metadata.gid, &mut records);
        header.set_mtime(mtime, &mut records);
        if let Some(uname) = self.options.owners.user(metadata.uid) {
            header.set_uname(uname, &mut records);
        }
        if let Some(gname) = self.options.owners.group(metadata.gid) {
            header.set_gname(gname, &mut records);
        }
        (header, records)
    }

    fn put_headers(&mut self, header: &Header, records: &Records) {
        self.blocks.put(&Extents::from_bytes(with_records(header, records)));
    }
}

/// The blocks of an entry before its content.
fn with_records(header: &Header, records: &Records) -> Vec<u8> {
    let mut blocks = Vec::new();
    if !records.is_empty() {
        let body = records.bytes();
        blocks.extend_from_slice(Header::of_extended_header(body.len() as u64).block());
        blocks.extend_from_slice(body);
        blocks.resize(blocks.len().next_multiple_of(BLOCK as usize), 0);
    }
    blocks.extend_from_slice(header.block());
    blocks
}

/// The archive so far.
#[derive(Debug, Default)]
struct Blocks {
    extents: Extents,
    end: u64,
}

impl Blocks {
    /// Appends `content`, filled up to a whole block.
    fn put(&mut self, content: &Extents) {
        self.extents.put(self.end, content);
        self.end = (self.end + content.len()).next_multiple_of(BLOCK);
    }

    /// Two blocks of zeros end an archive, and it fills its last record.
    fn finish(mut self) -> Extents {
        self.extents.grow((self.end + 2 * BLOCK).next_multiple_of(RECORD));
        self.extents
    }
}

/// An archive of files that are given one by one, for archives that hold others.
#[derive(Debug, Default)]
pub struct Builder {
    blocks: Blocks,
}

impl Builder {
    /// Appends the directory `name`, which ends with a slash, root's, at `mtime`.
    pub fn directory(&mut self, name: &str, mtime: i64) {
        self.blocks.put(&Extents::from_bytes(plain_header(name, b'5', 0, mtime)));
    }

    /// Appends the file `name`, root's, readable for all, at `mtime`.
    pub fn file(&mut self, name: &str, content: &Extents, mtime: i64) {
        self.blocks.put(&Extents::from_bytes(plain_header(name, b'0', content.len(), mtime)));
        self.blocks.put(content);
    }

    /// The whole archive.
    pub fn finish(self) -> Extents {
        self.blocks.finish()
    }
}

/// The one block before the content of a file of root's, whatever the size: of 8 GiB and more it is
/// in GNU tar's binary form.
pub(crate) fn one_block_header(name: &str, size: u64, mtime: i64) -> Vec<u8> {
    let mut block = plain_header(name, b'0', 0, mtime);
    assert_eq!(block.len() as u64, BLOCK, "a short name");
    Header::put_any_size(&mut block, size);
    block
}

/// The blocks before the content of a file of root's that all may read.
pub(crate) fn plain_header(name: &str, typeflag: u8, size: u64, mtime: i64) -> Vec<u8> {
    let (mut header, mut records) = (Header::new(), Records::default());
    header.set_typeflag(typeflag);
    header.set_mode(if typeflag == b'5' { 0o755 } else { 0o644 });
    header.set_name(name.as_bytes(), &mut records);
    header.set_size(size, &mut records);
    header.set_mtime(Timestamp { seconds: mtime, nanoseconds: 0 }, &mut records);
    header.set_uname(b"root", &mut records);
    header.set_gname(b"root", &mut records);
    with_records(&header, &records)
}
