//! The header block of an entry. Field names are those of POSIX.1-2017, pax, "ustar Interchange
//! Format". What a field has no room for goes to the extended header.

use super::BLOCK;
use super::pax::Records;
use std::ops::Range;
use tintype_tree::{Device, Timestamp};

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const GID: Range<usize> = 116..124;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHKSUM: Range<usize> = 148..156;
const TYPEFLAG: usize = 156;
const LINKNAME: Range<usize> = 157..257;
const MAGIC_VERSION: Range<usize> = 257..265;
const UNAME: Range<usize> = 265..297;
const GNAME: Range<usize> = 297..329;
const DEVMAJOR: Range<usize> = 329..337;
const DEVMINOR: Range<usize> = 337..345;
const PREFIX: Range<usize> = 345..500;

/// The name of extended headers, which only a reader that does not know them shows.
const EXTENDED_HEADER_NAME: &[u8] = b"././@PaxHeader";

/// A header block in the making.
#[derive(Clone)]
pub(super) struct Header {
    block: [u8; BLOCK as usize],
}

impl Header {
    /// A regular file without a name, empty, root's.
    pub(super) fn new() -> Header {
        let mut header = Header { block: [0; BLOCK as usize] };
        for field in [MODE, UID, GID, SIZE, MTIME, DEVMAJOR, DEVMINOR] {
            header.put_octal(field, 0);
        }
        header.block[MAGIC_VERSION].copy_from_slice(b"ustar\x0000");
        header.set_typeflag(b'0');
        header
    }

    /// The header of an extended header of `len` bytes.
    pub(super) fn of_extended_header(len: u64) -> Header {
        let mut header = Header::new();
        header.put_text(NAME, EXTENDED_HEADER_NAME);
        header.set_typeflag(b'x');
        header.set_mode(0o644);
        header.put_octal(SIZE, len);
        header.sum_up();
        header
    }

    /// The block, complete.
    pub(super) fn block(&self) -> &[u8; BLOCK as usize] {
        &self.block
    }

    pub(super) fn set_typeflag(&mut self, typeflag: u8) {
        self.block[TYPEFLAG] = typeflag;
        self.sum_up();
    }

    /// The name, in `name` and `prefix` where it fits, or else in the record `path` as well.
    pub(super) fn set_name(&mut self, name: &[u8], records: &mut Records) {
        match split(name) {
            Some((prefix, rest)) => {
                self.put_text(PREFIX, prefix);
                self.put_text(NAME, rest);
                self.sum_up();
            }
            None => {
                records.add_text(b"path", name);
                self.set_shortened_name(name);
            }
        }
    }

    /// As much of the name as the field holds: a record says the whole.
    pub(super) fn set_shortened_name(&mut self, name: &[u8]) {
        self.put_text(NAME, &name[..name.len().min(NAME.len())]);
        self.sum_up();
    }

    pub(super) fn set_linkname(&mut self, target: &[u8], records: &mut Records) {
        if target.len() > LINKNAME.len() {
            records.add_text(b"linkpath", target);
        }
        self.put_text(LINKNAME, &target[..target.len().min(LINKNAME.len())]);
        self.sum_up();
    }

    pub(super) fn set_mode(&mut self, mode: u16) {
        self.put_octal(MODE, mode.into());
        self.sum_up();
    }

    pub(super) fn set_uid(&mut self, uid: u32, records: &mut Records) {
        self.set_number(UID, b"uid", uid.into(), records);
    }

    pub(super) fn set_gid(&mut self, gid: u32, records: &mut Records) {
        self.set_number(GID, b"gid", gid.into(), records);
    }

    pub(super) fn set_size(&mut self, size: u64, records: &mut Records) {
        self.set_number(SIZE, b"size", size, records);
    }

    pub(super) fn set_device(&mut self, device: Device, records: &mut Records) {
        self.set_number(DEVMAJOR, b"SCHILY.devmajor", device.major.into(), records);
        self.set_number(DEVMINOR, b"SCHILY.devminor", device.minor.into(), records);
    }

    /// Whole seconds since 1970 in the field; any other time in the record `mtime` as well.
    pub(super) fn set_mtime(&mut self, mtime: Timestamp, records: &mut Records) {
        let whole = u64::try_from(mtime.seconds).ok().filter(|seconds| fits(&MTIME, *seconds));
        if whole.is_none() || mtime.nanoseconds != 0 {
            records.add(b"mtime", decimal_time(mtime).as_bytes());
        }
        self.put_octal(MTIME, whole.unwrap_or(0));
        self.sum_up();
    }

    pub(super) fn set_uname(&mut self, name: &[u8], records: &mut Records) {
        self.set_owner(UNAME, b"uname", name, records);
    }

    pub(super) fn set_gname(&mut self, name: &[u8], records: &mut Records) {
        self.set_owner(GNAME, b"gname", name, records);
    }

    fn set_owner(
        &mut self,
        field: Range<usize>,
        keyword: &[u8],
        name: &[u8],
        records: &mut Records,
    ) {
        // A NUL must follow.
        if name.len() < field.len() {
            self.put_text(field, name);
            self.sum_up();
        } else {
            records.add_text(keyword, name);
        }
    }

    fn set_number(
        &mut self,
        field: Range<usize>,
        keyword: &[u8],
        number: u64,
        records: &mut Records,
    ) {
        let in_field = fits(&field, number);
        if !in_field {
            records.add(keyword, number.to_string().as_bytes());
        }
        self.put_octal(field, if in_field { number } else { 0 });
        self.sum_up();
    }

    fn put_text(&mut self, field: Range<usize>, text: &[u8]) {
        let field = &mut self.block[field];
        field.fill(0);
        field[..text.len()].copy_from_slice(text);
    }

    /// Octal digits, a NUL after them.
    fn put_octal(&mut self, field: Range<usize>, number: u64) {
        let digits = field.len() - 1;
        let text = format!("{number:0digits$o}\0");
        self.block[field].copy_from_slice(text.as_bytes());
    }

    /// Writes `size` into a header that is complete but for it.
    pub(super) fn put_any_size(block: &mut [u8], size: u64) {
        let mut header = Header { block: block.try_into().expect("one block") };
        if fits(&SIZE, size) {
            header.put_octal(SIZE, size);
        } else {
            // GNU tar's manual, "Basic Tar Format": the first bit set, then the number.
            header.block[SIZE].fill(0);
            header.block[SIZE.start] = 0x80;
            header.block[SIZE.end - 8..SIZE.end].copy_from_slice(&size.to_be_bytes());
        }
        header.sum_up();
        block.copy_from_slice(&header.block);
    }

    /// The checksum: the sum of all bytes, its own field taken as blanks.
    fn sum_up(&mut self) {
        self.block[CHKSUM].fill(b' ');
        let sum: u32 = self.block.iter().copied().map(u32::from).sum();
        self.block[CHKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}

/// Whether `number` fits the octal digits of `field`.
fn fits(field: &Range<usize>, number: u64) -> bool {
    number < 1 << (3 * (field.len() - 1))
}

/// `name` as `prefix` and `name`, a slash between them left out; `None` where it does not fit.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if name.len() <= NAME.len() {
        return Some((b"", name));
    }
    // The slash that ends a directory's name is none to split at.
    let earliest = name.len() - NAME.len() - 1;
    let slash = (earliest..name.len() - 1).find(|at| name[*at] == b'/')?;
    (1..=PREFIX.len()).contains(&slash).then(|| (&name[..slash], &name[slash + 1..]))
}

/// Seconds with a fraction where there is one, as pax wants it.
fn decimal_time(time: Timestamp) -> String {
    let Timestamp { seconds, nanoseconds } = time;
    if nanoseconds == 0 {
        return seconds.to_string();
    }
    let (sign, seconds, nanoseconds) = match seconds {
        0.. => ("", seconds.unsigned_abs(), nanoseconds),
        // The fraction counts away from zero.
        _ => ("-", (seconds + 1).unsigned_abs(), 1_000_000_000 - nanoseconds),
    };
    format!("{sign}{seconds}.{nanoseconds:09}").trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_count_away_from_zero() {
        let time = |seconds, nanoseconds| decimal_time(Timestamp { seconds, nanoseconds });
        assert_eq!(time(5, 0), "5");
        assert_eq!(time(5, 250_000_000), "5.25");
        assert_eq!(time(-5, 0), "-5");
        assert_eq!(time(-1, 500_000_000), "-0.5");
        assert_eq!(time(-2, 999_999_999), "-1.000000001");
        assert_eq!(time(i64::MIN, 1), "-9223372036854775807.999999999");
    }

    #[test]
    fn a_long_name_is_split_at_a_slash_that_leaves_both_parts_short_enough() {
        let name = |parts: &[usize]| {
            parts.iter().map(|len| "x".repeat(*len)).collect::<Vec<_>>().join("/").into_bytes()
        };
        assert_eq!(split(&name(&[100])).unwrap().0, b"");
        assert_eq!(split(&name(&[101])), None);
        assert_eq!(split(&name(&[155, 100])).unwrap().0.len(), 155);
        assert_eq!(split(&name(&[156, 100])), None);
        assert_eq!(split(&name(&[155, 101])), None);
        assert_eq!(split(&name(&[10, 60, 60])).unwrap().1.len(), 60);
        let directory = [&name(&[20, 100])[..], b"/"].concat();
        assert_eq!(split(&directory), None);
        let directory = [&name(&[20, 99])[..], b"/"].concat();
        assert_eq!(split(&directory).unwrap().1.len(), 100);
    }
}
