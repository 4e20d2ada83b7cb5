//! Contents that code writes: small ones in memory, others in a file without a name.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use tintype_tree::{Extents, Kind, NodeId, Spool, Tree};

/// So much of a file is gathered before it is put away.
const GATHERED: usize = 64 << 10;

/// What is left of a file at its end stays in memory if it is smaller than this.
const IN_MEMORY: usize = 4 << 10;

/// The ends of files that are being written, and where the rest is.
pub(super) struct Contents {
    directory: PathBuf,
    /// What messages call the spool.
    name: PathBuf,
    spool: Option<Spool>,
    tails: BTreeMap<NodeId, Vec<u8>>,
}

impl Contents {
    pub(super) fn new(directory: PathBuf, name: PathBuf) -> Contents {
        Contents { directory, name, spool: None, tails: BTreeMap::new() }
    }

    /// Appends bytes to a regular file.
    pub(super) fn append(&mut self, tree: &mut Tree, file: NodeId, bytes: &[u8]) -> io::Result<()> {
        let tail = self.tails.entry(file).or_default();
        tail.extend_from_slice(bytes);
        if tail.len() >= GATHERED { self.settle(tree, file) } else { Ok(()) }
    }

    /// Makes a regular file that long.
    pub(super) fn resize(&mut self, tree: &mut Tree, file: NodeId, len: u64) -> io::Result<()> {
        self.settle(tree, file)?;
        if let Kind::Regular(content) = &mut tree.node_mut(file).kind {
            *content = content.slice(0, len);
        }
        Ok(())
    }

    /// Sees to it that the tree has all of a file.
    pub(super) fn settle(&mut self, tree: &mut Tree, file: NodeId) -> io::Result<()> {
        let Some(tail) = self.tails.remove(&file) else { return Ok(()) };
        let Kind::Regular(content) = &mut tree.node_mut(file).kind else { return Ok(()) };
        if tail.len() < IN_MEMORY {
            content.put_bytes(content.len(), tail);
            return Ok(());
        }
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(Spool::new(&self.directory, &self.name).map_err(io::Error::other)?),
        };
        spool.write(&tail).and_then(|()| spool.flush()).map_err(io::Error::other)?;
        let written: Extents = spool.last(tail.len() as u64);
        content.put(content.len(), &written);
        Ok(())
    }

    /// The same for all files.
    pub(super) fn settle_all(&mut self, tree: &mut Tree) -> io::Result<()> {
        let files: Vec<NodeId> = self.tails.keys().copied().collect();
        files.into_iter().try_for_each(|file| self.settle(tree, file))
    }
}
