//! zisofs: files in blocks that are compressed one by one, which Linux, GRUB and libisofs read as if
//! they were not (Linux, fs/isofs/compress.c).
//!
//! A header of 16 bytes, then where each block begins (and where the last ends) in 32 bits, then the
//! blocks, each a zlib stream of 128 KiB of content; a block of zeros takes no bytes.

use super::BLOCK_LEN;
use crate::output::in_order::in_order;
use crate::output::is_zero;
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use tintype_tree::{Extents, Kind, NodeId, Spool, SpoolError, Tree};

/// Bytes of the header.
pub(super) const HEADER_LEN: u8 = 16;
/// A block has two to this power bytes: the most that Linux reads.
pub(super) const BLOCK_BITS: u8 = 17;

const MAGIC: [u8; 8] = [0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07];
const ZISOFS_BLOCK_LEN: u64 = 1 << BLOCK_BITS;
/// Blocks that one thread compresses at once.
const SHARE_BLOCKS: u64 = 16;
/// Lengths are stored in 32 bits; longer files stay as they are.
const CONTENT_LIMIT: u64 = u32::MAX as u64;

/// What stands in place of files' contents.
pub type Compressed = BTreeMap<NodeId, CompressedFile>;

/// The content of a file in compressed form.
#[derive(Debug)]
pub struct CompressedFile {
    /// Header, pointers and blocks.
    pub content: Extents,
    /// Bytes of the content itself.
    pub uncompressed_len: u32,
}

/// Why a tree's files cannot be compressed.
#[derive(Debug, thiserror::Error)]
pub enum CompressError {
    /// A source cannot be read.
    #[error(transparent)]
    Source(#[from] io::Error),
    /// There is no room for what is made.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// Some blocks of one file.
struct Share<'a> {
    node: NodeId,
    content: &'a Extents,
    start: u64,
}

impl Share<'_> {
    fn end(&self) -> u64 {
        (self.start + SHARE_BLOCKS * ZISOFS_BLOCK_LEN).min(self.content.len())
    }
}

/// Compresses the regular files of `tree` whose path (without a leading slash) `wanted` says, on
/// `threads` threads, into `spool`. A file that would not take fewer blocks stays out.
///
/// # Errors
/// When a source cannot be read or the spool is full.
pub fn compress(
    tree: &Tree,
    wanted: impl Fn(&[u8]) -> bool,
    spool: &mut Spool,
    threads: usize,
) -> Result<Compressed, CompressError> {
    let mut nodes = BTreeMap::new();
    let mut refused = Vec::new();
    let found: Result<(), std::convert::Infallible> = tree.walk(|path, id| {
        if let Kind::Regular(content) = &tree.node(id).kind
            && (BLOCK_LEN + 1..=CONTENT_LIMIT).contains(&content.len())
        {
            // One name that is not wanted speaks for the file.
            if wanted(path) { _ = nodes.insert(id, content) } else { refused.push(id) }
        }
        Ok(())
    });
    let Ok(()) = found;
    refused.iter().for_each(|id| _ = nodes.remove(id));
    let shares = nodes.iter().flat_map(|(node, content)| {
        let starts = (0..content.len()).step_by((SHARE_BLOCKS * ZISOFS_BLOCK_LEN) as usize);
        starts.map(|start| Share { node: *node, content, start })
    });

    let mut compressed = Compressed::new();
    let mut pointers: Vec<u32> = Vec::new();
    in_order(shares, threads, compressor, compress_share, |share, blocks| {
        let uncompressed_len = share.content.len();
        if share.start == 0 {
            let count = uncompressed_len.div_ceil(ZISOFS_BLOCK_LEN);
            pointers.clear();
            pointers.push(u32::from(HEADER_LEN) + 4 * (count as u32 + 1));
        }
        for block in &blocks {
            spool.write(block)?;
            let end = pointers.last().map_or(0, |end| end + block.len() as u32);
            pointers.push(end);
        }
        if share.end() == uncompressed_len {
            let head = head(uncompressed_len as u32, &pointers);
            let len = pointers.last().map_or(0, |end| u64::from(*end)) - head.len() as u64;
            let mut content = Extents::from_bytes(head);
            let head_len = content.len();
            content.put(head_len, &spool.last(len));
            if content.len().div_ceil(BLOCK_LEN) < uncompressed_len.div_ceil(BLOCK_LEN) {
                let uncompressed_len = uncompressed_len as u32;
                compressed.insert(share.node, CompressedFile { content, uncompressed_len });
            }
        }
        Ok(())
    })?;
    spool.flush()?;
    Ok(compressed)
}

/// libdeflate's level: smaller than zlib's 9 in a fraction of its time.
const LEVEL: i32 = 8;

fn compressor() -> Compressor {
    Compressor::new(CompressionLvl::new(LEVEL).expect("a level that there is"))
}

fn compress_share(
    compressor: &mut Compressor,
    share: &Share,
) -> Result<Vec<Vec<u8>>, CompressError> {
    let mut block = Vec::new();
    let starts = (share.start..share.end()).step_by(ZISOFS_BLOCK_LEN as usize);
    starts
        .map(|start| {
            block.resize((share.end() - start).min(ZISOFS_BLOCK_LEN) as usize, 0);
            share.content.read_at(start, &mut block)?;
            if is_zero(&block) {
                return Ok(Vec::new());
            }
            let mut stream = vec![0; compressor.zlib_compress_bound(block.len())];
            let len = compressor
                .zlib_compress(&block, &mut stream)
                .map_err(|error| io::Error::other(format!("cannot compress: {error}")))?;
            stream.truncate(len);
            Ok(stream)
        })
        .collect()
}

fn head(uncompressed_len: u32, pointers: &[u32]) -> Arc<[u8]> {
    let mut head = MAGIC.to_vec();
    head.extend(uncompressed_len.to_le_bytes());
    head.extend([HEADER_LEN / 4, BLOCK_BITS, 0, 0]);
    head.extend(pointers.iter().flat_map(|pointer| pointer.to_le_bytes()));
    head.into()
}

/// The content that `compressed` stands for, block by block, to `take`.
///
/// # Errors
/// When it is not in this form or damaged, or cannot be read.
pub fn decompress(
    compressed: &Extents,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let damaged =
        |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("zisofs: {what}"));
    let mut header = [0; HEADER_LEN as usize];
    compressed.read_at(0, &mut header)?;
    let bits = header[13];
    if header[..8] != MAGIC || header[12] < HEADER_LEN / 4 || !(15..=BLOCK_BITS).contains(&bits) {
        return Err(damaged("not its header"));
    }
    let len = u64::from(u32::from_le_bytes(header[8..12].try_into().expect("four bytes")));
    let pointer = |index: u64| -> io::Result<u64> {
        let mut bytes = [0; 4];
        compressed.read_at(u64::from(header[12]) * 4 + index * 4, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes).into())
    };
    let block_len = 1 << bits;
    let mut decompressor = Decompressor::new();
    let mut from = pointer(0)?;
    for index in 0..len.div_ceil(block_len) {
        let to = pointer(index + 1)?;
        let mut block = vec![0; (len - index * block_len).min(block_len) as usize];
        if from > to || to > compressed.len() || to - from > 2 * block_len {
            return Err(damaged("a block lies outside of the file"));
        }
        if from < to {
            let mut stream = vec![0; (to - from) as usize];
            compressed.read_at(from, &mut stream)?;
            let made = decompressor.zlib_decompress(&stream, &mut block);
            if made.ok() != Some(block.len()) {
                return Err(damaged("a block does not decompress to its length"));
            }
        }
        take(&block)?;
        from = to;
    }
    Ok(())
}
