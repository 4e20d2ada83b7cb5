//! A tree divided into layers.
//!
//! Each file belongs to one owner (a package, or the system around them), and each layer holds what
//! its owners have: no layer takes anything back or says it twice, so that a layer changes only when
//! something of its owners does.

use std::collections::BTreeMap;
use tintype_tree::{Kind, Metadata, Node, NodeId, Tree};

/// Whose files a part of a tree is.
#[derive(Clone, Debug)]
pub struct Owner {
    /// What to call it.
    pub name: String,
    /// The first [`NodeId::index`] after its nodes; they begin where those before it end.
    pub nodes_end: usize,
    /// Directories, by path, as it has them itself: other owners may say otherwise.
    pub directories: BTreeMap<Vec<u8>, Metadata>,
}

impl Owner {
    /// All directories of `tree`, by path.
    pub fn directories_of(tree: &Tree) -> BTreeMap<Vec<u8>, Metadata> {
        let mut directories = BTreeMap::new();
        let walked = tree.walk(|path, id| {
            let node = tree.node(id);
            if node.is_directory() {
                directories.insert(path.to_vec(), node.metadata.clone());
            }
            Ok::<(), std::convert::Infallible>(())
        });
        let Ok(()) = walked;
        directories
    }
}

/// Which owners share a layer, by their places in `sizes`, given how many bytes each has; the last
/// one is the system around the packages.
///
/// With `at_most` layers, as Guix does it: the smallest packages have one each, the others share one,
/// and the system's own is the last.
pub fn group(sizes: &[u64], at_most: usize) -> Vec<Vec<usize>> {
    let Some((system, packages)) = sizes.len().checked_sub(1).map(|last| (last, last)) else {
        return Vec::new();
    };
    if at_most < 2 || packages == 0 {
        return vec![(0..sizes.len()).collect()];
    }
    let mut by_size: Vec<usize> = (0..packages).collect();
    by_size.sort_by_key(|owner| (sizes[*owner], *owner));
    let alone = if packages < at_most { packages } else { at_most - 2 };
    let mut groups: Vec<Vec<usize>> = by_size[..alone].iter().map(|owner| vec![*owner]).collect();
    if alone < packages {
        let mut rest = by_size[alone..].to_vec();
        rest.sort_unstable();
        groups.push(rest);
    }
    groups.push(vec![system]);
    groups
}

/// Bytes of content that each of `owners` has in `tree`.
pub fn sizes(tree: &Tree, owners: &[Owner]) -> Vec<u64> {
    let mut sizes = vec![0; owners.len()];
    let counts = tree.link_counts();
    for (id, node) in tree.nodes().filter(|(id, _)| counts[id.index()] > 0) {
        if let Kind::Regular(content) = &node.kind {
            sizes[owner_of(owners, id)] += content.len();
        }
    }
    sizes
}

fn owner_of(owners: &[Owner], id: NodeId) -> usize {
    owners.partition_point(|owner| owner.nodes_end <= id.index()).min(owners.len() - 1)
}

/// The layers of `tree`: for each of `groups` the tree of what its owners have. Directories on the
/// way are in each layer that needs them, as the first of its owners has them; the last layer says
/// what they are in the end, where that is something else.
pub fn layers(tree: &Tree, owners: &[Owner], groups: &[Vec<usize>]) -> Vec<Tree> {
    let mut layer_of = vec![0; owners.len()];
    for (layer, group) in groups.iter().enumerate() {
        for owner in group {
            layer_of[*owner] = layer;
        }
    }
    let mut division = Division {
        tree,
        layers: groups.iter().map(|_| (Tree::new(), BTreeMap::new())).collect(),
        seen: BTreeMap::new(),
    };
    let walked = tree.walk(|path, id| {
        let layer = layer_of[owner_of(owners, id)];
        if tree.node(id).is_directory() {
            for (layer, group) in groups.iter().enumerate() {
                let own = group.iter().find_map(|owner| owners[*owner].directories.get(path));
                if let Some(own) = own {
                    division.directory(layer, path, own.clone());
                }
            }
            // Made on the way to something, or the system's own.
            if !division.seen.contains_key(path) {
                division.directory(layer, path, tree.node(id).metadata.clone());
            }
        } else {
            division.file(layer, path, id);
        }
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(()) = walked;
    division.finish()
}

struct Division<'a> {
    tree: &'a Tree,
    /// Each with the nodes that it has already, by their numbers in the whole.
    layers: Vec<(Tree, BTreeMap<NodeId, NodeId>)>,
    /// Directories as the topmost layer so far has them, and that layer.
    seen: BTreeMap<Vec<u8>, (usize, Metadata)>,
}

impl Division<'_> {
    fn directory(&mut self, layer: usize, path: &[u8], metadata: Metadata) {
        self.parents(layer, path);
        let kind = Kind::Directory(BTreeMap::new());
        let node = Node { metadata: metadata.clone(), kind };
        self.layers[layer].0.insert(path, node).expect("a path of the tree");
        self.note(layer, path, metadata);
    }

    fn note(&mut self, layer: usize, path: &[u8], metadata: Metadata) {
        match self.seen.get(path) {
            Some((topmost, _)) if *topmost > layer => {}
            _ => {
                self.seen.insert(path.to_vec(), (layer, metadata));
            }
        }
    }

    /// Makes the directories on the way to `path` that `layer` does not have.
    fn parents(&mut self, layer: usize, path: &[u8]) {
        let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for (slash, _) in slashes {
            let parent = &path[..slash];
            if self.layers[layer].0.lookup(parent).is_none() {
                let id = self.tree.lookup(parent).expect("a path of the tree");
                let node = self.tree.node(id);
                let metadata = node.metadata.clone();
                let kind = Kind::Directory(BTreeMap::new());
                let made = Node { metadata: metadata.clone(), kind };
                self.layers[layer].0.insert(parent, made).expect("a path of the tree");
                self.note(layer, parent, metadata);
            }
        }
    }

    fn file(&mut self, layer: usize, path: &[u8], id: NodeId) {
        self.parents(layer, path);
        let (tree, placed) = &mut self.layers[layer];
        let result = match placed.get(&id) {
            Some(made) => tree.insert_link(path, *made).map(|()| *made),
            None => tree.insert(path, self.tree.node(id).clone()),
        };
        placed.insert(id, result.expect("a path of the tree"));
    }

    fn finish(mut self) -> Vec<Tree> {
        let last = self.layers.len() - 1;
        for (path, (topmost, metadata)) in std::mem::take(&mut self.seen) {
            let id = self.tree.lookup(&path).expect("a path of the tree");
            let wanted = &self.tree.node(id).metadata;
            if *wanted != metadata {
                let layer = last.max(topmost);
                self.directory(layer, &path, wanted.clone());
            }
        }
        self.layers.into_iter().map(|(tree, _)| tree).collect()
    }
}
