//! The raw sink: bytes, holes, and what is left behind when it fails.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_formats::output::{Error, Options};
use tintype_formats::raw;
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{names_in, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, HostFile};

const MIB: usize = 1 << 20;

fn bytes(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8 | 1
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn named(path: PathBuf, content: &[u8]) -> Arc<HostFile> {
    fs::write(&path, content).unwrap();
    let about = fs::metadata(&path).unwrap();
    let (len, mtime) = (about.len(), (about.mtime(), about.mtime_nsec()));
    Arc::new(HostFile::Named { path, len, mtime })
}

fn open(path: PathBuf, content: &[u8]) -> Arc<HostFile> {
    fs::write(&path, content).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    Arc::new(HostFile::Open { path, file })
}

fn put(extents: &mut Extents, at: u64, file: &Arc<HostFile>, offset: u64, len: u64) {
    extents.put(at, &Extents::from_file(file.clone(), offset, len));
}

fn threads(threads: usize) -> Options<'static> {
    Options { threads, progress: None }
}

/// Sources of every kind and size, aligned and not, with holes of every size between them.
fn mixture(scratch: &Scratch) -> Extents {
    let mut extents = Extents::hole(0);
    let archive = open(scratch.join("archive"), &bytes(3 * MIB, 1));
    let large = named(scratch.join("large"), &bytes(11 * MIB + 7, 2));
    extents.put_bytes(0, bytes(700, 3));
    extents.put_bytes(700, bytes(300, 4));
    let mut at = 4096;
    for index in 0..400u64 {
        let len = index * index % 9000 + 1;
        match index % 3 {
            0 => extents.put_bytes(at, bytes(len as usize, index)),
            1 => put(&mut extents, at, &archive, index * 512, len),
            _ => {
                let path = scratch.join(&format!("small-{index}"));
                let small = named(path, &bytes(len as usize, index));
                put(&mut extents, at, &small, 0, len);
            }
        }
        at += len + [0, 1, 511, 4095, 4096, 8192, 70_000][index as usize % 7];
    }
    for (gap, offset, len) in [(1, 3, 2 * MIB), (4096, 0, 11 * MIB), (0, 5, 100_000)] {
        at = (at + gap).next_multiple_of(gap.max(1));
        put(&mut extents, at, &large, offset, len as u64);
        at += len as u64;
    }
    extents.put_bytes(at + 5, bytes(2 * MIB, 5));
    at += 5 + 2 * MIB as u64;
    // From another file system, between which the kernel does not copy.
    if Path::new("/dev/shm").is_dir() {
        let path = PathBuf::from(format!("/dev/shm/tintype-raw-{}", std::process::id()));
        let elsewhere = open(path.clone(), &bytes(3 * MIB, 6));
        fs::remove_file(path).unwrap();
        put(&mut extents, at, &elsewhere, 1, 2 * MIB as u64 + 1);
    }
    extents.grow(extents.len() + 12_345);
    extents
}

#[test]
fn the_file_has_the_bytes_of_the_extents_however_many_threads_write() {
    let scratch = Scratch::new("raw-bytes");
    let extents = mixture(&scratch);
    let expected = extents.to_vec().unwrap();
    let target = scratch.join("disk.img");
    for count in [1, 2, 5] {
        raw::write(&extents, &target, threads(count)).unwrap();
        assert!(fs::read(&target).unwrap() == expected, "{count} threads");
    }
    let mut stream = Vec::new();
    raw::write_to(&extents, &mut stream).unwrap();
    assert!(stream == expected);
}

#[test]
fn nothing_at_all_is_an_empty_file() {
    let scratch = Scratch::new("raw-empty");
    for len in [0, 5] {
        let target = scratch.join("empty");
        raw::write(&Extents::hole(len), &target, Options::default()).unwrap();
        assert_eq!(fs::read(&target).unwrap(), vec![0; len as usize]);
        let mut stream = Vec::new();
        raw::write_to(&Extents::hole(len), &mut stream).unwrap();
        assert_eq!(stream, vec![0; len as usize]);
    }
}

#[test]
fn holes_and_long_runs_of_zeros_take_no_room() {
    let scratch = Scratch::new("raw-holes");
    let mut extents = Extents::hole(1 << 36);
    extents.put_bytes(1 << 20, bytes(5000, 1));
    let mut zeros = bytes(3 * MIB, 2);
    zeros[MIB..2 * MIB].fill(0);
    extents.put_bytes(1 << 30, zeros);
    let small: Vec<u8> = [bytes(100, 3), vec![0; 200_000], bytes(100, 4)].concat();
    extents.put_bytes(1 << 31, small);
    extents.put_bytes(1 << 35, vec![0; 8 * MIB]);
    let target = scratch.join("sparse.img");
    raw::write(&extents, &target, Options::default()).unwrap();
    let about = fs::metadata(&target).unwrap();
    assert_eq!(about.len(), 1 << 36);
    let most = 2 * MIB + 64 * 1024;
    assert!(about.blocks() * 512 <= most as u64, "{} bytes stored", about.blocks() * 512);
    let file = File::open(&target).unwrap();
    for extent in extents.iter() {
        let mut found = vec![0; extent.len as usize];
        file.read_exact_at(&mut found, extent.start).unwrap();
        let part = extents.slice(extent.start, extent.len);
        assert!(found == part.to_vec().unwrap(), "at {}", extent.start);
    }
}

#[test]
fn progress_grows_to_all_that_is_stored() {
    let scratch = Scratch::new("raw-progress");
    let extents = mixture(&scratch);
    let mut told = Vec::new();
    let mut progress = |stored| told.push(stored);
    let options = Options { threads: 2, progress: Some(&mut progress) };
    raw::write(&extents, &scratch.join("disk.img"), options).unwrap();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&extents.stored_len()));
}

#[test]
fn a_new_file_has_the_mode_that_the_umask_leaves() {
    let scratch = Scratch::new("raw-mode");
    let target = scratch.join("disk.img");
    raw::write(&Extents::hole(1), &target, Options::default()).unwrap();
    File::create(scratch.join("other")).unwrap();
    let mode = |name: &str| fs::metadata(scratch.join(name)).unwrap().permissions().mode();
    assert_eq!(mode("disk.img"), mode("other"));
}

#[test]
fn a_symbolic_link_is_followed_and_kept() {
    let scratch = Scratch::new("raw-link");
    fs::create_dir(scratch.join("real")).unwrap();
    fs::write(scratch.join("real/disk.img"), "old").unwrap();
    std::os::unix::fs::symlink("real/disk.img", scratch.join("link.img")).unwrap();
    let new = Extents::from_bytes(*b"new");
    raw::write(&new, &scratch.join("link.img"), Options::default()).unwrap();
    assert_eq!(fs::read(scratch.join("real/disk.img")).unwrap(), b"new");
    assert!(fs::symlink_metadata(scratch.join("link.img")).unwrap().is_symlink());
    assert_eq!(names_in(&scratch.join("real")), ["disk.img"]);
}

#[test]
fn a_source_that_became_shorter_is_named_and_the_old_file_stays() {
    let scratch = Scratch::new("raw-short");
    let target = scratch.join("out/disk.img");
    fs::create_dir(scratch.join("out")).unwrap();
    fs::write(&target, "old").unwrap();
    for len in [10_000, 5 * MIB] {
        let archive = open(scratch.join("archive"), &bytes(len, 1));
        let extents = Extents::from_file(archive, 0, len as u64);
        File::options().write(true).open(scratch.join("archive")).unwrap().set_len(5000).unwrap();
        match raw::write(&extents, &target, Options::default()).unwrap_err() {
            Error::SourceShort { path, at } => {
                assert_eq!((path, at), (scratch.join("archive"), 5000));
            }
            other => panic!("{other}"),
        }
        assert!(raw::write_to(&extents, &mut Vec::new()).is_err());

        let file = named(scratch.join("file"), &bytes(len, 1));
        let extents = Extents::from_file(file, 0, len as u64);
        File::options().write(true).open(scratch.join("file")).unwrap().set_len(100).unwrap();
        let said = raw::write(&extents, &target, Options::default()).unwrap_err().to_string();
        assert!(said.contains("/file: changed"), "{said}");

        let gone = named(scratch.join("gone"), &bytes(len, 1));
        let extents = Extents::from_file(gone, 0, len as u64);
        fs::remove_file(scratch.join("gone")).unwrap();
        let said = raw::write(&extents, &target, Options::default()).unwrap_err().to_string();
        assert!(said.contains("/gone: "), "{said}");
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(names_in(&scratch.join("out")), ["disk.img"]);
    }
}

#[test]
fn a_target_that_cannot_be_a_file_is_refused_with_its_name() {
    let scratch = Scratch::new("raw-target");
    let refused = |target: &Path| {
        raw::write(&Extents::from_bytes(*b"x"), target, Options::default()).unwrap_err()
    };
    for target in [scratch.path().to_path_buf(), scratch.join("new/"), "/".into(), "..".into()] {
        let error = refused(&target);
        assert!(matches!(error, Error::TargetIsDirectory { .. }), "{error}");
    }
    let device = refused(Path::new("/dev/null"));
    assert!(matches!(device, Error::TargetNotRegular { .. }), "{device}");
    let error = refused(&scratch.join("missing/disk.img"));
    let said = error.to_string();
    assert!(
        matches!(error, Error::Directory { .. }) && said.contains("missing/disk.img"),
        "{said}"
    );
    fs::write(scratch.join("file"), "").unwrap();
    let error = refused(&scratch.join("file/disk.img"));
    assert!(matches!(error, Error::Directory { .. }), "{error}");
    let error = refused(Path::new("/proc/disk.img"));
    assert!(matches!(error, Error::Directory { .. }), "{error}");
    assert_eq!(names_in(scratch.path()), ["file"]);
}

/// A file system in memory, unmounted when dropped.
struct Tmpfs(PathBuf);

impl Drop for Tmpfs {
    fn drop(&mut self) {
        run_named("umount", [&self.0]);
    }
}

#[test]
fn a_full_disk_leaves_the_old_file_and_says_what_was_needed() {
    if !met("raw: full disk", &[Need::Root, Need::Tool("mount")]) {
        return;
    }
    let scratch = Scratch::new("raw-full");
    let mount = scratch.join("small");
    fs::create_dir(&mount).unwrap();
    let arguments = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"].map(PathBuf::from);
    run_named("mount", arguments.iter().chain([&mount])).ok();
    let mounted = Tmpfs(mount.clone());
    let target = mount.join("disk.img");
    fs::write(&target, "old").unwrap();
    let source = named(scratch.join("source"), &bytes(5 * MIB, 2));
    let mut small = Extents::hole(0);
    for index in 0..5000 {
        small.put_bytes(index * 4096, bytes(1000, index));
    }
    let contents = [
        Extents::from_bytes(bytes(5 * MIB, 1)),
        Extents::from_file(source, 0, 5 * MIB as u64),
        small,
    ];
    for extents in contents {
        match raw::write(&extents, &target, Options::default()).unwrap_err() {
            Error::NoSpace { path, needed, available } => {
                assert_eq!((path, needed), (target.clone(), extents.stored_len()));
                assert!((MIB..2 * MIB).contains(&(available as usize)), "{available}");
            }
            other => panic!("{other}"),
        }
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(names_in(&mount), ["disk.img"]);
    }
    // What is let go of is free again.
    raw::write(&Extents::from_bytes(bytes(MIB, 1)), &target, Options::default()).unwrap();
    drop(mounted);
}

#[test]
fn a_stream_that_ends_early_is_an_error_of_the_stream() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    match raw::write_to(&Extents::hole(10), &mut Closed).unwrap_err() {
        Error::Sink(error) => assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe),
        other => panic!("{other}"),
    }
}
