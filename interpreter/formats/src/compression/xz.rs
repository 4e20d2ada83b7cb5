//! xz (The .xz File Format): one stream of blocks that can be unpacked side by side.

use super::{Heard, chunks};
use crate::output::Error;
use liblzma::stream::{Check, Filters, LzmaOptions, MtStreamBuilder, Stream};
use liblzma::write::XzEncoder;
use std::io::Write;
use tintype_tree::Extents;

/// `LZMA_PRESET_EXTREME`, and xz's default preset; its dictionary is the block's.
pub(super) const PRESET: u32 = 6 | 1 << 31;

/// Bytes of content of a block, and of its dictionary, which has no use for more. With them grows the
/// memory of an encoder, twelve times as much.
pub(super) const BLOCK_BITS: u8 = 22;
pub(super) const BLOCK: u64 = 1 << BLOCK_BITS;

/// With an encoder's 48 MiB and three blocks a thread, what a machine with many cores can spare.
pub(super) const THREADS_AT_MOST: usize = 16;

pub(super) fn compress(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    let stream = encoder(threads.min(THREADS_AT_MOST)).map_err(|e| Error::Sink(e.into()))?;
    let mut encoder = XzEncoder::new_stream(sink, stream);
    chunks::feed(content, heard, &mut encoder)?;
    encoder.finish().map_err(Error::Sink)?;
    Ok(())
}

fn encoder(threads: usize) -> Result<Stream, liblzma::stream::Error> {
    let mut options = LzmaOptions::new_preset(PRESET)?;
    options.dict_size(BLOCK as u32);
    let mut filters = Filters::new();
    filters.lzma2(&options);
    MtStreamBuilder::new()
        .threads(threads as u32)
        .block_size(BLOCK)
        .filters(filters)
        .check(Check::Crc64)
        .encoder()
}
