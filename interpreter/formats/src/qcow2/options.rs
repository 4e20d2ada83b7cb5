//! How an image is to be written, in the words of `qemu-img convert -o`.

use super::error::OptionError;
use super::header::{CLUSTER_BITS, DEFAULT_CLUSTER_BITS};
use std::ops::RangeInclusive;

/// How clusters are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Raw deflate (RFC 1951) that refers back 4 KiB at most: every QEMU reads it.
    Zlib {
        /// From 1, fast, to 9, small.
        level: u8,
    },
    /// Zstandard: QEMU reads it from version 5.1 on.
    Zstd {
        /// From 1, fast, to 19, small.
        level: u8,
    },
}

impl Compression {
    /// zlib at the level that gives about the size of QEMU's own.
    pub const ZLIB: Compression = Compression::Zlib { level: 6 };
    /// Zstandard at the level that gives about the size of QEMU's own.
    pub const ZSTD: Compression = Compression::Zstd { level: 2 };

    fn levels(self) -> (RangeInclusive<u8>, &'static str) {
        match self {
            Compression::Zlib { .. } => (1..=9, "a level from 1 to 9"),
            Compression::Zstd { .. } => (1..=19, "a level from 1 to 19"),
        }
    }
}

/// How an image is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The size of a cluster is 2 to this power: 9 to 21.
    pub cluster_bits: u32,
    /// How clusters are compressed, if they are.
    pub compression: Option<Compression>,
}

impl Options {
    /// An image without compression.
    pub const PLAIN: Options = Options { cluster_bits: DEFAULT_CLUSTER_BITS, compression: None };
    /// An image with clusters compressed by Zstandard.
    pub const COMPRESSED: Options =
        Options { cluster_bits: DEFAULT_CLUSTER_BITS, compression: Some(Compression::ZSTD) };

    /// The same with every `KEY=VALUE` of `words` applied, `compression_type` first.
    ///
    /// # Errors
    /// When an option is not known here or does not take the value.
    pub fn with(self, words: &[String]) -> Result<Options, OptionError> {
        let mut options = self;
        let mut level = None;
        for word in words {
            let Some((key, value)) = word.split_once('=') else {
                return Err(OptionError::MissingValue(word.clone()));
            };
            let refuse = |expected| {
                Err(OptionError::Value { option: key.into(), value: value.into(), expected })
            };
            match key {
                "cluster_size" => match cluster_bits(value) {
                    Some(bits) => options.cluster_bits = bits,
                    None => return refuse("a power of two from 512 to 2M"),
                },
                "compression_type" | "compression_level" if options.compression.is_none() => {
                    return Err(OptionError::NotCompressed(word.clone()));
                }
                "compression_type" => {
                    options.compression = match value {
                        "zlib" => Some(Compression::ZLIB),
                        "zstd" => Some(Compression::ZSTD),
                        _ => return refuse("zlib or zstd"),
                    }
                }
                "compression_level" => level = Some(value),
                _ => return Err(OptionError::Unknown(word.clone())),
            }
        }
        if let (Some(compression), Some(value)) = (&mut options.compression, level) {
            let (levels, expected) = compression.levels();
            match value.parse::<u8>().ok().filter(|level| levels.contains(level)) {
                Some(given) => match compression {
                    Compression::Zlib { level } | Compression::Zstd { level } => *level = given,
                },
                None => {
                    let option = "compression_level".into();
                    return Err(OptionError::Value { option, value: value.into(), expected });
                }
            }
        }
        Ok(options)
    }
}

/// The power of two that `text` is: bytes, or with `K` or `M` after it.
fn cluster_bits(text: &str) -> Option<u32> {
    let (digits, shift) = match text.strip_suffix(['K', 'k']) {
        Some(digits) => (digits, 10),
        None => match text.strip_suffix(['M', 'm']) {
            Some(digits) => (digits, 20),
            None => (text, 0),
        },
    };
    let size = digits.parse::<u64>().ok()?.checked_mul(1 << shift)?;
    let bits = size.checked_ilog2()?;
    (size.is_power_of_two() && CLUSTER_BITS.contains(&bits)).then_some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(options: Options, words: &[&str]) -> Result<Options, OptionError> {
        options.with(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_qemus() {
        let zlib = Some(Compression::Zlib { level: 9 });
        let words = ["compression_level=9", "cluster_size=2M", "compression_type=zlib"];
        let read = with(Options::COMPRESSED, &words);
        assert_eq!(read, Ok(Options { cluster_bits: 21, compression: zlib }));
        let small = with(Options::PLAIN, &["cluster_size=512"]);
        assert_eq!(small, Ok(Options { cluster_bits: 9, compression: None }));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (words, named) in [
            (["lazy_refcounts=on"], "lazy_refcounts=on"),
            (["cluster_size"], "cluster_size"),
            (["cluster_size=3K"], "a power of two"),
            (["cluster_size=4M"], "a power of two"),
            (["compression_type=lz4"], "zlib or zstd"),
            (["compression_level=0"], "from 1 to 19"),
        ] {
            let said = with(Options::COMPRESSED, &words).unwrap_err().to_string();
            assert!(said.contains(named), "{said}");
        }
        let said = with(Options::PLAIN, &["compression_type=zstd"]).unwrap_err().to_string();
        assert!(said.contains("does not compress"), "{said}");
    }
}
