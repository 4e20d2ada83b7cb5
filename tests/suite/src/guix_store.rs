//! A store of Guix's, made for a test: items with real files, and the database that Guix's own schema and
//! the program `sqlite3` make.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::fixture::guix_sources;
use crate::lacking::Need::{self, Tool};
use crate::program;

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
