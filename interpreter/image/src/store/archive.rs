//! The archives that Guix's daemon makes of items (NAR), as far as their hashes and lengths go.

use super::name::each_piece;
use crate::error::Problem;
use sha2::{Digest as _, Sha256};
use tintype_tree::import::ImportError;
use tintype_tree::{Kind, NodeId, Tree};

/// Strings are filled up with zeros to a multiple of so many bytes.
const ALIGNMENT: usize = 8;

/// The hash and the length of the archive of what `id` is in `tree`; `path` is what messages call it.
///
/// # Errors
/// When a content cannot be read, or there is something that no archive has.
pub(super) fn archive(
    tree: &Tree,
    id: NodeId,
    path: &str,
) -> Result<(tintype_packages::Sha256, u64), Problem> {
    let mut archive = Archive { hash: Sha256::new(), len: 0 };
    archive.text(b"nix-archive-1");
    let mut ahead = vec![Step::Node(id)];
    while let Some(step) = ahead.pop() {
        match step {
            Step::Node(id) => {
                archive.text(b"(");
                archive.text(b"type");
                archive.node(tree, id, path)?;
                ahead.push(Step::End);
                let entries = tree.entries(id).map(|(name, id)| Step::Entry(name, id));
                let first = ahead.len();
                ahead.extend(entries);
                ahead[first..].reverse();
            }
            Step::Entry(name, id) => {
                for text in [&b"entry"[..], b"(", b"name", name, b"node"] {
                    archive.text(text);
                }
                ahead.extend([Step::End, Step::Node(id)]);
            }
            Step::End => archive.text(b")"),
        }
    }
    Ok((tintype_packages::Sha256(archive.hash.finalize().into()), archive.len))
}

/// What is still to be written.
enum Step<'a> {
    Node(NodeId),
    Entry(&'a [u8], NodeId),
    End,
}

struct Archive {
    hash: Sha256,
    len: u64,
}

impl Archive {
    fn bytes(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
    }

    fn text(&mut self, text: &[u8]) {
        self.bytes(&(text.len() as u64).to_le_bytes());
        self.bytes(text);
        self.fill();
    }

    fn fill(&mut self) {
        let filled = self.len.next_multiple_of(ALIGNMENT as u64);
        self.bytes(&[0; ALIGNMENT][..(filled - self.len) as usize]);
    }

    /// A node without its entries.
    fn node(&mut self, tree: &Tree, id: NodeId, path: &str) -> Result<(), Problem> {
        let node = tree.node(id);
        match &node.kind {
            Kind::Directory(_) => self.text(b"directory"),
            Kind::Symlink(target) => {
                for text in [&b"symlink"[..], b"target", target] {
                    self.text(text);
                }
            }
            Kind::Regular(content) => {
                self.text(b"regular");
                if node.metadata.mode & 0o100 != 0 {
                    self.text(b"executable");
                    self.text(b"");
                }
                self.text(b"contents");
                self.bytes(&content.len().to_le_bytes());
                each_piece(content, |piece| self.bytes(piece))
                    .map_err(|error| ImportError::Host { path: path.into(), error })?;
                self.fill();
            }
            other => {
                return Err(Problem::NotForStore { item: path.to_owned(), kind: other.name() });
            }
        }
        Ok(())
    }
}
