//! The header block of an entry. Field names are those of POSIX.1-2017, pax, "ustar Interchange
//! Format"; the rest are GNU tar's (`struct oldgnu_header`) and star's.

use super::{BLOCK, number};
use crate::import::ArchiveFault;
use std::ops::Range;

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

/// GNU: `sp`, `isextended` and `realsize`.
const OLDGNU_SPARSE: Range<usize> = 386..482;
const OLDGNU_ISEXTENDED: usize = 482;
const OLDGNU_REALSIZE: Range<usize> = 483..495;

/// star: the prefix is shorter, two times follow, and this magic ends the block.
const STAR_PREFIX: Range<usize> = 345..476;
const STAR_MAGIC: Range<usize> = 508..512;

/// A header block whose checksum is right.
pub(super) struct Header {
    block: [u8; BLOCK],
}

/// Which tar wrote a header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Unix V7: no names of owners, no devices, no prefix.
    V7,
    /// POSIX.
    Ustar,
    /// GNU tar's own.
    Gnu,
    /// star's own.
    Star,
}

impl Header {
    /// Takes a block as a header.
    ///
    /// # Errors
    /// When its checksum is wrong.
    pub(super) fn new(block: [u8; BLOCK]) -> Result<Header, ArchiveFault> {
        let header = Header { block };
        let stored = header.number("chksum", CHKSUM)?;
        let blanked = |(index, byte): (usize, &u8)| {
            if CHKSUM.contains(&index) { b' ' } else { *byte }
        };
        let bytes = || header.block.iter().enumerate().map(blanked);
        let computed: u32 = bytes().map(u32::from).sum();
        // Some old tars added up signed bytes.
        let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
        if stored != i64::from(computed) && stored != signed {
            return Err(ArchiveFault::Checksum { stored, computed });
        }
        Ok(header)
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.block[MAGIC_VERSION] {
            b"ustar  \0" => Dialect::Gnu,
            [b'u', b's', b't', b'a', b'r', 0, ..] if &self.block[STAR_MAGIC] == b"tar\0" => {
                Dialect::Star
            }
            [b'u', b's', b't', b'a', b'r', 0, ..] => Dialect::Ustar,
            _ => Dialect::V7,
        }
    }

    pub(super) fn typeflag(&self) -> u8 {
        self.block[TYPEFLAG]
    }

    /// The whole name, `prefix` before `name`.
    pub(super) fn name(&self) -> Vec<u8> {
        let prefix = match self.dialect() {
            Dialect::Ustar => self.text(PREFIX),
            Dialect::Star => self.text(STAR_PREFIX),
            Dialect::V7 | Dialect::Gnu => &[],
        };
        let mut name = prefix.to_vec();
        if !name.is_empty() {
            name.push(b'/');
        }
        name.extend_from_slice(self.text(NAME));
        name
    }

    pub(super) fn linkname(&self) -> &[u8] {
        self.text(LINKNAME)
    }

    pub(super) fn uname(&self) -> &[u8] {
        self.posix_text(UNAME)
    }

    pub(super) fn gname(&self) -> &[u8] {
        self.posix_text(GNAME)
    }

    pub(super) fn mode(&self) -> Result<i64, ArchiveFault> {
        self.number("mode", MODE)
    }

    pub(super) fn uid(&self) -> Result<i64, ArchiveFault> {
        self.number("uid", UID)
    }

    pub(super) fn gid(&self) -> Result<i64, ArchiveFault> {
        self.number("gid", GID)
    }

    pub(super) fn size(&self) -> Result<i64, ArchiveFault> {
        self.number("size", SIZE)
    }

    pub(super) fn mtime(&self) -> Result<i64, ArchiveFault> {
        self.number("mtime", MTIME)
    }

    pub(super) fn devmajor(&self) -> Result<i64, ArchiveFault> {
        self.posix_number("devmajor", DEVMAJOR)
    }

    pub(super) fn devminor(&self) -> Result<i64, ArchiveFault> {
        self.posix_number("devminor", DEVMINOR)
    }

    /// GNU's four fields `sp`, each an offset and a number of bytes of 12 characters.
    pub(super) fn oldgnu_sparse(&self) -> &[u8] {
        &self.block[OLDGNU_SPARSE]
    }

    /// Whether blocks with more of them follow.
    pub(super) fn oldgnu_isextended(&self) -> bool {
        self.block[OLDGNU_ISEXTENDED] != 0
    }

    pub(super) fn oldgnu_realsize(&self) -> Result<i64, ArchiveFault> {
        self.number("realsize", OLDGNU_REALSIZE)
    }

    fn text(&self, field: Range<usize>) -> &[u8] {
        until_nul(&self.block[field])
    }

    fn posix_text(&self, field: Range<usize>) -> &[u8] {
        if self.dialect() == Dialect::V7 { &[] } else { self.text(field) }
    }

    fn number(&self, name: &'static str, field: Range<usize>) -> Result<i64, ArchiveFault> {
        number::field(&self.block[field]).ok_or(ArchiveFault::Number { field: name })
    }

    fn posix_number(&self, name: &'static str, field: Range<usize>) -> Result<i64, ArchiveFault> {
        if self.dialect() == Dialect::V7 { Ok(0) } else { self.number(name, field) }
    }
}

/// A text field up to the NUL that ends it, or the whole where there is none.
pub(super) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}
