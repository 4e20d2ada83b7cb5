//! mke2fs's lists of extended options (`-E`) and journal options (`-J`).

use super::command_line::Setting;
use super::nearest::nearest;
use super::options::{Amount, OptionError, Options, QuotaTypes};

/// The extended options that there are.
const KNOWN: [&str; 21] = [
    "assume_storage_prezeroed",
    "desc_size",
    "discard",
    "hash_seed",
    "lazy_itable_init",
    "lazy_journal_init",
    "no_copy_xattrs",
    "nodiscard",
    "num_backup_sb",
    "orphan_file_size",
    "packed_meta_blocks",
    "quotatype",
    "resize",
    "root_owner",
    "stride",
    "stripe_width",
    "test_fs",
    "encoding",
    "encoding_flags",
    "mmp_update_interval",
    "offset",
];

/// Those of mke2fs that have no place here, and why.
const REFUSED: [(&str, &str); 7] = [
    ("-E encoding", "casefold, which it belongs to, is not laid out here"),
    ("-E encoding_flags", "casefold, which it belongs to, is not laid out here"),
    ("-E mmp_update_interval", "mmp, which it belongs to, is not laid out here"),
    ("-E offset", "the partition says where it lies"),
    ("-J device", "a journal on another device is no part of an image"),
    ("-J fast_commit_size", "fast_commit, which it belongs to, is not laid out here"),
    ("-J location", "the journal lies before the files"),
];

/// One item of a list like `size=4,location=0`.
struct Item<'a> {
    /// With the letter, as it is named in messages.
    option: String,
    name: &'a str,
    value: Option<&'a str>,
}

fn items(letter: char, list: &str) -> impl Iterator<Item = Item<'_>> {
    list.split(',').filter(|item| !item.is_empty()).map(move |item| {
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (item, None),
        };
        Item { option: format!("-{letter} {name}"), name, value }
    })
}

impl Item<'_> {
    /// The value that must be there.
    fn setting(&self) -> Result<Setting<'_>, OptionError> {
        let missing = || OptionError::MissingValue(self.option.clone());
        Ok(Setting { option: &self.option, value: self.value.ok_or_else(missing)? })
    }

    /// A switch: on where no value says otherwise.
    fn switch(&self) -> Result<bool, OptionError> {
        match self.value {
            None | Some("1") => Ok(true),
            Some("0") => Ok(false),
            Some(_) => self.setting()?.refuse("0 or 1"),
        }
    }

    /// A number of blocks, or with a unit a number of bytes.
    fn amount(&self) -> Result<Amount, OptionError> {
        let setting = self.setting()?;
        let digits = setting.value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let number = digits.parse::<u64>().ok();
        let shift = match &setting.value[digits.len()..] {
            "" => None,
            "s" => Some(9),
            "k" | "K" => Some(10),
            "m" | "M" => Some(20),
            "g" | "G" => Some(30),
            "t" | "T" => Some(40),
            _ => return setting.refuse("a number of blocks, or of bytes with k, m, g or t"),
        };
        let amount = match (number, shift) {
            (Some(blocks), None) => Some(Amount::Blocks(blocks)),
            (Some(units), Some(shift)) => units.checked_mul(1 << shift).map(Amount::Bytes),
            (None, _) => None,
        };
        match amount {
            Some(amount) => Ok(amount),
            None => setting.refuse("a number of blocks, or of bytes with k, m, g or t"),
        }
    }

    fn unknown(&self, near: Option<&'static str>) -> OptionError {
        match REFUSED.iter().find(|(refused, _)| *refused == self.option) {
            Some((_, reason)) => OptionError::Refused { option: self.option.clone(), reason },
            None => OptionError::UnknownOption { option: self.option.clone(), near },
        }
    }
}

/// The items of `-J`.
pub(super) fn set_journal(options: &mut Options, list: &str) -> Result<(), OptionError> {
    for item in items('J', list) {
        if item.name != "size" {
            return Err(item.unknown(nearest(item.name, ["size"].into_iter())));
        }
        let mebibytes = item.setting()?.number(1..=40_000, "a number of MiB")?;
        options.journal_mebibytes = Some(mebibytes);
    }
    Ok(())
}

/// The items of `-E`.
pub(super) fn set(options: &mut Options, list: &str) -> Result<(), OptionError> {
    for item in items('E', list) {
        match item.name {
            "root_owner" => {
                let setting = item.setting()?;
                let ids = setting.value.split_once(':');
                let ids = ids.and_then(|(uid, gid)| Some((uid.parse().ok()?, gid.parse().ok()?)));
                match ids {
                    Some(ids) => options.root_owner = Some(ids),
                    None => return setting.refuse("UID:GID"),
                }
            }
            "hash_seed" => options.hash_seed = Some(item.setting()?.uuid()?),
            "stride" => {
                options.raid.0 = item.setting()?.number(0..=0xffff, "a number of blocks")? as u16;
            }
            "stripe_width" | "stripe-width" => {
                let expected = "a number of blocks";
                options.raid.1 = item.setting()?.number(0..=u32::MAX.into(), expected)?;
            }
            "resize" => options.resize_limit = Some(item.amount()?),
            "packed_meta_blocks" => options.packed = item.switch()?,
            "num_backup_sb" => {
                options.backup_superblocks = item.setting()?.number(0..=2, "0, 1 or 2")? as u8;
            }
            "orphan_file_size" => options.orphan_file = Some(item.amount()?),
            "quotatype" => options.quota = Some(quota_types(&item.setting()?)?),
            "no_copy_xattrs" => options.without_xattrs = item.switch()?,
            "test_fs" if item.value.is_none() => options.test = true,
            "desc_size" | "desc-size" => {
                let setting = item.setting()?;
                if setting.value != "64" {
                    return setting.refuse("64: the size that 64bit brings");
                }
            }
            "lazy_itable_init" | "lazy_journal_init" | "assume_storage_prezeroed" => {
                item.switch()?;
            }
            "discard" | "nodiscard" if item.value.is_none() => {}
            name => return Err(item.unknown(nearest(name, KNOWN.into_iter()))),
        }
    }
    Ok(())
}

fn quota_types(setting: &Setting) -> Result<QuotaTypes, OptionError> {
    let mut types = QuotaTypes { user: false, group: false, project: false };
    for name in setting.value.split(':') {
        match name {
            "usr" | "usrquota" => types.user = true,
            "grp" | "grpquota" => types.group = true,
            "prj" | "prjquota" => types.project = true,
            _ => return setting.refuse("usrquota, grpquota and prjquota, with a colon between"),
        }
    }
    Ok(types)
}
