//! `/boot/grub`: what GRUB loads once it has found the root file system.

use super::{Library, Platform};
use tintype_tree::{Kind, Metadata, Node, NodeId, PathError, Tree};

/// Where GRUB's directory is in a root file system.
pub const DIRECTORY: &str = "boot/grub";

/// Where packages keep the font of GRUB's graphical terminal.
const FONTS: [&str; 2] = ["usr/share/grub/unicode.pf2", "share/grub/unicode.pf2"];

/// Puts the modules and lists of `library` into `root`, and the font of the first of `trees` that
/// has one.
///
/// # Errors
/// When something that is no directory is in the way.
pub fn install(root: &mut Tree, library: &Library, font: Option<Node>) -> Result<(), PathError> {
    let platform = library.platform();
    let (tree, directory) = library.files();
    let place = format!("{DIRECTORY}/{}", platform.name());
    let files: Vec<(Vec<u8>, Node)> = tree
        .entries(directory)
        .filter(|(name, _)| is_loaded(name))
        .map(|(name, id)| (name.to_vec(), plain(tree.node(id))))
        .filter(|(_, node)| matches!(node.kind, Kind::Regular(_)))
        .collect();
    root.make_directories(place.as_bytes())?;
    for (name, node) in files {
        let path = [place.as_bytes(), b"/", &name].concat();
        root.insert(&path, node)?;
    }
    if let Some(font) = font {
        root.insert(format!("{DIRECTORY}/fonts/unicode.pf2").as_bytes(), plain(&font))?;
    }
    Ok(())
}

/// The font in `tree`.
pub fn font(tree: &Tree) -> Option<Node> {
    let found = FONTS.iter().find_map(|path| tree.lookup(path.as_bytes()))?;
    let node = tree.node(found);
    matches!(node.kind, Kind::Regular(_)).then(|| node.clone())
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

/// Whether `root` has GRUB's directory for `platform`.
pub fn is_installed(root: &Tree, platform: Platform) -> bool {
    let place = format!("{DIRECTORY}/{}/normal.mod", platform.name());
    root.lookup(place.as_bytes()).is_some_and(|id: NodeId| !root.node(id).is_directory())
}
