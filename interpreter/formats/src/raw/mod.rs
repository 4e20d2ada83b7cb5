//! The raw sink: the bytes of [`Extents`] as a file on the host, or as a stream.
//!
//! Holes stay holes. Large ranges of host files share their storage where the file system can do that; all else
//! is gathered in memory, since one large write costs less than many small ones.

mod copy;
mod kernel;

use crate::output::{Error, Options, Staged};
use std::io::{Read, Write};
use std::path::Path;
use tintype_tree::Extents;

/// Writes the bytes of `extents` to the file `target`, which is replaced if it is there. A symbolic
/// link is followed. The mode is that of any new file: 0666 without what the umask takes away.
///
/// # Errors
/// When `target` is no regular file, its directory cannot be written to or is full, or a source
/// cannot be read or has become shorter. Then `target` is as it was.
pub fn write(extents: &Extents, target: &Path, options: Options<'_>) -> Result<(), Error> {
    let staged = Staged::beside(target, extents.stored_len())?;
    staged.set_len(extents.len())?;
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
