//! A layout as a tar archive. What a blob is called is known when it is written: its header is
//! written last.

use super::{Store, blob_name};
use crate::container::{Digest, Sha256Sink};
use crate::output::{Error, Staged};
use crate::tar::{self, BLOCK};
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The time of every file, in seconds since 1970.
const TIME: i64 = 1;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 20;

/// The archive on its way.
pub(super) struct Archive {
    staged: Staged,
    end: u64,
    /// Blobs that are there.
    blobs: BTreeSet<Digest>,
}

impl Archive {
    pub(super) fn beside(target: &Path, needed: u64) -> Result<Archive, Error> {
        let staged = Staged::beside(target, needed)?;
        let mut archive = Archive { staged, end: 0, blobs: BTreeSet::new() };
        for directory in ["blobs/", "blobs/sha256/"] {
            archive.put(&tar::plain_header(directory, b'5', 0, TIME))?;
        }
        Ok(archive)
    }

    /// What `error` means, if it is of writing.
    pub(super) fn fault(&self, error: Error) -> Error {
        match error {
            Error::Sink(error) => self.staged.fault(error),
            other => other,
        }
    }

    pub(super) fn commit(self) -> Result<u64, Error> {
        let len = self.end + 2 * BLOCK;
        self.staged.set_len(len)?;
        self.staged.commit()?;
        Ok(len)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.staged.file().write_all_at(bytes, self.end).map_err(|e| self.staged.fault(e))?;
        self.end = (self.end + bytes.len() as u64).next_multiple_of(BLOCK);
        Ok(())
    }
}

impl Store for Archive {
    fn blob(
        &mut self,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(Digest, u64), Error> {
        let at = WriteAt { staged: &self.staged, position: self.end + BLOCK };
        let mut sink = Sha256Sink::new(BufWriter::with_capacity(BUFFER, at));
        write(&mut sink)?;
        sink.flush().map_err(Error::Sink)?;
        let (digest, len) = sink.finish();
        if self.blobs.insert(digest) {
            self.put(&tar::one_block_header(&blob_name(&digest), len, TIME))?;
            self.end = (self.end + len).next_multiple_of(BLOCK);
        } else {
            // It is there already.
            self.staged.set_len(self.end)?;
        }
        Ok((digest, len))
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.put(&tar::plain_header(name, b'0', bytes.len() as u64, TIME))?;
        self.put(bytes)
    }
}

/// Writes to a place in a file.
struct WriteAt<'a> {
    staged: &'a Staged,
    position: u64,
}

impl Write for WriteAt<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.staged.file().write_at(buffer, self.position)?;
        self.position += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
