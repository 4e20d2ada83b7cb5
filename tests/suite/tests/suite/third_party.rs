//! Definitions as people write them elsewhere, in ways that the examples of Guix do not show.

use std::fs;

use tintype_tests::fixture::workspace;
use tintype_tests::program;
use tintype_tests::sexp::Sexp;
use tintype_tests::tintype::command;

/// What `tintype show` says of a definition: the field of the section, which must begin so.
const SHOWN: [(&str, &str, &str, &str); 10] = [
    ("appliance", "image", "partition-table-type", "mbr"),
    ("board", "image", "partition-table-type", "gpt"),
    ("desktop", "operating-system", "host-name", "\"antelope\""),
    ("hosts", "operating-system", "host-name", "\"alpha\""),
    ("installer", "operating-system", "kernel", "(package \"linux-libre\")"),
    ("own-modules", "operating-system", "host-name", "\"colophon\""),
    ("packages", "operating-system", "packages", "(\"hello\" ((package \"git\") "),
    ("servers", "operating-system", "all-services", "(dbus nginx "),
    ("with-channel", "operating-system", "kernel", "(package \"linux\")"),
    ("wsl", "operating-system", "host-name", "\"w\""),
];

#[test]
fn definitions_of_others_evaluate() {
    let directory = workspace().join("tests/fixtures/third-party");
    let channel = directory.join("channel");
    let mut shown = 0;
    for entry in fs::read_dir(&directory).expect("the definitions") {
        let file = entry.expect("an entry").path();
        if !file.is_file() {
            continue;
        }
        for arguments in [&["check"][..], &["image", "--dry-run"]] {
            program::run(command().args(arguments).arg("-L").arg(&channel).arg(&file)).ok();
        }
        let text = program::run(command().args(["show", "-L"]).arg(&channel).arg(&file)).ok();
        let sections = Sexp::read_all(&text.text()).expect("it reads").remove(0);
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        for (_, section, field, expected) in SHOWN.iter().filter(|it| it.0 == name) {
            let found = sections.find(section).and_then(|section| section.field(field));
            let found = found.unwrap_or_else(|| panic!("{name}: no {field}")).to_string();
            assert!(found.starts_with(expected), "{name}: {field} is {found}");
            shown += 1;
        }
    }
    assert_eq!(shown, SHOWN.len());
}

#[test]
fn procedures_that_definitions_call_answer() {
    let file = workspace().join("tests/fixtures/third-party/programs/values.scm");
    let outcome = program::run(command().arg("run").arg(&file)).ok();
    let answers = [
        "(\"x\" 1)",
        "(\"colour=red;\")",
        "(#<<qemu-platform> name: \"aarch64\"> #<<qemu-platform> name: \"arm\">)",
        "#<<nginx-location-configuration> uri: \"~ \\\\.php$\"",
        "#<<channel-introduction> first-signed-commit: \"897c1a470da759236cc11798f4e0a5f7d4d59fbc\"",
        "first-commit-signer: #vu8(42 57 63 255 ",
        "(#<<zone-entry> name: \"@\" ttl: \"\" class: \"IN\" type: \"A\" data: \"127.0.0.1\">",
    ];
    for answer in answers {
        assert!(outcome.text().contains(answer), "{answer}:\n{outcome}");
    }
    assert!(outcome.stderr.contains("'x' runs without namespaces of its own"), "{outcome}");
}
