//! Reading a file system back: ours, mke2fs's, or one that a kernel has written to. Directories and
//! inodes are read; contents are ranges of the file system's own bytes.

mod directory;
mod inode;
mod mapping;
mod superblock;
mod volume;
mod xattr;

pub use superblock::About;

use inode::{Body, Inode};
use std::collections::BTreeMap;
use std::io;
use tintype_tree::{Extents, Kind, Node, NodeId, Tree};
use volume::Volume;

/// A file system that was read.
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// What the superblock says.
    pub about: About,
    /// All files that names lead to, `lost+found` among them.
    pub tree: Tree,
}

/// Why a file system cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes themselves cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no superblock, or it cannot be one.
    #[error("not an ext2, ext3 or ext4 file system: {0}")]
    NotExt(&'static str),
    /// It has features whose files cannot be understood.
    #[error("the file system has features that are not read here: {0}")]
    Unsupported(String),
    /// Something is wrong with one of its structures.
    #[error("{path}: {fault}")]
    Damaged {
        /// Which file, or which structure.
        path: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// What is wrong with a structure, before it is known whose it is.
#[derive(Debug)]
enum Fault {
    Io(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

impl Fault {
    fn at(self, path: &[u8]) -> ReadError {
        match self {
            Fault::Io(error) => ReadError::Io(error),
            Fault::Damaged(fault) => {
                ReadError::Damaged { path: format!("/{}", super::shown(path)), fault }
            }
        }
    }
}

/// Reads the superblock alone.
///
/// # Errors
/// When there is none, it is damaged, or it cannot be read.
pub fn about(volume: &Extents) -> Result<About, ReadError> {
    About::read(volume)
}

/// Reads all inodes and directories of the file system that `volume` is. A journal that has not been
/// replayed ([`About::needs_recovery`]) is not looked at.
///
/// # Errors
/// When it is no such file system, has features that are not known, is damaged (checksums are looked
/// at where there are any), or cannot be read.
pub fn read(volume: &Extents) -> Result<FileSystem, ReadError> {
    let about = About::read(volume)?;
    let mut reading =
        Reading { volume: Volume::new(volume, &about), tree: Tree::new(), inodes: BTreeMap::new() };
    reading.root()?;
    let Reading { tree, .. } = reading;
    Ok(FileSystem { about, tree })
}

struct Reading<'a> {
    volume: Volume<'a>,
    tree: Tree,
    /// The node of each inode that a name has led to.
    inodes: BTreeMap<u32, NodeId>,
}

impl Reading<'_> {
    /// Reads all that the root leads to.
    fn root(&mut self) -> Result<(), ReadError> {
        let number = super::numbering::ROOT_INODE;
        let root = self.tree.root();
        let inode = self.volume.inode(number).map_err(|fault| fault.at(b""))?;
        let node = self.node(&inode).map_err(|fault| fault.at(b""))?;
        if !node.is_directory() {
            return Err(Fault::Damaged("the root is no directory").at(b""));
        }
        *self.tree.node_mut(root) = node;
        self.inodes.insert(number, root);
        let mut pending = vec![(root, Vec::new(), inode)];
        while let Some((directory, path, inode)) = pending.pop() {
            let entries = directory::entries(&mut self.volume, &inode);
            for (name, number) in entries.map_err(|fault| fault.at(&path))? {
                let path = if path.is_empty() {
                    name.to_vec()
                } else {
                    [&path[..], &name[..]].join(&b'/')
                };
                let found = self.entry(directory, &name, number);
                if let Some((id, inode)) = found.map_err(|fault| fault.at(&path))? {
                    pending.push((id, path, inode));
                }
            }
        }
        Ok(())
    }

    /// Adds one name; a directory is still to be read.
    fn entry(
        &mut self,
        directory: NodeId,
        name: &[u8],
        number: u32,
    ) -> Result<Option<(NodeId, Inode)>, Fault> {
        if self.tree.entry(directory, name).is_some() {
            return Err(Fault::Damaged("two files have this name"));
        }
        if let Some(known) = self.inodes.get(&number) {
            if self.tree.node(*known).is_directory() {
                return Err(Fault::Damaged("the directory has another name already"));
            }
            self.tree.link(directory, name, *known);
            return Ok(None);
        }
        let inode = self.volume.inode(number)?;
        let node = self.node(&inode)?;
        let is_directory = node.is_directory();
        let id = self.tree.add(node);
        self.tree.link(directory, name, id);
        self.inodes.insert(number, id);
        Ok(is_directory.then_some((id, inode)))
    }

    /// The node of an inode, a directory without its entries.
    fn node(&mut self, inode: &Inode) -> Result<Node, Fault> {
        let mut metadata = inode.metadata.clone();
        let (xattrs, inline) = xattr::read(&mut self.volume, inode)?;
        if !xattrs.is_empty() {
            metadata.xattrs = Some(Box::new(xattrs));
        }
        let kind = match &inode.body {
            Body::Directory => Kind::Directory(BTreeMap::new()),
            Body::Regular => Kind::Regular(mapping::content(&mut self.volume, inode, inline)?),
            Body::Symlink => Kind::Symlink(mapping::target(&mut self.volume, inode, inline)?),
            Body::Other(kind) => kind.clone(),
        };
        Ok(Node { metadata, kind })
    }
}
