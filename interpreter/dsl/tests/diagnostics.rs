//! What a user reads when something is wrong. The programs of `tests/scheme/diagnostics` have the
//! expected errors written below the lines that cause them:
//!
//! - `;! COLUMN MESSAGE` is an error of the line before, with its column from 0;
//! - `;| TEXT` is what is said besides: the macros that led there, a backtrace, a hint.
//!
//! In `check/`, all errors of a file are found together, without running it. In `run/`, a file holds
//! several programs, each begun by a line `;;; WHAT IT SHOWS`, and each ends at its first error.
//!
//! To renew what is expected: `UPDATE_EXPECTED=1 cargo test -p tintype-dsl --test diagnostics`, and
//! read what has changed.

use std::path::{Path, PathBuf};

use tintype_dsl::{Diagnostic, Input, Session, SessionError, Settings, with_stack};

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scheme/diagnostics").join(name)
}

/// The program without what is expected of it. Line numbers become those of the file with it, when
/// the errors are written back.
fn without_expectations(text: &str) -> String {
    let is_expectation = |line: &&str| line.starts_with(";! ") || line.starts_with(";| ");
    let lines = text.lines().filter(|line| !is_expectation(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The program with its errors written below their lines.
fn annotated(text: &str, errors: &[Diagnostic]) -> String {
    let mut out = String::new();
    let last = text.lines().count() as u32;
    for (index, line) in text.lines().enumerate() {
        out += &format!("{line}\n");
        let number = index as u32 + 1;
        for error in errors {
            let Some(place) = &error.location else { panic!("an error without a place: {error}") };
            // Where a text ends too early, that is after its last line.
            if place.line.min(last) != number {
                continue;
            }
            let subject = error.subject.as_ref().map_or(String::new(), |it| format!("{it}: "));
            out += &format!(";! {} {subject}{}\n", place.column, error.message);
            let hint = error.hint.as_ref().map(|hint| format!("hint: {hint}"));
            for said in error.notes().into_iter().chain(hint) {
                out += &format!(";| {said}\n");
            }
        }
    }
    out
}

fn errors_of_running(text: &str) -> Vec<Diagnostic> {
    let mut session = Session::new(Settings::default());
    session.open();
    match session.evaluate_each(Input::Expression(text), &mut |_| {}) {
        Ok(()) => Vec::new(),
        Err(SessionError::Scheme(error)) => vec![*error],
        Err(other) => panic!("{other}"),
    }
}

/// The errors of each program of a file, on the lines of the file.
fn errors_of_programs(text: &str) -> Vec<Diagnostic> {
    let starts: Vec<usize> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with(";;; "))
        .map(|(index, _)| index)
        .collect();
    let mut errors = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(usize::MAX);
        // The other programs are blank lines: so the places are those of the file.
        let program: String = text
            .lines()
            .enumerate()
            .map(|(index, line)| if (*start..end).contains(&index) { line } else { "" })
            .flat_map(|line| [line, "\n"])
            .collect();
        let found = errors_of_running(&program);
        assert!(!found.is_empty(), "line {}: nothing is wrong here", start + 1);
        errors.extend(found);
    }
    errors
}

fn compare(file: &Path, errors: fn(&str) -> Vec<Diagnostic>) {
    let expected = std::fs::read_to_string(file).expect("a program of the suite");
    let program = without_expectations(&expected);
    let found = with_stack(|| annotated(&program, &errors(&program)));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(file, found).expect("write");
    } else {
        assert_eq!(found, expected, "{}", file.display());
    }
}

fn compare_all(name: &str, errors: fn(&str) -> Vec<Diagnostic>) {
    let entries = std::fs::read_dir(directory(name)).expect("the programs of the suite");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry of the directory").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files.iter().for_each(|file| compare(file, errors));
}

#[test]
fn running_programs_fail_with_place_reason_and_way_out() {
    compare_all("run", errors_of_programs);
}

#[test]
fn all_errors_of_a_file_are_found_together() {
    compare_all("check", |text| {
        let mut session = Session::new(Settings::default());
        session.check(Input::Expression(text)).expect("no file is read")
    });
}
