//! Records have the original's fields, in its order, with its defaults, and its flags. Those of modules that
//! are made from the index have no default where the original computes it.
//!
//! `interpreter/dsl/index/record-defaults.sexp` states these for version 1.5.0; `record-defaults.scm` prints
//! what ours are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tintype_tests::fixture::workspace;
use tintype_tests::scratch::Scratch;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::run;

const SCRIPT: &str =
    "the original's script starts programs of its store, here the login manager's own does";
const ARTWORK: &str = "the picture is in Guix's artwork, which is not fetched";
const HOME: &str = "another name of the system's record; home environments are out of scope";
const OURS: &str = "the field is an addition of ours";

/// What differs: the record, the field, why. A difference that is gone fails as well.
const KNOWN: [(&str, &str, &str); 13] = [
    (
        "file-database-configuration",
        "package",
        "let-system: the package of the system at hand is shown",
    ),
    ("gdm-configuration", "dbus-daemon", SCRIPT),
    ("gdm-configuration", "wayland-session", SCRIPT),
    ("gdm-configuration", "x-session", SCRIPT),
    ("grub-theme", "image", ARTWORK),
    ("home-mcron-configuration", "home-service?", HOME),
    ("home-mcron-configuration", "log-file", HOME),
    ("image", "format-options", OURS),
    ("image", "sector-size", OURS),
    ("origin", "patch-flags", "a list, which stands for the same in code"),
    ("profile", "hooks", "packages are merged as they are, without hooks"),
    ("service-type", "default-value", "each has a mark of its own for there being none"),
    ("slim-configuration", "theme", ARTWORK),
];

/// Fields whose values pass through a procedure there, and are taken as they are here: it only warns, as
/// ours does, or looks at what people read.
const UNCHANGED: [(&str, &str); 19] = [
    ("bootloader-configuration", "target"),
    ("greetd-agreety-session", "command"),
    ("greetd-agreety-session", "command-args"),
    ("greetd-agreety-session", "extra-env"),
    ("greetd-agreety-session", "xdg-env?"),
    ("greetd-wlgreet-configuration", "command"),
    ("greetd-wlgreet-configuration", "command-args"),
    ("greetd-wlgreet-configuration", "extra-env"),
    ("greetd-wlgreet-configuration", "wlgreet"),
    ("greetd-wlgreet-session", "command"),
    ("greetd-wlgreet-session", "command-args"),
    ("greetd-wlgreet-session", "extra-env"),
    ("greetd-wlgreet-session", "wlgreet"),
    ("greetd-wlgreet-sway-session", "wlgreet-session"),
    ("network-manager-configuration", "iwd?"),
    ("operating-system", "hosts-file"),
    ("package", "description"),
    ("package", "synopsis"),
    ("wpa-supplicant-configuration", "requirement"),
];

/// How the facts begin what the original makes by code.
const COMPUTED: [&str; 8] = [
    "date",
    "gexp",
    "gexp-summary",
    "image",
    "origin",
    "plain-file",
    "program-file",
    "uninterned-symbol",
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

/// Whether there is `#f` for something that the original computes.
fn is_left_out(ours: &Sexp, theirs: &Sexp) -> bool {
    match ours {
        Sexp::Atom(own) if own == "#f" => COMPUTED.iter().any(|head| theirs.find(head).is_some()),
        _ => {
            let pairs = ours.list().iter().zip(theirs.list());
            pairs.into_iter().any(|(ours, theirs)| is_left_out(ours, theirs))
        }
    }
}

/// The flags that the facts state for a field of `record`.
fn stated_flags(record: &Sexp, field: &Sexp) -> Vec<&'static str> {
    let has = |part: &Sexp, flag: &str| part.list().iter().any(|it| it.is(flag));
    let mut flags: Vec<_> =
        ["thunked", "delayed", "innate"].into_iter().filter(|flag| has(field, flag)).collect();
    if has(field, "sanitizer") || has(record, "define-configuration") {
        flags.push("sanitized");
    }
    flags
}

/// Whether `library`, the text of the standard library, defines the record type.
fn is_written(library: &str, record: &Sexp) -> bool {
    let name = record.field("type").expect("a type");
    let typed = format!("(define-configuration {name}\n");
    library.contains(&format!("<{name}>")) || library.contains(&typed)
}

/// The text of all files below `directory`.
fn text_below(directory: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(directory).expect("a directory").map(|it| it.expect("an entry")) {
        text += &match entry.path() {
            path if path.is_dir() => text_below(&path),
            path => fs::read_to_string(path).expect("text"),
        };
    }
    text
}

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
fn records_have_the_originals_fields_defaults_and_flags() {
    let compat = workspace().join("tests/compat");
    let facts = workspace().join("interpreter/dsl/index/record-defaults.sexp");
    let text = fs::read_to_string(facts).expect("the facts");
    let facts = Sexp::read_all(&text).expect("the facts");
    let facts: Vec<Sexp> = facts.into_iter().filter(|it| it.is("record")).collect();
    assert!(facts.len() >= 470, "{} records", facts.len());
    let library = text_below(&workspace().join("stdlib"));
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
    let (mut same_flags, mut left_out, mut unchanged) = (0, 0, UNCHANGED.to_vec());
    for record in &facts {
        let name = record.list()[1].to_string();
        let own = &ours[&name];
        let is_written = is_written(&library, record);
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
        for added in names.iter().filter(|own| !is_stated(own) && *own != PLACE) {
            differs(added, "the original has no such field".to_owned());
        }
        names.retain(is_stated);
        let in_order: Vec<String> = stated.iter().map(name_of).collect();
        if names != in_order {
            differs("", format!("the fields are {names:?}, not {in_order:?}"));
        }
        let flags = own.list().iter().find(|part| part.is("flags")).expect("flags");
        for field in stated.iter().filter(|field| name_of(field) != "location") {
            let field_name = name_of(field);
            let mut theirs = stated_flags(record, field);
            let own = flags.list().iter().find(|flags| flags.is(&field_name)).expect("the field");
            let mut own: Vec<String> = own.list()[1..].iter().map(Sexp::to_string).collect();
            if !is_written {
                // Not all types of the original's fields are known.
                theirs.retain(|flag| *flag != "sanitized");
                own.retain(|flag| flag != "sanitized");
            }
            if theirs == own {
                same_flags += 1;
            } else if let Some(at) = unchanged.iter().position(|it| *it == (&name, &field_name)) {
                unchanged.remove(at);
            } else {
                differs(&field_name, format!("the flags are {own:?}, not {theirs:?}"));
            }
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
            if !is_written && is_left_out(value, theirs) {
                left_out += 1;
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
    println!("{equal} defaults and {same_flags} flags of {} records are equal;", facts.len());
    println!("{left_out} computed defaults of modules made from the index are left out;");
    println!("known differences:");
    for (record, field, why) in KNOWN {
        println!("  {record}: {field}: {why}");
    }
    assert!(wrong.is_empty(), "{equal} defaults are equal:\n{}", wrong.join("\n"));
    assert!(unused.is_empty(), "no differences any more: {unused:?}");
    assert!(unchanged.is_empty(), "passed through a procedure as well: {unchanged:?}");
    assert!(equal > 3500 && left_out < 70, "{equal} equal, {left_out} left out");
}
