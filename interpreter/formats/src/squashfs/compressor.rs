//! What blocks are compressed with.

use libdeflater::{CompressionLvl, Compressor as Deflate};
use std::io;
use zstd::bulk::Compressor as Zstd;

/// A way to compress that Linux reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// zlib streams.
    #[default]
    Gzip,
    /// Zstandard frames.
    Zstd,
}

impl Compression {
    /// By mksquashfs's name.
    pub fn named(name: &str) -> Option<Compression> {
        match name {
            "gzip" => Some(Compression::Gzip),
            "zstd" => Some(Compression::Zstd),
            _ => None,
        }
    }

    /// mksquashfs's level.
    pub fn default_level(self) -> i32 {
        match self {
            Compression::Gzip => 9,
            Compression::Zstd => 15,
        }
    }

    /// The highest level.
    pub fn highest_level(self) -> i32 {
        match self {
            Compression::Gzip => 9,
            Compression::Zstd => 22,
        }
    }

    /// `compression` of the superblock.
    pub(super) fn id(self) -> u16 {
        match self {
            Compression::Gzip => 1,
            Compression::Zstd => 6,
        }
    }
}

/// A compressor with its memory.
pub(super) enum Compressor {
    Gzip(Box<Deflate>),
    Zstd(Zstd<'static>),
    /// One that could not be made: there is no memory for it.
    Missing(io::ErrorKind),
}

impl Compressor {
    pub(super) fn new(compression: Compression, level: i32) -> Compressor {
        match compression {
            Compression::Gzip => {
                let level = CompressionLvl::new(level).unwrap_or(CompressionLvl::best());
                Compressor::Gzip(Box::new(Deflate::new(level)))
            }
            Compression::Zstd => match Zstd::new(level) {
                Ok(zstd) => Compressor::Zstd(zstd),
                Err(error) => Compressor::Missing(error.kind()),
            },
        }
    }

    /// `block` compressed; none if that is not shorter.
    pub(super) fn shorter(&mut self, block: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let stream = match self {
            Compressor::Gzip(deflate) => {
                let mut stream = vec![0; deflate.zlib_compress_bound(block.len())];
                let len = deflate.zlib_compress(block, &mut stream).map_err(io::Error::other)?;
                stream.truncate(len);
                stream
            }
            Compressor::Zstd(zstd) => zstd.compress(block)?,
            Compressor::Missing(kind) => return Err((*kind).into()),
        };
        Ok(Some(stream).filter(|stream| stream.len() < block.len()))
    }
}
