//! `eq?`, `eqv?`, `equal?`: Steel compares symbols and numbers by place in some positions, and
//! foreign objects by structure.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use steel::SteelVal;
use steel::gc::Gc;

use super::bytevector::Bytevector;
use super::object::{boolean, is, peek, same_object};
use super::record::{Descriptor, Record};
use super::registry::natives;
use super::values::keyword_name;
use super::vector::Vector;

/// How two values are compared: one of the predicates below.
pub(crate) type Same = fn(&SteelVal, &SteelVal) -> bool;

/// Identity; symbols, keywords, characters, small numbers and the empty list by value.
pub(crate) fn is_eq(left: &SteelVal, right: &SteelVal) -> bool {
    use SteelVal::*;
    match (left, right) {
        (SymbolV(a), SymbolV(b)) => a.as_str() == b.as_str(),
        (IntV(a), IntV(b)) => a == b,
        (BoolV(a), BoolV(b)) => a == b,
        (CharV(a), CharV(b)) => a == b,
        (Void, Void) => true,
        (StringV(a), StringV(b)) => Rc::ptr_eq(a, b),
        (ListV(a), ListV(b)) => {
            (a.is_empty() && b.is_empty())
                || a.ptr_eq(b)
                || (a.storage_ptr_eq(b) && a.len() == b.len())
        }
        (Pair(a), Pair(b)) => Gc::ptr_eq(a, b),
        (Custom(_), Custom(_)) => {
            same_object(left, right)
                || (keyword_name(left).is_some() && keyword_name(left) == keyword_name(right))
                || both::<Descriptor>(left, right, |a, b| Rc::ptr_eq(&a.0, &b.0))
        }
        (Closure(a), Closure(b)) => Gc::ptr_eq(a, b),
        (FuncV(a), FuncV(b)) => std::ptr::fn_addr_eq(*a, *b),
        (MutFunc(a), MutFunc(b)) => std::ptr::fn_addr_eq(*a, *b),
        (BuiltIn(a), BuiltIn(b)) => *a as usize == *b as usize,
        (BoxedFunction(a), BoxedFunction(b)) => Gc::ptr_eq(a, b),
        (BigNum(a), BigNum(b)) => Gc::ptr_eq(a, b),
        (ContinuationFunction(_), ContinuationFunction(_)) => left == right,
        _ => false,
    }
}

/// Identity, and numbers of the same kind and value.
pub(crate) fn is_eqv(left: &SteelVal, right: &SteelVal) -> bool {
    use SteelVal::*;
    match (left, right) {
        (BigNum(a), BigNum(b)) => a == b,
        (Rational(a), Rational(b)) => a == b,
        (BigRational(a), BigRational(b)) => a == b,
        (NumV(a), NumV(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Complex(_), Complex(_)) => left == right,
        _ => is_eq(left, right),
    }
}

/// The same structure of pairs, strings, vectors, bytevectors and records; `eqv?` at the leaves.
pub(crate) fn is_equal(left: &SteelVal, right: &SteelVal) -> bool {
    use SteelVal::*;
    match (left, right) {
        (StringV(a), StringV(b)) => a.as_str() == b.as_str(),
        (ListV(a), ListV(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_equal(a, b))
        }
        (Pair(a), Pair(b)) => {
            let (mut a, mut b) = (a.clone(), b.clone());
            loop {
                if Gc::ptr_eq(&a, &b) {
                    return true;
                }
                if !is_equal(a.car_ref(), b.car_ref()) {
                    return false;
                }
                let next = match (a.cdr_ref(), b.cdr_ref()) {
                    (Pair(a), Pair(b)) => (a.clone(), b.clone()),
                    (a, b) => return is_equal(a, b),
                };
                (a, b) = next;
            }
        }
        (Custom(_), Custom(_)) => {
            is_eqv(left, right)
                || both::<Vector>(left, right, |a, b| {
                    a.items.len() == b.items.len()
                        && a.items.iter().zip(&b.items).all(|(a, b)| is_equal(a.peek(), b.peek()))
                })
                || both::<Bytevector>(left, right, |a, b| a.0 == b.0)
                || both::<Record>(left, right, |a, b| {
                    Rc::ptr_eq(&a.record_type, &b.record_type)
                        && a.fields.iter().zip(&b.fields).all(|(a, b)| is_equal(a.peek(), b.peek()))
                })
        }
        _ => is_eqv(left, right),
    }
}

fn both<T: 'static>(left: &SteelVal, right: &SteelVal, same: impl Fn(&T, &T) -> bool) -> bool {
    peek::<T, _>(left, |a| peek::<T, _>(right, |b| same(a, b))).flatten().unwrap_or(false)
}

/// Feeds what `equal?` looks at into a hasher; values that are `equal?` feed the same.
pub(crate) fn hash_equal(value: &SteelVal, state: &mut impl Hasher) {
    use SteelVal::*;
    match value {
        StringV(text) => (1u8, text.as_str()).hash(state),
        SymbolV(name) => (2u8, name.as_str()).hash(state),
        IntV(number) => (3u8, number).hash(state),
        BigNum(number) => (3u8, number).hash(state),
        Rational(number) => (4u8, number).hash(state),
        BigRational(number) => (4u8, number).hash(state),
        NumV(number) => (5u8, if number.is_nan() { 0 } else { number.to_bits() }).hash(state),
        CharV(character) => (6u8, character).hash(state),
        BoolV(flag) => (7u8, flag).hash(state),
        ListV(list) => {
            (8u8, list.len()).hash(state);
            list.iter().for_each(|item| hash_equal(item, state));
        }
        Pair(pair) => {
            9u8.hash(state);
            hash_equal(pair.car_ref(), state);
        }
        Custom(_) => {
            if let Some(name) = keyword_name(value) {
                (10u8, name).hash(state);
            } else if is::<Vector>(value) || is::<Bytevector>(value) || is::<Descriptor>(value) {
                // Their contents may change while they are keys.
                11u8.hash(state);
            } else if peek::<Record, _>(value, |record| hash_record(record, state)).is_none() {
                hash_identity(value, state);
            }
        }
        _ => hash_identity(value, state),
    }
}

/// Of a record, its type and the texts and numbers among its fields: they tell most records apart, and
/// looking no deeper ends for every record.
fn hash_record(record: &Record, state: &mut impl Hasher) {
    record.record_type.name.hash(state);
    for field in &record.fields {
        if let SteelVal::StringV(_) | SteelVal::SymbolV(_) | SteelVal::IntV(_) = field.peek() {
            hash_equal(field.peek(), state);
        }
    }
}

/// Feeds the identity of an object: for tables only, the result says nothing about order.
fn hash_identity(value: &SteelVal, state: &mut impl Hasher) {
    match value {
        SteelVal::Custom(custom) => Gc::as_ptr(custom).cast::<u8>().hash(state),
        SteelVal::Closure(closure) => Gc::as_ptr(closure).cast::<u8>().hash(state),
        _ => 0u8.hash(state),
    }
}

fn chain(
    args: &[SteelVal],
    same: fn(&SteelVal, &SteelVal) -> bool,
) -> steel::rvals::Result<SteelVal> {
    boolean(args.windows(2).all(|pair| same(&pair[0], &pair[1])))
}

natives! { TABLE:
    "eq?" 0.._ => |args| chain(args, is_eq);
    "eqv?" 0.._ => |args| chain(args, is_eqv);
    "equal?" 0.._ => |args| chain(args, is_equal);
}
