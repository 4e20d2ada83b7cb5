//! U-Boot's files in packages. U-Boot itself is built for each board; where its files go on a disk is
//! the board's matter.

use tintype_tree::{Extents, Kind, Tree};

/// The content of the file that Guix's package has at `path`, such as `libexec/u-boot.itb`, in a tree
/// that stands for the package `package`: there, by its name alone at the top, or where Debian keeps
/// the files of the board.
pub fn file(tree: &Tree, package: &str, path: &str) -> Option<Extents> {
    let name = path.rsplit('/').next()?;
    let board = package.strip_prefix("u-boot-").unwrap_or(package);
    let debian = |board: &str| format!("usr/lib/u-boot/{board}/{name}");
    let places =
        [path.to_owned(), name.to_owned(), debian(board), debian(&board.replace('-', "_"))];
    places.iter().find_map(|place| match &tree.node(tree.lookup(place.as_bytes())?).kind {
        Kind::Regular(content) => Some(content.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tintype_tree::{Metadata, Node};

    fn holds(path: &str) -> bool {
        let mut tree = Tree::new();
        let kind = Kind::Regular(Extents::from_bytes(b"itb".to_vec()));
        let node = Node { metadata: Metadata::default(), kind };
        tree.insert(path.as_bytes(), node).expect("a path");
        file(&tree, "u-boot-pine64-plus", "libexec/u-boot.itb").is_some()
    }

    #[test]
    fn files_are_found_in_packages_of_guix_and_debian() {
        assert!(holds("libexec/u-boot.itb"));
        assert!(holds("u-boot.itb"));
        assert!(holds("usr/lib/u-boot/pine64_plus/u-boot.itb"));
        assert!(holds("usr/lib/u-boot/pine64-plus/u-boot.itb"));
        assert!(!holds("usr/lib/u-boot/pinebook/u-boot.itb"));
        assert!(!holds("libexec/u-boot.bin"));
        assert!(!holds("u-boot.itb/README"));
    }
}
