//! Every system call with which the raw sink writes is made to fail, one after the other: the old file
//! stays, nothing is left behind, and the error names the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tintype_formats::output::Options;
use tintype_formats::raw;
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::{Outcome, command, names_in, run};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Extents, HostFile};

/// In the program that strace watches: the directory of its work.
const WORK: &str = "TINTYPE_RAW_FAULTS";

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

/// Not a test by itself: what strace runs.
#[test]
fn watched() {
    let Some(work) = std::env::var_os(WORK).map(PathBuf::from) else { return };
    let options = Options { threads: 1, progress: None };
    if let Err(error) = raw::write(&extents(&work), &work.join("out/disk.img"), options) {
        eprintln!("FAULT {error}");
        std::process::exit(9);
    }
}

/// Runs the sink with the `number`th `call` failing with `errno`; whether it came to that.
fn with_fault(work: &Path, call: &str, errno: &str, number: u32) -> (Outcome, bool) {
    let log = work.join("strace.log");
    let mut strace = command("strace");
    strace.args(["-f", "-o"]).arg(&log);
    strace.args(["-e", &format!("inject={call}:error={errno}:when={number}")]);
    strace.arg(std::env::current_exe().unwrap());
    strace.args(["--exact", "watched", "--nocapture", "--test-threads=1"]).env(WORK, work);
    let outcome = run(&mut strace);
    let injected = fs::read_to_string(&log).unwrap_or_default().contains("(INJECTED)");
    (outcome, injected)
}

#[test]
fn every_write_that_fails_leaves_what_was_there() {
    let scratch = Scratch::new("raw-faults");
    let work = scratch.path();
    let out = scratch.join("out");
    fs::create_dir(&out).unwrap();
    if !met("raw: failing writes", &[Need::Tool("strace")]) {
        return;
    }
    let target = out.join("disk.img");
    let whole = extents(work).to_vec().unwrap();
    // The calls that write, those that only help, and how the file gets its name.
    for (call, errno, told, least) in [
        ("pwrite64", "EIO", "Input/output error", 3),
        ("pwrite64", "ENOSPC", "No space left on device", 3),
        ("fallocate", "EIO", "Input/output error", 1),
        ("fallocate", "ENOSPC", "No space left on device", 1),
        ("ftruncate", "EFBIG", "File too large", 1),
        ("sync_file_range", "EIO", "Input/output error", 1),
        ("fsync", "EIO", "Input/output error", 2),
        ("linkat", "EIO", "Input/output error", 1),
        ("rename,renameat,renameat2", "EIO", "Input/output error", 1),
    ] {
        let mut faults = 0;
        for number in 1.. {
            fs::write(&target, "old").unwrap();
            let (outcome, injected) = with_fault(work, call, errno, number);
            if !injected {
                assert!(outcome.status.success(), "{outcome}");
                break;
            }
            faults += 1;
            let place = format!("{call} {number}: {outcome}");
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
            let is_named = call == "fsync" && number == 2;
            assert!(there == if is_named { &whole[..] } else { b"old" }, "{place}");
        }
        assert!(faults >= least, "{call}: {faults} calls were made to fail");
    }
}
