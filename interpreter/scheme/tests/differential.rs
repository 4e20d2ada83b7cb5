//! The library against Guile: each datum of a file in tests/scheme/differential is a program. Tintype must
//! print what the file's `.out` holds, and so must the `guile` that is installed.
//!
//! tests/scheme/differential/renew writes the `.out` files anew, with Guile. What must differ is in
//! known-differences.scm, each with its reason; its `.out` is what Tintype prints.

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use support::{Library, Written, root};
use tintype_scheme::{Interpreter, runtime, with_stack};

/// The least number of programs that the suite must have.
const PROGRAMS: usize = 2_000;
/// The most programs that may be known to differ.
const DIFFERENCES: usize = 40;

/// What drive.scm needs to run in Tintype.
const TINTYPE: &str = "(define (evaluate program) (eval program (current-module)))";

fn directory() -> PathBuf {
    root().join("tests/scheme/differential")
}

fn stored(name: &str) -> String {
    let path = directory().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What Tintype prints for the programs of a subject.
fn ours(subject: &str) -> String {
    let driver = stored("drive.scm");
    let programs = directory().join(subject).with_extension("scm");
    with_stack(move || {
        let written = Written::default();
        runtime::set_output(Some(Box::new(written.clone())));
        let mut interpreter =
            Interpreter::new(Box::new(Library(root().join("stdlib"))), Vec::new());
        let text = format!("{TINTYPE}\n{driver}\n(drive {:?})", programs.to_string_lossy());
        let outcome = interpreter.load_program("drive.scm", &text, &[]);
        runtime::set_output(None);
        let mut printed = String::from_utf8_lossy(&written.0.borrow()).into_owned();
        if let Err(diagnostic) = outcome {
            printed += &format!("> FAILED\n  {diagnostic}\n");
        }
        printed
    })
}

/// What Guile prints for them; nothing where it is not installed and need not be.
fn guiles(subject: &str) -> Option<String> {
    let directory = directory();
    let program = format!(
        "(load {:?}) (drive {:?})",
        directory.join("guile.scm").to_string_lossy(),
        directory.join(subject).with_extension("scm").to_string_lossy()
    );
    let output = Command::new("guile")
        .args(["--no-auto-compile", "-q", "-c", &program])
        .env("LC_ALL", "C.UTF-8")
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) if std::env::var_os("CI").is_some() => panic!("guile is needed: {error}"),
        Err(_) => {
            eprintln!("NOT COMPARED: guile is not installed; {subject} met its stored text");
            None
        }
    }
}

/// The programs of a printed text, each with what came of it.
fn programs(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = text.match_indices("\n> ").map(|(at, _)| at + 1).collect();
    if text.starts_with("> ") {
        starts.insert(0, 0);
    }
    starts
        .iter()
        .enumerate()
        .map(|(index, start)| &text[*start..starts.get(index + 1).copied().unwrap_or(text.len())])
        .collect()
}

/// Where two texts differ, program by program.
fn differences(names: [&str; 2], texts: [&str; 2]) -> String {
    let (left, right) = (programs(texts[0]), programs(texts[1]));
    let mut found: Vec<String> = left
        .iter()
        .zip(&right)
        .filter(|(left, right)| left != right)
        .map(|(left, right)| format!("{}:\n{left}{}:\n{right}", names[0], names[1]))
        .collect();
    if left.len() != right.len() {
        found.push(format!(
            "{} has {} programs, {} has {}",
            names[0],
            left.len(),
            names[1],
            right.len()
        ));
    }
    found.join("\n")
}

fn compare(subject: &str) {
    let expected = stored(&format!("{subject}.out"));
    let found = differences(["tintype", "guile"], [&ours(subject), &expected]);
    assert!(found.is_empty(), "{subject}:\n{found}");
    if let Some(live) = guiles(subject) {
        let found = differences(["guile", "stored"], [&live, &expected]);
        assert!(found.is_empty(), "{subject}: run tests/scheme/differential/renew\n{found}");
    }
}

macro_rules! subjects {
    ($($name:ident)*) => {
        const SUBJECTS: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            compare(&stringify!($name).replace('_', "-"));
        })*
    };
}

subjects! {
    arithmetic conditions control core dates formatted honest libraries lists matching modules named numbers ports pretty r7rs
    regexps several srfi_lists srfi_others srfi_strings streams strings suites tables transducers
}

#[test]
fn guixs_monads_bind_in_order() {
    let found =
        differences(["tintype", "expected"], [&ours("guix-monads"), &stored("guix-monads.out")]);
    assert!(found.is_empty(), "{found}");
}

#[test]
fn known_differences_are_still_there() {
    let ours = ours("known-differences");
    let expected = stored("known-differences.out");
    let found = differences(["tintype", "stored"], [&ours, &expected]);
    assert!(found.is_empty(), "{found}");
    let count = programs(&ours).len();
    assert!(count <= DIFFERENCES, "{count} known differences, {DIFFERENCES} at most");
    let Some(guiles) = guiles("known-differences") else { return };
    let (ours, guiles) = (programs(&ours), programs(&guiles));
    assert_eq!(ours.len(), guiles.len());
    for (ours, guiles) in ours.iter().zip(guiles) {
        assert_ne!(*ours, guiles, "no longer a difference");
    }
}

#[test]
fn the_suite_is_whole() {
    let files: BTreeSet<String> = std::fs::read_dir(directory())
        .expect("the suite")
        .filter_map(|entry| {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            name.strip_suffix(".out").map(str::to_string)
        })
        // These two are not Guile's.
        .filter(|name| name != "known-differences" && name != "guix-monads")
        .collect();
    let known: BTreeSet<String> = SUBJECTS.iter().map(|name| name.replace('_', "-")).collect();
    assert_eq!(files, known, "each file of programs is a subject");
    let texts: Vec<String> =
        known.iter().map(|subject| stored(&format!("{subject}.out"))).collect();
    let all: Vec<&str> = texts.iter().flat_map(|text| programs(text)).collect();
    let distinct: BTreeSet<&str> = all.iter().copied().collect();
    println!("{} programs, {} distinct", all.len(), distinct.len());
    assert!(distinct.len() >= PROGRAMS, "{} programs, {PROGRAMS} are wanted", distinct.len());
}
