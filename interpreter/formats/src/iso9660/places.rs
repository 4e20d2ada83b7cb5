//! Where everything lies on the volume, in blocks.

use super::directory::DirectoryPlace;
use super::error::Error;
use super::hierarchy::Hierarchy;
use super::{BLOCK_LEN, Compressed, block_number, offset};
use tintype_tree::{Extents, Kind, NodeId, Tree};

/// The places of directories and files. Before anything has one, all are at block 0: records are as
/// long then as they will be.
pub(super) struct Places<'a> {
    pub(super) directories: Vec<DirectoryPlace>,
    /// The first block of each file's content by node.
    pub(super) files: Vec<u32>,
    /// What stands in place of the content of some files.
    pub(super) compressed: &'a Compressed,
}

impl Places<'_> {
    pub(super) fn directory(&self, number: usize) -> DirectoryPlace {
        self.directories[number]
    }

    /// The block behind the records of a directory.
    pub(super) fn continuation(&self, number: usize) -> u32 {
        let DirectoryPlace { block, len } = self.directories[number];
        block + (u64::from(len) / BLOCK_LEN) as u32
    }

    /// First block and length in bytes of a file's content as it is stored.
    pub(super) fn file(&self, tree: &Tree, node: NodeId) -> (u32, u64) {
        let len = content(tree, self.compressed, node).map_or(0, Extents::len);
        (self.files[node.index()], len)
    }

    /// The length of a file's content before it was compressed, if it was.
    pub(super) fn uncompressed_len(&self, node: NodeId) -> Option<u32> {
        self.compressed.get(&node).map(|compressed| compressed.uncompressed_len)
    }
}

/// The contents of all files, one after another in the order of their first names.
pub(super) struct Contents<'a> {
    tree: &'a Tree,
    compressed: &'a Compressed,
    /// In the order of blocks.
    nodes: Vec<NodeId>,
    /// The first block of each file's content by node; 0 for what has none.
    pub(super) blocks: Vec<u32>,
    /// The block behind the last.
    pub(super) end: u32,
}

impl<'a> Contents<'a> {
    /// Gives every file a place from block `first` on.
    pub(super) fn new(
        tree: &'a Tree,
        compressed: &'a Compressed,
        hierarchy: &Hierarchy,
        first: u32,
    ) -> Result<Contents<'a>, Error> {
        let (mut nodes, mut blocks) = (Vec::new(), vec![0; tree.node_count()]);
        let mut end = u64::from(first);
        for entry in hierarchy.directories.iter().flat_map(|directory| &directory.entries) {
            let len = content(tree, compressed, entry.node).map_or(0, Extents::len);
            if len > 0 && blocks[entry.node.index()] == 0 {
                blocks[entry.node.index()] = block_number(end)?;
                nodes.push(entry.node);
                end += len.div_ceil(BLOCK_LEN);
            }
        }
        Ok(Contents { tree, compressed, nodes, blocks, end: block_number(end)? })
    }

    /// The content of the file called `path`, and its first block; `None` if there is no such file or
    /// nothing in it.
    pub(super) fn lookup(&self, path: &[u8]) -> Option<(u32, &Extents)> {
        let node = self.tree.lookup(path)?;
        let block = self.blocks[node.index()];
        Some((block, content(self.tree, self.compressed, node)?)).filter(|_| block != 0)
    }

    /// Puts all contents where they belong, with other bytes for the file at the block of `changed`.
    pub(super) fn put(&self, volume: &mut Extents, mut changed: Option<(u32, Vec<u8>)>) {
        for node in &self.nodes {
            let block = self.blocks[node.index()];
            if let Some((_, bytes)) = changed.take_if(|(at, _)| *at == block) {
                volume.put_bytes(offset(block), bytes);
            } else if let Some(content) = content(self.tree, self.compressed, *node) {
                volume.put(offset(block), content);
            }
        }
    }
}

/// The content of a regular file as it is stored.
fn content<'a>(tree: &'a Tree, compressed: &'a Compressed, node: NodeId) -> Option<&'a Extents> {
    match (&tree.node(node).kind, compressed.get(&node)) {
        (Kind::Regular(_), Some(compressed)) => Some(&compressed.content),
        (Kind::Regular(content), None) => Some(content),
        _ => None,
    }
}
