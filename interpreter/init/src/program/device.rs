//! The block devices that the kernel has found.

use crate::superblock::{self, Volume};
use crate::syscall::{self, File};
use crate::text::{PathText, Text, number, words};
use crate::wanted::Name;

/// Where the kernel lists them.
const LIST: &[u8] = b"/sys/class/block\0";

/// Room for a device's name.
pub type DeviceName = Text<64>;

/// Calls `visit` with the name of every entry of a directory, and whether it is a directory itself,
/// until that returns true.
pub fn entries(path: &[u8], visit: &mut dyn FnMut(&[u8], bool) -> bool) {
    const DT_DIR: u8 = 4;
    let Ok(directory) = File::open(path) else { return };
    // Aligned as `struct linux_dirent64` is: its fields are read one by one.
    let mut buffer = [0; 4096];
    while let Ok(len) = directory.entries(&mut buffer) {
        if len == 0 {
            return;
        }
        let mut at = 0;
        while at < len {
            let entry = &buffer[at..len];
            let size = usize::from(u16::from_le_bytes([entry[16], entry[17]]));
            let name = entry[19..size].split(|byte| *byte == 0).next().unwrap_or(b"");
            if name != b"." && name != b".." && visit(name, entry[18] == DT_DIR) {
                return;
            }
            at += size;
        }
    }
}

/// Calls `visit` with the name of every block device until that returns true.
pub fn all(visit: &mut dyn FnMut(&DeviceName) -> bool) {
    entries(LIST, &mut |name, _| visit(&Text::of(&[name])));
}

/// Its file.
pub fn file(name: &DeviceName) -> PathText {
    // Names in /sys have `!` where the file's have `/`.
    let mut path = Text::of(&[b"/dev/"]);
    for byte in name.as_bytes() {
        path.push(if *byte == b'!' { b"/" } else { core::slice::from_ref(byte) });
    }
    path
}

/// What is on the device.
pub fn volume(name: &DeviceName) -> Option<Volume> {
    let device = File::open(file(name).path()).ok()?;
    superblock::identify(&mut |offset, buffer| device.read_at(offset, buffer) == Ok(buffer.len()))
}

/// The device that has the wanted name.
pub fn find(wanted: &Name) -> Option<DeviceName> {
    let mut found = None;
    all(&mut |name| {
        let is_it = match wanted {
            Name::Device(path) => file(name).as_bytes() == *path,
            Name::Label(label) => {
                volume(name).is_some_and(|volume| volume.label.as_bytes() == *label)
            }
            Name::Uuid(uuid) => {
                volume(name).is_some_and(|volume| volume.uuid.as_bytes().eq_ignore_ascii_case(uuid))
            }
            Name::Partition(uuid) => partition_uuid(name)
                .is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(uuid)),
        };
        if is_it {
            found = Some(*name);
        }
        is_it
    });
    found
}

/// A small file of the device's in /sys.
fn attribute(name: &[u8], file: &[u8]) -> Option<Text<64>> {
    let path = PathText::of(&[b"/sys/class/block/", name, b"/", file]);
    let mut buffer = [0; 63];
    let len = File::open(path.path()).ok()?.read(&mut buffer).ok()?;
    let text = Text::of(&[words(&buffer[..len]).next()?]);
    Some(text)
}

/// The disk that a partition is on: the directory that its directory is in.
fn disk(name: &DeviceName) -> Option<DeviceName> {
    let path = PathText::of(&[b"/sys/class/block/", name.as_bytes()]);
    let mut buffer = [0; 512];
    let len = syscall::read_link(path.path(), &mut buffer).ok()?;
    let mut parts = buffer[..len].rsplit(|byte| *byte == b'/');
    parts.next()?;
    Some(Text::of(&[parts.next()?]))
}

/// The UUID of a partition: its own in a GUID partition table (UEFI 2.10, table 5.6), else the
/// disk's signature and the partition's number.
fn partition_uuid(name: &DeviceName) -> Option<Text<48>> {
    let partition = number(attribute(name.as_bytes(), b"partition")?.as_bytes())?;
    let disk = disk(name)?;
    let sector = number(attribute(disk.as_bytes(), b"queue/logical_block_size")?.as_bytes())?;
    let device = File::open(file(&disk).path()).ok()?;
    let mut uuid = Text::new();
    let mut header = [0; 92];
    if device.read_at(sector, &mut header) == Ok(header.len()) && &header[..8] == b"EFI PART" {
        let u64_at = |at: usize| header[at..at + 8].iter().rev().fold(0, shift);
        let u32_at = |at: usize| header[at..at + 4].iter().rev().fold(0, shift);
        let index = partition.checked_sub(1).filter(|index| *index < u32_at(80))?;
        let at = u64_at(72).checked_mul(sector)?.checked_add(index.checked_mul(u32_at(84))?)?;
        let mut entry = [0; 32];
        if device.read_at(at, &mut entry) != Ok(entry.len()) {
            return None;
        }
        push_guid(&mut uuid, &entry[16..32]);
    } else {
        let mut signature = [0; 4];
        if device.read_at(440, &mut signature) != Ok(4) {
            return None;
        }
        signature.reverse();
        uuid.push_hex(&signature);
        uuid.push(b"-");
        uuid.push_hex(&[partition as u8]);
    }
    Some(uuid)
}

fn shift(sum: u64, byte: &u8) -> u64 {
    sum << 8 | u64::from(*byte)
}

/// The first three fields of a GUID are little-endian.
fn push_guid(text: &mut Text<48>, bytes: &[u8]) {
    for (place, index) in [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].iter().enumerate()
    {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push(b"-");
        }
        text.push_hex(&[bytes[*index]]);
    }
}
