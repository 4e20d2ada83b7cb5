//! Which packages are ready when their files are there and the native configuration is done: the scripts of
//! all others are left to dpkg.

use super::effects;
use crate::deb::Deb;
use std::io;

const KNOWN: &str = include_str!("../../data/known.txt");

/// Kinds of debhelper's sections in scripts whose work is done natively, at boot, or again when it is needed.
const SECTIONS: [&str; 17] = [
    "dh_apparmor",
    "dh_icons",
    "dh_installalternatives",
    "dh_installdeb",
    "dh_installinit",
    "dh_installmenu",
    "dh_installsystemd",
    "dh_installsystemduser",
    "dh_installsysusers",
    "dh_installtmpfiles",
    "dh_installxmlcatalogs",
    "dh_makeshlibs",
    "dh_nginx",
    "dh_runit",
    "dh_systemd_enable",
    "dh_systemd_start",
    "dh_usrlocal",
];

/// Whether nothing is left to do for a package.
///
/// # Errors
/// When its script cannot be read.
pub fn is_known(deb: &Deb) -> io::Result<bool> {
    let name = deb.field("Package").unwrap_or_default();
    Ok(line_left(name, deb.information("postinst")?.as_deref()).is_none())
}

/// The first line of package `name`'s script that leaves something to do, if there is one.
pub(crate) fn line_left<'s>(name: &str, postinst: Option<&'s str>) -> Option<&'s str> {
    if names().any(|known| known == name) || name.starts_with("linux-image-") || effects::has(name)
    {
        return None;
    }
    postinst.and_then(line_of_another)
}

fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.lines().filter(|line| !line.starts_with('#'))
}

/// The first line of a script that is neither in a section of debhelper's nor goes around one.
fn line_of_another(script: &str) -> Option<&str> {
    let mut inside = false;
    for line in script.lines().map(str::trim) {
        if let Some(by) = line.strip_prefix("# Automatically added by ") {
            let kind = by.split('/').next().unwrap_or_default();
            if !SECTIONS.contains(&kind) {
                return Some(line);
            }
            inside = true;
        } else if line.starts_with("# End automatically added section") {
            inside = false;
        } else if !inside && !is_frame(line) {
            return Some(line);
        }
    }
    None
}

/// Whether a line does nothing in a new system: the words around the cases of a script.
fn is_frame(line: &str) -> bool {
    let words = ["", "set -e", "set -eu", "exit 0", "esac", ";;", "fi", "true", ":", "else"];
    words.contains(&line)
        || line.starts_with('#')
        || matches!(line, "case \"$1\" in" | "case $1 in" | "configure)" | "*)" | "exit 1")
        || (line.ends_with(')') && line.starts_with("abort-"))
        || line.starts_with("echo \"postinst called with")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_debhelper_are_told_from_others() {
        let own = "#!/bin/sh\nset -e\n# Automatically added by dh_installinit/13.11.4\nrm -rf /\n\
                   # End automatically added section\nexit 0\n";
        assert_eq!(line_of_another(own), None);
        assert_eq!(line_of_another(&own.replace("exit 0", "adduser x")), Some("adduser x"));
        assert!(line_of_another(&own.replace("dh_installinit", "dh_surprise")).is_some());
        let empty = "#!/bin/sh\ncase \"$1\" in\nconfigure)\n;;\nesac\n";
        assert_eq!(line_of_another(empty), None);
    }

    #[test]
    fn the_list_is_sorted_and_of_names() {
        let names: Vec<&str> = names().collect();
        assert!(names.len() > 50 && names.is_sorted());
        assert!(names.iter().all(|name| crate::relation::is_package_name(name)));
    }
}
