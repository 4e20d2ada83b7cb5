//! gzip (RFC 1952): one member, whatever the number of chunks that it is made of, so that readers
//! which stop after the first one have all of it.

use super::{Heard, chunks, deflate};
use crate::output::Error;
use crc32fast::Hasher;
use libdeflater::{CompressionLvl, Compressor};
use std::io::{self, Write};
use tintype_tree::Extents;

/// Bytes of a chunk. Each begins anew with nothing to refer to, which costs about 30 KiB of
/// content's worth of matches.
const CHUNK: u64 = 4 << 20;

/// On a Debian tree as small as `gzip -9`; see tests/bench/archives.
const LEVEL: i32 = 7;

/// RFC 1952, 2.3, as `gzip -9n` writes it: no name, no time, the slowest compression, Unix.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3];

/// What became of a chunk.
struct Part {
    deflated: Vec<u8>,
    crc: Hasher,
}

pub(super) fn compress(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    sink.write_all(&HEADER).map_err(Error::Sink)?;
    let mut crc = Hasher::new();
    let compressor = || Compressor::new(CompressionLvl::new(LEVEL).expect("a level that there is"));
    chunks::worked(content, CHUNK, threads, heard, compressor, part, |_, part| {
        crc.combine(&part.crc);
        sink.write_all(&part.deflated)
    })?;
    // ISIZE is the length modulo 2³².
    let trailer = [crc.finalize().to_le_bytes(), (content.len() as u32).to_le_bytes()].concat();
    sink.write_all(&trailer).map_err(Error::Sink)
}

fn part(compressor: &mut Compressor, chunk: &[u8], last: bool) -> io::Result<Part> {
    let mut crc = Hasher::new();
    crc.update(chunk);
    let mut deflated = vec![0; compressor.deflate_compress_bound(chunk.len())];
    let len = compressor.deflate_compress(chunk, &mut deflated).map_err(io::Error::other)?;
    deflated.truncate(len);
    if !last {
        deflated = deflate::open_end(deflated)
            .ok_or_else(|| io::Error::other("the compressor gave no whole stream"))?;
    }
    Ok(Part { deflated, crc })
}
