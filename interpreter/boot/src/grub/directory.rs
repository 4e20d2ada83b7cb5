//! `/boot/grub`: what GRUB loads once it has found the root file system.

use super::Library;
use tintype_tree::{Kind, Metadata, Node, Tree};

/// Where GRUB's directory is in a root file system.
pub const DIRECTORY: &str = "boot/grub";

/// Where packages keep the font of GRUB's graphical terminal.
const FONTS: [&str; 2] = ["usr/share/grub/unicode.pf2", "share/grub/unicode.pf2"];

/// The modules and lists of `library`, with the paths that they have in a root file system.
pub fn files(library: &Library) -> Vec<(Vec<u8>, Node)> {
    let (tree, directory) = library.files();
    let place = format!("{DIRECTORY}/{}/", library.platform().name());
    tree.entries(directory)
        .filter(|(name, _)| is_loaded(name))
        .map(|(name, id)| ([place.as_bytes(), name].concat(), tree.node(id)))
        .filter(|(_, node)| matches!(node.kind, Kind::Regular(_)))
        .map(|(path, node)| (path, plain(node)))
        .collect()
}

/// The font in `tree`, with the path that it has in a root file system.
pub fn font(tree: &Tree) -> Option<(Vec<u8>, Node)> {
    let id = FONTS.iter().find_map(|path| tree.lookup(path.as_bytes()))?;
    let node = tree.node(id);
    let is_file = matches!(node.kind, Kind::Regular(_));
    is_file.then(|| (format!("{DIRECTORY}/fonts/unicode.pf2").into_bytes(), plain(node)))
}

/// Modules, and the lists by which GRUB finds the module of a command.
fn is_loaded(name: &[u8]) -> bool {
    name.ends_with(b".mod") || name.ends_with(b".lst")
}

/// The same content, for everyone to read.
fn plain(node: &Node) -> Node {
    let metadata = Metadata { mode: 0o644, mtime: node.metadata.mtime, ..Metadata::default() };
    Node { metadata, kind: node.kind.clone() }
}
