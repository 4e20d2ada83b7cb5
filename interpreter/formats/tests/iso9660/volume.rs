//! Making volumes for tests, and what every program says of one.

use std::path::{Path, PathBuf};
use tintype_formats::iso9660::{self, Boot, Compressed, Options, VolumeDate, zisofs};
use tintype_formats::output::Options as Output;
use tintype_formats::raw;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program::run_named;
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, Kind, Metadata, Node, Spool, Timestamp, Tree};

/// A volume called `TINTYPE`, with Joliet, that does not boot.
pub fn options(compressed: &Compressed) -> Options<'_> {
    Options {
        label: "TINTYPE".to_owned(),
        date: VolumeDate::new(b"1970010118021929").expect("sixteen digits"),
        joliet: true,
        compressed,
        boot: Boot::default(),
    }
}

/// A volume as a file that is removed with its directory.
pub struct Image {
    pub scratch: Scratch,
    pub path: PathBuf,
}

impl Image {
    #[track_caller]
    pub fn new(tree: &Tree, options: &Options) -> Image {
        let volume = iso9660::lay_out(tree, options).unwrap_or_else(|error| panic!("{error}"));
        Image::of_extents(&volume)
    }

    #[track_caller]
    pub fn of_extents(volume: &Extents) -> Image {
        let scratch = Scratch::new("iso");
        let path = scratch.join("image.iso");
        raw::write(volume, &path, Output::default()).expect("the volume can be written");
        Image { scratch, path }
    }

    /// xorriso reads all of it and finds nothing to complain of.
    #[track_caller]
    pub fn is_clean(&self) {
        let path = self.path.to_str().expect("a path of ours");
        let media = format!("stdio:{path}");
        let arguments = ["-abort_on", "WARNING", "-return_with", "WARNING", "32", "-indev", &media];
        let checks = ["-check_media", "--", "-report_el_torito", "plain"];
        let outcome = run_named("xorriso", arguments.iter().chain(&checks)).ok();
        for word in ["WARNING", "FAILURE", "SORRY", "FATAL"] {
            assert!(!outcome.stderr.contains(word), "{outcome}");
        }
        assert!(!outcome.text().contains("- unreadable"), "{outcome}");
    }
}

/// Everything of `tree` that becomes shorter so.
pub fn compressed(tree: &Tree, directory: &Path, threads: usize) -> Compressed {
    let mut spool = Spool::new(directory, Path::new("image.iso")).expect("a spool");
    zisofs::compress(tree, |_| true, &mut spool, threads).expect("it can be compressed")
}

/// A tree with one small file at `etc/motd`.
pub fn small() -> Tree {
    let mut tree = Tree::new();
    let mtime = Timestamp { seconds: 1, nanoseconds: 0 };
    let metadata = Metadata { mode: 0o644, mtime, ..Metadata::default() };
    let kind = Kind::Regular(Extents::from_bytes(*b"a still life\n"));
    tree.insert(b"etc/motd", Node { metadata, kind }).expect("a path");
    tree
}

#[test]
fn label_and_date_are_what_others_call_them() {
    if !met("what others say of a volume", &[Tool("blkid"), Tool("file"), Tool("isoinfo")]) {
        return;
    }
    let compressed = Compressed::new();
    let image = Image::new(&small(), &options(&compressed));
    let said = run_named("blkid", [Path::new("-p"), &image.path]).ok().text();
    for field in ["LABEL=\"TINTYPE\"", "UUID=\"1970-01-01-18-02-19-29\"", "TYPE=\"iso9660\""] {
        assert!(said.contains(field), "{said}");
    }
    let said = run_named("file", [&image.path]).ok().text();
    assert!(said.contains("ISO 9660 CD-ROM filesystem data 'TINTYPE'"), "{said}");
    let said = run_named("isoinfo", [Path::new("-d"), Path::new("-i"), &image.path]).ok().text();
    for line in
        ["Volume id: TINTYPE", "Joliet with UCS level 3 found", "Rock Ridge signatures version 1"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn the_same_tree_gives_the_same_volume() {
    let scratch = Scratch::new("iso-same");
    let mut tree = small();
    let text: Vec<u8> = (0..4_000_000_u32).flat_map(|n| (n / 97).to_le_bytes()).collect();
    let kind = Kind::Regular(Extents::from_bytes(text));
    tree.insert(b"srv/numbers", Node { metadata: Metadata::default(), kind }).expect("a path");
    let volumes = [1, 2, 8].map(|threads| {
        let compressed = compressed(&tree, scratch.path(), threads);
        assert_eq!(compressed.len(), 1);
        let volume = iso9660::lay_out(&tree, &options(&compressed)).expect("a volume");
        volume.to_vec().expect("its bytes")
    });
    assert!(volumes[0] == volumes[1] && volumes[1] == volumes[2]);
    assert!(volumes[0].len() < 4_000_000, "{} bytes", volumes[0].len());
}
