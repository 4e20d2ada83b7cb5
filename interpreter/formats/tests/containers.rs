//! Trees divided into layers, and layers put together again.

use tintype_formats::container::{Owner, group, layers, sizes};
use tintype_formats::tar;
use tintype_tree::import::{ImportOptions, Owners, archive_content};
use tintype_tree::{Extents, Kind, Metadata, Node, Tree};

fn file(text: &str, mode: u16) -> Node {
    let metadata = Metadata { mode, ..Metadata::default() };
    Node { metadata, kind: Kind::Regular(Extents::from_bytes(text.as_bytes())) }
}

fn directory(mode: u16) -> Node {
    let mut node = Node::directory();
    node.metadata.mode = mode;
    node
}

/// Three packages that share directories, and what the system adds.
fn packages() -> Vec<Tree> {
    let mut base = Tree::new();
    base.insert(b"etc", directory(0o755)).unwrap();
    base.insert(b"usr/bin", directory(0o755)).unwrap();
    base.insert(b"etc/passwd", file("root:x:0:0::/:\n", 0o644)).unwrap();
    base.insert(b"usr/bin/sh", file(&"shell".repeat(100), 0o755)).unwrap();
    let shell = base.lookup(b"usr/bin/sh").unwrap();
    base.insert_link(b"usr/bin/dash", shell).unwrap();
    let link = Node { metadata: Metadata::default(), kind: Kind::Symlink((*b"usr/bin").into()) };
    base.insert(b"bin", link).unwrap();
    let mut small = Tree::new();
    small.insert(b"usr", directory(0o700)).unwrap();
    small.insert(b"usr/bin/small", file("s", 0o755)).unwrap();
    small.insert(b"bin/through-a-link", file("t", 0o755)).unwrap();
    let mut over = Tree::new();
    over.insert(b"usr", directory(0o711)).unwrap();
    over.insert(b"usr/bin/sh", file("another shell", 0o755)).unwrap();
    vec![base, small, over]
}

fn merged(packages: Vec<Tree>, last: &str) -> (Tree, Vec<Owner>) {
    let mut root = Tree::new();
    let mut owners = Vec::new();
    for (number, package) in packages.into_iter().enumerate() {
        let directories = Owner::directories_of(&package);
        root.merge(package).unwrap();
        let nodes_end = root.node_count();
        owners.push(Owner { name: format!("package {number}"), nodes_end, directories });
    }
    root.insert(b"etc/hostname", file(last, 0o644)).unwrap();
    let nodes_end = root.node_count();
    owners.push(Owner { name: "system".into(), nodes_end, directories: [].into() });
    (root, owners)
}

fn archives(root: &Tree, owners: &[Owner], groups: &[Vec<usize>]) -> Vec<Vec<u8>> {
    let laid = |tree: &Tree| tar::lay_out(tree, &tar::Options::default()).extents.to_vec().unwrap();
    layers(root, owners, groups).iter().map(laid).collect()
}

/// What a runtime makes of the layers: each imported over those before it.
fn applied(archives: &[Vec<u8>]) -> Tree {
    let mut manifest = tar::Builder::default();
    let mut names = Vec::new();
    for (number, bytes) in archives.iter().enumerate() {
        names.push(format!("{number}.tar"));
        manifest.file(&names[number], &Extents::from_bytes(&bytes[..]), 1);
    }
    let digest = |bytes: &Vec<u8>| tintype_formats::container::Digest::of_bytes(bytes).to_string();
    let config = serde_json::json!({
        "rootfs": { "diff_ids": archives.iter().map(digest).collect::<Vec<_>>() }
    });
    let config = Extents::from_bytes(config.to_string().into_bytes());
    manifest.file("config", &config, 1);
    let list = serde_json::json!([{ "Config": "config", "Layers": names }]).to_string();
    manifest.file("manifest.json", &Extents::from_bytes(list.into_bytes()), 1);
    let options = ImportOptions { owners: Owners::ByNumber, spool_directory: std::env::temp_dir() };
    archive_content(std::path::Path::new("layers"), &manifest.finish(), &options).unwrap()
}

fn whole(tree: &Tree) -> Vec<u8> {
    tar::lay_out(tree, &tar::Options::default()).extents.to_vec().unwrap()
}

#[test]
fn layers_make_the_tree_however_it_is_divided() {
    let (root, owners) = merged(packages(), "one");
    let expected = whole(&root);
    for at_most in 1..6 {
        let groups = group(&sizes(&root, &owners), at_most);
        assert!(groups.len() <= at_most.max(1), "{groups:?}");
        let tree = applied(&archives(&root, &owners, &groups));
        assert!(whole(&tree) == expected, "at most {at_most}");
    }
    let groups = vec![vec![2], vec![0], vec![1], vec![3]];
    assert!(whole(&applied(&archives(&root, &owners, &groups))) == expected, "any order");
}

#[test]
fn a_change_in_one_package_changes_one_layer() {
    let (root, owners) = merged(packages(), "one");
    let groups = group(&sizes(&root, &owners), 125);
    assert_eq!(groups, [vec![1], vec![2], vec![0], vec![3]]);
    let before = archives(&root, &owners, &groups);
    let mut changed = packages();
    changed[1].insert(b"usr/bin/small", file("S", 0o755)).unwrap();
    changed[1].insert(b"usr/bin/new", file("n", 0o755)).unwrap();
    let (root, owners) = merged(changed, "one");
    let after = archives(&root, &owners, &groups);
    let same: Vec<bool> = before.iter().zip(&after).map(|(one, other)| one == other).collect();
    assert_eq!(same, [false, true, true, true]);
    let (root, owners) = merged(packages(), "two");
    let after = archives(&root, &owners, &groups);
    let same: Vec<bool> = before.iter().zip(&after).map(|(one, other)| one == other).collect();
    assert_eq!(same, [true, true, true, false]);
}

/// Guix's rule: with N layers, the N - 2 smallest items have one each, the others share one, and the
/// root file system's is the last.
#[test]
fn groups_are_guix_s() {
    let sizes = [50, 10, 40, 20, 30, 5];
    assert_eq!(group(&sizes, 4), [vec![1], vec![3], vec![0, 2, 4], vec![5]]);
    assert_eq!(group(&sizes, 2), [vec![0, 1, 2, 3, 4], vec![5]]);
    assert_eq!(group(&sizes, 1), [vec![0, 1, 2, 3, 4, 5]]);
    assert_eq!(group(&sizes, 6), [vec![1], vec![3], vec![4], vec![2], vec![0], vec![5]]);
    assert_eq!(group(&sizes, 100), [vec![1], vec![3], vec![4], vec![2], vec![0], vec![5]]);
    assert_eq!(group(&[7], 5), [vec![0]]);
}
