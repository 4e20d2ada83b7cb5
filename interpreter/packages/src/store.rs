//! Guix's store on a host as a source of packages: items in `gnu/store`, and the database in which Guix
//! keeps what refers to what. Nothing of either is changed.

mod database;

pub use database::{Registration, database};

use crate::digest::Sha256;
use crate::version;
use rusqlite::types::Type;
use rusqlite::{Connection, OpenFlags, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where items are in a system.
const DIRECTORY: &str = "/gnu/store/";

/// The database, from the root of a system on.
const DATABASE: &str = "var/guix/db/db.sqlite";

/// Letters of the hash that the name of an item begins with; a hyphen follows.
const HASH_LENGTH: usize = 32;

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be read.
    #[error("{}: {error}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
    },
    /// The database knows an item that is not there.
    #[error(
        "{0}: the store's database has this item, but it is not there; 'guix gc --verify=repair' mends a store"
    )]
    Absent(PathBuf),
}

/// The store of a system.
#[derive(Debug)]
pub struct GuixStore {
    root: PathBuf,
    connection: Mutex<Connection>,
    /// The hashes in items' names, by what follows them; of several, that of the item which was registered last.
    hashes: BTreeMap<String, String>,
}

impl GuixStore {
    /// Whether there is a store with a database below the directory `root`.
    pub fn is_at(root: &Path) -> bool {
        root.join(DATABASE).is_file()
    }

    /// The store below `root`.
    ///
    /// # Errors
    /// When its database cannot be read.
    pub fn open(root: &Path) -> Result<GuixStore, StoreError> {
        let path = root.join(DATABASE);
        let opened = connect(&path).and_then(|connection| {
            let hashes = hashes(&connection)?;
            Ok(GuixStore { root: root.to_owned(), connection: Mutex::new(connection), hashes })
        });
        opened.map_err(|error| StoreError::Database { path, error })
    }

    /// Where an item is on the host.
    pub fn host_path(&self, item: &str) -> PathBuf {
        self.root.join(DIRECTORY.trim_start_matches('/')).join(item)
    }

    /// The name of the item that is package `name`: at `version` if there is one, or else the latest.
    pub fn find(&self, name: &str, version: &str) -> Option<String> {
        let whole = format!("{name}-{version}");
        if let Some(hash) = self.hashes.get(&whole) {
            return Some(format!("{hash}-{whole}"));
        }
        let mut versions: Vec<(&str, String)> = self.versions(name).collect();
        versions.sort_by(|one, other| version::compare(one.0, other.0));
        versions.pop().map(|(_, item)| item)
    }

    /// The versions of package `name` that are there, and the names of their items.
    pub fn versions<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, String)> {
        let start = format!("{name}-");
        let found = self.hashes.range(start.clone()..);
        let found = found.map_while(move |(whole, hash)| {
            Some((whole.strip_prefix(&*start)?, format!("{hash}-{whole}")))
        });
        // Sources have a package's name and version too, but are mostly files.
        found.filter(|(version, item)| is_version(version) && self.host_path(item).is_dir())
    }

    /// All packages: names, versions, and the names of their items.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str, String)> {
        self.hashes.iter().filter_map(|(whole, hash)| {
            let (name, version) = name_and_version(whole)?;
            let item = format!("{hash}-{whole}");
            self.host_path(&item).is_dir().then_some((name, version, item))
        })
    }

    /// The names, without hashes, of the other items that an item refers to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn references(&self, item: &str) -> Result<Vec<String>, StoreError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let references = references(&connection, item).map_err(|error| self.failed(error))?;
        let whole = |name: &String| name.get(HASH_LENGTH + 1..).unwrap_or(name).to_owned();
        let mut names: Vec<String> = references.iter().map(whole).collect();
        names.sort();
        Ok(names)
    }

    fn failed(&self, error: rusqlite::Error) -> StoreError {
        StoreError::Database { path: self.root.join(DATABASE), error }
    }

    /// An item and all that it refers to, directly or not, sorted by name.
    ///
    /// # Errors
    /// When the database cannot be read, or an item that it names is not there.
    pub fn closure(&self, item: &str) -> Result<Vec<Registration>, StoreError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let closure = closure(&connection, item).map_err(|error| self.failed(error))?;
        match closure.iter().map(|item| self.host_path(&item.name)).find(|path| !is_there(path)) {
            Some(absent) => Err(StoreError::Absent(absent)),
            None => Ok(closure),
        }
    }
}

/// Opens a database so that nothing is written beside it: neither a lock nor the index of a log. A log
/// that is there has transactions of its own; then the database is read as any other reader does it.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = Path::new(&log).metadata().is_ok_and(|metadata| metadata.len() > 0);
    let uri = format!("file:{}{}", escaped(path), if has_log { "" } else { "?immutable=1" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags)
}

/// A path as a URI has it.
fn escaped(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let letter = |byte: &u8| match plain(*byte) {
        true => char::from(*byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(letter).collect()
}

fn hashes(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let mut statement =
        connection.prepare("SELECT path FROM ValidPaths ORDER BY registrationTime, id")?;
    let mut rows = statement.query([])?;
    let mut hashes = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let path = row.get_ref(0)?.as_str()?;
        let parts =
            path.strip_prefix(DIRECTORY).and_then(|item| item.split_at_checked(HASH_LENGTH));
        if let Some((hash, rest)) = parts
            && let Some(whole) = rest.strip_prefix('-').filter(|whole| !whole.ends_with(".drv"))
        {
            hashes.insert(whole.to_owned(), hash.to_owned());
        }
    }
    Ok(hashes)
}

fn closure(connection: &Connection, item: &str) -> rusqlite::Result<Vec<Registration>> {
    let mut items = connection.prepare(
        "WITH RECURSIVE closure(item) AS (
           SELECT id FROM ValidPaths WHERE path = ?1
           UNION SELECT reference FROM Refs JOIN closure ON referrer = item
         )
         SELECT id, path, hash, narSize, deriver FROM ValidPaths JOIN closure ON id = item
         ORDER BY path",
    )?;
    let mut referred = connection
        .prepare("SELECT path FROM Refs JOIN ValidPaths ON reference = id WHERE referrer = ?1")?;
    let mut registration = |row: &Row<'_>| {
        let references = referred
            .query_map([row.get::<_, i64>(0)?], |row| name(row, 0))?
            .collect::<Result<BTreeSet<String>, _>>()?;
        let name = name(row, 1)?;
        let hash = row.get_ref(2)?.as_str()?;
        let hash = hash.strip_prefix("sha256:").and_then(Sha256::parse).ok_or_else(|| {
            let error = format!("{hash}: not a hash that a store has");
            rusqlite::Error::FromSqlConversionFailure(2, Type::Text, error.into())
        })?;
        Ok(Registration { name, hash, len: row.get(3)?, deriver: row.get(4)?, references })
    };
    let path = format!("{DIRECTORY}{item}");
    items.query_map([path], |row| registration(row))?.collect()
}

fn references(connection: &Connection, item: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT other.path FROM ValidPaths AS one JOIN Refs ON referrer = one.id
           JOIN ValidPaths AS other ON reference = other.id
         WHERE one.path = ?1 AND other.id <> one.id",
    )?;
    statement.query_map([format!("{DIRECTORY}{item}")], |row| name(row, 0))?.collect()
}

/// The name of the item whose path is in a column.
fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let path = row.get_ref(column)?.as_str()?;
    Ok(path.strip_prefix(DIRECTORY).unwrap_or(path).to_owned())
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The name and the version of the package in the name of an item, if it is that and no more.
pub(crate) fn name_and_version(whole: &str) -> Option<(&str, &str)> {
    let mut parts = whole.match_indices('-').map(|(at, _)| (&whole[..at], &whole[at + 1..]));
    parts.find(|(_, version)| is_version(version))
}

/// Whether that is a version and no more: outputs (`2.41-debug`) and checkouts (`1.0-checkout`) are called
/// by a package's name and version, too.
fn is_version(text: &str) -> bool {
    text.split('-').all(|part| part.starts_with(|first: char| first.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_and_checkouts_are_no_versions() {
        for version in ["1.0", "2.41", "0-1.abcdef0", "20240101", "1.0rc1", "9p"] {
            assert!(is_version(version), "{version}");
        }
        for other in ["2.41-debug", "1.0-checkout", "toolchain-14", "", "1.0-", "v1"] {
            assert!(!is_version(other), "{other}");
        }
    }

    #[test]
    fn a_uri_has_no_letter_with_a_meaning() {
        assert_eq!(escaped(Path::new("/a?b#c%/é")), "/a%3Fb%23c%25/%C3%A9");
    }
}
