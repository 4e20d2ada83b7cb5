//! The entries of one directory, long names put together.

use crate::fat::date::DosTime;
use crate::fat::{label, name};
use tintype_tree::Timestamp;

/// What a directory holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The volume label.
    pub label: Option<String>,
    pub files: Vec<Found>,
}

/// A file or directory.
#[derive(Debug)]
pub(super) struct Found {
    pub name: String,
    pub directory: bool,
    pub read_only: bool,
    pub mtime: Timestamp,
    pub start: u32,
    /// In bytes.
    pub len: u32,
}

/// The part of a long name that was met before the entry it belongs to.
#[derive(Debug, Default)]
struct LongName {
    units: Vec<u16>,
    /// Number of the entry that must come next; zero when all have come.
    missing: u8,
    checksum: u8,
}

/// Reads the 32-byte entries of `bytes`; `.` and `..` are left out.
pub(super) fn list(bytes: &[u8]) -> Result<Listing, &'static str> {
    let mut listing = Listing::default();
    let mut long_name: Option<LongName> = None;
    let (entries, _) = bytes.as_chunks::<32>();
    for entry in entries {
        let attributes = entry[11];
        match (entry[0], attributes) {
            (0, _) => break,
            (0xe5, _) => long_name = None,
            (_, attributes) if attributes & 0x3f == 0x0f => {
                long_name = LongName::continued(long_name.take(), entry);
            }
            (_, attributes) if attributes & 0x08 != 0 => {
                long_name = None;
                listing.label = listing.label.or_else(|| label::decode(&entry[..11]));
            }
            (b'.', _) if entry[1..11].iter().all(|byte| matches!(byte, b' ' | b'.')) => {}
            _ => listing.files.push(file(entry, long_name.take())?),
        }
    }
    Ok(listing)
}

fn file(entry: &[u8; 32], long_name: Option<LongName>) -> Result<Found, &'static str> {
    let short = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
    let [name @ .., _] = entry.first_chunk::<12>().ok_or("it is cut off")?;
    let name = match long_name {
        Some(long) if long.missing == 0 && long.checksum == name::checksum(name) => {
            String::from_utf16(&long.units).map_err(|_| "a long name in it is not Unicode")?
        }
        _ => short_name(name, entry[12]),
    };
    Ok(Found {
        name,
        directory: entry[11] & 0x10 != 0,
        read_only: entry[11] & 0x01 != 0,
        mtime: DosTime::to_timestamp(short(24), short(22)),
        start: u32::from(short(20)) << 16 | u32::from(short(26)),
        len: u32::from_le_bytes([entry[28], entry[29], entry[30], entry[31]]),
    })
}

impl LongName {
    /// The name with one entry more, which comes before what is there; `None` if it does not belong.
    fn continued(before: Option<LongName>, entry: &[u8; 32]) -> Option<LongName> {
        let order = entry[0] & 0x1f;
        let mut long = match entry[0] & 0x40 {
            0 => before.filter(|long| long.missing == order && long.checksum == entry[13])?,
            _ => LongName { units: Vec::new(), missing: order, checksum: entry[13] },
        };
        let pairs = [&entry[1..11], &entry[14..26], &entry[28..32]].concat();
        let units = pairs.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
        long.units.splice(..0, units);
        long.missing = long.missing.checked_sub(1)?;
        Some(long)
    }
}

/// The short name as Linux shows it: `NT_RES` says which of its parts are in lower case.
fn short_name(name: &[u8; 11], nt_res: u8) -> String {
    let part = |bytes: &[u8], lower_case: bool| -> String {
        let bytes = bytes.trim_ascii_end();
        let bytes =
            bytes.iter().map(|byte| if lower_case { byte.to_ascii_lowercase() } else { *byte });
        bytes.map(char::from).collect()
    };
    let mut base = part(&name[..8], nt_res & 0x08 != 0);
    // 0xe5 would say that the entry is free: 0x05 stands for it.
    if name[0] == 0x05 {
        base.replace_range(..1, "\u{e5}");
    }
    match part(&name[8..], nt_res & 0x10 != 0) {
        extension if extension.is_empty() => base,
        extension => format!("{base}.{extension}"),
    }
}
