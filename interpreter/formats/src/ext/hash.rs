//! The hash of a name in an indexed directory ("Hash Tree Directories" in the kernel's ext4
//! documentation): half MD4, on the characters as signed bytes as mke2fs on x86 marks it.

/// `s_def_hash_version` and `dx_root_info.hash_version` of this hash.
pub(super) const HALF_MD4: u8 = 1;

/// A name's place in an indexed directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameHash {
    /// The hash that the index holds; its lowest bit is clear.
    pub major: u32,
    /// What orders names of the same major hash.
    pub minor: u32,
}

/// The kernel's mark for "past the last name": no name may have it as its hash.
const END_OF_DIRECTORY: u32 = 0xffff_fffe;

/// The hash of `name` with the superblock's `s_hash_seed`; an all-zero seed means MD4's own start.
pub(super) fn hash_name(name: &[u8], seed: &[u8; 16]) -> NameHash {
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    if *seed != [0; 16] {
        let (words, _) = seed.as_chunks::<4>();
        for (state, word) in state.iter_mut().zip(words) {
            *state = u32::from_le_bytes(*word);
        }
    }
    let mut rest = name;
    while !rest.is_empty() {
        half_md4(&mut state, &words_of(rest));
        rest = &rest[rest.len().min(32)..];
    }
    let major = match state[1] & !1 {
        END_OF_DIRECTORY => END_OF_DIRECTORY - 2,
        major => major,
    };
    NameHash { major, minor: state[2] }
}

/// The first 32 bytes of `rest` as eight words, padded with its length in every byte.
fn words_of(rest: &[u8]) -> [u32; 8] {
    let length = rest.len() as u32;
    let pad = (length | length << 8) | (length | length << 8) << 16;
    let mut words = [pad; 8];
    for (word, bytes) in words.iter_mut().zip(rest.chunks(4)) {
        for byte in bytes {
            let signed = i32::from(*byte as i8) as u32;
            *word = signed.wrapping_add(*word << 8);
        }
    }
    words
}

/// One round of MD4: which function, its constant, the order of words, the rotations.
type Round = (fn(u32, u32, u32) -> u32, u32, [usize; 8], [u32; 4]);

const ROUNDS: [Round; 3] = [
    (select, 0, [0, 1, 2, 3, 4, 5, 6, 7], [3, 7, 11, 19]),
    (majority, 0x5a82_7999, [1, 3, 5, 7, 0, 2, 4, 6], [3, 5, 9, 13]),
    (parity, 0x6ed9_eba1, [3, 7, 2, 6, 1, 5, 0, 4], [3, 9, 11, 15]),
];

fn select(x: u32, y: u32, z: u32) -> u32 {
    x & y | !x & z
}

fn majority(x: u32, y: u32, z: u32) -> u32 {
    x & y | x & z | y & z
}

fn parity(x: u32, y: u32, z: u32) -> u32 {
    x ^ y ^ z
}

/// MD4's rounds with eight steps instead of sixteen.
fn half_md4(state: &mut [u32; 4], words: &[u32; 8]) {
    let mut turning = *state;
    for (function, constant, order, rotations) in ROUNDS {
        for (step, word) in order.into_iter().enumerate() {
            let [a, b, c, d] = turning;
            let sum = a.wrapping_add(function(b, c, d)).wrapping_add(words[word]);
            let new = sum.wrapping_add(constant).rotate_left(rotations[step % 4]);
            turning = [d, new, b, c];
        }
    }
    for (state, turned) in state.iter_mut().zip(turning) {
        *state = state.wrapping_add(turned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of `debugfs -R "dx_hash -h half_md4 -s SEED NAME"` (1.47.0).
    #[test]
    fn hashes_are_those_that_debugfs_prints() {
        let mut seed = [0; 16];
        assert_eq!(hash_name(b"hello", &seed), NameHash { major: 0x1746_da32, minor: 0x4200_13b5 });
        seed = *b"0123456789abcdef";
        let long = [b'x'; 255];
        assert_eq!(hash_name(&long, &seed), NameHash { major: 0x9b8e_a5c0, minor: 0x1623_db8f });
        let accented = "h\u{e9}llo_w\u{f6}rld".as_bytes();
        assert_eq!(hash_name(accented, &seed), NameHash { major: 0xb019_ebe4, minor: 0x15dc_85f5 });
    }
}
