//! Why a FAT volume cannot be made.

use super::geometry::Width;

/// Why a tree cannot become a FAT volume. Paths are those inside the tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The label has more than 11 characters.
    #[error("the label \"{label}\" has {length} characters; a FAT volume's has at most 11")]
    LabelTooLong {
        /// The label.
        label: String,
        /// How many characters it has.
        length: usize,
    },
    /// The label has a character that FAT forbids.
    #[error(
        "the label \"{label}\" has {character:?} in it; a FAT volume's label has only ASCII letters, digits, inner spaces and $ % ' - _ @ ~ ` ! ( ) {{ }} ^ # &"
    )]
    LabelCharacter {
        /// The label.
        label: String,
        /// The first such character.
        character: char,
    },
    /// FAT has only sectors of 512, 1024, 2048 and 4096 bytes.
    #[error("{0} bytes a sector: FAT has 512, 1024, 2048 or 4096")]
    SectorSize(u16),
    /// Not a power of two, or clusters above 64 KiB.
    #[error(
        "{sectors} sectors of {sector_size} bytes a cluster: FAT takes a power of two, and 64 KiB at most"
    )]
    ClusterSize {
        /// Sectors a cluster, as asked for.
        sectors: u8,
        /// Bytes a sector.
        sector_size: u16,
    },
    /// FAT has regular files and directories only.
    #[error("{path}: a FAT volume cannot hold {kind}")]
    FileKind {
        /// Which file.
        path: String,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// The name is not UTF-8, so that it cannot be spelt in UTF-16.
    #[error("{path}: a name on a FAT volume is Unicode; this one is not UTF-8")]
    NameEncoding {
        /// Which file, as far as it can be shown.
        path: String,
    },
    /// The name has a character that FAT forbids.
    #[error("{path}: a name on a FAT volume cannot have {character:?} in it")]
    NameCharacter {
        /// Which file.
        path: String,
        /// The first such character.
        character: char,
    },
    /// The name ends in a dot or a space, which readers of FAT drop.
    #[error("{path}: a name on a FAT volume cannot end in a dot or a space")]
    NameEnd {
        /// Which file.
        path: String,
    },
    /// The name has more than 255 UTF-16 units.
    #[error("{path}: the name has {units} UTF-16 units; FAT allows at most 255")]
    NameTooLong {
        /// Which file.
        path: String,
        /// UTF-16 units of the name.
        units: usize,
    },
    /// A file of 4 GiB or more.
    #[error("{path}: {len} bytes; a file on a FAT volume has at most 4294967295")]
    FileTooLarge {
        /// Which file.
        path: String,
        /// Its length in bytes.
        len: u64,
    },
    /// A directory of more than 2 MiB.
    #[error(
        "{path}: the directory needs {slots} entries, long names included; FAT allows at most {limit}"
    )]
    DirectoryTooLarge {
        /// Which directory.
        path: String,
        /// 32-byte entries needed.
        slots: usize,
        /// 32-byte entries there may be.
        limit: usize,
    },
    /// The contents need more than the size asked for.
    #[error(
        "a {width} volume of {size} bytes is too small for its contents: {needed} bytes are needed"
    )]
    TooSmall {
        /// Which FAT.
        width: Width,
        /// The size asked for, in bytes.
        size: u64,
        /// The least size that does, in bytes.
        needed: u64,
    },
    /// The size asked for is above what this FAT can address.
    #[error(
        "a {width} volume of {size} bytes is too large: {width} has at most {clusters} clusters"
    )]
    TooLarge {
        /// Which FAT.
        width: Width,
        /// The size asked for, in bytes.
        size: u64,
        /// The most clusters that it has.
        clusters: u32,
    },
    /// The contents are above what this FAT can address, whatever the size.
    #[error(
        "{bytes} bytes of contents are too many for {width}, which has at most {clusters} clusters"
    )]
    ContentsTooLarge {
        /// Which FAT.
        width: Width,
        /// Bytes of files and directories.
        bytes: u64,
        /// The most clusters that it has.
        clusters: u32,
    },
}
