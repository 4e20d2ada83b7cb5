//! Bytevectors: `(rnrs bytevectors)`.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Signed};
use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, misc_error_in, out_of_range, wrong_type};
use super::number::{exact_integer, index, integer};
use super::object::{boolean, is, list, object, peek, poke, spine, symbol};
use super::registry::natives;
use super::vector::bounds;

/// A vector of bytes that can be changed.
pub(crate) struct Bytevector(pub(crate) Vec<u8>);

impl Custom for Bytevector {}

/// A bytevector of the given bytes.
pub fn make_bytevector(bytes: Vec<u8>) -> Result<SteelVal> {
    object(Bytevector(bytes))
}

/// The bytes of a bytevector; `None` for every other value.
pub fn bytevector_bytes(value: &SteelVal) -> Option<Vec<u8>> {
    peek::<Bytevector, _>(value, |bytes| bytes.0.clone())
}

pub(super) fn bytes(name: &'static str, position: usize, value: &SteelVal) -> Result<Vec<u8>> {
    bytevector_bytes(value).ok_or_else(|| expecting(name, position, "bytevector", value))
}

fn length_of(name: &'static str, value: &SteelVal) -> Result<usize> {
    peek::<Bytevector, _>(value, |bytes| bytes.0.len())
        .ok_or_else(|| expecting(name, 1, "bytevector", value))
}

fn byte(name: &'static str, position: usize, value: &SteelVal) -> Result<u8> {
    match value {
        SteelVal::IntV(number) => u8::try_from(*number)
            .or_else(|_| i8::try_from(*number).map(|number| number as u8))
            .map_err(|_| out_of_range(name, position, value)),
        other => Err(wrong_type(name, position, other)),
    }
}

fn make(args: &[SteelVal]) -> Result<SteelVal> {
    let length = match index("make-bytevector", 1, &args[0])? {
        length if length > 1 << 40 => return Err(out_of_range("make-bytevector", 1, &args[0])),
        length => length,
    };
    let fill = args.get(1).map_or(Ok(0), |fill| byte("make-bytevector", 2, fill))?;
    make_bytevector(vec![fill; length])
}

/// Bytevectors of bytes one by one are all made from a list in Guile, and it says so.
fn from_items(items: &[SteelVal]) -> Result<SteelVal> {
    let byte = |item: &SteelVal| match item {
        SteelVal::IntV(number) => u8::try_from(*number).ok(),
        _ => None,
    };
    let byte = |item| byte(item).ok_or_else(|| wrong_type("u8-list->bytevector", 1, item));
    make_bytevector(items.iter().map(byte).collect::<Result<_>>()?)
}

fn from_list(args: &[SteelVal]) -> Result<SteelVal> {
    match spine(&args[0]) {
        (items, SteelVal::ListV(_)) => from_items(&items),
        _ => Err(wrong_type("u8-list->bytevector", 1, &args[0])),
    }
}

/// Byte order of a multi-byte access.
pub(super) fn is_little(
    name: &'static str,
    position: usize,
    value: Option<&SteelVal>,
) -> Result<bool> {
    match value {
        // "Native" order is the same on every host: images do not depend on where they are made.
        None => Ok(true),
        Some(SteelVal::SymbolV(order)) if order.as_str() == "little" => Ok(true),
        Some(SteelVal::SymbolV(order)) if order.as_str() == "big" => Ok(false),
        Some(SteelVal::SymbolV(order)) => Err(misc_error_in(
            "",
            "unsupported endianness: ~S",
            &[SteelVal::SymbolV(order.clone())],
        )),
        Some(other) => Err(wrong_type(name, position, other)),
    }
}

fn decode(bytes: &[u8], little: bool, signed: bool) -> SteelVal {
    let number = match (little, signed) {
        (true, true) => BigInt::from_signed_bytes_le(bytes),
        (false, true) => BigInt::from_signed_bytes_be(bytes),
        (true, false) => BigInt::from_biguint(Sign::Plus, BigUint::from_bytes_le(bytes)),
        (false, false) => BigInt::from_biguint(Sign::Plus, BigUint::from_bytes_be(bytes)),
    };
    integer(number)
}

fn encode(
    name: &'static str,
    value: &SteelVal,
    size: usize,
    little: bool,
    signed: bool,
) -> Result<Vec<u8>> {
    let number = exact_integer(value).ok_or_else(|| wrong_type(name, 3, value))?;
    let bits = 8 * size;
    let (low, high) = if signed {
        (-(BigInt::one() << (bits - 1)), BigInt::one() << (bits - 1))
    } else {
        (BigInt::from(0), BigInt::one() << bits)
    };
    if number < low || number >= high {
        return Err(out_of_range(name, 3, value));
    }
    let number = if number.is_negative() { number + (BigInt::one() << bits) } else { number };
    let (_, mut bytes) = number.to_bytes_le();
    bytes.resize(size, 0);
    if !little {
        bytes.reverse();
    }
    Ok(bytes)
}

fn get(
    name: &'static str,
    args: &[SteelVal],
    size: usize,
    order: Option<&SteelVal>,
    signed: bool,
) -> Result<SteelVal> {
    let little = is_little(name, 3, order)?;
    let at = index(name, 2, &args[1])?;
    let found = peek::<Bytevector, _>(&args[0], |bytes| {
        bytes.0.get(at..at.checked_add(size)?).map(|bytes| decode(bytes, little, signed))
    });
    match found {
        Some(Some(value)) => Ok(value),
        Some(None) => Err(out_of_range(name, 2, &args[1])),
        None => Err(expecting(name, 1, "bytevector", &args[0])),
    }
}

fn put(
    name: &'static str,
    args: &[SteelVal],
    size: usize,
    order: Option<&SteelVal>,
    signed: bool,
) -> Result<SteelVal> {
    let little = is_little(name, 4, order)?;
    let at = index(name, 2, &args[1])?;
    let length = length_of(name, &args[0])?;
    if at.checked_add(size).is_none_or(|end| end > length) {
        return Err(out_of_range(name, 2, &args[1]));
    }
    let new = encode(name, &args[2], size, little, signed)?;
    poke::<Bytevector, _>(&args[0], |bytes| bytes.0[at..at + size].copy_from_slice(&new));
    Ok(SteelVal::Void)
}

/// Size argument of `bytevector-uint-ref` and its like.
fn size(name: &'static str, position: usize, value: &SteelVal) -> Result<usize> {
    match index(name, position, value)? {
        0 => Err(out_of_range(name, position, value)),
        size => Ok(size),
    }
}

fn copy(args: &[SteelVal]) -> Result<SteelVal> {
    let all = bytes("bytevector-copy", 1, &args[0])?;
    let range = bounds("bytevector-copy", args, 1, all.len())?;
    make_bytevector(all[range].to_vec())
}

/// `(bytevector-copy! SOURCE START TARGET AT COUNT)`, the R6RS order that Guile has.
fn copy_into(args: &[SteelVal]) -> Result<SteelVal> {
    let source = bytes("bytevector-copy!", 1, &args[0])?;
    let start = index("bytevector-copy!", 2, &args[1])?;
    let at = index("bytevector-copy!", 4, &args[3])?;
    let count = index("bytevector-copy!", 5, &args[4])?;
    let length = bytes("bytevector-copy!", 3, &args[2])?.len();
    let Some(source) = start.checked_add(count).and_then(|end| source.get(start..end)) else {
        return Err(out_of_range("bytevector-copy!", 2, &args[1]));
    };
    if at.checked_add(count).is_none_or(|end| end > length) {
        return Err(out_of_range("bytevector-copy!", 4, &args[3]));
    }
    poke::<Bytevector, _>(&args[2], |bytes| bytes.0[at..at + count].copy_from_slice(source));
    Ok(SteelVal::Void)
}

fn fill(args: &[SteelVal]) -> Result<SteelVal> {
    let value = byte("bytevector-fill!", 2, &args[1])?;
    let range = bounds("bytevector-fill!", args, 2, length_of("bytevector-fill!", &args[0])?)?;
    poke::<Bytevector, _>(&args[0], |bytes| bytes.0[range].fill(value));
    Ok(SteelVal::Void)
}

fn append(args: &[SteelVal]) -> Result<SteelVal> {
    let mut all = Vec::new();
    for (position, value) in args.iter().enumerate() {
        all.extend(bytes("bytevector-append", position + 1, value)?);
    }
    make_bytevector(all)
}

fn to_integers(name: &'static str, args: &[SteelVal], signed: bool) -> Result<SteelVal> {
    let all = bytes(name, 1, &args[0])?;
    let little = is_little(name, 2, args.get(1))?;
    let size = size(name, 3, &args[2])?;
    Ok(list(all.chunks_exact(size).map(|bytes| decode(bytes, little, signed)).collect()))
}

fn from_integers(name: &'static str, args: &[SteelVal], signed: bool) -> Result<SteelVal> {
    let little = is_little(name, 2, args.get(1))?;
    let size = size(name, 3, &args[2])?;
    let mut all = Vec::new();
    for value in spine(&args[0]).0 {
        all.extend(encode(name, &value, size, little, signed)?);
    }
    make_bytevector(all)
}

/// `(bytevector-ieee-double-ref BYTES INDEX ORDER)` and its like: reals of `size` bytes.
fn get_real(name: &'static str, args: &[SteelVal], size: usize, native: bool) -> Result<SteelVal> {
    let little = if native { true } else { is_little(name, 3, args.get(2))? };
    let at = index(name, 2, &args[1])?;
    let found = peek::<Bytevector, _>(&args[0], |bytes| {
        let mut bytes = bytes.0.get(at..at.checked_add(size)?)?.to_vec();
        if !little {
            bytes.reverse();
        }
        match bytes.as_slice() {
            [a, b, c, d] => Some(f64::from(f32::from_le_bytes([*a, *b, *c, *d]))),
            bytes => bytes.try_into().ok().map(f64::from_le_bytes),
        }
    });
    match found {
        Some(Some(value)) => Ok(SteelVal::NumV(value)),
        Some(None) => Err(out_of_range(name, 2, &args[1])),
        None => Err(expecting(name, 1, "bytevector", &args[0])),
    }
}

fn put_real(name: &'static str, args: &[SteelVal], size: usize, native: bool) -> Result<SteelVal> {
    let little = if native { true } else { is_little(name, 4, args.get(3))? };
    let at = index(name, 2, &args[1])?;
    let length = length_of(name, &args[0])?;
    if at.checked_add(size).is_none_or(|end| end > length) {
        return Err(out_of_range(name, 2, &args[1]));
    }
    let real = super::number::number(name, 3, &args[2])?.to_f64();
    let mut new =
        if size == 4 { (real as f32).to_le_bytes().to_vec() } else { real.to_le_bytes().to_vec() };
    if !little {
        new.reverse();
    }
    poke::<Bytevector, _>(&args[0], |bytes| bytes.0[at..at + size].copy_from_slice(&new));
    Ok(SteelVal::Void)
}

fn same(args: &[SteelVal]) -> Result<SteelVal> {
    boolean(bytes("bytevector=?", 1, &args[0])? == bytes("bytevector=?", 2, &args[1])?)
}

macro_rules! sized {
    ($($get:literal $put:literal $native_get:literal $native_put:literal $size:literal $signed:literal)*) => {
        natives! { SIZED_TABLE: $(
            $get 3 => |args: &[SteelVal]| get($get, args, $size, args.get(2), $signed);
            $put 4 => |args: &[SteelVal]| put($put, args, $size, args.get(3), $signed);
            $native_get 2 => |args: &[SteelVal]| get($native_get, args, $size, None, $signed);
            $native_put 3 => |args: &[SteelVal]| put($native_put, args, $size, None, $signed);
        )* }
    };
}

sized! {
    "bytevector-u16-ref" "bytevector-u16-set!" "bytevector-u16-native-ref" "bytevector-u16-native-set!" 2 false
    "bytevector-s16-ref" "bytevector-s16-set!" "bytevector-s16-native-ref" "bytevector-s16-native-set!" 2 true
    "bytevector-u32-ref" "bytevector-u32-set!" "bytevector-u32-native-ref" "bytevector-u32-native-set!" 4 false
    "bytevector-s32-ref" "bytevector-s32-set!" "bytevector-s32-native-ref" "bytevector-s32-native-set!" 4 true
    "bytevector-u64-ref" "bytevector-u64-set!" "bytevector-u64-native-ref" "bytevector-u64-native-set!" 8 false
    "bytevector-s64-ref" "bytevector-s64-set!" "bytevector-s64-native-ref" "bytevector-s64-native-set!" 8 true
}

natives! { TABLE:
    "bytevector?" 1 => |args: &[SteelVal]| boolean(is::<Bytevector>(&args[0]));
    "make-bytevector" 1..=2 => make;
    "bytevector" 0.._ => from_items;
    "u8-list->bytevector" 1 => from_list;
    "bytevector->u8-list" 1 => |args: &[SteelVal]| Ok(list(bytes("bytevector->u8-list", 1, &args[0])?
        .into_iter().map(|byte| SteelVal::IntV(byte as isize)).collect()));
    "bytevector-length" 1 => |args: &[SteelVal]|
        Ok(SteelVal::IntV(length_of("bytevector-length", &args[0])? as isize));
    "bytevector-u8-ref" 2 => |args| get("bytevector-u8-ref", args, 1, None, false);
    "bytevector-s8-ref" 2 => |args| get("bytevector-s8-ref", args, 1, None, true);
    "bytevector-u8-set!" 3 => |args| put("bytevector-u8-set!", args, 1, None, false);
    "bytevector-s8-set!" 3 => |args| put("bytevector-s8-set!", args, 1, None, true);
    "bytevector-uint-ref" 4 => |args: &[SteelVal]| get("bytevector-uint-ref", args,
        size("bytevector-uint-ref", 4, &args[3])?, args.get(2), false);
    "bytevector-sint-ref" 4 => |args: &[SteelVal]| get("bytevector-sint-ref", args,
        size("bytevector-sint-ref", 4, &args[3])?, args.get(2), true);
    "bytevector-uint-set!" 5 => |args: &[SteelVal]| put("bytevector-uint-set!", args,
        size("bytevector-uint-set!", 5, &args[4])?, args.get(3), false);
    "bytevector-sint-set!" 5 => |args: &[SteelVal]| put("bytevector-sint-set!", args,
        size("bytevector-sint-set!", 5, &args[4])?, args.get(3), true);
    "bytevector->uint-list" 3 => |args| to_integers("bytevector->uint-list", args, false);
    "bytevector->sint-list" 3 => |args| to_integers("bytevector->sint-list", args, true);
    "uint-list->bytevector" 3 => |args| from_integers("uint-list->bytevector", args, false);
    "sint-list->bytevector" 3 => |args| from_integers("sint-list->bytevector", args, true);
    "bytevector-copy" 1..=3 => copy;
    "bytevector-copy!" 5 => copy_into;
    "bytevector-fill!" 2..=4 => fill;
    "bytevector-append" 0.._ => append;
    "bytevector=?" 2 => same;
    "native-endianness" 0 => |_| Ok(symbol("little"));
    "bytevector-ieee-single-ref" 3 => |args| get_real("bytevector-ieee-single-ref", args, 4, false);
    "bytevector-ieee-double-ref" 3 => |args| get_real("bytevector-ieee-double-ref", args, 8, false);
    "bytevector-ieee-single-native-ref" 2 => |args|
        get_real("bytevector-ieee-single-native-ref", args, 4, true);
    "bytevector-ieee-double-native-ref" 2 => |args|
        get_real("bytevector-ieee-double-native-ref", args, 8, true);
    "bytevector-ieee-single-set!" 4 => |args| put_real("bytevector-ieee-single-set!", args, 4, false);
    "bytevector-ieee-double-set!" 4 => |args| put_real("bytevector-ieee-double-set!", args, 8, false);
    "bytevector-ieee-single-native-set!" 3 => |args|
        put_real("bytevector-ieee-single-native-set!", args, 4, true);
    "bytevector-ieee-double-native-set!" 3 => |args|
        put_real("bytevector-ieee-double-native-set!", args, 8, true);
}
