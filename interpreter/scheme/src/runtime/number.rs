//! Numbers: exact integers of any size, exact rationals, reals; what they are and how they compare.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use steel::SteelVal;
use steel::gc::Gc;
use steel::rvals::Result;

use super::exception::{expecting_somewhere, out_of_range, wrong_type};
use super::number_text;
use super::object::boolean;
use super::registry::natives;

/// A number out of its Steel representation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    Integer(BigInt),
    Rational(BigRational),
    Real(f64),
}

impl Number {
    pub(crate) fn from_value(value: &SteelVal) -> Option<Number> {
        Some(match value {
            SteelVal::IntV(number) => Number::Integer(BigInt::from(*number)),
            SteelVal::BigNum(number) => Number::Integer((**number).clone()),
            SteelVal::Rational(number) => Number::Rational(BigRational::new(
                BigInt::from(*number.numer()),
                BigInt::from(*number.denom()),
            )),
            SteelVal::BigRational(number) => Number::Rational((**number).clone()),
            SteelVal::NumV(number) => Number::Real(*number),
            _ => return None,
        })
    }

    pub(crate) fn into_value(self) -> SteelVal {
        match self {
            Number::Integer(number) => integer(number),
            Number::Rational(number) if number.is_integer() => integer(number.to_integer()),
            Number::Rational(number) => match (number.numer().to_i32(), number.denom().to_i32()) {
                (Some(numerator), Some(denominator)) => {
                    SteelVal::Rational(num_rational::Rational32::new(numerator, denominator))
                }
                _ => SteelVal::BigRational(Gc::new(number)),
            },
            Number::Real(number) => SteelVal::NumV(number),
        }
    }

    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Number::Integer(number) => number.to_f64().unwrap_or(f64::NAN),
            Number::Rational(number) => number.to_f64().unwrap_or(f64::NAN),
            Number::Real(number) => *number,
        }
    }

    pub(crate) fn exact(&self) -> Option<BigRational> {
        match self {
            Number::Integer(number) => Some(BigRational::from_integer(number.clone())),
            Number::Rational(number) => Some(number.clone()),
            Number::Real(_) => None,
        }
    }

    pub(crate) fn times(self, other: Number) -> Number {
        match (&self, &other) {
            (Number::Integer(left), Number::Integer(right)) => Number::Integer(left * right),
            (left, right) => match (left.exact(), right.exact()) {
                (Some(left), Some(right)) => Number::Rational(left * right),
                _ => Number::Real(left.to_f64() * right.to_f64()),
            },
        }
    }

    /// One divided by the number; none for an exact zero.
    pub(crate) fn reciprocal(&self) -> Option<Number> {
        match self.exact() {
            Some(number) if number.is_zero() => None,
            Some(number) => Some(Number::Rational(number.recip())),
            None => Some(Number::Real(1.0 / self.to_f64())),
        }
    }

    /// `self + step * count`.
    pub(crate) fn plus_times(&self, step: &Number, count: usize) -> Number {
        match (self.exact(), step.exact()) {
            (Some(start), Some(step)) => {
                Number::Rational(start + step * BigRational::from_integer(BigInt::from(count)))
            }
            _ => Number::Real(self.to_f64() + step.to_f64() * count as f64),
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Number::Integer(number) => number.is_negative(),
            Number::Rational(number) => number.is_negative(),
            Number::Real(number) => *number < 0.0,
        }
    }
}

/// An exact integer as a value.
pub(crate) fn integer(number: BigInt) -> SteelVal {
    match number.to_isize() {
        Some(number) => SteelVal::IntV(number),
        None => SteelVal::BigNum(Gc::new(number)),
    }
}

/// An exact rational as a value.
pub fn ratio(number: BigRational) -> SteelVal {
    Number::Rational(number).into_value()
}

/// The exact integer that a value is; a real without fraction counts only for integer division.
pub(crate) fn exact_integer(value: &SteelVal) -> Option<BigInt> {
    match value {
        SteelVal::IntV(number) => Some(BigInt::from(*number)),
        SteelVal::BigNum(number) => Some((**number).clone()),
        _ => None,
    }
}

/// An index or a count.
pub(crate) fn index(name: &str, position: usize, value: &SteelVal) -> Result<usize> {
    match value {
        SteelVal::IntV(number) => {
            usize::try_from(*number).map_err(|_| out_of_range(name, position, value))
        }
        SteelVal::BigNum(_) => Err(out_of_range(name, position, value)),
        _ => Err(expecting_somewhere("", "exact integer", value)),
    }
}

pub(crate) fn number(name: &str, position: usize, value: &SteelVal) -> Result<Number> {
    Number::from_value(value).ok_or_else(|| wrong_type(name, position, value))
}

fn to_exact(args: &[SteelVal]) -> Result<SteelVal> {
    match number("inexact->exact", 1, &args[0])? {
        Number::Real(real) => BigRational::from_float(real)
            .map(|number| Number::Rational(number).into_value())
            .ok_or_else(|| out_of_range("inexact->exact", 1, &args[0])),
        _ => Ok(args[0].clone()),
    }
}

fn to_inexact(args: &[SteelVal]) -> Result<SteelVal> {
    Ok(SteelVal::NumV(number("exact->inexact", 1, &args[0])?.to_f64()))
}

pub(crate) fn compare(left: &Number, right: &Number) -> Option<std::cmp::Ordering> {
    let exact = |number: &Number| match number {
        Number::Integer(number) => Some(BigRational::from_integer(number.clone())),
        Number::Rational(number) => Some(number.clone()),
        Number::Real(number) => BigRational::from_float(*number),
    };
    match (left, right) {
        (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(b)),
        (Number::Real(a), Number::Real(b)) => a.partial_cmp(b),
        (a, b) => match (exact(a), exact(b)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.to_f64().partial_cmp(&b.to_f64()),
        },
    }
}

/// `=` and its like: Steel's own answer `#f` to a comparison with what is no number.
fn ordered(
    name: &'static str,
    args: &[SteelVal],
    integers: fn(&isize, &isize) -> bool,
    holds: fn(std::cmp::Ordering) -> bool,
) -> Result<SteelVal> {
    if let [SteelVal::IntV(left), SteelVal::IntV(right)] = args {
        return boolean(integers(left, right));
    }
    let mut previous = None;
    for (position, value) in args.iter().enumerate() {
        let current = number(name, position + 1, value)?;
        if let Some(previous) = &previous
            && !compare(previous, &current).is_some_and(holds)
        {
            return boolean(false);
        }
        previous = Some(current);
    }
    boolean(true)
}

fn extreme(name: &'static str, args: &[SteelVal], wanted: std::cmp::Ordering) -> Result<SteelVal> {
    let mut best = number(name, 1, &args[0])?;
    let mut inexact = matches!(best, Number::Real(_));
    for (position, value) in args.iter().enumerate().skip(1) {
        let candidate = number(name, position + 1, value)?;
        inexact |= matches!(candidate, Number::Real(_));
        let nan = matches!(&candidate, Number::Real(real) if real.is_nan());
        if nan || compare(&candidate, &best) == Some(wanted) {
            best = candidate;
        }
    }
    Ok(if inexact { SteelVal::NumV(best.to_f64()) } else { best.into_value() })
}

fn test(
    name: &'static str,
    args: &[SteelVal],
    holds: impl FnOnce(&Number) -> bool,
) -> Result<SteelVal> {
    boolean(holds(&number(name, 1, &args[0])?))
}

fn parity(name: &'static str, args: &[SteelVal], odd: bool) -> Result<SteelVal> {
    match &args[0] {
        SteelVal::IntV(number) => boolean((number & 1 == 1) == odd),
        SteelVal::BigNum(number) => boolean(number.is_odd() == odd),
        SteelVal::NumV(number) if number.fract() == 0.0 => boolean((number % 2.0 != 0.0) == odd),
        other => Err(wrong_type(name, 1, other)),
    }
}

fn is_kind(args: &[SteelVal], holds: fn(&Number) -> bool) -> Result<SteelVal> {
    boolean(Number::from_value(&args[0]).is_some_and(|number| holds(&number)))
}

fn is_integer(number: &Number) -> bool {
    match number {
        Number::Integer(_) => true,
        Number::Rational(_) => false,
        Number::Real(number) => number.is_finite() && number.fract() == 0.0,
    }
}

fn part(name: &'static str, args: &[SteelVal], of: fn(&BigRational) -> BigInt) -> Result<SteelVal> {
    match number(name, 1, &args[0])? {
        Number::Integer(number) => Ok(integer(of(&BigRational::from_integer(number)))),
        Number::Rational(number) => Ok(integer(of(&number))),
        Number::Real(number) => match BigRational::from_float(number) {
            Some(number) => Ok(SteelVal::NumV(of(&number).to_f64().unwrap_or(f64::NAN))),
            None => Err(wrong_type(name, 1, &args[0])),
        },
    }
}

natives! { TABLE:
    "=" 0.._ => |args| ordered("=", args, isize::eq, std::cmp::Ordering::is_eq);
    "<" 0.._ => |args| ordered("<", args, isize::lt, std::cmp::Ordering::is_lt);
    ">" 0.._ => |args| ordered(">", args, isize::gt, std::cmp::Ordering::is_gt);
    "<=" 0.._ => |args| ordered("<=", args, isize::le, std::cmp::Ordering::is_le);
    ">=" 0.._ => |args| ordered(">=", args, isize::ge, std::cmp::Ordering::is_ge);
    "number?" 1 => |args: &[SteelVal]| is_kind(args, |_| true);
    "complex?" 1 => |args: &[SteelVal]| is_kind(args, |_| true);
    "real?" 1 => |args: &[SteelVal]| is_kind(args, |_| true);
    "rational?" 1 => |args: &[SteelVal]|
        is_kind(args, |n| !matches!(n, Number::Real(real) if !real.is_finite()));
    "integer?" 1 => |args: &[SteelVal]| is_kind(args, is_integer);
    "exact-integer?" 1 => |args: &[SteelVal]| is_kind(args, |n| matches!(n, Number::Integer(_)));
    "exact-nonnegative-integer?" 1 => |args: &[SteelVal]|
        is_kind(args, |n| matches!(n, Number::Integer(number) if !number.is_negative()));
    "exact-rational?" 1 => |args: &[SteelVal]| is_kind(args, |n| !matches!(n, Number::Real(_)));
    "exact?" 1 => |args: &[SteelVal]| test("exact?", args, |n| !matches!(n, Number::Real(_)));
    "inexact?" 1 => |args: &[SteelVal]| test("inexact?", args, |n| matches!(n, Number::Real(_)));
    "nan?" 1 => |args: &[SteelVal]| test("nan?", args, |n| n.to_f64().is_nan());
    "inf?" 1 => |args: &[SteelVal]|
        test("inf?", args, |n| matches!(n, Number::Real(real) if real.is_infinite()));
    "finite?" 1 => |args: &[SteelVal]|
        test("finite?", args, |n| !matches!(n, Number::Real(real) if !real.is_finite()));
    "zero?" 1 => |args: &[SteelVal]| match &args[0] {
        SteelVal::IntV(number) => boolean(*number == 0),
        _ => test("zero?", args, |n| n.to_f64() == 0.0),
    };
    "positive?" 1 => |args: &[SteelVal]| test("positive?", args, |n| match n {
        Number::Integer(number) => number.is_positive(),
        Number::Rational(number) => number.is_positive(),
        Number::Real(number) => *number > 0.0,
    });
    "negative?" 1 => |args: &[SteelVal]| test("negative?", args, Number::is_negative);
    "odd?" 1 => |args: &[SteelVal]| parity("odd?", args, true);
    "even?" 1 => |args: &[SteelVal]| parity("even?", args, false);
    "max" 1.._ => |args| extreme("max", args, std::cmp::Ordering::Greater);
    "min" 1.._ => |args| extreme("min", args, std::cmp::Ordering::Less);
    "numerator" 1 => |args| part("numerator", args, |n| n.numer().clone());
    "denominator" 1 => |args| part("denominator", args, |n| n.denom().clone());
    "inexact->exact" 1 => to_exact;
    "exact->inexact" 1 => to_inexact;
    "exact" 1 => to_exact;
    "inexact" 1 => to_inexact;
    "number->string" 1..=2 => number_text::number_to_string;
    "string->number" 1..=2 => number_text::string_to_number;
}
