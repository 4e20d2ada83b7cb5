//! Parts of trees in other trees.

use tintype_tree::{Extents, Kind, Metadata, Node, Tree};

fn file(text: &str) -> Node {
    let metadata = Metadata { mode: 0o600, uid: 7, ..Metadata::default() };
    Node { metadata, kind: Kind::Regular(Extents::from_bytes(text.as_bytes())) }
}

fn paths(tree: &Tree) -> Vec<String> {
    let mut paths = Vec::new();
    let all: Result<(), ()> = tree.walk(|path, _| {
        paths.push(String::from_utf8_lossy(path).into_owned());
        Ok(())
    });
    all.expect("a walk");
    paths
}

fn sample() -> Tree {
    let mut tree = Tree::new();
    let id = tree.insert(b"usr/bin/tool", file("tool")).expect("insert");
    tree.insert_link(b"usr/lib/same", id).expect("link");
    tree.insert(b"usr/share/doc", file("doc")).expect("insert");
    tree
}

#[test]
fn a_part_is_copied_with_its_links() {
    let source = sample();
    let mut tree = Tree::new();
    let store = tree.make_directories(b"gnu/store").expect("directories");
    tree.graft(store, b"item", &source, source.root());
    assert_eq!(
        paths(&tree),
        [
            "",
            "gnu",
            "gnu/store",
            "gnu/store/item",
            "gnu/store/item/usr",
            "gnu/store/item/usr/bin",
            "gnu/store/item/usr/bin/tool",
            "gnu/store/item/usr/lib",
            "gnu/store/item/usr/lib/same",
            "gnu/store/item/usr/share",
            "gnu/store/item/usr/share/doc"
        ]
    );
    let tool = tree.lookup(b"gnu/store/item/usr/bin/tool").expect("tool");
    assert_eq!(tree.lookup(b"gnu/store/item/usr/lib/same"), Some(tool));
    assert_eq!(tree.node(tool).metadata.uid, 7);
    // The source stays as it was.
    assert_eq!(paths(&source).len(), 8);
}

#[test]
fn a_part_is_a_tree_of_its_own() {
    let tree = sample();
    let part = tree.part(tree.lookup(b"usr/bin").expect("bin"), b"unused");
    assert_eq!(paths(&part), ["", "tool"]);
    let part = tree.part(tree.lookup(b"usr/share/doc").expect("doc"), b"name");
    assert_eq!(paths(&part), ["", "name"]);
}

#[test]
fn an_unlinked_name_is_gone_and_the_other_stays() {
    let mut tree = sample();
    let bin = tree.lookup(b"usr/bin").expect("bin");
    let tool = tree.unlink(bin, b"tool").expect("tool");
    assert_eq!(tree.unlink(bin, b"tool"), None);
    assert_eq!(tree.lookup(b"usr/lib/same"), Some(tool));
    assert_eq!(tree.lookup(b"usr/bin/tool"), None);
}
