//! A file without a name that holds content that is in no file as it is needed.

use crate::extents::Extents;
use crate::host_file::HostFile;
use rustix::fs::{CWD, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes gathered before they are written.
const BUFFER: usize = 256 << 10;

/// Why content cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", .directory.display())]
pub struct SpoolError {
    /// The directory whose file system was to keep it.
    pub directory: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

/// Takes contents one after another and gives out where they are. What it holds is gone with the
/// process.
#[derive(Debug)]
pub struct Spool {
    directory: PathBuf,
    output: File,
    content: Arc<HostFile>,
    written: u64,
    buffer: Vec<u8>,
}

impl Spool {
    /// A spool in `directory`. Messages about its content call it `name`.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn new(directory: &Path, name: &Path) -> Result<Spool, SpoolError> {
        let failed = |error| SpoolError { directory: directory.to_owned(), error };
        let output = nameless_file(directory).map_err(failed)?;
        let file = output.try_clone().map_err(failed)?;
        Ok(Spool {
            directory: directory.to_owned(),
            output,
            content: Arc::new(HostFile::Open { path: name.to_owned(), file }),
            written: 0,
            buffer: Vec::with_capacity(BUFFER),
        })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When there is no room.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush()?;
        }
        if bytes.len() >= BUFFER {
            self.output.write_all(bytes).map_err(|error| self.failed(error))?;
        } else {
            self.buffer.extend_from_slice(bytes);
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// The `len` bytes written last. They can be read after [`Spool::flush`].
    pub fn last(&self, len: u64) -> Extents {
        Extents::from_file(self.content.clone(), self.written - len, len)
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// When there is no room.
    pub fn flush(&mut self) -> Result<(), SpoolError> {
        self.output.write_all(&self.buffer).map_err(|error| self.failed(error))?;
        self.buffer.clear();
        Ok(())
    }

    fn failed(&self, error: io::Error) -> SpoolError {
        let (kind, needed) = (error.kind(), self.written);
        let error = format!("no room for more after {needed} bytes: {error}");
        SpoolError { directory: self.directory.clone(), error: io::Error::new(kind, error) }
    }
}

/// Opens a file of `directory` that no name leads to: what is written is gone when it is closed,
/// however the program ends.
fn nameless_file(directory: &Path) -> io::Result<File> {
    let mode = Mode::RUSR | Mode::WUSR;
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    match openat(CWD, directory, flags | OFlags::TMPFILE, mode) {
        Ok(file) => return Ok(File::from(file)),
        // File systems without O_TMPFILE say one of these.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => {}
        Err(error) => return Err(error.into()),
    }
    let process = std::process::id();
    for attempt in 0..u32::MAX {
        let path = directory.join(format!(".tintype-spool.{process}.{attempt}"));
        match openat(CWD, &path, flags | OFlags::CREATE | OFlags::EXCL, mode) {
            Ok(file) => {
                unlinkat(CWD, &path, rustix::fs::AtFlags::empty())?;
                return Ok(File::from(file));
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::EXIST.into())
}
