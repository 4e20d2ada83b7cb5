//! What people see: errors, warnings, notes.

use serde_json::Value;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use tintype_dsl::{BuildFailure, Diagnostic, Kind, SessionError};
use tintype_image::{Failure, Problem, plan::Place};

/// Why a command failed.
#[derive(Debug)]
pub enum CommandError {
    /// The definition is wrong, or cannot be read.
    Session(SessionError),
    /// The image cannot be made.
    Image(Failure),
    /// Anything else, said in full.
    Other(String),
    /// All has been said already.
    Said,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// The program is over, with this status.
    Exit(u8),
}

impl From<SessionError> for CommandError {
    fn from(error: SessionError) -> CommandError {
        CommandError::Session(error)
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> CommandError {
        CommandError::Image(failure)
    }
}

/// Tells why the command failed, and gives the status to exit with. A program that calls `(exit N)`
/// says itself what it has to say.
pub fn failure(error: &CommandError) -> ExitCode {
    match error {
        CommandError::Session(SessionError::Scheme(found)) => match found.kind {
            Kind::Exit(status) => return ExitCode::from(status as u8),
            Kind::Interrupted => {
                diagnostic("error", found);
                return ExitCode::from(crate::interrupt::STATUS);
            }
            _ if is_broken_pipe(found) => return ExitCode::SUCCESS,
            _ => diagnostic("error", found),
        },
        CommandError::Session(other) => say(None, "error", &other.to_string()),
        CommandError::Image(failure) => image_failure(failure),
        CommandError::Other(text) => say(None, "error", text),
        CommandError::Said => {}
        CommandError::Interrupted => {
            say(None, "error", "interrupted");
            return ExitCode::from(crate::interrupt::STATUS);
        }
        CommandError::Exit(status) => return ExitCode::from(*status),
    }
    ExitCode::FAILURE
}

fn image_failure(failure: &Failure) {
    say(failure.place.as_ref(), "error", &failure.to_string());
    let Problem::Code { error, .. } = &*failure.problem else { return };
    let Some(code) = error.downcast_ref::<BuildFailure>() else { return };
    details(&code.diagnostic);
    if !code.output.is_empty() {
        let text = code.output.trim_end().replace('\n', "\n  ");
        line(&format!("it had printed:\n  {text}"));
    }
}

/// Who read the program's output has gone away.
fn is_broken_pipe(found: &Diagnostic) -> bool {
    found.message.contains("fport_write") && found.message.contains("Broken pipe")
}

/// Tells a finding in a definition, with the line that it is about, what led there and a way out.
pub fn diagnostic(kind: &str, found: &Diagnostic) {
    let place = found.location.as_ref().map(|location| Place(location.to_string()));
    say(place.as_ref(), kind, &found.message);
    details(found);
}

/// The line that a finding is about, the calls that led there, a hint.
fn details(found: &Diagnostic) {
    if let Some(excerpt) = &found.excerpt {
        for shown in excerpt.trim_end().lines() {
            let is_mark = shown.trim_start().starts_with('|') && shown.ends_with('^');
            line(&if is_mark { paint(shown, "1;31") } else { shown.to_owned() });
        }
    }
    for note in found.notes() {
        line(&note.to_string());
    }
    if let Some(hint) = &found.hint {
        line(&format!("{} {hint}", paint("hint:", "1;36")));
    }
}

/// Why a command failed, as JSON.
pub fn json(error: &CommandError) -> Value {
    let (place, message, found) = match error {
        CommandError::Session(SessionError::Scheme(found)) => {
            (found.location.as_ref().map(ToString::to_string), found.message.clone(), Some(found))
        }
        CommandError::Session(other) => (None, other.to_string(), None),
        CommandError::Image(failure) => {
            (failure.place.as_ref().map(|place| place.0.clone()), failure.to_string(), None)
        }
        CommandError::Other(text) => (None, text.clone(), None),
        CommandError::Said | CommandError::Interrupted | CommandError::Exit(_) => {
            (None, "interrupted".to_owned(), None)
        }
    };
    let parts: Vec<&str> = place.iter().flat_map(|place| place.rsplitn(3, ':')).collect();
    let number = |index: usize| parts.get(index).and_then(|part| part.parse::<u32>().ok());
    serde_json::json!({
        "file": parts.get(2),
        "line": number(1),
        "column": number(0),
        "message": message,
        "expansion": found.map_or(&[][..], |found| &found.expansion),
        "hint": found.and_then(|found| found.hint.as_ref()),
    })
}

fn colour(kind: &str) -> &'static str {
    if kind == "error" { "1;31" } else { "1;35" }
}

/// Tells one thing on stderr, as `PLACE: KIND: TEXT`.
pub fn say(place: Option<&Place>, kind: &str, text: &str) {
    let place = place.map_or("tintype".to_owned(), |place| place.0.clone());
    let kind = paint(&format!("{kind}:"), colour(kind));
    line(&format!("{place}: {kind} {text}"));
}

/// Tells a line, or more, in one piece.
pub fn line(text: &str) {
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Nobody asked for plain text through `NO_COLOR`.
pub fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn paint(text: &str, colour: &str) -> String {
    if !wants_colour() || !std::io::stderr().is_terminal() {
        return text.to_owned();
    }
    format!("\x1b[{colour}m{text}\x1b[0m")
}

/// Prints one answer on stdout. A reader that has gone away is no error.
pub fn answer(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
