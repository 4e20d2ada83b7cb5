//! Content in chunks of one size, worked on by several threads, taken up again in order.

use super::Heard;
use crate::output::Error;
use std::io::{self, Read, Write};
use std::sync::mpsc::sync_channel;
use std::thread;
use tintype_tree::Extents;

/// Bytes that are moved at once where nothing is made of them.
pub(super) const MOVED: u64 = 1 << 20;

/// A chunk of the content and what became of it.
pub(super) struct Worked<T> {
    pub(super) content: Vec<u8>,
    pub(super) result: io::Result<T>,
}

/// Calls `work` with every chunk of `chunk_len` bytes and whether it is the last, on `threads`
/// threads, and `take` with what became of them, in order. Empty content is one empty chunk. Each
/// thread has at most three chunks in memory.
pub(super) fn in_order<T: Send>(
    content: &Extents,
    chunk_len: u64,
    threads: usize,
    work: impl Fn(&[u8], bool) -> io::Result<T> + Sync,
    mut take: impl FnMut(Worked<T>) -> Result<(), Error>,
) -> Result<(), Error> {
    let count = content.len().div_ceil(chunk_len).max(1);
    let threads = (threads as u64).min(count);
    let work = &work;
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for first in 0..threads {
            let (sender, receiver) = sync_channel(1);
            workers.push(receiver);
            scope.spawn(move || {
                for index in (first..count).step_by(threads as usize) {
                    let start = index * chunk_len;
                    let mut chunk = vec![0; chunk_len.min(content.len() - start) as usize];
                    let worked = match content.read_at(start, &mut chunk) {
                        Ok(()) => {
                            let result = work(&chunk, index + 1 == count);
                            Ok(Worked { content: chunk, result })
                        }
                        Err(error) => Err(Error::SourceOpen(error)),
                    };
                    // Who has stopped listening met an error.
                    if sender.send(worked).is_err() {
                        return;
                    }
                }
            });
        }
        for index in 0..count {
            let worker = &workers[(index % threads) as usize];
            take(worker.recv().expect("a worker answers for each of its chunks")?)?;
        }
        Ok(())
    })
}

/// Writes the content as it is.
pub(super) fn copy(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    if content.is_empty() {
        return Ok(());
    }
    in_order(
        content,
        MOVED,
        threads,
        |_, _| Ok(()),
        |worked| {
            heard(&worked.content);
            sink.write_all(&worked.content).map_err(Error::Sink)
        },
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
