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

/// Whose file system it is (`s_creator_os`): each has a meaning of its own for a part of the inode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Creator {
    /// Linux.
    #[default]
    Linux = 0,
    /// The Hurd, whose ext2 has inodes of 128 bytes and knows fewer features.
    Hurd = 1,
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

/// A size as mke2fs's extended options take it: with a unit, or as a number of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many bytes.
    Bytes(u64),
    /// So many blocks.
    Blocks(u64),
}

impl Amount {
    /// The whole blocks in it.
    pub(super) fn blocks(self, block_size: u64) -> u64 {
        match self {
            Amount::Bytes(bytes) => bytes / block_size,
            Amount::Blocks(blocks) => blocks,
        }
    }
}

/// Whose use of the file system is counted (`-E quotatype=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaTypes {
    /// Each user's.
    pub user: bool,
    /// Each group's.
    pub group: bool,
    /// Each project's.
    pub project: bool,
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
    /// Whose file system it is (`-o`).
    pub creator: Creator,
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
    /// Blocks of a group, a multiple of eight from 256 to eight times the block size (`-g`).
    pub blocks_per_group: Option<u32>,
    /// Groups whose bitmaps and inode tables lie together, a power of two (`-G`).
    pub groups_per_flex: Option<u32>,
    /// Whether all bitmaps, inode tables and the journal lie together at the start
    /// (`-E packed_meta_blocks`).
    pub packed: bool,
    /// The size up to which it can grow while it is mounted (`-E resize=`).
    pub resize_limit: Option<Amount>,
    /// Groups with a backup of the superblock, with `sparse_super2` (`-E num_backup_sb=`): at most 2.
    pub backup_superblocks: u8,
    /// Length of the orphan file (`-E orphan_file_size=`).
    pub orphan_file: Option<Amount>,
    /// Whose use is counted, with `quota`; users', groups' and, with `project`, projects' by default.
    pub quota: Option<QuotaTypes>,
    /// Whether extended attributes are left out (`-E no_copy_xattrs`).
    pub without_xattrs: bool,
    /// Whether it is marked as one for file systems still in the making (`-E test_fs`).
    pub test: bool,
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
    /// No such option.
    #[error("mke2fs option {option} is not known{}", meant(*.near))]
    UnknownOption {
        /// The option as it was written.
        option: String,
        /// The one that may have been meant.
        near: Option<&'static str>,
    },
    /// An option or feature that mke2fs has, and that no layout here has.
    #[error("mke2fs option {option} cannot be had: {reason}")]
    Refused {
        /// The option as it was written.
        option: String,
        /// Why.
        reason: &'static str,
    },
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
    #[error("file system feature {name:?} is not known{}", meant(*.near))]
    UnknownFeature {
        /// The feature as it was written.
        name: String,
        /// The one that may have been meant.
        near: Option<&'static str>,
    },
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

/// The end of a message that may know better.
fn meant(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; was {near} meant?"))
}

impl Options {
    /// The defaults of `kind`: no label, a UUID of zeros, the smallest size that holds the tree.
    pub fn new(kind: Kind) -> Options {
        Options {
            kind,
            creator: Creator::Linux,
            features: Features::of_kind(kind),
            block_size: None,
            inode_size: None,
            bytes_per_inode: None,
            inode_count: None,
            reserved_percent: 5.0,
            journal_mebibytes: None,
            blocks_per_group: None,
            groups_per_flex: None,
            packed: false,
            resize_limit: None,
            backup_superblocks: 2,
            orphan_file: None,
            quota: None,
            without_xattrs: false,
            test: false,
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
    /// Several `-E` or `-O` add up; of a thing said twice the last counts.
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
        let has = |feature| self.features.has(feature);
        let inode_size = self.effective_inode_size();
        let block_size = self.block_size.unwrap_or(1024);
        let rules = [
            (
                self.creator != Creator::Hurd || !features::NOT_OF_THE_HURD.into_iter().any(has),
                "the Hurd (-o hurd) has none of filetype, huge_file, metadata_csum and 64bit",
            ),
            (
                matches!(self.block_size, None | Some(1024 | 2048 | 4096)),
                "the block size (-b) is 1024, 2048 or 4096",
            ),
            (
                inode_size.is_power_of_two() && (128..=block_size).contains(&inode_size),
                "the inode size (-I) is a power of two from 128 to the block size (-b)",
            ),
            (
                self.blocks_per_group.is_none_or(|blocks| {
                    let most = 8 * self.block_size.unwrap_or(4096);
                    blocks % 8 == 0 && (256..=most.min(65528)).contains(&blocks)
                }),
                "blocks per group (-g) are a multiple of 8 from 256 to 8 times the block size",
            ),
            (
                self.groups_per_flex.is_none_or(u32::is_power_of_two),
                "the groups of a flex group (-G) are a power of two",
            ),
            (self.groups_per_flex.is_none() || has(features::FLEX_BG), "-G needs flex_bg"),
            (!self.packed || has(features::FLEX_BG), "-E packed_meta_blocks needs flex_bg"),
            (
                self.resize_limit.is_none() || has(features::RESIZE_INODE),
                "-E resize needs resize_inode",
            ),
            (
                self.journal_mebibytes.is_none() || has(features::HAS_JOURNAL),
                "-J needs has_journal",
            ),
            (
                self.orphan_file.is_none() || has(features::ORPHAN_FILE),
                "-E orphan_file_size needs orphan_file",
            ),
            (self.quota.is_none() || has(features::QUOTA), "-E quotatype needs quota"),
            (
                self.quota.is_none_or(|types| !types.project) || has(features::PROJECT),
                "-E quotatype=prjquota needs project",
            ),
            (
                !has(features::PROJECT) || inode_size > 128,
                "project needs inodes of 256 bytes (-I 256)",
            ),
            (
                !has(features::INLINE_DATA) || inode_size > 128,
                "inline_data needs inodes of 256 bytes (-I 256)",
            ),
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

    /// The inode size in bytes: the given one, or the default.
    pub(super) fn effective_inode_size(&self) -> u32 {
        self.inode_size.unwrap_or(match self.creator {
            Creator::Linux => 256,
            Creator::Hurd => 128,
        })
    }

    /// Whose use of the file system is counted.
    pub(super) fn quota_types(&self) -> QuotaTypes {
        let quota = self.features.has(features::QUOTA);
        let project = self.features.has(features::PROJECT);
        let all = QuotaTypes { user: quota, group: quota, project: quota && project };
        self.quota.unwrap_or(all)
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
