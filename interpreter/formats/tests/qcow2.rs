//! qcow2: read back by us and by QEMU, the same bytes whatever the number of threads.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_formats::output::Options as Output;
use tintype_formats::qcow2::{self, Compression, Image, Options};
use tintype_formats::raw;
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{names_in, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, HostFile};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 32)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Bytes that compress well, not at all, to almost nothing, or are zero.
fn bytes(numbers: &mut Numbers, len: u64) -> Vec<u8> {
    let words = ["daguerreotype", "collodion", "a plate of iron", "\n", "\t", "0123456789"];
    let mut bytes = Vec::with_capacity(len as usize + 16);
    match numbers.below(5) {
        0 => bytes.resize_with(len as usize, || numbers.next() as u8),
        1 => bytes.resize(len as usize, numbers.next() as u8 | 1),
        2 => bytes.resize(len as usize, 0),
        _ => {
            while (bytes.len() as u64) < len {
                bytes.extend(words[numbers.below(6) as usize].bytes());
                bytes.push(numbers.below(3) as u8);
            }
            bytes.truncate(len as usize);
        }
    }
    bytes
}

/// A disk of about `len` bytes, of memory, files and holes of all sizes.
fn disk(scratch: &Scratch, seed: u64, len: u64) -> Extents {
    let mut numbers = Numbers(seed);
    let mut disk = Extents::hole(len.next_multiple_of(512));
    let content = bytes(&mut Numbers(3), 4 * MIB);
    let path = scratch.join(&format!("source-{seed}"));
    fs::write(&path, content).unwrap();
    let file = File::open(&path).unwrap();
    let file = Arc::new(HostFile::Open { path, file });
    let mut at = 0;
    while at < len {
        let most = [600, 5000, 70_000, 300_000, 3 * MIB][numbers.below(5) as usize];
        let part = (numbers.below(most) + 1).min(len - at);
        match numbers.below(4) {
            0 => {}
            1 => disk.put(at, &Extents::from_file(file.clone(), numbers.below(MIB), part)),
            _ => disk.put_bytes(at, bytes(&mut numbers, part)),
        }
        at += part;
    }
    disk
}

fn written(disk: &Extents, options: &Options, threads: usize, target: &Path) -> PathBuf {
    qcow2::write(disk, options, target, Output { threads, progress: None }).unwrap();
    target.to_owned()
}

fn opened(path: &Path) -> Image {
    let file = File::open(path).unwrap();
    let len = file.metadata().unwrap().len();
    let file = Arc::new(HostFile::Open { path: path.to_owned(), file });
    Image::open(Extents::from_file(file, 0, len)).unwrap()
}

fn spool(scratch: &Scratch) -> File {
    let path = scratch.join("spool");
    let file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
    fs::remove_file(path).unwrap();
    file
}

fn every_kind() -> Vec<Options> {
    let compressions = [
        None,
        Some(Compression::ZLIB),
        Some(Compression::ZSTD),
        Some(Compression::Zlib { level: 1 }),
        Some(Compression::Zlib { level: 9 }),
        Some(Compression::Zstd { level: 19 }),
    ];
    let all = [9, 12, 16, 21].into_iter().flat_map(|cluster_bits| {
        compressions.map(|compression| Options { cluster_bits, compression })
    });
    all.collect()
}

/// The bytes of both, compared without holding either.
#[track_caller]
fn assert_equal(disk: &Extents, read: &Extents) {
    assert_eq!(disk.len(), read.len());
    let (mut ours, mut theirs) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    let (mut disk, mut read) = (disk.reader(), read.reader());
    loop {
        let len = disk.read(&mut ours).unwrap();
        read.read_exact(&mut theirs[..len]).unwrap();
        assert!(ours[..len] == theirs[..len]);
        if len == 0 {
            return;
        }
    }
}

#[test]
fn random_disks_read_back_equal_by_us_and_by_qemu() {
    let qemu = met("qcow2: qemu-img", &[Need::Tool("qemu-img")]);
    let scratch = Scratch::new("qcow2-random");
    let (raw_image, image) = (scratch.join("disk.img"), scratch.join("disk.qcow2"));
    for (seed, options) in (1..).zip(every_kind()) {
        let disk = disk(&scratch, seed, 3 * MIB + seed * 333);
        written(&disk, &options, 3, &image);
        assert_equal(&disk, &opened(&image).to_extents(spool(&scratch)).unwrap());
        if qemu {
            raw::write(&disk, &raw_image, Output::default()).unwrap();
            let checked = run_named("qemu-img", [Path::new("check"), &image]).ok().text();
            assert!(checked.contains("No errors were found"), "{options:?}: {checked}");
            let compare = ["compare", "-f", "raw", "-F", "qcow2"].map(Path::new);
            run_named("qemu-img", compare.into_iter().chain([&*raw_image, &*image])).ok();
            let about = run_named("qemu-img", [Path::new("info"), &image]).ok().text();
            assert!(about.contains(&format!("({} bytes)", disk.len())), "{about}");
            let zstd = matches!(options.compression, Some(Compression::Zstd { .. }));
            let named = about.contains("compression type: zstd");
            assert_eq!(named, zstd, "{about}");
        }
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let scratch = Scratch::new("qcow2-threads");
    for options in [Options::PLAIN, Options::COMPRESSED] {
        let disk = disk(&scratch, 7, 40 * MIB);
        let one = fs::read(written(&disk, &options, 1, &scratch.join("1"))).unwrap();
        for threads in [2, 5, 64] {
            let more = fs::read(written(&disk, &options, threads, &scratch.join("n"))).unwrap();
            assert!(one == more, "{threads} threads, {options:?}");
        }
    }
}

#[test]
fn what_qemu_writes_is_read() {
    if !met("qcow2: images of qemu-img", &[Need::Tool("qemu-img")]) {
        return;
    }
    let scratch = Scratch::new("qcow2-theirs");
    let (raw_image, image) = (scratch.join("disk.img"), scratch.join("disk.qcow2"));
    let disk = disk(&scratch, 11, 9 * MIB);
    raw::write(&disk, &raw_image, Output::default()).unwrap();
    for options in [
        &["-o", "cluster_size=64k"][..],
        &["-c", "-o", "compression_type=zlib"],
        &["-c", "-o", "compression_type=zstd,cluster_size=4k"],
        &["-o", "compat=0.10"],
        &["-o", "preallocation=metadata"],
    ] {
        let convert =
            ["convert", "-f", "raw", "-O", "qcow2"].into_iter().chain(options.iter().copied());
        let files = [&raw_image, &image].map(|path| path.to_str().unwrap());
        run_named("qemu-img", convert.chain(files)).ok();
        assert_equal(&disk, &opened(&image).to_extents(spool(&scratch)).unwrap());
    }
}

#[test]
fn zeros_and_holes_take_no_room() {
    let scratch = Scratch::new("qcow2-holes");
    let image = scratch.join("disk.qcow2");
    let mut disk = Extents::hole(1 << 40);
    disk.put_bytes(5 * MIB, vec![0; 3 * MIB as usize]);
    disk.put_bytes(700 << 30, vec![1; 1000]);
    for options in [Options::PLAIN, Options::COMPRESSED] {
        written(&disk, &options, 2, &image);
        let len = fs::metadata(&image).unwrap().len();
        // Header, L1 table, one cluster, one L2 table, refcount table and block.
        assert!(len <= 7 * 64 * KIB, "{len}");
        let read = opened(&image);
        assert_eq!((read.len(), read.cluster_len()), (1 << 40, 64 * KIB));
        let read = read.to_extents(spool(&scratch)).unwrap();
        assert_eq!(read.stored_len(), 64 * KIB);
        let mut found = [0; 1002];
        read.read_at((700 << 30) - 1, &mut found).unwrap();
        assert!(found[0] == 0 && found[1..1001].iter().all(|byte| *byte == 1) && found[1001] == 0);
    }
}

#[test]
fn a_disk_beyond_what_its_clusters_reach_is_refused() {
    let scratch = Scratch::new("qcow2-large");
    let options = Options { cluster_bits: 9, ..Options::PLAIN };
    let disk = Extents::hole(1 << 40);
    let target = scratch.join("disk.qcow2");
    let refused = qcow2::write(&disk, &options, &target, Output::default()).unwrap_err();
    assert!(refused.to_string().contains("at most 137438953472 bytes"), "{refused}");
    assert!(names_in(scratch.path()).is_empty());
}

#[test]
fn a_source_that_ends_early_leaves_nothing() {
    let scratch = Scratch::new("qcow2-short");
    let path = scratch.join("source");
    fs::write(&path, vec![1; 9 * MIB as usize]).unwrap();
    let file = Arc::new(HostFile::Open { file: File::open(&path).unwrap(), path });
    let disk = Extents::from_file(file, 0, 10 * MIB);
    let target = scratch.join("disk.qcow2");
    for threads in [1, 4] {
        let output = Output { threads, progress: None };
        let refused = qcow2::write(&disk, &Options::COMPRESSED, &target, output).unwrap_err();
        assert!(refused.to_string().contains("nothing at byte 9437184"), "{refused}");
        assert_eq!(names_in(scratch.path()), ["source"]);
    }
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let scratch = Scratch::new("qcow2-damage");
    let image = scratch.join("disk.qcow2");
    let options = Options { cluster_bits: 12, ..Options::COMPRESSED };
    let mut numbers = Numbers(5);
    let mut disk =
        Extents::from_bytes((0..200_000u32).map(|at| (at / 7) as u8).collect::<Vec<_>>());
    disk.put_bytes(256 * KIB, (0..40_000).map(|_| numbers.next() as u8).collect::<Vec<_>>());
    written(&disk, &options, 1, &image);
    let whole = fs::read(&image).unwrap();
    let read = |bytes: Vec<u8>| {
        Image::open(Extents::from_bytes(bytes))?.to_extents(spool(&scratch)).map(|_| ())
    };
    assert!(read(whole.clone()).is_ok());
    assert!(read(whole[..8192].to_vec()).is_err());
    assert!(read(vec![0; 4096]).is_err());
    let mut refused = 0;
    for at in (0..120).chain((120..whole.len()).step_by(997)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        refused += usize::from(read(bytes).is_err());
    }
    assert!(refused > 30, "{refused}");
}
