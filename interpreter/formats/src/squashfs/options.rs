//! What can be asked of a file system, in mksquashfs's words.

use super::compressor::{Compression, Compressor};

/// Bytes of a block, by default and as mksquashfs has it.
const BLOCK_LEN: u64 = 128 << 10;
/// The blocks that Linux reads.
const BLOCK_LENS: std::ops::RangeInclusive<u64> = 4096..=1 << 20;

/// How a file system is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes of a block, a power of two.
    pub block_len: u64,
    /// What blocks are compressed with.
    pub compression: Compression,
    /// How hard it tries.
    pub level: i32,
}

impl Default for Options {
    fn default() -> Options {
        let compression = Compression::default();
        Options { block_len: BLOCK_LEN, compression, level: compression.default_level() }
    }
}

/// Words that say nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// An option that there is not.
    #[error("{0}: squashfs has no such option; it has -comp, -Xcompression-level and -b")]
    Unknown(String),
    /// An option without what it needs.
    #[error("{0} needs a value")]
    NoValue(String),
    /// A compressor that there is not.
    #[error("-comp {0}: squashfs is compressed with gzip or zstd")]
    Compression(String),
    /// A level that the compressor has not.
    #[error("-Xcompression-level {value}: a number from 1 to {highest}")]
    Level {
        /// What was given.
        value: String,
        /// The compressor's highest.
        highest: i32,
    },
    /// No size of a block.
    #[error("-b {0}: a block has 4K to 1M bytes, a power of two")]
    BlockLen(String),
}

impl Options {
    /// Options from mksquashfs's words: `-comp NAME`, `-Xcompression-level N`, `-b SIZE`.
    ///
    /// # Errors
    /// When a word is not understood.
    pub fn parse(words: &[String]) -> Result<Options, OptionsError> {
        let mut options = Options::default();
        let mut level = None;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if !matches!(&**word, "-comp" | "-Xcompression-level" | "-b") {
                return Err(OptionsError::Unknown(word.clone()));
            }
            let value = words.next().ok_or_else(|| OptionsError::NoValue(word.clone()))?;
            match &**word {
                "-comp" => {
                    options.compression = Compression::named(value)
                        .ok_or_else(|| OptionsError::Compression(value.clone()))?;
                }
                "-b" => {
                    options.block_len =
                        block_len(value).ok_or_else(|| OptionsError::BlockLen(value.clone()))?;
                }
                _ => level = Some(value),
            }
        }
        let highest = options.compression.highest_level();
        options.level = match level {
            None => options.compression.default_level(),
            Some(value) => value
                .parse()
                .ok()
                .filter(|level| (1..=highest).contains(level))
                .ok_or_else(|| OptionsError::Level { value: value.clone(), highest })?,
        };
        Ok(options)
    }

    pub(super) fn compressor(&self) -> Compressor {
        Compressor::new(self.compression, self.level)
    }
}

fn block_len(text: &str) -> Option<u64> {
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' | b'k' => (&text[..text.len() - 1], 10),
        b'M' | b'm' => (&text[..text.len() - 1], 20),
        _ => (text, 0),
    };
    let number: u64 = digits.parse().ok()?;
    let len = number.checked_mul(1 << unit)?;
    Some(len).filter(|len| len.is_power_of_two() && BLOCK_LENS.contains(len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, OptionsError> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn words_are_those_of_mksquashfs() {
        assert_eq!(parse(""), Ok(Options::default()));
        let asked = parse("-Xcompression-level 22 -b 1M -comp zstd");
        let wanted = Options { block_len: 1 << 20, compression: Compression::Zstd, level: 22 };
        assert_eq!(asked, Ok(wanted));
        assert_eq!(parse("-comp zstd").map(|options| options.level), Ok(15));
        for wrong in
            ["-comp lz4", "-comp", "-b 3K", "-b 2M", "-b 2K", "-x", "-Xcompression-level 10"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
