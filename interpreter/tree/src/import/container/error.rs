//! What is wrong with an image of a container.

/// Why the file system of an image of a container cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ContainerFault {
    /// A file that is named is not there.
    #[error("names {0}, which is not in the image; get the image again")]
    Missing(String),
    /// A document that is no JSON.
    #[error("damaged: {0}")]
    Json(String),
    /// A document that is longer than any.
    #[error("{0} bytes long, too many for a description")]
    TooLong(u64),
    /// A document lacks what it must have.
    #[error("damaged: `{0}` is missing or of the wrong kind")]
    Field(&'static str),
    /// Layers and their digests do not go together.
    #[error("{layers} layers, but {digests} digests")]
    Count {
        /// Layers that the manifest names.
        layers: usize,
        /// Digests in the configuration.
        digests: usize,
    },
    /// A file is not as long as is said.
    #[error("{actual} bytes long, where {stated} are stated; get the image again")]
    Size {
        /// What the descriptor says.
        stated: u64,
        /// What there is.
        actual: u64,
    },
    /// A file is not what is said.
    #[error("damaged: its digest is {actual}, not {stated}; get the image again")]
    Digest {
        /// What the descriptor says.
        stated: String,
        /// What there is.
        actual: String,
    },
    /// A digest of another kind.
    #[error("{0}: only sha256 digests are known")]
    Algorithm(String),
    /// No image at all.
    #[error("lists no image")]
    NoImage,
    /// More than one image.
    #[error("several images ({}); copy the one that is wanted out of it, as with skopeo copy --override-arch", .0.join(", "))]
    Several(Vec<String>),
    /// Indexes in indexes without an end.
    #[error("an index in an index in an index; no image in sight")]
    TooDeep,
}
