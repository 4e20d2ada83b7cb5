//! Compressed bytes of ours, unpacked by the programs that compress such files elsewhere.

use std::fs;
use std::io::Write;
use tintype_formats::compression::Compression;
use tintype_formats::output;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tree::Extents;

/// Text, zeros and noise by turns, so that no two chunks are alike.
fn content(len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    let mut state = 1u64;
    while bytes.len() < len {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let part = 1000 + (state >> 40) as usize % 100_000;
        match state >> 62 {
            0 => bytes.resize(bytes.len() + part, 0),
            1 => {
                for _ in 0..part / 8 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    bytes.extend_from_slice(&state.to_be_bytes());
                }
            }
            _ => {
                for line in 0..part / 20 {
                    let shown = (state >> 32) % 1000 + line as u64 * line as u64 % 7919;
                    writeln!(bytes, "line {line}: {shown}").unwrap();
                }
            }
        }
    }
    bytes.truncate(len);
    bytes
}

fn compressed(compression: Compression, content: &[u8], threads: usize) -> Vec<u8> {
    let extents = Extents::from_bytes(content);
    let mut heard = Vec::new();
    let mut sink = Vec::new();
    compression
        .compress(&extents, threads, &mut |piece| heard.extend_from_slice(piece), &mut sink)
        .expect("memory can be written to");
    assert!(heard == content, "what is heard is the content");
    sink
}

/// Lengths around the chunks of the kind in question, each unpacked by `tool`; the same bytes with
/// any number of threads.
#[track_caller]
fn unpacked_by(
    tool: &'static str,
    arguments: &[&str],
    compression: Compression,
    lengths: &[usize],
) {
    if !met(&format!("{} unpacks what is compressed", tool), &[Tool(tool)]) {
        return;
    }
    let scratch = Scratch::new("compression");
    let mut whole = content(lengths.iter().copied().max().unwrap_or(0));
    let slow = matches!(compression, Compression::Xz | Compression::Lzip);
    if slow {
        // They take their time: what is looked at is where blocks begin and end.
        whole[50_000..].iter_mut().for_each(|byte| *byte &= 1);
        whole[60_000..].fill(b'z');
    }
    for len in lengths {
        let part = &whole[..*len];
        let one = compressed(compression, part, 1);
        if *len < MIB || !slow {
            assert!(one == compressed(compression, part, 2), "{tool}: 2 threads, {len} bytes");
        }
        assert!(one == compressed(compression, part, 8), "{tool}: 8 threads, {len} bytes");
        let file = scratch.join(&format!("packed{}", compression.extension()));
        fs::write(&file, &one).unwrap();
        let outcome = program::run(program::command(tool).args(arguments).arg(&file)).ok();
        assert!(outcome.stdout == part, "{tool}: {len} bytes");
        assert_eq!(outcome.stderr, "", "{outcome}");
    }
}

const MIB: usize = 1 << 20;

#[test]
fn gzip_unpacks() {
    let lengths = [0, 1, 100_000, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 21 * MIB + 5];
    unpacked_by("gzip", &["-dc"], Compression::Gzip, &lengths);
}

/// A reader that stops after the first member, as many libraries do, has everything.
#[test]
fn gzip_files_are_one_member_with_the_header_of_gzip_9n() {
    let whole = content(9 * MIB);
    let packed = compressed(Compression::Gzip, &whole, 2);
    let mut first = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut first).unwrap();
    assert!(first == whole);
    if met("the header of gzip -9n", &[Tool("gzip")]) {
        let scratch = Scratch::new("compression");
        let file = scratch.write("content", "x");
        let gzip = program::run(program::command("gzip").arg("-9nc").arg(&file)).ok();
        assert_eq!(packed[..10], gzip.stdout[..10]);
    }
}

#[test]
fn zstd_unpacks() {
    let lengths = [0, 1, 100_000, 8 * MIB, 21 * MIB + 5];
    unpacked_by("zstd", &["-dcq"], Compression::Zstd, &lengths);
}

#[test]
fn xz_unpacks() {
    unpacked_by("xz", &["-dc"], Compression::Xz, &[0, 1, 100_000, 17 * MIB]);
}

#[test]
fn bzip2_unpacks() {
    let lengths = [0, 1, 719_983, 719_984, 719_985, 3 * MIB];
    unpacked_by("bzip2", &["-dc"], Compression::Bzip2, &lengths);
}

/// Runs of four cost five bytes: the worst case of a block's first step.
#[test]
fn bzip2_s_blocks_have_room_for_runs() {
    if !met("bzip2 unpacks runs", &[Tool("bzip2")]) {
        return;
    }
    let runs: Vec<u8> = (0..2_000_000u32).map(|at| (at / 4) as u8).collect();
    let scratch = Scratch::new("compression");
    let file = scratch.join("packed.bz2");
    fs::write(&file, compressed(Compression::Bzip2, &runs, 2)).unwrap();
    let outcome = program::run(program::command("bzip2").arg("-dc").arg(&file)).ok();
    assert!(outcome.stdout == runs);
}

#[test]
fn lzip_unpacks() {
    unpacked_by("lzip", &["-dc"], Compression::Lzip, &[0, 1, 100_000, 17 * MIB]);
}

#[test]
fn the_table_has_guix_s_names_and_extensions() {
    let all = [
        ("gzip", ".gz"),
        ("lzip", ".lz"),
        ("xz", ".xz"),
        ("bzip2", ".bz2"),
        ("zstd", ".zst"),
        ("none", ""),
    ];
    for (name, extension) in all {
        let compression = Compression::by_name(name).expect(name);
        assert_eq!((compression.name(), compression.extension()), (name, extension));
    }
    assert_eq!(Compression::by_name("brotli"), None);
    assert_eq!(compressed(Compression::None, b"as it is", 2), b"as it is");
}

/// A sink that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        match self.0.min(buffer.len()) {
            0 => Err(std::io::Error::from_raw_os_error(libc::ENOSPC)),
            len => {
                self.0 -= len;
                Ok(len)
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_sink_is_an_error_and_no_hang() {
    let (little, much) = (content(200_000), content(9 * MIB));
    for name in ["gzip", "lzip", "xz", "bzip2", "zstd", "none"] {
        let compression = Compression::by_name(name).unwrap();
        let slow = matches!(compression, Compression::Xz | Compression::Lzip);
        let extents = Extents::from_bytes(&**if slow { &little } else { &much });
        for room in [0, 1000] {
            let result = compression.compress(&extents, 2, &mut |_| (), &mut Full(room));
            assert!(matches!(result, Err(output::Error::Sink(_))), "{name}: {room}: {result:?}");
        }
    }
}
