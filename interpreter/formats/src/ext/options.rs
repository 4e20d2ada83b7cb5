//! What a file system is asked to be.

use super::command_line;
use super::features::{self, Features};

/// Which of the three file systems; decides the default features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No journal, block maps.
    Ext2,
    /// A journal, block maps.
    Ext3,
    /// A journal, extents, checksums.
    Ext4,
}

impl Kind {
    /// `ext2`, `ext3` or `ext4`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ext2 => "ext2",
            Kind::Ext3 => "ext3",
            Kind::Ext4 => "ext4",
        }
    }
}

/// How large the file system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many bytes; what is less than a block at the end stays unused.
    Exact(u64),
    /// As small as the tree allows.
    Minimum,
}

/// What the kernel does when it finds an error (`s_errors`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorBehaviour {
    /// Goes on.
    #[default]
    Continue = 1,
    /// Allows no more writing.
    RemountReadOnly = 2,
    /// Stops the machine.
    Panic = 3,
}

/// How many bytes a file system's label may have (`s_volume_name`).
pub const LABEL_LIMIT: usize = 16;
/// How many bytes the place of the last mount may have (`s_last_mounted`).
pub const LAST_MOUNTED_LIMIT: usize = 64;

/// What a file system is asked to be. Fields that are `None` take mke2fs 1.47.0's default for the
/// kind and the size.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// ext2, ext3 or ext4.
    pub kind: Kind,
    /// The features, those of the kind edited by `-O`.
    pub features: Features,
    /// Block size in bytes: 1024, 2048 or 4096 (`-b`).
    pub block_size: Option<u32>,
    /// Inode size in bytes: a power of two from 128 to the block size (`-I`).
    pub inode_size: Option<u32>,
    /// One inode for so many bytes of the file system (`-i`).
    pub bytes_per_inode: Option<u32>,
    /// At least so many inodes (`-N`).
    pub inode_count: Option<u32>,
    /// Per cent of the blocks that only root may use, 0 to 50 (`-m`).
    pub reserved_percent: f64,
    /// Size of the journal in MiB (`-J size=`).
    pub journal_mebibytes: Option<u32>,
    /// Groups whose bitmaps and inode tables lie together, a power of two (`-G`).
    pub groups_per_flex: Option<u32>,
    /// Usage types that replace the one found from the size (`-T`).
    pub usage: Option<Vec<String>>,
    /// Owner and group of the root directory, in place of the tree's (`-E root_owner=`).
    pub root_owner: Option<(u32, u32)>,
    /// `-E stride=` and `-E stripe_width=`, in blocks; zero when unknown.
    pub raid: (u16, u32),
    /// What the kernel does when it finds an error (`-e`).
    pub errors: ErrorBehaviour,
    /// Where it is said to have been mounted last, at most 64 bytes (`-M`).
    pub last_mounted: Vec<u8>,
    /// The label, at most 16 bytes (`-L`).
    pub label: Vec<u8>,
    /// The UUID (`-U`). With one of zeros, e2fsck wants to give the file system another.
    pub uuid: [u8; 16],
    /// Seed of the directories' hashes (`-E hash_seed=`); derived from the UUID when not given.
    pub hash_seed: Option<[u8; 16]>,
    /// When the file system is said to have been made, in seconds since the epoch.
    pub time: u32,
    /// How large it is to be.
    pub size: Size,
}

/// What is wrong with mke2fs's option words.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OptionError {
    /// No such option, or one that has no meaning for a layout.
    #[error("mke2fs option {0} is not known here")]
    UnknownOption(String),
    /// An option that stands without its value.
    #[error("mke2fs option {0} needs a value")]
    MissingValue(String),
    /// A value that the option cannot have.
    #[error("mke2fs option {option} cannot be {value:?}: it is {expected}")]
    Value {
        /// The option as it was written.
        option: String,
        /// The value as it was written.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A word that belongs to no option.
    #[error("{0:?} belongs to no mke2fs option: device and size are not named here")]
    StrayWord(String),
    /// No such feature.
    #[error("file system feature {0:?} is not known; was another spelling meant?")]
    UnknownFeature(String),
    /// A feature that mke2fs has and this layout has not.
    #[error("file system feature {0:?} cannot be laid out here; leave it out")]
    UnsupportedFeature(String),
    /// A text that its field in the superblock does not hold.
    #[error("{what} has {len} bytes, the file system has room for {limit}: shorten it")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The longest one in bytes.
        limit: usize,
    },
    /// Features or options that do not go together.
    #[error("file system options conflict: {0}")]
    Conflict(&'static str),
}

impl Options {
    /// The defaults of `kind`: no label, a UUID of zeros, the smallest size that holds the tree.
    pub fn new(kind: Kind) -> Options {
        Options {
            kind,
            features: Features::of_kind(kind),
            block_size: None,
            inode_size: None,
            bytes_per_inode: None,
            inode_count: None,
            reserved_percent: 5.0,
            journal_mebibytes: None,
            groups_per_flex: None,
            usage: None,
            root_owner: None,
            raid: (0, 0),
            errors: ErrorBehaviour::Continue,
            last_mounted: Vec::new(),
            label: Vec::new(),
            uuid: [0; 16],
            hash_seed: None,
            time: 0,
            size: Size::Minimum,
        }
    }

    /// The defaults of `kind`, changed by option words as mke2fs takes them, such as
    /// `-O ^metadata_csum,^64bit -m 1`. Options that only say how mke2fs is to work (`-q`, `-F`,
    /// `-E lazy_itable_init`) are taken and change nothing: all that is not used is zeros anyway.
    ///
    /// # Errors
    /// [`OptionError`], with the word at fault.
    pub fn parse(kind: Kind, words: &[String]) -> Result<Options, OptionError> {
        command_line::parse(kind, words)
    }

    /// Settles what mke2fs settles silently, and checks what can be judged without the size.
    ///
    /// # Errors
    /// [`OptionError::Conflict`], [`OptionError::TooLong`].
    pub fn settle(&mut self) -> Result<(), OptionError> {
        self.features.settle()?;
        let inode_size = self.inode_size.unwrap_or(256);
        let journalled = self.features.has(features::HAS_JOURNAL);
        let rules = [
            (
                matches!(self.block_size, None | Some(1024 | 2048 | 4096)),
                "the block size (-b) is 1024, 2048 or 4096",
            ),
            (
                inode_size.is_power_of_two()
                    && (128..=self.block_size.unwrap_or(1024)).contains(&inode_size),
                "the inode size (-I) is a power of two from 128 to the block size (-b)",
            ),
            (
                self.groups_per_flex.is_none_or(u32::is_power_of_two),
                "the groups of a flex group (-G) are a power of two",
            ),
            (
                self.groups_per_flex.is_none() || self.features.has(features::FLEX_BG),
                "-G needs flex_bg",
            ),
            (self.journal_mebibytes.is_none() || journalled, "-J needs has_journal"),
            (
                (0.0..=50.0).contains(&self.reserved_percent),
                "reserved blocks (-m) are a percentage from 0 to 50",
            ),
            (self.bytes_per_inode != Some(0), "there is no inode for 0 bytes (-i)"),
        ];
        if let Some((_, rule)) = rules.into_iter().find(|(kept, _)| !kept) {
            return Err(OptionError::Conflict(rule));
        }
        let texts = [
            ("the label", self.label.len(), LABEL_LIMIT),
            ("the place of the last mount", self.last_mounted.len(), LAST_MOUNTED_LIMIT),
        ];
        match texts.into_iter().find(|(_, len, limit)| len > limit) {
            Some((what, len, limit)) => Err(OptionError::TooLong { what, len, limit }),
            None => Ok(()),
        }
    }

    /// The seed of the directories' hashes: the given one, or one made from the UUID.
    pub fn effective_hash_seed(&self) -> [u8; 16] {
        self.hash_seed.unwrap_or_else(|| {
            let mut seed = [0; 16];
            for (word, salt) in seed.as_chunks_mut::<4>().0.iter_mut().zip(b"hash") {
                *word = super::checksum::crc32c(u32::from(*salt), &self.uuid).to_le_bytes();
            }
            seed
        })
    }
}
