//! Every system call with which a disk is written is made to fail, one after the other: the old file stays, nothing is left behind, and the error names the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_formats::output::{Error, Options};
use tintype_formats::{qcow2, raw};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{Outcome, command, names_in, run};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, HostFile};

/// In the program that strace watches: the directory of its work, and the format to write.
const WORK: &str = "TINTYPE_WRITE_FAULTS";
const FORMAT: &str = "TINTYPE_WRITE_FAULTS_FORMAT";

fn bytes(len: usize, seed: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 + at / 251 + seed) as u8 | 1).collect()
}

/// Bytes in memory, large and small ranges of host files, holes.
fn extents(work: &Path) -> Extents {
    let mut extents = Extents::hole(0);
    for (number, len) in [3_000_000, 40_000, 100].into_iter().enumerate() {
        let path = work.join(format!("source-{number}"));
        if !path.exists() {
            fs::write(&path, bytes(len, number)).unwrap();
        }
        let file = fs::File::open(&path).unwrap();
        let source = Extents::from_file(Arc::new(HostFile::Open { path, file }), 0, len as u64);
        extents.put(extents.len() + 8192, &source);
        extents.put_bytes(extents.len() + 100_000, bytes(700_000, number));
    }
    extents.grow(extents.len() + 5000);
    extents
}

fn write(format: &str, extents: &Extents, target: &Path) -> Result<(), Error> {
    let output = Options { threads: 1, progress: None };
    match format {
        "raw" => raw::write(extents, target, output),
        "qcow2" => qcow2::write(extents, &qcow2::Options::PLAIN, target, output),
        "compressed qcow2" => qcow2::write(extents, &qcow2::Options::COMPRESSED, target, output),
        other => unreachable!("{other}"),
    }
}

/// Not a test by itself: what strace runs.
#[test]
fn watched() {
    let Some(work) = std::env::var_os(WORK).map(PathBuf::from) else { return };
    let format = std::env::var(FORMAT).unwrap();
    if let Err(error) = write(&format, &extents(&work), &work.join("out/disk.img")) {
        eprintln!("FAULT {error}");
        std::process::exit(9);
    }
}

/// Writes the `format` with the `number`th `call` failing with `errno`; whether it came to that.
fn with_fault(work: &Path, format: &str, call: &str, errno: &str, number: u32) -> (Outcome, bool) {
    let log = work.join("strace.log");
    let mut strace = command("strace");
    strace.args(["-f", "-o"]).arg(&log);
    strace.args(["-e", &format!("inject={call}:error={errno}:when={number}")]);
    strace.arg(std::env::current_exe().unwrap());
    strace.args(["--exact", "watched", "--nocapture", "--test-threads=1"]);
    strace.env(WORK, work).env(FORMAT, format);
    let outcome = run(&mut strace);
    let injected = fs::read_to_string(&log).unwrap_or_default().contains("(INJECTED)");
    (outcome, injected)
}

/// Calls that write or that help to, the error that each is given, and how that is told.
type Faults<'a> = &'a [(&'a str, &'a str, &'a str, u32)];

/// How a file of any format becomes lasting and gets its name.
const NAMING: Faults = &[
    ("fsync", "EIO", "Input/output error", 2),
    ("linkat", "EIO", "Input/output error", 1),
    ("rename,renameat,renameat2", "EIO", "Input/output error", 1),
];

#[test]
fn every_write_of_a_raw_disk_that_fails_leaves_what_was_there() {
    every_write_that_fails_leaves_what_was_there(
        "raw",
        &[
            ("pwrite64", "EIO", "Input/output error", 3),
            ("pwrite64", "ENOSPC", "No space left on device", 3),
            ("fallocate", "EIO", "Input/output error", 0),
            ("fallocate", "ENOSPC", "No space left on device", 0),
            ("ftruncate", "EFBIG", "File too large", 1),
            ("sync_file_range", "EIO", "Input/output error", 1),
        ],
    );
}

#[test]
fn every_write_of_a_qcow2_that_fails_leaves_what_was_there() {
    for format in ["qcow2", "compressed qcow2"] {
        every_write_that_fails_leaves_what_was_there(
            format,
            &[
                ("pwrite64", "EIO", "Input/output error", 5),
                ("pwrite64", "ENOSPC", "No space left on device", 5),
                ("ftruncate", "EIO", "Input/output error", 1),
            ],
        );
    }
}

/// The last number of a fault is how often its call is made at the least.
fn every_write_that_fails_leaves_what_was_there(format: &str, faults: Faults) {
    let scratch = Scratch::new("write-faults");
    let work = scratch.path();
    let out = scratch.join("out");
    fs::create_dir(&out).unwrap();
    if !met(&format!("{format}: failing writes"), &[Need::Tool("strace")]) {
        return;
    }
    let target = out.join("disk.img");
    write(format, &extents(work), &target).unwrap();
    let whole = fs::read(&target).unwrap();
    for (call, errno, told, least) in faults.iter().chain(NAMING) {
        let mut faults = 0;
        for number in 1.. {
            fs::write(&target, "old").unwrap();
            let (outcome, injected) = with_fault(work, format, call, errno, number);
            if !injected {
                assert!(outcome.status.success(), "{outcome}");
                break;
            }
            faults += 1;
            let place = format!("{format}: {call} {number}: {outcome}");
            assert_eq!(names_in(&out), ["disk.img"], "litter: {place}");
            let there = fs::read(&target).unwrap();
            if outcome.status.success() {
                assert!(there == whole, "a fault that was passed over: {place}");
                continue;
            }
            assert_eq!(outcome.code(), Some(9), "{place}");
            assert!(outcome.stderr.contains("FAULT") && outcome.stderr.contains(told), "{place}");
            assert!(outcome.stderr.contains("disk.img"), "{place}");
            // Once the file has its name, only that this may not last can still be told.
            let is_named = *call == "fsync" && number == 2;
            assert!(there == if is_named { &whole[..] } else { b"old" }, "{place}");
        }
        assert!(faults >= *least, "{format}: {call}: {faults} calls were made to fail");
    }
}
