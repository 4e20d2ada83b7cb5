//! Checks that cannot be made on this machine.
//!
//! A check that lacks its tool or its rights is never passed in silence: with `CI=true` it
//! fails, and elsewhere it is written down, and `tests/run` counts aloud what was not checked.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Something outside of the program that a check needs.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// A program on the path, or in an `sbin` directory.
    Tool(&'static str),
    /// A file of the host's, by its absolute path: what a package brings that is no program.
    File(&'static str),
    /// User 0: owners, devices and mounts are out of reach of others.
    Root,
    /// A loop device that can be mounted (containers often forbid it).
    LoopMount,
}

/// True where all of `needs` are met. Otherwise the check named `check` is written down as not
/// made and the caller returns.
///
/// # Panics
/// Where `CI=true` is set and a need is not met: there every check must be made.
pub fn met(check: &str, needs: &[Need]) -> bool {
    let Some(reason) = needs.iter().find_map(|need| unmet(*need)) else { return true };
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{check} cannot be made: {reason}");
    let list = list_of_the_unmade();
    let line = format!("{check}: {reason}\n");
    eprint!("NOT CHECKED {line}");
    let written = fs::create_dir_all(list.parent().unwrap_or(Path::new(".")))
        .and_then(|()| OpenOptions::new().create(true).append(true).open(&list))
        .and_then(|mut file| file.write_all(line.as_bytes()));
    assert!(written.is_ok(), "{check} cannot be made ({reason}) nor noted in {}", list.display());
    false
}

/// The file that names what was not checked, one line each; `tests/run` reads it.
pub fn list_of_the_unmade() -> PathBuf {
    crate::fixture::directory().join("not-checked")
}

fn unmet(need: Need) -> Option<String> {
    match need {
        Need::Tool(name) => crate::program::find(name).is_none().then(|| format!("needs {name}")),
        Need::File(path) => (!Path::new(path).is_file()).then(|| format!("needs {path}")),
        Need::Root => (!is_root()).then(|| "needs root".to_owned()),
        Need::LoopMount => {
            crate::mount::probe().err().map(|why| format!("needs a loop mount: {why}"))
        }
    }
}

/// True for user 0.
pub fn is_root() -> bool {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() == 0 }
}
