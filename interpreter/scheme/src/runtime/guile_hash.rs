//! Guile's `hash`, bit for bit: Guix derives the UUIDs of file systems from it.

use steel::SteelVal;
use steel::rvals::Result;

use super::exception::{out_of_range, wrong_type};
use super::number::index;
use super::object::{is_nil, uncons};
use super::registry::natives;
use super::values::keyword_name;

/// How deep `hash` looks into pairs, as in Guile; each level has half of it.
const DEPTH: usize = 10;

/// Bits of Guile's immediate objects.
const FALSE: u64 = 0x004;
const EMPTY_LIST: u64 = 0x304;
const TRUE: u64 = 0x404;
const UNSPECIFIED: u64 = 0x804;

/// Jenkins's lookup3 over code points, as Guile has it for strings and names.
fn hash_string(text: &str) -> u64 {
    let keys: Vec<u32> = text.chars().map(|c| c as u32).collect();
    let start = 0xdead_beef_u32.wrapping_add((keys.len() as u32) << 2).wrapping_add(47);
    let (mut a, mut b, mut c) = (start, start, start);
    let mut rest = keys.as_slice();
    while rest.len() > 3 {
        a = a.wrapping_add(rest[0]);
        b = b.wrapping_add(rest[1]);
        c = c.wrapping_add(rest[2]);
        a = a.wrapping_sub(c) ^ c.rotate_left(4);
        c = c.wrapping_add(b);
        b = b.wrapping_sub(a) ^ a.rotate_left(6);
        a = a.wrapping_add(c);
        c = c.wrapping_sub(b) ^ b.rotate_left(8);
        b = b.wrapping_add(a);
        a = a.wrapping_sub(c) ^ c.rotate_left(16);
        c = c.wrapping_add(b);
        b = b.wrapping_sub(a) ^ a.rotate_left(19);
        a = a.wrapping_add(c);
        c = c.wrapping_sub(b) ^ b.rotate_left(4);
        b = b.wrapping_add(a);
        rest = &rest[3..];
    }
    if !rest.is_empty() {
        c = c.wrapping_add(rest.get(2).copied().unwrap_or(0));
        b = b.wrapping_add(rest.get(1).copied().unwrap_or(0));
        a = a.wrapping_add(rest[0]);
        c = (c ^ b).wrapping_sub(b.rotate_left(14));
        a = (a ^ c).wrapping_sub(c.rotate_left(11));
        b = (b ^ a).wrapping_sub(a.rotate_left(25));
        c = (c ^ b).wrapping_sub(b.rotate_left(16));
        a = (a ^ c).wrapping_sub(c.rotate_left(4));
        b = (b ^ a).wrapping_sub(a.rotate_left(14));
        c = (c ^ b).wrapping_sub(b.rotate_left(24));
    }
    ((u64::from(c) << 32) | u64::from(b)) >> 2
}

/// The hash of a word, such as an immediate object.
fn hash_word(word: u64) -> u64 {
    let mut key = (!word).wrapping_add(word << 21);
    key ^= key >> 24;
    key = key.wrapping_add(key << 3).wrapping_add(key << 8);
    key ^= key >> 14;
    key = key.wrapping_add(key << 2).wrapping_add(key << 4);
    key ^= key >> 28;
    key = key.wrapping_add(key << 31);
    key >> 2
}

fn raw(value: &SteelVal, depth: usize) -> Result<u64> {
    Ok(match value {
        SteelVal::BoolV(false) => hash_word(FALSE),
        SteelVal::BoolV(true) => hash_word(TRUE),
        SteelVal::Void => hash_word(UNSPECIFIED),
        SteelVal::IntV(number) => hash_word(((*number as u64) << 2).wrapping_add(2)),
        SteelVal::CharV(c) => hash_word((u64::from(*c as u32) << 8) | 0x0c),
        SteelVal::StringV(text) | SteelVal::SymbolV(text) => hash_string(text),
        value if is_nil(value) => hash_word(EMPTY_LIST),
        value => match (uncons(value), keyword_name(value)) {
            (Some((car, cdr)), _) if depth > 0 => raw(&car, depth / 2)? ^ raw(&cdr, depth / 2)?,
            (Some(_), _) => hash_word(0),
            (None, Some(name)) => hash_string(&name),
            // Guile hashes other objects by address: no result would be the same twice.
            (None, None) => return Err(wrong_type("hash", 1, value)),
        },
    })
}

/// `(hash OBJECT SIZE)`.
fn hash(args: &[SteelVal]) -> Result<SteelVal> {
    let size = index("hash", 2, &args[1])? as u64;
    if size == 0 {
        return Err(out_of_range("hash", 2, &args[1]));
    }
    Ok(SteelVal::IntV((raw(&args[0], DEPTH)? % size) as isize))
}

/// `(string-hash STRING [BOUND])`.
fn string_hash(args: &[SteelVal]) -> Result<SteelVal> {
    let hash = hash_string(super::string::text("string-hash", 1, &args[0])?);
    Ok(SteelVal::IntV(match args.get(1) {
        Some(bound) => match index("string-hash", 2, bound)? as u64 {
            0 => return Err(out_of_range("string-hash", 2, bound)),
            bound => hash % bound,
        },
        None => hash,
    } as isize))
}

natives! { TABLE:
    "hash" 2 => hash;
    "string-hash" 1..=2 => string_hash;
}
