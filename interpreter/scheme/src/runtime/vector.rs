//! Vectors: objects of ours, so that natives can make them and equality and printing are Guile's.

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{
    expecting, instruction_expecting, instruction_out_of_range, not_in_range, out_of_range,
};
use super::number::index;
use super::object::{Held, boolean, is, list, object, peek, poke, spine};
use super::registry::natives;

/// A vector that can be changed.
pub(crate) struct Vector {
    pub(crate) items: Vec<Held>,
}

impl Custom for Vector {}

/// A new vector.
pub fn make_vector(items: impl IntoIterator<Item = SteelVal>) -> Result<SteelVal> {
    object(Vector { items: items.into_iter().map(Held::new).collect() })
}

/// The items of a vector; none for every other value.
pub fn vector_items(value: &SteelVal) -> Option<Vec<SteelVal>> {
    peek::<Vector, _>(value, |vector| vector.items.iter().map(Held::get).collect())
}

/// The items of a vector, the argument of a procedure.
pub(crate) fn items(
    name: &'static str,
    position: usize,
    value: &SteelVal,
) -> Result<Vec<SteelVal>> {
    vector_items(value).ok_or_else(|| expecting(name, position, "vector", value))
}

/// START and END arguments of a procedure on a sequence of `length` items.
pub(crate) fn bounds(
    name: &'static str,
    args: &[SteelVal],
    first: usize,
    length: usize,
) -> Result<std::ops::Range<usize>> {
    let start = match args.get(first) {
        Some(SteelVal::BoolV(false)) | None => 0,
        Some(value) => {
            let start = index(name, first + 1, value)?;
            if start > length {
                return Err(not_in_range(0, length, value));
            }
            start
        }
    };
    let end = match args.get(first + 1) {
        Some(SteelVal::BoolV(false)) | None => length,
        Some(value) => {
            let end = index(name, first + 2, value)?;
            if end < start || end > length {
                return Err(not_in_range(start, length, value));
            }
            end
        }
    };
    Ok(start..end)
}

fn filled(args: &[SteelVal]) -> Result<SteelVal> {
    let SteelVal::IntV(_) = &args[0] else {
        return Err(instruction_expecting("make-vector", 2, "small integer", &args[0]));
    };
    let length = match index("make-vector", 1, &args[0])? {
        // More items than any machine holds: refuse before the allocator does.
        length if length > 1 << 40 => return Err(out_of_range("make-vector", 1, &args[0])),
        length => length,
    };
    make_vector(std::iter::repeat_n(args.get(1).cloned().unwrap_or(SteelVal::Void), length))
}

fn vector_ref(args: &[SteelVal]) -> Result<SteelVal> {
    let position = match &args[1] {
        SteelVal::IntV(position) => usize::try_from(*position).ok(),
        other => return Err(instruction_expecting("vector-ref", 2, "small integer", other)),
    };
    let found = peek::<Vector, _>(&args[0], |vector| {
        position.and_then(|position| vector.items.get(position).map(Held::get))
    });
    match found {
        Some(Some(item)) => Ok(item),
        Some(None) => Err(instruction_out_of_range("vector-ref", 2, &args[1])),
        None => Err(instruction_expecting("vector-ref", 1, "vector", &args[0])),
    }
}

fn vector_set(args: &[SteelVal]) -> Result<SteelVal> {
    let position = match &args[1] {
        SteelVal::IntV(position) => usize::try_from(*position).ok(),
        other => return Err(instruction_expecting("vector-set!", 2, "small integer", other)),
    };
    let held = Held::new(args[2].clone());
    let old = poke::<Vector, _>(&args[0], |vector| {
        position
            .and_then(|position| vector.items.get_mut(position))
            .map(|slot| std::mem::replace(slot, held))
    });
    match old {
        Some(Some(_)) => Ok(SteelVal::Void),
        Some(None) => Err(instruction_out_of_range("vector-set!", 2, &args[1])),
        None => Err(instruction_expecting("vector-set!", 1, "vector", &args[0])),
    }
}

fn length(args: &[SteelVal]) -> Result<SteelVal> {
    peek::<Vector, _>(&args[0], |vector| SteelVal::IntV(vector.items.len() as isize))
        .ok_or_else(|| instruction_expecting("vector-length", 1, "vector", &args[0]))
}

fn fill(args: &[SteelVal]) -> Result<SteelVal> {
    let count = items("vector-fill!", 1, &args[0])?.len();
    let range = bounds("vector-fill!", args, 2, count)?;
    let _old: Option<Vec<Held>> = poke::<Vector, _>(&args[0], |vector| {
        let new = range.clone().map(|_| Held::new(args[1].clone())).collect::<Vec<_>>();
        vector.items.splice(range, new).collect()
    });
    Ok(SteelVal::Void)
}

fn slice(name: &'static str, args: &[SteelVal]) -> Result<Vec<SteelVal>> {
    let all = items(name, 1, &args[0])?;
    let range = bounds(name, args, 1, all.len())?;
    Ok(all[range].to_vec())
}

/// `(vector-copy! TARGET AT SOURCE [START END])`.
fn copy_into(args: &[SteelVal]) -> Result<SteelVal> {
    let length = items("vector-copy!", 1, &args[0])?.len();
    let at = index("vector-copy!", 2, &args[1])?;
    let source = items("vector-copy!", 3, &args[2])?;
    let range = bounds("vector-copy!", args, 3, source.len())?;
    if at + range.len() > length {
        return Err(out_of_range("vector-copy!", 2, &args[1]));
    }
    let new: Vec<Held> = source[range].iter().cloned().map(Held::new).collect();
    let _old: Option<Vec<Held>> = poke::<Vector, _>(&args[0], |vector| {
        vector.items.splice(at..at + new.len(), new).collect()
    });
    Ok(SteelVal::Void)
}

/// `(vector-move-left! SOURCE START END TARGET AT)` and its sibling.
fn move_items(args: &[SteelVal]) -> Result<SteelVal> {
    copy_into(&[
        args[3].clone(),
        args[4].clone(),
        args[0].clone(),
        args[1].clone(),
        args[2].clone(),
    ])
}

fn append(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = Vec::new();
    for (position, value) in args.iter().enumerate() {
        all.extend(items("vector-append", position + 1, value)?);
    }
    make_vector(all)
}

fn from_list(args: &[SteelVal]) -> Result<SteelVal> {
    let (all, rest) = spine(&args[0]);
    if !super::object::is_nil(&rest) {
        return Err(super::exception::wrong_type("list->vector", 1, &args[0]));
    }
    make_vector(all)
}

natives! { TABLE:
    "vector?" 1 => |args: &[SteelVal]| boolean(is::<Vector>(&args[0]));
    "vector" 0.._ => |args: &[SteelVal]| make_vector(args.iter().cloned());
    "make-vector" 1..=2 => filled;
    "vector-ref" 2 => vector_ref;
    "vector-set!" 3 => vector_set;
    "vector-length" 1 => length;
    "vector-fill!" 2..=4 => fill;
    "vector-copy" 1..=3 => |args| make_vector(slice("vector-copy", args)?);
    "subvector" 3 => |args| make_vector(slice("subvector", args)?);
    "vector-copy!" 3..=5 => copy_into;
    "vector-move-left!" 5 => move_items;
    "vector-move-right!" 5 => move_items;
    "vector-append" 0.._ => append;
    "vector->list" 1..=3 => |args| Ok(list(slice("vector->list", args)?));
    "list->vector" 1 => from_list;
}
