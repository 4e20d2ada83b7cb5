//! Which modules need which others.

use super::file::Module;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The needs of modules, which are known by their place in a list.
#[derive(Debug)]
pub struct Dependencies {
    /// What each needs, and what that needs, and so on: those that need others first.
    all: Vec<Vec<usize>>,
    /// The module that exports a symbol; the last one of several.
    owners: BTreeMap<Vec<u8>, usize>,
}

impl Dependencies {
    /// Finds out what `modules` need of each other.
    ///
    /// # Errors
    /// The modules that need each other in a circle.
    pub fn of(modules: &[Module]) -> Result<Dependencies, Vec<usize>> {
        let mut owners = BTreeMap::new();
        for (index, module) in modules.iter().enumerate() {
            owners.extend(module.exports.iter().map(|symbol| (symbol.clone(), index)));
        }
        let mut direct: Vec<Vec<usize>> = Vec::new();
        for module in modules {
            let mut seen = BTreeSet::new();
            let needed = module.imports.iter().filter_map(|symbol| owners.get(symbol).copied());
            direct.push(needed.filter(|index| seen.insert(*index)).collect());
        }
        let rank = ranks(&direct)?;
        let all = (0..modules.len()).map(|module| all(&direct, module, &rank)).collect();
        Ok(Dependencies { all, owners })
    }

    /// Those that a list states.
    pub fn stated(all: Vec<Vec<usize>>) -> Dependencies {
        Dependencies { all, owners: BTreeMap::new() }
    }

    /// What `module` needs, and what that needs, and so on: those that need others first.
    pub fn all(&self, module: usize) -> &[usize] {
        &self.all[module]
    }

    /// Every exported symbol and the module that exports it, in the order of depmod's table: by the
    /// symbol's hash, then by its name.
    pub fn symbols(&self) -> Vec<(&[u8], usize)> {
        let mut symbols: Vec<_> =
            self.owners.iter().map(|(symbol, owner)| (symbol.as_slice(), *owner)).collect();
        // The map is in the order of names already.
        symbols.sort_by_cached_key(|(symbol, _)| super_fast_hash(symbol) % BUCKETS);
        symbols
    }
}

fn all(direct: &[Vec<usize>], module: usize, rank: &[usize]) -> Vec<usize> {
    let mut found = BTreeSet::new();
    let mut ahead = direct[module].clone();
    while let Some(next) = ahead.pop() {
        if found.insert(next) {
            ahead.extend(&direct[next]);
        }
    }
    let mut found: Vec<usize> = found.into_iter().collect();
    found.sort_by_key(|index| rank[*index]);
    found
}

/// Buckets of depmod's table of symbols.
const BUCKETS: u32 = 2048;

/// Paul Hsieh's hash, which orders depmod's table.
fn super_fast_hash(key: &[u8]) -> u32 {
    let word = |at: usize| u32::from(u16::from_le_bytes([key[at], key[at + 1]]));
    let mut hash = key.len() as u32;
    let whole = key.len() / 4 * 4;
    for at in (0..whole).step_by(4) {
        hash = hash.wrapping_add(word(at));
        hash = (hash << 16) ^ (word(at + 2) << 11) ^ hash;
        hash = hash.wrapping_add(hash >> 11);
    }
    match key.len() - whole {
        3 => {
            hash = hash.wrapping_add(word(whole));
            hash ^= hash << 16;
            hash ^= u32::from(key[whole + 2]) << 18;
            hash = hash.wrapping_add(hash >> 11);
        }
        2 => {
            hash = hash.wrapping_add(word(whole));
            hash ^= hash << 11;
            hash = hash.wrapping_add(hash >> 17);
        }
        1 => {
            hash = hash.wrapping_add(u32::from(key[whole]));
            hash ^= hash << 10;
            hash = hash.wrapping_add(hash >> 1);
        }
        _ => {}
    }
    for (left, right) in [(3, 5), (4, 17), (25, 6)] {
        hash ^= hash << left;
        hash = hash.wrapping_add(hash >> right);
    }
    hash
}

/// A rank for each: those that nothing needs come first, then, of what is no longer needed, what was
/// found last.
fn ranks(direct: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut users = vec![0_usize; direct.len()];
    for needed in direct.iter().flatten() {
        users[*needed] += 1;
    }
    let mut free: Vec<usize> = (0..direct.len()).filter(|index| users[*index] == 0).collect();
    let mut rank: HashMap<usize, usize> = HashMap::with_capacity(direct.len());
    while let Some(index) = free.pop() {
        rank.insert(index, rank.len());
        for needed in &direct[index] {
            users[*needed] -= 1;
            if users[*needed] == 0 {
                free.push(*needed);
            }
        }
    }
    let ranks = (0..direct.len()).map(|index| rank.get(&index).copied().ok_or(index));
    let (found, missing): (Vec<_>, Vec<_>) = ranks.partition(Result::is_ok);
    if missing.is_empty() {
        return Ok(found.into_iter().filter_map(Result::ok).collect());
    }
    Err(missing.into_iter().filter_map(Result::err).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(exports: &[&str], imports: &[&str]) -> Module {
        let names = |names: &[&str]| names.iter().map(|name| name.as_bytes().to_vec()).collect();
        Module { exports: names(exports), imports: names(imports), ..Module::default() }
    }

    #[test]
    fn what_is_needed_is_found_through_others() {
        let modules =
            [module(&["c"], &[]), module(&[], &["b", "a", "printk"]), module(&["a", "b"], &["c"])];
        let found = Dependencies::of(&modules).expect("no circle");
        assert_eq!(found.all(1), [2, 0]);
        assert_eq!(found.all(2), [0]);
        assert_eq!(found.all(0), [0; 0]);
    }

    #[test]
    fn a_circle_is_told() {
        let modules = [module(&["a"], &["b"]), module(&["b"], &["a"]), module(&[], &[])];
        assert_eq!(Dependencies::of(&modules).expect_err("a circle"), [0, 1]);
    }
}
