//! A layout as a directory.

use super::{Store, blob_name};
use crate::container::{Digest, Sha256Sink};
use crate::output::{Error, StagedDirectory};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 20;

/// What tells a layout from other directories.
const MARK: &str = "oci-layout";

/// The directory on its way.
pub(super) struct Directory {
    staged: StagedDirectory,
    len: u64,
}

impl Directory {
    pub(super) fn beside(target: &Path) -> Result<Directory, Error> {
        let staged = StagedDirectory::beside(target, MARK)?;
        let directory = Directory { staged, len: 0 };
        let blobs = directory.staged.path().join("blobs/sha256");
        fs::create_dir_all(blobs).map_err(|error| directory.staged.fault(error))?;
        Ok(directory)
    }

    /// What `error` means, if it is of writing.
    pub(super) fn fault(&self, error: Error) -> Error {
        match error {
            Error::Sink(error) => self.staged.fault(error),
            other => other,
        }
    }

    pub(super) fn commit(self) -> Result<u64, Error> {
        self.staged.commit()?;
        Ok(self.len)
    }
}

impl Store for Directory {
    fn blob(
        &mut self,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(Digest, u64), Error> {
        let part = self.staged.path().join("blobs/part");
        let file = File::create(&part).map_err(Error::Sink)?;
        let mut sink = Sha256Sink::new(BufWriter::with_capacity(BUFFER, &file));
        write(&mut sink)?;
        sink.flush().map_err(Error::Sink)?;
        let (digest, len) = sink.finish();
        file.sync_all().map_err(Error::Sink)?;
        let name = self.staged.path().join(blob_name(&digest));
        self.len += if name.exists() { 0 } else { len };
        fs::rename(part, name).map_err(Error::Sink)?;
        Ok((digest, len))
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut file = File::create(self.staged.path().join(name)).map_err(Error::Sink)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::Sink)?;
        self.len += bytes.len() as u64;
        Ok(())
    }
}
