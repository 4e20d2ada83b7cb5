//! What makes an image boot: boot programs from the files of the trees. No disk formats, no Scheme.

pub mod elf;
pub mod grub;
pub mod initrd;
pub mod kernel;
pub mod modules;
pub mod u_boot;

use tintype_tree::{Extents, Node};

/// A file of root's for everyone to read.
fn file(content: Vec<u8>) -> Node {
    Node::file(Extents::from_bytes(content))
}
