//! The header ("Header" of the specification) and what follows from it.

use super::error::ReadError;
use super::options::Compression;
use std::ops::RangeInclusive;

/// `QFI\xfb`.
const MAGIC: [u8; 4] = *b"QFI\xfb";
/// Bytes of our header, which ends after `compression_type` and its padding.
const HEADER_LEN: usize = 112;
/// Bytes of a header of version 2, which is the same as far as it goes.
const VERSION_2_LEN: usize = 72;
/// Refcounts of 2 to this power bits.
const REFCOUNT_ORDER: u32 = 4;
/// Incompatible feature: an L1 or L2 entry may refer to an external data file.
const EXTERNAL_DATA_FILE: u64 = 1 << 2;
/// Incompatible feature: `compression_type` is not zlib.
const COMPRESSION_TYPE: u64 = 1 << 3;
/// Incompatible features that do not change how an image is read: dirty refcounts.
const HARMLESS_FEATURES: u64 = 1;

/// The sizes of clusters that there are, as powers of two.
pub(super) const CLUSTER_BITS: RangeInclusive<u32> = 9..=21;
/// QEMU's own choice: 64 KiB.
pub(super) const DEFAULT_CLUSTER_BITS: u32 = 16;
/// QEMU reads no L1 table with more entries.
pub(super) const L1_SIZE_LIMIT: u64 = (32 << 20) / 8;

/// Bytes of a sector, in which the length of a compressed cluster is counted.
pub(super) const SECTOR: u64 = 512;

/// How compressed clusters are to be decompressed: `compression_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompressionType {
    Zlib,
    Zstd,
}

impl From<Compression> for CompressionType {
    fn from(compression: Compression) -> CompressionType {
        match compression {
            Compression::Zlib { .. } => CompressionType::Zlib,
            Compression::Zstd { .. } => CompressionType::Zstd,
        }
    }
}

/// The header, as far as images without backing file, snapshots and encryption differ in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub cluster_bits: u32,
    /// Bytes of the virtual disk.
    pub size: u64,
    /// Entries of the L1 table.
    pub l1_size: u32,
    pub l1_table_offset: u64,
    pub refcount_table_offset: u64,
    pub refcount_table_clusters: u32,
    pub compression_type: CompressionType,
}

impl Header {
    /// Bytes a cluster.
    pub(super) fn cluster_len(&self) -> u64 {
        1 << self.cluster_bits
    }

    /// The header's bytes and the mark that no extension follows.
    pub(super) fn encode(&self) -> Vec<u8> {
        let (features, compression_type) = match self.compression_type {
            CompressionType::Zlib => (0, 0),
            CompressionType::Zstd => (COMPRESSION_TYPE, 1),
        };
        let mut bytes = Vec::from(MAGIC);
        bytes.extend(3u32.to_be_bytes()); // version
        bytes.extend(0u64.to_be_bytes()); // backing_file_offset
        bytes.extend(0u32.to_be_bytes()); // backing_file_size
        bytes.extend(self.cluster_bits.to_be_bytes());
        bytes.extend(self.size.to_be_bytes());
        bytes.extend(0u32.to_be_bytes()); // crypt_method
        bytes.extend(self.l1_size.to_be_bytes());
        bytes.extend(self.l1_table_offset.to_be_bytes());
        bytes.extend(self.refcount_table_offset.to_be_bytes());
        bytes.extend(self.refcount_table_clusters.to_be_bytes());
        bytes.extend(0u32.to_be_bytes()); // nb_snapshots
        bytes.extend(0u64.to_be_bytes()); // snapshots_offset
        bytes.extend(features.to_be_bytes()); // incompatible_features
        bytes.extend(0u64.to_be_bytes()); // compatible_features
        bytes.extend(0u64.to_be_bytes()); // autoclear_features
        bytes.extend(REFCOUNT_ORDER.to_be_bytes());
        bytes.extend((HEADER_LEN as u32).to_be_bytes()); // header_length
        bytes.push(compression_type);
        bytes.resize(HEADER_LEN + 8, 0); // The end of the header extensions is a pair of zeros.
        bytes
    }

    /// Reads the header at the beginning of `bytes`, which have zeros after their end.
    pub(super) fn decode(bytes: &[u8; 128]) -> Result<Header, ReadError> {
        let long = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        let unsupported = |what: &str| Err(ReadError::Unsupported(what.to_owned()));
        if bytes[..4] != MAGIC {
            return Err(ReadError::NotQcow2);
        }
        let version = word(4);
        let (features, header_length) = match version {
            2 => (0, VERSION_2_LEN),
            3 => (long(72), word(100) as usize),
            _ => return unsupported(&format!("version {version}")),
        };
        if long(8) != 0 {
            return unsupported("a backing file");
        }
        if word(32) != 0 {
            return unsupported("encryption");
        }
        if features & EXTERNAL_DATA_FILE != 0 {
            return unsupported("an external data file");
        }
        if features & !(HARMLESS_FEATURES | COMPRESSION_TYPE) != 0 {
            return unsupported(&format!("incompatible features {features:#x}"));
        }
        let compression_type = match (features & COMPRESSION_TYPE, header_length > 104, bytes[104])
        {
            (0, false, _) | (_, true, 0) => CompressionType::Zlib,
            (COMPRESSION_TYPE, true, 1) => CompressionType::Zstd,
            (_, _, kind) => return unsupported(&format!("compression type {kind}")),
        };
        let header = Header {
            cluster_bits: word(20),
            size: long(24),
            l1_size: word(36),
            l1_table_offset: long(40),
            refcount_table_offset: long(48),
            refcount_table_clusters: word(56),
            compression_type,
        };
        if !CLUSTER_BITS.contains(&header.cluster_bits) {
            let bits = header.cluster_bits;
            return Err(ReadError::Damaged(format!("clusters of 2^{bits} bytes")));
        }
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back() {
        for compression_type in [CompressionType::Zlib, CompressionType::Zstd] {
            let header = Header {
                cluster_bits: 16,
                size: 1 << 40,
                l1_size: 2048,
                l1_table_offset: 1 << 16,
                refcount_table_offset: 5 << 16,
                refcount_table_clusters: 1,
                compression_type,
            };
            let mut bytes = [0; 128];
            bytes[..HEADER_LEN + 8].copy_from_slice(&header.encode());
            assert_eq!(Header::decode(&bytes).unwrap(), header);
        }
    }
}
