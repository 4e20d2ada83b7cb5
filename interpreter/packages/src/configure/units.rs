//! Units of systemd that are on from the start: links as `systemctl enable` makes them (systemd.unit(5),
//! "[Install] Section Options"), and deb-systemd-helper's notes of them.

use super::{ConfigureError, System};
use std::collections::BTreeSet;

/// Where units are, the administrator's own first.
const DIRECTORIES: [&str; 3] =
    ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"];
const NOTES: &str = "/var/lib/systemd/deb-systemd-helper-enabled";

/// Enables what the scripts of packages enable in debhelper's words.
pub(super) fn enable(system: &mut System<'_>) -> Result<(), ConfigureError> {
    for script in system.scripts()? {
        // A unit that is only cared for once it is enabled is named with this word.
        let kept: BTreeSet<&str> = quoted_after(&script, "debian-installed").collect();
        for unit in quoted_after(&script, "was-enabled").filter(|unit| !kept.contains(unit)) {
            enable_unit(system, unit, true)?;
        }
        for unit in kept {
            if let Some(install) = Install::of(system, unit)? {
                note_links(system, unit, &install)?;
            }
        }
    }
    Ok(())
}

/// The words in single quotes after `word`, or in none.
fn quoted_after<'s>(script: &'s str, word: &'s str) -> impl Iterator<Item = &'s str> {
    script.match_indices(word).filter_map(move |(at, _)| {
        let rest = script[at + word.len()..].trim_start_matches(' ').strip_prefix('\'')?;
        rest.split('\'').next().filter(|unit| !unit.contains(['/', '$']))
    })
}

/// Makes the links of a unit and of those that go with it; `noted` for deb-systemd-helper too. A unit
/// that is not there is none.
pub(super) fn enable_unit(
    system: &mut System<'_>,
    unit: &str,
    noted: bool,
) -> Result<(), ConfigureError> {
    let mut done = BTreeSet::new();
    let mut ahead = vec![unit.to_owned()];
    while let Some(unit) = ahead.pop() {
        if !done.insert(unit.clone()) {
            continue;
        }
        let Some(install) = Install::of(system, &unit)? else { continue };
        for link in &install.links {
            system.symlink(&install.path, &format!("{}/{link}", DIRECTORIES[0]))?;
        }
        if noted {
            for link in &install.links {
                system.write(&format!("{NOTES}/{link}"), "")?;
            }
            note_links(system, &unit, &install)?;
        }
        ahead.extend(install.also);
    }
    Ok(())
}

/// Takes the links of a unit away. That it is off is kept: deb-systemd-helper's notes stay.
pub(super) fn disable_unit(system: &mut System<'_>, unit: &str) -> Result<(), ConfigureError> {
    let Some(install) = Install::of(system, unit)? else { return Ok(()) };
    for link in &install.links {
        let path = format!("{}/{link}", DIRECTORIES[0]);
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if let Some(directory) = system.find(directory) {
            system.tree.unlink(directory, name.as_bytes());
        }
    }
    Ok(())
}

/// Notes which links a unit has when it is enabled, with those of the units that go with it.
fn note_links(
    system: &mut System<'_>,
    unit: &str,
    install: &Install,
) -> Result<(), ConfigureError> {
    let mut links = install.links.clone();
    for also in &install.also {
        links.extend(Install::of(system, also)?.map(|also| also.links).unwrap_or_default());
    }
    let lines = links.iter().map(|link| format!("{}/{link}\n", DIRECTORIES[0]));
    system.write(&format!("{NOTES}/{unit}.dsh-also"), &lines.collect::<String>())
}

/// What the section `[Install]` of a unit says.
struct Install {
    /// The unit's file.
    path: String,
    /// Links to it, below `/etc/systemd/system`: aliases come first.
    links: Vec<String>,
    /// Units that go with it.
    also: Vec<String>,
}

impl Install {
    /// Of the unit `unit`; `None` if there is none.
    fn of(system: &System<'_>, unit: &str) -> Result<Option<Install>, ConfigureError> {
        let Some((path, text)) = find(system, unit)? else { return Ok(None) };
        let (mut aliases, mut wishes, mut also) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in install(&text) {
            for word in value.split_whitespace().filter(|word| !word.contains('/')) {
                match key {
                    "WantedBy" => wishes.push(format!("{word}.wants/{unit}")),
                    "RequiredBy" => wishes.push(format!("{word}.requires/{unit}")),
                    "Alias" => aliases.push(word.to_owned()),
                    "Also" => also.push(word.to_owned()),
                    _ => {}
                }
            }
        }
        aliases.extend(wishes);
        Ok(Some(Install { path, links: aliases, also }))
    }
}

/// The file of a unit; an instance's is that of its template.
fn find(system: &System<'_>, unit: &str) -> Result<Option<(String, String)>, ConfigureError> {
    let template = unit
        .split_once('@')
        .and_then(|(name, rest)| Some(format!("{name}@.{}", rest.rsplit_once('.')?.1)));
    for directory in DIRECTORIES {
        for name in std::iter::once(unit).chain(template.as_deref()) {
            let path = format!("{directory}/{name}");
            if let Some(text) = system.text(&path)? {
                return Ok(Some((path, text)));
            }
        }
    }
    Ok(None)
}

fn install(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().map(str::trim);
    let inside = lines.skip_while(|line| *line != "[Install]").skip(1);
    let inside = inside.take_while(|line| !line.starts_with('['));
    inside.filter_map(|line| line.split_once('=')).map(|(key, value)| (key.trim(), value.trim()))
}
