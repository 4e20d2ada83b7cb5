//! Parts of trees, copied from one to another. Contents are shared, not copied.

use crate::node::{Kind, Node};
use crate::tree::{NodeId, Tree};
use std::collections::BTreeMap;

impl Tree {
    /// Copies what `id` is in `source`, with all below it, to `name` in `directory`, in place of what
    /// had that name. Names of one file stay names of one file.
    ///
    /// # Panics
    /// If `directory` is none, or `name` no file name.
    pub fn graft(&mut self, directory: NodeId, name: &[u8], source: &Tree, id: NodeId) -> NodeId {
        let mut copied = BTreeMap::new();
        let top = self.copy_node(source, id, &mut copied);
        self.link(directory, name, top);
        self.copy_below(source, id, top, &mut copied);
        top
    }

    /// The directory `id` as a tree of its own; a file becomes the one entry `name` of a directory.
    pub fn part(&self, id: NodeId, name: &[u8]) -> Tree {
        let mut part = Tree::new();
        let root = part.root();
        if self.node(id).is_directory() {
            part.node_mut(root).metadata = self.node(id).metadata.clone();
            part.copy_below(self, id, root, &mut BTreeMap::new());
        } else {
            part.graft(root, name, self, id);
        }
        part
    }

    /// Takes the name `name` out of `directory`, and tells what had it.
    pub fn unlink(&mut self, directory: NodeId, name: &[u8]) -> Option<NodeId> {
        match &mut self.node_mut(directory).kind {
            Kind::Directory(entries) => entries.remove(name),
            _ => None,
        }
    }

    /// One node without a name and, if it is a directory, without entries.
    fn copy_node(
        &mut self,
        source: &Tree,
        id: NodeId,
        copied: &mut BTreeMap<NodeId, NodeId>,
    ) -> NodeId {
        let node = source.node(id);
        if let (false, Some(known)) = (node.is_directory(), copied.get(&id)) {
            return *known;
        }
        let kind = match &node.kind {
            Kind::Directory(_) => Kind::Directory(BTreeMap::new()),
            other => other.clone(),
        };
        let made = self.add(Node { metadata: node.metadata.clone(), kind });
        copied.insert(id, made);
        made
    }

    fn copy_below(
        &mut self,
        source: &Tree,
        from: NodeId,
        to: NodeId,
        copied: &mut BTreeMap<NodeId, NodeId>,
    ) {
        let mut ahead = vec![(from, to)];
        while let Some((from, to)) = ahead.pop() {
            for (name, child) in source.entries(from) {
                let made = self.copy_node(source, child, copied);
                self.link(to, name, made);
                if source.node(child).is_directory() {
                    ahead.push((child, made));
                }
            }
        }
    }
}
