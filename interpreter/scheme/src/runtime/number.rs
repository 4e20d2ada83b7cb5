//! Numbers: exact integers of any size, exact rationals, reals.
//!
//! `+ - * / = < > <= >=` are Steel's own; what is here is what Steel lacks or gets wrong.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};
use steel::SteelVal;
use steel::gc::Gc;
use steel::rvals::Result;

use super::exception::{expecting_somewhere, numerical_overflow, out_of_range, wrong_type};
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

    fn exact(&self) -> Option<BigRational> {
        match self {
            Number::Integer(number) => Some(BigRational::from_integer(number.clone())),
            Number::Rational(number) => Some(number.clone()),
            Number::Real(_) => None,
        }
    }

    fn times(self, other: Number) -> Number {
        match (&self, &other) {
            (Number::Integer(left), Number::Integer(right)) => Number::Integer(left * right),
            (left, right) => match (left.exact(), right.exact()) {
                (Some(left), Some(right)) => Number::Rational(left * right),
                _ => Number::Real(left.to_f64() * right.to_f64()),
            },
        }
    }

    /// One divided by the number; none for an exact zero.
    fn reciprocal(&self) -> Option<Number> {
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

    fn is_negative(&self) -> bool {
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

fn number(name: &str, position: usize, value: &SteelVal) -> Result<Number> {
    Number::from_value(value).ok_or_else(|| wrong_type(name, position, value))
}

/// `floor`, `ceiling`, `truncate`, `round` (to even).
fn round_with(
    name: &'static str,
    value: &SteelVal,
    exact: fn(&BigRational) -> BigRational,
    real: fn(f64) -> f64,
) -> Result<SteelVal> {
    Ok(match number(name, 1, value)? {
        Number::Integer(_) => value.clone(),
        Number::Rational(number) => integer(exact(&number).to_integer()),
        Number::Real(number) => SteelVal::NumV(real(number)),
    })
}

fn round_to_even(number: &BigRational) -> BigRational {
    let floor = number.floor();
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let rest = number - &floor;
    let up = rest > half || (rest == half && floor.to_integer().is_odd());
    if up { floor + BigRational::one() } else { floor }
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

fn multiply(args: &[SteelVal]) -> Result<SteelVal> {
    if let [SteelVal::IntV(left), SteelVal::IntV(right)] = args
        && let Some(product) = left.checked_mul(*right)
    {
        return Ok(SteelVal::IntV(product));
    }
    let mut product = Number::Integer(BigInt::one());
    for (position, value) in args.iter().enumerate() {
        product = product.times(number("*", (position + 1).min(2), value)?);
    }
    Ok(product.into_value())
}

/// `(/ A B ...)`, or `(/ A)` for the reciprocal.
fn quotient_of(args: &[SteelVal]) -> Result<SteelVal> {
    let first = number("/", 1, &args[0])?;
    if args.len() == 1 {
        return match first.reciprocal() {
            Some(result) => Ok(result.into_value()),
            None => Err(numerical_overflow("divide")),
        };
    }
    let mut result = first;
    for value in &args[1..] {
        let Some(factor) = number("/", 2, value)?.reciprocal() else {
            return Err(numerical_overflow("divide"));
        };
        result = match (&result, Number::from_value(value)) {
            // The product with a rounded reciprocal would be rounded twice.
            (Number::Real(_), Some(by)) | (_, Some(by @ Number::Real(_))) => {
                Number::Real(result.to_f64() / by.to_f64())
            }
            _ => result.times(factor),
        };
    }
    Ok(result.into_value())
}

fn expt(args: &[SteelVal]) -> Result<SteelVal> {
    // As in Guile, the complaint about the base is that of `*`.
    let (base, power) = (number("*", 1, &args[0])?, number("expt", 2, &args[1])?);
    Ok(match (base, power) {
        (base, Number::Integer(power)) if !matches!(base, Number::Real(_)) => {
            let base = match base {
                Number::Integer(base) => BigRational::from_integer(base),
                Number::Rational(base) => base,
                Number::Real(_) => return Ok(SteelVal::Void),
            };
            if base.is_one() {
                return Ok(SteelVal::IntV(1));
            }
            if base.is_zero() {
                return match power.sign() {
                    num_bigint::Sign::Minus => Err(numerical_overflow("expt")),
                    num_bigint::Sign::NoSign => Ok(SteelVal::IntV(1)),
                    num_bigint::Sign::Plus => Ok(SteelVal::IntV(0)),
                };
            }
            let size = power.abs().to_u32().ok_or_else(|| out_of_range("expt", 2, &args[1]))?;
            // A result of more than 2^32 bits is a mistake, not a number.
            let bits = base.numer().bits().max(base.denom().bits());
            if bits > 1 && u64::from(size).saturating_mul(bits) > (1 << 32) {
                return Err(numerical_overflow("expt"));
            }
            let result = Pow::pow(&base, size);
            let result = if power.is_negative() { result.recip() } else { result };
            Number::Rational(result).into_value()
        }
        (base, Number::Integer(power)) => match power.to_i32() {
            Some(power) => SteelVal::NumV(base.to_f64().powi(power)),
            None => SteelVal::NumV(base.to_f64().powf(power.to_f64().unwrap_or(f64::NAN))),
        },
        (base, power) => {
            if base.is_negative() {
                return Err(out_of_range("expt", 1, &args[0]));
            }
            SteelVal::NumV(base.to_f64().powf(power.to_f64()))
        }
    })
}

fn sqrt(args: &[SteelVal]) -> Result<SteelVal> {
    let value = number("sqrt", 1, &args[0])?;
    if value.is_negative() {
        return Err(out_of_range("sqrt", 1, &args[0]));
    }
    let exact = match &value {
        Number::Integer(number) => exact_root(number).map(integer),
        Number::Rational(number) => {
            match (exact_root(number.numer()), exact_root(number.denom())) {
                (Some(numerator), Some(denominator)) => {
                    Some(Number::Rational(BigRational::new(numerator, denominator)).into_value())
                }
                _ => None,
            }
        }
        Number::Real(_) => None,
    };
    Ok(exact.unwrap_or_else(|| SteelVal::NumV(value.to_f64().sqrt())))
}

fn exact_root(number: &BigInt) -> Option<BigInt> {
    let root = number.sqrt();
    (&root * &root == *number).then_some(root)
}

fn exact_integer_sqrt(args: &[SteelVal]) -> Result<SteelVal> {
    match exact_integer(&args[0]) {
        Some(number) if !number.is_negative() => {
            let root = number.sqrt();
            let rest = number - &root * &root;
            super::values::multiple_values(&[integer(root), integer(rest)])
        }
        _ => Err(wrong_type("exact-integer-sqrt", 1, &args[0])),
    }
}

fn real_function(
    name: &'static str,
    args: &[SteelVal],
    function: fn(f64) -> f64,
) -> Result<SteelVal> {
    Ok(SteelVal::NumV(function(number(name, 1, &args[0])?.to_f64())))
}

/// `(sin 0)` and its like stay exact, as in Guile.
fn exact_at(
    args: &[SteelVal],
    at: isize,
    result: isize,
    otherwise: impl FnOnce() -> Result<SteelVal>,
) -> Result<SteelVal> {
    match args[0] {
        SteelVal::IntV(number) if number == at => Ok(SteelVal::IntV(result)),
        _ => otherwise(),
    }
}

fn log(args: &[SteelVal]) -> Result<SteelVal> {
    if matches!(args[0], SteelVal::IntV(0)) {
        return Err(numerical_overflow("log"));
    }
    let value = number("log", 1, &args[0])?;
    // The logarithm of an integer too large for a real.
    Ok(SteelVal::NumV(match &value {
        Number::Integer(number) if number.bits() > 1000 => {
            let shift = number.bits() - 64;
            let head = (number >> shift).to_f64().unwrap_or(f64::NAN);
            head.ln() + shift as f64 * std::f64::consts::LN_2
        }
        value => value.to_f64().ln(),
    }))
}

fn atan(args: &[SteelVal]) -> Result<SteelVal> {
    let y = number("atan", 1, &args[0])?.to_f64();
    match args.get(1) {
        None => exact_at(args, 0, 0, || Ok(SteelVal::NumV(y.atan()))),
        Some(x) => Ok(SteelVal::NumV(y.atan2(number("atan", 2, x)?.to_f64()))),
    }
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

fn absolute(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    Ok(match number(name, 1, &args[0])? {
        Number::Integer(number) => integer(number.abs()),
        Number::Rational(number) => Number::Rational(number.abs()).into_value(),
        Number::Real(number) => SteelVal::NumV(number.abs()),
    })
}

fn step(name: &'static str, value: &SteelVal, by: isize) -> Result<SteelVal> {
    match value {
        SteelVal::IntV(number) => Ok(match number.checked_add(by) {
            Some(sum) => SteelVal::IntV(sum),
            None => integer(BigInt::from(*number) + by),
        }),
        other => Ok(match number(name, 1, other)? {
            Number::Integer(number) => integer(number + by),
            Number::Rational(number) => {
                Number::Rational(number + BigRational::from_integer(BigInt::from(by))).into_value()
            }
            Number::Real(number) => SteelVal::NumV(number + by as f64),
        }),
    }
}

natives! { TABLE:
    "*" 0.._ => multiply;
    "/" 1.._ => quotient_of;
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
    "1+" 1 => |args: &[SteelVal]| step("+", &args[0], 1);
    "1-" 1 => |args: &[SteelVal]| step("-", &args[0], -1);
    "-1+" 1 => |args: &[SteelVal]| step("-", &args[0], -1);
    "abs" 1 => |args: &[SteelVal]| absolute("abs", args);
    "magnitude" 1 => |args: &[SteelVal]| absolute("magnitude", args);
    "max" 1.._ => |args| extreme("max", args, std::cmp::Ordering::Greater);
    "min" 1.._ => |args| extreme("min", args, std::cmp::Ordering::Less);
    "floor" 1 => |args: &[SteelVal]|
        round_with("floor", &args[0], BigRational::floor, f64::floor);
    "ceiling" 1 => |args: &[SteelVal]|
        round_with("ceiling", &args[0], BigRational::ceil, f64::ceil);
    "truncate" 1 => |args: &[SteelVal]|
        round_with("truncate", &args[0], BigRational::trunc, f64::trunc);
    "round" 1 => |args: &[SteelVal]|
        round_with("round", &args[0], round_to_even, f64::round_ties_even);
    "numerator" 1 => |args| part("numerator", args, |n| n.numer().clone());
    "denominator" 1 => |args| part("denominator", args, |n| n.denom().clone());
    "inexact->exact" 1 => to_exact;
    "exact->inexact" 1 => to_inexact;
    "exact" 1 => to_exact;
    "inexact" 1 => to_inexact;
    "expt" 2 => expt;
    "integer-expt" 2 => expt;
    "sqrt" 1 => sqrt;
    "exact-integer-sqrt" 1 => exact_integer_sqrt;
    "exp" 1 => |args| real_function("exp", args, f64::exp);
    "log" 1 => log;
    "log10" 1 => |args| real_function("log10", args, f64::log10);
    "sin" 1 => |args| exact_at(args, 0, 0, || real_function("sin", args, f64::sin));
    "cos" 1 => |args| exact_at(args, 0, 1, || real_function("cos", args, f64::cos));
    "tan" 1 => |args| exact_at(args, 0, 0, || real_function("tan", args, f64::tan));
    "asin" 1 => |args| exact_at(args, 0, 0, || real_function("asin", args, f64::asin));
    "acos" 1 => |args| exact_at(args, 1, 0, || real_function("acos", args, f64::acos));
    "atan" 1..=2 => atan;
    "number->string" 1..=2 => number_text::number_to_string;
    "string->number" 1..=2 => number_text::string_to_number;
}
