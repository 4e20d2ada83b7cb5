//! What a layout wants to know of a tree beforehand.

use crate::node::Kind;
use crate::tree::{NodeId, Tree};

/// Sizes of a tree, of what its names lead to only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Directory entries, without the root, `.` and `..`.
    pub names: u64,
    /// Files of every kind, the root among them, each counted once however many names it has.
    pub inodes: u64,
    /// Directories, the root among them.
    pub directories: u64,
    /// Bytes of all regular files, holes included.
    pub bytes: u64,
    /// Bytes of all regular files that are no hole.
    pub stored_bytes: u64,
}

impl Tree {
    /// Counts what the tree holds.
    pub fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        let counts = self.link_counts();
        for (_, node) in self.nodes().filter(|(id, _)| counts[id.index()] > 0) {
            statistics.inodes += 1;
            match &node.kind {
                Kind::Directory(entries) => {
                    statistics.directories += 1;
                    statistics.names += entries.len() as u64;
                }
                Kind::Regular(content) => {
                    statistics.bytes += content.len();
                    statistics.stored_bytes += content.stored_len();
                }
                _ => {}
            }
        }
        statistics
    }

    /// Number of links of every node, by [`NodeId::index`]: names of a file; for a directory two (its
    /// name and `.`) and one for the `..` of each directory in it. 0 where no name leads any more.
    pub fn link_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.node_count()];
        counts[self.root().index()] = 2;
        let mut ahead: Vec<NodeId> = vec![self.root()];
        while let Some(directory) = ahead.pop() {
            for (_, child) in self.entries(directory) {
                if self.node(child).is_directory() {
                    counts[child.index()] = 2;
                    counts[directory.index()] += 1;
                    ahead.push(child);
                } else {
                    counts[child.index()] += 1;
                }
            }
        }
        counts
    }
}
