//! System calls that the standard library does not have.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;

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

fn check(status: libc::c_int) -> io::Result<()> {
    if status < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
