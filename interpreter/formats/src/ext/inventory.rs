//! What a tree needs in a file system of a given block size, wherever it will lie.

use super::checksum::ChecksumSeed;
use super::directory::{DirectoryEntry, DirectoryFormat, Place};
use super::features;
use super::hidden;
use super::inode::{self, I_BLOCK_LEN};
use super::little_endian::Store;
use super::mapping::{Mapping, MappingFormat, stored_runs};
use super::numbering::{LOST_AND_FOUND, LOST_AND_FOUND_INODE};
use super::numbering::{Numbered, Numbering, Origin, inode_number, lost_and_found_metadata};
use super::options::Options;
use super::profile::Profile;
use super::space::Run;
use super::xattr::{XattrBlocks, XattrFault, XattrPlace};
use super::{Error, path_of};
use std::borrow::Cow;
use tintype_tree::{Extents, Kind, Metadata, Node, NodeId, Tree};

/// lost+found has room for many entries from the start: bytes, and blocks at most.
const LOST_AND_FOUND_LEN: u64 = 16 << 10;
const LOST_AND_FOUND_BLOCKS: u64 = 12;

/// What a file's inode leads to.
#[derive(Debug)]
pub(super) enum Body<'t> {
    /// Nothing outside the inode.
    Inline { i_block: Box<[u8; I_BLOCK_LEN]>, i_size: u64 },
    /// Blocks: which of them are stored, and what is in them.
    Blocks { runs: Box<[Run]>, content: Cow<'t, Extents> },
}

/// One file, its place aside.
#[derive(Debug)]
pub(super) struct File<'t> {
    pub i_mode: u16,
    pub i_flags: u32,
    pub i_links_count: u16,
    pub metadata: Cow<'t, Metadata>,
    pub xattrs: XattrPlace,
    pub body: Body<'t>,
}

impl File<'_> {
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.i_mode & 0xf000 == inode::S_IFDIR
    }
}

/// All files of a tree and the blocks of attributes that they share.
#[derive(Debug)]
pub(super) struct Inventory<'t> {
    /// In the order of [`Numbering::inodes`].
    pub files: Vec<File<'t>>,
    pub xattr_blocks: XattrBlocks,
    pub mapping: MappingFormat,
    /// The options' features, and `large_file` where a file needs it.
    pub options: Cow<'t, Options>,
    pub checksums: Option<ChecksumSeed>,
    /// The last inode that a name leads to.
    pub last_named: u32,
    /// The last one with the hidden files that may follow.
    pub last_inode: u32,
    /// Blocks that it takes at the least: mappings take more where they are broken.
    pub least_blocks: u64,
}

struct Builder<'t> {
    tree: &'t Tree,
    options: &'t Options,
    profile: Profile,
    numbering: Numbering,
    directories: DirectoryFormat,
    mapping: MappingFormat,
    xattr_blocks: XattrBlocks,
}

impl<'t> Inventory<'t> {
    /// Takes stock of `tree`.
    ///
    /// # Errors
    /// Whatever in the tree no file system of these options can hold, with its path.
    pub fn new(
        tree: &'t Tree,
        options: &'t Options,
        profile: Profile,
    ) -> Result<Inventory<'t>, Error> {
        let has = |feature| options.features.has(feature);
        let seed = ChecksumSeed::of_uuid(&options.uuid);
        let checksums = has(features::METADATA_CSUM).then_some(seed);
        let block_size = u64::from(profile.block_size);
        let mut builder = Builder {
            tree,
            options,
            profile,
            numbering: Numbering::new(tree)?,
            directories: DirectoryFormat {
                block_size: block_size as usize,
                filetype: has(features::FILETYPE),
                checksums,
                hash_seed: has(features::DIR_INDEX).then(|| options.effective_hash_seed()),
                index_levels: if has(features::LARGE_DIR) { 3 } else { 2 },
            },
            mapping: MappingFormat { block_size, extents: has(features::EXTENT), checksums },
            xattr_blocks: XattrBlocks::new(block_size, profile.inode_size.into()),
        };
        let inodes = std::mem::take(&mut builder.numbering.inodes);
        let last_named = inode_number(inodes.len() - 1);
        let last_inode = last_named + hidden::behind_the_tree(options).len() as u32;
        let mut files = Vec::with_capacity(inodes.len());
        let mut options = Cow::Borrowed(options);
        let mut least_blocks = 0;
        for (index, numbered) in inodes.iter().enumerate() {
            let file = builder.file(inode_number(index), numbered)?;
            if let Body::Blocks { runs, content } = &file.body {
                least_blocks += builder.least_blocks(runs);
                if content.len() >= features::LARGE_FILE_FROM
                    && !options.features.has(features::LARGE_FILE)
                {
                    options.to_mut().features.set(features::LARGE_FILE);
                }
            }
            files.push(file);
        }
        let Builder { mapping, xattr_blocks, .. } = builder;
        least_blocks += xattr_blocks.len() as u64;
        Ok(Inventory {
            files,
            xattr_blocks,
            mapping,
            options,
            checksums,
            last_named,
            last_inode,
            least_blocks,
        })
    }
}

impl<'t> Builder<'t> {
    fn file(&mut self, number: u32, numbered: &Numbered) -> Result<File<'t>, Error> {
        let Origin::Node(id) = numbered.origin else {
            let metadata = Cow::Owned(lost_and_found_metadata(self.options.time));
            let body = self.directory(number, numbered, &[]);
            return self.finish(numbered, metadata, inode::S_IFDIR, body, None);
        };
        let node = self.tree.node(id);
        let mut metadata = Cow::Borrowed(&node.metadata);
        if let (true, Some((uid, gid))) = (id == self.tree.root(), self.options.root_owner) {
            metadata = Cow::Owned(Metadata { uid, gid, ..metadata.into_owned() });
        }
        self.check_metadata(id, &metadata)?;
        let body = match &node.kind {
            Kind::Directory(_) => self.directory(number, numbered, &self.entries(id)),
            Kind::Regular(content) => {
                if let Some(file) = self.inline(id, numbered, &metadata, content)? {
                    return Ok(file);
                }
                (self.regular(id, content)?, 0)
            }
            Kind::Symlink(target) => (self.symlink(id, target)?, 0),
            Kind::CharDevice(device) | Kind::BlockDevice(device) => {
                let i_block = inode::device_i_block(device.major, device.minor);
                let i_block = i_block.ok_or_else(|| Error::Device {
                    path: self.path(id),
                    major: device.major,
                    minor: device.minor,
                })?;
                (Body::Inline { i_block: i_block.into(), i_size: 0 }, 0)
            }
            Kind::Fifo | Kind::Socket => {
                (Body::Inline { i_block: [0; I_BLOCK_LEN].into(), i_size: 0 }, 0)
            }
        };
        self.finish(numbered, metadata, file_kind(node).0, body, None)
    }

    /// A file so small that its inode holds it, if the file system has that and there is room beside
    /// the attributes. Its content is read: the inode's checksum covers it.
    fn inline(
        &mut self,
        id: NodeId,
        numbered: &Numbered,
        metadata: &Cow<'t, Metadata>,
        content: &Extents,
    ) -> Result<Option<File<'t>>, Error> {
        let limit = (I_BLOCK_LEN + self.xattr_blocks.inline_limit()) as u64;
        let wanted = self.options.features.has(features::INLINE_DATA);
        if !wanted || content.is_empty() || content.len() > limit {
            return Ok(None);
        }
        let unread = |error: std::io::Error| Error::Content {
            path: self.path(id),
            error: error.to_string(),
        };
        let mut bytes = content.to_vec().map_err(unread)?;
        let rest = bytes.split_off(bytes.len().min(I_BLOCK_LEN));
        let mut i_block = [0; I_BLOCK_LEN];
        i_block.put(0, &bytes);
        let body = Body::Inline { i_block: i_block.into(), i_size: content.len() };
        let body = (body, inode::EXT4_INLINE_DATA_FL);
        match self.finish(numbered, metadata.clone(), inode::S_IFREG, body, Some(&rest)) {
            Ok(file) => Ok(Some(file)),
            Err(Error::XattrsTooLarge { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a file together from its body, the body's flags, and what of the body is an attribute.
    fn finish(
        &mut self,
        numbered: &Numbered,
        metadata: Cow<'t, Metadata>,
        kind: u16,
        (body, mut i_flags): (Body<'t>, u32),
        inline_data: Option<&[u8]>,
    ) -> Result<File<'t>, Error> {
        if self.mapping.extents && matches!(body, Body::Blocks { .. }) {
            i_flags |= inode::EXT4_EXTENTS_FL;
        }
        let dir_nlink = self.options.features.has(features::DIR_NLINK);
        let tree = self.tree;
        let path = || match numbered.origin {
            Origin::Node(id) => path_of(tree, id),
            Origin::LostAndFound => super::shown(LOST_AND_FOUND),
        };
        let i_links_count = numbered.i_links_count(dir_nlink).ok_or_else(|| {
            Error::FeatureNeeded { path: path(), feature: "dir_nlink", why: "its subdirectories" }
        })?;
        let mut xattrs = XattrPlace::default();
        let attributes = metadata.xattrs.as_deref().filter(|_| !self.options.without_xattrs);
        let attributes = attributes.filter(|xattrs| !xattrs.is_empty());
        if attributes.is_some() && !self.options.features.has(features::EXT_ATTR) {
            let why = "its extended attributes";
            return Err(Error::FeatureNeeded { path: path(), feature: "ext_attr", why });
        }
        if attributes.is_some() || inline_data.is_some() {
            let placed = self.xattr_blocks.place(attributes, inline_data);
            xattrs = placed.map_err(|fault| xattr_error(path(), fault))?;
        }
        let i_mode = kind | metadata.mode & 0o7777;
        Ok(File { i_mode, i_flags, i_links_count, metadata, xattrs, body })
    }

    fn path(&self, id: NodeId) -> String {
        path_of(self.tree, id)
    }

    fn check_metadata(&self, id: NodeId, metadata: &Metadata) -> Result<(), Error> {
        let latest = inode::latest(self.profile.inode_size.into());
        let time = metadata.mtime;
        if !(inode::EARLIEST..=latest).contains(&time.seconds) || time.nanoseconds >= 1_000_000_000
        {
            return Err(Error::Time {
                path: self.path(id),
                time,
                earliest: inode::EARLIEST,
                latest,
            });
        }
        Ok(())
    }

    fn entries(&self, id: NodeId) -> Vec<DirectoryEntry<'t>> {
        let tree = self.tree;
        let entry = |(name, child): (&'t [u8], NodeId)| DirectoryEntry {
            name,
            inode: self.numbering.number(child),
            file_type: file_kind(tree.node(child)).1,
        };
        let mut entries: Vec<_> = tree.entries(id).map(entry).collect();
        if id == tree.root() && self.numbering.adds_lost_and_found {
            entries.push(DirectoryEntry {
                name: LOST_AND_FOUND,
                inode: LOST_AND_FOUND_INODE,
                file_type: super::directory::FT_DIR,
            });
        }
        entries
    }

    fn directory(
        &self,
        number: u32,
        numbered: &Numbered,
        entries: &[DirectoryEntry],
    ) -> (Body<'t>, u32) {
        let block_size = self.mapping.block_size;
        let least = match number {
            LOST_AND_FOUND_INODE => {
                LOST_AND_FOUND_LEN.div_ceil(block_size).clamp(2, LOST_AND_FOUND_BLOCKS)
            }
            _ => 1,
        };
        let place = Place { own: number, parent: numbered.parent };
        let directory = self.directories.build(place, entries, least as usize);
        let len = directory.content.len() / block_size;
        let content = Cow::Owned(directory.content);
        let flags = if directory.indexed { inode::EXT4_INDEX_FL } else { 0 };
        (Body::Blocks { runs: [Run { start: 0, len }].into(), content }, flags)
    }

    fn regular(&self, id: NodeId, content: &'t Extents) -> Result<Body<'t>, Error> {
        let block_size = self.mapping.block_size;
        let runs = stored_runs(content, block_size);
        // Without huge_file, i_blocks counts 2³² sectors of 512 bytes, of which the mapping takes less
        // than one in a hundred.
        let stored: u64 = runs.iter().map(|run| run.len).sum();
        let huge_file = self.options.features.has(features::HUGE_FILE);
        if !huge_file && stored * (block_size / 512) > u64::from(u32::MAX) * 99 / 100 {
            let why = "its size on disk";
            return Err(Error::FeatureNeeded { path: self.path(id), feature: "huge_file", why });
        }
        let limit = self.mapping.block_limit() * block_size;
        if content.len() > limit {
            return Err(Error::FileTooLarge { path: self.path(id), len: content.len(), limit });
        }
        Ok(Body::Blocks { runs, content: Cow::Borrowed(content) })
    }

    fn symlink(&self, id: NodeId, target: &[u8]) -> Result<Body<'t>, Error> {
        let (len, limit) = (target.len(), self.mapping.block_size as usize - 1);
        if !(1..=limit).contains(&len) {
            return Err(Error::Symlink { path: self.path(id), len, limit });
        }
        if len < I_BLOCK_LEN {
            let mut i_block = [0; I_BLOCK_LEN];
            i_block.put(0, target);
            return Ok(Body::Inline { i_block: i_block.into(), i_size: len as u64 });
        }
        let content = Cow::Owned(Extents::from_bytes(target));
        Ok(Body::Blocks { runs: [Run { start: 0, len: 1 }].into(), content })
    }

    /// The blocks of a body, were the disk one piece.
    fn least_blocks(&self, runs: &[Run]) -> u64 {
        let mut physical = 0;
        let mapped: Vec<Mapping> = runs
            .iter()
            .map(|run| {
                physical += run.len;
                Mapping { logical: run.start, physical: physical - run.len, len: run.len }
            })
            .collect();
        physical + self.mapping.tree_blocks(&mapped)
    }
}

/// `i_mode`'s kind and the `file_type` of directory entries.
fn file_kind(node: &Node) -> (u16, u8) {
    match node.kind {
        Kind::Regular(_) => (inode::S_IFREG, 1),
        Kind::Directory(_) => (inode::S_IFDIR, super::directory::FT_DIR),
        Kind::CharDevice(_) => (inode::S_IFCHR, 3),
        Kind::BlockDevice(_) => (inode::S_IFBLK, 4),
        Kind::Fifo => (inode::S_IFIFO, 5),
        Kind::Socket => (inode::S_IFSOCK, 6),
        Kind::Symlink(_) => (inode::S_IFLNK, 7),
    }
}

fn xattr_error(path: String, fault: XattrFault) -> Error {
    match fault {
        XattrFault::Name(name) => Error::XattrName { path, name: super::shown(&name) },
        XattrFault::Acl(name) => Error::Acl { path, name: super::shown(&name) },
        XattrFault::TooLarge { needed, available } => {
            Error::XattrsTooLarge { path, needed, available }
        }
    }
}
