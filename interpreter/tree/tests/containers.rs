//! Images of containers as trees: layers, whiteouts, and images that are damaged or meant to do harm.

mod writer;

use sha2::{Digest, Sha256};
use std::path::Path;
use tintype_tree::import::{Owners, archive_content, container_root};
use tintype_tree::{Extents, Kind, Metadata, Node, Tree};
use writer::{Archive, Header, bytes, import_as, node, options};

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of any bytes.
fn add(archive: &mut Archive, name: &str, bytes: &[u8]) {
    archive.add(&Header::new(name.as_bytes(), b'0', bytes.len() as u64), bytes);
}

/// An archive as `docker save` makes it.
fn docker(layers: &[Vec<u8>]) -> Archive {
    let digests: Vec<String> =
        layers.iter().map(|layer| format!("\"sha256:{}\"", hex(layer))).collect();
    let names: Vec<String> =
        (0..layers.len()).map(|number| format!("\"{number}/layer.tar\"")).collect();
    let config = format!(r#"{{"rootfs":{{"type":"layers","diff_ids":[{}]}}}}"#, digests.join(","));
    let manifest = format!(
        r#"[{{"Config":"config.json","RepoTags":["a:b"],"Layers":[{}]}}]"#,
        names.join(",")
    );
    let mut archive = Archive::default();
    add(&mut archive, "manifest.json", manifest.as_bytes());
    add(&mut archive, "config.json", config.as_bytes());
    for (number, layer) in layers.iter().enumerate() {
        add(&mut archive, &format!("{number}/layer.tar"), layer);
    }
    archive
}

/// The descriptor of a blob that is put into `archive`.
fn blob(archive: &mut Archive, bytes: &[u8]) -> String {
    let hex = hex(bytes);
    // The name is too long for the writer's field only with more directories before it.
    add(archive, &format!("blobs/sha256/{hex}"), bytes);
    format!(r#"{{"digest":"sha256:{hex}","size":{}}}"#, bytes.len())
}

/// An OCI image layout; layers may be compressed.
fn oci(layers: &[Vec<u8>]) -> Archive {
    let mut archive = Archive::default();
    add(&mut archive, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    let descriptors: Vec<String> = layers.iter().map(|layer| blob(&mut archive, layer)).collect();
    let config = blob(&mut archive, b"{}");
    let manifest = format!(r#"{{"config":{config},"layers":[{}]}}"#, descriptors.join(","));
    let manifest = blob(&mut archive, manifest.as_bytes());
    let index = format!(r#"{{"schemaVersion":2,"manifests":[{manifest}]}}"#);
    add(&mut archive, "index.json", index.as_bytes());
    archive
}

fn root(archive: &mut Archive) -> Tree {
    import_as(&archive.end(), Owners::ByNumber).unwrap_or_else(|error| panic!("{error}"))
}

fn names(tree: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    let walked = tree.walk(|path, _| {
        names.push(String::from_utf8_lossy(path).into_owned());
        Ok::<(), ()>(())
    });
    walked.unwrap();
    names.remove(0);
    names
}

fn lower() -> Vec<u8> {
    Archive::default()
        .directory("etc/")
        .file("etc/kept", "1")
        .file("etc/gone", "2")
        .file("etc/changed", "3")
        .directory("usr/lib/")
        .file("usr/lib/a", "4")
        .file("usr/lib/b", "5")
        .symlink("lib", "usr/lib")
        .directory("opaque/")
        .file("opaque/one", "6")
        .file("opaque/two/three", "7")
        .file("file-then-directory", "8")
        .directory("directory-then-file/")
        .file("directory-then-file/inner", "9")
        .end()
}

fn upper() -> Vec<u8> {
    Archive::default()
        .file("etc/.wh.gone", "")
        .file("etc/changed", "new")
        .file("lib/.wh.a", "")
        .file("lib/c", "through a link of the layer below")
        // The layer's own files stay, though the mark comes after them.
        .file("opaque/own", "10")
        .file("opaque/.wh..wh..opq", "")
        .file(".wh..wh.plnk", "")
        .directory("file-then-directory/")
        .file("file-then-directory/now", "11")
        .file("directory-then-file", "12")
        .hard_link("etc/again", "etc/kept")
        .file(".wh.nothing-there", "")
        .end()
}

/// What both make.
fn check(tree: &Tree) {
    assert_eq!(
        names(tree),
        [
            "directory-then-file",
            "etc",
            "etc/again",
            "etc/changed",
            "etc/kept",
            "file-then-directory",
            "file-then-directory/now",
            "lib",
            "opaque",
            "opaque/own",
            "usr",
            "usr/lib",
            "usr/lib/b",
            "usr/lib/c",
        ]
    );
    assert_eq!(bytes(tree, "etc/changed"), b"new");
    assert_eq!(bytes(tree, "directory-then-file"), b"12");
    assert_eq!(tree.lookup(b"etc/again"), tree.lookup(b"etc/kept"));
    assert!(matches!(node(tree, "lib").kind, Kind::Symlink(_)));
}

#[test]
fn layers_add_change_and_take_away() {
    check(&root(&mut docker(&[lower(), upper()])));
    check(&root(&mut oci(&[lower(), upper()])));
}

#[test]
fn layers_and_archives_may_be_compressed() {
    let packed = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    check(&root(&mut oci(&[packed(&lower()), packed(&upper())])));
    let archive = packed(&docker(&[lower(), upper()]).end());
    check(&import_as(&archive, Owners::ByNumber).unwrap());
}

#[test]
fn a_layout_in_a_directory_is_an_image_too() {
    let mut files = Tree::new();
    let plain = import_as(&oci_as_plain(), Owners::ByNumber).unwrap();
    files.merge(plain).unwrap();
    // Without the mark it was a plain tree; with it, it is an image.
    let metadata = Metadata { mode: 0o644, ..Metadata::default() };
    let kind = Kind::Regular(Extents::from_bytes(&b"{}"[..]));
    files.insert(b"oci-layout", Node { metadata, kind }).unwrap();
    let tree = container_root(Path::new("layout"), files, &options(Owners::ByNumber)).unwrap();
    check(&tree);
}

/// The archive of a layout without its mark.
fn oci_as_plain() -> Vec<u8> {
    let whole = oci(&[lower(), upper()]).end();
    whole[1024..].to_vec()
}

#[test]
fn a_tree_with_a_file_of_the_name_is_a_tree() {
    for text in ["", "{}", "[]", "[1]", r#"[{"Config":"x"}]"#, "no JSON"] {
        let mut archive = Archive::default();
        archive.file("manifest.json", text).file("etc/motd", "x");
        assert_eq!(names(&root(&mut archive)), ["etc", "etc/motd", "manifest.json"], "{text}");
    }
}

#[track_caller]
fn refused(archive: &mut Archive, words: &[&str]) {
    let error = import_as(&archive.end(), Owners::ByNumber).unwrap_err();
    assert!(error.starts_with("made.tar"), "{error}");
    for word in words {
        assert!(error.contains(word), "no {word:?} in {error}");
    }
}

#[test]
fn what_is_missing_or_changed_is_named() {
    let manifest = |text: &str| {
        let mut archive = Archive::default();
        archive.file("manifest.json", text).file("config.json", r#"{"rootfs":{"diff_ids":[]}}"#);
        archive
    };
    let one = |config: &str, layer: &str| {
        manifest(&format!(r#"[{{"Config":"{config}","Layers":[{layer}]}}]"#))
    };
    refused(&mut one("../../etc/passwd", ""), &["manifest.json: names ../../etc/passwd"]);
    refused(&mut one("config.json", r#""x""#), &["config.json: 1 layers, but 0 digests"]);
    refused(&mut one("config.json", "1"), &["`Layers` is missing or of the wrong kind"]);
    let twice = r#"{"Config":"config.json","Layers":[],"RepoTags":["a"]}"#;
    refused(&mut manifest(&format!("[{twice},{twice}]")), &["several images"]);

    let mut flipped = docker(&[lower(), upper()]);
    let at = flipped.0.len() - 700;
    flipped.0[at] ^= 1;
    refused(&mut flipped, &["1/layer.tar: damaged: its digest is sha256:", ", not sha256:"]);
    let mut flipped = oci(&[lower(), upper()]);
    let at = flipped.0.windows(3).position(|three| three == b"new").unwrap();
    flipped.0[at] ^= 1;
    refused(&mut flipped, &["blobs/sha256/", "damaged: its digest is"]);

    let index = |text: &str| {
        let mut archive = Archive::default();
        archive.file("oci-layout", "{}").file("index.json", text);
        archive
    };
    refused(&mut index("{"), &["index.json: damaged: EOF"]);
    refused(&mut index(r#"{"manifests":[]}"#), &["index.json: lists no image"]);
    refused(&mut index(r#"{"manifests":[{}]}"#), &["`digest` is missing"]);
    refused(&mut index(r#"{"manifests":[{"digest":"md5:0"}]}"#), &["md5:0: only sha256"]);
    refused(
        &mut index(r#"{"manifests":[{"digest":"sha256:../../index.json"}]}"#),
        &["names blobs/sha256/../../index.json"],
    );
    let machine =
        |name: &str| format!(r#"{{"platform":{{"os":"linux","architecture":"{name}"}}}}"#);
    refused(
        &mut index(&format!(r#"{{"manifests":[{},{}]}}"#, machine("arm64"), machine("amd64"))),
        &["several images (arm64, amd64)", "--override-arch"],
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    refused(&mut index(&deep), &["index.json: damaged"]);
}

#[test]
fn an_index_that_leads_to_itself_ends() {
    // A digest cannot be of what holds it: the size alone is looked at first.
    let mut archive = Archive::default();
    archive.file("oci-layout", "{}");
    let mut inner = r#"{"manifests":[]}"#.to_owned();
    for _ in 0..10 {
        let descriptor = blob(&mut archive, inner.as_bytes());
        inner = format!(r#"{{"manifests":[{descriptor}]}}"#);
    }
    add(&mut archive, "index.json", inner.as_bytes());
    refused(&mut archive, &["no image in sight"]);
}

#[test]
fn layers_cannot_lead_out_of_the_tree() {
    let layer = |change: fn(&mut Archive)| {
        let mut layer = Archive::default();
        change(&mut layer);
        docker(&[lower(), layer.end()])
    };
    let evil = |change| root(&mut layer(change));
    let refuse = |change: fn(&mut Archive), word: &str| {
        refused(&mut layer(change), &["made.tar:1/layer.tar: ", word]);
    };
    refuse(
        |layer| {
            layer.file("../escape", "x");
        },
        "`..` in the name",
    );
    refuse(
        |layer| {
            layer.file("a/../../.wh.etc", "");
        },
        "`..` in the name",
    );
    refuse(
        |layer| {
            layer.hard_link("x", "nowhere");
        },
        "a hard link to nowhere",
    );
    refuse(
        |layer| {
            layer.file("etc/kept/below-a-file", "x");
        },
        "no directory",
    );
    // An absolute name, and links that lead up, mean places in the tree.
    let tree = evil(|layer| {
        layer.file("/absolute", "x").symlink("up", "../../..").file("up/inside", "y");
        layer.symlink("round", "round").symlink("far", "/up/up/up").file("far/too", "z");
    });
    assert_eq!(bytes(&tree, "absolute"), b"x");
    assert_eq!(bytes(&tree, "inside"), b"y");
    assert_eq!(bytes(&tree, "too"), b"z");
    // A whiteout of what is above, or through a link that goes round, takes nothing away.
    let tree = evil(|layer| {
        layer.symlink("round", "round").file("round/.wh.etc", "");
    });
    assert!(tree.lookup(b"etc/kept").is_some());
    let tree = evil(|layer| {
        layer.file(".wh...", "").file(".wh..", "").file(".wh.", "");
    });
    assert!(tree.lookup(b"etc/kept").is_some());
}

#[test]
fn truncated_images_are_errors_wherever_they_end() {
    for whole in [docker(&[lower(), upper()]).end(), oci(&[lower(), upper()]).end()] {
        let end = whole.len() - 1024;
        for cut in (1..end).step_by(509) {
            assert!(import_as(&whole[..cut], Owners::ByNumber).is_err(), "cut off at {cut}");
        }
        for at in (0..end).step_by(53) {
            let mut changed = whole.clone();
            changed[at] ^= 0x11;
            // An error, or a tree of some kind: no panic.
            let _ = import_as(&changed, Owners::ByNumber);
        }
    }
}

/// Hundreds of megabytes of zeros are a few kilobytes of zstd.
#[test]
fn a_bomb_is_refused_before_it_has_filled_the_disk() {
    let len: u64 = 10 << 30;
    let mut header = Header::new(b"zeros", b'0', 0);
    header.put(124, &[0x80, 0, 0, 0]).put(128, &len.to_be_bytes());
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    std::io::Write::write_all(&mut encoder, &header.block()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..400 {
        std::io::Write::write_all(&mut encoder, &zeros).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() as u64 * 10_000 < 400 << 20, "{} bytes", bomb.len());
    let content = Extents::from_bytes(bomb);
    let error = archive_content(Path::new("bomb"), &content, &options(Owners::ByNumber));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("taken for an attack"), "{error}");
}
