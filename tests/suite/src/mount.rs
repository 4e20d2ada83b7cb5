//! File systems read by the kernel.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program;
use crate::scratch::Scratch;

/// A file system image, mounted read-only until dropped.
#[derive(Debug)]
pub struct Mounted {
    directory: PathBuf,
}

impl Mounted {
    /// Mounts the ext4 in `image` on a new directory beside it.
    ///
    /// # Errors
    /// What `mount` said.
    pub fn ext4(image: &Path) -> Result<Self, String> {
        Self::read_only("ext4", "ro,noload,loop", image)
    }

    /// Mounts the squashfs in `image` on a new directory beside it.
    ///
    /// # Errors
    /// What `mount` said.
    pub fn squashfs(image: &Path) -> Result<Self, String> {
        Self::read_only("squashfs", "ro,loop", image)
    }

    fn read_only(file_system: &str, options: &str, image: &Path) -> Result<Self, String> {
        let directory = image.with_extension("mounted");
        fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let mut command = program::command("mount");
        command.args(["-t", file_system, "-o", options]).arg(image).arg(&directory);
        let outcome = program::run(&mut command);
        if outcome.status.success() { Ok(Self { directory }) } else { Err(outcome.to_string()) }
    }

    /// Where the tree is.
    pub fn path(&self) -> &Path {
        &self.directory
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = |options: &[&str]| {
            let mut command = program::command("umount");
            program::run(command.args(options).arg(&self.directory)).status.success()
        };
        if unmounted(&[]) || unmounted(&["--lazy"]) {
            let _ = fs::remove_dir(&self.directory);
        }
    }
}

/// Tries a loop mount.
///
/// # Errors
/// Why it cannot be had.
pub fn probe() -> Result<(), String> {
    if !crate::lacking::is_root() {
        return Err("not root".to_owned());
    }
    if program::find("mke2fs").is_none() {
        return Err("no mke2fs".to_owned());
    }
    let scratch = Scratch::new("probe");
    let image = scratch.join("probe.ext4");
    let mut command = program::command("mke2fs");
    command.args(["-q", "-t", "ext4"]).arg(&image).arg("1024k");
    let made = program::run(&mut command);
    if !made.status.success() {
        return Err(made.to_string());
    }
    Mounted::ext4(&image).map(drop)
}
