//! What a volume cannot hold is refused, and damaged ones are read to an error.

use crate::volume::{options, small};
use tintype_formats::iso9660::{self, Boot, Compressed, Error, Options, read};
use tintype_tree::{Extents, Kind, Metadata, Node, Tree, Xattrs};

#[track_caller]
fn refused(tree: &Tree, options: &Options) -> Error {
    iso9660::lay_out(tree, options).expect_err("it cannot be held")
}

#[test]
fn labels_that_do_not_fit_are_named() {
    let none = Compressed::new();
    for label in ["", "X".repeat(33).as_str(), "Étiquette", "tab\there"] {
        let error = refused(&small(), &Options { label: label.to_owned(), ..options(&none) });
        assert!(error.to_string().contains(&format!("{label:?}")), "{error}");
    }
    let label = "X".repeat(32);
    assert!(iso9660::lay_out(&small(), &Options { label, ..options(&none) }).is_ok());
}

#[test]
fn attributes_that_linux_would_not_reach_are_named() {
    let mut tree = small();
    let mut xattrs = Xattrs::new();
    for number in 0..20 {
        xattrs.insert(format!("user.{number}").into_bytes().into(), vec![7; 4000].into());
    }
    let metadata = Metadata { xattrs: Some(Box::new(xattrs)), ..Metadata::default() };
    let kind = Kind::Regular(Extents::hole(0));
    tree.insert(b"srv/data/heavy", Node { metadata, kind }).expect("a path");
    let none = Compressed::new();
    let error = refused(&tree, &options(&none));
    assert!(matches!(&error, Error::Attributes { path } if path == "srv/data/heavy"), "{error}");
}

#[test]
fn a_boot_image_that_is_not_there_is_named() {
    let none = Compressed::new();
    let boot = Boot { bios: Some(b"boot/none.img"[..].into()), ..Boot::default() };
    let error = refused(&small(), &Options { boot, ..options(&none) });
    assert!(error.to_string().starts_with("boot/none.img: "), "{error}");
}

/// Whatever bytes are changed, reading ends, and without a panic.
#[test]
fn damaged_volumes_are_read_to_an_end() {
    let none = Compressed::new();
    let volume = iso9660::lay_out(&small(), &options(&none)).expect("a volume");
    let whole = volume.to_vec().expect("bytes in memory");
    let (mut state, mut refused) = (1_u64, 0);
    for _ in 0..3000 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = 16 * 2048 + (state >> 33) as usize % (bytes.len() - 16 * 2048);
            bytes[at] = (state >> 17) as u8;
        }
        refused += u32::from(read(&Extents::from_bytes(bytes)).is_err());
    }
    assert!(refused > 0);
    for len in (0..whole.len()).step_by(700) {
        // A volume that ends too early has zeros there.
        _ = read(&Extents::from_bytes(whole[..len].to_vec()));
    }
    assert!(read(&Extents::hole(1 << 20)).is_err());
}
