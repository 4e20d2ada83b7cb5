//! In which order modules are loaded.

use super::Modules;
use super::file::{name_of, normal_name};
use std::collections::BTreeSet;

/// What modules are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Loading {
    /// Places of the modules to load, each after what it needs.
    pub order: Vec<usize>,
    /// What is neither a module nor part of the kernel.
    pub unknown: Vec<String>,
}

impl Modules {
    /// The order in which the modules called `names` are loaded with all that they need. A name may
    /// be an alias.
    pub fn loading(&self, names: &[&str]) -> Loading {
        let mut loading = Loading::default();
        let mut seen = BTreeSet::new();
        for name in names {
            let found = self.named(name);
            if found.is_empty() && !self.is_builtin(name) {
                loading.unknown.push((*name).to_owned());
            }
            for module in found {
                self.visit(module, &mut seen, &mut loading.order);
            }
        }
        loading
    }

    /// Names of the modules whose paths begin with `prefix`.
    pub fn below(&self, prefix: &str) -> Vec<String> {
        let paths = self.list.iter().map(|module| module.path.as_str());
        paths.filter(|path| path.starts_with(prefix)).map(name_of).collect()
    }

    /// Path of the file of the module at `place`.
    pub fn path(&self, place: usize) -> &str {
        &self.list[place].path
    }

    /// Whether `name` is part of the kernel, or a name for what is.
    pub fn is_builtin(&self, name: &str) -> bool {
        let name = normal_name(name);
        self.builtin.iter().any(|path| name_of(path) == name)
            || self.builtin_aliases().any(|(_, alias)| {
                std::str::from_utf8(alias).is_ok_and(|alias| normal_name(alias) == name)
            })
    }

    /// The modules that `name` means: the one called so, or those that have it as an alias.
    fn named(&self, name: &str) -> Vec<usize> {
        let name = normal_name(name);
        if let Some(place) = self.by_name.get(&name) {
            return vec![*place];
        }
        let means =
            |alias: &[u8]| std::str::from_utf8(alias).is_ok_and(|alias| normal_name(alias) == name);
        let has_it = |place: &usize| self.list[*place].values("alias").any(means);
        (0..self.list.len()).filter(has_it).collect()
    }

    fn visit(&self, module: usize, seen: &mut BTreeSet<usize>, order: &mut Vec<usize>) {
        if !seen.insert(module) {
            return;
        }
        let mut soft = SoftDependencies::default();
        self.list[module].values("softdep").for_each(|text| soft.add(text));
        for needed in self.dependencies.all(module).iter().rev() {
            self.visit(*needed, seen, order);
        }
        for before in soft.before.iter().flat_map(|name| self.named(name)) {
            self.visit(before, seen, order);
        }
        order.push(module);
        for after in soft.after.iter().flat_map(|name| self.named(name)) {
            self.visit(after, seen, order);
        }
    }
}

/// Modules that are wanted beside another, by name.
#[derive(Debug, Default, PartialEq, Eq)]
struct SoftDependencies {
    before: Vec<String>,
    after: Vec<String>,
}

impl SoftDependencies {
    /// Adds those of `pre: NAME ... post: NAME ...`.
    fn add(&mut self, text: &[u8]) {
        let mut is_after = false;
        for word in String::from_utf8_lossy(text).split_whitespace() {
            match word {
                "pre:" => is_after = false,
                "post:" => is_after = true,
                name if is_after => self.after.push(name.to_owned()),
                name => self.before.push(name.to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_dependencies_are_read() {
        let mut soft = SoftDependencies::default();
        soft.add(b"pre: crc32c post: a b");
        soft.add(b"pre: c");
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let expected =
            SoftDependencies { before: names(&["crc32c", "c"]), after: names(&["a", "b"]) };
        assert_eq!(soft, expected);
    }
}
