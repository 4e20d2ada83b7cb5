//! Ports: strings, bytes and files to read, strings and the standard streams to write.

pub(crate) mod custom;
pub(crate) mod input;
pub(crate) mod output;

use std::cell::RefCell;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::exception::{expecting, system_error};
use super::number::index;
use super::object::{boolean, is, object, peek, poke, string};
use super::registry::{internals, natives};
use super::state::{cell_value, make_cell, set_cell_itself};

pub(crate) use output::{output_port, put, string_port, written};

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
    /// A program's own procedures read and write it.
    own: Option<Box<custom::Procedures>>,
    /// Where standard input comes from.
    source: Option<Source>,
}

impl Custom for Port {}

impl Port {
    fn new(stream: Stream, name: &str) -> Port {
        Port { stream, name: name.to_string(), column: 0, is_open: true, own: None, source: None }
    }

    fn standard_input(source: Source) -> Port {
        let stream = Stream::Input { data: Vec::new(), position: 0, line: 0, column: 0 };
        Port { source: Some(source), ..Port::new(stream, "file 0") }
    }

    fn is_input(&self) -> bool {
        matches!(self.stream, Stream::Input { .. })
    }

    /// The file that it reads or writes: standard streams, strings and bytes are none.
    fn file(&self) -> Option<&str> {
        let is_standard = self.source.is_some()
            || matches!(self.stream, Stream::StandardOutput | Stream::StandardError);
        let name = Some(self.name.as_str()).filter(|_| !is_standard);
        name.filter(|name| !matches!(*name, "string" | "bytevector"))
    }

    pub(crate) fn external(&self) -> String {
        let direction = if self.is_input() { "input" } else { "output" };
        let closed = if self.is_open { "" } else { "closed: " };
        format!("#<{closed}{direction}: {}>", self.name)
    }
}

/// Gives what a program reads from standard input; the default gives nothing.
pub type Source = Box<dyn Read>;

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
        let cell = |port: Port| {
            object(port)
                .and_then(|port| make_cell(port, SteelVal::BoolV(false)))
                .unwrap_or(SteelVal::Void)
        };
        Current([
            cell(Port::standard_input(Box::new(std::io::empty()))),
            cell(Port::new(Stream::StandardOutput, "file 1")),
            cell(Port::new(Stream::StandardError, "file 2")),
        ])
    }
}

/// The port that programs read standard input from, with what was taken from its source and not read yet.
pub struct StandardInput(SteelVal);

impl StandardInput {
    /// Of a source.
    pub fn new(source: Source) -> StandardInput {
        StandardInput(object(Port::standard_input(source)).unwrap_or(SteelVal::Void))
    }
}

/// Lets programs on this thread read that standard input; returns the one used before.
pub fn set_input(input: StandardInput) -> StandardInput {
    let cell = CURRENT.with(|current| current.0[0].clone());
    StandardInput(set_cell_itself(&cell, input.0).unwrap_or(SteelVal::Void))
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

fn close(args: &[SteelVal]) -> Result<SteelVal> {
    custom::close(&args[0])?;
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

internals! { INTERNAL_TABLE:
    "%current-port-cell" 1 => current_cell;
}

natives! { TABLE:
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
    "port-filename" 1 => |args: &[SteelVal]| {
        let name = |port: &Port| port.file().map_or(SteelVal::BoolV(false), string);
        Ok(peek::<Port, _>(&args[0], name).unwrap_or(SteelVal::BoolV(false)))
    };
    "set-port-encoding!" 2 => |_| Ok(SteelVal::Void);
}
