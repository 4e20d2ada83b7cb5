//! `tintype packages`: what sources have, found, shown and fetched.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tintype_tests::fixture::{self, workspace};
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::{self, refused};

/// The hash of a file.
#[track_caller]
fn sha256(path: &Path) -> String {
    let sum = run_named("sha256sum", [path]).ok().text();
    sum.split_whitespace().next().expect("a hash").to_owned()
}

/// A package of an archive: what its control file says, and its script.
type Made<'a> = (&'a str, &'a str);

const PACKAGES: [Made; 5] = [
    (
        "Package: developer\nVersion: 1.0-1\nDepends: ca-certificates (>= 1),\n fixer | stop-bath",
        "#!/bin/sh\nset -e\n# Automatically added by dh_installsystemd/13.11.4\nsystemctl x\n\
         # End automatically added section\nexit 0\n",
    ),
    ("Package: developer\nVersion: 0.9-1", ""),
    (
        "Package: fixer\nVersion: 2:1.0",
        "#!/bin/sh\nset -e\nif [ \"$1\" = configure ]; then\nmake-a-bath\nfi\n",
    ),
    ("Package: ca-certificates\nVersion: 20250419", ""),
    ("Package: ground-glass\nVersion: 3", ""),
];

/// An archive of those packages, made by dpkg-deb, as apt's sources.list names it.
fn archive(scratch: &Scratch) -> String {
    let mut index = String::new();
    for (number, (control, script)) in PACKAGES.iter().enumerate() {
        let package = format!("package-{number}");
        let control = format!(
            "{control}\nArchitecture: all\nMaintainer: A <a@example.org>\n\
             Description: a bath number {number}\n Longer.\n"
        );
        scratch.write(&format!("{package}/DEBIAN/control"), &control);
        if !script.is_empty() {
            scratch.write_program(&format!("{package}/DEBIAN/postinst"), script);
        }
        fs::create_dir_all(scratch.join("archive")).expect("mkdir");
        let file = scratch.join(&format!("archive/{package}.deb"));
        let mut build = program::command("dpkg-deb");
        build.args(["--root-owner-group", "--build"]).arg(scratch.join(&package)).arg(&file);
        program::run(&mut build).ok();
        let len = fs::metadata(&file).expect("a package").len();
        let _ = writeln!(
            index,
            "{control}Filename: {package}.deb\nSize: {len}\nSHA256: {}\n",
            sha256(&file)
        );
    }
    let index = scratch.write("archive/Packages", &index);
    let len = fs::metadata(&index).expect("an index").len();
    let release = format!(
        "Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n {} {len} Packages\n",
        sha256(&index)
    );
    scratch.write("archive/Release", &release);
    format!("deb [trusted=yes] file:{} ./", scratch.join("archive").display())
}

/// `tintype packages WORDS` with a cache of its own.
fn packages(scratch: &Scratch, source: &str, words: &[&str]) -> Outcome {
    let mut command = tintype::command();
    command.env("XDG_CACHE_HOME", scratch.join("cache"));
    program::run(command.arg("packages").args(words).args(["--package-source", source]))
}

#[test]
fn packages_are_found_by_words_and_by_guixs_names() {
    if !met("packages of an archive", &[Tool("dpkg-deb"), Tool("sha256sum")]) {
        return;
    }
    let scratch = Scratch::new("packages");
    let source = archive(&scratch);
    let found = packages(&scratch, &source, &["search", "BATH", "number"]).ok().text();
    let names: Vec<&str> = found.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["ca-certificates", "developer", "fixer", "ground-glass"], "{found}");
    assert!(found.contains("developer 1.0-1  a bath number 0\n"), "{found}");
    let found = packages(&scratch, &source, &["search", "nss-certs"]).ok().text();
    assert!(found.starts_with("ca-certificates 20250419 ("), "{found}");
    let found = packages(&scratch, &source, &["search", "--json", "glass", "number 4"]).ok().text();
    let expected =
        r#"[{"name":"ground-glass","version":"3","guix":[],"summary":"a bath number 4"}]"#;
    assert_eq!(found.trim(), expected);

    let nothing = packages(&scratch, &source, &["search", "develper"]);
    let told = refused(&nothing);
    assert!(told.contains("no package has the words develper; there is developer"), "{told}");
}

#[test]
fn what_a_name_stands_for_is_shown_with_what_is_left_to_the_first_boot() {
    if !met("packages of an archive", &[Tool("dpkg-deb"), Tool("sha256sum")]) {
        return;
    }
    let scratch = Scratch::new("packages");
    let source = archive(&scratch);
    let shown = packages(&scratch, &source, &["show", "developer", "fixer", "nss-certs"]).ok();
    let shown = shown.text();
    let stanzas: Vec<&str> = shown.trim_end().split("\n\n").collect();
    assert_eq!(stanzas.len(), 6, "{shown}");
    let developer = format!(
        "package: developer\nversions: 1.0-1, 0.9-1\narchitecture: all\nsource: file:{}\n",
        scratch.join("archive").display()
    );
    assert!(stanzas[1].starts_with(&developer), "{shown}");
    let rest = "depends: ca-certificates (>= 1), fixer | stop-bath\nconfiguration: installed\n\
                summary: a bath number 0";
    assert!(stanzas[1].ends_with(rest), "{shown}");
    let left = "left to the first boot, for its script: if [ \"$1\" = configure ]; then\n";
    assert!(stanzas[3].contains(left), "{shown}");
    assert!(stanzas[4].starts_with("name: nss-certs\nguix-version: "), "{shown}");
    assert!(stanzas[4].ends_with("\nstands for: ca-certificates"), "{shown}");

    let json = packages(&scratch, &source, &["show", "--json", "fixer"]).ok().text();
    let part = r#""configuration":"first-boot","script-line":"if [ \"$1\" = configure ]; then""#;
    assert!(json.contains(part) && json.contains(r#""versions":["2:1.0"]"#), "{json}");

    let wrong = packages(&scratch, &source, &["show", "fixer", "develper", "guix", "openssh"]);
    assert_eq!(wrong.code(), Some(1), "{wrong}");
    assert!(wrong.text().starts_with("name: fixer\n"), "{wrong}");
    for told in [
        "error: no package develper; is one of these meant: developer?",
        "error: guix: Debian has no such software",
        "error: openssh: no package openssh-client",
    ] {
        assert!(wrong.stderr.contains(told), "{wrong}");
    }
    // A package whose file is another than the index says.
    fs::write(scratch.join("archive/package-2.deb"), "!<arch>\n").expect("a file");
    fs::remove_dir_all(scratch.join("cache")).expect("a cache");
    let changed = packages(&scratch, &source, &["show", "fixer"]);
    assert!(refused(&changed).contains("package-2.deb"), "{changed}");
}

/// `tintype packages fetch` of the bare-bones example, with a cache that lasts as long as the build directory.
fn fetch(lock: &Path, more: &[&str]) -> Command {
    let mut command = tintype::command();
    command.env("XDG_CACHE_HOME", fixture::directory().join("cache"));
    command.args(["packages", "fetch", "--lock"]).arg(lock).args(more);
    command.arg(workspace().join("images/examples/bare-bones.scm"));
    command
}

#[test]
fn what_a_definition_needs_is_fetched_and_locked() {
    if !met("packages of the host's archive", &[Tool("apt-get"), Tool("sha256sum")]) {
        return;
    }
    let scratch = Scratch::new("packages");
    let lock = scratch.join("lock");
    let fetched = program::run(&mut fetch(&lock, &[])).ok().text();
    let locked = fs::read_to_string(&lock).expect("a lock file");
    let of_lock = |field: &str| -> Vec<String> {
        let values = locked.lines().filter_map(|line| line.strip_prefix(field));
        values.map(str::to_owned).collect()
    };
    let (names, hashes) = (of_lock("Package: "), of_lock("SHA256: "));
    assert!(names.len() > 100 && names.len() == hashes.len(), "{locked}");
    for ((line, name), hash) in fetched.lines().zip(&names).zip(&hashes) {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!((words.len(), words[0]), (4, &**name));
        assert_eq!(&sha256(&PathBuf::from(words[3])), hash, "{line}");
    }
    assert_eq!(fetched.lines().count(), names.len());
    let again = program::run(&mut fetch(&lock, &["--offline"])).ok().text();
    assert_eq!(again, fetched);
}
