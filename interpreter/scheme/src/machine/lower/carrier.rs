//! What carries expanded code to the engine, which takes it from files only.

use std::fs::File;
use std::io;

/// A file in memory.
pub(in crate::machine) struct Carrier {
    file: File,
    path: String,
}

impl Carrier {
    /// None where the system has no such files, or no `/proc` to open them by.
    #[cfg(target_os = "linux")]
    pub fn new() -> Option<Carrier> {
        use std::os::fd::AsRawFd;

        let file = rustix::fs::memfd_create("code", rustix::fs::MemfdFlags::CLOEXEC).ok()?;
        let file = File::from(file);
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        File::open(&path).ok()?;
        Some(Carrier { file, path })
    }

    /// None: the system has no such files.
    #[cfg(not(target_os = "linux"))]
    pub fn new() -> Option<Carrier> {
        None
    }

    /// Takes code; the path that it is to be read from.
    pub fn load(&self, code: &[u8]) -> io::Result<&str> {
        use std::os::unix::fs::FileExt;

        self.file.set_len(0)?;
        self.file.write_all_at(code, 0)?;
        Ok(&self.path)
    }
}
