//! What is on a volume, by its superblock: kind, label and UUID, as blkid(8) writes them.

use crate::text::Text;

/// A file system, a swap space or an encrypted volume.
#[derive(Clone, Copy)]
pub struct Volume {
    /// The kernel's name for it; `swap` and `luks` cannot be mounted.
    pub kind: &'static [u8],
    pub label: Text<64>,
    pub uuid: Text<48>,
    /// It says of itself that errors were found in it.
    pub has_errors: bool,
}

/// Bytes of a buffer for a superblock.
const LEN: usize = 2048;

/// Reads bytes of the volume at an offset; false where there are none.
pub type Read<'a> = &'a mut dyn FnMut(u64, &mut [u8]) -> bool;

/// Looks at the volume.
pub fn identify(read: Read<'_>) -> Option<Volume> {
    let mut block = [0; LEN];
    let kinds: [(u64, Kind); 7] = [
        (0, luks),
        (0, xfs),
        (0, squashfs),
        (1024, ext),
        (0x8000, iso9660),
        (0x1_0000, btrfs),
        (0, fat),
    ];
    for (offset, kind) in kinds.iter() {
        if read(*offset, &mut block)
            && let Some(volume) = kind(&block)
        {
            return Some(volume);
        }
    }
    // Its mark is at the end of the first page, whose size is the machine's.
    for page in [4096, 16384, 65536] {
        let mut mark = [0; 10];
        if read(page - 10, &mut mark) && &mark == b"SWAPSPACE2" && read(1024, &mut block) {
            let mut volume = volume(b"swap", &block[28..44]);
            push_uuid(&mut volume.uuid, &block[12..28]);
            return Some(volume);
        }
    }
    None
}

type Kind = fn(&[u8; LEN]) -> Option<Volume>;

fn volume(kind: &'static [u8], label: &[u8]) -> Volume {
    let end = label.iter().position(|byte| *byte == 0).unwrap_or(label.len());
    let label = &label[..end];
    let trimmed = label.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    Volume { kind, label: Text::of(&[&label[..trimmed]]), uuid: Text::new(), has_errors: false }
}

fn push_uuid(text: &mut Text<48>, bytes: &[u8]) {
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push(b"-");
        }
        text.push_hex(&[*byte]);
    }
}

fn u16_at(block: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([block[at], block[at + 1]])
}

/// `struct ext4_super_block`.
fn ext(block: &[u8; LEN]) -> Option<Volume> {
    const INCOMPAT_JOURNAL_DEV: u8 = 8;
    const ERROR_FS: u16 = 2;
    if u16_at(block, 56) != 0xef53 || block[96] & INCOMPAT_JOURNAL_DEV != 0 {
        return None;
    }
    let has_journal = block[92] & 4 != 0;
    let incompat = u16_at(block, 96);
    // What ext3 does not know: extents, 64bit, mmp, flex_bg and beyond.
    let kind: &[u8] = match (incompat & !0x17 != 0, has_journal) {
        (true, _) => b"ext4",
        (false, true) => b"ext3",
        (false, false) => b"ext2",
    };
    let mut volume = volume(kind, &block[120..136]);
    push_uuid(&mut volume.uuid, &block[104..120]);
    volume.has_errors = u16_at(block, 58) & ERROR_FS != 0;
    Some(volume)
}

/// ECMA-119, 8.4; the UUID is the volume's modification or creation date.
fn iso9660(block: &[u8; LEN]) -> Option<Volume> {
    if &block[..6] != b"\x01CD001" {
        return None;
    }
    let mut volume = volume(b"iso9660", &block[40..72]);
    let is_given = |date: &[u8]| date.iter().any(|digit| !matches!(digit, b'0' | 0));
    let date = if is_given(&block[830..846]) { &block[830..846] } else { &block[813..829] };
    for (index, digit) in date.iter().enumerate() {
        if index >= 4 && index % 2 == 0 {
            volume.uuid.push(b"-");
        }
        volume.uuid.push(&[*digit]);
    }
    Some(volume)
}

/// The extended boot record of FAT.
fn fat(block: &[u8; LEN]) -> Option<Volume> {
    if block[510..512] != [0x55, 0xaa] {
        return None;
    }
    let at = if &block[82..87] == b"FAT32" {
        67
    } else if &block[54..57] == b"FAT" {
        39
    } else {
        return None;
    };
    let label = &block[at + 4..at + 15];
    let mut volume = volume(b"vfat", if label == b"NO NAME    " { b"" } else { label });
    for (index, byte) in block[at..at + 4].iter().rev().enumerate() {
        if index == 2 {
            volume.uuid.push(b"-");
        }
        let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value)];
        volume.uuid.push(&[digit(byte >> 4), digit(byte & 15)]);
    }
    Some(volume)
}

fn squashfs(block: &[u8; LEN]) -> Option<Volume> {
    (&block[..4] == b"hsqs").then(|| volume(b"squashfs", b""))
}

fn btrfs(block: &[u8; LEN]) -> Option<Volume> {
    if &block[64..72] != b"_BHRfS_M" {
        return None;
    }
    let mut volume = volume(b"btrfs", &block[299..555]);
    push_uuid(&mut volume.uuid, &block[32..48]);
    Some(volume)
}

fn xfs(block: &[u8; LEN]) -> Option<Volume> {
    if &block[..4] != b"XFSB" {
        return None;
    }
    let mut volume = volume(b"xfs", &block[108..120]);
    push_uuid(&mut volume.uuid, &block[32..48]);
    Some(volume)
}

fn luks(block: &[u8; LEN]) -> Option<Volume> {
    if &block[..6] != b"LUKS\xba\xbe" {
        return None;
    }
    let mut volume = volume(b"luks", b"");
    let uuid = &block[168..208];
    let end = uuid.iter().position(|byte| *byte == 0).unwrap_or(uuid.len());
    volume.uuid.push(&uuid[..end]);
    Some(volume)
}
