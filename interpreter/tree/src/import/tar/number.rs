//! Numbers in the fields of a tar header, and in pax records.

use crate::node::Timestamp;

/// A numeric field: octal digits, or binary with the first bit set (GNU tar, star: base 256, two's
/// complement). A blank field is 0. `None` if it is no number or beyond 64 bits.
pub(super) fn field(bytes: &[u8]) -> Option<i64> {
    match bytes.first() {
        Some(first) if first & 0x80 != 0 => base_256(bytes),
        _ => octal(bytes),
    }
}

fn base_256(bytes: &[u8]) -> Option<i64> {
    // The first bit marks the form; the second one is the sign.
    let sign = if bytes[0] & 0x40 == 0 { 0 } else { -1 };
    let mut value: i128 = sign;
    for (index, byte) in bytes.iter().enumerate() {
        let bits = if index == 0 { byte & 0x3f } else { *byte };
        let high = value >> 64;
        if high != 0 && high != -1 {
            return None;
        }
        let width = if index == 0 { 6 } else { 8 };
        value = value << width | i128::from(bits);
    }
    i64::try_from(value).ok()
}

fn octal(bytes: &[u8]) -> Option<i64> {
    let text = bytes.trim_ascii_start();
    let end = text.iter().position(|byte| matches!(byte, b' ' | 0)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if rest.iter().any(|byte| !matches!(byte, b' ' | 0)) {
        return None;
    }
    digits.iter().try_fold(0i64, |value, digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(i64::from(digit - b'0')),
        _ => None,
    })
}

/// Decimal digits, with a `-` before them or not.
pub(super) fn decimal(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, bytes),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |value, digit| match digit {
        b'0'..=b'9' => {
            let digit = i64::from(digit - b'0');
            let value = value.checked_mul(10)?;
            if negative { value.checked_sub(digit) } else { value.checked_add(digit) }
        }
        _ => None,
    })
}

/// Seconds since the epoch with a fraction or not (POSIX.1-2017, pax, "pax Extended Header", mtime),
/// rounded down to a nanosecond.
pub(super) fn time(bytes: &[u8]) -> Option<Timestamp> {
    let point = bytes.iter().position(|byte| *byte == b'.').unwrap_or(bytes.len());
    let (whole, fraction) = (&bytes[..point], bytes.get(point + 1..).unwrap_or_default());
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |index| fraction.get(index).map_or(0, |digit| u32::from(digit - b'0'));
    let nanoseconds = (0..9).fold(0, |value, index| value * 10 + digit(index));
    let finer = fraction.iter().skip(9).any(|digit| *digit != b'0');
    let seconds = match whole {
        b"" | b"-" if !fraction.is_empty() => 0,
        digits => decimal(digits)?,
    };
    if !whole.starts_with(b"-") {
        return Some(Timestamp { seconds, nanoseconds });
    }
    // -1.25 is 0.75 s after -2.
    let below = nanoseconds + u32::from(finer);
    Some(match below {
        0 => Timestamp { seconds, nanoseconds: 0 },
        below => Timestamp { seconds: seconds.checked_sub(1)?, nanoseconds: 1_000_000_000 - below },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_fields_may_be_padded_with_blanks_and_nul() {
        assert_eq!(field(b"0000644\0"), Some(0o644));
        assert_eq!(field(b"   644 \0"), Some(0o644));
        assert_eq!(field(b"77777777"), Some(0o77777777));
        assert_eq!(field(b"\0\0\0\0"), Some(0));
        assert_eq!(field(b"08"), None);
        assert_eq!(field(b"1 2"), None);
        assert_eq!(field(b"-1"), None);
    }

    #[test]
    fn base_256_fields_are_in_two_s_complement() {
        assert_eq!(field(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), Some(258));
        assert_eq!(field(&[0xff; 12]), Some(-1));
        assert_eq!(field(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), Some(-(1 << 32)));
        assert_eq!(field(&[0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(
            field(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Some(i64::MAX)
        );
        assert_eq!(field(&[0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), Some(i64::MIN));
    }

    #[test]
    fn times_before_the_epoch_count_their_fraction_upwards() {
        let at = |seconds, nanoseconds| Some(Timestamp { seconds, nanoseconds });
        assert_eq!(time(b"12"), at(12, 0));
        assert_eq!(time(b"12.5"), at(12, 500_000_000));
        assert_eq!(time(b"1.0000000019"), at(1, 1));
        assert_eq!(time(b"-1"), at(-1, 0));
        assert_eq!(time(b"-1.25"), at(-2, 750_000_000));
        assert_eq!(time(b"-0.5"), at(-1, 500_000_000));
        assert_eq!(time(b"-1.0000000001"), at(-2, 999_999_999));
        assert_eq!(time(b"-9223372036854775808.5"), None);
        assert_eq!(time(b"1.2.3"), None);
        assert_eq!(time(b""), None);
    }
}
