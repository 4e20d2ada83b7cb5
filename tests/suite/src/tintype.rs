//! The built program, run as a user runs it.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::program::{self, Outcome};

/// The program: `TINTYPE`, which `tests/run` sets, or the one built beside this test.
///
/// # Panics
/// Where it is not built.
#[track_caller]
pub fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("TINTYPE") {
        return PathBuf::from(named);
    }
    let test = std::env::current_exe().expect("the path of this test");
    let beside = test.ancestors().nth(2).map(|profile| profile.join("tintype"));
    let found = beside.filter(|file| file.is_file());
    found.expect("tintype is not built: cargo build -p tintype, or use tests/run")
}

/// A command to run it, with none of the variables that change what it does or says.
#[track_caller]
pub fn command() -> Command {
    let mut command = Command::new(binary());
    for name in ["GUIX_PACKAGE_PATH", "TINTYPE_LOAD_PATH", "NO_COLOR", "CLICOLOR_FORCE", "RUST_LOG"]
    {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs it with `arguments` to its end.
#[track_caller]
pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Outcome {
    program::run(command().args(arguments))
}

/// An error as it stands on stderr: `FILE:LINE:COLUMN: error: TEXT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as the program names it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 0.
    pub column: u32,
    /// What follows `error: ` on the line.
    pub text: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: error: {}", self.file, self.line, self.column, self.text)
    }
}

/// The diagnostics in `stderr` that have a place.
pub fn diagnostics(stderr: &str) -> Vec<Diagnostic> {
    stderr.lines().filter_map(diagnostic).collect()
}

fn diagnostic(line: &str) -> Option<Diagnostic> {
    let (place, text) = line.split_once(": error: ")?;
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some(Diagnostic { file: parts.next()?.to_owned(), line, column, text: text.to_owned() })
}

/// Checks that the program refused its input as a program should: exit code 1, nothing on
/// stdout, an error on stderr without colour, and no panic. Returns stderr.
///
/// # Panics
/// Where it did not.
#[track_caller]
pub fn refused(outcome: &Outcome) -> &str {
    assert_eq!(outcome.code(), Some(1), "{outcome}");
    assert!(outcome.stdout.is_empty(), "no output was made, but stdout names some: {outcome}");
    assert!(outcome.stderr.contains("error: "), "{outcome}");
    assert!(!outcome.stderr.contains("panicked"), "{outcome}");
    assert!(!outcome.stderr.contains('\u{1b}'), "colour without a terminal: {outcome}");
    &outcome.stderr
}

/// The first diagnostic with a place of a program that [`refused`] its input.
///
/// # Panics
/// Where it did not refuse, or named no place.
#[track_caller]
pub fn refused_at(outcome: &Outcome) -> Diagnostic {
    let stderr = refused(outcome);
    let first = diagnostics(stderr).into_iter().next();
    first.unwrap_or_else(|| panic!("the error has no place: {outcome}"))
}
