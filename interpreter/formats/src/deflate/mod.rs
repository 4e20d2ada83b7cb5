//! Raw deflate (RFC 1951) that refers back less than 4 KiB, so that a reader needs no larger window.
//!
//! Made for qcow2, whose readers have just that, and which compresses many small pieces: a window
//! that fits a core's nearest cache makes for short searches, and nothing has to be cleared between
//! pieces. What comes out depends on nothing but the input and the level.

mod block;
mod huffman;
mod matches;

use block::{Bits, Block};
use matches::{Match, MatchFinder};

/// Matches and literals of a block at most.
const TOKENS_LIMIT: usize = 16_000;
/// A match of three bytes that is farther back takes more bits than the bytes themselves.
const NEAR: u16 = 1024;

/// How hard to look for matches.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Places to look at.
    depth: u16,
    /// A match of this length is good enough.
    nice: u16,
    /// Whether the next byte may have a better match.
    lazy: bool,
}

/// The efforts of levels 1 to 9.
const EFFORTS: [Effort; 9] = [
    Effort { depth: 2, nice: 16, lazy: false },
    Effort { depth: 4, nice: 24, lazy: false },
    Effort { depth: 8, nice: 32, lazy: false },
    Effort { depth: 6, nice: 32, lazy: true },
    Effort { depth: 8, nice: 48, lazy: true },
    Effort { depth: 10, nice: 64, lazy: true },
    Effort { depth: 24, nice: 128, lazy: true },
    Effort { depth: 128, nice: 200, lazy: true },
    Effort { depth: 4096, nice: 258, lazy: true },
];

/// A compressor, to be used for one input after another.
#[derive(Debug)]
pub(crate) struct Deflate {
    effort: Effort,
    finder: MatchFinder,
    block: Block,
}

impl Deflate {
    /// A compressor of `level`, from 1, fast, to 9, small.
    pub(crate) fn new(level: u8) -> Deflate {
        let effort = EFFORTS[usize::from(level.clamp(1, 9)) - 1];
        Deflate { effort, finder: MatchFinder::new(), block: Block::new() }
    }

    /// Compresses `input` into `output`; the length of what came out, or `None` if there is no room.
    pub(crate) fn compress(&mut self, input: &[u8], output: &mut [u8]) -> Option<usize> {
        let mut bits = Bits::new(output);
        self.finder.begin(input.len());
        self.block.clear();
        let (mut at, mut block_start) = (0, 0);
        while at < input.len() {
            at = self.step(input, at);
            if self.block.len() >= TOKENS_LIMIT && at < input.len() {
                self.block.put(&input[block_start..at], false, &mut bits)?;
                self.block.clear();
                block_start = at;
            }
        }
        self.block.put(&input[block_start..], true, &mut bits)?;
        bits.finish()
    }

    /// Adds what stands for the bytes from `at` on; where the next ones begin.
    fn step(&mut self, input: &[u8], mut at: usize) -> usize {
        let Effort { depth, nice, lazy } = self.effort;
        let mut found = self.finder.find(input, at, depth, nice, 0);
        if found.len < 4 && (found.len < 3 || found.distance > NEAR) {
            self.block.literal(input[at]);
            return at + 1;
        }
        let mut known = at + 1;
        while lazy && found.len < nice && at + 1 < input.len() {
            let next = self.finder.find(input, at + 1, depth / 2, nice, found.len - 1);
            known = at + 2;
            if !better(next, found) {
                break;
            }
            self.block.literal(input[at]);
            (at, found) = (at + 1, next);
        }
        self.block.matched(found);
        let end = at + usize::from(found.len);
        self.finder.skip(input, known..end);
        end
    }
}

/// Whether `next`, which costs a literal before it, is worth more than `found`.
fn better(next: Match, found: Match) -> bool {
    if next.len < found.len {
        return false;
    }
    let longer = i32::from(next.len - found.len);
    let nearer = found.distance.ilog2() as i32 - next.distance.ilog2() as i32;
    longer * 4 + nearer > 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Decompress, FlushDecompress, Status};

    /// Unpacks with a window of 4 KiB, a little at a time, so that it is needed.
    fn unpacked(packed: &[u8], len: usize) -> Vec<u8> {
        let mut stream = Decompress::new_with_window_bits(false, 12);
        let mut bytes = Vec::new();
        loop {
            let mut part = [0; 100];
            let before = (stream.total_in() as usize, stream.total_out() as usize);
            let rest = &packed[before.0..];
            let status =
                stream.decompress(rest, &mut part, FlushDecompress::None).expect("deflate");
            bytes.extend(&part[..stream.total_out() as usize - before.1]);
            if status == Status::StreamEnd {
                assert_eq!(stream.total_in() as usize, packed.len(), "bytes after the end");
                return bytes;
            }
            assert!(bytes.len() <= len && stream.total_out() as usize > before.1, "it ends early");
        }
    }

    #[track_caller]
    fn check(deflate: &mut Deflate, input: &[u8]) -> usize {
        let mut output = vec![0; input.len() + input.len() / 100 + 64];
        let len = deflate.compress(input, &mut output).expect("room enough");
        assert!(unpacked(&output[..len], input.len()) == input, "{} bytes", input.len());
        // Whatever room there is, the same comes out or nothing.
        for room in [len, len + 1, len + 7] {
            let mut tight = vec![0xaa; room];
            assert_eq!(deflate.compress(input, &mut tight), Some(len));
            assert!(tight[..len] == output[..len]);
        }
        if len > 0 {
            assert_eq!(deflate.compress(input, &mut output[..len - 1]), None);
        }
        len
    }

    fn numbers(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed | 1;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            state >> 33
        }
    }

    /// A text with repetitions near and far.
    fn text(seed: u64, len: usize) -> Vec<u8> {
        let mut next = numbers(seed);
        let mut bytes: Vec<u8> = Vec::new();
        while bytes.len() < len {
            if bytes.len() > 100 && next() % 3 < 2 {
                let back = next() as usize % bytes.len().min(6000) + 1;
                for _ in 0..next() % 40 + 1 {
                    bytes.push(bytes[bytes.len() - back]);
                }
            } else {
                bytes.extend((0..next() % 9).map(|_| b'a' + (next() % 20) as u8));
            }
        }
        bytes.truncate(len);
        bytes
    }

    #[test]
    fn every_kind_of_input_comes_back_at_every_level() {
        for level in 1..=9 {
            let mut deflate = Deflate::new(level);
            let mut next = numbers(level.into());
            for len in [0, 1, 2, 3, 4, 5, 11, 258, 259, 4095, 4096, 4097, 65_536, 300_000] {
                check(&mut deflate, &text(len as u64, len));
                check(&mut deflate, &vec![7; len]);
                let noise: Vec<u8> = (0..len).map(|_| next() as u8).collect();
                let noise_len = check(&mut deflate, &noise);
                assert!(noise_len <= len + len / 1000 + 16, "{noise_len} of {len}");
                let steps: Vec<u8> = (0..len).map(|at| (at / 3) as u8).collect();
                check(&mut deflate, &steps);
            }
        }
    }

    #[test]
    fn counts_of_every_shape_have_a_code() {
        // Fibonacci numbers make the deepest trees: more than 15 bits without a limit.
        let mut deflate = Deflate::new(6);
        let (mut a, mut b) = (1usize, 1usize);
        let mut input = Vec::new();
        for symbol in 0..22u8 {
            input.extend(std::iter::repeat_n(symbol, a));
            (a, b) = (b, a + b);
        }
        let mut next = numbers(9);
        for at in (1..input.len()).rev() {
            input.swap(at, next() as usize % (at + 1));
        }
        check(&mut deflate, &input);
    }

    #[test]
    fn higher_levels_are_smaller() {
        let input = text(1, 200_000);
        let lens: Vec<usize> =
            [1, 4, 6, 9].map(|level| check(&mut Deflate::new(level), &input)).into();
        assert!(lens.is_sorted_by(|more, less| more >= less), "{lens:?}");
    }
}
