//! The raw sink: the bytes of [`Extents`] as a file on the host, or as a stream.
//!
//! The file is made beside its target without a name, synced, and only then named: a failure leaves
//! what was there before and no litter. Holes stay holes. Large ranges of host files are shared or
//! copied by the kernel; small ones are gathered in memory, since there one large write costs less
//! than a copy of its own for each.

mod copy;
mod error;
mod kernel;
mod staged;

pub use error::Error;

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use tintype_tree::Extents;

/// Called now and then with the number of bytes that are stored so far, out of
/// [`Extents::stored_len`].
pub type Progress<'a> = &'a mut dyn FnMut(u64);

/// How to write a file.
pub struct Options<'a> {
    /// Threads that copy; at least one.
    pub threads: usize,
    /// Told how far the copy is.
    pub progress: Option<Progress<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(2);
        Options { threads, progress: None }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let progress = self.progress.as_ref().map(|_| "..");
        let mut shown = formatter.debug_struct("Options");
        shown.field("threads", &self.threads).field("progress", &progress).finish()
    }
}

/// Writes the bytes of `extents` to the file `target`, which is replaced if it is there. A symbolic
/// link is followed. The mode is that of any new file: 0666 without what the umask takes away.
///
/// # Errors
/// When `target` is no regular file, its directory cannot be written to or is full, or a source
/// cannot be read or has become shorter. Then `target` is as it was.
pub fn write(extents: &Extents, target: &Path, options: Options<'_>) -> Result<(), Error> {
    let staged = staged::Staged::beside(target, extents)?;
    copy::copy(extents, &staged, options)?;
    staged.commit()
}

/// Writes the bytes of `extents`, holes as zeros, to `sink`.
///
/// # Errors
/// When a source cannot be read or has become shorter, or `sink` cannot be written to.
pub fn write_to(extents: &Extents, sink: &mut impl Write) -> Result<(), Error> {
    let mut reader = extents.reader();
    let mut buffer = vec![0; (extents.len() as usize).clamp(1, 1 << 20)];
    loop {
        let len = reader.read(&mut buffer).map_err(Error::SourceOpen)?;
        if len == 0 {
            return sink.flush().map_err(Error::Sink);
        }
        sink.write_all(&buffer[..len]).map_err(Error::Sink)?;
    }
}

/// Whether `error` says that there is no room left.
fn is_full(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSPC | libc::EDQUOT))
}
