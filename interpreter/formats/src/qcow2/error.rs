//! What can be wrong with an image or with what is asked of one.

use crate::output;

/// An option that there is not, or not with that value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// An option that qcow2 does not have here.
    #[error(
        "{0}: not an option of qcow2; there are cluster_size, compression_type and compression_level"
    )]
    Unknown(String),
    /// An option without a value.
    #[error("{0}: the option needs a value, as in KEY=VALUE")]
    MissingValue(String),
    /// A value that the option does not take.
    #[error("{option}={value}: expected {expected}")]
    Value {
        /// The option.
        option: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A plain image compresses nothing.
    #[error("{0}: this format does not compress; 'compressed-qcow2 does")]
    NotCompressed(String),
}

/// Why an image cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file does not begin as a qcow2 image does.
    #[error("not a qcow2 image")]
    NotQcow2,
    /// Something in it that is not read here.
    #[error("a qcow2 image with {0}, which is not read")]
    Unsupported(String),
    /// The image contradicts itself.
    #[error("a damaged qcow2 image: {0}")]
    Damaged(String),
    /// The file cannot be read.
    #[error(transparent)]
    Source(#[from] output::Error),
    /// What was decompressed cannot be kept.
    #[error("cannot keep decompressed clusters: {0}")]
    Spool(std::io::Error),
}
