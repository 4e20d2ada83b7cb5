//! What files hold: blocks one after another, and fragments that several short files share.

use super::compressor::Compressor;
use super::{Error, Options, SUPERBLOCK_LEN};
use crate::output::in_order::in_order;
use crate::output::is_zero;
use std::collections::BTreeMap;
use std::convert::Infallible;
use tintype_tree::{Extents, Kind, NodeId, Spool, Tree};

/// Marks a block that is not compressed.
const PLAIN: u32 = 1 << 24;
/// Bytes of content that one thread compresses at once, or a block if that is more.
const SHARE_LEN: u64 = 1 << 20;

/// The contents of all regular files.
#[derive(Default)]
pub(super) struct Contents {
    /// What stands behind the superblock.
    pub(super) blocks: Extents,
    pub(super) files: BTreeMap<NodeId, FileData>,
    /// Where each fragment begins, and its length on the disk.
    pub(super) fragments: Vec<(u64, u32)>,
}

/// Where a file's content is.
#[derive(Debug, Default)]
pub(super) struct FileData {
    /// Where its first block begins.
    pub(super) start: u64,
    /// Lengths of its blocks on the disk, 0 for one of zeros.
    pub(super) blocks: Vec<u32>,
    /// The fragment that has it instead, and the byte there.
    pub(super) fragment: Option<(u32, u32)>,
    /// Bytes of blocks of zeros.
    pub(super) sparse: u64,
}

impl Contents {
    /// `struct squashfs_fragment_entry` of each.
    pub(super) fn fragment_table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(16 * self.fragments.len());
        for (start, len) in &self.fragments {
            table.extend(start.to_le_bytes());
            table.extend(len.to_le_bytes());
            table.extend(0u32.to_le_bytes());
        }
        table
    }
}

enum Share<'a> {
    /// Some blocks of a file.
    Blocks { node: NodeId, content: &'a Extents, start: u64 },
    /// Whole files.
    Fragment(Vec<(NodeId, &'a Extents)>),
}

/// A block as it is stored, and its length with the mark.
type Stored = (Vec<u8>, u32);

/// Compresses the contents of all files, in the order of their first paths.
pub(super) fn compress(
    tree: &Tree,
    options: &Options,
    spool: &mut Spool,
    threads: usize,
) -> Result<Contents, Error> {
    let mut contents = Contents::default();
    let shares = shares(tree, options.block_len, &mut contents.files);
    let mut written = 0;
    let work = |compressor: &mut Compressor, share: &Share| stored(share, options, compressor);
    in_order(
        shares,
        threads,
        || options.compressor(),
        work,
        |share, blocks: Vec<Stored>| {
            match share {
                Share::Blocks { node, content, start } => {
                    let file = contents.files.entry(node).or_default();
                    if start == 0 {
                        file.start = SUPERBLOCK_LEN + written;
                    }
                    let mut at = start;
                    for (_, len) in &blocks {
                        let end = (at + options.block_len).min(content.len());
                        file.blocks.push(*len);
                        file.sparse += if *len == 0 { end - at } else { 0 };
                        at = end;
                    }
                }
                Share::Fragment(files) => {
                    let number = contents.fragments.len() as u32;
                    let mut offset = 0;
                    for (node, content) in files {
                        let file =
                            FileData { fragment: Some((number, offset)), ..FileData::default() };
                        contents.files.insert(node, file);
                        offset += content.len() as u32;
                    }
                    let len = blocks.first().map_or(0, |(_, len)| *len);
                    contents.fragments.push((SUPERBLOCK_LEN + written, len));
                }
            }
            for (block, _) in &blocks {
                spool.write(block)?;
                written += block.len() as u64;
            }
            Ok::<(), Error>(())
        },
    )?;
    spool.flush()?;
    contents.blocks = spool.last(written);
    Ok(contents)
}

/// The work to do. Files that are empty have nothing to compress, and are put into `files`.
fn shares<'a>(
    tree: &'a Tree,
    block_len: u64,
    files: &mut BTreeMap<NodeId, FileData>,
) -> Vec<Share<'a>> {
    let mut shares = Vec::new();
    let mut short: Vec<(NodeId, &Extents)> = Vec::new();
    let mut short_len = 0;
    let share_len = SHARE_LEN.max(block_len);
    let Ok(()) = tree.walk(|_, id| {
        let Kind::Regular(content) = &tree.node(id).kind else { return Ok::<(), Infallible>(()) };
        if files.insert(id, FileData::default()).is_some() {
            return Ok(()); // another name of it
        }
        let len = content.len();
        if len >= block_len {
            let starts = (0..len).step_by(share_len as usize);
            shares.extend(starts.map(|start| Share::Blocks { node: id, content, start }));
        } else if len > 0 {
            if short_len + len > block_len {
                shares.push(Share::Fragment(std::mem::take(&mut short)));
                short_len = 0;
            }
            short.push((id, content));
            short_len += len;
        }
        Ok(())
    });
    if !short.is_empty() {
        shares.push(Share::Fragment(short));
    }
    shares
}

/// Reads and compresses.
fn stored(
    share: &Share,
    options: &Options,
    compressor: &mut Compressor,
) -> Result<Vec<Stored>, Error> {
    match share {
        Share::Fragment(files) => {
            let mut fragment = Vec::new();
            for (_, content) in files {
                let start = fragment.len();
                fragment.resize(start + content.len() as usize, 0);
                content.read_at(0, &mut fragment[start..])?;
            }
            Ok(vec![stored_block(&fragment, compressor)?])
        }
        Share::Blocks { content, start, .. } => {
            let end = (start + SHARE_LEN.max(options.block_len)).min(content.len());
            let starts = (*start..end).step_by(options.block_len as usize);
            let zeros = content.slice(*start, end - start).stored_len() == 0;
            let mut block = Vec::new();
            starts
                .map(|start| {
                    if zeros {
                        return Ok((Vec::new(), 0));
                    }
                    block.resize((end - start).min(options.block_len) as usize, 0);
                    content.read_at(start, &mut block)?;
                    match is_zero(&block) {
                        true => Ok((Vec::new(), 0)),
                        false => stored_block(&block, compressor),
                    }
                })
                .collect()
        }
    }
}

fn stored_block(block: &[u8], compressor: &mut Compressor) -> Result<Stored, Error> {
    Ok(match compressor.shorter(block)? {
        Some(shorter) => {
            let len = shorter.len() as u32;
            (shorter, len)
        }
        None => (block.to_vec(), block.len() as u32 | PLAIN),
    })
}
