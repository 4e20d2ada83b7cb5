//! Lengths, maps and ends that do not fit the archive they are in, and depths that no one expects.

mod writer;

use tintype_tree::Tree;
use tintype_tree::import::Owners;
use writer::{Archive, Header, bytes, fault, import_as};

#[test]
fn damaged_maps_of_sparse_files_are_errors() {
    let map = |map: &[u8], size: &[u8]| {
        let mut archive = Archive::default();
        archive
            .extended(b'x', &[("GNU.sparse.size", size), ("GNU.sparse.map", map)])
            .file("a", "12345678");
        import_as(&archive.end(), Owners::ByNumber).map(|tree| bytes(&tree, "a"))
    };
    assert_eq!(map(b"2,4,8,4", b"13").unwrap(), b"\0\x001234\0\x005678\0");
    assert_eq!(map(b"0,8,20,0", b"20").unwrap().len(), 20);
    for (text, size, what) in [
        (&b"4,4,2,4"[..], &b"20"[..], "overlap"),
        (b"0,4,8,4", b"11", "ends after the file"),
        (b"0,4,8,3", b"11", "differ in number"),
        (b"0,-1,8,9", b"20", "below zero"),
        (b"0,8", b"-8", "no length"),
        (b"0,9223372036854775807,9223372036854775807,1", b"9", "ends after"),
        (b"0,8,9", b"20", "not a number"),
        (b"", b"x", "not a number"),
    ] {
        let error = map(text, size).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
    let before = |text: &str| {
        let mut archive = Archive::default();
        let records: [(&str, &[u8]); 3] = [
            ("GNU.sparse.major", b"1"),
            ("GNU.sparse.realsize", b"20"),
            ("GNU.sparse.name", b"real"),
        ];
        let mut data = text.as_bytes().to_vec();
        data.resize(512, 0);
        data.extend(b"12345678");
        archive.extended(b'x', &records);
        archive.add(&Header::new(b"a", b'0', data.len() as u64), &data);
        import_as(&archive.end(), Owners::ByNumber).map(|tree| bytes(&tree, "real"))
    };
    assert_eq!(before("1\n10\n8\n").unwrap(), b"\0\0\0\0\0\0\0\0\0\x0012345678\0\0");
    assert!(before("9999999999\n").unwrap_err().contains("longer than the data"));
    assert!(before("100\n1\n").unwrap_err().contains("not a number"));
    assert!(before("x\n").unwrap_err().contains("not a number"));
}

#[test]
fn an_archive_ends_with_zeros_and_nothing_else() {
    let mut archive = Archive::default();
    archive.file("a", "1");
    let whole = archive.end();
    assert!(import_as(&whole[..whole.len() - 512], Owners::ByNumber).is_ok(), "one block of zeros");
    assert_eq!(
        import_as(&archive.0, Owners::ByNumber).unwrap_err(),
        "made.tar: cut off: the blocks of zeros that end a tar archive are missing (at byte 1024)"
    );
    let trailing = [&whole[..], b"\0\0\0x"].concat();
    assert_eq!(
        import_as(&trailing, Owners::ByNumber).unwrap_err(),
        "made.tar: something follows the end of the archive (at byte 2051)"
    );
    assert_eq!(import_as(&[0; 10240], Owners::ByNumber).unwrap().statistics().names, 0);
    let error = import_as(b"", Owners::ByNumber).unwrap_err();
    assert_eq!(error, "made.tar: an empty file, not an archive (at byte 0)");
    for junk in [&b"hello"[..], &[b'x'; 4096]] {
        let error = import_as(junk, Owners::ByNumber).unwrap_err();
        assert!(error.contains("neither a tar archive"), "{error}");
    }
}

#[test]
fn lengths_beyond_the_archive_are_errors_and_no_memory() {
    for typeflag in [b'0', b'L', b'K', b'x', b'g', b'V', b'D', b'S'] {
        for size in
            [&b"77777777777\0"[..], &[0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255]]
        {
            let mut header = Header::new(b"a", typeflag, 0);
            header.gnu().put(124, size).put(483, b"00000001750\0");
            let mut archive = Archive::default();
            archive.add(&header, b"some");
            for bytes in [archive.end(), zstd::encode_all(&archive.end()[..], 1).unwrap()] {
                assert!(import_as(&bytes, Owners::ByNumber).is_err());
            }
        }
    }
    let mut header = Header::new(b"a", b'0', 0);
    header.put(124, &[0xff; 12]);
    assert!(fault(Archive::default().add(&header, b"")).contains("size is not a number"));
}

#[test]
fn directories_nest_as_deep_as_a_name_is_long() {
    // Far deeper than a thread's stack has room for one call each.
    let name = "d/".repeat(50_000);
    let mut archive = Archive::default();
    archive.add(Header::new(b"././@LongLink", b'L', name.len() as u64).gnu(), name.as_bytes());
    archive.directory("short");
    let tree = import_as(&archive.end(), Owners::ByNumber).unwrap();
    let statistics = tree.statistics();
    assert_eq!((statistics.names, statistics.directories), (50_000, 50_001));
    let mut names = 0;
    let counted = tree.walk(|_, _| {
        names += 1;
        Ok::<(), ()>(())
    });
    counted.unwrap();
    assert_eq!(names, 50_001);
    let mut union = Tree::new();
    union.merge(tree).unwrap();
    assert_eq!(union.statistics().names, 50_000);
}
