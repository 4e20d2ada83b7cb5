//! What people see: errors, warnings, notes.

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
            _ => diagnostic("error", found),
        },
        CommandError::Session(other) => say(None, "error", &other.to_string()),
        CommandError::Image(failure) => image_failure(failure),
        CommandError::Other(text) => say(None, "error", text),
        CommandError::Said => {}
    }
    ExitCode::FAILURE
}

fn image_failure(failure: &Failure) {
    say(failure.place.as_ref(), "error", &failure.to_string());
    let Problem::Code { error, .. } = &failure.problem else { return };
    let Some(code) = error.downcast_ref::<BuildFailure>() else { return };
    details(&code.diagnostic);
    if !code.output.is_empty() {
        let text = code.output.trim_end().replace('\n', "\n  ");
        let _ = writeln!(std::io::stderr().lock(), "it had printed:\n  {text}");
    }
}

/// Tells a finding in a definition, with the line that it is about.
pub fn diagnostic(kind: &str, found: &Diagnostic) {
    let place = found.location.as_ref().map(|location| Place(location.to_string()));
    say(place.as_ref(), kind, &found.message);
    details(found);
}

/// The line that a finding is about, the calls that led there, a hint.
fn details(found: &Diagnostic) {
    let mut err = std::io::stderr().lock();
    if let Some(excerpt) = &found.excerpt {
        let _ = writeln!(err, "{}", excerpt.trim_end());
    }
    for (name, location) in &found.trace {
        let _ = writeln!(err, "{location}: called from {name}");
    }
    if let Some(hint) = &found.hint {
        let _ = writeln!(err, "{} {hint}", paint("hint:", "1;36"));
    }
}

/// Tells one thing on stderr, as `PLACE: KIND: TEXT`.
pub fn say(place: Option<&Place>, kind: &str, text: &str) {
    let place = place.map_or("tintype".to_owned(), |place| place.0.clone());
    let colour = if kind == "error" { "1;31" } else { "1;35" };
    let kind = paint(&format!("{kind}:"), colour);
    let _ = writeln!(std::io::stderr().lock(), "{place}: {kind} {text}");
}

fn paint(text: &str, colour: &str) -> String {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if plain || !std::io::stderr().is_terminal() {
        return text.to_owned();
    }
    format!("\x1b[{colour}m{text}\x1b[0m")
}

/// Prints one answer on stdout. A reader that has gone away is no error.
pub fn answer(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
