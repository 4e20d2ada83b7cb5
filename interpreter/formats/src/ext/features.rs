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
/// `sparse_super2`: backups in at most two groups, which the superblock names.
pub const SPARSE_SUPER2: Feature = Feature { word: Word::Compat, mask: 0x200 };
/// `stable_inodes`: inode numbers and the UUID never change, as some encryption wants.
pub const STABLE_INODES: Feature = Feature { word: Word::Compat, mask: 0x800 };
/// `orphan_file`: a file lists the inodes that were removed while open.
pub const ORPHAN_FILE: Feature = Feature { word: Word::Compat, mask: 0x1000 };
/// `filetype`: directory entries tell the kind of file.
pub const FILETYPE: Feature = Feature { word: Word::Incompat, mask: 0x2 };
/// `meta_bg`: each descriptor block lies in the groups that it describes.
pub const META_BG: Feature = Feature { word: Word::Incompat, mask: 0x10 };
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
/// `inline_data`: small files lie in their inodes.
pub const INLINE_DATA: Feature = Feature { word: Word::Incompat, mask: 0x8000 };
/// `encrypt`: files may be encrypted, later on.
pub const ENCRYPT: Feature = Feature { word: Word::Incompat, mask: 0x1_0000 };
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
/// `quota`: hidden files hold what each user and group has taken.
pub const QUOTA: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x100 };
/// `metadata_csum`: all metadata has a crc32c.
pub const METADATA_CSUM: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x400 };

/// `project`: inodes have a project number; all of them 0 here.
pub const PROJECT: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x2000 };
/// `verity`: files may be sealed with a tree of hashes, later on.
pub const VERITY: Feature = Feature { word: Word::ReadOnlyCompat, mask: 0x8000 };

/// The features that can be laid out, by the names that mke2fs gives them.
const SUPPORTED: [(&str, Feature); 29] = [
    ("has_journal", HAS_JOURNAL),
    ("ext_attr", EXT_ATTR),
    ("resize_inode", RESIZE_INODE),
    ("dir_index", DIR_INDEX),
    ("sparse_super2", SPARSE_SUPER2),
    ("stable_inodes", STABLE_INODES),
    ("orphan_file", ORPHAN_FILE),
    ("filetype", FILETYPE),
    ("meta_bg", META_BG),
    ("extent", EXTENT),
    ("extents", EXTENT),
    ("64bit", WIDE_BLOCKS),
    ("flex_bg", FLEX_BG),
    ("metadata_csum_seed", METADATA_CSUM_SEED),
    ("large_dir", LARGE_DIR),
    ("inline_data", INLINE_DATA),
    ("encrypt", ENCRYPT),
    ("sparse_super", SPARSE_SUPER),
    ("large_file", LARGE_FILE),
    ("huge_file", HUGE_FILE),
    ("uninit_bg", UNINIT_BG),
    ("dir_nlink", DIR_NLINK),
    ("extra_isize", EXTRA_ISIZE),
    ("quota", QUOTA),
    ("metadata_csum", METADATA_CSUM),
    ("project", PROJECT),
    ("verity", VERITY),
    ("gdt_csum", UNINIT_BG),
    ("uninit_groups", UNINIT_BG),
];

/// Features that the Hurd does not know, or for which its inodes have no room.
pub(super) const NOT_OF_THE_HURD: [Feature; 4] = [FILETYPE, HUGE_FILE, METADATA_CSUM, WIDE_BLOCKS];

/// Features that no layout here has, and why. Asking for the absence of one is what is done anyway.
const REFUSED: [(&str, &str); 15] = [
    ("bigalloc", "files are laid out in blocks; the kernel calls clusters experimental"),
    ("casefold", "names are bytes here, whatever their letters mean"),
    ("dir_prealloc", "the kernel never made use of it"),
    ("ea_inode", "attributes lie in the inode and one block"),
    ("fast_commit", "its part of the journal is made when the kernel mounts; set it with tune2fs"),
    ("imagic_inodes", "it belongs to AFS servers"),
    ("journal_dev", "a journal of its own is no file system"),
    ("lazy_bg", "no kernel ever had it"),
    ("mmp", "a file system that several hosts share is not made from an image"),
    ("read-only", "mke2fs does not set it; seal the file system with tune2fs"),
    ("replica", "the kernel never had it"),
    ("shared_blocks", "no two files share blocks"),
    ("snapshot_bitmap", "the kernel never had it"),
    ("compression", "the kernel never had it"),
    ("dirdata", "the kernel never had it"),
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

    /// The names that mke2fs has for what is set; numbers for what has none.
    pub fn names(&self) -> Vec<String> {
        let mut rest = *self;
        let mut names = Vec::new();
        for (name, feature) in SUPPORTED {
            if rest.has(feature) {
                rest.clear(feature);
                names.push(name.to_owned());
            }
        }
        let words =
            [("compat", rest.compat), ("incompat", rest.incompat), ("ro_compat", rest.ro_compat)];
        for (word, bits) in words {
            let unnamed = (0..32).map(|bit| bits & 1 << bit).filter(|bit| *bit != 0);
            names.extend(unnamed.map(|bit| format!("{word}:{bit:#x}")));
        }
        names
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
    /// [`OptionError::UnknownFeature`] and [`OptionError::Refused`], with the name.
    pub fn edit(&mut self, list: &str) -> Result<(), OptionError> {
        for item in list.split([',', ' ']).filter(|item| !item.is_empty()) {
            let (wanted, name) = match item.strip_prefix(['^', '-']) {
                Some(name) => (false, name),
                None => (true, item.strip_prefix('+').unwrap_or(item)),
            };
            let known = SUPPORTED.iter().find(|(known, _)| *known == name);
            let refused = REFUSED.iter().find(|(known, _)| *known == name);
            match (known, refused) {
                _ if name == "none" && wanted => *self = Features::default(),
                (Some((_, feature)), _) if wanted => self.set(*feature),
                (Some((_, feature)), _) => self.clear(*feature),
                (None, Some((_, reason))) if wanted => {
                    return Err(OptionError::Refused { option: format!("-O {name}"), reason });
                }
                (None, Some(_)) => {}
                (None, None) => {
                    let names = SUPPORTED.iter().map(|(known, _)| *known);
                    let names = names.chain(REFUSED.iter().map(|(known, _)| *known));
                    let near = super::nearest::nearest(name, names);
                    return Err(OptionError::UnknownFeature { name: name.into(), near });
                }
            }
        }
        Ok(())
    }

    /// Checks that the features go together and settles what mke2fs settles silently.
    ///
    /// # Errors
    /// [`OptionError::Conflict`].
    pub fn settle(&mut self) -> Result<(), OptionError> {
        let needs = [
            (WIDE_BLOCKS, EXTENT, "64bit needs extent"),
            (RESIZE_INODE, SPARSE_SUPER, "resize_inode needs sparse_super"),
            (METADATA_CSUM_SEED, METADATA_CSUM, "metadata_csum_seed needs metadata_csum"),
            (LARGE_DIR, DIR_INDEX, "large_dir needs dir_index"),
            (ORPHAN_FILE, HAS_JOURNAL, "orphan_file needs has_journal"),
            (INLINE_DATA, EXT_ATTR, "inline_data needs ext_attr"),
            (VERITY, EXTENT, "verity needs extent"),
        ];
        for (feature, needed, sentence) in needs {
            if self.has(feature) && !self.has(needed) {
                return Err(OptionError::Conflict(sentence));
            }
        }
        if self.has(RESIZE_INODE) && self.has(META_BG) {
            let rule = "resize_inode and meta_bg exclude each other: -O meta_bg,^resize_inode";
            return Err(OptionError::Conflict(rule));
        }
        if self.has(METADATA_CSUM) {
            self.clear(UNINIT_BG);
        }
        Ok(())
    }
}
