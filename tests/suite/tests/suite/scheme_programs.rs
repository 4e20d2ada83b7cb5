//! The programs of tests/scheme that check the standard library: each runs to its end, and its checks
//! hold.

use std::fs;
use std::path::PathBuf;

use tintype_tests::fixture::workspace;
use tintype_tests::tintype;

#[track_caller]
fn all_hold(directory: &str) {
    let directory = workspace().join("tests/scheme").join(directory);
    let entries = fs::read_dir(&directory).expect("programs");
    let mut programs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    programs.sort();
    assert!(!programs.is_empty());
    for program in programs {
        let outcome = tintype::run(&["run".as_ref(), program.as_os_str()]).ok();
        assert!(outcome.text().contains("checks"), "{}: {outcome}", program.display());
    }
}

#[test]
fn images() {
    all_hold("image");
}

#[test]
fn systems() {
    all_hold("system");
}
