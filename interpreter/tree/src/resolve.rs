//! Paths through symbolic links, all inside the tree: `/` and an absolute link's start mean the
//! tree's root, and `..` never leads above it.

use crate::node::{Kind, Node};
use crate::tree::{NodeId, PathError, Tree, components, is_file_name, shown};

/// Symbolic links followed on one path before it counts as a loop, as many as Linux follows.
const LINKS_AT_MOST: usize = 40;

impl Tree {
    /// The node that `path` leads to from the root, symbolic links followed, a last one too. `None`
    /// when nothing is there, a part on the way is no directory, or links go round.
    pub fn resolve(&self, path: &[u8]) -> Option<NodeId> {
        Resolution::new(self, path).advance(self).ok()
    }

    /// The directory that `path` leads to, symbolic links followed; what is missing on the way, or
    /// where a link points, is made (mode 0755, root's).
    ///
    /// # Errors
    /// When a part of it is no directory, links go round, or the path has NUL in it.
    pub fn make_directories_resolved(&mut self, path: &[u8]) -> Result<NodeId, PathError> {
        let mut resolution = Resolution::new(self, path);
        loop {
            match resolution.advance(self) {
                Ok(id) if self.node(id).is_directory() => return Ok(id),
                Ok(_) | Err(Stop::Blocked) => return Err(PathError::NotADirectory(shown(path))),
                Err(Stop::Missing { directory, name }) if is_file_name(&name) => {
                    let made = self.add(Node::directory());
                    self.link(directory, &name, made);
                    resolution.above.push(made);
                }
                Err(Stop::Missing { .. }) => return Err(PathError::Unacceptable(shown(path))),
            }
        }
    }

    /// Puts a node at `path`, whose parent is found and made as by [`Tree::make_directories_resolved`], in
    /// place of what has that name there.
    ///
    /// # Errors
    /// When the parent cannot be, or the last part of the path is no file name.
    pub fn put_resolved(&mut self, path: &[u8], node: Node) -> Result<NodeId, PathError> {
        let at = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
        let (parent, name) = path.split_at(at);
        if !is_file_name(name) {
            return Err(PathError::Unacceptable(shown(path)));
        }
        let parent = self.make_directories_resolved(parent)?;
        let id = self.add(node);
        self.link(parent, name, id);
        Ok(id)
    }
}

/// A path on its way through the tree.
struct Resolution {
    /// The nodes passed, the root first.
    above: Vec<NodeId>,
    /// The parts still to go, the next one last.
    ahead: Vec<Box<[u8]>>,
    /// Symbolic links followed.
    links: usize,
}

/// Where a path ended before its end.
enum Stop {
    /// `directory` has no entry `name`.
    Missing { directory: NodeId, name: Box<[u8]> },
    /// A file in the way, or too many links.
    Blocked,
}

impl Resolution {
    fn new(tree: &Tree, path: &[u8]) -> Resolution {
        let mut resolution = Resolution { above: vec![tree.root()], ahead: Vec::new(), links: 0 };
        resolution.prepend(path);
        resolution
    }

    fn prepend(&mut self, path: &[u8]) {
        let from = self.ahead.len();
        self.ahead.extend(components(path).map(Box::from));
        self.ahead[from..].reverse();
    }

    fn advance(&mut self, tree: &Tree) -> Result<NodeId, Stop> {
        while let Some(name) = self.ahead.pop() {
            let directory = self.above[self.above.len() - 1];
            if !tree.node(directory).is_directory() {
                return Err(Stop::Blocked);
            }
            if *name == *b".." {
                self.above.truncate((self.above.len() - 1).max(1));
                continue;
            }
            let Some(next) = tree.entry(directory, &name) else {
                return Err(Stop::Missing { directory, name });
            };
            let Kind::Symlink(target) = &tree.node(next).kind else {
                self.above.push(next);
                continue;
            };
            self.links += 1;
            if self.links > LINKS_AT_MOST {
                return Err(Stop::Blocked);
            }
            if target.starts_with(b"/") {
                self.above.truncate(1);
            }
            self.prepend(target);
        }
        Ok(self.above[self.above.len() - 1])
    }
}
