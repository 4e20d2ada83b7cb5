//! The database of a store: what Guix's daemon has to know of the items that an image is given.

use crate::digest::Sha256;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

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

/// The bytes of a database that knows `items`. The same items give the same bytes.
///
/// # Errors
/// What SQLite says: that an item is there twice or refers to one that is not among them.
pub fn database(items: &[Registration]) -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction()?;
    let mut ids = BTreeMap::new();
    for (item, id) in items.iter().zip(1_i64..) {
        transaction.execute(
            "INSERT INTO ValidPaths VALUES (?, ?, ?, ?, ?, ?)",
            params![
                id,
                format!("{}{}", super::DIRECTORY, item.name),
                format!("sha256:{}", item.hash),
                REGISTRATION_TIME,
                item.deriver,
                item.len
            ],
        )?;
        ids.insert(&*item.name, id);
    }
    for item in items {
        for reference in &item.references {
            let pair = params![ids.get(&*item.name), ids.get(&**reference)];
            transaction.execute("INSERT INTO Refs VALUES (?, ?)", pair)?;
        }
    }
    transaction.commit()?;
    Ok(connection.serialize("main")?.to_vec())
}
