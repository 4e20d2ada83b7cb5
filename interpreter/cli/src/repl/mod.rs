//! `tintype repl`: evaluates what is typed, or what comes through a pipe.

mod commands;
mod description;
mod editor;
mod input;
mod unfinished;

use crate::arguments::ReplArguments;
use crate::commands::{library, tell_warnings};
use crate::interrupt::attended;
use crate::packages;
use crate::render::{self, CommandError};
use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::rc::Rc;
use tintype_dsl::{
    Detail, Diagnostic, Input, Kind, Session, SessionError, Settings, Value, readable,
};
use tintype_packages::PackageSources;
use unfinished::Unfinished;

/// How a dialogue goes on after an entry.
enum Next {
    /// With the next entry.
    Go,
    /// Not at all: the status to exit with.
    Quit(u8),
}

/// What a dialogue keeps from entry to entry.
struct Dialogue {
    /// Shared with the editor, which completes names.
    session: Rc<RefCell<Session>>,
    packages: PackageSources,
    /// Values so far: they are called `$1`, `$2` ...
    count: usize,
    /// The latest value.
    last: Option<Value>,
    /// The latest error, for `,bt`.
    error: Option<Diagnostic>,
    /// Something went wrong.
    failed: bool,
    /// What programs print.
    unfinished: Unfinished,
}

/// Does `tintype repl`.
pub fn run(arguments: &ReplArguments) -> Result<(), CommandError> {
    let library = library(&arguments.library);
    let mut session = Session::new(Settings { library, ..Settings::default() });
    session.open();
    let mut dialogue = Dialogue {
        session: Rc::new(RefCell::new(session)),
        packages: packages::sources(&arguments.packages)?,
        count: 0,
        last: None,
        error: None,
        failed: false,
        unfinished: Unfinished::watch(),
    };
    if let Some(file) = &arguments.file {
        let loaded = dialogue.load(file);
        if let Next::Quit(status) = dialogue.settle(loaded) {
            return Err(CommandError::Exit(status));
        }
    }
    let status = if std::io::stdin().is_terminal() {
        editor::converse(&mut dialogue)?
    } else {
        input::read_all(&mut dialogue)?
    };
    match status {
        0 => Ok(()),
        status => Err(CommandError::Exit(status)),
    }
}

impl Dialogue {
    /// Does one entry: a command, or forms to evaluate.
    fn enter(&mut self, text: &str) -> Next {
        let outcome = match text.trim_start().strip_prefix(',') {
            Some(command) => commands::run(self, command),
            None => self.evaluate(Input::Expression(text)).map(|()| Next::Go),
        };
        self.settle(outcome)
    }

    /// Tells what went wrong, and what running code wanted to be told.
    fn settle<T>(&mut self, outcome: Result<T, CommandError>) -> Next
    where
        Next: From<T>,
    {
        // The values are there before what is said about them.
        let _ = std::io::stdout().flush();
        tell_warnings(&mut self.session.borrow_mut());
        let error = match outcome {
            Ok(next) => return next.into(),
            Err(error) => error,
        };
        if let CommandError::Session(SessionError::Scheme(found)) = &error {
            if let Kind::Exit(status) = found.kind {
                return Next::Quit(status as u8);
            }
            self.error = Some((**found).clone());
        }
        self.failed = true;
        self.unfinished.end();
        render::failure(&error);
        Next::Go
    }

    /// Evaluates forms, and prints the values that they have.
    fn evaluate(&mut self, input: Input) -> Result<(), CommandError> {
        let (session, count, last) = (self.session.clone(), &mut self.count, &mut self.last);
        let mut values = Vec::new();
        let outcome = attended(&mut session.borrow_mut(), |session| {
            session.evaluate_each(input, &mut |value| values.push(value))
        });
        for value in values {
            if value.is_unspecified() {
                continue;
            }
            *count += 1;
            let name = format!("${count}");
            let mut session = session.borrow_mut();
            session.define(&name, &value);
            let shown = readable(&session.datum(&value), Detail::Short);
            let space = if shown.contains('\n') { "\n" } else { " " };
            render::answer(&format!("{name} ={space}{shown}"));
            self.unfinished.clear();
            *last = Some(value);
        }
        Ok(outcome?)
    }

    /// Evaluates a file; its value is the latest value then.
    fn load(&mut self, file: &Path) -> Result<(), CommandError> {
        let mut last = None;
        let session = self.session.clone();
        attended(&mut session.borrow_mut(), |session| {
            session.evaluate_each(Input::File(file), &mut |value| last = Some(value))
        })?;
        if let Some(value) = last.filter(|value| !value.is_unspecified()) {
            self.count += 1;
            session.borrow_mut().define(&format!("${}", self.count), &value);
            self.last = Some(value);
        }
        Ok(())
    }
}

impl From<()> for Next {
    fn from((): ()) -> Next {
        Next::Go
    }
}
