//! Definitions evaluate to what the original makes of them, and fail as they fail there.
//!
//! The files of `tests/compat/oracle` state what the original, at version 1.5.0, answers; its
//! own image types and files that it refuses. Renew them only with answers of the original.

use std::fs;
use std::path::PathBuf;

use tintype_tests::fixture::workspace;
use tintype_tests::program::Outcome;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::{refused_at, run};

fn oracle(name: &str) -> PathBuf {
    workspace().join("tests/compat/oracle").join(name)
}

#[track_caller]
fn read(name: &str) -> Sexp {
    let text = fs::read_to_string(oracle(name)).expect("a file of the oracle");
    let mut data = Sexp::read_all(&text).expect("it reads");
    assert_eq!(data.len(), 1, "{name}");
    data.remove(0)
}

#[track_caller]
fn shown(outcome: Outcome) -> Sexp {
    let outcome = outcome.ok();
    let data = Sexp::read_all(&outcome.text());
    let mut data = data.unwrap_or_else(|error| panic!("{error}: {outcome}"));
    assert_eq!(data.len(), 1, "one datum: {outcome}");
    data.remove(0)
}

/// Where our types differ from those of 1.5.0: (type, field, our value). The seed's definitions
/// stand, in which both EFI types are MBR and an initializer is a variable.
const SEED_DIFFERS: [(&str, &str, &str); 2] =
    [("efi-raw", "partition-table-type", "mbr"), ("efi32-raw", "partition-table-type", "mbr")];

/// Whether two values of the field `field` of the type `type_name` mean the same.
fn agrees(type_name: &str, field: &str, ours: &Sexp, theirs: &Sexp) -> bool {
    if let Some((_, _, value)) =
        SEED_DIFFERS.iter().find(|(name, differs, _)| (*name, *differs) == (type_name, field))
    {
        return ours == &Sexp::Atom((*value).to_owned());
    }
    match field {
        "partitions" => {
            ours.list().len() == theirs.list().len()
                && ours.list().iter().zip(theirs.list()).all(|(ours, theirs)| {
                    theirs.fields().all(|(name, value)| {
                        ours.field(name).is_some_and(|own| agrees(type_name, name, own, value))
                    })
                })
        }
        // Code: only the procedure that it ends in is the same in both.
        "initializer" => match initializer(theirs) {
            Some(procedure) => ours.to_string().contains(&procedure),
            None => ours == theirs,
        },
        _ => ours == theirs,
    }
}

/// The name of the `initialize-` procedure in a gexp.
fn initializer(gexp: &Sexp) -> Option<String> {
    match gexp {
        Sexp::Atom(name) => name.starts_with("initialize-").then(|| name.clone()),
        Sexp::Text(_) => None,
        Sexp::List(elements) => elements.iter().find_map(initializer),
    }
}

#[test]
fn every_type_of_the_originals_makes_the_same_image() {
    let listed = run(&["types"]).ok().text();
    let ours: Vec<&str> = listed.lines().collect();
    let mut compared = Vec::new();
    for entry in read("_image-types.sexp").list().iter().skip(1) {
        let Some(Sexp::Atom(name)) = entry.field("name") else { panic!("no name: {entry}") };
        let theirs = entry.find("image").expect("an image");
        assert!(ours.contains(&name.as_str()), "{name} is not among {ours:?}");
        let program = format!(
            "(begin (use-modules (gnu image) (gnu system image)) \
             ((image-type-constructor (lookup-image-type-by-name '{name})) #f))"
        );
        let shown = shown(run(&["show", "-e", &program]));
        let image = shown.find("image").unwrap_or_else(|| panic!("{name}: no image in {shown}"));
        for (field, value) in theirs.fields() {
            let own = image.field(field).unwrap_or_else(|| panic!("{name}: no {field} in {image}"));
            assert!(agrees(name, field, own, value), "{name}: {field} is {own}, not {value}");
        }
        compared.push(name.clone());
    }
    assert_eq!(compared.len(), 24, "{compared:?}");
}

/// The files that the original refuses before it has a value, with the message of each.
fn refusals() -> Vec<(String, String)> {
    let places = read("negative/_places.sexp");
    let names = places.list().iter().skip(1).map(|place| place.list()[0].to_string());
    names
        .map(|name| {
            let stated = read(&format!("negative/{name}.sexp"));
            let error = stated.find("error").expect("an error");
            let Some(Sexp::Text(message)) = error.list().get(2) else { panic!("{error}") };
            // This one says what it has to say on stderr, in one line with its place.
            let message = message.replace(
                "exited during evaluation (see stderr)",
                "invalid file system mount flag: nosuid",
            );
            (name, message)
        })
        .collect()
}

#[test]
fn wrong_definitions_are_refused_with_the_same_words_at_the_same_place() {
    let places = read("negative/_places.sexp");
    let mut wrong = Vec::new();
    for (name, message) in refusals() {
        let place = places.list().iter().find(|place| place.is(&name)).expect("its place");
        let [line, column] = [1, 2].map(|index| place.list()[index].to_string());
        let file = oracle(&format!("negative/{name}.scm"));
        let outcome = run(&["show".as_ref(), file.as_os_str()]);
        let found = refused_at(&outcome);
        let same = found.file.ends_with(&format!("{name}.scm"))
            && (found.line.to_string(), found.column.to_string()) == (line, column)
            && found.text.trim_end() == message;
        if !same {
            let place = place.list();
            wrong.push(format!("{name}: {found}\n  not {}:{}: {message}", place[1], place[2]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A list that does not end is reported at the end of the file, in the reader's words.
#[test]
fn a_list_that_does_not_end_is_reported() {
    let outcome = run(&["show".as_ref(), oracle("negative/syntax.scm").as_os_str()]);
    let found = refused_at(&outcome);
    assert_eq!((found.line, found.file.ends_with("syntax.scm")), (3, true), "{found}");
    assert!(found.text.contains("unexpected end of input while searching for: )"), "{found}");
}

/// A record of another type cannot be inherited from. The original's words end in how it prints
/// the record, with an address: only what comes before is the same.
#[test]
fn a_record_of_another_type_is_refused() {
    let outcome = run(&["show".as_ref(), oracle("negative/os-services-type.scm").as_os_str()]);
    let found = refused_at(&outcome);
    assert_eq!(found.line, 2, "{found}");
    assert!(found.text.starts_with("Wrong type argument"), "{found}");
}

/// A list of services that holds something else evaluates, and is refused once an image is
/// wanted.
#[test]
fn services_that_are_none_are_refused() {
    let file = oracle("negative/services-bad.scm");
    let outcome = run(&["image".as_ref(), "--dry-run".as_ref(), file.as_os_str()]);
    let found = refused_at(&outcome);
    assert!(found.text.contains("'services' field must contain a list of services"), "{outcome}");
}

/// What looks wrong and is not evaluates to the same value.
#[test]
fn values_are_shown_as_the_original_shows_them() {
    for name in ["kb", "uuid-fat"] {
        let stated = read(&format!("negative/{name}.sexp"));
        let file = oracle(&format!("negative/{name}.scm"));
        let shown = shown(run(&["show".as_ref(), file.as_os_str()]));
        assert_eq!(shown.field("value"), stated.field("value"), "{name}: {shown}");
    }
}
