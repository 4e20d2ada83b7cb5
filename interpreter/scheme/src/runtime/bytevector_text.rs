//! Text in bytevectors: UTF-8, UTF-16, UTF-32.

use steel::SteelVal;
use steel::rvals::Result;

use super::bytevector::{bytes, is_little, make_bytevector};
use super::exception::{raise, thrown};
use super::object::string;
use super::registry::natives;
use super::string::text;
use super::vector::bounds;

fn utf8_to_string(args: &[SteelVal]) -> Result<SteelVal> {
    let all = bytes("utf8->string", 1, &args[0])?;
    let range = bounds("utf8->string", args, 1, all.len())?;
    let all = all[range].to_vec();
    match String::from_utf8(all) {
        Ok(text) => Ok(string(text)),
        Err(_) => Err(raise(thrown(
            "decoding-error",
            vec![
                string("scm_from_utf8_stringn"),
                string("input locale conversion error"),
                SteelVal::IntV(0),
                args[0].clone(),
            ],
        ))),
    }
}

fn string_to_utf16(args: &[SteelVal]) -> Result<SteelVal> {
    let text = text("string->utf16", 1, &args[0])?;
    let little = match args.get(1) {
        None => false,
        order => is_little("string->utf16", 2, order)?,
    };
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    make_bytevector(text.encode_utf16().flat_map(unit).collect())
}

/// `(utf16->string BYTES ORDER [MANDATORY?])`: a byte order mark counts before ORDER.
fn utf16_to_string(args: &[SteelVal]) -> Result<SteelVal> {
    let all = bytes("utf16->string", 1, &args[0])?;
    let (all, little) = match all.as_slice() {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        all => (all, is_little("utf16->string", 2, args.get(1))?),
    };
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    };
    let units = all.chunks_exact(2).map(unit);
    Ok(string(
        char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>(),
    ))
}

/// `(utf32->string BYTES ORDER [MANDATORY?])`.
fn utf32_to_string(args: &[SteelVal]) -> Result<SteelVal> {
    let all = bytes("utf32->string", 1, &args[0])?;
    let (all, little) = match all.as_slice() {
        [0xff, 0xfe, 0, 0, rest @ ..] => (rest, true),
        [0, 0, 0xfe, 0xff, rest @ ..] => (rest, false),
        all => (all, is_little("utf32->string", 2, args.get(1))?),
    };
    let character = |four: &[u8]| {
        let four = [four[0], four[1], four[2], four[3]];
        let code = if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    Ok(string(all.chunks_exact(4).map(character).collect::<String>()))
}

fn string_to_utf32(args: &[SteelVal]) -> Result<SteelVal> {
    let text = text("string->utf32", 1, &args[0])?;
    let little = match args.get(1) {
        None => false,
        order => is_little("string->utf32", 2, order)?,
    };
    let four = |c: char| {
        let code = c as u32;
        if little { code.to_le_bytes() } else { code.to_be_bytes() }
    };
    make_bytevector(text.chars().flat_map(four).collect())
}

natives! { TABLE:
    "utf8->string" 1..=3 => utf8_to_string;
    "string->utf8" 1..=3 => |args| {
        let part = super::string::part("string->utf8", args, 1)?;
        make_bytevector(part.into_iter().collect::<String>().into_bytes())
    };
    "string->utf16" 1..=2 => string_to_utf16;
    "string->utf32" 1..=2 => string_to_utf32;
    "utf16->string" 2..=3 => utf16_to_string;
    "utf32->string" 2..=3 => utf32_to_string;
}
