//! Writing to ports.

use steel::SteelVal;
use steel::rvals::Result;

use super::super::exception::{expecting, out_of_range, system_error, wrong_type};
use super::super::number::index;
use super::super::object::{is_true, object, peek, poke, string};
use super::super::print::{display_datum, write_datum};
use super::super::printer::has_failed;
use super::super::registry::{internals, natives};
use super::super::string::text;
use super::super::world::{Opening, world};
use super::{Port, Stream, current, custom, write_out};

/// Writes text to a port.
pub(crate) fn put(name: &'static str, port: &SteelVal, text: &str) -> Result<()> {
    if is_own(port) && custom::put(port, text.as_bytes())? {
        return Ok(());
    }
    enum Destination {
        Done,
        Process { error: bool },
        Failed(std::io::Error, String),
        Refused,
    }
    let destination = poke::<Port, _>(port, |port| {
        if !port.is_open {
            return Destination::Refused;
        }
        port.column = match text.rfind('\n') {
            Some(at) => text[at + 1..].chars().count(),
            None => port.column + text.chars().count(),
        };
        match &mut port.stream {
            Stream::StringOutput(written) => {
                written.push_str(text);
                Destination::Done
            }
            Stream::BytesOutput(written) => {
                written.extend_from_slice(text.as_bytes());
                Destination::Done
            }
            Stream::File(file) => match file.write_all(text.as_bytes()) {
                Ok(()) => Destination::Done,
                Err(cause) => Destination::Failed(cause, port.name.clone()),
            },
            Stream::StandardOutput => Destination::Process { error: false },
            Stream::StandardError => Destination::Process { error: true },
            Stream::Input { .. } => Destination::Refused,
        }
    });
    match destination {
        Some(Destination::Done) => Ok(()),
        Some(Destination::Process { error }) => write_out(error, text.as_bytes()),
        Some(Destination::Failed(cause, path)) => Err(system_error("fport_write", &cause, &path)),
        Some(Destination::Refused) | None => Err(wrong_type(name, 2, port)),
    }
}

/// The port argument at `position`, or the current output port; `#t` means the current one too.
pub(crate) fn output_port(args: &[SteelVal], position: usize) -> SteelVal {
    match args.get(position) {
        None | Some(SteelVal::BoolV(true)) => current(1),
        Some(port) => port.clone(),
    }
}

fn print(
    name: &'static str,
    args: &[SteelVal],
    external: fn(&SteelVal) -> String,
) -> Result<SteelVal> {
    let text = external(&args[0]);
    if !has_failed() {
        put(name, &output_port(args, 1), &text)?;
    }
    Ok(SteelVal::Void)
}

fn newline(args: &[SteelVal]) -> Result<SteelVal> {
    put("newline", &output_port(args, 0), "\n")?;
    Ok(SteelVal::Void)
}

fn write_char(args: &[SteelVal]) -> Result<SteelVal> {
    let c = super::super::character::character("write-char", 1, &args[0])?;
    put("write-char", &output_port(args, 1), c.encode_utf8(&mut [0; 4]))?;
    Ok(SteelVal::Void)
}

/// `(put-string PORT STRING [START COUNT])`.
fn put_string(args: &[SteelVal]) -> Result<SteelVal> {
    let all: Vec<char> = text("put-string", 2, &args[1])?.chars().collect();
    let start = args.get(2).map_or(Ok(0), |value| index("put-string", 3, value))?;
    let count = args
        .get(3)
        .map_or(Ok(all.len().saturating_sub(start)), |value| index("put-string", 4, value))?;
    let part = all.get(start..start + count).unwrap_or(&[]);
    put("put-string", &args[0], &part.iter().collect::<String>())?;
    Ok(SteelVal::Void)
}

/// `(write-string STRING [PORT [START [END]]])`.
fn write_string(args: &[SteelVal]) -> Result<SteelVal> {
    let part = super::super::string::part("write-string", args, 2)?;
    put("write-string", &output_port(args, 1), &part.into_iter().collect::<String>())?;
    Ok(SteelVal::Void)
}

fn write_line(args: &[SteelVal]) -> Result<SteelVal> {
    print("write-line", args, |value| format!("{}\n", display_datum(value)))
}

/// The part from START on of COUNT bytes that `(put-bytevector PORT BYTES [START [COUNT]])` writes.
fn some_bytes(bytes: Vec<u8>, args: &[SteelVal]) -> Result<Vec<u8>> {
    let number = |position: usize, otherwise: usize| {
        args.get(position)
            .map_or(Ok(otherwise), |value| index("put-bytevector", position + 1, value))
    };
    let start = number(2, 0)?;
    let count = number(3, bytes.len().saturating_sub(start))?;
    match start.checked_add(count).and_then(|end| bytes.get(start..end)) {
        Some(part) => Ok(part.to_vec()),
        None => Err(out_of_range("put-bytevector", 3, &args[2])),
    }
}

fn put_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let bytes = match &args[1] {
        SteelVal::IntV(byte) => vec![*byte as u8],
        other => super::super::bytevector::bytevector_bytes(other)
            .ok_or_else(|| expecting("put-bytevector", 2, "bytevector", other))
            .and_then(|bytes| some_bytes(bytes, args))?,
    };
    if is_own(&args[0]) && custom::put(&args[0], &bytes)? {
        return Ok(SteelVal::Void);
    }
    let done = poke::<Port, _>(&args[0], |port| match &mut port.stream {
        _ if !port.is_open => None,
        Stream::BytesOutput(written) => {
            written.extend_from_slice(&bytes);
            Some(Ok(()))
        }
        Stream::File(file) => Some(
            file.write_all(&bytes).map_err(|cause| system_error("fport_write", &cause, &port.name)),
        ),
        _ => None,
    });
    match done {
        Some(Some(result)) => result.map(|()| SteelVal::Void),
        _ => Err(expecting("put-bytevector", 1, "open binary output port", &args[0])),
    }
}

fn get_output(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let written = peek::<Port, _>(&args[0], |port| match &port.stream {
        Stream::StringOutput(written) => Some(Ok(string(written.clone()))),
        Stream::BytesOutput(written) => {
            Some(super::super::bytevector::make_bytevector(written.clone()))
        }
        _ => None,
    });
    written.flatten().unwrap_or_else(|| Err(wrong_type(name, 1, &args[0])))
}

/// `(%open-output-file NAME APPEND?)`.
fn open_output_file(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("open-file", 1, &args[0])?;
    let how = if is_true(&args[1]) { Opening::Append } else { Opening::Truncate };
    match world().write(path, how, super::super::files::masked(0o666)) {
        Ok(file) => open_output(Stream::File(file), path),
        Err(cause) => Err(system_error("open-file", &cause, path)),
    }
}

/// A port that collects text, for `written`.
pub(crate) fn string_port() -> Result<SteelVal> {
    open_output(Stream::StringOutput(String::new()), "string")
}

/// What was written to a port that collects text.
pub(crate) fn written(port: &SteelVal) -> Option<String> {
    peek::<Port, _>(port, |port| match &port.stream {
        Stream::StringOutput(written) => Some(written.clone()),
        _ => None,
    })?
}

/// An open port of a program's own.
fn is_own(port: &SteelVal) -> bool {
    peek::<Port, _>(port, |port| port.is_open && port.own.is_some()).unwrap_or(false)
}

/// `(force-output [PORT])`: only programs' own ports keep what was put to them.
fn flush(args: &[SteelVal]) -> Result<SteelVal> {
    if let Some(port) = args.first().filter(|port| is_own(port)) {
        custom::flush(port)?;
    }
    Ok(SteelVal::Void)
}

fn open_output(stream: Stream, name: &str) -> Result<SteelVal> {
    object(Port::new(stream, name))
}

internals! { INTERNAL_TABLE:
    "%open-output-file" 2 => open_output_file;
}

natives! { TABLE:
    "display" 1..=2 => |args| print("display", args, display_datum);
    "write" 1..=2 => |args| print("write", args, write_datum);
    "write-shared" 1..=2 => |args| print("write", args, write_datum);
    "write-simple" 1..=2 => |args| print("write", args, write_datum);
    "newline" 0..=1 => newline;
    "write-char" 1..=2 => write_char;
    "write-string" 1..=4 => write_string;
    "write-line" 1..=2 => write_line;
    "put-string" 2..=4 => put_string;
    "put-char" 2 => |args: &[SteelVal]| write_char(&[args[1].clone(), args[0].clone()]);
    "put-u8" 2 => put_bytes;
    "put-bytevector" 2..=4 => put_bytes;
    "force-output" 0..=1 => flush;
    "flush-output-port" 0..=1 => flush;
    "flush-all-ports" 0 => |_| Ok(SteelVal::Void);
    "open-output-string" 0 => |_| string_port();
    "get-output-string" 1 => |args| get_output("get-output-string", args);
    "open-output-bytevector" 0 => |_| open_output(Stream::BytesOutput(Vec::new()), "bytevector");
    "get-output-bytevector" 1 => |args| get_output("get-output-bytevector", args);
    "object->string" 1..=2 => |args: &[SteelVal]| Ok(string(write_datum(&args[0])));
}
