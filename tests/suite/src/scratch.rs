//! Directories that end with the test that made them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty directory of its own, removed with all it holds when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    /// One beside the fixtures, on the file system of the build: room for disk images.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        Self::in_directory(&crate::fixture::directory().join("scratch"), name)
    }

    /// One in the system's temporary directory that every user can enter.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[track_caller]
    pub fn for_every_user(name: &str) -> Self {
        let scratch = Self::in_directory(&std::env::temp_dir(), name);
        fs::set_permissions(&scratch.path, fs::Permissions::from_mode(0o755)).expect("chmod");
        scratch
    }

    #[track_caller]
    fn in_directory(parent: &Path, name: &str) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("tintype-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path in the directory.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file and returns its path.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[track_caller]
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.join(name);
        fs::create_dir_all(path.parent().expect("a file in the scratch directory")).expect("mkdir");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// Writes a program that can be run and returns its path.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[track_caller]
    pub fn write_program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("chmod");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A test that fails is told of its own fault; what stays behind is under the build
        // directory, or named after the program in the temporary one.
        let _ = fs::remove_dir_all(&self.path);
    }
}
