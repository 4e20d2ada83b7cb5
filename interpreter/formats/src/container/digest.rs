//! SHA-256, by which the parts of a container image name each other.

use crate::output::Error;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::{self, Read, Write};
use tintype_tree::Extents;

/// A SHA-256 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of bytes in memory.
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// The digest of bytes from anywhere.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub fn of(content: &Extents) -> Result<Digest, Error> {
        let mut hash = Sha256::new();
        let mut reader = content.reader();
        let mut buffer = vec![0; content.len().clamp(1, 1 << 20) as usize];
        loop {
            let len = reader.read(&mut buffer).map_err(Error::SourceOpen)?;
            if len == 0 {
                return Ok(Digest(hash.finalize().into()));
            }
            hash.update(&buffer[..len]);
        }
    }

    /// Its digits alone.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// As image-spec, "Digests", writes it.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.hex())
    }
}

/// Passes bytes on, with their digest and number.
#[derive(Debug)]
pub struct Sha256Sink<W> {
    sink: W,
    hash: Sha256,
    len: u64,
}

impl<W: Write> Sha256Sink<W> {
    /// One before `sink`.
    pub fn new(sink: W) -> Sha256Sink<W> {
        Sha256Sink { sink, hash: Sha256::new(), len: 0 }
    }

    /// The digest of what was written, and its length.
    pub fn finish(self) -> (Digest, u64) {
        (Digest(self.hash.finalize().into()), self.len)
    }
}

impl<W: Write> Write for Sha256Sink<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
