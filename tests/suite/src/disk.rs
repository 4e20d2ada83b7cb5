//! Whole-disk images, taken apart by `sfdisk` and judged by the checkers of each file system.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::compare::{Report, data_ranges, trees};
use crate::mount::Mounted;
use crate::program::{self, Outcome};

/// Bytes in a sector of the partition table.
pub const SECTOR: u64 = 512;

/// One line of a partition table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// First sector.
    pub start: u64,
    /// Number of sectors.
    pub sectors: u64,
    /// As `sfdisk` writes it: hexadecimal for MBR (`ef`, `83`), a UUID for GPT.
    pub kind: String,
    /// The boot flag of an MBR.
    pub bootable: bool,
}

/// The partition table of `image`.
///
/// # Panics
/// Where `sfdisk` finds none, or finds fault with it.
#[track_caller]
pub fn partitions(image: &Path) -> Vec<Partition> {
    let verified = program::run(program::command("sfdisk").arg("--verify").arg(image)).ok();
    let clean = verified.text().contains("No errors detected");
    assert!(clean, "sfdisk finds fault: {verified}");
    let dump = program::run(program::command("sfdisk").arg("--dump").arg(image)).ok().text();
    let lines = dump.lines().filter_map(|line| line.split_once(" : "));
    lines.map(|(_, fields)| partition(fields)).collect()
}

#[track_caller]
fn partition(fields: &str) -> Partition {
    let value = |name: &str| {
        let found = fields.split(',').find_map(|field| {
            field
                .split_once('=')
                .filter(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim())
        });
        found.unwrap_or_else(|| panic!("sfdisk gives no {name}: {fields}")).to_owned()
    };
    let number = |name: &str| -> u64 { value(name).parse().expect("a number of sectors") };
    Partition {
        start: number("start"),
        sectors: number("size"),
        kind: value("type").to_ascii_lowercase(),
        bootable: fields.split(',').any(|field| field.trim() == "bootable"),
    }
}

/// Copies a partition out of `image` into a file of its own; holes stay holes.
///
/// # Errors
/// The kernel's.
pub fn extract(image: &Path, partition: &Partition, out: &Path) -> io::Result<()> {
    let mut source = File::open(image)?;
    let mut target = File::create(out)?;
    let (start, length) = (partition.start * SECTOR, partition.sectors * SECTOR);
    target.set_len(length)?;
    let end = start + length;
    for (from, to) in data_ranges(&source, source.metadata()?.len())? {
        let (from, to) = (from.max(start), to.min(end));
        if from < to {
            source.seek(SeekFrom::Start(from))?;
            target.seek(SeekFrom::Start(from - start))?;
            io::copy(&mut (&mut source).take(to - from), &mut target)?;
        }
    }
    Ok(())
}

/// Checks that `e2fsck` has nothing to say of the file system in `file`.
///
/// # Panics
/// Where it has.
#[track_caller]
pub fn check_ext4(file: &Path) -> Outcome {
    program::run(program::command("e2fsck").args(["-f", "-n"]).arg(file)).ok()
}

/// Checks that `fsck.fat` has nothing to say of the file system in `file`.
///
/// # Panics
/// Where it has.
#[track_caller]
pub fn check_fat(file: &Path) -> Outcome {
    program::run(program::command("fsck.fat").arg("-n").arg(file)).ok()
}

/// A line of the superblock as `dumpe2fs` shows it: `superblock(file, "Filesystem UUID")`.
///
/// # Panics
/// Where there is no such line.
#[track_caller]
pub fn superblock(file: &Path, name: &str) -> String {
    let shown = program::run(program::command("dumpe2fs").arg("-h").arg(file)).ok().text();
    let found = shown.lines().find_map(|line| {
        line.strip_prefix(name)?.strip_prefix(':').map(|value| value.trim().to_owned())
    });
    found.unwrap_or_else(|| panic!("dumpe2fs shows no {name:?}:\n{shown}"))
}

/// Mounts the ext4 in `file` and compares all of it with the tree at `source`; what is under
/// `may_add` may be there beside it, and `lost+found`.
///
/// # Panics
/// Where it cannot be mounted or read.
#[track_caller]
pub fn compare_ext4(file: &Path, source: &Path, may_add: &[&str]) -> Report {
    let mounted = Mounted::ext4(file).expect("the kernel mounts the file system");
    let mut allowed = vec!["lost+found"];
    allowed.extend(may_add);
    trees(source, mounted.path(), &allowed).expect("both trees can be read")
}
