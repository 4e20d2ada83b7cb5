//! Lines that a program has begun to print and not ended: the next prompt does not hide them.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;
use tintype_dsl::{set_error_output, set_output};

/// Whether the cursor is behind something that a program has printed.
#[derive(Clone, Default)]
pub struct Unfinished(Rc<Cell<bool>>);

impl Unfinished {
    /// Looks at all that programs print from now on.
    pub fn watch() -> Unfinished {
        let unfinished = Unfinished::default();
        let line = || unfinished.0.clone();
        set_output(Some(Box::new(Watched { stream: io::stdout(), line: line() })));
        set_error_output(Some(Box::new(Watched { stream: io::stderr(), line: line() })));
        unfinished
    }

    /// Someone else has ended the line.
    pub fn clear(&self) {
        self.0.set(false);
    }

    /// Ends the line on a terminal, if there is one to end.
    pub fn end(&self) {
        if self.0.take() && io::stdout().is_terminal() {
            println!();
        }
    }
}

struct Watched<W> {
    stream: W,
    line: Rc<Cell<bool>>,
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        if let Some(last) = bytes[..count].last() {
            self.line.set(*last != b'\n');
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
