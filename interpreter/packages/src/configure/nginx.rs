//! Modules of nginx that are on from the start: scripts of their packages name pairs of files, one of
//! `modules-available` and the link to it in `modules-enabled`.

use super::{ConfigureError, System};

pub(super) fn enable(system: &mut System<'_>) -> Result<(), ConfigureError> {
    for script in system.scripts()? {
        let Some((_, rest)) = script.split_once("for confpair in ") else { continue };
        let pairs = rest.split(';').next().unwrap_or_default().split_whitespace();
        for (from, to) in pairs.filter_map(|pair| pair.split_once(':')) {
            let target = format!("/usr/share/nginx/modules-available/{from}");
            if !to.contains('/') && system.find(&target).is_some() {
                system.symlink(&target, &format!("/etc/nginx/modules-enabled/{to}"))?;
            }
        }
    }
    Ok(())
}
