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
    // Zeros alone would be a bomb.
    let mut state = 1_u64;
    for at in (512..CONTENT).step_by(64 << 10) {
        let words = [(); 16].map(|()| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 32) as u32
        });
        file.write_all_at(&words.map(u32::to_le_bytes).concat(), at).unwrap();
    }
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
