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
        self.advance(path).ok()
    }

    /// The directory that `path` leads to, symbolic links followed; what is missing on the way, or
    /// where a link points, is made (mode 0755, root's).
    ///
    /// # Errors
    /// When a part of it is no directory, links go round, or the path has NUL in it.
    pub fn make_directories_resolved(&mut self, path: &[u8]) -> Result<NodeId, PathError> {
        loop {
            match self.advance(path) {
                Ok(id) if self.node(id).is_directory() => return Ok(id),
                Ok(_) | Err(Stop::Blocked) => return Err(PathError::NotADirectory(shown(path))),
                Err(Stop::Missing { directory, name }) if is_file_name(&name) => {
                    let made = self.add(Node::directory());
                    self.link(directory, &name, made);
                }
                Err(Stop::Missing { .. }) => return Err(PathError::Unacceptable(shown(path))),
            }
        }
    }

    fn advance(&self, path: &[u8]) -> Result<NodeId, Stop> {
        let mut above = vec![self.root()];
        let mut ahead: Vec<&[u8]> = components(path).collect();
        ahead.reverse();
        let mut links = 0;
        while let Some(name) = ahead.pop() {
            let directory = above[above.len() - 1];
            if !self.node(directory).is_directory() {
                return Err(Stop::Blocked);
            }
            if name == b".." {
                above.truncate(above.len().saturating_sub(1).max(1));
                continue;
            }
            let Some(next) = self.entry(directory, name) else {
                return Err(Stop::Missing { directory, name: name.into() });
            };
            let Kind::Symlink(target) = &self.node(next).kind else {
                above.push(next);
                continue;
            };
            links += 1;
            if links > LINKS_AT_MOST {
                return Err(Stop::Blocked);
            }
            if target.starts_with(b"/") {
                above.truncate(1);
            }
            let from = ahead.len();
            ahead.extend(components(target));
            ahead[from..].reverse();
        }
        Ok(above[above.len() - 1])
    }
}

/// Where a path ended before its end.
enum Stop {
    /// `directory` has no entry `name`.
    Missing { directory: NodeId, name: Box<[u8]> },
    /// A file in the way, or too many links.
    Blocked,
}
