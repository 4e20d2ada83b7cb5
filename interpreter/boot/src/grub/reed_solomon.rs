//! The Reed-Solomon code by which GRUB's loader repairs a core image that something wrote over.
//!
//! Bytes are elements of GF(2⁸) with the polynomial x⁸+x⁴+x³+x²+1, of which 2 is a generator. Byte
//! `i` of every sector belongs to the same code word, so that a lost sector costs each word one byte.

/// Bytes of a sector: so many code words lie side by side.
const SECTOR: usize = 512;

/// Sectors, of data and redundancy, that one set of code words covers.
const BLOCK_SECTORS: usize = 200;

/// x⁸ expressed by lower powers.
const POLYNOMIAL: u8 = 0x1d;

/// The `len` bytes that stand after `data` so that it can be repaired.
pub fn redundancy(data: &[u8], len: usize) -> Vec<u8> {
    let field = Field::new();
    let mut out = vec![0; len];
    let (mut data, mut rest) = (data, &mut out[..]);
    while !data.is_empty() && !rest.is_empty() {
        let all = data.len() + rest.len();
        let share = |part: usize| part * BLOCK_SECTORS / all * SECTOR;
        let (taken, given) = match all > BLOCK_SECTORS * SECTOR {
            true => (share(data.len()), share(rest.len())),
            false => (data.len(), rest.len()),
        };
        let (block, others) = data.split_at(taken);
        let (code, later) = rest.split_at_mut(given);
        encode_block(&field, block, code);
        (data, rest) = (others, later);
    }
    out
}

fn encode_block(field: &Field, data: &[u8], code: &mut [u8]) {
    for column in 0..SECTOR.min(data.len()).min(code.len()) {
        let word = data[column..].iter().step_by(SECTOR).copied();
        let places = code[column..].iter_mut().step_by(SECTOR);
        let remainder = field.remainder(word, places.len());
        for (place, byte) in places.zip(remainder) {
            *place = byte;
        }
    }
}

/// Logarithms to the base 2 and their inverse.
struct Field {
    power: [u8; 255],
    log: [u8; 256],
}

impl Field {
    fn new() -> Field {
        let mut field = Field { power: [0; 255], log: [0; 256] };
        let mut element = 1u8;
        for exponent in 0..255u8 {
            field.power[usize::from(exponent)] = element;
            field.log[usize::from(element)] = exponent;
            element = (element << 1) ^ ((element >> 7) * POLYNOMIAL);
        }
        field
    }

    fn multiply(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        let sum = usize::from(self.log[usize::from(a)]) + usize::from(self.log[usize::from(b)]);
        self.power[sum % 255]
    }

    /// Coefficients, highest first and without the leading 1, of (x - 2⁰)(x - 2¹)...
    fn generator(&self, degree: usize) -> Vec<u8> {
        let mut product = vec![0; degree];
        for exponent in 0..degree {
            let root = self.power[exponent % 255];
            // Times x + root: each takes in its neighbour above, times the root.
            let mut above = 1;
            for coefficient in product.iter_mut().take(exponent + 1) {
                let old = *coefficient;
                *coefficient = old ^ self.multiply(above, root);
                above = old;
            }
        }
        product
    }

    /// The remainder of `word`, highest coefficient first and moved up by `degree`, divided by the
    /// generator of that degree.
    fn remainder(&self, word: impl Iterator<Item = u8>, degree: usize) -> Vec<u8> {
        let generator = self.generator(degree);
        let mut remainder = vec![0; degree];
        for byte in word {
            let factor = byte ^ remainder[0];
            remainder.rotate_left(1);
            remainder[degree - 1] = 0;
            for (coefficient, of_generator) in remainder.iter_mut().zip(&generator) {
                *coefficient ^= self.multiply(factor, *of_generator);
            }
        }
        remainder
    }
}
