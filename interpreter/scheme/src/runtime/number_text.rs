//! Numbers as text: Guile's external representations, in both directions.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Num, One, Pow, ToPrimitive, Zero};
use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{expecting, expecting_somewhere, not_in_range, wrong_type};
use super::number::Number;

/// A number in a radix of 2 to 36.
pub(crate) fn to_string(value: &SteelVal, radix: u32) -> String {
    match Number::from_value(value) {
        Some(Number::Integer(number)) => number.to_str_radix(radix),
        Some(Number::Rational(number)) => {
            format!("{}/{}", number.numer().to_str_radix(radix), number.denom().to_str_radix(radix))
        }
        Some(Number::Real(number)) if radix == 10 => real(number),
        Some(Number::Real(number)) => real_in_radix(number, radix),
        None => value.to_string(),
    }
}

/// The shortest decimal that reads back as the same real. As in Guile, an exponent is written when
/// more than two zeros would follow the digits (from 1.0e7 on), and below 0.001.
pub(crate) fn real(number: f64) -> String {
    if number.is_nan() {
        return "+nan.0".to_string();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+inf.0" } else { "-inf.0" }.to_string();
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0.0" } else { "0.0" }.to_string();
    }
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let sign = if number < 0.0 { "-" } else { "" };
    let count = digits.len() as i32;
    let text = if exponent >= (count + 3).max(7) || exponent <= -4 {
        let (head, tail) = digits.split_at(1);
        format!("{head}.{}e{exponent}", if tail.is_empty() { "0" } else { tail })
    } else if exponent < 0 {
        format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize))
    } else if count <= exponent + 1 {
        format!("{digits}{}.0", "0".repeat((exponent + 1 - count) as usize))
    } else {
        let (head, tail) = digits.split_at((exponent + 1) as usize);
        format!("{head}.{tail}")
    };
    format!("{sign}{text}")
}

fn real_in_radix(number: f64, radix: u32) -> String {
    if !number.is_finite() {
        return real(number);
    }
    let whole = BigInt::from(number.trunc().abs() as u128);
    let mut text = format!("{}{}.", if number < 0.0 { "-" } else { "" }, whole.to_str_radix(radix));
    let mut rest = number.abs().fract();
    let mut digits = 0;
    loop {
        rest *= f64::from(radix);
        let digit = rest.trunc();
        text.push(char::from_digit(digit as u32, radix).unwrap_or('0'));
        rest -= digit;
        digits += 1;
        if rest == 0.0 || digits > 60 {
            return text;
        }
    }
}

/// Reads a number in the syntax of Scheme; `None` if the text is not one.
pub(crate) fn parse(text: &str, radix: u32) -> Option<SteelVal> {
    let mut radix = radix;
    let mut exactness = None;
    let mut text = text;
    while let Some(rest) = text.strip_prefix('#') {
        let mark = rest.chars().next()?.to_ascii_lowercase();
        match mark {
            'x' => radix = 16,
            'd' => radix = 10,
            'o' => radix = 8,
            'b' => radix = 2,
            'e' | 'i' => exactness = Some(mark),
            _ => return None,
        }
        text = &rest[1..];
    }
    let number = parse_plain(text, radix)?;
    Some(match exactness {
        Some('e') => match number {
            // An exact decimal is the decimal itself, not the real next to it.
            Number::Real(real) if radix == 10 => match parse_decimal_exactly(text) {
                Some(exact) => Number::Rational(exact).into_value(),
                None => Number::Rational(BigRational::from_float(real)?).into_value(),
            },
            other => other.into_value(),
        },
        Some(_) => SteelVal::NumV(number.to_f64()),
        None => number.into_value(),
    })
}

fn parse_plain(text: &str, radix: u32) -> Option<Number> {
    match text.to_ascii_lowercase().as_str() {
        "+inf.0" => return Some(Number::Real(f64::INFINITY)),
        "-inf.0" => return Some(Number::Real(f64::NEG_INFINITY)),
        "+nan.0" | "-nan.0" => return Some(Number::Real(f64::NAN)),
        _ => {}
    }
    let digits = |text: &str| -> Option<BigInt> {
        let body = text.strip_prefix(['+', '-']).unwrap_or(text);
        if body.is_empty() || !body.chars().all(|c| c.is_digit(radix)) {
            return None;
        }
        BigInt::from_str_radix(text.strip_prefix('+').unwrap_or(text), radix).ok()
    };
    if let Some(integer) = digits(text) {
        return Some(Number::Integer(integer));
    }
    if let Some((numerator, denominator)) = text.split_once('/') {
        let numerator = digits(numerator)?;
        if denominator.starts_with(['+', '-']) {
            return None;
        }
        let denominator = digits(denominator)?;
        if denominator.is_zero() {
            return None;
        }
        let ratio = BigRational::new(numerator, denominator);
        return Some(if ratio.is_integer() {
            Number::Integer(ratio.to_integer())
        } else {
            Number::Rational(ratio)
        });
    }
    if radix != 10 {
        return None;
    }
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let starts = body.chars().next()?;
    let mut seen_digit = false;
    let (mut seen_point, mut exponent_digits) = (false, None);
    let mut seen_mark = false;
    for c in body.chars() {
        match c {
            // A digit that is not known.
            '#' if seen_digit && exponent_digits.is_none() => seen_mark = true,
            '0'..='9' if seen_mark && exponent_digits.is_none() => return None,
            '0'..='9' => match &mut exponent_digits {
                None => seen_digit = true,
                Some(count) => *count += 1,
            },
            '.' if !seen_point && exponent_digits.is_none() => seen_point = true,
            'e' | 'E' | 's' | 'S' | 'f' | 'F' | 'd' | 'D' | 'l' | 'L'
                if seen_digit && exponent_digits.is_none() =>
            {
                exponent_digits = Some(0)
            }
            '+' | '-' if exponent_digits == Some(0) => {}
            _ => return None,
        }
    }
    if !seen_digit || exponent_digits == Some(0) || !(starts.is_ascii_digit() || starts == '.') {
        return None;
    }
    let plain = |c: char| match c {
        '#' => '0',
        's' | 'S' | 'f' | 'F' | 'd' | 'D' | 'l' | 'L' => 'e',
        c => c,
    };
    text.chars().map(plain).collect::<String>().parse::<f64>().ok().map(Number::Real)
}

fn parse_decimal_exactly(text: &str) -> Option<BigRational> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = BigInt::from_str_radix(&format!("{whole}{fraction}"), 10).ok()?;
    let scale = exponent - i32::try_from(fraction.len()).ok()?;
    // A decimal of more than a million digits is a mistake, not a number.
    if scale.unsigned_abs() > 1_000_000 {
        return None;
    }
    let power = Pow::pow(BigInt::from(10), scale.unsigned_abs());
    Some(if scale < 0 {
        BigRational::new(digits, power)
    } else {
        BigRational::new(digits * power, BigInt::one())
    })
}

fn radix_argument(args: &[SteelVal]) -> Result<u32> {
    match args.get(1) {
        None => Ok(10),
        Some(SteelVal::IntV(radix)) => match radix.to_u32() {
            Some(radix @ 2..=36) => Ok(radix),
            _ => Err(not_in_range(2, 36, &args[1])),
        },
        Some(other) => Err(expecting_somewhere("", "exact integer", other)),
    }
}

/// `(number->string NUMBER [RADIX])`.
pub(crate) fn number_to_string(args: &[SteelVal]) -> Result<SteelVal> {
    let radix = radix_argument(args)?;
    match Number::from_value(&args[0]) {
        Some(_) => Ok(super::object::string(to_string(&args[0], radix))),
        None => Err(wrong_type("number->string", 1, &args[0])),
    }
}

/// `(string->number STRING [RADIX])`: `#f` if the string is no number.
pub(crate) fn string_to_number(args: &[SteelVal]) -> Result<SteelVal> {
    let radix = radix_argument(args)?;
    match &args[0] {
        SteelVal::StringV(text) => Ok(parse(text, radix).unwrap_or(SteelVal::BoolV(false))),
        other => Err(expecting("string->number", 1, "string", other)),
    }
}
