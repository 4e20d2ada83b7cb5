//! What build-side code sees of files: its inputs, and a stage of its own. The stage is a tree, not a
//! directory of the host: a path that leads out of it cannot be expressed, owners and devices are what
//! the code says, and files that are copied share their content.

mod content;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use content::Contents;
use rustix::io::Errno;
use tintype_image::store::{Item, STORE, item_metadata};
use tintype_tree::{Kind, Node, NodeId, Tree};

pub use world::StageWorld;

/// Symbolic links followed on one path before it counts as a loop, as many as Linux follows.
const LINKS_AT_MOST: usize = 40;

/// A tree that code reads and changes.
pub struct Stage {
    tree: Tree,
    /// Nodes below this number are inputs, and stay as they are.
    frozen: usize,
    store: NodeId,
    /// Names in the store that are to be made.
    outputs: BTreeSet<Vec<u8>>,
    /// The current directory: absolute, without links.
    directory: Vec<u8>,
    environment: BTreeMap<String, String>,
    contents: Contents,
    /// A directory that the code may make itself although it is there already.
    given: Option<NodeId>,
}

/// Where a path leads.
struct Found {
    /// The directory that its last name is in.
    parent: NodeId,
    /// Its last name; empty for the root.
    name: Vec<u8>,
    /// What is there.
    node: Option<NodeId>,
    /// The path without links, `.` and `..`.
    path: Vec<u8>,
}

impl Stage {
    /// A stage for a computation called `name`, with the items in the store. `outputs` are the names
    /// there that it may make.
    pub fn new(
        name: &str,
        items: &[std::rc::Rc<Item>],
        outputs: BTreeSet<Vec<u8>>,
        spool_directory: PathBuf,
    ) -> io::Result<Stage> {
        let mut tree = Tree::new();
        let store = tree.make_directories(STORE.as_bytes()).map_err(io::Error::other)?;
        for item in items {
            if let Some(top) = item.tree.lookup(item.name.as_bytes()) {
                tree.graft(store, item.name.as_bytes(), &item.tree, top);
            }
        }
        let null = Kind::CharDevice(tintype_tree::Device { major: 1, minor: 3 });
        let null = Node { metadata: item_metadata(0o666), kind: null };
        tree.insert(b"dev/null", null).map_err(io::Error::other)?;
        let frozen = tree.node_count();
        // What code makes here and does not move to an output is gone afterwards.
        let directory = format!("/tmp/guix-build-{}-0", name.replace('/', "-"));
        tree.make_directories(directory.as_bytes()).map_err(io::Error::other)?;
        let environment = [
            ("HOME", "/homeless-shelter"),
            ("NIX_BUILD_CORES", "1"),
            ("NIX_BUILD_TOP", &directory),
            ("NIX_STORE", STORE),
            ("PATH", "/path-not-set"),
            ("PWD", &directory),
            ("SOURCE_DATE_EPOCH", "1"),
            ("TEMP", &directory),
            ("TEMPDIR", &directory),
            ("TMP", &directory),
            ("TMPDIR", &directory),
        ];
        let environment =
            environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let contents = Contents::new(spool_directory, PathBuf::from(format!("{STORE}/{name}")));
        let mut stage = Stage {
            tree,
            frozen,
            store,
            outputs,
            directory: directory.into_bytes(),
            environment,
            contents,
            given: None,
        };
        stage.date_all();
        Ok(stage)
    }

    /// Sets a variable of the environment.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Makes the directory that the code is to fill, at an absolute path.
    pub fn give_directory(&mut self, path: &str) -> io::Result<()> {
        let made = self.tree.make_directories(path.as_bytes()).map_err(io::Error::other)?;
        self.tree.node_mut(made).metadata = item_metadata(0o755);
        self.given = Some(made);
        Ok(())
    }

    /// What is below the directory that the code was to fill.
    pub fn given_tree(&mut self) -> io::Result<Option<Tree>> {
        self.contents.settle_all(&mut self.tree)?;
        Ok(self.given.map(|given| self.tree.part(given, b"")))
    }

    /// The output at a path of the store, the one entry of a tree; none if it was not made. Times are
    /// one second after the epoch, as in Guix's store.
    pub fn output(&mut self, path: &str) -> io::Result<Option<Tree>> {
        self.contents.settle_all(&mut self.tree)?;
        let name = path.strip_prefix(STORE).unwrap_or(path).trim_start_matches('/').as_bytes();
        let Some(top) = self.tree.entry(self.store, name) else { return Ok(None) };
        let mut output = Tree::new();
        let root = output.root();
        output.graft(root, name, &self.tree, top);
        let ids: Vec<NodeId> = output.nodes().map(|(id, _)| id).collect();
        for id in ids {
            output.node_mut(id).metadata.mtime = item_metadata(0).mtime;
        }
        Ok(Some(output))
    }

    /// Puts a whole tree over what is in a directory, with owners, devices and times.
    pub fn pour(&mut self, tree: &Tree, path: &str) -> io::Result<()> {
        self.contents.settle_all(&mut self.tree)?;
        let found = self.find(path, true)?;
        let directory = match found.node {
            Some(directory) => directory,
            None => self.make(&found, Node::directory())?,
        };
        self.must_own(directory)?;
        let mut whole = self.tree.part(directory, b"");
        whole.merge(tree.clone()).map_err(io::Error::other)?;
        self.tree.node_mut(directory).metadata = whole.node(whole.root()).metadata.clone();
        let entries: Vec<(Vec<u8>, NodeId)> =
            whole.entries(whole.root()).map(|(name, id)| (name.to_owned(), id)).collect();
        for (name, id) in entries {
            self.tree.graft(directory, &name, &whole, id);
        }
        Ok(())
    }

    /// New directories are as old as everything else.
    fn date_all(&mut self) {
        let ids: Vec<NodeId> = self.tree.nodes().map(|(id, _)| id).collect();
        for id in ids {
            if self.tree.node(id).metadata.mtime.seconds == 0 {
                self.tree.node_mut(id).metadata.mtime = item_metadata(0).mtime;
            }
        }
    }

    /// Where `path` leads, from the current directory; `follow` a link that is its last name.
    fn find(&self, path: &str, follow: bool) -> io::Result<Found> {
        if path.is_empty() || path.contains('\0') {
            return Err(Errno::NOENT.into());
        }
        let mut ahead: Vec<Vec<u8>> = Vec::new();
        prepend(&mut ahead, path.as_bytes());
        if !path.starts_with('/') {
            prepend(&mut ahead, &self.directory);
        }
        let is_directory = path.ends_with('/') || path.ends_with("/.");
        let mut above: Vec<(NodeId, Vec<u8>)> = vec![(self.tree.root(), Vec::new())];
        let mut links = 0;
        while let Some(name) = ahead.pop() {
            let directory = above[above.len() - 1].0;
            if !self.tree.node(directory).is_directory() {
                return Err(Errno::NOTDIR.into());
            }
            if name == b".." {
                above.truncate((above.len() - 1).max(1));
                continue;
            }
            let Some(next) = self.tree.entry(directory, &name) else {
                if !ahead.is_empty() {
                    return Err(Errno::NOENT.into());
                }
                let path = path_of(&above, &name);
                return Ok(Found { parent: directory, name, node: None, path });
            };
            match &self.tree.node(next).kind {
                Kind::Symlink(target) if follow || !ahead.is_empty() || is_directory => {
                    links += 1;
                    if links > LINKS_AT_MOST {
                        return Err(Errno::LOOP.into());
                    }
                    if target.starts_with(b"/") {
                        above.truncate(1);
                    }
                    prepend(&mut ahead, target);
                }
                _ => above.push((next, name)),
            }
        }
        let path = path_of(&above, b"");
        let (node, name) = above.pop().unwrap_or((self.tree.root(), Vec::new()));
        let parent = above.last().map_or(self.tree.root(), |(parent, _)| *parent);
        if is_directory && !self.tree.node(node).is_directory() {
            return Err(Errno::NOTDIR.into());
        }
        Ok(Found { parent, name, node: Some(node), path })
    }

    /// What is at `path`.
    fn existing(&self, path: &str, follow: bool) -> io::Result<NodeId> {
        self.find(path, follow)?.node.ok_or_else(|| Errno::NOENT.into())
    }

    /// Refuses to change an input.
    fn must_own(&self, node: NodeId) -> io::Result<()> {
        if node.index() >= self.frozen {
            return Ok(());
        }
        refuse("An input, or outside of what is made here; it cannot be changed")
    }

    /// Refuses to change the names in a directory that is not the stage's.
    fn must_own_name(&self, found: &Found) -> io::Result<()> {
        let is_output = found.parent == self.store && self.outputs.contains(&found.name);
        if is_output || found.parent.index() >= self.frozen {
            return Ok(());
        }
        refuse("Outside of what is made here; build-side code writes #$output and below /tmp only")
    }

    /// Makes a node at a path where nothing is.
    fn make(&mut self, found: &Found, node: Node) -> io::Result<NodeId> {
        if found.node.is_some() {
            return Err(Errno::EXIST.into());
        }
        self.must_own_name(found)?;
        if found.path.len() > 4095 || found.name.len() > 255 {
            return Err(Errno::NAMETOOLONG.into());
        }
        let metadata = item_metadata(node.metadata.mode);
        let id = self.tree.add(Node { metadata, kind: node.kind });
        self.tree.link(found.parent, &found.name, id);
        Ok(id)
    }
}

fn refuse<T>(text: &str) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

/// Puts the names of a path in front of those ahead, which are in reverse.
fn prepend(ahead: &mut Vec<Vec<u8>>, path: &[u8]) {
    let names = path.split(|byte| *byte == b'/').filter(|name| !matches!(*name, b"" | b"."));
    let from = ahead.len();
    ahead.extend(names.map(<[u8]>::to_vec));
    ahead[from..].reverse();
}

fn path_of(above: &[(NodeId, Vec<u8>)], last: &[u8]) -> Vec<u8> {
    let mut path = Vec::new();
    for name in above.iter().skip(1).map(|(_, name)| &name[..]).chain([last]) {
        if !name.is_empty() {
            path.push(b'/');
            path.extend_from_slice(name);
        }
    }
    if path.is_empty() { b"/".to_vec() } else { path }
}
