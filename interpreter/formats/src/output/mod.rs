//! The file that an image becomes, whatever its format.
//!
//! It is made beside its target without a name, synced, and only then named: a failure leaves what
//! was there before and no litter.

mod directory;
mod error;
pub(crate) mod in_order;
mod kernel;
pub(crate) mod source;
mod staged;

pub use directory::StagedDirectory;
pub use error::Error;
pub use staged::Staged;

use std::fmt;
use std::io;

/// Called now and then with the number of bytes of content that are done so far.
pub type Progress<'a> = &'a mut dyn FnMut(u64);

/// How to write a file.
pub struct Options<'a> {
    /// Threads that work; at least one. What is written does not depend on their number.
    pub threads: usize,
    /// Told how far the work is.
    pub progress: Option<Progress<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
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

/// Whether `error` says that there is no room left.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSPC | libc::EDQUOT))
}

/// Whether `bytes` are all zero.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    // Folding lets the compiler test many bytes at once, which stopping at each would not.
    bytes.chunks(64).all(|chunk| chunk.iter().fold(0, |all, byte| all | byte) == 0)
}
