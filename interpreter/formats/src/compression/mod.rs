//! Compression on all cores, of bytes that come from anywhere. What comes out does not depend on the
//! number of threads.

mod bzip2;
mod chunks;
mod deflate;
mod gzip;
mod lzip;
mod xz;
mod zstd;

use crate::output::Error;
use std::io::Write;
use tintype_tree::Extents;

/// The ways to compress, by Guix's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// One member, as `gzip -9n` heads it.
    Gzip,
    /// Members of 4 MiB of content.
    Lzip,
    /// One stream, in blocks of 4 MiB of content.
    Xz,
    /// One stream.
    Bzip2,
    /// One frame.
    Zstd,
    /// As it is.
    None,
}

/// How hard a kind tries: what the original runs (`gzip -9n`, `lzip -9`, `xz -e`, `bzip2 -9`,
/// `zstd -3`), and where that lies in a file.
struct Format {
    compression: Compression,
    name: &'static str,
    extension: &'static str,
    compress: Compress,
}

/// Compresses all of `content` into a sink. `heard` is told the content, piece by piece, in order.
type Compress = fn(&Extents, usize, Heard<'_>, &mut dyn Write) -> Result<(), Error>;

/// Told the content that is being compressed, piece by piece, in order.
pub type Heard<'a> = &'a mut dyn FnMut(&[u8]);

/// In the order of Guix's `%compressors`.
const FORMATS: [Format; 6] = [
    Format {
        compression: Compression::Gzip,
        name: "gzip",
        extension: ".gz",
        compress: gzip::compress,
    },
    Format {
        compression: Compression::Lzip,
        name: "lzip",
        extension: ".lz",
        compress: lzip::compress,
    },
    Format { compression: Compression::Xz, name: "xz", extension: ".xz", compress: xz::compress },
    Format {
        compression: Compression::Bzip2,
        name: "bzip2",
        extension: ".bz2",
        compress: bzip2::compress,
    },
    Format {
        compression: Compression::Zstd,
        name: "zstd",
        extension: ".zst",
        compress: zstd::compress,
    },
    Format { compression: Compression::None, name: "none", extension: "", compress: chunks::copy },
];

impl Compression {
    /// The one that Guix calls `name`.
    pub fn by_name(name: &str) -> Option<Compression> {
        FORMATS.iter().find(|format| format.name == name).map(|format| format.compression)
    }

    /// What Guix calls it.
    pub fn name(self) -> &'static str {
        self.format().name
    }

    /// What it adds to a file's name.
    pub fn extension(self) -> &'static str {
        self.format().extension
    }

    /// Writes `content`, compressed, to `sink`. At most `threads` threads compress.
    ///
    /// # Errors
    /// When a source cannot be read or `sink` cannot be written to ([`Error::Sink`]).
    pub fn compress(
        self,
        content: &Extents,
        threads: usize,
        heard: Heard<'_>,
        sink: &mut dyn Write,
    ) -> Result<(), Error> {
        (self.format().compress)(content, threads.max(1), heard, sink)
    }

    /// All of `content` in memory: for what is small.
    ///
    /// # Errors
    /// When a source cannot be read.
    pub fn compressed(self, content: &Extents, threads: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.compress(content, threads, &mut |_| (), &mut bytes)?;
        Ok(bytes)
    }

    fn format(self) -> &'static Format {
        let format = FORMATS.iter().find(|format| format.compression == self);
        format.expect("every kind has a line in the table")
    }
}
