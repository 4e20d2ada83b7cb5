//! What makes an image boot: boot programs from the files of the trees. No disk formats, no Scheme.

pub mod elf;
pub mod grub;
pub mod initrd;
pub mod kernel;
pub mod modules;
pub mod u_boot;

use tintype_tree::{Extents, Kind, Metadata, Node};

/// A file of root's for everyone to read.
fn file(content: Vec<u8>) -> Node {
    let metadata = Metadata { mode: 0o644, ..Metadata::default() };
    Node { metadata, kind: Kind::Regular(Extents::from_bytes(content)) }
}
