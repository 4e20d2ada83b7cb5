//! Ports: strings, bytes and files to read, strings and the standard streams to write.

use std::cell::RefCell;
use std::io::Write;
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, misc_error_in, system_error, wrong_type};
use super::number::index;
use super::object::{boolean, is, is_true, object, peek, poke, string};
use super::print::{display_datum, write_datum};
use super::registry::{internals, natives};
use super::state::{cell_value, make_cell};
use super::string::text;
use super::values::EndOfFile;
use super::world::{Opening, world};

/// Where a port's data comes from or goes to.
enum Stream {
    /// What is read, and how many bytes of it have been.
    Input { data: Vec<u8>, position: usize, line: usize, column: usize },
    /// What was written.
    StringOutput(String),
    /// Bytes that were written.
    BytesOutput(Vec<u8>),
    /// A file that is written.
    File(Box<dyn Write>),
    /// The program's standard output.
    StandardOutput,
    /// The program's standard error.
    StandardError,
}

/// A port.
pub(crate) struct Port {
    stream: Stream,
    name: String,
    /// Column of the next character written.
    column: usize,
    is_open: bool,
}

impl Custom for Port {}

impl Port {
    fn new(stream: Stream, name: &str) -> Port {
        Port { stream, name: name.to_string(), column: 0, is_open: true }
    }

    fn is_input(&self) -> bool {
        matches!(self.stream, Stream::Input { .. })
    }

    pub(crate) fn external(&self) -> String {
        let direction = if self.is_input() { "input" } else { "output" };
        let closed = if self.is_open { "" } else { "closed: " };
        format!("#<{closed}{direction}: {}>", self.name)
    }
}

/// Takes what a program writes; the default is the process's own stream.
pub type Sink = Box<dyn Write>;

struct Sinks {
    output: Option<Sink>,
    error: Option<Sink>,
}

/// The cells of `current-input-port`, `current-output-port`, `current-error-port`.
struct Current([SteelVal; 3]);

thread_local! {
    static SINKS: RefCell<Sinks> = const { RefCell::new(Sinks { output: None, error: None }) };
    // Never dropped at the end of a thread, as in `exception`.
    static CURRENT: ManuallyDrop<Current> = ManuallyDrop::new(Current::new());
}

impl Current {
    fn new() -> Current {
        let cell = |stream: Stream, name: &str| {
            object(Port::new(stream, name))
                .and_then(|port| make_cell(port, SteelVal::BoolV(false)))
                .unwrap_or(SteelVal::Void)
        };
        let empty = Stream::Input { data: Vec::new(), position: 0, line: 0, column: 0 };
        Current([
            cell(empty, "standard input"),
            cell(Stream::StandardOutput, "file 1"),
            cell(Stream::StandardError, "file 2"),
        ])
    }
}

/// Sends what programs on this thread write to standard output to `sink`; `None` for the process's
/// own. Returns the sink used before.
pub fn set_output(sink: Option<Sink>) -> Option<Sink> {
    SINKS.with_borrow_mut(|sinks| std::mem::replace(&mut sinks.output, sink))
}

/// The same for standard error.
pub fn set_error_output(sink: Option<Sink>) -> Option<Sink> {
    SINKS.with_borrow_mut(|sinks| std::mem::replace(&mut sinks.error, sink))
}

fn write_out(error: bool, bytes: &[u8]) -> Result<()> {
    let written = SINKS.with_borrow_mut(|sinks| {
        match if error { &mut sinks.error } else { &mut sinks.output } {
            Some(sink) => sink.write_all(bytes),
            None if error => std::io::stderr().write_all(bytes),
            None => std::io::stdout().write_all(bytes),
        }
    });
    written.map_err(|cause| {
        system_error("fport_write", &cause, if error { "stderr" } else { "stdout" })
    })
}

/// Writes out what is buffered.
pub fn flush() {
    // A stream that is gone (a closed pipe) has nothing left to say it to.
    let _ = SINKS.with_borrow_mut(|sinks| match &mut sinks.output {
        Some(sink) => sink.flush(),
        None => std::io::stdout().flush(),
    });
}

fn current(which: usize) -> SteelVal {
    let cell = CURRENT.with(|current| current.0[which].clone());
    cell_value(&cell).unwrap_or(SteelVal::Void)
}

/// Writes text to a port.
pub(crate) fn put(name: &'static str, port: &SteelVal, text: &str) -> Result<()> {
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
    put(name, &output_port(args, 1), &external(&args[0]))?;
    Ok(SteelVal::Void)
}

fn newline(args: &[SteelVal]) -> Result<SteelVal> {
    put("newline", &output_port(args, 0), "\n")?;
    Ok(SteelVal::Void)
}

fn write_char(args: &[SteelVal]) -> Result<SteelVal> {
    let c = super::character::character("write-char", 1, &args[0])?;
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

fn write_string(args: &[SteelVal]) -> Result<SteelVal> {
    put("write-string", &output_port(args, 1), text("write-string", 1, &args[0])?)?;
    Ok(SteelVal::Void)
}

fn write_line(args: &[SteelVal]) -> Result<SteelVal> {
    let text = format!("{}\n", display_datum(&args[0]));
    put("write-line", &output_port(args, 1), &text)?;
    Ok(SteelVal::Void)
}

fn put_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let bytes = match &args[1] {
        SteelVal::IntV(byte) => vec![*byte as u8],
        other => super::bytevector::bytevector_bytes(other)
            .ok_or_else(|| expecting("put-bytevector", 2, "bytevector", other))?,
    };
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

/// `(%open-output-file NAME APPEND?)`.
fn open_output_file(args: &[SteelVal]) -> Result<SteelVal> {
    let path = text("open-file", 1, &args[0])?;
    let how = if is_true(&args[1]) { Opening::Append } else { Opening::Truncate };
    match world().write(path, how, super::files::masked(0o666)) {
        Ok(file) => open_output(Stream::File(file), path),
        Err(cause) => Err(system_error("open-file", &cause, path)),
    }
}

fn open_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let bytes = super::bytevector::bytevector_bytes(&args[0])
        .ok_or_else(|| expecting("open-bytevector-input-port", 1, "bytevector", &args[0]))?;
    input(bytes, "bytevector")
}

fn get_output(name: &'static str, args: &[SteelVal]) -> Result<SteelVal> {
    let written = peek::<Port, _>(&args[0], |port| match &port.stream {
        Stream::StringOutput(written) => Some(Ok(string(written.clone()))),
        Stream::BytesOutput(written) => Some(super::bytevector::make_bytevector(written.clone())),
        _ => None,
    });
    written.flatten().unwrap_or_else(|| Err(wrong_type(name, 1, &args[0])))
}

/// Reads from an input port: `take` sees the data that is left and says how many bytes it used.
fn take<R>(
    name: &'static str,
    args: &[SteelVal],
    position: usize,
    take: impl FnOnce(&[u8]) -> (R, usize),
) -> Result<R> {
    let port = args.get(position).cloned().unwrap_or_else(|| current(0));
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
    or_end(take(name, args, 0, |data| match first_character(data) {
        Some((c, length)) => (Some(SteelVal::CharV(c)), if consume { length } else { 0 }),
        None => (None, 0),
    })?)
}

fn read_byte(name: &'static str, args: &[SteelVal], consume: bool) -> Result<SteelVal> {
    or_end(take(name, args, 0, |data| match data.first() {
        Some(byte) => (Some(SteelVal::IntV(*byte as isize)), usize::from(consume)),
        None => (None, 0),
    })?)
}

/// A line without (`trim`) or with (`concat`) its end.
fn read_line(args: &[SteelVal]) -> Result<SteelVal> {
    let keep_end = match args.get(1) {
        None => false,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "trim" => false,
        Some(SteelVal::SymbolV(mode)) if mode.as_str() == "concat" => true,
        Some(other) => {
            return Err(misc_error_in(
                "read-line",
                "unsupported handle-delim: ~S",
                std::slice::from_ref(other),
            ));
        }
    };
    or_end(take("read-line", args, 0, |data| {
        if data.is_empty() {
            return (None, 0);
        }
        let (line, used) = match data.iter().position(|byte| *byte == b'\n') {
            Some(at) => (&data[..if keep_end { at + 1 } else { at }], at + 1),
            None => (data, data.len()),
        };
        (Some(string(String::from_utf8_lossy(line).into_owned())), used)
    })?)
}

/// Everything that is left: the empty string at the end for `get-string-all`, else the end object.
fn read_all(args: &[SteelVal], empty_is_end: bool) -> Result<SteelVal> {
    let all = take("get-string-all", args, 0, |data| (data.to_vec(), data.len()))?;
    if all.is_empty() && empty_is_end {
        return end_of_file();
    }
    Ok(string(String::from_utf8_lossy(&all).into_owned()))
}

fn read_all_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let all = take("get-bytevector-all", args, 0, |data| (data.to_vec(), data.len()))?;
    if all.is_empty() { end_of_file() } else { super::bytevector::make_bytevector(all) }
}

fn read_some_bytes(args: &[SteelVal]) -> Result<SteelVal> {
    let count = index("get-bytevector-n", 2, &args[1])?;
    let some = take("get-bytevector-n", args, 0, |data| {
        let count = count.min(data.len());
        (data[..count].to_vec(), count)
    })?;
    if some.is_empty() && count > 0 {
        end_of_file()
    } else {
        super::bytevector::make_bytevector(some)
    }
}

/// `(read-string [PORT [COUNT]])` of Guile and `(get-string-n PORT COUNT)`.
fn read_string(args: &[SteelVal]) -> Result<SteelVal> {
    let Some(count) = args.get(1) else { return read_all(args, false) };
    let count = index("get-string-n", 2, count)?;
    let some = take("get-string-n", args, 0, |data| {
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
    or_end(take("read-delimited", args, 1, |data| {
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
    take("read", args, 0, |data| {
        let text = String::from_utf8_lossy(data);
        let (result, used) = super::read::read_datum(&text);
        (result, used.min(data.len()))
    })?
}

fn close(args: &[SteelVal]) -> Result<SteelVal> {
    match poke::<Port, _>(&args[0], |port| std::mem::replace(&mut port.is_open, false)) {
        Some(was_open) => boolean(was_open),
        None => Err(expecting("close-port", 1, "port", &args[0])),
    }
}

fn place(args: &[SteelVal], of: fn(usize, usize) -> usize) -> Result<SteelVal> {
    let found = peek::<Port, _>(&args[0], |port| match &port.stream {
        Stream::Input { line, column, .. } => of(*line, *column),
        _ => of(0, port.column),
    });
    found
        .map(|number| SteelVal::IntV(number as isize))
        .ok_or_else(|| expecting("port-column", 1, "port", &args[0]))
}

fn is_port(args: &[SteelVal], holds: fn(&Port) -> bool) -> Result<SteelVal> {
    boolean(peek::<Port, _>(&args[0], holds).unwrap_or(false))
}

/// `(%current-port-cell N)`: the cell of the current input (0), output (1), error (2) port.
fn current_cell(args: &[SteelVal]) -> Result<SteelVal> {
    let which = index("current-port", 1, &args[0])?.min(2);
    Ok(CURRENT.with(|current| current.0[which].clone()))
}

fn open_output(stream: Stream, name: &str) -> Result<SteelVal> {
    object(Port::new(stream, name))
}

internals! { INTERNAL_TABLE:
    "%current-port-cell" 1 => current_cell;
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
    "put-bytevector" 2 => put_bytes;
    "force-output" 0..=1 => |_| Ok(SteelVal::Void);
    "flush-output-port" 0..=1 => |_| Ok(SteelVal::Void);
    "flush-all-ports" 0 => |_| Ok(SteelVal::Void);
    "open-input-string" 1 => open_input_string;
    "open-output-string" 0 => |_| open_output(Stream::StringOutput(String::new()), "string");
    "get-output-string" 1 => |args| get_output("get-output-string", args);
    "open-bytevector-input-port" 1..=2 => open_bytes;
    "open-input-bytevector" 1 => open_bytes;
    "open-output-bytevector" 0 => |_| open_output(Stream::BytesOutput(Vec::new()), "bytevector");
    "get-output-bytevector" 1 => |args| get_output("get-output-bytevector", args);
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
    "get-string-all" 1 => |args| read_all(args, true);
    "read-delimited" 1..=3 => read_delimited;
    "get-bytevector-all" 1 => read_all_bytes;
    "get-bytevector-n" 2 => read_some_bytes;
    "read" 0..=1 => read;
    "close-port" 1 => close;
    "close-input-port" 1 => close;
    "close-output-port" 1 => close;
    "close" 1 => close;
    "port?" 1 => |args: &[SteelVal]| boolean(is::<Port>(&args[0]));
    "input-port?" 1 => |args| is_port(args, Port::is_input);
    "output-port?" 1 => |args| is_port(args, |port| !port.is_input());
    "textual-port?" 1 => |args| is_port(args, |_| true);
    "port-closed?" 1 => |args| is_port(args, |port| !port.is_open);
    "port-column" 1 => |args| place(args, |_, column| column);
    "port-line" 1 => |args| place(args, |line, _| line);
    "port-filename" 1 => |args: &[SteelVal]|
        Ok(peek::<Port, _>(&args[0], |port| string(port.name.clone())).unwrap_or(SteelVal::BoolV(false)));
    "set-port-encoding!" 2 => |_| Ok(SteelVal::Void);
    "object->string" 1..=2 => |args: &[SteelVal]| Ok(string(write_datum(&args[0])));
}
