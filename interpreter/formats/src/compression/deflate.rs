//! Finding one's way in DEFLATE data (RFC 1951) without unpacking it.
//!
//! A compressor gives each chunk as a whole stream, whose last block says that nothing follows. To
//! make one stream of several, that mark is taken away and the end is filled up to a whole byte.

/// What a symbol of a block means for the way through it.
#[derive(Clone, Copy)]
enum Step {
    /// No code has these bits.
    Invalid,
    /// A literal byte.
    Literal,
    /// A length, a distance after it.
    Length,
    /// The end of the block.
    End,
}

/// Bits of the two parts of a table's entry.
#[derive(Clone, Copy)]
struct Entry {
    step: Step,
    /// Bits of the code.
    code: u8,
    /// Bits after it that belong to it.
    extra: u8,
}

/// RFC 1951, 3.2.5: extra bits of the length codes 257 and on.
const LENGTH_EXTRA: [u8; 31] =
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0];

/// RFC 1951, 3.2.7: the order of the lengths of codes for lengths of codes.
const CODE_LENGTH_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Symbols of the alphabet of literals and lengths, and of distances.
const LITERALS: usize = 288;
const DISTANCES: usize = 32;

/// Makes the stream `stream`, one whole deflate stream, one that another can follow: the mark of the
/// last block is cleared, and an empty stored block fills the last byte. `None` if it is damaged.
pub(super) fn open_end(mut stream: Vec<u8>) -> Option<Vec<u8>> {
    let Blocks { last_header, end } = walk(&stream)?;
    stream[last_header / 8] &= !(1 << (last_header % 8));
    // Three bits of zeros head a stored block that is not the last; LEN and NLEN begin at a byte.
    stream.resize((end + 3).div_ceil(8), 0);
    stream.extend_from_slice(&[0, 0, 0xff, 0xff]);
    Some(stream)
}

/// Places in a stream, in bits.
struct Blocks {
    /// Where the header of the last block begins.
    last_header: usize,
    /// The first bit after the last block.
    end: usize,
}

fn walk(stream: &[u8]) -> Option<Blocks> {
    let mut bits = Bits { bytes: stream, position: 0 };
    loop {
        let header = bits.position;
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                bits.position = bits.position.next_multiple_of(8);
                let len = bits.take(16)?;
                if bits.take(16)? != len ^ 0xffff {
                    return None;
                }
                bits.position += 8 * len as usize;
            }
            1 => {
                let literals = |symbol| match symbol {
                    0..144 => 8,
                    144..256 => 9,
                    256..280 => 7,
                    _ => 8,
                };
                let literals: [u8; LITERALS] = std::array::from_fn(literals);
                block(&mut bits, &literals, &[5; DISTANCES])?;
            }
            2 => {
                let (literals, distances) = code_lengths(&mut bits)?;
                block(&mut bits, &literals, &distances)?;
            }
            _ => return None,
        }
        if bits.position > 8 * stream.len() {
            return None;
        }
        if last {
            return Some(Blocks { last_header: header, end: bits.position });
        }
    }
}

/// RFC 1951, 3.2.7: the lengths of the codes of a block.
fn code_lengths(bits: &mut Bits<'_>) -> Option<([u8; LITERALS], [u8; DISTANCES])> {
    let literal_count = bits.take(5)? as usize + 257;
    let distance_count = bits.take(5)? as usize + 1;
    let code_count = bits.take(4)? as usize + 4;
    let mut codes = [0; 19];
    for symbol in &CODE_LENGTH_ORDER[..code_count] {
        codes[*symbol] = bits.take(3)? as u8;
    }
    let table = Table::new(&codes, |_| (Step::Literal, 0))?;
    let mut lengths = [0u8; LITERALS + DISTANCES];
    let mut filled = 0;
    while filled < literal_count + distance_count {
        let symbol = table.symbol(bits)?;
        let (length, times) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => (*lengths[..filled].last()?, 3 + bits.take(2)? as usize),
            17 => (0, 3 + bits.take(3)? as usize),
            _ => (0, 11 + bits.take(7)? as usize),
        };
        lengths.get_mut(filled..filled + times)?.fill(length);
        filled += times;
    }
    let (mut literals, mut distances) = ([0; LITERALS], [0; DISTANCES]);
    literals.get_mut(..literal_count)?.copy_from_slice(&lengths[..literal_count]);
    let rest = lengths.get(literal_count..literal_count + distance_count)?;
    distances.get_mut(..distance_count)?.copy_from_slice(rest);
    Some((literals, distances))
}

/// Goes to the end of a block of codes.
fn block(bits: &mut Bits<'_>, literals: &[u8], distances: &[u8]) -> Option<()> {
    let literals = Table::new(literals, |symbol| match symbol {
        0..256 => (Step::Literal, 0),
        256 => (Step::End, 0),
        _ => (Step::Length, LENGTH_EXTRA[symbol - 257]),
    })?;
    // 3.2.5: the first four distances have no extra bits, then each pair one more.
    let extra = |symbol: usize| (symbol / 2).saturating_sub(1) as u8;
    let distances = Table::new(distances, |symbol| (Step::Literal, extra(symbol)))?;
    let end = 8 * bits.bytes.len();
    while bits.position < end {
        // One length and distance take at most 15 + 5 + 15 + 13 bits.
        let mut ahead = bits.ahead();
        let entry = literals.entry(ahead);
        let taken = entry.code + entry.extra;
        bits.position += usize::from(taken);
        match entry.step {
            Step::Literal => {}
            Step::Length => {
                ahead >>= taken;
                let entry = distances.entry(ahead);
                if matches!(entry.step, Step::Invalid) {
                    return None;
                }
                bits.position += usize::from(entry.code + entry.extra);
            }
            Step::End => return Some(()),
            Step::Invalid => return None,
        }
    }
    None
}

/// What the next bits mean, looked up with as many as the longest code has.
struct Table {
    bits: u32,
    entries: Vec<Entry>,
    symbols: Vec<u16>,
}

impl Table {
    /// RFC 1951, 3.2.2: codes follow from their lengths; `meaning` is that of a symbol and the bits
    /// that follow its code. `None` if the lengths make no code.
    fn new(lengths: &[u8], meaning: impl Fn(usize) -> (Step, u8)) -> Option<Table> {
        let bits = u32::from(*lengths.iter().max()?).max(1);
        let invalid = Entry { step: Step::Invalid, code: 1, extra: 0 };
        let mut entries = vec![invalid; 1 << bits];
        let mut symbols = vec![0; 1 << bits];
        let mut code = 0u32;
        for length in 1..=bits {
            for (symbol, own) in lengths.iter().enumerate() {
                if u32::from(*own) != length {
                    continue;
                }
                if code >> length != 0 {
                    return None;
                }
                let (step, extra) = meaning(symbol);
                let reversed = code.reverse_bits() >> (32 - length);
                for place in (reversed as usize..1 << bits).step_by(1 << length) {
                    entries[place] = Entry { step, code: *own, extra };
                    symbols[place] = symbol as u16;
                }
                code += 1;
            }
            code <<= 1;
        }
        Some(Table { bits, entries, symbols })
    }

    fn entry(&self, ahead: u64) -> Entry {
        self.entries[(ahead & ((1 << self.bits) - 1)) as usize]
    }

    /// The next symbol.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let place = (bits.ahead() & ((1 << self.bits) - 1)) as usize;
        let entry = self.entries[place];
        bits.position += usize::from(entry.code);
        (!matches!(entry.step, Step::Invalid)).then(|| self.symbols[place])
    }
}

/// Bits, the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    /// At least 56 bits from here on; zeros follow the last byte.
    fn ahead(&self) -> u64 {
        let at = self.position / 8;
        let word = match self.bytes.get(at..at + 8) {
            Some(bytes) => u64::from_le_bytes(bytes.try_into().expect("eight bytes")),
            None => {
                let mut bytes = [0; 8];
                let left = self.bytes.get(at..).unwrap_or_default();
                bytes[..left.len()].copy_from_slice(left);
                u64::from_le_bytes(bytes)
            }
        };
        word >> (self.position % 8)
    }

    fn take(&mut self, count: u32) -> Option<u64> {
        let value = self.ahead() & ((1 << count) - 1);
        self.position += count as usize;
        (self.position <= 8 * self.bytes.len()).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, FlushCompress, Status};
    use std::io::Read;

    /// Bytes of every kind: text, numbers, noise, zeros.
    fn content(len: usize, kind: u32) -> Vec<u8> {
        let mut state = 0x2545_f491u32 + kind;
        let noise = std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        });
        match kind % 4 {
            0 => vec![0; len],
            1 => noise.map(|word| word as u8).take(len).collect(),
            2 => noise.flat_map(|word| format!("{} ", word % 977).into_bytes()).take(len).collect(),
            _ => noise.map(|word| (word.leading_zeros() * 7) as u8).take(len).collect(),
        }
    }

    /// One stream, by a compressor that has nothing to do with the one in use.
    fn deflated(content: &[u8], level: u32) -> Vec<u8> {
        let mut compress = Compress::new(flate2::Compression::new(level), false);
        let mut stream = Vec::with_capacity(2 * content.len() + 1000);
        let status = compress.compress_vec(content, &mut stream, FlushCompress::Finish).unwrap();
        assert_eq!(status, Status::StreamEnd);
        stream
    }

    fn inflated(stream: &[u8]) -> Vec<u8> {
        let mut content = Vec::new();
        let mut decoder = flate2::read::DeflateDecoder::new(stream);
        decoder.read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn streams_of_any_compressor_and_level_join() {
        for level in 0..=9 {
            let mut joined = Vec::new();
            let mut whole = Vec::new();
            for kind in 0..4 {
                for len in [0, 1, 5, 300, 70_000, 400_000] {
                    let part = content(len, kind);
                    joined.extend(open_end(deflated(&part, level)).expect("a stream"));
                    whole.extend(part);
                }
            }
            joined.extend(deflated(b"the end", level));
            whole.extend(b"the end");
            assert!(inflated(&joined) == whole, "level {level}");
        }
    }

    #[test]
    fn damage_is_no_stream() {
        let stream = deflated(&content(50_000, 2), 6);
        assert!(open_end(stream[..stream.len() / 2].to_vec()).is_none(), "cut off");
        assert!(open_end(Vec::new()).is_none(), "nothing");
        assert!(open_end(vec![0b111]).is_none(), "a reserved type");
        assert!(open_end(vec![1, 5, 0, 0, 0]).is_none(), "LEN without its complement");
        let mut refused = 0;
        for bit in (0..8 * stream.len()).step_by(997) {
            let mut flipped = stream.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refused += u32::from(open_end(flipped).is_none());
        }
        assert!(refused > 0, "no flipped bit was noticed, and none made it stop");
    }
}
