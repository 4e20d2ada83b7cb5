//! Feature flags ("Super Block", `s_feature_compat`, `s_feature_incompat`, `s_feature_ro_compat`).

use super::options::{Kind, OptionError};

/// One of the superblock's three feature words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Compat,
    Incompat,
    ReadOnlyCompat,
}

/// One feature: a bit in one of the three words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    word: Word,
    mask: u32,
}

/// `has_journal`: inode 8 is a journal.
pub const HAS_JOURNAL: Feature = Feature { word: Word::Compat, mask: 0x4 };
/// `ext_attr`: files may have extended attributes.
pub const EXT_ATTR: Feature = Feature { word: Word::Compat, mask: 0x8 };
/// `resize_inode`: inode 7 keeps blocks free for more group descriptors.
pub const RESIZE_INODE: Feature = Feature { word: Word::Compat, mask: 0x10 };
/// `dir_index`: directories of more than one block are hash trees.
pub const DIR_INDEX: Feature = Feature { word: Word::Compat, mask: 0x20 };
/// `filetype`: directory entries tell the kind of file.
pub const FILETYPE: Feature = Feature { word: Word::Incompat, mask: 0x2 };
/// `extent`: files are mapped by extent trees.
pub const EXTENT: Feature = Feature { word: Word::Incompat, mask: 0x40 };
/// `64bit`: block numbers and group descriptors are wide.
pub const WIDE_BLOCKS: Feature = Feature { word: Word::Incompat, mask: 0x80 };
/// `flex_bg`: bitmaps and inode tables of several groups lie together.
pub const FLEX_BG: Feature = Feature { word: Word::Incompat, mask: 0x200 };
/// `metadata_csum_seed`: the checksums' seed is stored, so that the UUID may change.
pub const METADATA_CSUM_SEED: Feature = Feature { word: Word::Incompat, mask: 0x2000 };
/// `large_dir`: hash trees may have three levels.
pub const LARGE_DIR: Feature = Feature { word: Word::Incompat, mask: 0x4000 };
/// `sparse_super`: backups only in groups 0, 1 and the powers of 3, 5 and 7.
pub const SPARSE_SUPER: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x1 };
/// `large_file`: a file may have 2 GiB and more.
pub const LARGE_FILE: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x2 };
/// The length in bytes from which on a file needs `large_file`.
pub(super) const LARGE_FILE_FROM: u64 = 1 << 31;
/// `huge_file`: `i_blocks` has 48 bits.
pub const HUGE_FILE: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x8 };
/// `uninit_bg`: group descriptors have a crc16, unused tables need not be initialised.
pub const UNINIT_BG: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x10 };
/// `dir_nlink`: a directory may have more than 65,000 subdirectories.
pub const DIR_NLINK: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x20 };
/// `extra_isize`: the inode's additional fields are guaranteed.
pub const EXTRA_ISIZE: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x40 };
/// `metadata_csum`: all metadata has a crc32c.
pub const METADATA_CSUM: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x400 };

/// The features that can be laid out, by the names that mke2fs gives them.
const SUPPORTED: [(&str, Feature); 19] = [
    ("has_journal", HAS_JOURNAL),
    ("ext_attr", EXT_ATTR),
    ("resize_inode", RESIZE_INODE),
    ("dir_index", DIR_INDEX),
    ("filetype", FILETYPE),
    ("extent", EXTENT),
    ("extents", EXTENT),
    ("64bit", WIDE_BLOCKS),
    ("flex_bg", FLEX_BG),
    ("metadata_csum_seed", METADATA_CSUM_SEED),
    ("large_dir", LARGE_DIR),
    ("sparse_super", SPARSE_SUPER),
    ("large_file", LARGE_FILE),
    ("huge_file", HUGE_FILE),
    ("uninit_bg", UNINIT_BG),
    ("dir_nlink", DIR_NLINK),
    ("extra_isize", EXTRA_ISIZE),
    ("metadata_csum", METADATA_CSUM),
    ("gdt_csum", UNINIT_BG),
];

/// Features that mke2fs knows and no layout here has: asking for one is an error, asking for its
/// absence is what is done anyway.
const UNSUPPORTED: [&str; 22] = [
    "bigalloc",
    "casefold",
    "dir_prealloc",
    "ea_inode",
    "encrypt",
    "fast_commit",
    "imagic_inodes",
    "inline_data",
    "journal_dev",
    "lazy_bg",
    "meta_bg",
    "mmp",
    "orphan_file",
    "project",
    "quota",
    "read-only",
    "replica",
    "shared_blocks",
    "snapshot_bitmap",
    "sparse_super2",
    "stable_inodes",
    "verity",
];

/// The superblock's three feature words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// `s_feature_compat`: unknown ones do no harm.
    pub compat: u32,
    /// `s_feature_incompat`: a reader must know them all.
    pub incompat: u32,
    /// `s_feature_ro_compat`: a writer must know them all.
    pub ro_compat: u32,
}

impl Features {
    /// What mke2fs 1.47.0 gives this kind of file system.
    pub fn of_kind(kind: Kind) -> Features {
        let mut features = Features::default();
        let base = [SPARSE_SUPER, LARGE_FILE, FILETYPE, RESIZE_INODE, DIR_INDEX, EXT_ATTR];
        let ext4 = [EXTENT, HUGE_FILE, FLEX_BG, METADATA_CSUM, WIDE_BLOCKS, DIR_NLINK, EXTRA_ISIZE];
        base.into_iter().for_each(|feature| features.set(feature));
        if kind != Kind::Ext2 {
            features.set(HAS_JOURNAL);
        }
        if kind == Kind::Ext4 {
            ext4.into_iter().for_each(|feature| features.set(feature));
        }
        features
    }

    /// Whether `feature` is set.
    pub fn has(&self, feature: Feature) -> bool {
        let word = match feature.word {
            Word::Compat => self.compat,
            Word::Incompat => self.incompat,
            Word::ReadOnlyCompat => self.ro_compat,
        };
        word & feature.mask != 0
    }

    /// Whether group descriptors have a checksum of either kind.
    pub fn has_group_checksum(&self) -> bool {
        self.has(METADATA_CSUM) || self.has(UNINIT_BG)
    }

    /// Sets `feature`.
    pub fn set(&mut self, feature: Feature) {
        *self.word(feature) |= feature.mask;
    }

    /// Clears `feature`.
    pub fn clear(&mut self, feature: Feature) {
        *self.word(feature) &= !feature.mask;
    }

    fn word(&mut self, feature: Feature) -> &mut u32 {
        match feature.word {
            Word::Compat => &mut self.compat,
            Word::Incompat => &mut self.incompat,
            Word::ReadOnlyCompat => &mut self.ro_compat,
        }
    }

    /// Changes the features as mke2fs's `-O LIST` does: names separated by commas or spaces, `^`
    /// before one clears it, `none` clears all.
    ///
    /// # Errors
    /// [`OptionError::UnknownFeature`] and [`OptionError::UnsupportedFeature`], with the name.
    pub fn edit(&mut self, list: &str) -> Result<(), OptionError> {
        for item in list.split([',', ' ']).filter(|item| !item.is_empty()) {
            let (wanted, name) = match item.strip_prefix(['^', '-']) {
                Some(name) => (false, name),
                None => (true, item.strip_prefix('+').unwrap_or(item)),
            };
            let known = SUPPORTED.iter().find(|(known, _)| *known == name);
            match known {
                _ if name == "none" && wanted => *self = Features::default(),
                Some((_, feature)) if wanted => self.set(*feature),
                Some((_, feature)) => self.clear(*feature),
                None if !UNSUPPORTED.contains(&name) => {
                    return Err(OptionError::UnknownFeature(name.into()));
                }
                None if wanted => return Err(OptionError::UnsupportedFeature(name.into())),
                None => {}
            }
        }
        Ok(())
    }

    /// Checks that the features go together and settles what mke2fs settles silently.
    ///
    /// # Errors
    /// [`OptionError::Conflict`].
    pub fn settle(&mut self) -> Result<(), OptionError> {
        let conflicts = [
            (WIDE_BLOCKS, EXTENT, "64bit needs extent"),
            (RESIZE_INODE, SPARSE_SUPER, "resize_inode needs sparse_super"),
            (METADATA_CSUM_SEED, METADATA_CSUM, "metadata_csum_seed needs metadata_csum"),
            (LARGE_DIR, DIR_INDEX, "large_dir needs dir_index"),
        ];
        for (feature, needed, sentence) in conflicts {
            if self.has(feature) && !self.has(needed) {
                return Err(OptionError::Conflict(sentence));
            }
        }
        if self.has(METADATA_CSUM) {
            self.clear(UNINIT_BG);
        }
        Ok(())
    }
}
