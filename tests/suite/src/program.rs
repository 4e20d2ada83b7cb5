//! Outside programs, run in a plain environment, with what they said kept for the message of a
//! failing test.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What a program did.
#[derive(Debug)]
pub struct Outcome {
    /// The command line, for messages.
    pub command: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output; not always UTF-8.
    pub stdout: Vec<u8>,
    /// Its standard error, with what is no UTF-8 replaced.
    pub stderr: String,
}

impl Outcome {
    /// Standard output as text, with what is no UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The exit code; a program ended by a signal has none.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The outcome itself, where the exit code is 0.
    ///
    /// # Panics
    /// With all that the program said, where it is not.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.success(), "{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}: {}\n-- stdout\n{}\n-- stderr\n{}",
            self.command,
            self.status,
            self.text(),
            self.stderr
        )
    }
}

/// Where `name` is, on the path or in the directories of system programs, which a plain user's
/// path leaves out.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// A command to run `name`, in the locale `C`, without input.
///
/// # Panics
/// Where there is no such program; suites ask [`crate::lacking::met`] first.
#[track_caller]
pub fn command(name: &str) -> Command {
    let file = find(name).unwrap_or_else(|| panic!("{name} is not installed; see tests/need"));
    let mut command = Command::new(file);
    command.env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// Runs `command` to its end.
///
/// # Panics
/// Where it cannot be started.
#[track_caller]
pub fn run(command: &mut Command) -> Outcome {
    let shown = format!("{command:?}");
    let output = command.output().unwrap_or_else(|error| panic!("{shown}: {error}"));
    Outcome {
        command: shown,
        status: output.status,
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs `command` to its end, with `input` to read.
///
/// # Panics
/// Where it cannot be started, or does not read.
#[track_caller]
pub fn run_with_input(command: &mut Command, input: &str) -> Outcome {
    let shown = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{shown}: {error}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    Outcome {
        command: shown,
        status: output.status,
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the program `name` with `arguments` to its end.
#[track_caller]
pub fn run_named<I, S>(name: &str, arguments: I) -> Outcome
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    run(command(name).args(arguments))
}

/// The names in `directory`, sorted: what a test compares to see that no litter is left.
///
/// # Panics
/// Where the directory cannot be read.
#[track_caller]
pub fn names_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry of the directory").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
