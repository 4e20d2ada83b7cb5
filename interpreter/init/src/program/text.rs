//! Text in a place of its own: the program has no heap.

/// At most `N - 1` bytes, and a zero after them. What is more is left out.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

/// Room for any path that the program makes.
pub type PathText = Text<512>;

impl<const N: usize> Text<N> {
    pub const fn new() -> Text<N> {
        Text { bytes: [0; N], len: 0 }
    }

    /// The parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Text<N> {
        let mut text = Text::new();
        parts.iter().for_each(|part| text.push(part));
        text
    }

    pub fn push(&mut self, part: &[u8]) {
        for byte in part {
            if self.len + 1 < N {
                self.bytes[self.len] = *byte;
                self.len += 1;
            }
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// With the zero.
    pub fn path(&self) -> &[u8] {
        &self.bytes[..self.len + 1]
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a number in decimal.
    pub fn push_number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.push(&digits[at..]);
    }

    /// Appends bytes as hexadecimal digits.
    pub fn push_hex(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
            self.push(&[digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// What stands between white space.
pub fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty())
}

/// The rest of `text` after `start`, if it begins so.
pub fn after<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(start)
}

/// A decimal number.
pub fn number(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.len() < 19 && text.iter().all(u8::is_ascii_digit);
    digits.then(|| text.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}
