//! The rules by which one tree comes over another.

use tintype_tree::{Extents, Kind, Metadata, Node, PathError, Tree};

fn metadata(mode: u16) -> Metadata {
    Metadata { mode, ..Metadata::default() }
}

fn file(text: &str) -> Node {
    let content = Extents::from_bytes(text.as_bytes());
    Node { metadata: metadata(0o644), kind: Kind::Regular(content) }
}

fn link(target: &str) -> Node {
    Node { metadata: metadata(0o777), kind: Kind::Symlink(target.as_bytes().into()) }
}

fn directory(mode: u16) -> Node {
    Node { metadata: metadata(mode), ..Node::directory() }
}

fn tree(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Tree {
    let mut tree = Tree::new();
    for (path, node) in entries {
        tree.insert(path.as_bytes(), node).unwrap();
    }
    tree
}

fn text(tree: &Tree, path: &str) -> String {
    let id = tree.lookup(path.as_bytes()).unwrap_or_else(|| panic!("{path} is missing"));
    let Kind::Regular(content) = &tree.node(id).kind else { panic!("{path} is no file") };
    String::from_utf8(content.to_vec().unwrap()).unwrap()
}

fn mode(tree: &Tree, path: &str) -> u16 {
    tree.node(tree.lookup(path.as_bytes()).unwrap()).metadata.mode
}

#[test]
fn directories_merge_and_take_the_later_metadata() {
    let mut union = tree([("d", directory(0o700)), ("d/old", file("old"))]);
    union
        .merge(tree([("", directory(0o711)), ("d", directory(0o750)), ("d/new", file("new"))]))
        .unwrap();
    assert_eq!((text(&union, "d/old"), text(&union, "d/new")), ("old".into(), "new".into()));
    assert_eq!((mode(&union, "d"), mode(&union, "")), (0o750, 0o711));
}

#[test]
fn a_later_file_takes_the_name_of_an_earlier_one_only() {
    let mut union = tree([("a", file("one")), ("link", link("a"))]);
    let one = union.lookup(b"a").unwrap();
    union.insert_link(b"b", one).unwrap();
    union.merge(tree([("a", file("two")), ("link", link("b"))])).unwrap();
    assert_eq!((text(&union, "a"), text(&union, "b")), ("two".into(), "one".into()));
    let statistics = union.statistics();
    assert_eq!((statistics.names, statistics.inodes), (3, 4));
    assert_eq!(union.link_counts()[one.index()], 1);
}

#[test]
fn hard_links_stay_hard_links() {
    let mut later = tree([("x/a", file("same"))]);
    let id = later.lookup(b"x/a").unwrap();
    later.insert_link(b"y/b", id).unwrap();
    later.insert_link(b"x/c", id).unwrap();
    let mut union = tree([("x/c", file("other"))]);
    union.merge(later).unwrap();
    let ids = ["x/a", "y/b", "x/c"].map(|path| union.lookup(path.as_bytes()).unwrap());
    assert!(ids[0] == ids[1] && ids[1] == ids[2]);
    assert_eq!(union.link_counts()[ids[0].index()], 3);
}

#[test]
fn a_directory_and_a_file_exclude_each_other() {
    let clash = |earlier: Tree, later: Tree| {
        let mut union = earlier;
        union.merge(later).unwrap_err()
    };
    assert_eq!(
        clash(tree([("a/b", file(""))]), tree([("a/b/c", file(""))])),
        PathError::KindsClash { path: "a/b".into(), earlier: "regular file", later: "directory" }
    );
    assert_eq!(
        clash(tree([("a/b/c", file(""))]), tree([("a/b", link("c"))])).to_string(),
        "a/b: a symbolic link cannot replace a directory"
    );
    // The second name of a file clashes as the first would.
    let mut later = tree([("a", file(""))]);
    let id = later.lookup(b"a").unwrap();
    later.insert_link(b"b", id).unwrap();
    assert_eq!(
        clash(tree([("b/c", file(""))]), later).to_string(),
        "b: a regular file cannot replace a directory"
    );
}

#[test]
fn a_directory_follows_a_link_to_a_directory() {
    let mut union = tree([("usr/lib", directory(0o711)), ("lib", link("usr/lib"))]);
    let later = tree([
        ("lib", directory(0o700)),
        ("lib/modules/one", file("module")),
        ("usr/lib/two", file("library")),
    ]);
    union.merge(later).unwrap();
    assert_eq!(text(&union, "usr/lib/modules/one"), "module");
    assert_eq!(text(&union, "usr/lib/two"), "library");
    assert!(matches!(union.node(union.lookup(b"lib").unwrap()).kind, Kind::Symlink(_)));
    // The later tree has a directory of the target's own name: its metadata, not that of `lib`.
    assert_eq!(mode(&union, "usr/lib"), 0o755);
}

#[test]
fn a_link_may_lead_to_a_directory_that_the_later_tree_brings() {
    let mut union = tree([("a", link("/b/c")), ("b", link("real"))]);
    let later =
        tree([("a/file", file("found")), ("b/c/other", file("")), ("real", directory(0o700))]);
    union.merge(later).unwrap();
    assert_eq!(text(&union, "real/c/file"), "found");
    assert_eq!(mode(&union, "real"), 0o700);
}

#[test]
fn what_comes_through_a_link_comes_over_what_is_there() {
    let mut union = tree([("usr/bin/x", file("0")), ("bin", link("usr/bin"))]);
    union.merge(tree([("bin/x", file("bin")), ("usr/bin/x", file("usr"))])).unwrap();
    assert_eq!(text(&union, "usr/bin/x"), "bin");
}

#[test]
fn a_directory_that_meets_a_link_to_none_is_an_error() {
    for target in ["nowhere", "file", "loop", ""] {
        let mut union = tree([("file", file("")), ("loop", link("loop")), ("a", link(target))]);
        if target.is_empty() {
            union = tree([("a", link("b")), ("b", link("a"))]);
        }
        let error = union.merge(tree([("a/x", file(""))])).unwrap_err().to_string();
        assert_eq!(
            error,
            "a: a directory cannot replace a symbolic link that leads to no directory"
        );
    }
}

#[test]
fn links_never_lead_out_of_the_tree() {
    let tree = tree([
        ("etc/passwd", file("inside")),
        ("a/up", link("../../../../etc/passwd")),
        ("a/absolute", link("/etc/passwd")),
        ("a/through", link("/etc/passwd/x")),
    ]);
    let inside = tree.lookup(b"etc/passwd");
    assert_eq!(tree.resolve(b"a/up"), inside);
    assert_eq!(tree.resolve(b"/a/absolute"), inside);
    assert_eq!(tree.resolve(b"a/../a/./absolute"), inside);
    assert_eq!(tree.resolve(b"a/through"), None);
    assert_eq!(tree.resolve(b"a/none"), None);
    assert_eq!(tree.resolve(b"../../.."), Some(tree.root()));
}
