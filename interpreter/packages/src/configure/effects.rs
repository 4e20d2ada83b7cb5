//! `data/effects.txt`: what it says, and doing it.

use super::{ConfigureError, System, units};
use std::collections::{BTreeMap, BTreeSet};
use tintype_tree::{Kind, Metadata};

const TABLE: &str = include_str!("../../data/effects.txt");

/// One line: its package, verb and words.
pub(super) type Effect = Vec<&'static str>;

/// All effects, in the order of the table.
fn all() -> impl Iterator<Item = Effect> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split(' ').collect())
}

/// The effects of those packages.
pub(super) fn of(packages: &BTreeSet<String>) -> Vec<Effect> {
    all().filter(|effect| packages.contains(effect[0])).collect()
}

/// Whether there are effects of that package.
pub(super) fn has(package: &str) -> bool {
    all().any(|effect| effect[0] == package)
}

/// Does all but the accounts. An effect whose owner or file the system does not have means nothing.
pub(super) fn apply(system: &mut System<'_>, effects: &[Effect]) -> Result<(), ConfigureError> {
    // By path, as dpkg keeps them.
    let mut overrides = BTreeMap::new();
    let mut diversions = String::new();
    for effect in effects {
        match effect[..] {
            [_, "directory", mode, owner, group, path] => {
                let Some(metadata) = metadata(system, mode, owner, group) else { continue };
                let id = system.tree.make_directories_resolved(path.as_bytes())?;
                let mtime = system.tree.node(id).metadata.mtime.max(system.time);
                system.tree.node_mut(id).metadata = Metadata { mtime, ..metadata };
            }
            [_, "file", mode, owner, group, path, ref text @ ..] => {
                let Some(metadata) = metadata(system, mode, owner, group) else { continue };
                if system.find(path).is_none() {
                    let text = text.join(" ").replace("\\n", "\n").replace("\\t", "\t");
                    system.write_as(path, &text, metadata)?;
                }
            }
            [_, "copy", from, to] => {
                let node = system.find(from).map(|id| system.tree.node(id).clone());
                if let (Some(node), None) = (node, system.find(to)) {
                    system.put(to, node.kind, node.metadata)?;
                }
            }
            [_, "link", target, path] => system.symlink(target, path)?,
            [_, "mode", mode, owner, group, path] => {
                change(system, mode, owner, group, path);
            }
            [_, "override", mode, owner, group, path]
                if change(system, mode, owner, group, path) =>
            {
                let mode = mode.trim_start_matches('0');
                overrides.insert(path, format!("{owner} {group} {mode} {path}\n"));
            }
            [package, "divert", path, to] => {
                diversions.push_str(&format!("{path}\n{to}\n{package}\n"));
            }
            [_, "enable", unit] => units::enable_unit(system, unit, false)?,
            _ => {}
        }
    }
    let overrides: String = overrides.into_values().collect();
    system.write("var/lib/dpkg/statoverride", &overrides)?;
    system.write("var/lib/dpkg/diversions", &diversions)
}

fn metadata(system: &System<'_>, mode: &str, owner: &str, group: &str) -> Option<Metadata> {
    system.metadata(u16::from_str_radix(mode, 8).ok()?, owner, group)
}

/// Changes mode and owner of a file, if it and they are there.
fn change(system: &mut System<'_>, mode: &str, owner: &str, group: &str, path: &str) -> bool {
    let (Some(metadata), Some(id)) = (metadata(system, mode, owner, group), system.find(path))
    else {
        return false;
    };
    let node = system.tree.node_mut(id);
    let known = std::mem::take(&mut node.metadata);
    let Metadata { mtime, xattrs, .. } = known;
    node.metadata = Metadata { mtime, xattrs, ..metadata };
    !matches!(node.kind, Kind::Symlink(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_known() {
        let effects: Vec<Effect> = all().collect();
        assert!(effects.len() > 70);
        for effect in effects {
            let words = effect.len() - 1;
            let right = match effect[1] {
                "user" => words >= 6 && effect[3..5].iter().all(|id| id.parse::<u32>().is_ok()),
                "group" => words == 3 && effect[3].parse::<u32>().is_ok(),
                "directory" | "mode" | "override" => words == 5,
                "file" => words >= 5,
                "copy" | "link" | "divert" => words == 3,
                "enable" => words == 2,
                "alternative" => words >= 5 && effect[5].parse::<i32>().is_ok(),
                _ => false,
            };
            let mode = matches!(effect[1], "directory" | "mode" | "override" | "file");
            assert!(right && (!mode || u16::from_str_radix(effect[2], 8).is_ok()), "{effect:?}");
        }
    }
}
