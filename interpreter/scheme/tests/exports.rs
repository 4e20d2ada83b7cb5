//! What each module exports, against Guile's module of that name.
//!
//! What ours lacks or has besides stands in interpreter/dsl/index/guile.scm, each with its reason.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use support::{Library, root};
use tintype_scheme::{Datum, Interpreter, with_stack};

type Names = BTreeSet<String>;

/// The table: for each module, the names that ours lacks and those that it has besides.
struct Table {
    modules: BTreeMap<String, [Names; 2]>,
}

impl Table {
    fn read() -> Table {
        let path = root().join("interpreter/dsl/index/guile.scm");
        let text = std::fs::read_to_string(&path).expect("the table");
        let mut interpreter = interpreter();
        let quoted = format!("'({text})");
        let value = interpreter.load_program("guile.scm", &quoted, &[]).expect("data");
        let mut modules = BTreeMap::new();
        for entry in interpreter.to_datum(&value).list().expect("entries") {
            let [name, differences @ ..] = entry.list().expect("an entry") else {
                panic!("an empty entry")
            };
            let mut names = [Names::new(), Names::new()];
            for difference in differences {
                let [kind, reason, listed @ ..] = difference.list().expect("a difference") else {
                    panic!("{difference:?}")
                };
                assert!(matches!(reason, Datum::String(_)), "{name:?}: a reason is wanted");
                let which = match kind.symbol() {
                    Some("lacks") => 0,
                    Some("besides") => 1,
                    _ => panic!("{kind:?}"),
                };
                names[which]
                    .extend(listed.iter().map(|name| name.symbol().expect("a name").into()));
            }
            let parts: Vec<&str> =
                name.list().expect("a name").iter().filter_map(Datum::symbol).collect();
            modules.insert(parts.join(" "), names);
        }
        Table { modules }
    }
}

fn interpreter() -> Interpreter {
    Interpreter::new(Box::new(Library(root().join("stdlib"))), Vec::new())
}

/// What Guile's modules export; nothing where it is not installed and need not be.
fn guiles(modules: &[&String]) -> Option<BTreeMap<String, Names>> {
    let list: Vec<String> = modules.iter().map(|module| format!("({module})")).collect();
    let program = format!(
        "(for-each (lambda (module) (for-each (lambda (name) (format #t \"~a\\t~a\\n\" module (symbol->string name))) \
         (module-map (lambda (name variable) name) (resolve-interface module)))) '({}))",
        list.join(" ")
    );
    let output = Command::new("guile")
        .args(["--no-auto-compile", "-q", "-c", &program])
        .env("LC_ALL", "C.UTF-8")
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if std::env::var_os("CI").is_some() => panic!("guile is needed: {error}"),
        Err(_) => {
            eprintln!("NOT COMPARED: guile is not installed");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: BTreeMap<String, Names> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (module, name) = line.split_once('\t').expect("a module and a name");
        let module = module.trim_matches(['(', ')']).to_owned();
        found.entry(module).or_default().insert(name.to_owned());
    }
    Some(found)
}

#[test]
fn modules_export_what_guiles_do() {
    with_stack(|| {
        let table = Table::read();
        let modules: Vec<&String> = table.modules.keys().collect();
        let Some(guiles) = guiles(&modules) else { return };
        let mut interpreter = interpreter();
        let mut wrong = Vec::new();
        for (module, [lacks, besides]) in &table.modules {
            let exported = interpreter.module_exports(module);
            let ours: Names = match exported {
                Ok(names) => names.into_iter().collect(),
                Err(error) => panic!("{error}"),
            };
            let guiles = guiles.get(module).unwrap_or_else(|| panic!("({module}) exports nothing"));
            let mut tell = |what: &str, names: Vec<&String>| {
                if !names.is_empty() {
                    wrong.push(format!("({module}) {what}: {names:?}"));
                }
            };
            let missing: Names = guiles.difference(&ours).cloned().collect();
            let extra: Names = ours.difference(guiles).cloned().collect();
            tell("lacks, without a reason", missing.difference(lacks).collect());
            tell("does not lack", lacks.difference(&missing).collect());
            tell("has besides, without a reason", extra.difference(besides).collect());
            tell("does not have besides", besides.difference(&extra).collect());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
