//! The database of a store: what Guix's daemon has to know of the items that an image is given.

use super::{DATABASE, DIRECTORY, StoreError};
use crate::digest::Sha256;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// What a database says of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// `HASH-NAME`.
    pub name: String,
    /// The hash of the archive that the item makes (NAR).
    pub hash: Sha256,
    /// The length of that archive.
    pub len: u64,
    /// The path of the derivation that the item was built by.
    pub deriver: Option<String>,
    /// Names of the items that it refers to; it may be one of them itself.
    pub references: BTreeSet<String>,
}

/// When items were registered, in seconds since 1970: their files have that time, too.
const REGISTRATION_TIME: i64 = 1;

/// The bytes of a database's header that say whether it has a log (SQLite's file format, 1.3.2).
const VERSIONS: Range<usize> = 18..20;

/// The tables of version 7 of the daemon's schema, which makes none of its own where it finds these.
const SCHEMA: &str = "
PRAGMA page_size = 4096;
CREATE TABLE ValidPaths (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  path TEXT UNIQUE NOT NULL,
  hash TEXT NOT NULL,
  registrationTime INTEGER NOT NULL,
  deriver TEXT,
  narSize INTEGER
);
CREATE TABLE Refs (
  referrer INTEGER NOT NULL,
  reference INTEGER NOT NULL,
  PRIMARY KEY (referrer, reference),
  FOREIGN KEY (referrer) REFERENCES ValidPaths(id) ON DELETE CASCADE,
  FOREIGN KEY (reference) REFERENCES ValidPaths(id) ON DELETE RESTRICT
);
CREATE INDEX IndexReferrer ON Refs(referrer);
CREATE INDEX IndexReference ON Refs(reference);
CREATE TRIGGER DeleteSelfRefs BEFORE DELETE ON ValidPaths
  BEGIN
    DELETE FROM Refs WHERE referrer = old.id AND reference = old.id;
  END;
CREATE TABLE DerivationOutputs (
  drv INTEGER NOT NULL,
  id TEXT NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (drv, id),
  FOREIGN KEY (drv) REFERENCES ValidPaths(id) ON DELETE CASCADE
);
CREATE INDEX IndexDerivationOutputs ON DerivationOutputs(path);
CREATE TABLE FailedPaths (
  path TEXT PRIMARY KEY NOT NULL,
  time INTEGER NOT NULL
);
";

/// The bytes of a database that knows `items`, beside what is in `known`, the bytes of another one. The same
/// items give the same bytes.
///
/// # Errors
/// When `known` is no such database, or an item refers to one that there is not.
pub fn database(known: Option<Vec<u8>>, items: &[Registration]) -> Result<Vec<u8>, StoreError> {
    register(known, items)
        .map_err(|error| StoreError::Database { path: Path::new("/").join(DATABASE), error })
}

fn register(known: Option<Vec<u8>>, items: &[Registration]) -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    match known {
        Some(mut bytes) => {
            // There is no log beside what is in memory: the versions in the header say so.
            bytes.get_mut(VERSIONS).unwrap_or_default().fill(1);
            connection.deserialize_read_exact("main", &*bytes, bytes.len(), false)?;
        }
        None => connection.execute_batch(SCHEMA)?,
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction()?;
    let path = |name: &str| format!("{DIRECTORY}{name}");
    for item in items {
        let hash = format!("sha256:{}", item.hash);
        transaction.execute(
            "INSERT INTO ValidPaths (path, hash, registrationTime, deriver, narSize)
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING",
            params![path(&item.name), hash, REGISTRATION_TIME, item.deriver, item.len],
        )?;
    }
    for item in items {
        for reference in &item.references {
            transaction.execute(
                "INSERT INTO Refs VALUES ((SELECT id FROM ValidPaths WHERE path = ?),
                                          (SELECT id FROM ValidPaths WHERE path = ?))
                 ON CONFLICT (referrer, reference) DO NOTHING",
                [path(&item.name), path(reference)],
            )?;
        }
    }
    transaction.commit()?;
    Ok(connection.serialize("main")?.to_vec())
}
