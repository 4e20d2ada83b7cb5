//! System calls that the standard library does not have.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Lets `len` bytes of `target` at `to` share the storage of `source` at `from`.
pub(super) fn clone_range(
    source: &File,
    from: u64,
    target: &File,
    to: u64,
    len: u64,
) -> io::Result<()> {
    let range = libc::file_clone_range {
        src_fd: source.as_raw_fd().into(),
        src_offset: from,
        src_length: len,
        dest_offset: to,
    };
    // SAFETY: both files are open, and `range` outlives the call.
    check(unsafe { libc::ioctl(target.as_raw_fd(), libc::FICLONERANGE, &range) })
}

/// Copies up to `len` bytes of `source` at `from` to `target` at `to` within the kernel; how many.
pub(super) fn copy_range(
    source: &File,
    from: u64,
    target: &File,
    to: u64,
    len: u64,
) -> io::Result<u64> {
    let (mut from, mut to) = (from as libc::loff_t, to as libc::loff_t);
    let (source, target) = (source.as_raw_fd(), target.as_raw_fd());
    // SAFETY: both files are open, and the offsets outlive the call.
    let copied =
        unsafe { libc::copy_file_range(source, &mut from, target, &mut to, len as usize, 0) };
    if copied < 0 { Err(io::Error::last_os_error()) } else { Ok(copied as u64) }
}

/// Starts writing `range` of `file` to the disk. It is only a hint: errors show when it is synced.
pub(super) fn start_writing(file: &File, range: Range<u64>) {
    let (offset, len) = (range.start as libc::off64_t, (range.end - range.start) as libc::off64_t);
    // SAFETY: the file is open.
    unsafe { libc::sync_file_range(file.as_raw_fd(), offset, len, libc::SYNC_FILE_RANGE_WRITE) };
}

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

fn check(status: libc::c_int) -> io::Result<()> {
    if status < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
