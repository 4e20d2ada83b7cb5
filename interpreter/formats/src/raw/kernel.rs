//! System calls that the standard library does not have.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;

/// What `statfs` calls ext2, ext3 and ext4.
const EXT4: i64 = 0xef53;

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

/// Finds a place on the disk for `len` bytes of `file` at `to`, which read as zeros until they are written.
pub(super) fn allocate(file: &File, to: u64, len: u64) -> io::Result<()> {
    let (to, len) = (to as libc::off64_t, len as libc::off64_t);
    // SAFETY: the file is open.
    check(unsafe { libc::fallocate64(file.as_raw_fd(), libc::FALLOC_FL_KEEP_SIZE, to, len) })
}

/// Whether `file` is on ext4, or on one of those before it, which have its number.
pub(super) fn is_on_ext4(file: &File) -> bool {
    let mut about = std::mem::MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the file is open, and `about` has room for what is written to it.
    let known = check(unsafe { libc::fstatfs(file.as_raw_fd(), about.as_mut_ptr()) });
    // The field is narrower on some machines.
    #[allow(clippy::unnecessary_cast)]
    // SAFETY: it is looked at only if the call succeeded, so that all of it is written.
    known.is_ok_and(|()| unsafe { about.assume_init() }.f_type as i64 == EXT4)
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
