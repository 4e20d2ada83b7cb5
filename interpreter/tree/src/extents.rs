//! Where each byte of a file, a partition or a disk comes from.

use crate::host_file::HostFile;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A sorted map from output ranges (bytes) to sources. What no extent covers is a hole: zeros that
/// need not be stored. Files, partitions and whole disks are all described so.
#[derive(Clone, Debug, Default)]
pub struct Extents {
    len: u64,
    extents: Vec<Extent>,
}

/// One range of the output and where its bytes come from.
#[derive(Clone, Debug)]
pub struct Extent {
    /// First byte in the output.
    pub start: u64,
    /// Number of bytes; never zero.
    pub len: u64,
    /// Where they come from.
    pub source: Source,
}

/// Where the bytes of an extent come from. `offset` is the first byte within the source.
#[derive(Clone, Debug)]
pub enum Source {
    /// Bytes in memory.
    Memory {
        /// The bytes; only a part may be meant.
        bytes: Arc<[u8]>,
        /// First byte of the part.
        offset: u64,
    },
    /// A range of a host file.
    File {
        /// The file.
        file: Arc<HostFile>,
        /// First byte of the range.
        offset: u64,
    },
}

impl Source {
    /// The same source, `by` bytes further on.
    pub fn skip(&self, by: u64) -> Source {
        match self {
            Source::Memory { bytes, offset } => {
                Source::Memory { bytes: bytes.clone(), offset: offset + by }
            }
            Source::File { file, offset } => {
                Source::File { file: file.clone(), offset: offset + by }
            }
        }
    }
}

impl Extent {
    /// First byte after the extent.
    pub fn end(&self) -> u64 {
        self.start + self.len
    }
}

impl Extents {
    /// `len` bytes, all hole.
    pub fn hole(len: u64) -> Extents {
        Extents { len, extents: Vec::new() }
    }

    /// The given bytes.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Extents {
        let bytes = bytes.into();
        let mut extents = Extents::hole(bytes.len() as u64);
        extents.put_source(0, bytes.len() as u64, Source::Memory { bytes, offset: 0 });
        extents
    }

    /// `len` bytes of `file` from `offset` on.
    pub fn from_file(file: Arc<HostFile>, offset: u64, len: u64) -> Extents {
        let mut extents = Extents::hole(len);
        extents.put_source(0, len, Source::File { file, offset });
        extents
    }

    /// Length in bytes, holes included.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of bytes that are no hole.
    pub fn stored_len(&self) -> u64 {
        self.extents.iter().map(|extent| extent.len).sum()
    }

    /// The extents, sorted by start, none overlapping another.
    pub fn iter(&self) -> std::slice::Iter<'_, Extent> {
        self.extents.iter()
    }

    /// Makes the whole longer (with a hole). Never shortens.
    pub fn grow(&mut self, len: u64) {
        self.len = self.len.max(len);
    }

    /// Puts `bytes` at `start`.
    ///
    /// # Panics
    /// If the range overlaps one that is there already: layouts never do that.
    pub fn put_bytes(&mut self, start: u64, bytes: impl Into<Arc<[u8]>>) {
        let bytes = bytes.into();
        self.put_source(start, bytes.len() as u64, Source::Memory { bytes, offset: 0 });
    }

    /// Puts `len` bytes of `source` at `start`. Appending in order costs constant time. A range that
    /// continues the one before it, in the output and in the same source, becomes one with it.
    ///
    /// # Panics
    /// If the range overlaps one that is there already: layouts never do that.
    pub fn put_source(&mut self, start: u64, len: u64, source: Source) {
        if len == 0 {
            return;
        }
        self.grow(start + len);
        let index = match self.extents.last() {
            Some(last) if last.start >= start => {
                self.extents.partition_point(|extent| extent.start < start)
            }
            _ => self.extents.len(),
        };
        let free_from = index.checked_sub(1).map_or(0, |before| self.extents[before].end());
        let free_to = self.extents.get(index).map_or(u64::MAX, |after| after.start);
        assert!(free_from <= start && start + len <= free_to, "extents overlap at {start}+{len}");
        if let Some(before) = index.checked_sub(1).map(|before| &mut self.extents[before])
            && before.end() == start
            && continues(before, &source)
        {
            before.len += len;
            return;
        }
        self.extents.insert(index, Extent { start, len, source });
    }

    /// Puts all of `other`, its holes left out, at `start`.
    ///
    /// # Panics
    /// If a range overlaps one that is there already.
    pub fn put(&mut self, start: u64, other: &Extents) {
        for extent in other.iter() {
            self.put_source(start + extent.start, extent.len, extent.source.clone());
        }
        self.grow(start + other.len);
    }

    /// The `len` bytes from `start` on, as extents of their own. What lies past the end is a hole.
    pub fn slice(&self, start: u64, len: u64) -> Extents {
        let mut part = Extents::hole(len);
        let first = self.extents.partition_point(|extent| extent.end() <= start);
        for extent in &self.extents[first..] {
            if extent.start >= start + len {
                break;
            }
            let from = extent.start.max(start);
            let to = extent.end().min(start + len);
            part.put_source(from - start, to - from, extent.source.skip(from - extent.start));
        }
        part
    }

    /// A reader over the bytes, holes read as zeros.
    pub fn reader(&self) -> ExtentsReader<'_> {
        ExtentsReader { extents: self, position: 0 }
    }

    /// Fills `buffer` with the bytes from `start` on; what lies past the end reads as zeros.
    ///
    /// # Errors
    /// When a host file cannot be read.
    pub fn read_at(&self, start: u64, buffer: &mut [u8]) -> io::Result<()> {
        buffer.fill(0);
        let end = start + buffer.len() as u64;
        let first = self.extents.partition_point(|extent| extent.end() <= start);
        for extent in &self.extents[first..] {
            if extent.start >= end {
                break;
            }
            let from = extent.start.max(start);
            let to = extent.end().min(end);
            let part = &mut buffer[(from - start) as usize..(to - start) as usize];
            match extent.source.skip(from - extent.start) {
                Source::Memory { bytes, offset } => {
                    part.copy_from_slice(&bytes[offset as usize..offset as usize + part.len()]);
                }
                Source::File { file, offset } => {
                    file.open()?.read_exact_at(part, offset).map_err(|error| {
                        io::Error::new(error.kind(), format!("{}: {error}", file.path().display()))
                    })?;
                }
            }
        }
        Ok(())
    }

    /// All bytes in memory: for small files only.
    ///
    /// # Errors
    /// When a host file cannot be read.
    pub fn to_vec(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.len as usize];
        self.read_at(0, &mut bytes)?;
        Ok(bytes)
    }
}

fn continues(before: &Extent, source: &Source) -> bool {
    match (&before.source, source) {
        (Source::File { file: a, offset: from }, Source::File { file: b, offset: to }) => {
            Arc::ptr_eq(a, b) && from + before.len == *to
        }
        (Source::Memory { bytes: a, offset: from }, Source::Memory { bytes: b, offset: to }) => {
            Arc::ptr_eq(a, b) && from + before.len == *to
        }
        _ => false,
    }
}

/// Reads [`Extents`] as one file.
#[derive(Debug)]
pub struct ExtentsReader<'a> {
    extents: &'a Extents,
    position: u64,
}

impl Read for ExtentsReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.extents.len.saturating_sub(self.position);
        let len = (buffer.len() as u64).min(left) as usize;
        self.extents.read_at(self.position, &mut buffer[..len])?;
        self.position += len as u64;
        Ok(len)
    }
}

impl Seek for ExtentsReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.extents.len, by),
            SeekFrom::Current(by) => (self.position, by),
        };
        self.position = base.checked_add_signed(by).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "seek before the first byte")
        })?;
        Ok(self.position)
    }
}
