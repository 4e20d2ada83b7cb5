//! Memory does not grow with the bytes of an archive.

mod fixture;
mod writer;

use fixture::{Scratch, can_run, run};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use tintype_tree::import;
use writer::Header;

const CONTENT: u64 = 700_000_000;

/// The most memory (KiB) that this process ever had resident: `VmHWM` (proc(5)).
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// One test alone in its process: others would count.
#[test]
fn an_archive_of_700_mb_needs_no_more_memory_than_a_small_one() {
    if !can_run("memory", &["zstd", "gzip", "xz"]) {
        return;
    }
    let scratch = Scratch::new("memory");
    let archive = scratch.join("archive");
    let file = File::create(&archive).unwrap();
    file.write_all_at(&Header::new(b"big", b'0', CONTENT).block(), 0).unwrap();
    // The end: what fills the last block, and two blocks of zeros.
    file.set_len(512 + CONTENT.next_multiple_of(512) + 1024).unwrap();
    let before = peak();
    let check = |name: &str, at_most: u64| {
        let tree = import::archive(&scratch.join(name), scratch.path()).unwrap();
        assert_eq!(tree.statistics().bytes, CONTENT, "{name}");
        let grown = peak() - before;
        assert!(grown < at_most, "{name}: {grown} KiB");
        eprintln!("{name}: {grown} KiB");
    };
    check("archive", 2 << 10);
    for (shell, at_most) in [("gzip -1", 16 << 10), ("zstd -1", 24 << 10), ("xz -0 -T2", 96 << 10)]
    {
        run(scratch.path(), "sh", &["-c", &format!("{shell} <archive >packed")]);
        check("packed", at_most);
    }
}
