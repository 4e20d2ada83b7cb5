//! Reading from ports.

use std::io::{self, Read};

use steel::SteelVal;
use steel::rvals::Result;

use super::super::exception::{expecting, misc_error_in, system_error};
use super::super::number::index;
use super::super::object::{boolean, cons, object, peek, poke, string};
use super::super::registry::natives;
use super::super::string::text;
use super::super::values::EndOfFile;
use super::super::world::world;
use super::custom::{self, Enough};
use super::{Port, Stream, current};

fn open_input_string(args: &[SteelVal]) -> Result<SteelVal> {
    input(text("open-input-string", 1, &args[0])?.as_bytes().to_vec(), "string")
}

fn input(data: Vec<u8>, name: &str) -> Result<SteelVal> {
    object(Port::new(Stream::Input { data, position: 0, line: 0, column: 0 }, name))
}

fn open_input_file(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("open-file", 1, &args[0])?;
    let mut data = Vec::new();
    match world().read(path).and_then(|mut file| file.read_to_end(&mut data)) {
        Ok(_) => input(data, path),
        Err(cause) => Err(system_error("open-file", &cause, path)),
    }
}

fn open_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let bytes = super::super::bytevector::bytevector_bytes(&args[0])
        .ok_or_else(|| expecting("open-bytevector-input-port", 1, "bytevector", &args[0]))?;
    input(bytes, "bytevector")
}

/// So much is asked for at once.
const BUFFER: usize = 4096;

/// Has a port that others fill get enough.
fn fill(port: &SteelVal, enough: Enough) -> Result<()> {
    custom::fill(port, enough)?;
    let read = poke::<Port, _>(port, |port| match (&mut port.stream, &mut port.source) {
        (Stream::Input { data, position, .. }, Some(source)) => {
            take_enough(source.as_mut(), data, position, enough)
        }
        _ => Ok(()),
    });
    read.unwrap_or(Ok(())).map_err(|cause| system_error("fport_read", &cause, "stdin"))
}

fn take_enough(
    source: &mut dyn Read,
    data: &mut Vec<u8>,
    position: &mut usize,
    enough: Enough,
) -> io::Result<()> {
    let mut buffer = [0; BUFFER];
    while !enough.is_met(&data[*position..]) {
        match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                data.drain(..std::mem::take(position));
                data.extend_from_slice(&buffer[..count]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads from an input port, where a program's own is asked until there is enough: `take` sees the data
/// that is left and says how many bytes it used.
fn take<R>(
    name: &'static str,
    args: &[SteelVal],
    position: usize,
    enough: Enough,
    take: impl FnOnce(&[u8]) -> (R, usize),
) -> Result<R> {
    let port = args.get(position).cloned().unwrap_or_else(|| current(0));
    fill(&port, enough)?;
    let taken = poke::<Port, _>(&port, |port| match &mut port.stream {
        Stream::Input { data, position, line, column } if port.is_open => {
            let (result, used) = take(&data[*position..]);
            for byte in &data[*position..*position + used] {
                match byte {
                    b'\n' => (*line, *column) = (*line + 1, 0),
                    // Bytes after the first of a character have no column of their own.
                    byte if byte & 0xc0 != 0x80 => *column += 1,
                    _ => {}
                }
            }
            *position += used;
            custom::go_on(port);
            Some(result)
        }
        _ => None,
    });
    taken.flatten().ok_or_else(|| expecting(name, position + 1, "open input port", &port))
}

/// The first character of some UTF-8 and its length; bytes that are none count as `?`-like marks.
fn first_character(data: &[u8]) -> Option<(char, usize)> {
    let first = *data.first()?;
    let length = match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let bytes = data.get(..length).unwrap_or(data);
    match std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
        Some(c) => Some((c, c.len_utf8())),
        None => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}

fn end_of_file() -> Result<SteelVal> {
    object(EndOfFile)
}

fn or_end(value: Option<SteelVal>) -> Result<SteelVal> {
    value.map_or_else(end_of_file, Ok)
}

fn read_char(name: &'static str, args: &[SteelVal], consume: bool) -> Result<SteelVal> {
    or_end(take(name, args, 0, Enough::Character, |data| match first_character(data) {
        Some((c, length)) => (Some(SteelVal::CharV(c)), if consume { length } else { 0 }),
        None => (None, 0),
    })?)
}

fn read_byte(name: &'static str, args: &[SteelVal], consume: bool) -> Result<SteelVal> {
    or_end(take(name, args, 0, Enough::Byte, |data| match data.first() {
        Some(byte) => (Some(SteelVal::IntV(*byte as isize)), usize::from(consume)),
        None => (None, 0),
    })?)
}

/// What `read-line` does with the end of the line.
#[derive(Clone, Copy)]
enum LineEnd {
    Trim,
    Concat,
    /// Leaves it to be read.
    Peek,
    /// Gives a pair of the line and its end.
    Split,
}

/// `(read-line [PORT [HANDLE-DELIM]])`.
fn read_line(args: &[SteelVal]) -> Result<SteelVal> {
    let end = match args.get(1) {
        None => LineEnd::Trim,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "trim" => LineEnd::Trim,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "concat" => LineEnd::Concat,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "peek" => LineEnd::Peek,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "split" => LineEnd::Split,
        Some(other) => {
            return Err(misc_error_in(
                "",
                "~A ~S",
                &[string("unexpected handle-delim value: "), other.clone()],
            ));
        }
    };
    let line = take("read-line", args, 0, Enough::Until(|byte| byte == b'\n'), |data| {
        if data.is_empty() {
            return (None, 0);
        }
        let at = data.iter().position(|byte| *byte == b'\n');
        let (mut text, mut used) = match at {
            Some(at) => (String::from_utf8_lossy(&data[..at]).into_owned(), at + 1),
            None => (String::from_utf8_lossy(data).into_owned(), data.len()),
        };
        match end {
            LineEnd::Concat if at.is_some() => text.push('\n'),
            LineEnd::Peek => used -= usize::from(at.is_some()),
            _ => {}
        }
        (Some((text, at.is_some())), used)
    })?;
    let delimiter = |found| if found { Ok(SteelVal::CharV('\n')) } else { end_of_file() };
    match (line, end) {
        (Some((text, found)), LineEnd::Split) => Ok(cons(string(text), delimiter(found)?)),
        (Some((text, _)), _) => Ok(string(text)),
        (None, LineEnd::Split) => Ok(cons(end_of_file()?, end_of_file()?)),
        (None, _) => end_of_file(),
    }
}

/// Everything that is left.
fn read_all(args: &[SteelVal]) -> Result<SteelVal> {
    let all = take("get-string-all", args, 0, Enough::All, |data| (data.to_vec(), data.len()))?;
    Ok(string(String::from_utf8_lossy(&all).into_owned()))
}

fn read_all_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let all = take("get-bytevector-all", args, 0, Enough::All, |data| (data.to_vec(), data.len()))?;
    if all.is_empty() { end_of_file() } else { super::super::bytevector::make_bytevector(all) }
}

/// What there is without waiting for more, but at least a byte.
fn read_bytes_at_hand(args: &[SteelVal]) -> Result<SteelVal> {
    let some =
        take("get-bytevector-some", args, 0, Enough::Byte, |data| (data.to_vec(), data.len()))?;
    if some.is_empty() { end_of_file() } else { super::super::bytevector::make_bytevector(some) }
}

fn read_some_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let count = index("get-bytevector-n", 2, &args[1])?;
    let some = take("get-bytevector-n", args, 0, Enough::Bytes(count), |data| {
        let count = count.min(data.len());
        (data[..count].to_vec(), count)
    })?;
    if some.is_empty() && count > 0 {
        end_of_file()
    } else {
        super::super::bytevector::make_bytevector(some)
    }
}

/// `(read-string [PORT [COUNT]])` of Guile and `(get-string-n PORT COUNT)`.
fn read_string(args: &[SteelVal]) -> Result<SteelVal> {
    let Some(count) = args.get(1) else { return read_all(args) };
    let count = index("get-string-n", 2, count)?;
    let some = take("get-string-n", args, 0, Enough::Bytes(count.saturating_mul(4)), |data| {
        let (mut text, mut used) = (String::new(), 0);
        for _ in 0..count {
            let Some((c, length)) = first_character(&data[used..]) else { break };
            text.push(c);
            used += length;
        }
        (text, used)
    })?;
    if some.is_empty() && count > 0 { end_of_file() } else { Ok(string(some)) }
}

/// `(read-delimited DELIMITERS [PORT])`.
fn read_delimited(args: &[SteelVal]) -> Result<SteelVal> {
    let delimiters = text("read-delimited", 1, &args[0])?.to_string();
    or_end(take("read-delimited", args, 1, Enough::All, |data| {
        if data.is_empty() {
            return (None, 0);
        }
        let all = String::from_utf8_lossy(data);
        match all.find(|c| delimiters.contains(c)) {
            Some(at) => {
                let length = all[at..].chars().next().map_or(1, char::len_utf8);
                (Some(string(&all[..at])), (at + length).min(data.len()))
            }
            None => (Some(string(all.as_ref())), data.len()),
        }
    })?)
}

/// Reads one datum.
fn read(args: &[SteelVal]) -> Result<SteelVal> {
    let port = args.first().cloned().unwrap_or_else(|| current(0));
    let place = peek::<Port, _>(&port, |port| match &port.stream {
        Stream::Input { line, column, .. } => {
            Some((port.file().map(str::to_owned), *line, *column))
        }
        _ => None,
    });
    let (file, line, column) = place.flatten().unwrap_or_default();
    take("read", args, 0, Enough::Datum, |data| {
        let text = String::from_utf8_lossy(data);
        let start = (line, column);
        let (result, used) = super::super::read::read_datum(&text, file.as_deref(), start);
        (result, used.min(data.len()))
    })?
}

/// `(unget-char PORT CHAR)`, `(unget-string PORT STRING)`: what is read next.
fn unget(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let back = match &args[1] {
        SteelVal::CharV(c) => c.to_string(),
        other => text(name, 2, other)?.to_string(),
    };
    let done = poke::<Port, _>(&args[0], |port| match &mut port.stream {
        Stream::Input { data, position, column, .. } if port.is_open => {
            data.splice(..*position, back.bytes());
            *position = 0;
            *column = column.saturating_sub(back.chars().count());
            true
        }
        _ => false,
    });
    match done {
        Some(true) => Ok(SteelVal::Void),
        _ => Err(expecting(name, 1, "open input port", &args[0])),
    }
}

/// `(unread-char CHAR [PORT])`, `(unread-string STRING PORT)`.
fn unread(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let port = args.get(1).cloned().unwrap_or_else(|| current(0));
    unget(name, &[port, args[0].clone()])
}

natives! { TABLE:
    "open-input-string" 1 => open_input_string;
    "open-bytevector-input-port" 1..=2 => open_bytes;
    "open-input-bytevector" 1 => open_bytes;
    "open-input-file" 1.._ => open_input_file;
    "read-char" 0..=1 => |args| read_char("read-char", args, true);
    "peek-char" 0..=1 => |args| read_char("peek-char", args, false);
    "get-char" 1 => |args| read_char("get-char", args, true);
    "lookahead-char" 1 => |args| read_char("lookahead-char", args, false);
    "get-u8" 1 => |args| read_byte("get-u8", args, true);
    "lookahead-u8" 1 => |args| read_byte("lookahead-u8", args, false);
    "read-u8" 0..=1 => |args| read_byte("read-u8", args, true);
    "peek-u8" 0..=1 => |args| read_byte("peek-u8", args, false);
    "char-ready?" 0..=1 => |_| boolean(true);
    "read-line" 0..=2 => read_line;
    "get-line" 1 => read_line;
    "read-string" 0..=2 => read_string;
    "get-string-n" 2 => read_string;
    "get-string-all" 1 => read_all;
    "read-delimited" 1..=3 => read_delimited;
    "get-bytevector-all" 1 => read_all_bytes;
    "get-bytevector-n" 2 => read_some_bytes;
    "read" 0..=1 => read;
    "unget-char" 2 => |args| unget("unget-char", args);
    "unread-char" 1..=2 => |args| unread("unread-char", args);
    "unread-string" 2 => |args| unread("unread-string", args);
    "unget-string" 2 => |args| unget("unget-string", args);
    "get-bytevector-some" 1 => read_bytes_at_hand;
}
