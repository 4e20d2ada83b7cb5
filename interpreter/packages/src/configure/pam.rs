//! The common files of PAM, as pam-auth-update writes them for `unix` and `systemd` (pam.d(5)).

use super::{ConfigureError, System};

/// A file, what stands for its primary lines, and its additional ones.
const FILES: [(&str, &str, &[&str]); 5] = [
    ("account", "account\t[success=1 new_authtok_reqd=done default=ignore]\tpam_unix.so ", &[]),
    ("auth", "auth\t[success=1 default=ignore]\tpam_unix.so nullok", &[]),
    ("password", "password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt", &[]),
    ("session", "session\t[default=1]\t\t\tpam_permit.so", &[UNIX, SYSTEMD]),
    ("session-noninteractive", "session\t[default=1]\t\t\tpam_permit.so", &[UNIX]),
];
const UNIX: &str = "session\trequired\tpam_unix.so ";
const SYSTEMD: &str = "session\toptional\tpam_systemd.so ";

pub(super) fn write(system: &mut System<'_>) -> Result<(), ConfigureError> {
    for (name, primary, additional) in FILES {
        let Some(template) = system.text(&format!("usr/share/pam/common-{name}"))? else {
            continue;
        };
        let mut text = String::new();
        for line in template.lines() {
            let lines: Vec<&str> = match line
                .strip_prefix('$')
                .and_then(|line| line.rsplit_once('_'))
            {
                Some((_, "primary")) => vec![primary],
                Some((_, "additional")) => {
                    let systemd = system.packages.contains("libpam-systemd");
                    additional.iter().copied().filter(|line| systemd || *line != SYSTEMD).collect()
                }
                _ => vec![line],
            };
            lines.iter().for_each(|line| text.extend([line, "\n"]));
        }
        system.write(&format!("etc/pam.d/common-{name}"), &text)?;
    }
    Ok(())
}
