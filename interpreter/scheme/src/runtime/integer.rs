//! Exact integers: division, greatest divisors, bits.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{FromPrimitive, One, Signed, ToPrimitive, Zero};
use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{numerical_overflow, out_of_range, wrong_type};
use super::number::{exact_integer, index, integer};
use super::object::boolean;
use super::registry::natives;

/// Applies an integer division to two integers, exact or not. Guile names one procedure in complaints
/// about operands and another when it divides by zero.
fn divide(
    name: &'static str,
    primitive: &'static str,
    args: &[SteelVal],
    operation: fn(&BigInt, &BigInt) -> BigInt,
) -> Result<SteelVal> {
    let mut inexact = false;
    let mut operand = |position: usize| -> Result<BigInt> {
        let value = &args[position];
        match value {
            SteelVal::NumV(number) if number.fract() == 0.0 => {
                inexact = true;
                BigInt::from_f64(*number).ok_or_else(|| wrong_type(name, position + 1, value))
            }
            value => exact_integer(value).ok_or_else(|| wrong_type(name, position + 1, value)),
        }
    };
    let (numerator, denominator) = (operand(0)?, operand(1)?);
    if denominator.is_zero() {
        return Err(numerical_overflow(primitive));
    }
    let result = operation(&numerator, &denominator);
    Ok(if inexact { SteelVal::NumV(result.to_f64().unwrap_or(f64::NAN)) } else { integer(result) })
}

fn quotient(args: &[SteelVal]) -> Result<SteelVal> {
    match args {
        [SteelVal::IntV(a), SteelVal::IntV(b)] if *b != 0 && *b != -1 => Ok(SteelVal::IntV(a / b)),
        _ => divide("quotient", "truncate-quotient", args, |a, b| a / b),
    }
}

fn remainder(args: &[SteelVal]) -> Result<SteelVal> {
    match args {
        [SteelVal::IntV(a), SteelVal::IntV(b)] if *b != 0 && *b != -1 => Ok(SteelVal::IntV(a % b)),
        _ => divide("remainder", "truncate-remainder", args, |a, b| a % b),
    }
}

fn modulo(args: &[SteelVal]) -> Result<SteelVal> {
    match args {
        [SteelVal::IntV(a), SteelVal::IntV(b)] if *b != 0 && *b != -1 => {
            Ok(SteelVal::IntV(a.mod_floor(b)))
        }
        _ => divide("modulo", "floor-remainder", args, |a, b| a.mod_floor(b)),
    }
}

fn fold_integers(
    name: &'static str,
    args: &[SteelVal],
    start: BigInt,
    operation: fn(BigInt, BigInt) -> BigInt,
) -> Result<SteelVal> {
    let mut result = start;
    for (position, value) in args.iter().enumerate() {
        let operand = exact_integer(value).ok_or_else(|| wrong_type(name, position + 1, value))?;
        result = operation(result, operand);
    }
    Ok(integer(result))
}

/// `gcd` and `lcm`, which take integers that are inexact too.
fn fold_divisors(
    name: &'static str,
    args: &[SteelVal],
    start: BigInt,
    operation: fn(BigInt, BigInt) -> BigInt,
) -> Result<SteelVal> {
    let mut inexact = false;
    let exact: Vec<SteelVal> = args
        .iter()
        .map(|value| match value {
            SteelVal::NumV(real) if real.fract() == 0.0 => {
                inexact = true;
                BigInt::from_f64(*real).map_or_else(|| value.clone(), integer)
            }
            value => value.clone(),
        })
        .collect();
    let result = fold_integers(name, &exact, start, operation)?;
    match exact_integer(&result) {
        Some(number) if inexact => Ok(SteelVal::NumV(number.to_f64().unwrap_or(f64::NAN))),
        _ => Ok(result),
    }
}

fn ash(args: &[SteelVal]) -> Result<SteelVal> {
    let number = exact_integer(&args[0]).ok_or_else(|| wrong_type("ash", 1, &args[0]))?;
    let count = exact_integer(&args[1]).ok_or_else(|| wrong_type("ash", 2, &args[1]))?;
    match count.to_i64() {
        Some(count) if (0..=1 << 32).contains(&count) => Ok(integer(number << count)),
        Some(count) if count < 0 && count > -(1 << 40) => Ok(integer(number >> -count)),
        None | Some(_) if count.is_negative() => {
            Ok(SteelVal::IntV(if number.is_negative() { -1 } else { 0 }))
        }
        _ if number.is_zero() => Ok(SteelVal::IntV(0)),
        _ => Err(numerical_overflow("ash")),
    }
}

fn bit_extract(args: &[SteelVal]) -> Result<SteelVal> {
    let number = exact_integer(&args[0]).ok_or_else(|| wrong_type("bit-extract", 1, &args[0]))?;
    let start = index("bit-extract", 2, &args[1])?;
    let end = index("bit-extract", 3, &args[2])?;
    if end < start {
        return Err(out_of_range("bit-extract", 3, &args[2]));
    }
    let mask = (BigInt::one() << (end - start)) - 1;
    Ok(integer((number >> start) & mask))
}

fn integer_length(args: &[SteelVal]) -> Result<SteelVal> {
    let number =
        exact_integer(&args[0]).ok_or_else(|| wrong_type("integer-length", 1, &args[0]))?;
    let magnitude = if number.is_negative() { -number - 1 } else { number };
    Ok(SteelVal::IntV(magnitude.bits() as isize))
}

fn logcount(args: &[SteelVal]) -> Result<SteelVal> {
    let number = exact_integer(&args[0]).ok_or_else(|| wrong_type("logcount", 1, &args[0]))?;
    let magnitude = if number.is_negative() { -number - 1 } else { number };
    let count: u32 = magnitude.iter_u64_digits().map(u64::count_ones).sum();
    Ok(SteelVal::IntV(count as isize))
}

fn logbit(args: &[SteelVal]) -> Result<SteelVal> {
    let position = index("logbit?", 1, &args[0])?;
    let number = exact_integer(&args[1]).ok_or_else(|| wrong_type("logbit?", 2, &args[1]))?;
    boolean(((number >> position) & BigInt::one()).is_one())
}

natives! { TABLE:
    "quotient" 2 => quotient;
    "remainder" 2 => remainder;
    "modulo" 2 => modulo;
    "gcd" 0.._ => |args| fold_divisors("gcd", args, BigInt::zero(), |a, b| a.gcd(&b));
    "lcm" 0.._ => |args| fold_divisors("lcm", args, BigInt::one(), |a, b| a.lcm(&b));
    "logand" 0.._ => |args| fold_integers("logand", args, BigInt::from(-1), |a, b| a & b);
    "logior" 0.._ => |args| fold_integers("logior", args, BigInt::zero(), |a, b| a | b);
    "logxor" 0.._ => |args| fold_integers("logxor", args, BigInt::zero(), |a, b| a ^ b);
    "lognot" 1 => |args| fold_integers("lognot", args, BigInt::zero(), |_, b| -b - 1);
    "logtest" 2 => |args| fold_integers("logtest", args, BigInt::from(-1), |a, b| a & b)
        .map(|both| SteelVal::BoolV(!matches!(both, SteelVal::IntV(0))));
    "logbit?" 2 => logbit;
    "logcount" 1 => logcount;
    "ash" 2 => ash;
    "arithmetic-shift" 2 => ash;
    "bit-extract" 3 => bit_extract;
    "integer-length" 1 => integer_length;
}
