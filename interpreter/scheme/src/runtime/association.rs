//! Association lists: `assq` and its relatives.

use steel::SteelVal;
use steel::rvals::Result;

use super::equality::{Same, is_eq, is_equal, is_eqv};
use super::exception::expecting;
use super::object::{cons, list, spine, uncons};
use super::registry::{internals, natives};

fn assoc(name: &'static str, key: &SteelVal, alist: &SteelVal, same: Same) -> Result<SteelVal> {
    let SteelVal::ListV(entries) = alist else {
        return Err(expecting(name, 2, "association list", alist));
    };
    for entry in entries {
        let matches = match entry {
            SteelVal::Pair(pair) => same(key, pair.car_ref()),
            SteelVal::ListV(list) if !list.is_empty() => {
                list.first().is_some_and(|first| same(key, first))
            }
            _ => return Err(expecting(name, 2, "association list", alist)),
        };
        if matches {
            return Ok(entry.clone());
        }
    }
    Ok(SteelVal::BoolV(false))
}

/// `(assoc-ref ALIST KEY)`: entries that are no pairs are skipped.
fn assoc_ref(args: &[SteelVal], same: Same) -> Result<SteelVal> {
    Ok(spine(&args[0])
        .0
        .iter()
        .filter_map(uncons)
        .find(|(key, _)| same(&args[1], key))
        .map_or(SteelVal::BoolV(false), |(_, value)| value))
}

/// `(assoc-set! ALIST KEY VALUE)`: a new list.
fn assoc_set(args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let (mut entries, _) = spine(&args[0]);
    let entry = cons(args[1].clone(), args[2].clone());
    let found =
        entries.iter_mut().find(|entry| uncons(entry).is_some_and(|(key, _)| same(&args[1], &key)));
    match found {
        Some(found) => *found = entry,
        None => entries.insert(0, entry),
    }
    Ok(list(entries))
}

/// `(assoc-remove! ALIST KEY)`: a new list without the first entry of KEY.
fn assoc_remove(args: &[SteelVal], same: Same) -> Result<SteelVal> {
    let (mut entries, _) = spine(&args[0]);
    let found =
        entries.iter().position(|entry| uncons(entry).is_some_and(|(key, _)| same(&args[1], &key)));
    if let Some(found) = found {
        entries.remove(found);
    }
    Ok(list(entries))
}

internals! { INTERNAL_TABLE:
    "%assoc" 2 => |args: &[SteelVal]| assoc("assoc", &args[0], &args[1], is_equal);
}

natives! { TABLE:
    "assq" 2 => |args: &[SteelVal]| assoc("assq", &args[0], &args[1], is_eq);
    "assv" 2 => |args: &[SteelVal]| assoc("assv", &args[0], &args[1], is_eqv);
    "sloppy-assq" 2 => |args: &[SteelVal]| assoc("assq", &args[0], &args[1], is_eq);
    "assq-ref" 2 => |args| assoc_ref(args, is_eq);
    "assv-ref" 2 => |args| assoc_ref(args, is_eqv);
    "assoc-ref" 2 => |args| assoc_ref(args, is_equal);
    "assq-set!" 3 => |args| assoc_set(args, is_eq);
    "assv-set!" 3 => |args| assoc_set(args, is_eqv);
    "assoc-set!" 3 => |args| assoc_set(args, is_equal);
    "assq-remove!" 2 => |args| assoc_remove(args, is_eq);
    "assv-remove!" 2 => |args| assoc_remove(args, is_eqv);
    "assoc-remove!" 2 => |args| assoc_remove(args, is_equal);
    "acons" 3 => |args: &[SteelVal]|
        Ok(cons(cons(args[0].clone(), args[1].clone()), args[2].clone()));
    "alist-copy" 1 => |args: &[SteelVal]| Ok(args[0].clone());
}
