//! Objects of ours inside Steel values: how they hold other values, how they are looked at.

use std::sync::OnceLock;

use steel::SteelVal;
use steel::gc::{Gc, ShareableMut};
use steel::rvals::{CustomType, IntoSteelVal, MutFunctionSignature, Result};

/// Steel's own `cons`: the type of its pairs cannot be named from outside.
static CONS: OnceLock<MutFunctionSignature> = OnceLock::new();

/// Takes Steel's `cons` as the one that makes dotted pairs.
pub(crate) fn use_cons(value: &SteelVal) {
    if let SteelVal::MutFunc(function) = value {
        CONS.get_or_init(|| *function);
    }
}

/// A value held by one of our objects.
///
/// Steel's collector does not look into foreign objects (the type that its visitor hands over is
/// private to it), so a value from which its heap can be reached is registered as a root for as
/// long as the object lives.
pub struct Held {
    // Dropped first: while it goes, `value` still keeps the object alive, so that no destructor
    // runs inside of Steel's table of roots.
    _root: Option<steel::RootToken>,
    value: SteelVal,
}

impl Held {
    /// Holds a value.
    pub fn new(value: SteelVal) -> Held {
        let root = reaches_heap(&value).then(|| value.mark_rooted());
        Held { _root: root, value }
    }

    /// The value.
    pub fn get(&self) -> SteelVal {
        self.value.clone()
    }

    /// The value, borrowed.
    pub fn peek(&self) -> &SteelVal {
        &self.value
    }
}

/// Whether cells of Steel's own heap (captured variables that are assigned) may be reachable.
fn reaches_heap(value: &SteelVal) -> bool {
    match value {
        SteelVal::Closure(closure) => !closure.captures().is_empty(),
        SteelVal::ListV(list) => list.iter().any(reaches_heap),
        SteelVal::Pair(pair) => {
            let mut pair = pair.clone();
            loop {
                if reaches_heap(pair.car_ref()) {
                    return true;
                }
                let next = match pair.cdr_ref() {
                    SteelVal::Pair(next) => next.clone(),
                    other => return reaches_heap(other),
                };
                pair = next;
            }
        }
        SteelVal::VectorV(vector) => vector.iter().any(reaches_heap),
        // Ours: they hold what they need themselves.
        SteelVal::Custom(_) => false,
        SteelVal::BoolV(_)
        | SteelVal::NumV(_)
        | SteelVal::IntV(_)
        | SteelVal::Rational(_)
        | SteelVal::CharV(_)
        | SteelVal::Void
        | SteelVal::StringV(_)
        | SteelVal::FuncV(_)
        | SteelVal::MutFunc(_)
        | SteelVal::BuiltIn(_)
        | SteelVal::SymbolV(_)
        | SteelVal::BigNum(_)
        | SteelVal::BigRational(_)
        | SteelVal::Complex(_)
        | SteelVal::ByteVector(_) => false,
        _ => true,
    }
}

/// Wraps an object of ours.
pub(crate) fn object<T: CustomType + 'static>(object: T) -> Result<SteelVal> {
    object.into_steelval()
}

/// Looks into an object of type `T`; `None` for every other value.
pub(crate) fn peek<T: 'static, R>(value: &SteelVal, look: impl FnOnce(&T) -> R) -> Option<R> {
    let SteelVal::Custom(custom) = value else { return None };
    let custom = custom.read();
    custom.as_any_ref().downcast_ref::<T>().map(look)
}

/// Changes an object of type `T`; `None` for every other value.
pub(crate) fn poke<T: 'static, R>(value: &SteelVal, change: impl FnOnce(&mut T) -> R) -> Option<R> {
    let SteelVal::Custom(custom) = value else { return None };
    let mut custom = custom.write();
    custom.as_any_ref_mut().downcast_mut::<T>().map(change)
}

/// Whether a value is an object of type `T`.
pub(crate) fn is<T: 'static>(value: &SteelVal) -> bool {
    peek::<T, ()>(value, |_| ()).is_some()
}

/// Whether two values are the same object of ours.
pub(crate) fn same_object(left: &SteelVal, right: &SteelVal) -> bool {
    match (left, right) {
        (SteelVal::Custom(left), SteelVal::Custom(right)) => Gc::ptr_eq(left, right),
        _ => false,
    }
}

/// A proper list.
pub fn list(items: Vec<SteelVal>) -> SteelVal {
    SteelVal::ListV(items.into())
}

pub(crate) fn nil() -> SteelVal {
    list(Vec::new())
}

pub(crate) fn string(text: impl Into<String>) -> SteelVal {
    SteelVal::StringV(text.into().into())
}

pub(crate) fn symbol(name: &str) -> SteelVal {
    SteelVal::SymbolV(name.into())
}

pub(crate) fn boolean(value: bool) -> Result<SteelVal> {
    Ok(SteelVal::BoolV(value))
}

/// Everything but `#f`.
pub(crate) fn is_true(value: &SteelVal) -> bool {
    !matches!(value, SteelVal::BoolV(false))
}

/// `(cons car cdr)`, a list when `cdr` is one.
pub fn cons(car: SteelVal, cdr: SteelVal) -> SteelVal {
    match cdr {
        SteelVal::ListV(mut list) => {
            list.cons_mut(car);
            SteelVal::ListV(list)
        }
        cdr => match CONS.get().map(|cons| cons(&mut [car, cdr])) {
            Some(Ok(pair)) => pair,
            // Steel's `cons` takes any two values, and `install` has run before any value is made.
            _ => SteelVal::Void,
        },
    }
}

/// Conses `items` onto `tail`.
pub(crate) fn cons_all(items: Vec<SteelVal>, tail: SteelVal) -> SteelVal {
    items.into_iter().rev().fold(tail, |tail, item| cons(item, tail))
}

/// The items of a chain of pairs and what follows the last: the empty list if it is proper.
pub(crate) fn spine(value: &SteelVal) -> (Vec<SteelVal>, SteelVal) {
    let mut items = Vec::new();
    let mut rest = value.clone();
    loop {
        rest = match &rest {
            SteelVal::ListV(list) => {
                items.extend(list.iter().cloned());
                return (items, nil());
            }
            SteelVal::Pair(pair) => {
                items.push(pair.car());
                pair.cdr()
            }
            other => return (items, other.clone()),
        };
    }
}

/// `(car . cdr)` of a pair or a list that is not empty.
pub(crate) fn uncons(value: &SteelVal) -> Option<(SteelVal, SteelVal)> {
    match value {
        SteelVal::Pair(pair) => Some((pair.car(), pair.cdr())),
        SteelVal::ListV(list) => Some((list.car()?, list.cdr().map_or_else(nil, SteelVal::ListV))),
        _ => None,
    }
}

pub(crate) fn is_pair(value: &SteelVal) -> bool {
    match value {
        SteelVal::Pair(_) => true,
        SteelVal::ListV(list) => !list.is_empty(),
        _ => false,
    }
}

pub(crate) fn is_nil(value: &SteelVal) -> bool {
    matches!(value, SteelVal::ListV(list) if list.is_empty())
}
