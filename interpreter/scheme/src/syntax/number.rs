//! Numbers as the reader meets them: exact integers and rationals of any size, reals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{FromPrimitive, ToPrimitive, Zero};

/// A number in a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// An exact integer of machine size.
    Small(i64),
    /// A larger exact integer.
    Big(BigInt),
    /// An exact ratio that is no integer.
    Ratio(BigRational),
    /// An inexact real.
    Real(f64),
}

#[derive(Clone, Copy, PartialEq)]
enum Exactness {
    AsWritten,
    Exact,
    Inexact,
}

impl Number {
    /// Reads a numeral of R7RS section 7.1.1 (no complex numbers), with its `#x`, `#e` prefixes.
    pub fn parse(text: &str) -> Option<Number> {
        let mut radix = 10;
        let mut exactness = Exactness::AsWritten;
        let mut rest = text;
        while let Some(prefixed) = rest.strip_prefix('#') {
            match prefixed.bytes().next()?.to_ascii_lowercase() {
                b'x' => radix = 16,
                b'o' => radix = 8,
                b'b' => radix = 2,
                b'd' => radix = 10,
                b'e' => exactness = Exactness::Exact,
                b'i' => exactness = Exactness::Inexact,
                _ => return None,
            }
            rest = &prefixed[1..];
        }
        Number::parse_with_radix(rest, radix, exactness)
    }

    fn parse_with_radix(text: &str, radix: u32, exactness: Exactness) -> Option<Number> {
        let first = text.bytes().next()?;
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !first.is_ascii_digit() && radix == 10 && !matches!(first, b'+' | b'-' | b'.') {
            return None;
        }
        let special = match text {
            "+inf.0" => Some(f64::INFINITY),
            "-inf.0" => Some(f64::NEG_INFINITY),
            "+nan.0" | "-nan.0" => Some(f64::NAN),
            _ => None,
        };
        if let Some(real) = special {
            return (exactness != Exactness::Exact).then_some(Number::Real(real));
        }
        if let Some((numerator, denominator)) = text.split_once('/') {
            let numerator = integer(numerator, radix)?;
            if denominator.starts_with(['+', '-']) {
                return None;
            }
            let denominator = integer(denominator, radix)?;
            if denominator.is_zero() {
                return None;
            }
            return Number::from_ratio(BigRational::new(numerator, denominator))
                .with_exactness(exactness);
        }
        if !unsigned.is_empty() && unsigned.chars().all(|digit| digit.is_digit(radix)) {
            return Number::from_integer(integer(text, radix)?).with_exactness(exactness);
        }
        if radix != 10 || !is_decimal(unsigned) {
            return None;
        }
        if exactness == Exactness::Exact {
            return exact_decimal(text).map(Number::from_ratio);
        }
        text.parse::<f64>().ok().map(Number::Real)
    }

    /// The smallest representation of an integer.
    pub fn from_integer(value: BigInt) -> Number {
        value.to_i64().map_or(Number::Big(value), Number::Small)
    }

    /// An integer if the denominator is 1.
    pub fn from_ratio(value: BigRational) -> Number {
        if value.is_integer() {
            Number::from_integer(value.to_integer())
        } else {
            Number::Ratio(value)
        }
    }

    fn with_exactness(self, exactness: Exactness) -> Option<Number> {
        if exactness != Exactness::Inexact {
            return Some(self);
        }
        Some(Number::Real(match self {
            Number::Small(value) => value as f64,
            Number::Big(value) => value.to_f64()?,
            Number::Ratio(value) => value.to_f64()?,
            Number::Real(value) => value,
        }))
    }

    /// Same exactness and value, as `eqv?` (`#\nan` equals itself).
    pub fn same(&self, other: &Number) -> bool {
        match (self, other) {
            (Number::Real(a), Number::Real(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Small(value) => write!(formatter, "{value}"),
            Number::Big(value) => write!(formatter, "{value}"),
            Number::Ratio(value) => write!(formatter, "{}/{}", value.numer(), value.denom()),
            Number::Real(value) if value.is_nan() => formatter.write_str("+nan.0"),
            Number::Real(value) if value.is_infinite() => {
                formatter.write_str(if *value > 0.0 { "+inf.0" } else { "-inf.0" })
            }
            Number::Real(value) => write!(formatter, "{value:?}"),
        }
    }
}

fn integer(text: &str, radix: u32) -> Option<BigInt> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.is_empty() || !unsigned.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    BigInt::parse_bytes(text.as_bytes(), radix)
}

/// Digits with at most one point, at least one digit, and an optional exponent.
fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let points = mantissa.bytes().filter(|byte| *byte == b'.').count();
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    digits > 0 && points <= 1 && digits + points == mantissa.len() && exponent_fits
}

fn exact_decimal(text: &str) -> Option<BigRational> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = BigInt::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10)?;
    let scale = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
    let power = BigRational::from_i32(10)?.pow(scale);
    Some(BigRational::from_integer(digits) * power)
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn written(text: &str) -> String {
        Number::parse(text).map_or("no number".into(), |number| number.to_string())
    }

    #[test]
    fn numerals_mean_what_guile_says() {
        let cases = [
            ("42", "42"),
            ("-7", "-7"),
            ("+5", "5"),
            ("#xfF", "255"),
            ("#b101", "5"),
            ("#o17", "15"),
            ("#d10", "10"),
            ("4/6", "2/3"),
            ("6/3", "2"),
            ("1e3", "1000.0"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("-.5e2", "-50.0"),
            ("#e1.5", "3/2"),
            ("#i1/2", "0.5"),
            ("+inf.0", "+inf.0"),
            ("-nan.0", "+nan.0"),
            ("#e1e2", "100"),
            ("1180591620717411303424", "1180591620717411303424"),
        ];
        for (text, value) in cases {
            assert_eq!(written(text), value, "{text}");
        }
    }

    #[test]
    fn symbols_are_no_numbers() {
        for text in
            ["-", "+", "...", "1+", "1-", "1.2.3", "1/0", "a", "e5", ".", "1/-2", "+-1", "#xg"]
        {
            assert_eq!(written(text), "no number", "{text}");
        }
    }
}
