//! Zstandard (RFC 8878): one frame with a checksum, as the `zstd` command makes it.

use super::{Heard, chunks};
use crate::output::Error;
use std::io::{self, Write};
use tintype_tree::Extents;
use zstd::stream::write::Encoder;

const LEVEL: i32 = 3;

pub(super) fn compress(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    let mut encoder = encoder(content.len(), threads, sink).map_err(Error::Sink)?;
    chunks::feed(content, heard, &mut encoder)?;
    encoder.finish().map_err(Error::Sink)?;
    Ok(())
}

fn encoder(
    len: u64,
    threads: usize,
    sink: &mut dyn Write,
) -> io::Result<Encoder<'static, &mut dyn Write>> {
    let mut encoder = Encoder::new(sink, LEVEL)?;
    // Without a worker the stream is another one than with any number of them.
    encoder.multithread(threads as u32)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(len))?;
    Ok(encoder)
}
