//! What comes out of a volume is what went in.

use crate::volume::{Image, compressed, options, small};
use std::collections::BTreeMap;
use std::fs;
use tintype_formats::iso9660::{self, Compressed, zisofs};
use tintype_tests::compare::{Report, trees};
use tintype_tests::fixture::hostile;
use tintype_tests::lacking::Need::{Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, Kind, Metadata, Node, NodeId, Tree, import};

/// The tree of everything unusual.
fn unusual() -> Tree {
    import::directory(&hostile().directory).expect("the tree")
}

/// The same without what Linux reads and the programs that unpack it do not: libisofs and isoinfo end
/// at links of 1,024 bytes, libisofs and libarchive take the two words of a device for one of glibc's,
/// and sparse files come out with all their zeros.
fn unpackable() -> Tree {
    let mut tree = unusual();
    for (directory, name) in
        [("", "sparse"), ("symlinks", "to-4000"), ("devices", "wide"), ("devices", "widest")]
    {
        let directory = tree.lookup(directory.as_bytes()).expect("a directory");
        let Kind::Directory(entries) = &mut tree.node_mut(directory).kind else {
            panic!("not a directory")
        };
        entries.remove(name.as_bytes()).expect("what the tree has");
    }
    tree
}

/// The tree of everything unusual as `program` unpacks it from `image`.
#[track_caller]
fn unpacked(image: &Image, program: &str, arguments: &[&str]) -> Report {
    let made = image.scratch.join("made");
    fs::create_dir(&made).expect("mkdir");
    let path = |path: &std::path::Path| path.to_str().expect("a path of ours").to_owned();
    let place = |word: &&str| match *word {
        "IMAGE" => path(&image.path),
        "MADE" => path(&made),
        word => word.to_owned(),
    };
    let mut command = program::command(program);
    command.env("LC_ALL", "C.UTF-8").args(arguments.iter().map(place));
    program::run(&mut command).ok();
    let mut report = trees(&hostile().directory, &made, &[]).expect("both can be read");
    let left_out =
        ["sparse", "symlinks/to-4000: missing", "devices/wide: missing", "devices/widest: missing"];
    report.differences.retain(|line| !left_out.iter().any(|path| line.starts_with(path)));
    // A volume has no holes.
    report.differences.retain(|line| !line.ends_with("holes are lost"));
    // A volume keeps times to the second.
    report.differences.retain(|line| {
        let second = |text: &str| text.split(" s + ").next().map(str::to_owned);
        let times = line.split_once(": mtime is ").map(|(_, times)| times.split_once(", not "));
        !matches!(times, Some(Some((a, b))) if second(a) == second(b))
    });
    report
}

const XORRISO: [&str; 15] = [
    "-abort_on",
    "FAILURE",
    "-osirrox",
    "device_files",
    "-xattr",
    "any",
    "-acl",
    "on",
    "-hardlinks",
    "on",
    "-indev",
    "IMAGE",
    "-extract",
    "/",
    "MADE",
];

#[test]
fn xorriso_unpacks_everything_unusual() {
    if !met("an ISO of the hostile tree by xorriso", &[Root, Tool("xorriso")]) {
        return;
    }
    let tree = unpackable();
    Image::new(&tree, &options(&Compressed::new())).is_clean();
    let scratch = Scratch::new("iso-spool");
    let compressed = compressed(&tree, scratch.path(), 2);
    assert!(!compressed.is_empty());
    let image = Image::new(&tree, &options(&compressed));
    image.is_clean();
    let mut report = unpacked(&image, "xorriso", &XORRISO);
    // It gives a link no times and no attributes, and makes links of regular files only.
    let known = ["symlink: ", "fifo: number of names", "fifo: linked with", "the root: mtime"];
    report.differences.retain(|line| {
        let time = line.starts_with("symlinks/") && line.contains(": mtime is");
        !time && !known.iter().any(|part| line.contains(part))
    });
    assert!(report.equal().files > 20_200);
}

#[test]
fn bsdtar_unpacks_everything_unusual() {
    if !met("an ISO of the hostile tree by bsdtar", &[Root, Tool("bsdtar")]) {
        return;
    }
    let tree = unpackable();
    let scratch = Scratch::new("iso-spool");
    let image = Image::new(&tree, &options(&compressed(&tree, scratch.path(), 2)));
    let arguments = ["-xp", "--numeric-owner", "-f", "IMAGE", "-C", "MADE"];
    let mut report = unpacked(&image, "bsdtar", &arguments);
    // It knows nothing of attributes, makes links of regular files only, has no times before 1970,
    // puts a slash where a name continues in another entry, and leaves `.` as it finds it.
    let known = [
        ": xattrs is",
        "fifo: number of names",
        "fifo: linked with",
        "symlink: number of names",
        "symlink: linked with",
        ": mtime is 0 s + 0 ns, not -1 s",
        "symlinks/to-255: target is",
        "the root: mtime",
    ];
    report.differences.retain(|line| !known.iter().any(|part| line.contains(part)));
    assert!(report.equal().files > 20_200);
}

/// What a node says of itself but for its content and names.
fn described(node: &Node) -> String {
    let Metadata { mode, uid, gid, mtime, xattrs } = &node.metadata;
    let kind = match &node.kind {
        Kind::Directory(_) => "directory".to_owned(),
        Kind::Regular(content) => format!("{} bytes", content.len()),
        other => format!("{other:?}"),
    };
    format!("{mode:o} {uid}:{gid} {} {xattrs:?} {kind}", mtime.seconds)
}

/// Checks that two contents are the same, those of a few MiB byte by byte.
#[track_caller]
fn same_content(path: &str, mine: &Extents, theirs: &Extents) {
    assert_eq!(mine.len(), theirs.len(), "{path}");
    let mut buffers = (vec![0; 1 << 20], vec![0; 1 << 20]);
    let step = if mine.len() > 64 << 20 { 1 << 28 } else { 1 << 20 };
    for start in (0..mine.len()).step_by(step) {
        let len = (mine.len() - start).min(1 << 20) as usize;
        mine.read_at(start, &mut buffers.0[..len]).expect("readable");
        theirs.read_at(start, &mut buffers.1[..len]).expect("readable");
        assert!(buffers.0[..len] == buffers.1[..len], "{path}: at {start}");
    }
}

#[test]
fn our_reader_finds_everything_unusual() {
    if !met("the hostile tree", &[Root]) {
        return;
    }
    let tree = unusual();
    let scratch = Scratch::new("iso-spool");
    let packed = compressed(&tree, scratch.path(), 2);
    let volume = iso9660::lay_out(&tree, &options(&packed)).expect("a volume");
    let found = iso9660::read(&volume).expect("it is a volume");
    assert_eq!(found.label, "TINTYPE");
    assert_eq!(found.compressed.len(), packed.len());

    let mut names: BTreeMap<Vec<u8>, NodeId> = BTreeMap::new();
    let mut numbers: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    let walked: Result<(), ()> = found.tree.walk(|path, id| {
        names.insert(path.to_vec(), id);
        Ok(())
    });
    walked.expect("no error of ours");
    let walked: Result<(), ()> = tree.walk(|path, id| {
        let shown = path.escape_ascii().to_string();
        let other = names.remove(path).unwrap_or_else(|| panic!("{shown}: missing"));
        assert_eq!(*numbers.entry(id).or_insert(other), other, "{shown}: not the same file");
        let (mine, theirs) = (tree.node(id), found.tree.node(other));
        if let (Kind::Regular(mine), Kind::Regular(theirs)) = (&mine.kind, &theirs.kind) {
            if found.compressed.contains(&other) {
                let mut plain = Vec::new();
                let taken = zisofs::decompress(theirs, |block| {
                    plain.extend_from_slice(block);
                    Ok(())
                });
                taken.unwrap_or_else(|error| panic!("{shown}: {error}"));
                same_content(&shown, mine, &Extents::from_bytes(plain));
                return Ok(());
            }
            same_content(&shown, mine, theirs);
        }
        assert_eq!(described(mine), described(theirs), "{shown}");
        Ok(())
    });
    walked.expect("no error of ours");
    assert!(names.is_empty(), "{:?}", names.keys().next());
}

/// Files of more than 4 GiB have several sections.
#[test]
fn a_file_of_more_than_4_gib_is_whole() {
    if !met("a large file on an ISO", &[Tool("isoinfo"), Tool("bsdtar")]) {
        return;
    }
    let len = (4 << 30) + (300 << 20) + 5;
    let mut content = Extents::hole(len);
    for start in [0, (4 << 30) - 4096, (4 << 30) - 2048, 4 << 30, len - 3] {
        content.put_bytes(start, *b"end");
    }
    let mut tree = small();
    let kind = Kind::Regular(content.clone());
    tree.insert(b"large", Node { metadata: Metadata::default(), kind }).expect("a path");
    let none = Compressed::new();
    let volume = iso9660::lay_out(&tree, &options(&none)).expect("a volume");
    let found = iso9660::read(&volume).expect("a volume");
    let large = found.tree.lookup(b"large").expect("the file");
    let Kind::Regular(read) = &found.tree.node(large).kind else { panic!("no regular file") };
    assert_eq!(read.len(), len);
    for start in [0, (4 << 30) - 4096, (4 << 30) - 2048, 4 << 30, len - 3] {
        let mut bytes = [0; 3];
        read.read_at(start, &mut bytes).expect("readable");
        assert_eq!(&bytes, b"end", "at {start}");
    }
    let image = Image::of_extents(&volume);
    let listed = program::run_named("bsdtar", ["-tvf", image.path.to_str().expect("a path")]).ok();
    assert!(listed.text().contains(&format!(" {len} ")), "{listed}");
}

#[test]
fn isoinfo_lists_every_name_of_both_hierarchies() {
    if !met("an ISO's names by isoinfo", &[Root, Tool("isoinfo")]) {
        return;
    }
    let tree = unpackable();
    let none = Compressed::new();
    let image = Image::new(&tree, &options(&none));
    let (mut all, mut plain) = (0, 0);
    let walked: Result<(), ()> = tree.walk(|path, id| {
        // Its lists are of lines.
        let lines = 1 + path.iter().filter(|byte| **byte == b'\n').count();
        let kept = matches!(tree.node(id).kind, Kind::Directory(_) | Kind::Regular(_));
        if !path.is_empty() {
            all += lines;
            plain += usize::from(kept);
        }
        Ok(())
    });
    walked.expect("no error of ours");
    for (hierarchy, names) in [("-R", all), ("-J", plain)] {
        let arguments = [hierarchy, "-f", "-i", image.path.to_str().expect("a path")];
        let listed = program::run_named("isoinfo", arguments).ok();
        assert_eq!(listed.stdout.split(|byte| *byte == b'\n').count() - 1, names, "{hierarchy}");
    }
}
