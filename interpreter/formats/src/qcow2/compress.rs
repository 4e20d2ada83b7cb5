//! Compressing one cluster after another.

use super::options::Compression;
use crate::deflate::Deflate;

/// What a worker compresses with.
pub(super) enum Compressor {
    Zlib(Box<Deflate>),
    Zstd(zstd::bulk::Compressor<'static>),
}

impl Compressor {
    pub(super) fn new(compression: Compression) -> Compressor {
        match compression {
            Compression::Zlib { level } => Compressor::Zlib(Box::new(Deflate::new(level))),
            Compression::Zstd { level } => Compressor::Zstd(
                zstd::bulk::Compressor::new(level.into()).expect("Zstandard has this level"),
            ),
        }
    }

    /// Compresses `cluster` into `buffer`, which is as long; the length of what came out, or `None`
    /// where that is not less.
    pub(super) fn compress(&mut self, cluster: &[u8], buffer: &mut [u8]) -> Option<usize> {
        let room = &mut buffer[..cluster.len() - 1];
        match self {
            Compressor::Zlib(deflate) => deflate.compress(cluster, room),
            Compressor::Zstd(zstd) => zstd.compress_to_buffer(cluster, room).ok(),
        }
    }
}
