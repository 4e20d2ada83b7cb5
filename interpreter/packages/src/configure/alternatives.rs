//! Alternatives (update-alternatives(1)) that scripts install in plain words.

use super::effects::Effect;
use super::{ConfigureError, System};
use std::collections::BTreeMap;

/// The beginning of a line that installs one.
const INSTALL: &str = "update-alternatives --install";

/// One name, of which one of several programs is meant.
#[derive(Default)]
struct Alternative {
    link: String,
    /// Links of slaves by name.
    slaves: BTreeMap<String, String>,
    /// Priority and slaves' paths by path.
    choices: BTreeMap<String, (i32, BTreeMap<String, String>)>,
}

/// Installs those of scripts, and those of `effects`.
pub(super) fn write(system: &mut System<'_>, effects: &[Effect]) -> Result<(), ConfigureError> {
    let mut alternatives: BTreeMap<String, Alternative> = BTreeMap::new();
    for effect in effects {
        if let [_, "alternative", words @ ..] = &effect[..] {
            read(&format!("{INSTALL} {}", words.join(" ")), &mut alternatives);
        }
    }
    for script in system.scripts()? {
        for line in script.replace("\\\n", " ").lines() {
            read(line, &mut alternatives);
        }
    }
    for (name, alternative) in alternatives {
        let Alternative { link, slaves, choices } = &alternative;
        let mut state = format!("auto\n{link}\n");
        slaves.iter().for_each(|(name, link)| state.push_str(&format!("{name}\n{link}\n")));
        state.push('\n');
        for (path, (priority, paths)) in choices {
            state.push_str(&format!("{path}\n{priority}\n"));
            for slave in slaves.keys() {
                state.push_str(paths.get(slave).map_or("", String::as_str));
                state.push('\n');
            }
        }
        state.push('\n');
        system.write(&format!("var/lib/dpkg/alternatives/{name}"), &state)?;
        let Some((best, (_, paths))) = choices.iter().max_by_key(|(_, (priority, _))| *priority)
        else {
            continue;
        };
        point(system, &name, link, best)?;
        for (slave, link) in slaves {
            if let Some(path) = paths.get(slave) {
                point(system, slave, link, path)?;
            }
        }
    }
    Ok(())
}

/// Makes `link` lead to `path` by way of `/etc/alternatives`, if `path` is there.
fn point(
    system: &mut System<'_>,
    name: &str,
    link: &str,
    path: &str,
) -> Result<(), ConfigureError> {
    if system.find(path).is_none() {
        return Ok(());
    }
    let middle = format!("/etc/alternatives/{name}");
    system.symlink(path, &middle)?;
    system.symlink(&middle, link)
}

/// Takes what a line installs; one with variables says nothing that could be read.
fn read(line: &str, alternatives: &mut BTreeMap<String, Alternative>) {
    let line = line.split([';', '|', '&']).next().unwrap_or_default();
    if line.contains('$') {
        return;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(start) = words.iter().position(|word| *word == "update-alternatives") else { return };
    let options = &words[start + 1..];
    let install = options.iter().position(|word| *word == "--install");
    let Some(at) = install.filter(|at| options[..*at].iter().all(|word| word.starts_with("--")))
    else {
        return;
    };
    let [link, name, path, priority, slaves @ ..] = &options[at + 1..] else { return };
    let plain = |name: &str| !name.contains('/') && !matches!(name, "" | "." | "..");
    let (true, Ok(priority)) = (plain(name), priority.parse()) else { return };
    let alternative = alternatives.entry((*name).to_owned()).or_default();
    alternative.link = (*link).to_owned();
    let mut paths = BTreeMap::new();
    for slave in slaves.chunks(4) {
        if let ["--slave", link, name, path] = slave
            && plain(name)
        {
            alternative.slaves.insert((*name).to_owned(), (*link).to_owned());
            paths.insert((*name).to_owned(), (*path).to_owned());
        }
    }
    alternative.choices.insert((*path).to_owned(), (priority, paths));
}
