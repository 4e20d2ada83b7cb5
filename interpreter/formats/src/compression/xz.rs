//! xz (The .xz File Format): one stream of blocks that can be unpacked side by side.

use super::{Heard, chunks};
use crate::output::Error;
use liblzma::stream::{Check, Filters, LzmaOptions, MtStreamBuilder, Stream};
use liblzma::write::XzEncoder;
use std::io::Write;
use tintype_tree::Extents;

/// `LZMA_PRESET_EXTREME`, and xz's default preset.
pub(super) const PRESET: u32 = 6 | 1 << 31;

/// Bytes of content of a block.
pub(super) const BLOCK: u64 = 16 << 20;

/// An encoder takes 94 MiB and two blocks: with more, memory would grow beyond what a machine with
/// many cores can spare.
pub(super) const THREADS_AT_MOST: usize = 8;

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
    let mut filters = Filters::new();
    filters.lzma2(&LzmaOptions::new_preset(PRESET)?);
    MtStreamBuilder::new()
        .threads(threads as u32)
        .block_size(BLOCK)
        .filters(filters)
        .check(Check::Crc64)
        .encoder()
}
