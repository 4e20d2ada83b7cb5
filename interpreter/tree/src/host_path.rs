//! Host paths of any length: the kernel takes at most `PATH_MAX` bytes of a path at once.

use rustix::fs::{CWD, Mode, OFlags, openat};
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes of a path, with the NUL after it, that one system call takes (`PATH_MAX`, linux/limits.h).
pub(crate) const PATH_MAX: usize = 4096;

/// Opens the host file at `path` for reading, in steps when the path is too long for one.
pub(crate) fn open(path: &Path) -> io::Result<OwnedFd> {
    open_below(CWD, path.as_os_str().as_bytes(), OFlags::RDONLY)
}

/// Opens `path`, taken from `directory` on if it is relative.
pub(crate) fn open_below(
    directory: BorrowedFd<'_>,
    path: &[u8],
    flags: OFlags,
) -> io::Result<OwnedFd> {
    let on_the_way = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut reached: Option<OwnedFd> = None;
    let mut left = path;
    while left.len() >= PATH_MAX {
        let Some(slash) = left[..PATH_MAX - 1].iter().rposition(|byte| *byte == b'/') else {
            return Err(rustix::io::Errno::NAMETOOLONG.into());
        };
        let from = reached.as_ref().map_or(directory, |directory| directory.as_fd());
        // A slash that begins an absolute path is a step too.
        let step = OsStr::from_bytes(&left[..slash.max(1)]);
        reached = Some(openat(from, step, on_the_way, Mode::empty())?);
        left = &left[slash..];
        let slashes = left.iter().take_while(|byte| **byte == b'/').count();
        left = &left[slashes..];
    }
    let from = reached.as_ref().map_or(directory, |directory| directory.as_fd());
    let last = if left.is_empty() { b"." } else { left };
    Ok(openat(from, OsStr::from_bytes(last), flags | OFlags::CLOEXEC, Mode::empty())?)
}
