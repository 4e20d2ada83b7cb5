//! System calls that the standard library does not have.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes that an ordinary user may still store on the file system of `file`.
pub(super) fn available(file: &File) -> io::Result<u64> {
    let mut about = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the file is open, and `about` has room for what is written to it.
    check(unsafe { libc::fstatvfs(file.as_raw_fd(), about.as_mut_ptr()) })?;
    // SAFETY: the call succeeded, so that all of it is written.
    let about = unsafe { about.assume_init() };
    // The fields are narrower on some machines.
    #[allow(clippy::unnecessary_cast)]
    Ok((about.f_bavail as u64).saturating_mul(about.f_frsize as u64))
}

/// Gives the nameless `file` the name `path`, which must be free.
pub(super) fn name(file: &File, path: &Path) -> io::Result<()> {
    let nameless = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    let path = CString::new(path.as_os_str().as_bytes())?;
    let (here, follow) = (libc::AT_FDCWD, libc::AT_SYMLINK_FOLLOW);
    // SAFETY: both paths end with NUL and outlive the call.
    check(unsafe { libc::linkat(here, nameless.as_ptr(), here, path.as_ptr(), follow) })
}

/// Exchanges what the names `one` and `other` stand for, in one step.
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let one = CString::new(one.as_os_str().as_bytes())?;
    let other = CString::new(other.as_os_str().as_bytes())?;
    let here = libc::AT_FDCWD;
    // SAFETY: both paths end with NUL and outlive the call.
    check(unsafe {
        libc::renameat2(here, one.as_ptr(), here, other.as_ptr(), libc::RENAME_EXCHANGE)
    })
}

fn check(status: libc::c_int) -> io::Result<()> {
    if status < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
