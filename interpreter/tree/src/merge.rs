//! The union of two trees.

use crate::node::{Kind, Metadata, Node};
use crate::tree::{NodeId, PathError, Tree, shown};
use std::mem;

impl Tree {
    /// Puts `later` over this tree:
    ///
    /// - a directory that meets a directory merges with it; mode, owner, time and attributes become
    ///   the later one's;
    /// - a file (whatever is no directory) that meets a file takes its name; other names of the
    ///   earlier file stay with it;
    /// - a directory that meets a symbolic link which leads to a directory merges into that
    ///   directory, which keeps its metadata (a package may put files below `lib` where `lib` leads to
    ///   `usr/lib`). Links are followed inside the tree, when everything else is merged: what such a
    ///   directory holds comes over what the later tree has at the link's target;
    /// - any other directory that meets a file, and any file that meets a directory, is an error;
    /// - names of one file in `later` are names of one file in the union.
    ///
    /// # Errors
    /// The first clash, with the path and both kinds. The tree is then merged in part only.
    pub fn merge(&mut self, later: Tree) -> Result<(), PathError> {
        let mut merge = Merge {
            placed: vec![None; later.node_count()],
            later: later.into_nodes(),
            through_links: Vec::new(),
        };
        merge.directory(self, self.root(), 0, Vec::new())?;
        while !merge.through_links.is_empty() {
            let waiting = mem::take(&mut merge.through_links);
            let before = waiting.len();
            let mut left = Vec::new();
            for (path, index) in waiting {
                match self.resolve(&path).filter(|id| self.node(*id).is_directory()) {
                    Some(target) => {
                        let metadata = self.node(target).metadata.clone();
                        merge.directory(self, target, index, path)?;
                        self.node_mut(target).metadata = metadata;
                    }
                    None => left.push((path, index)),
                }
            }
            if left.len() == before {
                return Err(PathError::KindsClash {
                    path: shown(&left[0].0),
                    earlier: "symbolic link that leads to no directory",
                    later: "directory",
                });
            }
            merge.through_links.append(&mut left);
        }
        Ok(())
    }
}

struct Merge {
    /// The later tree's nodes, each taken when it is placed.
    later: Vec<Node>,
    /// Where those with a name already are.
    placed: Vec<Option<NodeId>>,
    /// Later directories that met a symbolic link: path and place in `later`.
    through_links: Vec<(Vec<u8>, usize)>,
}

impl Merge {
    /// Merges the later directory `index` and all below it into `target`.
    fn directory(
        &mut self,
        tree: &mut Tree,
        target: NodeId,
        index: usize,
        path: Vec<u8>,
    ) -> Result<(), PathError> {
        let mut ahead = vec![(target, index, path)];
        while let Some((target, index, path)) = ahead.pop() {
            let Node { metadata, kind } = mem::replace(&mut self.later[index], Node::directory());
            tree.node_mut(target).metadata = metadata;
            let Kind::Directory(entries) = kind else { continue };
            let mut below = Vec::new();
            for (name, child) in entries {
                if self.later[child.index()].is_directory() {
                    let path = join(&path, &name);
                    if let Some(met) = self.enter(tree, target, &name, &path, child)? {
                        below.push((met, child.index(), path));
                    }
                } else {
                    self.file(tree, target, &name, child).map_err(|(earlier, later)| {
                        PathError::KindsClash { path: shown(&join(&path, &name)), earlier, later }
                    })?;
                }
            }
            below.reverse();
            ahead.append(&mut below);
        }
        Ok(())
    }

    /// The directory of the union that the later directory `child` merges with, made where there is
    /// none; `None` if a symbolic link is there, to be followed in the end.
    fn enter(
        &mut self,
        tree: &mut Tree,
        parent: NodeId,
        name: &[u8],
        path: &[u8],
        child: NodeId,
    ) -> Result<Option<NodeId>, PathError> {
        let Some(met) = tree.entry(parent, name) else {
            let made = tree.add(Node::directory());
            tree.link(parent, name, made);
            return Ok(Some(made));
        };
        match &tree.node(met).kind {
            Kind::Directory(_) => Ok(Some(met)),
            Kind::Symlink(_) => {
                self.through_links.push((path.to_vec(), child.index()));
                Ok(None)
            }
            file => Err(PathError::KindsClash {
                path: shown(path),
                earlier: file.name(),
                later: "directory",
            }),
        }
    }

    /// Gives the file `child` its name in the union; the kinds of both if a directory is there.
    fn file(
        &mut self,
        tree: &mut Tree,
        parent: NodeId,
        name: &[u8],
        child: NodeId,
    ) -> Result<(), (&'static str, &'static str)> {
        let id = match self.placed[child.index()] {
            Some(id) => id,
            None => {
                // What stays behind must be no directory: another name may lead to it.
                let taken = Node { metadata: Metadata::default(), kind: Kind::Fifo };
                let id = tree.add(mem::replace(&mut self.later[child.index()], taken));
                self.placed[child.index()] = Some(id);
                id
            }
        };
        match tree.entry(parent, name).map(|met| &tree.node(met).kind) {
            Some(met @ Kind::Directory(_)) => Err((met.name(), tree.node(id).kind.name())),
            _ => {
                tree.link(parent, name, id);
                Ok(())
            }
        }
    }
}

fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = directory.to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}
