//! Decompression beside the reading of the archive, in a thread of its own.

use super::{ArchiveFault, ImportError};
use crate::extents::Extents;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::{MtStreamBuilder, Stream};
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Bytes of one chunk that passes between the threads, and chunks that may wait.
const CHUNK: usize = 256 << 10;
const CHUNKS_WAITING: usize = 8;

/// Bytes that come of one, at most, of those above [`RATIO_FROM`]. gzip reaches 1,032; the others reach
/// more with nothing but zeros.
pub(super) const RATIO_AT_MOST: u64 = 4096;

/// Unpacked bytes from which on their ratio to the packed ones is looked at: fewer fill no disk.
const RATIO_FROM: u64 = 256 << 20;

/// Memory (bytes) above which xz blocks are decompressed with fewer threads, down to one.
const XZ_THREADS_MEMORY: u64 = 64 << 20;

/// How an archive is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Xz,
    Zstd,
    Bzip2,
    Lzip,
}

impl Compression {
    /// What the first bytes of a file tell.
    pub(super) fn of(start: &[u8]) -> Option<Compression> {
        match start {
            // RFC 1952, 2.3.1
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            // The .xz file format, 2.1.1.1
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            // RFC 8878, 3.1.1 and 3.1.2 (a skippable frame may come first)
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Compression::Zstd)
            }
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Compression::Bzip2),
            [b'L', b'Z', b'I', b'P', ..] => Some(Compression::Lzip),
            _ => None,
        }
    }

    /// How `content` is compressed, if it is.
    pub(super) fn of_content(content: &Extents) -> io::Result<Option<Compression>> {
        let mut start = [0; 8];
        let len = content.len().min(start.len() as u64) as usize;
        content.read_at(0, &mut start[..len])?;
        Ok(Compression::of(&start[..len]))
    }

    fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Xz => "xz",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Lzip => "lzip",
        }
    }
}

/// Why the unpacked bytes end early.
#[derive(Debug)]
pub(super) enum UnpackError {
    /// The packed file cannot be read.
    Read(io::Error),
    /// It is damaged, at this byte of it or a little before.
    Fault { offset: u64, fault: ArchiveFault },
}

/// Calls `consume` with the bytes of `packed`, decompressed meanwhile by another thread. `None`: they
/// are not compressed.
pub(super) fn unpack<T>(
    packed: Box<dyn Read + Send + '_>,
    compression: Option<Compression>,
    consume: impl FnOnce(Unpacked) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let (sender, receiver) = sync_channel(CHUNKS_WAITING);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut packed = Packed::new(packed);
            if let Err(error) = send_all(&mut packed, compression, &sender) {
                // Who has stopped listening needs no answer.
                let _ = sender.send(Err(error));
            }
        });
        consume(Unpacked { receiver, chunk: Vec::new(), used: 0 })
    })
}

/// The decompressed bytes.
pub(super) struct Unpacked {
    receiver: Receiver<Result<Vec<u8>, UnpackError>>,
    chunk: Vec<u8>,
    used: usize,
}

impl Unpacked {
    /// The bytes that are there now, at least one but at the end.
    pub(super) fn available(&mut self) -> Result<&[u8], UnpackError> {
        while self.used == self.chunk.len() {
            match self.receiver.recv() {
                Ok(chunk) => (self.chunk, self.used) = (chunk?, 0),
                Err(_) => return Ok(&[]),
            }
        }
        Ok(&self.chunk[self.used..])
    }

    /// Leaves out the first `count` of the available bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.used = (self.used + count).min(self.chunk.len());
    }
}

/// Decompresses member after member (gzip), stream after stream (xz, bzip2), frame after frame
/// (zstd); zeros between and after them are padding.
fn send_all(
    packed: &mut Packed<'_>,
    compression: Option<Compression>,
    sender: &SyncSender<Result<Vec<u8>, UnpackError>>,
) -> Result<(), UnpackError> {
    let Some(compression) = compression else {
        return send(packed, sender, None).map(|_| ()).map_err(UnpackError::Read);
    };
    let mut ratio = Ratio { packed: packed.passed.clone(), unpacked: 0 };
    let mut more = true;
    while more {
        let unpacked = decoder(compression, &mut *packed);
        let sent = unpacked.and_then(|mut unpacked| send(&mut *unpacked, sender, Some(&mut ratio)));
        let offset = packed.passed();
        let listening = match (sent, packed.failed.take()) {
            (Ok(listening), _) => listening,
            (Err(_), Some(error)) => return Err(UnpackError::Read(error)),
            (Err(error), None) => {
                let fault = ArchiveFault::Compression { format: compression.name(), error };
                return Err(UnpackError::Fault { offset, fault });
            }
        };
        if ratio.is_too_high() {
            return Err(ratio.fault());
        }
        more = listening && another(packed, compression)?;
    }
    Ok(())
}

/// The first member, stream or frame of `packed`, decompressed.
fn decoder<'p>(
    compression: Compression,
    packed: impl BufRead + 'p,
) -> io::Result<Box<dyn Read + 'p>> {
    Ok(match compression {
        Compression::Gzip => Box::new(GzDecoder::new(packed)),
        Compression::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(packed)),
        Compression::Xz => Box::new(xz_decoder(packed)?),
        Compression::Lzip => Box::new(lzip_decoder(packed)?),
        Compression::Zstd => Box::new(zstd_decoder(packed)?),
    })
}

/// The bytes of a small file in memory, decompressed if it is compressed in one piece: at most `limit`
/// of them.
///
/// # Errors
/// When it cannot be read, is damaged, or holds more.
pub fn decompressed(content: &Extents, limit: u64) -> io::Result<Vec<u8>> {
    let too_long = || io::Error::other(format!("it is longer than {limit} bytes"));
    if content.len() > limit {
        return Err(too_long());
    }
    let bytes = content.to_vec()?;
    let Some(compression) = Compression::of(&bytes) else { return Ok(bytes) };
    let mut unpacked = Vec::new();
    decoder(compression, &*bytes)?.take(limit + 1).read_to_end(&mut unpacked)?;
    if unpacked.len() as u64 > limit { Err(too_long()) } else { Ok(unpacked) }
}

fn xz_decoder<R: BufRead>(packed: R) -> io::Result<XzDecoder<R>> {
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u32);
    let stream = MtStreamBuilder::new()
        .threads(threads)
        .memlimit_threading(XZ_THREADS_MEMORY)
        .memlimit_stop(u64::MAX)
        .decoder()?;
    Ok(XzDecoder::new_stream(packed, stream))
}

fn lzip_decoder<R: BufRead>(packed: R) -> io::Result<XzDecoder<R>> {
    Ok(XzDecoder::new_stream(packed, Stream::new_lzip_decoder(u64::MAX, 0)?))
}

fn zstd_decoder<'z, R: BufRead>(packed: R) -> io::Result<zstd::Decoder<'z, R>> {
    let mut decoder = zstd::Decoder::with_buffer(packed)?.single_frame();
    // As much as the frame asks for: `zstd --long` writes windows beyond the default limit.
    decoder.window_log_max(31)?;
    Ok(decoder)
}

/// How much came of how much.
struct Ratio {
    packed: Arc<AtomicU64>,
    unpacked: u64,
}

impl Ratio {
    fn is_too_high(&self) -> bool {
        let packed = self.packed.load(Ordering::Relaxed);
        self.unpacked > RATIO_FROM && self.unpacked / RATIO_AT_MOST > packed
    }

    fn fault(&self) -> UnpackError {
        let offset = self.packed.load(Ordering::Relaxed);
        let fault = ArchiveFault::Bomb { packed: offset, unpacked: self.unpacked };
        UnpackError::Fault { offset, fault }
    }
}

/// Sends all bytes of `unpacked` in chunks; false when nobody takes them any more, or `ratio` is too
/// high.
fn send(
    unpacked: &mut dyn Read,
    sender: &SyncSender<Result<Vec<u8>, UnpackError>>,
    mut ratio: Option<&mut Ratio>,
) -> io::Result<bool> {
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        let result = unpacked.take(CHUNK as u64).read_to_end(&mut chunk);
        if chunk.is_empty() {
            return result.map(|_| true);
        }
        if let Some(ratio) = ratio.as_mut() {
            ratio.unpacked += chunk.len() as u64;
            if ratio.is_too_high() {
                return Ok(false);
            }
        }
        if sender.send(Ok(chunk)).is_err() {
            return Ok(false);
        }
        result?;
    }
}

/// Whether another member follows.
fn another(packed: &mut Packed<'_>, compression: Compression) -> Result<bool, UnpackError> {
    loop {
        let start = packed.fill_buf().map_err(UnpackError::Read)?;
        let zeros = start.iter().take_while(|byte| **byte == 0).count();
        if start.is_empty() {
            return Ok(false);
        }
        if zeros == 0 {
            break;
        }
        packed.consume(zeros);
    }
    let offset = packed.passed();
    match Compression::of(packed.ahead(6).map_err(UnpackError::Read)?) {
        Some(next) if next == compression => Ok(true),
        _ => Err(UnpackError::Fault { offset, fault: ArchiveFault::TrailingData }),
    }
}

/// The packed file, buffered, with the count of bytes passed.
struct Packed<'a> {
    inner: Box<dyn Read + Send + 'a>,
    buffer: Vec<u8>,
    at: std::ops::Range<usize>,
    passed: Arc<AtomicU64>,
    /// The error of reading, apart from those that the decompressor makes of what it read.
    failed: Option<io::Error>,
}

impl<'a> Packed<'a> {
    fn new(inner: Box<dyn Read + Send + 'a>) -> Packed<'a> {
        Packed { inner, buffer: vec![0; CHUNK], at: 0..0, passed: Arc::default(), failed: None }
    }

    /// Bytes passed so far.
    fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// The next `count` bytes, fewer only before the end. They stay ahead.
    fn ahead(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.at.len() < count {
            self.buffer.copy_within(self.at.clone(), 0);
            self.at = 0..self.at.len();
            while self.at.len() < count {
                match self.inner.read(&mut self.buffer[self.at.end..]) {
                    Ok(0) => break,
                    Ok(read) => self.at.end += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.failed = Some(io::Error::new(error.kind(), error.to_string()));
                        return Err(error);
                    }
                }
            }
        }
        Ok(&self.buffer[self.at.clone()])
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Packed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.ahead(1)
    }

    fn consume(&mut self, count: usize) {
        self.at.start += count;
        self.passed.fetch_add(count as u64, Ordering::Relaxed);
    }
}
