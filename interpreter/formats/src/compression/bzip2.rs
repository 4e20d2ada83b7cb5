//! bzip2: one stream, whose blocks are compressed one by one and then put together bit by bit.

use super::{Heard, chunks};
use crate::output::Error;
use bzip2::write::BzEncoder;
use std::io::{self, Write};
use tintype_tree::Extents;

/// Bytes of content of a block: 900,000 are there for what the first step, which counts runs, makes
/// of them, at most five bytes of four, and it keeps 19 for itself.
const CHUNK: u64 = (900_000 - 19) / 5 * 4;

/// "BZh", and blocks of 900,000 bytes.
const HEADER: &[u8] = b"BZh9";

/// What heads a block: the digits of pi. Its CRC follows.
const BLOCK_MAGIC: u64 = 0x3141_5926_5359;

/// What heads the end: the digits of its square root. The CRC of all follows.
const END_MAGIC: u64 = 0x1772_4538_5090;

/// Bits of such a head and of a CRC.
const MAGIC_BITS: u32 = 48;
const CRC_BITS: u32 = 32;

/// The one block of a stream.
struct Block {
    stream: Vec<u8>,
    /// First bit after the block.
    end: usize,
    crc: u32,
}

pub(super) fn compress(
    content: &Extents,
    threads: usize,
    heard: Heard<'_>,
    sink: &mut dyn Write,
) -> Result<(), Error> {
    let mut bits = BitWriter { sink, waiting: 0, count: 0 };
    bits.bytes(HEADER).map_err(Error::Sink)?;
    let mut combined = 0u32;
    let work = |(): &mut (), chunk: &[u8], _| block(chunk);
    chunks::worked(
        content,
        CHUNK,
        threads,
        heard,
        || (),
        work,
        |_, block| {
            let Some(block) = block else { return Ok(()) };
            combined = combined.rotate_left(1) ^ block.crc;
            bits.range(&block.stream, 8 * HEADER.len(), block.end)
        },
    )?;
    bits.put(END_MAGIC, MAGIC_BITS)
        .and_then(|()| bits.put(combined.into(), CRC_BITS))
        .and_then(|()| bits.finish())
        .map_err(Error::Sink)
}

/// The block of `chunk`; none if that is empty.
fn block(chunk: &[u8]) -> io::Result<Option<Block>> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(chunk)?;
    let stream = encoder.finish()?;
    if chunk.is_empty() {
        return Ok(None);
    }
    let begin = 8 * HEADER.len();
    let unlike = || io::Error::other("the compressor gave no stream of one block");
    if bits_at(&stream, begin, MAGIC_BITS) != Some(BLOCK_MAGIC) {
        return Err(unlike());
    }
    let crc = bits_at(&stream, begin + MAGIC_BITS as usize, CRC_BITS).ok_or_else(unlike)?;
    // The last byte is filled up with zeros. With one block, the CRC of all is the block's.
    let tail = (MAGIC_BITS + CRC_BITS) as usize;
    let latest = (8 * stream.len()).checked_sub(tail).ok_or_else(unlike)?;
    let end = (0..8).map(|filled| latest - filled).find(|end| {
        bits_at(&stream, *end, MAGIC_BITS) == Some(END_MAGIC)
            && bits_at(&stream, end + MAGIC_BITS as usize, CRC_BITS) == Some(crc)
    });
    Ok(Some(Block { end: end.ok_or_else(unlike)?, stream, crc: crc as u32 }))
}

/// `count` bits from bit `at` on, the highest of a byte first.
fn bits_at(bytes: &[u8], at: usize, count: u32) -> Option<u64> {
    (at..at + count as usize).try_fold(0, |value, bit| {
        let byte = bytes.get(bit / 8)?;
        Some(value << 1 | u64::from(byte >> (7 - bit % 8) & 1))
    })
}

/// Writes bits, the highest of a byte first.
struct BitWriter<'a> {
    sink: &'a mut dyn Write,
    /// The lowest `count` bits are not written yet; fewer than eight.
    waiting: u64,
    count: u32,
}

impl BitWriter<'_> {
    fn put(&mut self, value: u64, count: u32) -> io::Result<()> {
        self.waiting = self.waiting << count | value;
        self.count += count;
        let whole = self.count / 8;
        self.count %= 8;
        let bytes = (self.waiting >> self.count).to_be_bytes();
        self.waiting &= (1 << self.count) - 1;
        self.sink.write_all(&bytes[8 - whole as usize..])
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.count == 0 {
            return self.sink.write_all(bytes);
        }
        let (shift, mut before) = (self.count, self.waiting as u8);
        let shifted: Vec<u8> = bytes
            .iter()
            .map(|byte| {
                let out = before << (8 - shift) | byte >> shift;
                before = byte & ((1 << shift) - 1);
                out
            })
            .collect();
        self.waiting = before.into();
        self.sink.write_all(&shifted)
    }

    /// The bits from `from`, at a whole byte, up to `to`.
    fn range(&mut self, bytes: &[u8], from: usize, to: usize) -> io::Result<()> {
        self.bytes(&bytes[from / 8..to / 8])?;
        match (to % 8) as u32 {
            0 => Ok(()),
            rest => self.put(u64::from(bytes[to / 8] >> (8 - rest)), rest),
        }
    }

    fn finish(mut self) -> io::Result<()> {
        match self.count {
            0 => Ok(()),
            count => self.put(0, 8 - count),
        }
    }
}
