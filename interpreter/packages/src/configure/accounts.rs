//! Users and groups (passwd(5), group(5), shadow(5), gshadow(5)) of the base system and of packages.

use super::effects::Effect;
use super::{ConfigureError, System};
use std::fmt::Write as _;
use tintype_tree::Metadata;

/// Writes the four files: base-passwd's accounts, then those of `effects`.
pub(super) fn write(system: &mut System<'_>, effects: &[Effect]) -> Result<(), ConfigureError> {
    let master = |system: &System<'_>, name: &str| {
        let text = system.text(&format!("usr/share/base-passwd/{name}.master"));
        text.map(Option::unwrap_or_default)
    };
    let (mut passwd, mut shadow) = (String::new(), String::new());
    for line in master(system, "passwd")?.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, comment, home, shell] = fields[..] else { continue };
        let Ok(id) = uid.parse() else { continue };
        system.users.insert(name.to_owned(), id);
        let _ = writeln!(passwd, "{name}:x:{uid}:{gid}:{comment}:{home}:{shell}");
        let _ = writeln!(shadow, "{name}:*::0:99999:7:::");
    }
    let (mut group, mut gshadow) = (String::new(), String::new());
    for line in master(system, "group")?.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, gid, members] = fields[..] else { continue };
        let Ok(id) = gid.parse() else { continue };
        system.groups.insert(name.to_owned(), id);
        let _ = writeln!(group, "{name}:x:{gid}:{members}");
        let _ = writeln!(gshadow, "{name}:*::{members}");
    }
    for effect in effects {
        match effect[..] {
            [_, "user", name, uid, gid, home, lock, ref comment @ ..] => {
                let Ok(id) = uid.parse() else { continue };
                system.users.insert(name.to_owned(), id);
                let comment = comment.join(" ");
                let _ = writeln!(passwd, "{name}:x:{uid}:{gid}:{comment}:{home}:/usr/sbin/nologin");
                let _ = writeln!(shadow, "{name}:{lock}:::::::");
            }
            [_, "group", name, gid] => {
                let Ok(id) = gid.parse() else { continue };
                system.groups.insert(name.to_owned(), id);
                let _ = writeln!(group, "{name}:x:{gid}:");
                let _ = writeln!(gshadow, "{name}:!::");
            }
            _ => {}
        }
    }
    if passwd.is_empty() {
        // No base-passwd, no accounts.
        return Ok(());
    }
    let gid = system.groups.get("shadow").copied().unwrap_or_default();
    let secret = Metadata { mode: 0o640, gid, ..Metadata::default() };
    system.write("etc/passwd", &passwd)?;
    system.write("etc/group", &group)?;
    system.write_as("etc/shadow", &shadow, secret.clone())?;
    system.write_as("etc/gshadow", &gshadow, secret)
}

/// Writes `/etc/shells`: debianutils' own, and those that packages bring, each in `/usr` as well.
pub(super) fn shells(system: &mut System<'_>) -> Result<(), ConfigureError> {
    let Some(own) = system.text("usr/share/debianutils/shells")? else { return Ok(()) };
    let mut lines: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        for line in text.lines() {
            let below = (line.starts_with('/') && !line.starts_with("/usr/"))
                .then(|| format!("/usr{line}"));
            for line in std::iter::once(line.to_owned()).chain(below) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    };
    add(&own);
    for name in system.names("usr/share/debianutils/shells.d") {
        let path = format!("usr/share/debianutils/shells.d/{name}");
        add(&system.text(&path)?.unwrap_or_default());
    }
    let text = lines.join("\n") + "\n";
    system.write("etc/shells", &text)?;
    lines.retain(|line| line.starts_with('/'));
    system.write("var/lib/shells.state", &(lines.join("\n") + "\n"))
}
