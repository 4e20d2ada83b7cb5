//! Directory blocks ("Linear (Classic) Directories" in the kernel's ext4 documentation).

use super::checksum::ChecksumSeed;
use super::htree;
use super::little_endian::{Store, low16};
use std::sync::Arc;
use tintype_tree::{Extents, Source};

/// The longest name, in bytes.
pub(super) const NAME_LIMIT: usize = 255;
/// Bytes of `ext4_dir_entry_tail`, the entry at a block's end that holds its checksum.
pub(super) const TAIL_LEN: usize = 12;
/// `det_reserved_ft`: the tail's mark.
pub(super) const TAIL_FILE_TYPE: u8 = 0xde;

/// One entry of a directory.
#[derive(Clone, Copy, Debug)]
pub(super) struct DirectoryEntry<'a> {
    pub name: &'a [u8],
    pub inode: u32,
    /// The code of the kind of file ("File Types").
    pub file_type: u8,
}

/// `file_type` of a directory.
pub(super) const FT_DIR: u8 = 2;

impl DirectoryEntry<'_> {
    /// Bytes of the entry: header and name, a multiple of four.
    pub fn len(&self) -> usize {
        (8 + self.name.len()).next_multiple_of(4)
    }
}

/// How this file system writes its directories.
#[derive(Clone, Copy, Debug)]
pub(super) struct DirectoryFormat {
    pub block_size: usize,
    /// Whether entries tell the kind of file.
    pub filetype: bool,
    pub checksums: Option<ChecksumSeed>,
    /// The seed of the name hashes, where large directories are to be indexed.
    pub hash_seed: Option<[u8; 16]>,
    /// Levels of index blocks that a hash tree may have, the root being one.
    pub index_levels: usize,
}

/// A directory's own inode and its parent's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub own: u32,
    pub parent: u32,
}

/// A finished directory.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    pub content: Extents,
    /// Whether it is a hash tree.
    pub indexed: bool,
}

impl DirectoryFormat {
    /// The directory at `place` with `entries` besides `.` and `..`: a hash tree where one block does
    /// not do, or else of at least `least_blocks` blocks.
    pub fn build(
        &self,
        place: Place,
        entries: &[DirectoryEntry],
        least_blocks: usize,
    ) -> Directory {
        let [dot, dot_dot] = dots(place);
        let len = entries.iter().map(DirectoryEntry::len).sum::<usize>();
        let several_blocks = dot.len() + dot_dot.len() + len > self.capacity();
        if several_blocks
            && let Some(seed) = &self.hash_seed
            && let Some(bytes) = htree::build(self, place, entries, seed)
        {
            return Directory { content: Extents::from_bytes(bytes), indexed: true };
        }
        let mut blocks = LeafBlocks::new(self, place.own);
        for entry in [dot, dot_dot].iter().chain(entries) {
            blocks.push(entry);
        }
        let mut bytes = blocks.finish();
        while bytes.len() < least_blocks * self.block_size {
            let mut empty = LeafBlocks::new(self, place.own);
            empty.push_unused();
            bytes.extend(empty.finish());
        }
        Directory { content: self.without_gap(bytes), indexed: false }
    }

    /// The blocks of a directory; where it is a single one, without the zeros between the entries and
    /// the checksum: most directories are small, and there are many.
    fn without_gap(&self, bytes: Vec<u8>) -> Extents {
        let used = bytes.iter().take(self.capacity()).rposition(|byte| *byte != 0);
        let used = used.map_or(0, |last| last + 1);
        if bytes.len() > self.block_size || used > self.block_size / 2 {
            return Extents::from_bytes(bytes);
        }
        let mut content = Extents::hole(bytes.len() as u64);
        let tail = &bytes[self.capacity()..];
        let kept: Arc<[u8]> = [&bytes[..used], tail].concat().into();
        let part = |offset: usize| Source::Memory { bytes: kept.clone(), offset: offset as u64 };
        content.put_source(0, used as u64, part(0));
        content.put_source(self.capacity() as u64, tail.len() as u64, part(used));
        content
    }

    /// Bytes of a block that entries may take.
    pub fn capacity(&self) -> usize {
        self.block_size - if self.checksums.is_some() { TAIL_LEN } else { 0 }
    }

    /// Writes one entry at byte `at`, reaching over `rec_len` bytes.
    pub fn put_entry(&self, block: &mut [u8], at: usize, entry: &DirectoryEntry, rec_len: usize) {
        block.put32(at, entry.inode);
        block.put16(at + 4, low16(rec_len as u64));
        block[at + 6] = entry.name.len() as u8;
        block[at + 7] = if self.filetype { entry.file_type } else { 0 };
        block.put(at + 8, entry.name);
    }
}

/// The entries `.` and `..`.
pub(super) fn dots(place: Place) -> [DirectoryEntry<'static>; 2] {
    [
        DirectoryEntry { name: b".", inode: place.own, file_type: FT_DIR },
        DirectoryEntry { name: b"..", inode: place.parent, file_type: FT_DIR },
    ]
}

/// Blocks filled with entries one after the other.
pub(super) struct LeafBlocks<'f> {
    format: &'f DirectoryFormat,
    own: u32,
    /// Whole blocks, the last one still being filled.
    bytes: Vec<u8>,
    /// Where the last entry begins and how many bytes it needs; 0 in a new block.
    last: usize,
    last_len: usize,
}

impl<'f> LeafBlocks<'f> {
    /// One empty block of directory `own`.
    pub fn new(format: &'f DirectoryFormat, own: u32) -> LeafBlocks<'f> {
        LeafBlocks { format, own, bytes: vec![0; format.block_size], last: 0, last_len: 0 }
    }

    /// Whether `entry` begins a new block.
    pub fn push(&mut self, entry: &DirectoryEntry) -> bool {
        let begins = self.last + self.last_len + entry.len() > self.format.capacity();
        if begins {
            self.close_block();
            self.bytes.resize(self.bytes.len() + self.format.block_size, 0);
            (self.last, self.last_len) = (0, 0);
        }
        let start = self.block_start();
        let block = &mut self.bytes[start..];
        if self.last_len > 0 {
            block.put16(self.last + 4, low16(self.last_len as u64));
        }
        self.last += self.last_len;
        self.last_len = entry.len();
        self.format.put_entry(block, self.last, entry, entry.len());
        begins
    }

    /// Makes the whole block one unused entry.
    pub fn push_unused(&mut self) {
        self.last_len = self.format.capacity();
    }

    /// All blocks, the last one closed.
    pub fn finish(mut self) -> Vec<u8> {
        self.close_block();
        self.bytes
    }

    fn block_start(&self) -> usize {
        self.bytes.len() - self.format.block_size
    }

    /// Lets the last entry reach to the end, and adds the checksum.
    fn close_block(&mut self) {
        let capacity = self.format.capacity();
        let start = self.block_start();
        let block = &mut self.bytes[start..];
        block.put16(self.last + 4, low16((capacity - self.last) as u64));
        if let Some(checksums) = self.format.checksums {
            let sum = checksums.of_inode(self.own).sum(&block[..capacity]);
            block.put16(capacity + 4, TAIL_LEN as u16); // det_rec_len
            block[capacity + 7] = TAIL_FILE_TYPE; // det_reserved_ft
            block.put32(capacity + 8, sum); // det_checksum
        }
    }
}
