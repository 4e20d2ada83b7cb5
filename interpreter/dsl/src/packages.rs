//! The packages that Guix's interface names.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::OnceLock;

/// Deflated lines of name, version, module, variable with tabs between.
static PACKAGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packages.bin"));

/// A package as the index states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The module that defines it, the parts joined by spaces.
    pub module: String,
    /// The variable that holds it there.
    pub variable: String,
}

/// The packages called `name`, or all: by name, the latest version first.
pub fn find(name: Option<&str>) -> Vec<IndexedPackage> {
    let mut found: Vec<IndexedPackage> = crate::library::inflated(PACKAGES)
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t').map(str::to_owned);
            Some(IndexedPackage {
                name: fields.next()?,
                version: fields.next()?,
                module: fields.next()?,
                variable: fields.next()?,
            })
        })
        .filter(|package| name.is_none_or(|name| package.name == name))
        .collect();
    found.sort_by(|a, b| {
        a.name
            .cmp(&b.name)
            .then_with(|| compare_versions(&b.version, &a.version))
            .then_with(|| (&a.module, &a.variable).cmp(&(&b.module, &b.variable)))
    });
    found
}

/// Whether Guix has a package of that name at that version.
pub fn is_indexed(name: &str, version: &str) -> bool {
    static VERSIONS: OnceLock<HashSet<(String, String)>> = OnceLock::new();
    let versions = VERSIONS.get_or_init(|| {
        let text = crate::library::inflated(PACKAGES);
        let name_and_version = |line: &str| {
            let mut fields = line.split('\t').map(str::to_owned);
            Some((fields.next()?, fields.next()?))
        };
        text.lines().filter_map(name_and_version).collect()
    });
    versions.contains(&(name.to_owned(), version.to_owned()))
}

/// Which of two versions is later: runs of digits count as numbers.
fn compare_versions(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let (first, second) = (next_part(&mut a), next_part(&mut b));
        let order = match (first.parse::<u128>(), second.parse::<u128>()) {
            (Ok(first), Ok(second)) => first.cmp(&second),
            _ => first.cmp(second),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// Takes a run of digits or of other characters off the front.
fn next_part<'a>(text: &mut &'a str) -> &'a str {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    let (part, rest) = text.split_at(end);
    *text = rest;
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(compare_versions("1.10", "1.9"), Ordering::Greater);
        assert_eq!(compare_versions("1.9", "1.9.1"), Ordering::Less);
        assert_eq!(compare_versions("2.0-rc1", "2.0-rc1"), Ordering::Equal);
    }

    #[test]
    fn the_index_has_coreutils() {
        let found = find(Some("coreutils"));
        assert!(found.iter().any(|package| package.variable == "coreutils"));
        assert!(found.iter().all(|package| package.name == "coreutils"));
    }
}
