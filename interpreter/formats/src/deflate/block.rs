//! Blocks of literals and matches as bits (RFC 1951, sections 3.2.3 to 3.2.7).

use super::huffman::{self, CODE_LIMIT};
use super::matches::Match;

/// Literals, the end of the block, and lengths.
const LITERALS: usize = 286;
/// Distances that there are; a small window uses the first 24.
const DISTANCES: usize = 30;
const END_OF_BLOCK: usize = 256;
/// The lengths of codes, and what stands for several of them.
const CODE_LENGTHS: usize = 19;
const CODE_LENGTH_LIMIT: usize = 7;
/// In which order the lengths of the codes for code lengths are written.
const CODE_LENGTH_ORDER: [usize; CODE_LENGTHS] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Type of a block that is not compressed.
const STORED: u64 = 0b00;
/// Type of a block with codes of its own.
const DYNAMIC: u64 = 0b10;
/// Bytes of a stored block at most.
const STORED_LIMIT: usize = 0xffff;
/// Bits of a match at most: both codes, 5 more of a length and 10 of a distance.
const MATCH_BITS: u32 = 15 + 5 + 15 + 10;

/// The symbol of a length of 3 to 258, the number of bits that follow, and what they say.
fn length_symbol(len: u16) -> (usize, u32, u16) {
    match len {
        258 => (285, 0, 0),
        _ => {
            let (symbol, extra, rest) = stepped(len - 3, 2);
            (257 + symbol, extra, rest)
        }
    }
}

/// The symbol of a distance, the number of bits that follow, and what they say.
fn distance_symbol(distance: u16) -> (usize, u32, u16) {
    stepped(distance - 1, 1)
}

/// Symbols that come in steps: 2 to the power `bits` of each width, after twice as many of width one.
#[inline(always)]
fn stepped(value: u16, bits: u32) -> (usize, u32, u16) {
    if value < 2 << bits {
        return (value.into(), 0, 0);
    }
    let extra = value.ilog2() - bits;
    let symbol = (extra << bits) + u32::from(value >> extra);
    (symbol as usize, extra, value & ((1 << extra) - 1))
}

/// A block that is being gathered.
#[derive(Debug)]
pub(super) struct Block {
    /// Literals below 256; matches as the length from bit 16 on and the distance.
    tokens: Vec<u32>,
    literal_counts: [u32; LITERALS],
    distance_counts: [u32; DISTANCES],
    /// Symbol, bits that follow and what they say, for each length.
    length_symbols: Box<[(u16, u8, u8); 259]>,
}

impl Block {
    pub(super) fn new() -> Block {
        let mut length_symbols = Box::new([(0, 0, 0); 259]);
        for len in 3..=258 {
            let (symbol, extra, rest) = length_symbol(len);
            length_symbols[usize::from(len)] = (symbol as u16, extra as u8, rest as u8);
        }
        Block {
            tokens: Vec::new(),
            literal_counts: [0; LITERALS],
            distance_counts: [0; DISTANCES],
            length_symbols,
        }
    }

    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        self.literal_counts.fill(0);
        self.distance_counts.fill(0);
    }

    /// Literals and matches so far.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    #[inline(always)]
    pub(super) fn literal(&mut self, byte: u8) {
        self.literal_counts[usize::from(byte)] += 1;
        self.tokens.push(byte.into());
    }

    #[inline(always)]
    pub(super) fn matched(&mut self, found: Match) {
        let (symbol, ..) = self.length_symbols[usize::from(found.len)];
        self.literal_counts[usize::from(symbol)] += 1;
        self.distance_counts[distance_symbol(found.distance).0] += 1;
        self.tokens.push(u32::from(found.len) << 16 | u32::from(found.distance));
    }

    /// Writes the block, which stands for `input`, in whichever way is shorter. `None` if there is no
    /// room.
    pub(super) fn put(&mut self, input: &[u8], last: bool, bits: &mut Bits) -> Option<()> {
        self.literal_counts[END_OF_BLOCK] = 1;
        let codes = Codes::new(&self.literal_counts, &self.distance_counts);
        let header = codes.header();
        let stored_bits = input.len() as u64 * 8 + 40;
        if stored_bits < header.bits + codes.bits(self) && input.len() <= STORED_LIMIT {
            return put_stored(input, last, bits);
        }
        bits.put(u64::from(last) | DYNAMIC << 1, 3)?;
        header.put(bits)?;
        self.put_tokens(&codes, bits)
    }

    fn put_tokens(&self, codes: &Codes, bits: &mut Bits) -> Option<()> {
        // Code and what follows it, for each length.
        let mut lengths = [(0u32, 0u32); 259];
        for (entry, (symbol, extra, rest)) in
            lengths.iter_mut().zip(self.length_symbols.iter()).skip(3)
        {
            let symbol = usize::from(*symbol);
            let code_len = u32::from(codes.literal_lengths[symbol]);
            *entry = (
                u32::from(codes.literals[symbol]) | u32::from(*rest) << code_len,
                code_len + u32::from(*extra),
            );
        }
        for token in &self.tokens {
            bits.make_room(MATCH_BITS)?;
            if *token < 256 {
                let symbol = *token as usize;
                bits.push(codes.literals[symbol].into(), codes.literal_lengths[symbol].into());
            } else {
                let (code, len) = lengths[(*token >> 16) as usize];
                bits.push(code.into(), len);
                let (symbol, extra, rest) = distance_symbol(*token as u16);
                let code_len = u32::from(codes.distance_lengths[symbol]);
                bits.push(
                    u64::from(codes.distances[symbol]) | u64::from(rest) << code_len,
                    code_len + extra,
                );
            }
        }
        bits.put(codes.literals[END_OF_BLOCK].into(), codes.literal_lengths[END_OF_BLOCK].into())
    }
}

fn put_stored(input: &[u8], last: bool, bits: &mut Bits) -> Option<()> {
    bits.put(u64::from(last) | STORED << 1, 3)?;
    bits.align()?;
    let len = input.len() as u64;
    bits.put(len | (len ^ 0xffff) << 16, 32)?;
    bits.bytes(input)
}

/// The codes of a block.
struct Codes {
    literal_lengths: [u8; LITERALS],
    literals: [u16; LITERALS],
    distance_lengths: [u8; DISTANCES],
    distances: [u16; DISTANCES],
}

impl Codes {
    fn new(literal_counts: &[u32; LITERALS], distance_counts: &[u32; DISTANCES]) -> Codes {
        let mut codes = Codes {
            literal_lengths: [0; LITERALS],
            literals: [0; LITERALS],
            distance_lengths: [0; DISTANCES],
            distances: [0; DISTANCES],
        };
        huffman::lengths(literal_counts, CODE_LIMIT, &mut codes.literal_lengths);
        huffman::lengths(distance_counts, CODE_LIMIT, &mut codes.distance_lengths);
        huffman::codes(&codes.literal_lengths, &mut codes.literals);
        huffman::codes(&codes.distance_lengths, &mut codes.distances);
        codes
    }

    /// Bits of all that `block` gathered.
    fn bits(&self, block: &Block) -> u64 {
        let sum = |counts: &[u32], lengths: &[u8]| -> u64 {
            counts.iter().zip(lengths).map(|(count, len)| u64::from(*count) * u64::from(*len)).sum()
        };
        let extra = |counts: &[u32], steps: u32| -> u64 {
            (0u32..)
                .zip(counts)
                .map(|(symbol, count)| {
                    u64::from((symbol >> steps).saturating_sub(1)) * u64::from(*count)
                })
                .sum()
        };
        let lengths = &block.literal_counts[END_OF_BLOCK + 1..LITERALS - 1];
        sum(&block.literal_counts, &self.literal_lengths)
            + sum(&block.distance_counts, &self.distance_lengths)
            + extra(lengths, 2)
            + extra(&block.distance_counts, 1)
    }

    /// How the codes are written.
    fn header(&self) -> Header {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |at| (at + 1).max(least))
        };
        let literals = used(&self.literal_lengths, END_OF_BLOCK + 1);
        let distances = used(&self.distance_lengths, 1);
        let mut lengths = self.literal_lengths[..literals].to_vec();
        lengths.extend(&self.distance_lengths[..distances]);
        let runs = runs(&lengths);
        let mut counts = [0; CODE_LENGTHS];
        runs.iter().for_each(|(symbol, ..)| counts[usize::from(*symbol)] += 1);
        let mut code_lengths = [0; CODE_LENGTHS];
        let mut codes = [0; CODE_LENGTHS];
        huffman::lengths(&counts, CODE_LENGTH_LIMIT, &mut code_lengths);
        huffman::codes(&code_lengths, &mut codes);
        let written = CODE_LENGTH_ORDER.iter().rposition(|symbol| code_lengths[*symbol] > 0);
        let written = written.map_or(4, |at| (at + 1).max(4));
        let run_bits: u64 = runs
            .iter()
            .map(|(symbol, extra, _)| u64::from(code_lengths[usize::from(*symbol)] + *extra))
            .sum();
        let bits = 3 + 14 + 3 * written as u64 + run_bits;
        Header { literals, distances, written, runs, code_lengths, codes, bits }
    }
}

/// The lengths of the codes, as they are written (section 3.2.7).
struct Header {
    literals: usize,
    distances: usize,
    /// How many lengths of codes for code lengths are written.
    written: usize,
    /// Symbol, bits that follow, and what they say.
    runs: Vec<(u8, u8, u8)>,
    code_lengths: [u8; CODE_LENGTHS],
    codes: [u16; CODE_LENGTHS],
    /// Bits of it all.
    bits: u64,
}

impl Header {
    fn put(&self, bits: &mut Bits) -> Option<()> {
        bits.put(self.literals as u64 - 257, 5)?;
        bits.put(self.distances as u64 - 1, 5)?;
        bits.put(self.written as u64 - 4, 4)?;
        for symbol in &CODE_LENGTH_ORDER[..self.written] {
            bits.put(self.code_lengths[*symbol].into(), 3)?;
        }
        for (symbol, extra, rest) in &self.runs {
            let symbol = usize::from(*symbol);
            bits.put(self.codes[symbol].into(), self.code_lengths[symbol].into())?;
            bits.put((*rest).into(), (*extra).into())?;
        }
        Some(())
    }
}

/// `lengths` with what is repeated written once: 16 repeats the last length 3 to 6 times, 17 zero 3 to
/// 10 times, 18 zero 11 to 138 times.
fn runs(lengths: &[u8]) -> Vec<(u8, u8, u8)> {
    let mut runs = Vec::new();
    let mut rest = lengths;
    while let Some((length, after)) = rest.split_first() {
        let same = rest.iter().take_while(|other| *other == length).count();
        let taken = match (length, same) {
            (0, 11..) => {
                let taken = same.min(138);
                runs.push((18, 7, taken as u8 - 11));
                taken
            }
            (0, 3..) => {
                runs.push((17, 3, same as u8 - 3));
                same
            }
            (_, 4..) if *length > 0 => {
                let taken = (same - 1).min(6);
                runs.push((*length, 0, 0));
                runs.push((16, 2, taken as u8 - 3));
                taken + 1
            }
            _ => {
                runs.push((*length, 0, 0));
                rest = after;
                continue;
            }
        };
        rest = &rest[taken..];
    }
    runs
}

/// Bits on their way into bytes, the lowest first.
pub(super) struct Bits<'a> {
    output: &'a mut [u8],
    len: usize,
    waiting: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(output: &'a mut [u8]) -> Bits<'a> {
        Bits { output, len: 0, waiting: 0, count: 0 }
    }

    /// Makes sure that `count` more bits, at most 56, can wait.
    #[inline(always)]
    fn make_room(&mut self, count: u32) -> Option<()> {
        if self.count + count < 64 { Some(()) } else { self.write() }
    }

    /// Adds bits for which there is room.
    #[inline(always)]
    fn push(&mut self, bits: u64, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
    }

    fn put(&mut self, bits: u64, count: u32) -> Option<()> {
        self.make_room(count)?;
        self.push(bits, count);
        Some(())
    }

    /// Writes the whole bytes that wait.
    #[inline]
    fn write(&mut self) -> Option<()> {
        let whole = (self.count / 8) as usize;
        let bytes = self.waiting.to_le_bytes();
        match self.output.get_mut(self.len..self.len + 8) {
            Some(place) => place.copy_from_slice(&bytes),
            None => {
                self.output.get_mut(self.len..self.len + whole)?.copy_from_slice(&bytes[..whole])
            }
        }
        self.len += whole;
        self.waiting >>= whole * 8;
        self.count %= 8;
        Some(())
    }

    /// Fills up the last byte.
    fn align(&mut self) -> Option<()> {
        self.count = self.count.next_multiple_of(8);
        self.write()
    }

    /// Appends whole bytes.
    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        self.write()?;
        self.output.get_mut(self.len..self.len + bytes.len())?.copy_from_slice(bytes);
        self.len += bytes.len();
        Some(())
    }

    /// The length of all that was written.
    pub(super) fn finish(mut self) -> Option<usize> {
        self.align()?;
        Some(self.len)
    }
}
