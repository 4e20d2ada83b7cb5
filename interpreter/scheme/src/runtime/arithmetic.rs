//! Arithmetic that Steel lacks or gets wrong: products, quotients, powers, roots, rounding.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};
use steel::SteelVal;
use steel::rvals::Result;

use super::division::round_to_even;
use super::exception::{expecting, misc_error_in, numerical_overflow, out_of_range};
use super::number::{Number, exact_integer, integer, number};
use super::registry::natives;

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
        // As in Guile, an exact zero as the power gives an exact one.
        (_, Number::Integer(power)) if power.is_zero() => SteelVal::IntV(1),
        (base, Number::Integer(power)) => match power.to_i32() {
            Some(power) => SteelVal::NumV(base.to_f64().powi(power)),
            None => SteelVal::NumV(base.to_f64().powf(power.to_f64().unwrap_or(f64::NAN))),
        },
        (base, power) => {
            if base.is_negative() {
                return Err(not_real("expt", &args[0]));
            }
            SteelVal::NumV(base.to_f64().powf(power.to_f64()))
        }
    })
}

/// The result would be a complex number.
fn not_real(name: &str, value: &SteelVal) -> steel::SteelErr {
    misc_error_in(
        name,
        "the result for ~S is a complex number, which this implementation does not have",
        std::slice::from_ref(value),
    )
}

fn sqrt(args: &[SteelVal]) -> Result<SteelVal> {
    let value = number("sqrt", 1, &args[0])?;
    if value.is_negative() {
        return Err(not_real("sqrt", &args[0]));
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
        _ => Err(expecting("exact-integer-sqrt", 1, "exact non-negative integer", &args[0])),
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
    "1+" 1 => |args: &[SteelVal]| step("+", &args[0], 1);
    "1-" 1 => |args: &[SteelVal]| step("-", &args[0], -1);
    "-1+" 1 => |args: &[SteelVal]| step("-", &args[0], -1);
    "abs" 1 => |args: &[SteelVal]| absolute("abs", args);
    "magnitude" 1 => |args: &[SteelVal]| absolute("magnitude", args);
    "floor" 1 => |args: &[SteelVal]|
        round_with("floor", &args[0], BigRational::floor, f64::floor);
    "ceiling" 1 => |args: &[SteelVal]|
        round_with("ceiling", &args[0], BigRational::ceil, f64::ceil);
    "truncate" 1 => |args: &[SteelVal]|
        round_with("truncate", &args[0], BigRational::trunc, f64::trunc);
    "round" 1 => |args: &[SteelVal]|
        round_with("round", &args[0], round_to_even, f64::round_ties_even);
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
    "sinh" 1 => |args| exact_at(args, 0, 0, || real_function("sinh", args, f64::sinh));
    "cosh" 1 => |args| exact_at(args, 0, 1, || real_function("cosh", args, f64::cosh));
    "tanh" 1 => |args| exact_at(args, 0, 0, || real_function("tanh", args, f64::tanh));
    "asinh" 1 => |args| exact_at(args, 0, 0, || real_function("asinh", args, f64::asinh));
    "acosh" 1 => |args| exact_at(args, 1, 0, || real_function("acosh", args, f64::acosh));
    "atanh" 1 => |args| exact_at(args, 0, 0, || real_function("atanh", args, f64::atanh));
}
