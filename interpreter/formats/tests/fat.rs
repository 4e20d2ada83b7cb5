//! FAT volumes, judged by `fsck.fat`, mtools and `mkfs.fat`.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tintype_formats::fat::{self, Error, Kind, Options, Size, Width};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{command, run, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Device, Extents, Kind as NodeKind, Metadata, Node, Timestamp, Tree};

const MIB: u64 = 1 << 20;
/// 2024-02-29T12:34:56Z: an even second, which FAT keeps.
const NOON: i64 = 1_709_210_096;

fn file(content: Extents, seconds: i64) -> Node {
    let mtime = Timestamp { seconds, nanoseconds: 0 };
    let metadata = Metadata { mode: 0o644, mtime, ..Metadata::default() };
    Node { metadata, kind: NodeKind::Regular(content) }
}

fn add(tree: &mut Tree, path: &str, node: Node) {
    tree.insert(path.as_bytes(), node).unwrap();
}

fn bytes(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|at| (at as u8).wrapping_mul(31) ^ (at >> 8) as u8 ^ seed).collect()
}

/// Every shape of name and content that FAT can hold.
fn tree() -> Tree {
    let mut tree = Tree::new();
    let names = [
        "EFI/BOOT/BOOTX64.EFI",
        "EFI/BOOT/grub.cfg",
        "EFI/Guix/grubx64.efi",
        "boot/grub/i386-pc/a rather long name of a module.mod",
        "boot/grub/i386-pc/a rather long name of another.mod",
        "exactly13char",
        "Größe – Ωμέγα.txt",
        ".hidden",
        "UPPER.TXT",
        "MIX+ED,na;me=[1].tar.gz",
        "name with  spaces",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let content = bytes(index * 700, index as u8);
        add(&mut tree, name, file(Extents::from_bytes(content), NOON + 2 * index as i64));
    }
    add(&mut tree, &"x".repeat(255), file(Extents::from_bytes(*b"long"), 0));
    for index in 0..300 {
        let name = format!("many/a name like the others {index:03}");
        add(&mut tree, &name, file(Extents::from_bytes(bytes(index, 7)), 4_000_000_000));
    }
    let mut deep = String::from("d");
    for _ in 0..40 {
        deep.push_str("/deeper");
    }
    add(&mut tree, &deep, Node::directory());
    for (name, len) in [("cluster", 2048), ("over", 2049), ("large", 700_001)] {
        add(&mut tree, name, file(Extents::from_bytes(bytes(len, 3)), NOON));
    }
    let mut sparse = Extents::hole(300_000);
    sparse.put_bytes(100_000, *b"an island");
    add(&mut tree, "sparse", file(sparse, NOON));
    let twice = tree.lookup(b"large").unwrap();
    tree.insert_link(b"the same again", twice).unwrap();
    tree
}

/// Path to content, mtime in seconds and whether it is a directory.
type Listing = BTreeMap<String, (Vec<u8>, i64, bool)>;

/// What `tree` is on a volume that has FAT's dates.
fn listing(tree: &Tree) -> Listing {
    let mut found = Listing::new();
    let visit = |path: &[u8], id| {
        let node = tree.node(id);
        let content = match &node.kind {
            NodeKind::Regular(content) => content.to_vec().unwrap(),
            _ => Vec::new(),
        };
        let seconds = node.metadata.mtime.seconds.clamp(315_532_800, 4_354_819_198);
        let entry = (content, seconds & !1, node.is_directory());
        found.insert(String::from_utf8(path.to_vec()).unwrap(), entry);
        Ok::<(), ()>(())
    };
    tree.walk(visit).unwrap();
    found.remove("");
    found
}

fn listing_of_directory(top: &Path) -> Listing {
    let mut found = Listing::new();
    let mut pending = vec![top.to_path_buf()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            let content = if about.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            found.insert(name, (content, about.mtime(), about.is_dir()));
            if about.is_dir() {
                pending.push(path);
            }
        }
    }
    found
}

fn save(volume: &Extents, path: &Path) {
    use std::os::unix::fs::FileExt;
    let image = fs::File::create(path).unwrap();
    image.set_len(volume.len()).unwrap();
    for extent in volume.iter() {
        let part = volume.slice(extent.start, extent.len).to_vec().unwrap();
        image.write_all_at(&part, extent.start).unwrap();
    }
}

fn options(kind: Kind, size: Size) -> Options {
    Options { kind, size, label: Some("GNU-ESP".into()), serial: 0x1234_abcd, ..Options::default() }
}

/// Kinds and sizes of every way to divide a volume.
fn shapes() -> Vec<Options> {
    let sized = |kind, size| options(kind, Size::Exact(size));
    let mut shapes = vec![
        sized(Kind::Fat12, 4 * MIB),
        sized(Kind::Fat12, 9 * MIB),
        sized(Kind::Fat16, 40 * MIB),
        sized(Kind::Fat16, 40 * MIB + 1),
        sized(Kind::Fat16, 5 * MIB),
        sized(Kind::Fat32, 40 * MIB),
        sized(Kind::Fat32, 9 * MIB),
        sized(Kind::Fat32, 300 * MIB),
        sized(Kind::Auto, 600 * MIB),
        sized(Kind::Auto, 3 * MIB),
        options(Kind::Auto, Size::Minimum),
        options(Kind::Fat16, Size::Minimum),
        options(Kind::Fat32, Size::Minimum),
    ];
    for sector_size in [1024, 2048, 4096] {
        shapes.push(Options { sector_size, ..sized(Kind::Fat16, 80 * MIB) });
        shapes.push(Options { sector_size, ..sized(Kind::Fat32, 300 * MIB) });
    }
    shapes.push(Options { sectors_per_cluster: Some(64), ..sized(Kind::Fat32, 64 * MIB) });
    for kind in [Kind::Fat12, Kind::Fat16, Kind::Fat32] {
        let size = if kind == Kind::Fat12 { 9 * MIB } else { 40 * MIB };
        shapes.push(Options { tables: 1, aligned: false, ..sized(kind, size) });
        shapes.push(Options { reserved_sectors: Some(77), tables: 2, ..sized(kind, size) });
        shapes.push(Options {
            root_entries: Some(96),
            geometry: Some((4, 17)),
            ..sized(kind, size)
        });
        shapes.push(Options { sector_size: 4096, ..options(kind, Size::Minimum) });
    }
    shapes
}

#[test]
fn fsck_finds_nothing_wrong_with_any_shape() {
    if !met("fat: fsck.fat", &[Need::Tool("fsck.fat")]) {
        return;
    }
    let scratch = Scratch::new("fat-fsck");
    let image = scratch.join("fat.img");
    for options in shapes() {
        save(&fat::lay_out(&tree(), &options).unwrap(), &image);
        let outcome = run(command("fsck.fat").args(["-n", "-v"]).arg(&image)).ok();
        let said = outcome.text();
        for complaint in ["Warning", "differ", "dirty", "wrong", "Unused", "Reclaimed"] {
            assert!(!said.contains(complaint), "{options:?}\n{outcome}");
        }
    }
}

#[test]
fn mtools_copies_out_what_went_in() {
    if !met("fat: mtools", &[Need::Tool("mcopy")]) {
        return;
    }
    let scratch = Scratch::new("fat-mcopy");
    let image = scratch.join("fat.img");
    for options in [
        options(Kind::Fat12, Size::Exact(4 * MIB)),
        options(Kind::Fat16, Size::Exact(40 * MIB)),
        options(Kind::Fat32, Size::Exact(40 * MIB)),
        options(Kind::Fat32, Size::Minimum),
    ] {
        save(&fat::lay_out(&tree(), &options).unwrap(), &image);
        let out = scratch.join(&format!("{:?}-{:?}", options.kind, options.size));
        fs::create_dir(&out).unwrap();
        let mut mcopy = command("mcopy");
        mcopy.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").args(["-s", "-m", "-Q", "-n", "-i"]);
        run(mcopy.arg(&image).arg("::/").arg(&out)).ok();

        let mut expected = listing(&tree());
        let mut found = listing_of_directory(&out);
        // mcopy sets a directory's time before it fills it.
        for (_, seconds, directory) in expected.values_mut().chain(found.values_mut()) {
            *seconds = if *directory { 0 } else { *seconds };
        }
        assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
        for (path, entry) in &expected {
            assert!(*entry == found[path], "{path} differs: {options:?}");
        }
        let label = run(command("mlabel").args(["-s", "-i"]).arg(&image).arg("::")).ok();
        assert!(label.text().contains("GNU-ESP"), "{label}");
    }
}

#[test]
fn our_reader_reads_back_every_shape() {
    for options in shapes() {
        let volume = fat::lay_out(&tree(), &options).unwrap();
        let read = fat::read(&volume).unwrap();
        assert_eq!(read.label.as_deref(), Some("GNU-ESP"));
        assert_eq!(read.serial, 0x1234_abcd);
        assert!(listing(&read.tree) == listing(&tree()), "{options:?}");
    }
}

#[test]
fn names_beyond_the_first_plane_are_surrogate_pairs() {
    let mut tree = Tree::new();
    let name = "😀 a 𝔱ree.txt";
    add(&mut tree, name, file(Extents::from_bytes(*b"smile"), NOON));
    let volume = fat::lay_out(&tree, &options(Kind::Fat12, Size::Minimum)).unwrap();
    assert!(listing(&fat::read(&volume).unwrap().tree) == listing(&tree));
    // The first entry of the root directory, after the label, ends the name: its units 13 and on.
    let bytes = volume.to_vec().unwrap();
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let start = bytes.windows(10).position(|window| window == &units[..10]).unwrap();
    assert_eq!(bytes[start - 1], 1, "the entry that begins the name is its first");
}

#[test]
fn holes_in_contents_stay_holes() {
    let mut tree = Tree::new();
    add(&mut tree, "sparse", file(Extents::hole(20 * MIB), NOON));
    let volume = fat::lay_out(&tree, &options(Kind::Fat16, Size::Exact(40 * MIB))).unwrap();
    assert!(volume.stored_len() < 64 << 10, "{} bytes stored", volume.stored_len());
}

/// The fields from `BPB_BytsPerSec` to `BPB_TotSec32`, and `BPB_FATSz32` where there is one.
fn parameters(volume: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let fat32 = volume[22..24] == [0, 0];
    (volume[11..36].to_vec(), fat32.then(|| volume[36..52].to_vec()))
}

#[test]
fn volumes_are_divided_as_mkfs_divides_them() {
    if !met("fat: mkfs.fat", &[Need::Tool("mkfs.fat")]) {
        return;
    }
    let scratch = Scratch::new("fat-mkfs");
    let image = scratch.join("mkfs.img");
    let kinds = [
        (Kind::Auto, None),
        (Kind::Fat12, Some("12")),
        (Kind::Fat16, Some("16")),
        (Kind::Fat32, Some("32")),
    ];
    let mut compared = 0;
    for kib in [
        500, 2048, 2049, 4111, 4112, 8207, 8208, 16_340, 16_384, 16_385, 20_000, 32_767, 32_768,
        32_769, 40_960, 65_535, 131_072, 131_073, 262_145, 266_240, 266_241, 516_097, 524_287,
        524_288, 1_032_193, 2_064_385, 2_097_151, 4_128_769, 8_388_608, 8_388_609, 33_554_433,
    ] {
        for sector_size in [512, 1024, 2048, 4096] {
            for (kind, bits) in kinds {
                let _ = fs::remove_file(&image);
                let mut mkfs = command("mkfs.fat");
                mkfs.args(["-S", &sector_size.to_string(), "-C"]).arg(&image).arg(kib.to_string());
                mkfs.args(bits.into_iter().flat_map(|bits| ["-F", bits]));
                if !run(&mut mkfs).status.success() {
                    continue;
                }
                let mut theirs = [0; 512];
                std::io::Read::read_exact(&mut fs::File::open(&image).unwrap(), &mut theirs)
                    .unwrap();
                if u64::from(theirs[13]) * sector_size > 64 << 10 {
                    continue; // Clusters that we never make.
                }
                let options = Options {
                    sector_size: sector_size as u16,
                    ..options(kind, Size::Exact(kib * 1024))
                };
                let ours =
                    fat::lay_out(&Tree::new(), &options).unwrap().slice(0, 512).to_vec().unwrap();
                assert_eq!(parameters(&ours), parameters(&theirs), "{kib} KiB {options:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 250, "only {compared} compared");
}

#[test]
fn the_minimum_is_enough_and_one_sector_less_is_not() {
    for kind in [Kind::Auto, Kind::Fat12, Kind::Fat16] {
        let options = options(kind, Size::Minimum);
        let least = fat::minimum_size(&tree(), &options).unwrap();
        assert_eq!(fat::lay_out(&tree(), &options).unwrap().len(), least);
        let exact = Options { size: Size::Exact(least), ..options.clone() };
        assert_eq!(fat::lay_out(&tree(), &exact).unwrap().len(), least);
        let short = Options { size: Size::Exact(least - 512), ..options };
        match fat::lay_out(&tree(), &short) {
            Err(Error::TooSmall { size, needed, .. }) => {
                assert_eq!((size, needed), (least - 512, least));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_fat_has_the_clusters_that_make_readers_take_it_for_what_it_is() {
    let width = |kind, size| {
        let volume = fat::lay_out(&Tree::new(), &options(kind, size)).unwrap();
        let read = fat::read(&volume).unwrap();
        (read.width, read.clusters)
    };
    let (width_16, clusters) = width(Kind::Fat16, Size::Minimum);
    assert!(width_16 == Width::Fat16 && (4085..4085 + 32).contains(&clusters), "{clusters}");
    assert_eq!(width(Kind::Fat16, Size::Exact(3 * MIB)).0, Width::Fat16);
    let (width_32, clusters) = width(Kind::Fat32, Size::Minimum);
    assert!(width_32 == Width::Fat32 && clusters >= 65_525, "{clusters}");
    let small = fat::lay_out(&Tree::new(), &options(Kind::Fat16, Size::Exact(MIB)));
    assert!(matches!(small, Err(Error::TooSmall { needed, .. }) if needed > 2 * MIB), "{small:?}");
    let large = fat::lay_out(&Tree::new(), &options(Kind::Fat12, Size::Exact(1024 * MIB)));
    assert!(matches!(large, Err(Error::TooLarge { clusters: 4084, .. })), "{large:?}");
}

#[test]
fn what_fat_cannot_hold_is_refused_by_name() {
    let refusal = |path: &str, node: Node| {
        let mut tree = Tree::new();
        add(&mut tree, "dir/other", file(Extents::hole(1), 0));
        add(&mut tree, path, node);
        fat::lay_out(&tree, &options(Kind::Auto, Size::Exact(8 * MIB))).unwrap_err().to_string()
    };
    let special = |kind| Node { metadata: Metadata::default(), kind };
    let device = Device { major: 1, minor: 3 };
    for (kind, words) in [
        (NodeKind::Symlink((*b"other").into()), "symbolic link"),
        (NodeKind::CharDevice(device), "character device"),
        (NodeKind::BlockDevice(device), "block device"),
        (NodeKind::Fifo, "named pipe"),
        (NodeKind::Socket, "socket"),
    ] {
        let said = refusal("dir/it", special(kind));
        assert!(said.starts_with("/dir/it: ") && said.contains(words), "{said}");
    }
    let said = refusal("dir/a:b", file(Extents::hole(1), 0));
    assert!(said.starts_with("/dir/a:b: ") && said.contains("':'"), "{said}");
    let said = refusal("dir/big", file(Extents::hole(1 << 32), 0));
    assert!(said.starts_with("/dir/big: 4294967296 bytes"), "{said}");
    let said = refusal("dir/two", file(Extents::hole(20 * MIB), 0));
    assert!(said.contains("too small") && said.contains("8388608"), "{said}");
}

#[test]
fn a_directory_beyond_two_mebibytes_is_refused() {
    let mut tree = Tree::new();
    for index in 0..33_000 {
        add(&mut tree, &format!("d/file {index}"), file(Extents::hole(0), 0));
    }
    let refused = fat::lay_out(&tree, &options(Kind::Fat32, Size::Minimum)).unwrap_err();
    assert!(matches!(&refused, Error::DirectoryTooLarge { path, .. } if path == "/d"), "{refused}");
}

#[test]
fn a_root_directory_with_many_files_grows_beyond_512_entries() {
    let mut tree = Tree::new();
    for index in 0..2000 {
        add(&mut tree, &format!("file {index}"), file(Extents::hole(0), 0));
    }
    let volume = fat::lay_out(&tree, &options(Kind::Fat16, Size::Exact(40 * MIB))).unwrap();
    assert!(listing(&fat::read(&volume).unwrap().tree) == listing(&tree));
    if met("fat: fsck.fat", &[Need::Tool("fsck.fat")]) {
        let scratch = Scratch::new("fat-root");
        save(&volume, &scratch.join("fat.img"));
        run_named("fsck.fat", [Path::new("-n"), &scratch.join("fat.img")]).ok();
    }
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let volume = fat::lay_out(&tree(), &options(Kind::Fat12, Size::Minimum)).unwrap();
    let whole = volume.to_vec().unwrap();
    assert!(fat::read(&Extents::from_bytes(vec![0; 4096])).is_err());
    assert!(fat::read(&volume.slice(0, volume.len() / 2)).is_err());
    // One byte of the metadata after another turned over: whatever comes, comes in order.
    let mut refused = 0;
    for at in (0..60).chain((60..whole.len().min(60_000)).step_by(97)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        refused += usize::from(fat::read(&Extents::from_bytes(bytes)).is_err());
    }
    assert!(refused > 20, "{refused}");
}

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

/// A tree of names and contents of every kind.
fn random_tree(numbers: &mut Numbers) -> Tree {
    let letters: Vec<char> = "abcXYZ019 ._-+,;=[]~!#$%&'()@^`{}äßΩ語".chars().collect();
    let mut tree = Tree::new();
    let mut directories = vec![String::new()];
    for _ in 0..numbers.below(60) {
        let mut name: String =
            (0..numbers.below(30) + 1).map(|_| *numbers.one_of(&letters)).collect();
        name.push_str(["", "x", ".TXT", ".tar.gz"][numbers.below(4) as usize]);
        let name = name.trim_end_matches(['.', ' ']);
        let path = format!("{}{name}", numbers.one_of(&directories));
        if name.is_empty() || tree.lookup(path.as_bytes()).is_some() {
            continue;
        }
        let seconds = NOON + 2 * numbers.below(100_000_000) as i64;
        let len = *numbers.one_of(&[0, 1, 511, 512, 513, 2048, 4097, 40_000]);
        let content = match numbers.below(4) {
            0 => {
                add(&mut tree, &path, Node::directory());
                directories.push(format!("{path}/"));
                continue;
            }
            1 => Extents::hole(len as u64),
            _ => Extents::from_bytes(bytes(len, numbers.below(256) as u8)),
        };
        add(&mut tree, &path, file(content, seconds));
    }
    tree
}

fn random_options(numbers: &mut Numbers) -> Options {
    let (kind, least) =
        *numbers.one_of(&[(Kind::Fat12, 4), (Kind::Fat16, 20), (Kind::Fat32, 40), (Kind::Auto, 9)]);
    let size = Size::Exact(least * MIB + numbers.below(3 * MIB));
    Options {
        size: if numbers.below(3) == 0 { Size::Minimum } else { size },
        sector_size: *numbers.one_of(&[512, 512, 1024, 2048, 4096]),
        tables: numbers.below(2) as u8 + 1,
        aligned: numbers.below(2) == 0,
        reserved_sectors: *numbers.one_of(&[None, Some(9), Some(33)]),
        root_entries: *numbers.one_of(&[None, Some(16), Some(1000)]),
        ..options(kind, Size::Minimum)
    }
}

#[test]
fn random_trees_on_random_volumes_come_back_equal() {
    let checked =
        met("fat: fsck.fat on random trees", &[Need::Tool("fsck.fat"), Need::Tool("mcopy")]);
    let scratch = Scratch::new("fat-random");
    let image = scratch.join("fat.img");
    let mut made = 0;
    for seed in 0..120 {
        let mut numbers = Numbers(seed);
        let tree = random_tree(&mut numbers);
        let options = random_options(&mut numbers);
        let volume = match fat::lay_out(&tree, &options) {
            Ok(volume) => volume,
            Err(Error::TooLarge { .. } | Error::TooSmall { .. }) => continue,
            Err(error) => panic!("{error}: {options:?}"),
        };
        let read = fat::read(&volume).unwrap();
        let (found, wanted) = (listing(&read.tree), listing(&tree));
        let paths = |listing: &Listing| listing.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&found), paths(&wanted), "seed {seed}: {options:?}");
        for (path, entry) in &wanted {
            assert!(*entry == found[path], "{path:?}, seed {seed}: {options:?}");
        }
        assert_eq!((read.label.as_deref(), read.serial), (Some("GNU-ESP"), 0x1234_abcd));
        made += 1;
        if !checked || seed % 4 != 0 {
            continue;
        }
        save(&volume, &image);
        let outcome = run(command("fsck.fat").args(["-n", "-v"]).arg(&image)).ok();
        for complaint in ["Warning", "differ", "dirty", "wrong", "Unused", "Reclaimed", "Duplicate"]
        {
            assert!(!outcome.text().contains(complaint), "seed {seed}: {options:?}\n{outcome}");
        }
        // mtools knows sectors of 512 bytes best.
        if options.sector_size == 512 && fat::same_but_for_case(&tree).unwrap().is_empty() {
            let out = scratch.join(&format!("out-{seed}"));
            fs::create_dir(&out).unwrap();
            if tree.nodes().count() > 1 {
                let mut mcopy = command("mcopy");
                mcopy.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
                run(mcopy.args(["-s", "-Q", "-n", "-i"]).arg(&image).arg("::/").arg(&out)).ok();
            }
            let contents = |listing: Listing| -> BTreeMap<String, Vec<u8>> {
                listing.into_iter().map(|(path, (content, ..))| (path, content)).collect()
            };
            let (ours, theirs) = (contents(listing(&tree)), contents(listing_of_directory(&out)));
            assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
            assert!(ours == theirs, "seed {seed}: {options:?}");
        }
    }
    assert!(made > 60, "only {made} volumes");
}

#[test]
fn names_that_differ_only_by_case_are_both_there_and_told() {
    let mut tree = Tree::new();
    add(&mut tree, "dir/other", file(Extents::from_bytes(*b"small"), NOON));
    add(&mut tree, "dir/OTHER", file(Extents::from_bytes(*b"LARGE"), NOON));
    let told = fat::same_but_for_case(&tree).unwrap();
    assert_eq!(told, [("/dir/OTHER".to_owned(), "/dir/other".to_owned())]);
    let volume = fat::lay_out(&tree, &options(Kind::Auto, Size::Minimum)).unwrap();
    assert!(listing(&fat::read(&volume).unwrap().tree) == listing(&tree));
    if met("fat: fsck.fat, names alike", &[Need::Tool("fsck.fat")]) {
        let scratch = Scratch::new("fat-case");
        save(&volume, &scratch.join("fat.img"));
        run_named("fsck.fat", [Path::new("-n"), &scratch.join("fat.img")]).ok();
    }
}
