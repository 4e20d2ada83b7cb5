//! Reading an image back.

use super::error::ReadError;
use super::header::{CompressionType, Header, L1_SIZE_LIMIT};
use super::mapping::{self, Mapping};
use crate::output::source;
use flate2::{Decompress, FlushDecompress, Status};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use tintype_tree::{Extents, HostFile};

/// An image and the mapping of its active disk.
#[derive(Debug)]
pub struct Image {
    file: Extents,
    header: Header,
    l1_table: Vec<u64>,
}

/// A part of the virtual disk that is mapped as one.
#[derive(Debug)]
struct Cluster {
    /// First byte in the virtual disk.
    start: u64,
    /// Bytes of it; the last cluster of the disk may be cut.
    len: u64,
    mapping: Mapping,
}

impl Image {
    /// Reads the header and the L1 table of the image that `file` is.
    ///
    /// # Errors
    /// When it is no qcow2 image, is damaged, or cannot be read.
    pub fn open(file: Extents) -> Result<Image, ReadError> {
        let mut bytes = [0; 128];
        source::read(&file, 0, &mut bytes)?;
        let header = Header::decode(&bytes)?;
        let per_table = (header.cluster_len() / 8) * header.cluster_len();
        let needed = header.size.div_ceil(per_table);
        if u64::from(header.l1_size) < needed || needed > L1_SIZE_LIMIT {
            let entries = header.l1_size;
            let size = header.size;
            return Err(ReadError::Damaged(format!(
                "{entries} L1 entries for a disk of {size} bytes"
            )));
        }
        let mut image = Image { file, header, l1_table: Vec::new() };
        image.l1_table = image.table(image.header.l1_table_offset, needed)?;
        Ok(image)
    }

    /// Bytes of the virtual disk.
    pub fn len(&self) -> u64 {
        self.header.size
    }

    /// Whether the virtual disk has no byte.
    pub fn is_empty(&self) -> bool {
        self.header.size == 0
    }

    /// Bytes a cluster.
    pub fn cluster_len(&self) -> u64 {
        self.header.cluster_len()
    }

    /// The virtual disk. Clusters that are stored as they are become ranges of the image, compressed
    /// ones are decompressed to `spool`, an empty file that may have lost its name already.
    ///
    /// # Errors
    /// When the image is damaged, or a file cannot be read or written.
    pub fn to_extents(&self, spool: File) -> Result<Extents, ReadError> {
        let mut disk = Extents::hole(self.header.size);
        let path = PathBuf::from("decompressed clusters");
        let spool = Arc::new(HostFile::Open { path, file: spool });
        let HostFile::Open { file: spooled, .. } = &*spool else { unreachable!("just made") };
        let mut spooled_len = 0;
        self.for_each_cluster(|cluster| {
            match cluster.mapping {
                Mapping::Zero => {}
                Mapping::Stored(offset) => {
                    disk.put(cluster.start, &self.file.slice(offset, cluster.len));
                }
                Mapping::Compressed { offset, len } => {
                    let bytes = self.decompress(offset, len)?;
                    spooled.write_all_at(&bytes, spooled_len).map_err(ReadError::Spool)?;
                    let part = Extents::from_file(spool.clone(), spooled_len, cluster.len);
                    disk.put(cluster.start, &part);
                    spooled_len += bytes.len() as u64;
                }
            }
            Ok(())
        })?;
        Ok(disk)
    }

    /// The `len` bytes of the virtual disk from `start` on, as extents of their own: a part that is
    /// small enough to keep decompressed clusters of it in memory.
    ///
    /// # Errors
    /// When the image is damaged, or cannot be read.
    pub fn part(&self, start: u64, len: u64) -> Result<Extents, ReadError> {
        let cluster_len = self.header.cluster_len();
        let first = start / cluster_len * cluster_len;
        let end = start.saturating_add(len).min(self.header.size);
        let mut part = Extents::hole(end.saturating_sub(first));
        self.for_each_cluster(|cluster| {
            if cluster.start < first || cluster.start >= end {
                return Ok(());
            }
            let at = cluster.start - first;
            match cluster.mapping {
                Mapping::Zero => {}
                Mapping::Stored(offset) => part.put(at, &self.file.slice(offset, cluster.len)),
                Mapping::Compressed { offset, len } => {
                    let bytes = Extents::from_bytes(self.decompress(offset, len)?);
                    part.put(at, &bytes.slice(0, cluster.len));
                }
            }
            Ok(())
        })?;
        Ok(part.slice(start - first, len))
    }

    /// Calls `visit` for every cluster that may not be all zeros, in order.
    fn for_each_cluster(
        &self,
        mut visit: impl FnMut(Cluster) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let cluster_len = self.header.cluster_len();
        let per_table = cluster_len / 8;
        for (index, l1_entry) in (0..).zip(&self.l1_table) {
            let Some(table) = mapping::l2_table(*l1_entry) else { continue };
            for (number, entry) in (index * per_table..).zip(self.table(table, per_table)?) {
                let start = number * cluster_len;
                let mapping = mapping::cluster(self.header.cluster_bits, entry);
                if mapping == Mapping::Zero || start >= self.header.size {
                    continue;
                }
                if let Mapping::Stored(offset) = mapping {
                    self.check_place(offset, 1)?;
                }
                let len = cluster_len.min(self.header.size - start);
                visit(Cluster { start, len, mapping })?;
            }
        }
        Ok(())
    }

    /// The big-endian numbers from `offset` on.
    fn table(&self, offset: u64, entries: u64) -> Result<Vec<u64>, ReadError> {
        self.check_place(offset, entries * 8)?;
        let mut bytes = vec![0; entries as usize * 8];
        source::read(&self.file, offset, &mut bytes)?;
        Ok(bytes.as_chunks::<8>().0.iter().map(|entry| u64::from_be_bytes(*entry)).collect())
    }

    fn check_place(&self, offset: u64, len: u64) -> Result<(), ReadError> {
        match offset.checked_add(len) {
            Some(end) if end <= self.file.len() => Ok(()),
            _ => Err(ReadError::Damaged(format!("something is at byte {offset}, past its end"))),
        }
    }

    /// The cluster that is compressed in the `len` bytes from `offset` on.
    fn decompress(&self, offset: u64, len: u64) -> Result<Vec<u8>, ReadError> {
        self.check_place(offset, 1)?;
        let cluster_len = self.header.cluster_len() as usize;
        if len > 2 * self.header.cluster_len() {
            return Err(ReadError::Damaged(format!("{len} compressed bytes at {offset}")));
        }
        let mut packed = vec![0; len as usize];
        source::read(&self.file, offset, &mut packed)?;
        let unpacked = match self.header.compression_type {
            CompressionType::Zlib => inflate(&packed, cluster_len),
            CompressionType::Zstd => unpack_zstd(&packed, cluster_len),
        };
        unpacked.ok_or_else(|| ReadError::Damaged(format!("the compressed bytes at {offset}")))
    }
}

/// What `packed`, which may have other bytes after its end, unpacks to, if that is `len` bytes.
fn inflate(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; len];
    let mut stream = Decompress::new(false);
    match stream.decompress(packed, &mut bytes, FlushDecompress::Finish) {
        Ok(Status::StreamEnd | Status::BufError | Status::Ok) => {}
        Err(_) => return None,
    }
    (stream.total_out() == len as u64).then_some(bytes)
}

fn unpack_zstd(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    let frame_len = zstd::zstd_safe::find_frame_compressed_size(packed).ok()?;
    let bytes = zstd::bulk::decompress(&packed[..frame_len], len).ok()?;
    (bytes.len() == len).then_some(bytes)
}
