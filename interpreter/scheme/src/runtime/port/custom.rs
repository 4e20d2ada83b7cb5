//! Ports whose data a program's own procedures read and write.

use steel::SteelVal;
use steel::rvals::Result;

use super::super::bytevector::{bytevector_bytes, make_bytevector};
use super::super::exception::misc_error_in;
use super::super::number::index;
use super::super::object::{Held, is_true, object, peek, poke, string};
use super::super::printer::apply;
use super::super::registry::internals;
use super::super::string::text;
use super::{Port, Stream};

/// So much is asked for at once, and so much is kept before it is written.
const BUFFER: usize = 1024;

/// The procedures of a program's own port.
pub(super) struct Procedures {
    read: Option<Held>,
    write: Option<Held>,
    position: Option<Held>,
    set_position: Option<Held>,
    close: Option<Held>,
    is_binary: bool,
    /// There is nothing more to read.
    is_over: bool,
    /// What was put and not written yet.
    pending: Vec<u8>,
}

/// How much data a reader needs.
#[derive(Clone, Copy)]
pub(super) enum Enough {
    /// A byte.
    Byte,
    /// A character.
    Character,
    /// So many bytes.
    Bytes(usize),
    /// One of these characters, or the end.
    Until(fn(u8) -> bool),
    /// A datum.
    Datum,
    /// All that there is.
    All,
}

impl Enough {
    pub(super) fn is_met(self, data: &[u8]) -> bool {
        match self {
            Enough::Byte => !data.is_empty(),
            Enough::Character => {
                let length = |first: &u8| match *first {
                    0..=0xbf => 1,
                    0xc0..=0xdf => 2,
                    0xe0..=0xef => 3,
                    _ => 4,
                };
                data.first().is_some_and(|first| data.len() >= length(first))
            }
            Enough::Bytes(count) => data.len() >= count,
            Enough::Until(ends) => data.iter().any(|byte| ends(*byte)),
            Enough::Datum => {
                let text = String::from_utf8_lossy(data);
                let (datum, used) = super::super::read::read_datum(&text, None, (0, 0));
                datum.is_ok() && used < text.len()
            }
            Enough::All => false,
        }
    }
}

fn call(procedure: &SteelVal, arguments: &[SteelVal]) -> Result<SteelVal> {
    match apply(procedure, arguments) {
        Some(Ok(value)) => Ok(value),
        Some(Err(payload)) => Err(super::super::raise(payload)),
        None => {
            let what = "the port's procedures cannot be called from here";
            Err(misc_error_in("", what, &[]))
        }
    }
}

/// A procedure of a port, if it is a program's own and has it.
fn procedure(port: &SteelVal, which: fn(&Procedures) -> &Option<Held>) -> Option<SteelVal> {
    peek::<Port, _>(port, |port| which(port.own.as_ref()?).as_ref().map(Held::get)).flatten()
}

/// Has a port read until there is enough.
pub(super) fn fill(port: &SteelVal, enough: Enough) -> Result<()> {
    let Some(read) = procedure(port, |own| &own.read) else { return Ok(()) };
    loop {
        let is_met = peek::<Port, _>(port, |port| match (&port.stream, &port.own) {
            (Stream::Input { data, position, .. }, Some(own)) => {
                own.is_over || enough.is_met(&data[*position..])
            }
            _ => true,
        });
        if is_met != Some(false) {
            return Ok(());
        }
        let buffer = make_bytevector(vec![0; BUFFER])?;
        let number = |number: usize| SteelVal::IntV(number as isize);
        let count = call(&read, &[buffer.clone(), number(0), number(BUFFER)])?;
        let count = index("read!", 1, &count)?.min(BUFFER);
        let bytes = bytevector_bytes(&buffer).unwrap_or_default();
        poke::<Port, _>(port, |port| {
            if let Stream::Input { data, position, .. } = &mut port.stream {
                data.drain(..*position);
                *position = 0;
                data.extend_from_slice(&bytes[..count]);
            }
            if let Some(own) = &mut port.own {
                own.is_over = count == 0;
            }
        });
    }
}

/// What a program's own port has after its end was told: it is asked again.
pub(super) fn go_on(port: &mut Port) {
    if let Some(own) = &mut port.own {
        own.is_over = false;
    }
}

/// Writes to a program's own port; whether it is one.
pub(super) fn put(port: &SteelVal, bytes: &[u8]) -> Result<bool> {
    let Some(write) = procedure(port, |own| &own.write) else { return Ok(false) };
    let is_full = poke::<Port, _>(port, |port| {
        let own = port.own.as_mut().filter(|own| own.is_binary)?;
        own.pending.extend_from_slice(bytes);
        Some(own.pending.len() >= BUFFER)
    });
    match is_full.flatten() {
        Some(true) => flush(port)?,
        Some(false) => {}
        None => {
            let mut left: Vec<char> = String::from_utf8_lossy(bytes).chars().collect();
            while !left.is_empty() {
                let part = string(left.iter().collect::<String>());
                let count = write_part(&write, part, left.len())?;
                left.drain(..count);
            }
        }
    }
    Ok(true)
}

/// Has a part written; how much of it was.
fn write_part(write: &SteelVal, part: SteelVal, length: usize) -> Result<usize> {
    let (start, count) = (SteelVal::IntV(0), SteelVal::IntV(length as isize));
    let written = index("write!", 1, &call(write, &[part, start, count])?)?;
    if written == 0 {
        return Err(misc_error_in("write!", "nothing was written", &[]));
    }
    Ok(written.min(length))
}

/// Has everything written that was put to a port.
pub(super) fn flush(port: &SteelVal) -> Result<()> {
    let Some(write) = procedure(port, |own| &own.write) else { return Ok(()) };
    let pending =
        poke::<Port, _>(port, |port| port.own.as_mut().map(|own| std::mem::take(&mut own.pending)));
    let mut left = pending.flatten().unwrap_or_default();
    while !left.is_empty() {
        let count = write_part(&write, make_bytevector(left.clone())?, left.len())?;
        left.drain(..count);
    }
    Ok(())
}

/// Before a port is closed: has written what is left, and tells the program.
pub(super) fn close(port: &SteelVal) -> Result<()> {
    let is_open = peek::<Port, _>(port, |port| port.is_open && port.own.is_some());
    if is_open != Some(true) {
        return Ok(());
    }
    flush(port)?;
    match procedure(port, |own| &own.close) {
        Some(close) => call(&close, &[]).map(|_| ()),
        None => Ok(()),
    }
}

/// `(%open-custom-port ID READ! WRITE! GET-POSITION SET-POSITION! CLOSE BINARY?)`
fn open(args: &[SteelVal]) -> Result<SteelVal> {
    let given = |position: usize| Some(&args[position]).filter(|value| is_true(value));
    let held = |position: usize| given(position).map(|value| Held::new(value.clone()));
    let own = Procedures {
        read: held(1),
        write: held(2),
        position: held(3),
        set_position: held(4),
        close: held(5),
        is_binary: is_true(&args[6]),
        is_over: false,
        pending: Vec::new(),
    };
    let stream = match own.read {
        Some(_) => Stream::Input { data: Vec::new(), position: 0, line: 0, column: 0 },
        None => Stream::BytesOutput(Vec::new()),
    };
    let port = Port::new(stream, text("make-custom-port", 1, &args[0])?);
    object(Port { own: Some(Box::new(own)), ..port })
}

/// `(%custom-port-position PORT)`: a procedure for the position, and how far the program is ahead of what
/// was read; `#f` for a port without one.
fn position(args: &[SteelVal]) -> Result<SteelVal> {
    let Some(position) = procedure(&args[0], |own| &own.position) else {
        return Ok(SteelVal::BoolV(false));
    };
    flush(&args[0])?;
    let ahead = peek::<Port, _>(&args[0], |port| match &port.stream {
        Stream::Input { data, position, .. } => data.len() - position,
        _ => 0,
    });
    let found = index("port-position", 1, &call(&position, &[])?)?;
    Ok(SteelVal::IntV(found.saturating_sub(ahead.unwrap_or(0)) as isize))
}

/// `(%set-custom-port-position! PORT POSITION)`: `#f` for a port without one.
fn set_position(args: &[SteelVal]) -> Result<SteelVal> {
    let Some(set_position) = procedure(&args[0], |own| &own.set_position) else {
        return Ok(SteelVal::BoolV(false));
    };
    flush(&args[0])?;
    call(&set_position, &args[1..])?;
    poke::<Port, _>(&args[0], |port| {
        if let Stream::Input { data, position, .. } = &mut port.stream {
            data.clear();
            *position = 0;
        }
        go_on(port);
    });
    Ok(SteelVal::BoolV(true))
}

/// `(%custom-port-has? PORT WHAT)`
fn has(args: &[SteelVal]) -> Result<SteelVal> {
    let found = match text("port", 2, &args[1])? {
        "position" => procedure(&args[0], |own| &own.position),
        _ => procedure(&args[0], |own| &own.set_position),
    };
    super::super::object::boolean(found.is_some())
}

internals! { INTERNAL_TABLE:
    "%open-custom-port" 7 => open;
    "%custom-port-position" 1 => position;
    "%set-custom-port-position!" 2 => set_position;
    "%custom-port-has?" 2 => has;
}
