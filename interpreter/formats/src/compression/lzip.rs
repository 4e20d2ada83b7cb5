//! lzip (the format in the manual of lzip, "File format"): a member for each chunk.

use super::{Heard, chunks, xz};
use crate::output::Error;
use crc32fast::Hasher;
use liblzma::stream::{Action, LzmaOptions, Status, Stream};
use std::io::{self, Write};
use tintype_tree::Extents;

/// The dictionary of a member holds all of it. The byte that says so is the power of two.
const DICTIONARY_BITS: u8 = xz::BLOCK_BITS;

/// Bytes that liblzma's ".lzma" header takes: properties, dictionary, length.
const ALONE_HEADER: usize = 13;

pub(super) fn compress(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    let threads = threads.min(xz::THREADS_AT_MOST);
    let work = |(): &mut (), chunk: &[u8], _| member(chunk);
    chunks::worked(
        content,
        xz::BLOCK,
        threads,
        heard,
        || (),
        work,
        |_, member| sink.write_all(&member),
    )
}

fn member(chunk: &[u8]) -> io::Result<Vec<u8>> {
    let mut options = LzmaOptions::new_preset(xz::PRESET)?;
    // lzip has only these properties: lc 3, lp 0, pb 2.
    options.literal_context_bits(3).literal_position_bits(0).position_bits(2);
    options.dict_size(1 << DICTIONARY_BITS).nice_len(273);
    let mut stream = Stream::new_lzma_encoder(&options)?;
    let mut alone = Vec::with_capacity(chunk.len() / 2 + 1024);
    loop {
        let done = stream.total_in() as usize;
        let status = stream.process_vec(&chunk[done..], &mut alone, Action::Finish)?;
        if matches!(status, Status::StreamEnd) {
            break;
        }
        alone.reserve(alone.capacity().max(1024));
    }
    let mut crc = Hasher::new();
    crc.update(chunk);
    let mut member = b"LZIP\x01".to_vec();
    member.push(DICTIONARY_BITS);
    member.extend_from_slice(&alone[ALONE_HEADER..]);
    member.extend_from_slice(&crc.finalize().to_le_bytes());
    member.extend_from_slice(&(chunk.len() as u64).to_le_bytes());
    let len = member.len() as u64 + 8;
    member.extend_from_slice(&len.to_le_bytes());
    Ok(member)
}
