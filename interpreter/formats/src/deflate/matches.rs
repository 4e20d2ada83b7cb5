//! Where bytes have been before.

use std::ops::Range;

/// Distances are below this many bytes.
const WINDOW: usize = 4096;
/// The longest match that there is.
const LEN_LIMIT: usize = 258;
const HASH3_BITS: u32 = 12;
const HASH4_BITS: u32 = 14;
/// From here on positions begin anew.
const POSITION_LIMIT: u32 = 1 << 31;

/// Bytes that were there before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Match {
    /// At most [`LEN_LIMIT`]; below 3 it is none.
    pub len: u16,
    /// How far back.
    pub distance: u16,
}

/// Positions by the bytes that stand there. Those of all inputs are counted on, so that what is left
/// of earlier ones is too far back to matter.
#[derive(Debug)]
pub(super) struct MatchFinder {
    /// The position of the input's first byte.
    base: u32,
    /// The position of the first byte of the next input.
    end: u32,
    /// The last position of each hash of three bytes.
    last3: Box<[u32; 1 << HASH3_BITS]>,
    /// The last position of each hash of four bytes.
    last4: Box<[u32; 1 << HASH4_BITS]>,
    /// For each position of the window the one before it with the same hash of four bytes.
    before: Box<[u32; WINDOW]>,
}

impl MatchFinder {
    pub(super) fn new() -> MatchFinder {
        MatchFinder {
            base: 0,
            end: POSITION_LIMIT,
            last3: Box::new([0; 1 << HASH3_BITS]),
            last4: Box::new([0; 1 << HASH4_BITS]),
            before: Box::new([0; WINDOW]),
        }
    }

    /// Begins another input of `len` bytes, at most 2^30.
    pub(super) fn begin(&mut self, len: usize) {
        if self.end >= POSITION_LIMIT {
            self.last3.fill(0);
            self.last4.fill(0);
            self.before.fill(0);
            self.end = WINDOW as u32;
        }
        self.base = self.end;
        self.end = self.base + (len + WINDOW) as u32;
    }

    /// Notes the position `at`. The four bytes there, the last position with three bytes of the same
    /// hash and that with four.
    #[inline(always)]
    fn note(&mut self, input: &[u8], at: usize) -> Option<(u32, u32, u32)> {
        let word = word(input, at)?;
        let here = self.base + at as u32;
        let hash3 = ((word << 8).wrapping_mul(0x9e37_79b1) >> (32 - HASH3_BITS)) as usize;
        let hash4 = (word.wrapping_mul(0x9e37_79b1) >> (32 - HASH4_BITS)) as usize;
        let last3 = std::mem::replace(&mut self.last3[hash3], here);
        let last4 = std::mem::replace(&mut self.last4[hash4], here);
        self.before[here as usize % WINDOW] = last4;
        Some((word, last3, last4))
    }

    /// Notes the positions of `range`.
    #[inline]
    pub(super) fn skip(&mut self, input: &[u8], range: Range<usize>) {
        for at in range {
            self.note(input, at);
        }
    }

    /// Notes the position `at`, and returns the longest match there that is longer than `longer_than`,
    /// of those at `depth` places, the nearest of several. One of `nice` bytes ends the search.
    #[inline]
    pub(super) fn find(
        &mut self,
        input: &[u8],
        at: usize,
        depth: u16,
        nice: u16,
        longer_than: u16,
    ) -> Match {
        let mut best = Match { len: longer_than, distance: 0 };
        let Some((here, last3, mut candidate)) = self.note(input, at) else {
            return Match::default();
        };
        let position = self.base + at as u32;
        let limit = (input.len() - at).min(LEN_LIMIT);
        if best.len < 3 {
            let distance = position - last3;
            if (distance as usize) < WINDOW
                && word(input, at - distance as usize).is_some_and(|there| (there ^ here) << 8 == 0)
            {
                best = Match { len: 3, distance: distance as u16 };
            }
        }
        // The last four bytes of what would be longer are compared first: they differ most often.
        let mut tail = usize::from(best.len.max(3)) - 3;
        let mut here_tail = word(input, at + tail);
        for _ in 0..depth {
            let distance = (position - candidate) as usize;
            if distance >= WINDOW || here_tail.is_none() {
                break;
            }
            let there = at - distance;
            if word(input, there + tail) == here_tail && word(input, there) == Some(here) {
                let len = common(&input[there..], &input[at..], limit);
                if len > usize::from(best.len) {
                    best = Match { len: len as u16, distance: distance as u16 };
                    if best.len >= nice || len == limit {
                        break;
                    }
                    tail = len - 3;
                    here_tail = word(input, at + tail);
                }
            }
            candidate = self.before[candidate as usize % WINDOW];
        }
        if best.distance == 0 { Match::default() } else { best }
    }
}

/// The four bytes at `at`, unless there are fewer.
#[inline(always)]
fn word(input: &[u8], at: usize) -> Option<u32> {
    let bytes = input.get(at..at + 4)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// How many bytes `a` and `b` have in common, up to `limit`, which both have.
#[inline]
fn common(a: &[u8], b: &[u8], limit: usize) -> usize {
    let (a, b) = (&a[..limit], &b[..limit]);
    let (words_a, rest_a) = a.as_chunks::<8>();
    let (words_b, rest_b) = b.as_chunks::<8>();
    for (index, (a, b)) in words_a.iter().zip(words_b).enumerate() {
        let difference = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
        if difference != 0 {
            return index * 8 + difference.trailing_zeros() as usize / 8;
        }
    }
    let rest = rest_a.iter().zip(rest_b).take_while(|(a, b)| a == b).count();
    limit - rest_a.len() + rest
}
