//! `tintype types` finds image types in the standard library, in `images/` and in the user's own
//! directories, and one broken module hides none of the others.

use tintype_tests::program::Outcome;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{diagnostics, run};

/// The names that the original's `(gnu system image)` defines.
const SEED: [&str; 9] = [
    "docker",
    "efi-raw",
    "efi32-raw",
    "iso9660",
    "qcow2",
    "raw-with-offset",
    "tarball",
    "uncompressed-iso9660",
    "wsl2",
];

/// Those in `images/` that the original has as well.
const BOARDS: [&str; 12] = [
    "hurd-qcow2",
    "hurd-raw",
    "hurd64-qcow2",
    "hurd64-raw",
    "novena-raw",
    "orangepi-r1-plus-lts-rk3328-raw",
    "pine64-raw",
    "pinebook-pro-raw",
    "rock-4c-plus-raw",
    "rock64-raw",
    "unmatched-raw",
    "visionfive2-raw",
];

/// An image module of a user, with a type called `name`.
fn module(file: &str, name: &str) -> String {
    format!(
        ";; A module of a user.
(define-module (gnu system images {file})
  #:use-module (gnu image)
  #:use-module (gnu system image)
  #:use-module (srfi srfi-26)
  #:export ({file}-image-type))

(define {file}-image-type
  (image-type
   (name '{name})
   (constructor (cut image-with-os efi-disk-image <>))))
"
    )
}

fn listed(outcome: &Outcome) -> Vec<String> {
    outcome.text().lines().map(str::to_owned).collect()
}

#[track_caller]
fn holds_all(names: &[String], wanted: &[&str]) {
    for name in wanted {
        assert!(names.iter().any(|listed| listed == name), "{name} is not among {names:?}");
    }
}

#[test]
fn the_seeds_types_and_the_boards_are_listed_in_order() {
    let outcome = run(&["types"]).ok();
    let names = listed(&outcome);
    holds_all(&names, &SEED);
    holds_all(&names, &BOARDS);
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(names, sorted, "sorted, each once");
    assert_eq!(outcome.stderr, "", "nothing to warn of");
}

#[test]
fn images_has_a_board_of_its_own() {
    let own: Vec<String> = listed(&run(&["types"]).ok())
        .into_iter()
        .filter(|name| !SEED.contains(&name.as_str()) && !BOARDS.contains(&name.as_str()))
        .collect();
    assert!(!own.is_empty());
}

#[test]
fn guixs_spellings_list_the_same() {
    let names = run(&["types"]).ok().stdout;
    assert_eq!(run(&["image", "--list-image-types"]).ok().stdout, names);
    assert_eq!(run(&["system", "image", "--list-image-types"]).ok().stdout, names);
}

#[test]
fn a_directory_given_with_l_is_scanned() {
    let scratch = Scratch::new("types");
    scratch.write("mine/gnu/system/images/darkroom.scm", &module("darkroom", "darkroom-raw"));
    let mine = scratch.join("mine");
    let outcome = run(&["types".as_ref(), "-L".as_ref(), mine.as_os_str()]).ok();
    let names = listed(&outcome);
    holds_all(&names, &["darkroom-raw"]);
    holds_all(&names, &SEED);
    holds_all(&names, &BOARDS);
}

#[test]
fn the_variables_load_paths_are_scanned() {
    let scratch = Scratch::new("types-variables");
    scratch.write("a/gnu/system/images/wet.scm", &module("wet", "wet-plate"));
    scratch.write("b/gnu/system/images/dry.scm", &module("dry", "dry-plate"));
    let mut command = tintype_tests::tintype::command();
    command.arg("types").env("GUIX_PACKAGE_PATH", scratch.join("a"));
    command.env("TINTYPE_LOAD_PATH", scratch.join("b"));
    let names = listed(&tintype_tests::program::run(&mut command).ok());
    holds_all(&names, &["wet-plate", "dry-plate"]);
    holds_all(&names, &SEED);
}

#[test]
fn a_broken_module_is_named_with_its_line_and_the_rest_is_listed() {
    let scratch = Scratch::new("types-broken");
    scratch.write("mine/gnu/system/images/good.scm", &module("good", "good-raw"));
    let unbound = module("unbound", "unbound-raw") + "\n(define plate no-such-image)\n";
    scratch.write("mine/gnu/system/images/unbound.scm", &unbound);
    scratch.write(
        "mine/gnu/system/images/unread.scm",
        "(define-module (gnu system images unread))\n\n(define x (list 1 2\n",
    );
    let field = module("field", "field-raw").replace("(name ", "(shutter 1)\n   (name ");
    scratch.write("mine/gnu/system/images/field.scm", &field);
    let mine = scratch.join("mine");

    let outcome = run(&["types".as_ref(), "-L".as_ref(), mine.as_os_str()]).ok();
    let names = listed(&outcome);
    holds_all(&names, &["good-raw"]);
    holds_all(&names, &SEED);
    holds_all(&names, &BOARDS);
    // A warning stands as an error does, FILE:LINE:COLUMN: warning: TEXT.
    let warnings = diagnostics(&outcome.stderr.replace(": warning: ", ": error: "));
    for (file, line, text) in [
        ("unbound.scm", 13, "no-such-image"),
        ("unread.scm", 4, "unexpected end of input"),
        ("field.scm", 9, "extraneous field initializers (shutter)"),
    ] {
        let named = warnings.iter().any(|warning| {
            warning.file.ends_with(file) && warning.line == line && warning.text.contains(text)
        });
        assert!(named, "{file} is not named with its line: {outcome}");
    }
    assert!(!outcome.stderr.contains("good.scm"), "{outcome}");
}
