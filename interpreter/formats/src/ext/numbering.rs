//! Which inode number each file of a tree gets, and how many names it has.

use super::{Error, shown};
use tintype_tree::{Metadata, NodeId, Tree};

/// The root directory's inode.
pub(super) const ROOT_INODE: u32 = 2;
/// The inode of `/lost+found`: the first that is not reserved.
pub(super) const LOST_AND_FOUND_INODE: u32 = 11;
/// What e2fsck looks for at the root.
pub(super) const LOST_AND_FOUND: &[u8] = b"lost+found";
/// The most links that an inode can count.
const LINK_LIMIT: u32 = 65_000;

/// What one inode is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A node of the tree.
    Node(NodeId),
    /// The `lost+found` that the tree does not have.
    LostAndFound,
}

/// A file's inode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub origin: Origin,
    /// Names, and for a directory its own `.` and its subdirectories' `..`.
    pub links: u32,
    /// The directory that holds it (for hard links, the first).
    pub parent: u32,
}

/// The inodes of a tree: the root, lost+found, and from the third on the others in the order of the
/// walk, a directory before what it holds, numbered without a gap.
#[derive(Debug)]
pub(super) struct Numbering {
    pub inodes: Vec<Numbered>,
    /// The inode number of each node of the tree; 0 for nodes that no name leads to.
    numbers: Vec<u32>,
    /// Whether the tree has no lost+found of its own.
    pub adds_lost_and_found: bool,
}

/// The number of the inode at `index` of [`Numbering::inodes`].
pub(super) fn inode_number(index: usize) -> u32 {
    match index {
        0 => ROOT_INODE,
        index => LOST_AND_FOUND_INODE - 1 + index as u32,
    }
}

/// The index of inode `number`; `None` for the reserved ones.
pub(super) fn inode_index(number: u32) -> Option<usize> {
    match number {
        ROOT_INODE => Some(0),
        number => Some(number.checked_sub(LOST_AND_FOUND_INODE)? as usize + 1),
    }
}

impl Numbering {
    /// Numbers all that the tree's names lead to.
    ///
    /// # Errors
    /// A directory with two names, more names than can be counted, a name that is too long, a
    /// `lost+found` that is no directory.
    pub fn new(tree: &Tree) -> Result<Numbering, Error> {
        let lost_and_found = tree.entry(tree.root(), LOST_AND_FOUND);
        if lost_and_found.is_some_and(|id| !tree.node(id).is_directory()) {
            return Err(Error::LostAndFound);
        }
        let origin = lost_and_found.map_or(Origin::LostAndFound, Origin::Node);
        let new = |origin| Numbered { origin, links: 0, parent: ROOT_INODE };
        let mut numbering = Numbering {
            inodes: vec![new(Origin::Node(tree.root())), new(origin)],
            numbers: vec![0; tree.node_count()],
            adds_lost_and_found: lost_and_found.is_none(),
        };
        numbering.numbers[tree.root().index()] = ROOT_INODE;
        numbering.inodes[0].links = 2;
        if lost_and_found.is_none() {
            numbering.inodes[1].links = 2;
            numbering.inodes[0].links += 1;
        }
        numbering.walk(tree, lost_and_found)?;
        Ok(numbering)
    }

    fn walk(&mut self, tree: &Tree, lost_and_found: Option<NodeId>) -> Result<(), Error> {
        type Entries<'t> = Box<dyn Iterator<Item = (&'t [u8], NodeId)> + 't>;
        let entries = |id| -> Entries<'_> { Box::new(tree.entries(id)) };
        let mut open = vec![(0, entries(tree.root()))];
        let mut path: Vec<&[u8]> = Vec::new();
        while let Some((directory, rest)) = open.last_mut() {
            let directory = *directory;
            let Some((name, id)) = rest.next() else {
                open.pop();
                path.pop();
                continue;
            };
            let at = |path: &[&[u8]]| shown(&[path, &[name]].concat().join(&b'/'));
            if name.len() > super::directory::NAME_LIMIT {
                return Err(Error::NameTooLong { path: at(&path), len: name.len() });
            }
            let is_directory = tree.node(id).is_directory();
            let known = inode_index(self.numbers[id.index()]);
            if known.is_some() && is_directory {
                return Err(Error::DirectoryTwice { path: at(&path) });
            }
            let index = match known {
                Some(index) => index,
                None if Some(id) == lost_and_found => 1,
                None => {
                    let (origin, parent) = (Origin::Node(id), inode_number(directory));
                    self.inodes.push(Numbered { origin, links: 0, parent });
                    self.inodes.len() - 1
                }
            };
            self.numbers[id.index()] = inode_number(index);
            self.inodes[index].links += if is_directory { 2 } else { 1 };
            if !is_directory && self.inodes[index].links > LINK_LIMIT {
                return Err(Error::TooManyLinks { path: at(&path), limit: LINK_LIMIT });
            }
            if is_directory {
                self.inodes[directory].links += 1;
                path.push(name);
                open.push((index, entries(id)));
            }
        }
        Ok(())
    }

    /// The inode number of `id`.
    pub fn number(&self, id: NodeId) -> u32 {
        self.numbers[id.index()]
    }
}

impl Numbered {
    /// `i_links_count`: 1 for a directory with more subdirectories than can be counted, which only
    /// `dir_nlink` allows.
    pub fn i_links_count(&self, dir_nlink: bool) -> Option<u16> {
        match self.links {
            links if links <= LINK_LIMIT => Some(links as u16),
            _ if dir_nlink => Some(1),
            _ => None,
        }
    }
}

/// What a `lost+found` that the tree does not have is given.
pub(super) fn lost_and_found_metadata(time: u32) -> Metadata {
    let mtime = tintype_tree::Timestamp { seconds: time.into(), nanoseconds: 0 };
    Metadata { mode: 0o700, mtime, ..Metadata::default() }
}
