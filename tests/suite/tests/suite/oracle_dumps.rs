//! The original's own definitions, unchanged, evaluate to what they evaluate to there: image, operating
//! system and what is derived from both, field by field.
//!
//! `tests/compat/oracle/guix150--*.sexp` states what the original, at version 1.5.0, makes of its files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::fixture::{guix_sources, workspace};
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::run;

const NO_INPUTS: &str =
    "it lists what packages are built from, which the index of packages does not state";
const BROKEN_THERE: &str =
    "where the dump was made, its services could not be computed; here they are";

/// What differs: (file, section, fields, why). A difference that is gone fails as well.
const KNOWN: [(&str, &str, &[&str], &str); 4] = [
    ("examples-devel-hurd.tmpl", "operating-system", &["packages"], NO_INPUTS),
    ("examples-devel-hurd64.tmpl", "operating-system", &["packages"], NO_INPUTS),
    ("install.scm", "operating-system", &["all-services", "services"], BROKEN_THERE),
    (
        "install.scm",
        "derived",
        &["bootloader", "error", "file-systems", "root-type", "root-uuid"],
        BROKEN_THERE,
    ),
];

/// The sections that are compared, where the dump has them.
const SECTIONS: [&str; 5] = ["kind", "value", "image", "operating-system", "derived"];

const FILES: usize = 27;

/// The names of the dumped files, as in `examples-desktop.tmpl`.
fn names() -> Vec<String> {
    let entries = fs::read_dir(workspace().join("tests/compat/oracle")).expect("the oracle");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string());
    let mut names: Vec<String> = names
        .filter_map(|name| {
            let name = name.expect("UTF-8");
            Some(name.strip_prefix("guix150--")?.strip_suffix(".sexp")?.to_owned())
        })
        .collect();
    names.sort();
    names
}

/// The file of the original's that a dump is of.
fn source(sources: &Path, name: &str) -> PathBuf {
    for (prefix, directory) in
        [("examples-", "system/examples"), ("images-", "system/images"), ("tests-", "tests")]
    {
        if let Some(file) = name.strip_prefix(prefix) {
            return sources.join("gnu").join(directory).join(file);
        }
    }
    sources.join("gnu/system").join(name)
}

fn read_one(text: &str, what: &str) -> Sexp {
    let mut data = Sexp::read_all(text).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(data.len(), 1, "{what}: one datum");
    data.remove(0)
}

/// The names of the fields in which two sections differ, sorted; `""` where they have none.
fn differing(ours: Option<&Sexp>, theirs: &Sexp) -> BTreeSet<String> {
    if ours == Some(theirs) {
        return BTreeSet::new();
    }
    let ours = ours.map_or(&[][..], Sexp::list);
    let named = |field: &Sexp| match field.list().first() {
        Some(Sexp::Atom(name)) => Some(name.clone()),
        _ => None,
    };
    let all = ours.iter().chain(theirs.list());
    let names: BTreeSet<String> = all.filter_map(named).collect();
    let field = |fields: &[Sexp], name: &str| fields.iter().find(|it| it.is(name)).cloned();
    let unequal: BTreeSet<String> =
        names.into_iter().filter(|name| field(ours, name) != field(theirs.list(), name)).collect();
    if unequal.is_empty() { BTreeSet::from([String::new()]) } else { unequal }
}

#[test]
fn the_originals_own_definitions_evaluate_to_the_same() {
    if !met("the original's own definitions", &[Tool("apt-get"), Tool("dpkg-deb")]) {
        return;
    }
    let sources = guix_sources();
    let names = names();
    assert_eq!(names.len(), FILES);
    let (mut equal, mut sections) = (0, 0);
    let mut wrong = Vec::new();
    for name in &names {
        let dump = workspace().join(format!("tests/compat/oracle/guix150--{name}.sexp"));
        let dump = read_one(&fs::read_to_string(dump).expect("a dump"), name);
        let file = source(&sources, name);
        let mut arguments = vec!["show".into(), file.into_os_string()];
        if let Some(image_type) = dump.field("image-type") {
            arguments.extend(["-t".into(), image_type.to_string().into()]);
        }
        let outcome = run(&arguments);
        let shown = if outcome.status.success() {
            read_one(&outcome.text(), name)
        } else {
            wrong.push(format!("{name}: {outcome}"));
            Sexp::List(Vec::new())
        };
        let section = |dump: &Sexp, head: &str| dump.list().iter().find(|it| it.is(head)).cloned();
        for head in SECTIONS {
            let Some(theirs) = section(&dump, head) else { continue };
            sections += 1;
            let ours = section(&shown, head);
            let found = differing(ours.as_ref(), &theirs);
            equal += usize::from(found.is_empty());
            let known = KNOWN.iter().find(|known| (known.0, known.1) == (name.as_str(), head));
            let expected = known.map_or(&[][..], |known| known.2);
            if found.iter().ne(expected) {
                let found: Vec<_> = found.into_iter().collect();
                wrong.push(format!("{name}: {head}: {found:?} differ, expected {expected:?}"));
            }
        }
    }
    println!("{equal} of {sections} sections are equal; known differences:");
    for (name, head, fields, why) in KNOWN {
        println!("  {name}: {head} ({}): {why}", fields.join(" "));
    }
    assert!(wrong.is_empty(), "{equal} of {sections} are equal:\n{}", wrong.join("\n"));
    assert_eq!(equal + KNOWN.len(), sections);
}
