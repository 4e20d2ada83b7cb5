//! Hash tables, in the order of insertion.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use steel::SteelVal;
use steel::rvals::{Custom, Result};

use super::equality::{Same, hash_equal, is_eq, is_equal, is_eqv};
use super::exception::{expecting, out_of_range};
use super::object::{Held, boolean, cons, is, list, object, peek, poke};
use super::registry::{internals, natives};

/// A hash table; one table serves all of `hash-ref`, `hashq-ref`, `hashv-ref`, as in Guile: by the hash of
/// `equal?`, under which values that are `eq?` or `eqv?` are the same too.
pub(crate) struct HashTable {
    // Only looked up by hash, never walked: the order is that of `entries`.
    slots: HashMap<u64, Vec<usize>>,
    entries: Vec<Option<(Held, Held)>>,
    count: usize,
}

impl Custom for HashTable {}

impl HashTable {
    fn new() -> HashTable {
        HashTable { slots: HashMap::new(), entries: Vec::new(), count: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    fn position(&self, hash: u64, key: &SteelVal, same: Same) -> Option<usize> {
        self.slots.get(&hash)?.iter().copied().find(|position| {
            self.entries[*position].as_ref().is_some_and(|(found, _)| same(found.peek(), key))
        })
    }

    fn get(&self, hash: u64, key: &SteelVal, same: Same) -> Option<(SteelVal, SteelVal)> {
        let entry = self.entries[self.position(hash, key, same)?].as_ref()?;
        Some((entry.0.get(), entry.1.get()))
    }

    /// Returns what was replaced, for the caller to drop.
    fn insert(&mut self, hash: u64, key: Held, value: Held, same: Same) -> Option<(Held, Held)> {
        match self.position(hash, key.peek(), same) {
            Some(position) => self.entries[position].replace((key, value)),
            None => {
                self.slots.entry(hash).or_default().push(self.entries.len());
                self.entries.push(Some((key, value)));
                self.count += 1;
                None
            }
        }
    }

    fn remove(&mut self, hash: u64, key: &SteelVal, same: Same) -> Option<(Held, Held)> {
        let position = self.position(hash, key, same)?;
        if let Some(slots) = self.slots.get_mut(&hash) {
            slots.retain(|slot| *slot != position);
        }
        self.count -= 1;
        self.entries[position].take()
    }
}

fn hash_of(key: &SteelVal) -> u64 {
    // A fixed key: the same on every run.
    let mut hasher = DefaultHasher::new();
    hash_equal(key, &mut hasher);
    hasher.finish()
}

fn not_a_table(name: &'static str, value: &SteelVal) -> steel::SteelErr {
    expecting(name, 1, "hash-table", value)
}

fn get(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let found =
        peek::<HashTable, _>(&args[0], |table| table.get(hash_of(&args[1]), &args[1], same))
            .ok_or_else(|| not_a_table(name, &args[0]))?;
    Ok(match found {
        Some((_, value)) => value,
        None => args.get(2).cloned().unwrap_or(SteelVal::BoolV(false)),
    })
}

fn handle(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let found =
        peek::<HashTable, _>(&args[0], |table| table.get(hash_of(&args[1]), &args[1], same))
            .ok_or_else(|| not_a_table(name, &args[0]))?;
    Ok(found.map_or(SteelVal::BoolV(false), |(key, value)| cons(key, value)))
}

fn set(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let (key, value) = (Held::new(args[1].clone()), Held::new(args[2].clone()));
    let hash = hash_of(&args[1]);
    let _old = poke::<HashTable, _>(&args[0], |table| table.insert(hash, key, value, same))
        .ok_or_else(|| not_a_table(name, &args[0]))?;
    Ok(args[2].clone())
}

fn remove(name: &'static str, args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let hash = hash_of(&args[1]);
    let old = poke::<HashTable, _>(&args[0], |table| table.remove(hash, &args[1], same))
        .ok_or_else(|| not_a_table(name, &args[0]))?;
    Ok(old.map_or(SteelVal::BoolV(false), |(key, value)| cons(key.get(), value.get())))
}

/// `(hash-create-handle! TABLE KEY VALUE)`: the pair found or made.
fn create_handle(args: &[SteelVal]) -> Result<SteelVal> {
    match handle("hash-create-handle!", args, is_equal)? {
        SteelVal::BoolV(false) => {
            set("hash-create-handle!", args, is_equal)?;
            Ok(cons(args[1].clone(), args[2].clone()))
        }
        found => Ok(found),
    }
}

fn clear(args: &[SteelVal]) -> Result<SteelVal> {
    let _old = poke::<HashTable, _>(&args[0], |table| std::mem::replace(table, HashTable::new()))
        .ok_or_else(|| not_a_table("hash-clear!", &args[0]))?;
    Ok(SteelVal::Void)
}

/// `(%hash-table-entries TABLE)`: a list of pairs in the order of insertion.
fn entries(args: &[SteelVal]) -> Result<SteelVal> {
    peek::<HashTable, _>(&args[0], |table| {
        let pairs = table.entries.iter().flatten();
        list(pairs.map(|(key, value)| cons(key.get(), value.get())).collect())
    })
    .ok_or_else(|| not_a_table("hash-fold", &args[0]))
}

fn make(args: &[SteelVal]) -> Result<SteelVal> {
    if let Some(size) = args.first() {
        match size {
            SteelVal::IntV(size) if *size >= 0 => {}
            SteelVal::IntV(_) => return Err(out_of_range("make-hash-table", 1, size)),
            other => return Err(super::exception::wrong_type("make-hash-table", 1, other)),
        }
    }
    object(HashTable::new())
}

internals! { INTERNAL_TABLE:
    "%hash-table-entries" 1 => entries;
}

natives! { TABLE:
    "make-hash-table" 0..=1 => make;
    "make-weak-key-hash-table" 0..=1 => make;
    "make-weak-value-hash-table" 0..=1 => make;
    "make-doubly-weak-hash-table" 0..=1 => make;
    "hash-table?" 1 => |args: &[SteelVal]| boolean(is::<HashTable>(&args[0]));
    "hash-ref" 2..=3 => |args| get("hash-ref", args, is_equal);
    "hashq-ref" 2..=3 => |args| get("hashq-ref", args, is_eq);
    "hashv-ref" 2..=3 => |args| get("hashv-ref", args, is_eqv);
    "hash-set!" 3 => |args| set("hash-set!", args, is_equal);
    "hashq-set!" 3 => |args| set("hashq-set!", args, is_eq);
    "hashv-set!" 3 => |args| set("hashv-set!", args, is_eqv);
    "hash-remove!" 2 => |args| remove("hash-remove!", args, is_equal);
    "hashq-remove!" 2 => |args| remove("hashq-remove!", args, is_eq);
    "hashv-remove!" 2 => |args| remove("hashv-remove!", args, is_eqv);
    "hash-get-handle" 2 => |args| handle("hash-get-handle", args, is_equal);
    "hashq-get-handle" 2 => |args| handle("hashq-get-handle", args, is_eq);
    "hashv-get-handle" 2 => |args| handle("hashv-get-handle", args, is_eqv);
    "hash-create-handle!" 3 => create_handle;
    "hashq-create-handle!" 3 => create_handle;
    "hash-clear!" 1 => clear;
    "hash-table-size" 1 => |args: &[SteelVal]| peek::<HashTable, _>(&args[0],
        |table| SteelVal::IntV(table.len() as isize))
        .ok_or_else(|| not_a_table("hash-table-size", &args[0]));
}
