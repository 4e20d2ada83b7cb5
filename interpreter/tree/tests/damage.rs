//! Archives that are cut off or have a byte changed: an error, or the same tree; never a panic, and
//! never another tree where a checksum covers the bytes.

mod fixture;
mod writer;

use fixture::{Kept, Reach, Scratch, assert_same, can_run, make_tree, run};
use std::fs;
use std::path::Path;
use tintype_tree::import::{self, ImportError, ImportOptions, Owners};
use tintype_tree::{Extents, Tree};
use writer::Archive;

const ALL: Kept = Kept { nanoseconds: true, xattrs: true };

fn import(bytes: &[u8]) -> Result<Tree, ImportError> {
    let options = ImportOptions { owners: Owners::ByName, spool_directory: std::env::temp_dir() };
    import::archive_content(Path::new("damaged"), &Extents::from_bytes(bytes), &options)
}

/// A change of one byte that is seldom harmless.
fn changed(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= [0x01, 0x80, 0xff, 0x20, 0x0a][at % 5];
    changed
}

/// Where the blocks of zeros that end the archive begin.
fn end_of_entries(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| (last + 1).next_multiple_of(512))
}

#[test]
fn plain_archives_cut_off_anywhere_are_errors() {
    if !can_run("cut off", &["tar", "setfattr", "setcap", "setfacl"]) {
        return;
    }
    let scratch = Scratch::new("cut");
    fs::create_dir(scratch.join("tree")).unwrap();
    make_tree(&scratch.join("tree"), Reach::Dense);
    fs::remove_file(scratch.join("tree/blocks and one")).unwrap();
    for options in ["--format=gnu", "--format=pax --xattrs --xattrs-include=* --acls"] {
        let tar = format!("tar {options} -cf archive.tar -C tree .");
        run(scratch.path(), "sh", &["-fc", &tar]);
        let bytes = fs::read(scratch.join("archive.tar")).unwrap();
        assert!(import(&bytes).is_ok());
        let end = end_of_entries(&bytes);
        let cuts = (0..end).step_by(512).chain((1..end + 512).step_by(101));
        for cut in cuts.filter(|cut| !(end + 512..).contains(cut)) {
            match import(&bytes[..cut]) {
                Ok(_) => panic!("{options}: cut off at {cut} of {end} is no error"),
                Err(ImportError::Archive { offset, .. }) => {
                    assert!(offset <= cut as u64, "{options}: cut off at {cut}: byte {offset}");
                }
                Err(error) => panic!("{options}: cut off at {cut}: {error}"),
            }
        }
        for at in (0..bytes.len()).step_by(37) {
            // What the bytes of a file say is no one's to check; all else is.
            let _ = import(&changed(&bytes, at));
        }
    }
}

#[test]
fn sparse_archives_with_changed_bytes_never_panic() {
    if !can_run("changed sparse", &["tar", "setfattr", "setcap", "setfacl"]) {
        return;
    }
    let scratch = Scratch::new("sparse");
    fs::create_dir(scratch.join("tree")).unwrap();
    make_tree(&scratch.join("tree"), Reach::Whole);
    for options in [
        "--format=gnu",
        "--format=pax --sparse-version=0.0",
        "--format=pax --sparse-version=0.1",
        "--format=pax --sparse-version=1.0",
    ] {
        let tar = format!("tar {options} --sparse -cf archive.tar -C tree sparse '3000 fragments'");
        run(scratch.path(), "sh", &["-c", &tar]);
        let bytes = fs::read(scratch.join("archive.tar")).unwrap();
        // Headers and maps lie at the beginning and after the first file.
        let second = bytes.windows(14).rposition(|bytes| bytes == b"3000 fragments").unwrap();
        let headers = (0..2048).chain(second - 1024..second + 80_000).step_by(31);
        for at in headers.filter(|at| *at < bytes.len()) {
            let mut changed = changed(&bytes, at);
            let _ = import(&changed);
            // The same with a checksum that is right: the damage reaches what reads the field.
            let block = at / 512 * 512;
            if &changed[block + 257..block + 262] == b"ustar" {
                changed[block + 148..block + 156].fill(b' ');
                let sum: u32 =
                    changed[block..block + 512].iter().map(|byte| u32::from(*byte)).sum();
                let text = format!("{sum:06o}\0 ");
                changed[block + 148..block + 156].copy_from_slice(text.as_bytes());
                let _ = import(&changed);
            }
        }
    }
}

#[test]
fn compressed_archives_with_a_change_anywhere_are_errors_or_the_same() {
    if !can_run("changed compressed", &["gzip", "xz", "zstd", "bzip2"]) {
        return;
    }
    let scratch = Scratch::new("packed");
    let mut archive = Archive::default();
    archive.file("etc/passwd", "root:x:0:0::/:\n").directory("etc").symlink("a", "etc");
    archive.file("text", &"some lines of text\n".repeat(300)).hard_link("link", "text");
    archive.add(&writer::Header::new(b"noise", b'0', 5000), &fixture::noise(5000, 7, 1));
    let bytes = archive.end();
    let expected = import(&bytes).unwrap();
    fs::write(scratch.join("archive.tar"), &bytes).unwrap();
    for shell in ["gzip -9n", "xz -6", "xz -0 -T2 --block-size=4KiB", "zstd -3 --check", "bzip2 -9"]
    {
        run(scratch.path(), "sh", &["-c", &format!("{shell} <archive.tar >packed")]);
        let packed = fs::read(scratch.join("packed")).unwrap();
        assert_same(&expected, &import(&packed).unwrap(), ALL, shell);
        for cut in (0..packed.len()).step_by(7).chain(packed.len() - 20..packed.len()) {
            let error = import(&packed[..cut]).err().map(|error| error.to_string());
            let error = error.unwrap_or_else(|| panic!("{shell}: cut off at {cut} is no error"));
            assert!(error.starts_with("damaged: ") && error.contains("at byte"), "{error}");
        }
        for at in (0..packed.len()).step_by(3) {
            if let Ok(tree) = import(&changed(&packed, at)) {
                assert_same(&expected, &tree, ALL, &format!("{shell}: byte {at} changed"));
            }
        }
        for trailing in [&b"x"[..], b"\0\0\0\0x", b"\x1f\x8b", b"BZh"] {
            let error = import(&[&packed, trailing].concat()).unwrap_err().to_string();
            assert!(error.contains("at byte"), "{shell}: {error}");
        }
        for padding in [4, 512] {
            let padded = [&packed[..], &vec![0; padding]].concat();
            assert_same(&expected, &import(&padded).unwrap(), ALL, shell);
        }
    }
}

#[test]
fn a_full_spool_directory_is_an_error_that_names_it() {
    if !can_run("full spool", &["mount", "umount", "zstd"]) {
        return;
    }
    let scratch = Scratch::new("full");
    let spool = scratch.join("spool");
    fs::create_dir(&spool).unwrap();
    let mut archive = Archive::default();
    archive.file("big", &"x".repeat(3 << 20));
    fs::write(scratch.join("archive"), archive.end()).unwrap();
    run(scratch.path(), "zstd", &["-q", "archive"]);
    run(scratch.path(), "mount", &["-t", "tmpfs", "-o", "size=1m", "none", "spool"]);
    let result = import::archive(&scratch.join("archive.zst"), &spool);
    let left = fs::read_dir(&spool).unwrap().count();
    run(scratch.path(), "umount", &["spool"]);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("/spool: no room for more after "), "{error}");
    assert_eq!(left, 0);
    let missing = scratch.join("no directory");
    let error = import::archive(&scratch.join("archive.zst"), &missing).unwrap_err().to_string();
    assert!(error.contains("/no directory: "), "{error}");
}
