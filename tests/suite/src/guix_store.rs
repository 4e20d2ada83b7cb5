//! A store of Guix's, made for a test: items with real files, and the database that Guix's own schema and
//! the program `sqlite3` make.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::fixture::guix_sources;
use crate::lacking::Need::{self, Tool};
use crate::program;
use crate::scratch::Scratch;

/// What making one takes.
pub const NEEDS: [Need; 5] =
    [Tool("sqlite3"), Tool("guile"), Tool("sha256sum"), Tool("apt-get"), Tool("dpkg-deb")];

/// A file of an item.
#[derive(Debug, Clone, Copy)]
pub enum File<'a> {
    /// A text.
    Text(&'a str),
    /// The bytes of a program of the host's.
    Program(&'a Path),
    /// A symbolic link.
    Link(&'a str),
}

/// A system's root with a store.
#[derive(Debug)]
pub struct GuixStore {
    /// The root.
    pub root: PathBuf,
    statements: String,
}

impl GuixStore {
    /// A store without items below `root`.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[track_caller]
    pub fn new(root: PathBuf) -> Self {
        fs::create_dir_all(root.join("gnu/store")).expect("mkdir");
        fs::create_dir_all(root.join("var/guix/db")).expect("mkdir");
        let schema = guix_sources().join("guix/store/schema.sql");
        let statements = fs::read_to_string(schema).expect("Guix's schema");
        Self { root, statements }
    }

    /// Where an item is on the host.
    pub fn item(&self, name: &str) -> PathBuf {
        self.root.join("gnu/store").join(name)
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.root.join("var/guix/db/db.sqlite")
    }

    /// Adds the item `name`, registered at `time`, which refers to items that are there, or to itself. With one
    /// file whose path is empty it is that file.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[track_caller]
    pub fn add(&mut self, name: &str, time: u32, files: &[(&str, File)], references: &[&str]) {
        let item = self.item(name);
        for (path, file) in files {
            let path = if path.is_empty() { item.clone() } else { item.join(path) };
            fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
            match file {
                File::Text(text) => fs::write(&path, text).expect("a file"),
                File::Program(program) => drop(fs::copy(program, &path).expect("a program")),
                File::Link(target) => symlink(target, &path).expect("a link"),
            }
        }
        let (hash, len) = archive(&item);
        let path = format!("/gnu/store/{name}");
        let _ = writeln!(
            self.statements,
            "INSERT INTO ValidPaths (path, hash, registrationTime, narSize)
             VALUES ('{path}', 'sha256:{hash}', {time}, {len});"
        );
        for reference in references {
            let _ = writeln!(
                self.statements,
                "INSERT INTO Refs SELECT one.id, other.id FROM ValidPaths AS one, ValidPaths AS other
                 WHERE one.path = '{path}' AND other.path = '/gnu/store/{reference}';"
            );
        }
    }

    /// Writes the database, by `sqlite3`.
    ///
    /// # Panics
    /// Where it refuses the statements.
    #[track_caller]
    pub fn finish(&self) {
        let _ = fs::remove_file(self.database());
        query(&self.database(), &self.statements);
    }
}

/// The hash, in hexadecimal digits, and the length of the archive that Guix makes of `path`.
///
/// # Panics
/// Where Guix's code fails.
#[track_caller]
pub fn archive(path: &Path) -> (String, u64) {
    // Guile takes names in the locale's encoding, which is ASCII here.
    let (parent, name) = (path.parent().expect("a parent"), path.file_name().expect("a name"));
    let mut guile = program::command("guile");
    guile.current_dir(parent).args(["--no-auto-compile", "-L"]).arg(guix_sources());
    guile.arg("-c").arg(format!(
        "(use-modules (guix serialization)) (write-file {name:?} (current-output-port))"
    ));
    let archive = program::run(&mut guile).ok().stdout;
    let file = path.with_extension("archive-of-a-test");
    fs::write(&file, &archive).expect("an archive");
    let sum = program::run_named("sha256sum", [&file]).ok().text();
    fs::remove_file(&file).expect("an archive");
    let hash = sum.split_whitespace().next().expect("a hash").trim_start_matches('\\').to_owned();
    (hash, archive.len() as u64)
}

/// What `sqlite3` says to `statements`: rows of columns with `|` between.
///
/// # Panics
/// Where it refuses them.
#[track_caller]
pub fn query(database: &Path, statements: &str) -> String {
    let mut sqlite = program::command("sqlite3");
    program::run(sqlite.arg("-bail").arg(database).arg(statements)).ok().text()
}

/// A library, in two files that are one.
pub const LIBRARY: &str = "00000000000000000000000000000000-glass-2.41";
/// A package.
pub const PLATE: &str = "11111111111111111111111111111111-plate-1.10";
/// An older version of it.
pub const OLD_PLATE: &str = "22222222222222222222222222222222-plate-1.9";
/// The same version, registered before.
pub const OTHER_PLATE: &str = "33333333333333333333333333333333-plate-1.10";
/// Another package.
pub const LENS: &str = "44444444444444444444444444444444-lens-3.1-1.abcdef0";
/// A file.
pub const NOTES: &str = "55555555555555555555555555555555-notes";
/// A symbolic link.
pub const ALIAS: &str = "66666666666666666666666666666666-alias";

/// A program that says where it is called from.
const SOURCE: &str = r#"
#include <stdio.h>
int main(int count, char **words) { printf("%s of %d\n", words[0], count); }
"#;

/// A store in which `plate` is there three times and refers to `glass` and, by way of a link, to a file; `lens`
/// has a directory of that name, too.
///
/// # Panics
/// Where it cannot be made.
#[track_caller]
pub fn plates(scratch: &Scratch) -> GuixStore {
    let source = scratch.write("plate.c", SOURCE);
    let program = scratch.join("plate");
    let mut cc = program::command("cc");
    program::run(cc.args(["-static", "-Os", "-s", "-o"]).arg(&program).arg(source)).ok();

    let mut store = GuixStore::new(scratch.join("the root/système"));
    store.add(NOTES, 5, &[("", File::Text("silver\n"))], &[]);
    store.add(ALIAS, 5, &[("", File::Link(&format!("/gnu/store/{NOTES}")))], &[NOTES]);
    let text = format!("GROUP ( /gnu/store/{LIBRARY}/lib/glass.a )\n");
    store.add(
        LIBRARY,
        5,
        &[("lib/glass.so", File::Text(&text)), ("lib/again.so", File::Text(&text))],
        &[LIBRARY],
    );
    let again = store.item(LIBRARY).join("lib/again.so");
    fs::remove_file(&again).expect("a file");
    fs::hard_link(store.item(LIBRARY).join("lib/glass.so"), again).expect("a second name");
    let notes = format!("/gnu/store/{ALIAS}");
    let files = [
        ("bin/plate", File::Program(&program)),
        ("etc/plate.conf", File::Text("wet\n")),
        ("share/doc/notes", File::Link(&notes)),
        ("share/doc/dir", File::Text("plate's\n")),
    ];
    store.add(OLD_PLATE, 9, &files[1..2], &[]);
    store.add(OTHER_PLATE, 6, &files[1..2], &[]);
    store.add(PLATE, 7, &files, &[LIBRARY, ALIAS]);
    store.add(
        LENS,
        7,
        &[("share/doc/lens", File::Text("clear\n")), ("share/doc/dir", File::Text("lens'\n"))],
        &[LIBRARY],
    );
    // By a package's name and version, but no packages.
    for name in ["plate-1.11.tar.gz", "plate-1.12.drv"] {
        store.add(
            &format!("{}-{name}", "7".repeat(32)),
            8,
            &[("", File::Text("no package\n"))],
            &[],
        );
    }
    for name in ["plate-1.13-debug", "plate-1.14-checkout", "plate-mark-9"] {
        store.add(&format!("{}-{name}", "8".repeat(32)), 8, &[("etc/x", File::Text("x"))], &[]);
    }
    store.finish();
    store
}
