//! The division operators: how a quotient is rounded, and what remains. They take integers, rationals and
//! reals, as Guile's do.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{numerical_overflow, wrong_type};
use super::number::{Number, integer, ratio};
use super::registry::natives;

/// How the quotient of a division becomes an integer.
#[derive(Clone, Copy)]
enum Rounding {
    Floor,
    Ceiling,
    Truncate,
    /// To the nearest, to the even one of two.
    Round,
    /// So that the remainder is not negative.
    Euclidean,
    /// So that the remainder is in the half-open interval of the divisor's size around zero.
    Centered,
}

pub(crate) fn round_to_even(number: &BigRational) -> BigRational {
    let floor = number.floor();
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let rest = number - &floor;
    let up = rest > half || (rest == half && floor.to_integer().is_odd());
    if up { floor + BigRational::one() } else { floor }
}

fn half_up(number: &BigRational) -> BigRational {
    (number + BigRational::new(BigInt::one(), BigInt::from(2))).floor()
}

fn exact_quotient(rounding: Rounding, numerator: &BigRational, by: &BigRational) -> BigRational {
    let quotient = numerator / by;
    match rounding {
        Rounding::Floor => quotient.floor(),
        Rounding::Ceiling => quotient.ceil(),
        Rounding::Truncate => quotient.trunc(),
        Rounding::Round => round_to_even(&quotient),
        Rounding::Euclidean if by.is_negative() => quotient.ceil(),
        Rounding::Euclidean => quotient.floor(),
        Rounding::Centered if by.is_negative() => -half_up(&-quotient),
        Rounding::Centered => half_up(&quotient),
    }
}

fn real_quotient(rounding: Rounding, numerator: f64, by: f64) -> f64 {
    let quotient = numerator / by;
    match rounding {
        Rounding::Floor => quotient.floor(),
        Rounding::Ceiling => quotient.ceil(),
        Rounding::Truncate => quotient.trunc(),
        Rounding::Round => quotient.round_ties_even(),
        Rounding::Euclidean if by < 0.0 => quotient.ceil(),
        Rounding::Euclidean => quotient.floor(),
        Rounding::Centered if by < 0.0 => -(-quotient + 0.5).floor(),
        Rounding::Centered => (quotient + 0.5).floor(),
    }
}

/// Quotient and remainder. Guile names one procedure when it divides exact integers by zero and another
/// otherwise.
fn divide(
    name: &'static str,
    for_integers: &'static str,
    args: &[SteelVal],
    rounding: Rounding,
) -> Result<[SteelVal; 2]> {
    let operand = |position: usize| {
        Number::from_value(&args[position])
            .ok_or_else(|| wrong_type(name, position + 1, &args[position]))
    };
    let (numerator, by) = (operand(0)?, operand(1)?);
    let are_integers = matches!((&numerator, &by), (Number::Integer(_), Number::Integer(_)));
    if by.to_f64() == 0.0 && !matches!(&by, Number::Rational(_)) {
        return Err(numerical_overflow(if are_integers { for_integers } else { name }));
    }
    Ok(match (numerator.exact(), by.exact()) {
        (Some(numerator), Some(by)) => {
            let quotient = exact_quotient(rounding, &numerator, &by);
            let remainder = numerator - by * &quotient;
            [integer(quotient.to_integer()), ratio(remainder)]
        }
        _ => {
            let (numerator, by) = (numerator.to_f64(), by.to_f64());
            let quotient = real_quotient(rounding, numerator, by);
            [SteelVal::NumV(quotient), SteelVal::NumV(numerator - by * quotient)]
        }
    })
}

fn both(
    name: &'static str,
    for_integers: &'static str,
    args: &[SteelVal],
    rounding: Rounding,
) -> Result<SteelVal> {
    super::values::multiple_values(&divide(name, for_integers, args, rounding)?)
}

fn quotient(name: &'static str, args: &[SteelVal], rounding: Rounding) -> Result<SteelVal> {
    let [quotient, _] = divide(name, name, args, rounding)?;
    Ok(quotient)
}

fn remainder(name: &'static str, args: &[SteelVal], rounding: Rounding) -> Result<SteelVal> {
    let [_, remainder] = divide(name, name, args, rounding)?;
    Ok(remainder)
}

/// `(rationalize X TOLERANCE)`: the simplest rational that is near enough.
fn rationalize(args: &[SteelVal]) -> Result<SteelVal> {
    let operand = |position: usize| {
        Number::from_value(&args[position])
            .ok_or_else(|| wrong_type("rationalize", position + 1, &args[position]))
    };
    let (number, tolerance) = (operand(0)?, operand(1)?);
    let inexact = number.exact().is_none() || tolerance.exact().is_none();
    let exact = |number: &Number| match number {
        Number::Real(real) => BigRational::from_float(*real),
        number => number.exact(),
    };
    let (Some(exact_number), Some(exact_tolerance)) = (exact(&number), exact(&tolerance)) else {
        // Of infinities and what is no number there is no simplest.
        let outcome = match (number.to_f64(), tolerance.to_f64()) {
            (number, tolerance) if number.is_nan() || tolerance.is_nan() => f64::NAN,
            (number, tolerance) if number.is_infinite() && tolerance.is_infinite() => f64::NAN,
            (_, tolerance) if tolerance.is_infinite() => 0.0,
            (number, _) => number,
        };
        return Ok(SteelVal::NumV(outcome));
    };
    let tolerance = exact_tolerance.abs();
    let simplest = simplest(&(&exact_number - &tolerance), &(&exact_number + &tolerance));
    let simplest = Number::Rational(simplest);
    Ok(if inexact { SteelVal::NumV(simplest.to_f64()) } else { simplest.into_value() })
}

/// The rational with the least denominator from `low` to `high`.
fn simplest(low: &BigRational, high: &BigRational) -> BigRational {
    if low.is_positive() {
        let floor = low.floor();
        if floor == *low {
            return floor;
        }
        if floor < high.floor() {
            return floor + BigRational::one();
        }
        let rest = simplest(&(high - &floor).recip(), &(low - &floor).recip());
        return floor + rest.recip();
    }
    if high.is_negative() { -simplest(&-high, &-low) } else { BigRational::zero() }
}

natives! { TABLE:
    "floor/" 2 => |args| both("floor/", "floor-divide", args, Rounding::Floor);
    "floor-quotient" 2 => |args| quotient("floor-quotient", args, Rounding::Floor);
    "floor-remainder" 2 => |args| remainder("floor-remainder", args, Rounding::Floor);
    "ceiling/" 2 => |args| both("ceiling/", "ceiling-divide", args, Rounding::Ceiling);
    "ceiling-quotient" 2 => |args| quotient("ceiling-quotient", args, Rounding::Ceiling);
    "ceiling-remainder" 2 => |args| remainder("ceiling-remainder", args, Rounding::Ceiling);
    "truncate/" 2 => |args| both("truncate/", "truncate-divide", args, Rounding::Truncate);
    "truncate-quotient" 2 => |args| quotient("truncate-quotient", args, Rounding::Truncate);
    "truncate-remainder" 2 => |args| remainder("truncate-remainder", args, Rounding::Truncate);
    "round/" 2 => |args| both("round/", "round-divide", args, Rounding::Round);
    "round-quotient" 2 => |args| quotient("round-quotient", args, Rounding::Round);
    "round-remainder" 2 => |args| remainder("round-remainder", args, Rounding::Round);
    "euclidean/" 2 => |args| both("euclidean/", "euclidean-divide", args, Rounding::Euclidean);
    "euclidean-quotient" 2 => |args| quotient("euclidean-quotient", args, Rounding::Euclidean);
    "euclidean-remainder" 2 => |args| remainder("euclidean-remainder", args, Rounding::Euclidean);
    "centered/" 2 => |args| both("centered/", "centered-divide", args, Rounding::Centered);
    "centered-quotient" 2 => |args| quotient("centered-quotient", args, Rounding::Centered);
    "centered-remainder" 2 => |args| remainder("centered-remainder", args, Rounding::Centered);
    "rationalize" 2 => rationalize;
}
