//! The bytes of an archive: a file that contents can be ranges of, or a stream whose contents are
//! spooled.

use super::BLOCK;
use crate::extents::Extents;
use crate::import::compression::{UnpackError, Unpacked};
use crate::import::{ArchiveFault, EntryFault, ImportError};
use crate::spool::{Spool, SpoolError};
use std::io;
use std::path::Path;

/// Bytes read at once from a plain archive: headers and small files in one go.
const WINDOW: u64 = 32 << 10;

/// Where an archive's bytes come from, front to back.
pub(super) trait ArchiveBytes {
    /// Fills `buffer` from the next bytes; fewer only at the end.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UnpackOrSpool>;
    /// The next `len` bytes as a file's content; `None` if there are fewer.
    fn content(&mut self, len: u64) -> Result<Option<Extents>, UnpackOrSpool>;
    /// Called after the last byte.
    fn finish(&mut self) -> Result<(), UnpackOrSpool>;
}

/// Why bytes could not be had.
pub(super) enum UnpackOrSpool {
    Unpack(UnpackError),
    Spool(SpoolError),
}

impl From<UnpackError> for UnpackOrSpool {
    fn from(error: UnpackError) -> UnpackOrSpool {
        UnpackOrSpool::Unpack(error)
    }
}

impl From<io::Error> for UnpackOrSpool {
    fn from(error: io::Error) -> UnpackOrSpool {
        UnpackOrSpool::Unpack(UnpackError::Read(error))
    }
}

impl From<SpoolError> for UnpackOrSpool {
    fn from(error: SpoolError) -> UnpackOrSpool {
        UnpackOrSpool::Spool(error)
    }
}

/// A plain archive: contents are slices of it.
pub(super) struct Ranges<'a> {
    whole: &'a Extents,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
}

impl<'a> Ranges<'a> {
    pub(super) fn new(whole: &'a Extents) -> Ranges<'a> {
        Ranges { whole, position: 0, window: Vec::new(), window_start: 0 }
    }
}

impl ArchiveBytes for Ranges<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UnpackOrSpool> {
        let mut filled = 0;
        while filled < buffer.len() && self.position < self.whole.len() {
            let window_end = self.window_start + self.window.len() as u64;
            if !(self.window_start..window_end).contains(&self.position) {
                self.window.resize(WINDOW.min(self.whole.len() - self.position) as usize, 0);
                self.window_start = self.position;
                self.whole.read_at(self.position, &mut self.window)?;
            }
            let from = (self.position - self.window_start) as usize;
            let count = (self.window.len() - from).min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&self.window[from..from + count]);
            filled += count;
            self.position += count as u64;
        }
        Ok(filled)
    }

    fn content(&mut self, len: u64) -> Result<Option<Extents>, UnpackOrSpool> {
        if len > self.whole.len() - self.position {
            return Ok(None);
        }
        let content = self.whole.slice(self.position, len);
        self.position += len;
        Ok(Some(content))
    }

    fn finish(&mut self) -> Result<(), UnpackOrSpool> {
        Ok(())
    }
}

/// A stream, contents of which go to a spool.
pub(super) struct Spooling<'a> {
    stream: Unpacked,
    spool: &'a mut Spool,
}

impl<'a> Spooling<'a> {
    pub(super) fn new(stream: Unpacked, spool: &'a mut Spool) -> Spooling<'a> {
        Spooling { stream, spool }
    }
}

impl ArchiveBytes for Spooling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UnpackOrSpool> {
        let mut filled = 0;
        while filled < buffer.len() {
            let available = self.stream.available()?;
            if available.is_empty() {
                break;
            }
            let count = available.len().min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&available[..count]);
            self.stream.consume(count);
            filled += count;
        }
        Ok(filled)
    }

    fn content(&mut self, len: u64) -> Result<Option<Extents>, UnpackOrSpool> {
        let mut left = len;
        while left > 0 {
            let available = self.stream.available()?;
            if available.is_empty() {
                return Ok(None);
            }
            let count = (available.len() as u64).min(left) as usize;
            self.spool.write(&available[..count])?;
            self.stream.consume(count);
            left -= count as u64;
        }
        Ok(Some(self.spool.last(len)))
    }

    fn finish(&mut self) -> Result<(), UnpackOrSpool> {
        Ok(self.spool.flush()?)
    }
}

/// An archive that is being read, block by block.
pub(super) struct ArchiveReader<'a> {
    name: &'a Path,
    compressed: bool,
    bytes: Box<dyn ArchiveBytes + 'a>,
    position: u64,
}

impl<'a> ArchiveReader<'a> {
    pub(super) fn new(
        name: &'a Path,
        compressed: bool,
        bytes: Box<dyn ArchiveBytes + 'a>,
    ) -> ArchiveReader<'a> {
        ArchiveReader { name, compressed, bytes, position: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The next block; `None` at the end.
    pub(super) fn block(&mut self) -> Result<Option<[u8; BLOCK]>, ImportError> {
        let mut block = [0; BLOCK];
        match self.read(&mut block)? {
            BLOCK => Ok(Some(block)),
            0 => Ok(None),
            read => Err(self.fault(self.position - read as u64, ArchiveFault::Truncated)),
        }
    }

    /// A block within an entry.
    pub(super) fn inner_block(&mut self) -> Result<[u8; BLOCK], ImportError> {
        self.block()?.ok_or_else(|| self.truncated())
    }

    /// The next `len` bytes, and what fills their last block, as a file's content.
    pub(super) fn content(&mut self, len: u64) -> Result<Extents, ImportError> {
        match self.bytes.content(len).map_err(|error| self.failed(error))? {
            Some(content) => {
                self.position += len;
                self.skip_padding(len)?;
                Ok(content)
            }
            None => Err(self.truncated()),
        }
    }

    /// The next `len` bytes, and what fills their last block, in memory.
    pub(super) fn read_bytes(&mut self, len: u64) -> Result<Vec<u8>, ImportError> {
        let mut bytes = Vec::new();
        // Grown as bytes come: a damaged length does not become memory.
        while (bytes.len() as u64) < len {
            let from = bytes.len();
            let count = (len - from as u64).min(WINDOW) as usize;
            bytes.resize(from + count, 0);
            if self.read(&mut bytes[from..])? < count {
                return Err(self.truncated());
            }
        }
        self.skip_padding(len)?;
        Ok(bytes)
    }

    /// Leaves out `len` bytes and what fills their last block.
    pub(super) fn skip(&mut self, len: u64) -> Result<(), ImportError> {
        let mut window = [0; 4096];
        let mut left = len;
        while left > 0 {
            let count = left.min(window.len() as u64) as usize;
            if self.read(&mut window[..count])? < count {
                return Err(self.truncated());
            }
            left -= count as u64;
        }
        self.skip_padding(len)
    }

    /// Reads on to the end of the file, where only zeros may be left.
    pub(super) fn finish(&mut self) -> Result<(), ImportError> {
        let mut rest = vec![0; WINDOW as usize];
        loop {
            let from = self.position;
            let read = self.read(&mut rest)?;
            if let Some(at) = rest[..read].iter().position(|byte| *byte != 0) {
                return Err(self.fault(from + at as u64, ArchiveFault::TrailingData));
            }
            if read < rest.len() {
                return self.bytes.finish().map_err(|error| self.failed(error));
            }
        }
    }

    /// The error that something is wrong at `offset`.
    pub(super) fn fault(&self, offset: u64, fault: ArchiveFault) -> ImportError {
        let (archive, unpacked) = (self.name.to_owned(), self.compressed);
        ImportError::Archive { archive, offset, unpacked, fault }
    }

    /// The error that the entry `name`, whose header is at `offset`, cannot be in a tree.
    pub(super) fn entry_fault(&self, offset: u64, name: String, fault: EntryFault) -> ImportError {
        self.fault(offset, ArchiveFault::Entry { name, fault })
    }

    fn truncated(&self) -> ImportError {
        self.fault(self.position, ArchiveFault::Truncated)
    }

    fn skip_padding(&mut self, len: u64) -> Result<(), ImportError> {
        let padding = (len.wrapping_neg() % BLOCK as u64) as usize;
        let mut unused = [0; BLOCK];
        if self.read(&mut unused[..padding])? < padding {
            return Err(self.truncated());
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ImportError> {
        let read = self.bytes.read(buffer).map_err(|error| self.failed(error))?;
        self.position += read as u64;
        Ok(read)
    }

    fn failed(&self, error: UnpackOrSpool) -> ImportError {
        let archive = self.name.to_owned();
        match error {
            UnpackOrSpool::Spool(error) => error.into(),
            UnpackOrSpool::Unpack(UnpackError::Read(error)) => {
                ImportError::Host { path: archive, error }
            }
            UnpackOrSpool::Unpack(UnpackError::Fault { offset, fault }) => {
                ImportError::Archive { archive, offset, unpacked: false, fault }
            }
        }
    }
}
