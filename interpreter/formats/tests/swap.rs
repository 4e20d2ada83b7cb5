//! Swap spaces, against those of `mkswap`.

use std::fs;
use tintype_formats::swap::{self, Error, Options};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::run_named;
use tintype_tests::scratch::Scratch;

const UUID: &str = "5b193300-fc78-40cd-8002-e86c45580b47";

fn options(label: &str, size: u64) -> Options {
    let uuid = uuid::Uuid::parse_str(UUID).unwrap().into_bytes();
    Options { label: label.into(), uuid, size }
}

#[test]
fn the_bytes_are_those_of_mkswap() {
    if !met("swap: mkswap", &[Need::Tool("mkswap"), Need::Tool("swaplabel")]) {
        return;
    }
    let scratch = Scratch::new("swap");
    for (label, size) in [("", 40 << 10), ("Auslagerung", 1 << 20), ("fifteen-letters", 1_052_671)]
    {
        let space = swap::lay_out(&options(label, size)).unwrap();
        assert_eq!((space.len(), space.stored_len()), (size, 4096));
        let (ours, theirs) = (scratch.join("ours"), scratch.join("theirs"));
        fs::write(&ours, space.to_vec().unwrap()).unwrap();
        fs::write(&theirs, vec![0; size as usize]).unwrap();
        let mut words = vec!["--pagesize", "4096", "-U", UUID];
        if !label.is_empty() {
            words.extend(["-L", label]);
        }
        words.push(theirs.to_str().unwrap());
        run_named("mkswap", words).ok();
        assert!(fs::read(&ours).unwrap() == fs::read(&theirs).unwrap(), "{label} {size}");
        let said = run_named("swaplabel", [&ours]).ok().text();
        assert!(said.contains(UUID) && said.contains(label), "{said}");
    }
}

#[test]
fn what_is_no_swap_space_is_refused() {
    let small = swap::lay_out(&options("", 40 << 10 >> 1)).unwrap_err();
    assert_eq!(small, Error::TooSmall { size: 20 << 10 });
    assert!(small.to_string().contains("40960 bytes are needed"), "{small}");
    let long = swap::lay_out(&options("sixteen-letters-", 1 << 20)).unwrap_err();
    assert!(long.to_string().contains("at most 15"), "{long}");
    let large = swap::lay_out(&options("", 1 << 50)).unwrap_err();
    assert_eq!(large, Error::TooLarge { size: 1 << 50 });
}
