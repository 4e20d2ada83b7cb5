//! The records of the standard library have the original's fields, in its order, and its defaults.
//!
//! `tests/compat/oracle/record-defaults.sexp` states both for version 1.5.0; `record-defaults.scm` prints
//! what ours are.

use std::collections::BTreeMap;
use std::fs;

use tintype_tests::fixture::workspace;
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::run;

const SCRIPT: &str =
    "the original's script starts programs of its store, here the login manager's own does";
const ARTWORK: &str = "the picture is in Guix's artwork, which is not fetched";
const OURS: &str = "the field is an addition of ours";

/// What differs: the record, the field, why. A difference that is gone fails as well.
const KNOWN: [(&str, &str, &str); 10] = [
    (
        "file-database-configuration",
        "package",
        "let-system: the package of the system at hand is shown",
    ),
    ("gdm-configuration", "dbus-daemon", SCRIPT),
    ("gdm-configuration", "wayland-session", SCRIPT),
    ("gdm-configuration", "x-session", SCRIPT),
    ("grub-theme", "image", ARTWORK),
    ("image", "format-options", OURS),
    ("image", "sector-size", OURS),
    ("profile", "hooks", "packages are merged as they are, without hooks"),
    ("service-type", "default-value", "each has a mark of its own for there being none"),
    ("slim-configuration", "theme", ARTWORK),
];

/// Fields that records do not have here: the engine knows where each record was made.
const PLACE: &str = "%location";

/// How the facts mark what they do not state in full.
const SHORTENED: [&str; 10] = [
    "*see-variable*",
    "*procedure*",
    "*source-location*",
    "procedure",
    "gexp",
    "gexp-summary",
    "computed-file",
    "program-file",
    "long-string",
    "size",
];

/// Whether our default is the original's, as far as that is stated.
fn agrees(ours: &Sexp, theirs: &Sexp) -> bool {
    let head = |datum: &Sexp| match datum {
        Sexp::List(elements) => elements.first().map(Sexp::to_string),
        other => Some(other.to_string()),
    };
    let theirs_head = head(theirs).unwrap_or_default();
    // A field that is computed from others is code here, where it is within another record.
    if SHORTENED.contains(&theirs_head.as_str()) || ours.to_string() == "*procedure*" {
        return match theirs_head.as_str() {
            "gexp" | "gexp-summary" | "computed-file" | "program-file" => {
                head(ours).is_some_and(|own| own == theirs_head || own == "gexp")
            }
            _ => true,
        };
    }
    match (ours, theirs) {
        (Sexp::Atom(own), Sexp::Atom(stated)) => {
            own == stated
                || matches!((&**own, &**stated), ("%unset-marker%", "*unset*") | ("#f", "#nil"))
        }
        (Sexp::List(own), Sexp::List(stated)) => {
            own.len() == stated.len()
                && own.iter().zip(stated).all(|(own, stated)| agrees(own, stated))
        }
        // The text of a file is not stated, but its size: (plain-file NAME (size N)).
        (Sexp::Text(_), Sexp::List(_)) => theirs.is("size"),
        _ => ours == theirs,
    }
}

fn name_of(field: &Sexp) -> String {
    field.list().first().map(Sexp::to_string).unwrap_or_default()
}

/// The program's entry of a record: `(NAME MODULE (FIELD KIND REQUIRED?) ...)`.
fn entry(record: &Sexp, fields: &[Sexp]) -> String {
    let module = record.field("exported-by").expect("a module");
    let mut entry = format!("({} {module}", record.list()[1]);
    for field in fields {
        let has = |mark: &str| field.list().iter().any(|part| part.is(mark));
        let kind = match (has("thunked"), has("delayed")) {
            (true, _) => "thunked",
            (_, true) => "delayed",
            _ => "plain",
        };
        let required = has("required") || has("default-rejected-by-type");
        let required = if required { "#t" } else { "#f" };
        entry += &format!(" ({} {kind} {required})", name_of(field));
    }
    entry + ")\n"
}

#[test]
fn records_have_the_originals_fields_and_defaults() {
    let compat = workspace().join("tests/compat");
    let text = fs::read_to_string(compat.join("oracle/record-defaults.sexp")).expect("the facts");
    let facts = Sexp::read_all(&text).expect("the facts");
    assert!(facts.len() >= 118, "{} records", facts.len());
    // As in the record, but for where it was made.
    let fields_of = |record: &Sexp| -> Vec<Sexp> {
        let fields = record.list().iter().find(|part| part.is("fields")).expect("fields");
        fields.list()[1..].iter().filter(|field| name_of(field) != PLACE).cloned().collect()
    };
    let entries: String = facts.iter().map(|record| entry(record, &fields_of(record))).collect();
    let program = fs::read_to_string(compat.join("record-defaults.scm")).expect("the program");
    let scratch = Scratch::new("record-defaults");
    let file = scratch.write("defaults.scm", &format!("(define records '({entries}))\n{program}"));
    let printed = run(&["run".as_ref(), file.as_os_str()]).ok().text();
    let printed = Sexp::read_all(&printed).expect("what the program prints");
    let ours: BTreeMap<String, Sexp> = printed.into_iter().map(|it| (name_of(&it), it)).collect();

    let (mut equal, mut wrong, mut unused) = (0, Vec::new(), KNOWN.to_vec());
    for record in &facts {
        let name = record.list()[1].to_string();
        let own = &ours[&name];
        let mut differs = |field: &str, what: String| match unused
            .iter()
            .position(|known| (known.0, known.1) == (name.as_str(), field))
        {
            Some(at) => drop(unused.remove(at)),
            None => wrong.push(format!("{name}: {field}: {what}")),
        };
        let Some(names) = own.list().iter().find(|part| part.is("fields")) else {
            differs("", own.to_string());
            continue;
        };
        let stated = fields_of(record);
        let mut names: Vec<String> = names.list()[1..].iter().map(Sexp::to_string).collect();
        let is_stated = |own: &String| stated.iter().any(|field| name_of(field) == *own);
        for added in names.iter().filter(|own| !is_stated(own)) {
            differs(added, "the original has no such field".to_owned());
        }
        names.retain(is_stated);
        let in_order: Vec<String> = stated.iter().map(name_of).collect();
        if names != in_order {
            differs("", format!("the fields are {names:?}, not {in_order:?}"));
        }
        let values = own.list().iter().find(|part| part.is("values")).expect("values");
        for field in &stated {
            let (field_name, default) = (name_of(field), field.field("default"));
            let (Some(theirs), Some(value)) = (default, values.field(&field_name)) else {
                continue;
            };
            // Where a record was made, and what is for people to read, is not compared.
            if matches!(&*field_name, "location" | "documentation" | "description") {
                continue;
            }
            let is_known = KNOWN.iter().any(|it| (it.0, it.1) == (name.as_str(), &*field_name));
            let same = if is_known { value == theirs } else { agrees(value, theirs) };
            equal += usize::from(same);
            if !same {
                differs(&field_name, format!("{value} is not {theirs}"));
            }
        }
    }
    println!("{equal} defaults of {} records are equal; known differences:", facts.len());
    for (record, field, why) in KNOWN {
        println!("  {record}: {field}: {why}");
    }
    assert!(wrong.is_empty(), "{equal} defaults are equal:\n{}", wrong.join("\n"));
    assert!(unused.is_empty(), "no differences any more: {unused:?}");
    assert!(equal > 600, "{equal}");
}
