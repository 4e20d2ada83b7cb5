//! Content in chunks of one size, worked on by several threads, taken up again in order.

use super::Heard;
use crate::output::Error;
use crate::output::in_order::in_order;
use std::io::{self, Read, Write};
use tintype_tree::Extents;

/// Bytes that are moved at once where nothing is made of them.
pub(super) const MOVED: u64 = 1 << 20;

/// Calls `work` with every chunk of `chunk_len` bytes and whether it is the last, on `threads`
/// threads, each with a state of its own from `state`; then, in order, `heard` with the chunk and `take`
/// with what became of it. Empty content is one empty chunk.
pub(super) fn worked<W, T: Send>(
    content: &Extents,
    chunk_len: u64,
    threads: usize,
    heard: Heard<'_>,
    state: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &[u8], bool) -> io::Result<T> + Sync,
    mut take: impl FnMut(&[u8], T) -> io::Result<()>,
) -> Result<(), Error> {
    let count = content.len().div_ceil(chunk_len).max(1);
    let read_and_work = |state: &mut W, index: &u64| {
        let start = index * chunk_len;
        let mut chunk = vec![0; chunk_len.min(content.len() - start) as usize];
        content.read_at(start, &mut chunk).map_err(Error::SourceOpen)?;
        let result = work(state, &chunk, index + 1 == count).map_err(Error::Sink)?;
        Ok((chunk, result))
    };
    in_order(0..count, threads, state, read_and_work, |_, (chunk, result)| {
        heard(&chunk);
        take(&chunk, result).map_err(Error::Sink)
    })
}

/// Writes the content as it is.
pub(super) fn copy(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    worked(
        content,
        MOVED,
        threads,
        heard,
        || (),
        |(), _, _| Ok(()),
        |chunk, ()| sink.write_all(chunk),
    )
}

/// Gives the content, piece by piece, to a compressor that has threads of its own.
pub(super) fn feed(
    content: &Extents,
    heard: Heard<'_>,
    compressor: &mut dyn Write,
) -> Result<(), Error> {
    let mut reader = content.reader();
    let mut buffer = vec![0; content.len().clamp(1, MOVED) as usize];
    loop {
        let len = reader.read(&mut buffer).map_err(Error::SourceOpen)?;
        if len == 0 {
            return Ok(());
        }
        heard(&buffer[..len]);
        compressor.write_all(&buffer[..len]).map_err(Error::Sink)?;
    }
}
