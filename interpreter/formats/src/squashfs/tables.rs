//! The tables of a file system: its files, each numbered once.

use super::compressor::Compressor;
use super::data::Contents;
use super::directory::{self, Entry};
use super::inode::{self, Head};
use super::metadata::{Position, Writer};
use super::owners::Owners;
use super::{Error, Options, xattr};
use tintype_tree::{Kind, NodeId, Tree};

/// All tables that tell of files.
pub(super) struct Tables {
    pub(super) inodes: Vec<u8>,
    pub(super) directories: Vec<u8>,
    pub(super) owners: Owners,
    pub(super) xattrs: xattr::Tables,
    /// Where the root's inode is.
    pub(super) root: u64,
    pub(super) inode_count: u32,
}

/// A directory with the names that lead to it.
struct Directory<'a> {
    id: NodeId,
    /// Where its own directory is in the list.
    parent: usize,
    name: &'a [u8],
}

impl Tables {
    pub(super) fn new(
        tree: &Tree,
        options: &Options,
        contents: &Contents,
    ) -> Result<Tables, Error> {
        let directories = directories(tree);
        let (numbers, inode_count) = numbers(tree, &directories);
        let compressor = || -> Compressor { options.compressor() };
        let mut writing = Writing {
            tree,
            contents,
            links: tree.link_counts(),
            numbers,
            placed: vec![None; tree.node_count()],
            owners: Owners::default(),
            xattrs: xattr::Writing::new(options),
            inodes: Writer::new(compressor()),
            listings: Writer::new(compressor()),
            directories,
        };
        // What a directory lists must have its place before.
        for place in (0..writing.directories.len()).rev() {
            writing.write_directory(place)?;
        }
        let root = writing.placed[tree.root().index()].unwrap_or_default().reference();
        Ok(Tables {
            inodes: writing.inodes.finish()?,
            directories: writing.listings.finish()?,
            owners: writing.owners,
            xattrs: writing.xattrs.finish()?,
            root,
            inode_count,
        })
    }
}

/// Every directory, behind the one that it is in.
fn directories(tree: &Tree) -> Vec<Directory<'_>> {
    let mut found = vec![Directory { id: tree.root(), parent: 0, name: b"" }];
    let mut place = 0;
    while place < found.len() {
        let entries = tree.entries(found[place].id);
        let below = entries.filter(|(_, id)| tree.node(*id).is_directory());
        let below: Vec<_> = below.map(|(name, id)| Directory { id, parent: place, name }).collect();
        found.extend(below);
        place += 1;
    }
    found
}

/// Numbers from 1 on, by [`NodeId::index`]: those of one directory's files follow each other.
fn numbers(tree: &Tree, directories: &[Directory]) -> (Vec<u32>, u32) {
    let mut numbers = vec![0; tree.node_count()];
    let mut count = 1;
    numbers[tree.root().index()] = count;
    for directory in directories {
        for (_, id) in tree.entries(directory.id) {
            if numbers[id.index()] == 0 {
                count += 1;
                numbers[id.index()] = count;
            }
        }
    }
    (numbers, count)
}

struct Writing<'a> {
    tree: &'a Tree,
    contents: &'a Contents,
    directories: Vec<Directory<'a>>,
    links: Vec<u32>,
    numbers: Vec<u32>,
    /// Where each inode is, once it is written.
    placed: Vec<Option<Position>>,
    owners: Owners,
    xattrs: xattr::Writing<'a>,
    inodes: Writer,
    listings: Writer,
}

impl<'a> Writing<'a> {
    /// Writes the files of a directory that have no place yet, its listing, and its own inode.
    fn write_directory(&mut self, place: usize) -> Result<(), Error> {
        let (tree, id) = (self.tree, self.directories[place].id);
        let mut entries = Vec::new();
        for (name, child) in tree.entries(id) {
            if name.len() > directory::NAME_LEN {
                return Err(Error::NameTooLong { path: self.path(place, name), len: name.len() });
            }
            let inode = match self.placed[child.index()] {
                Some(inode) => inode,
                None => self.write_file(child, place, name)?,
            };
            let number = self.numbers[child.index()];
            entries.push(Entry { name, inode, number, kind: inode::kind(tree.node(child)) });
        }
        let listing = directory::write(&entries, &mut self.listings)?;
        let common = self.head(id, place, b"")?;
        // The root's is a number that no file has.
        let parent = match place {
            0 => self.numbers.iter().max().map_or(1, |last| last + 1),
            _ => self.numbers[self.directories[self.directories[place].parent].id.index()],
        };
        let bytes = inode::directory(tree.node(id), &common, &listing, parent);
        self.place(id, &bytes).map(|_| ())
    }

    fn write_file(&mut self, id: NodeId, place: usize, name: &[u8]) -> Result<Position, Error> {
        let node = self.tree.node(id);
        let common = self.head(id, place, name)?;
        let bytes = match &node.kind {
            Kind::Directory(_) => {
                unreachable!("directories are placed before those that list them")
            }
            Kind::Regular(content) => {
                inode::regular(node, &common, &self.contents.files[&id], content.len())
            }
            Kind::Symlink(target) => {
                let len = target.len();
                if len > inode::TARGET_LEN {
                    return Err(Error::TargetTooLong { path: self.path(place, name), len });
                }
                let mut rest = (len as u32).to_le_bytes().to_vec();
                rest.extend(&**target);
                inode::other(node, &common, &rest)
            }
            Kind::BlockDevice(device) | Kind::CharDevice(device) => {
                let number = inode::device(*device).ok_or_else(|| Error::Device {
                    path: self.path(place, name),
                    major: device.major,
                    minor: device.minor,
                })?;
                inode::other(node, &common, &number.to_le_bytes())
            }
            Kind::Fifo | Kind::Socket => inode::other(node, &common, &[]),
        };
        self.place(id, &bytes)
    }

    fn place(&mut self, id: NodeId, inode: &[u8]) -> Result<Position, Error> {
        let position = self.inodes.position()?;
        self.placed[id.index()] = Some(position);
        self.inodes.put(inode)?;
        Ok(position)
    }

    fn head(&mut self, id: NodeId, place: usize, name: &[u8]) -> Result<Head, Error> {
        let metadata = &self.tree.node(id).metadata;
        let directories = &self.directories;
        let path = || path(directories, place, name);
        Ok(Head {
            uid: self.owners.number(metadata.uid)?,
            gid: self.owners.number(metadata.gid)?,
            number: self.numbers[id.index()],
            links: self.links[id.index()],
            xattrs: self.xattrs.number(metadata.xattrs.as_deref(), path)?,
        })
    }

    fn path(&self, place: usize, name: &[u8]) -> String {
        path(&self.directories, place, name)
    }
}

/// The path of `name` in a directory, for a message.
fn path(directories: &[Directory], mut place: usize, name: &[u8]) -> String {
    let mut parts = vec![name];
    while place != 0 {
        parts.push(directories[place].name);
        place = directories[place].parent;
    }
    parts.reverse();
    format!("/{}", String::from_utf8_lossy(&parts.join(&b'/')))
}
