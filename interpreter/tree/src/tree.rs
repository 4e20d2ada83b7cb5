//! The tree itself: nodes and the names that lead to them.

use crate::node::{Kind, Node};
use std::collections::BTreeMap;
use std::collections::btree_map::Iter;

/// Which node of a [`Tree`]. Valid for the tree that gave it only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The place of the node in the tree's own order: 0 is the root.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A directory and a name in it; no name for the root.
type ParentAndName = (NodeId, Option<Box<[u8]>>);

/// Why a path names no node.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PathError {
    /// A part of the path that must be a directory is something else.
    #[error("{0}: not a directory")]
    NotADirectory(String),
    /// `..`, an empty path or a NUL byte.
    #[error("{0}: not a path inside a tree")]
    Unacceptable(String),
    /// A directory stands where a file should go, or the other way round.
    #[error("{0}: a directory cannot replace a file, nor a file a directory")]
    KindDiffers(String),
    /// Two trees that are merged have kinds of file at one path that exclude each other.
    #[error("{path}: a {later} cannot replace a {earlier}")]
    KindsClash {
        /// The path, without a leading slash.
        path: String,
        /// The kind in the tree that was there first.
        earlier: &'static str,
        /// The kind in the tree merged into it.
        later: &'static str,
    },
}

/// A whole file tree. Node 0 is the root, a directory.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree::new()
    }
}

impl Tree {
    /// A tree that is an empty root directory.
    pub fn new() -> Tree {
        Tree { nodes: vec![Node::directory()] }
    }

    /// The root directory.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The node called `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The node called `id`, to change.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.index()]
    }

    /// Every node once, with its number, in the order of making. A node that no name leads to any
    /// more is among them: walk the names with [`Tree::walk`] to see what the tree holds.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node))
    }

    /// Number of nodes made so far.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a node without a name.
    pub fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId((self.nodes.len() - 1) as u32)
    }

    /// The nodes alone, by [`NodeId::index`].
    pub(crate) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// The entries of a directory, in byte order; none for anything else.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (&[u8], NodeId)> {
        self.entry_iter(id).map(|(name, id)| (&**name, *id))
    }

    /// The entry `name` of directory `directory`.
    pub fn entry(&self, directory: NodeId, name: &[u8]) -> Option<NodeId> {
        match &self.node(directory).kind {
            Kind::Directory(entries) => entries.get(name).copied(),
            _ => None,
        }
    }

    /// Gives `child` the name `name` in `directory`, in place of what had it.
    ///
    /// # Panics
    /// If `directory` is none, or `name` is empty, `.`, `..` or holds `/` or NUL.
    pub fn link(&mut self, directory: NodeId, name: &[u8], child: NodeId) {
        assert!(is_file_name(name), "not a file name: {:?}", String::from_utf8_lossy(name));
        let Kind::Directory(entries) = &mut self.nodes[directory.index()].kind else {
            panic!("link: not a directory");
        };
        entries.insert(name.into(), child);
    }

    /// The node that `path` leads to from the root, symbolic links not followed. Leading, trailing
    /// and doubled slashes and `.` mean nothing.
    pub fn lookup(&self, path: &[u8]) -> Option<NodeId> {
        let mut id = self.root();
        for name in components(path) {
            id = self.entry(id, name)?;
        }
        Some(id)
    }

    /// The directory at `path`, made with its parents (mode 0755, root's) where it is missing.
    ///
    /// # Errors
    /// When a part of it is no directory, or the path has `..` or NUL in it.
    pub fn make_directories(&mut self, path: &[u8]) -> Result<NodeId, PathError> {
        let mut id = self.root();
        for name in components(path) {
            if !is_file_name(name) {
                return Err(PathError::Unacceptable(shown(path)));
            }
            id = match self.entry(id, name) {
                Some(next) if self.node(next).is_directory() => next,
                Some(_) => return Err(PathError::NotADirectory(shown(path))),
                None => {
                    let next = self.add(Node::directory());
                    self.link(id, name, next);
                    next
                }
            };
        }
        Ok(id)
    }

    /// Puts `node` at `path`, making missing parent directories. A file replaces what was there; a
    /// directory that meets a directory gives it its metadata and keeps the entries.
    ///
    /// # Errors
    /// When a parent is no directory, the kinds clash, or the path has `..` or NUL in it.
    pub fn insert(&mut self, path: &[u8], node: Node) -> Result<NodeId, PathError> {
        let (parent, name) = self.parent_of(path)?;
        let Some(name) = name else {
            return self.replace(self.root(), node, path);
        };
        match self.entry(parent, &name) {
            Some(old) if self.node(old).is_directory() || node.is_directory() => {
                self.replace(old, node, path)
            }
            _ => {
                let id = self.add(node);
                self.link(parent, &name, id);
                Ok(id)
            }
        }
    }

    /// Gives the node `id` one more name.
    ///
    /// # Errors
    /// When a parent is no directory, a directory stands there, or the path has `..` or NUL in it.
    pub fn insert_link(&mut self, path: &[u8], id: NodeId) -> Result<(), PathError> {
        let (parent, Some(name)) = self.parent_of(path)? else {
            return Err(PathError::Unacceptable(shown(path)));
        };
        if self.entry(parent, &name).is_some_and(|old| self.node(old).is_directory()) {
            return Err(PathError::KindDiffers(shown(path)));
        }
        self.link(parent, &name, id);
        Ok(())
    }

    fn replace(&mut self, old: NodeId, node: Node, path: &[u8]) -> Result<NodeId, PathError> {
        if !(self.node(old).is_directory() && node.is_directory()) {
            return Err(PathError::KindDiffers(shown(path)));
        }
        self.node_mut(old).metadata = node.metadata;
        Ok(old)
    }

    fn parent_of(&mut self, path: &[u8]) -> Result<ParentAndName, PathError> {
        let names: Vec<&[u8]> = components(path).collect();
        let Some((last, parents)) = names.split_last() else {
            return Ok((self.root(), None));
        };
        if !is_file_name(last) {
            return Err(PathError::Unacceptable(shown(path)));
        }
        let parent = self.make_directories(&parents.join(&b'/'))?;
        Ok((parent, Some((*last).into())))
    }

    /// Calls `visit` with the path (no leading slash; the root's is empty) and number of every name,
    /// directories before what they hold, entries in byte order. A node with two names comes twice.
    ///
    /// # Errors
    /// The first that `visit` returns.
    pub fn walk<E>(&self, mut visit: impl FnMut(&[u8], NodeId) -> Result<(), E>) -> Result<(), E> {
        let mut path = Vec::new();
        visit(&path, self.root())?;
        // A stack of our own: an archive may nest directories deeper than a thread's stack allows.
        let mut ahead = vec![(0, self.entry_iter(self.root()))];
        while let Some((length, entries)) = ahead.last_mut() {
            path.truncate(*length);
            let Some((name, child)) = entries.next() else {
                ahead.pop();
                continue;
            };
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            visit(&path, *child)?;
            if self.node(*child).is_directory() {
                ahead.push((path.len(), self.entry_iter(*child)));
            }
        }
        Ok(())
    }

    fn entry_iter(&self, id: NodeId) -> Iter<'_, Box<[u8]>, NodeId> {
        static EMPTY: BTreeMap<Box<[u8]>, NodeId> = BTreeMap::new();
        match &self.node(id).kind {
            Kind::Directory(entries) => entries.iter(),
            _ => EMPTY.iter(),
        }
    }
}

/// Whether `name` can be one entry of a directory.
pub(crate) fn is_file_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..") && !name.iter().any(|byte| matches!(byte, b'/' | 0))
}

pub(crate) fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|name| !matches!(*name, b"" | b"."))
}

pub(crate) fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
