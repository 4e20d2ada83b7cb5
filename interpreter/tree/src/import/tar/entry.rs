//! Entries of an archive, each with what the headers before it say of it.

use super::bytes::ArchiveReader;
use super::header::{Header, until_nul};
use super::pax::{EXTENDED_HEADER_AT_MOST, ExtendedHeader};
use super::{BLOCK, number, sparse};
use crate::import::acl;
use crate::import::{ArchiveFault, EntryFault, ImportError};
use crate::node::{Device, Kind, Metadata, Timestamp};
use crate::tree::shown;
use std::collections::BTreeMap;

/// Bytes of a GNU long name that are believed.
const LONG_NAME_AT_MOST: u64 = 1 << 20;

/// One file, or one more name of a file.
pub(super) struct Entry {
    /// First byte of its header in the archive.
    pub(super) offset: u64,
    /// The name as it is in the archive.
    pub(super) name: Vec<u8>,
    /// Owner by number, mode, time, attributes.
    pub(super) metadata: Metadata,
    /// Owner by name; empty if there is none.
    pub(super) uname: Box<[u8]>,
    /// Group by name; empty if there is none.
    pub(super) gname: Box<[u8]>,
    /// Access control lists as text (`SCHILY.acl.access` and `.default`), by attribute name.
    pub(super) acls: Vec<(&'static str, Box<[u8]>)>,
    pub(super) body: Body,
}

/// What an entry is.
pub(super) enum Body {
    /// A file of its own.
    File(Kind),
    /// One more name of the file that has this one.
    HardLink(Vec<u8>),
}

impl Entry {
    /// The name, for a message.
    pub(super) fn shown_name(&self) -> String {
        shown(&self.name)
    }
}

/// Reads entry after entry.
#[derive(Default)]
pub(super) struct Entries {
    extended: ExtendedHeader,
    /// GNU's `L` and `K`.
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

impl Entries {
    /// The next entry; `None` at the mark that ends the archive.
    pub(super) fn next(
        &mut self,
        archive: &mut ArchiveReader<'_>,
    ) -> Result<Option<Entry>, ImportError> {
        self.extended.next_entry();
        (self.long_name, self.long_link) = (None, None);
        loop {
            let offset = archive.position();
            let Some(block) = self.header_block(archive)? else {
                return Ok(None);
            };
            let header = Header::new(block).map_err(|fault| {
                let fault = if offset == 0 && !looks_like_tar(&block) {
                    ArchiveFault::Unknown
                } else {
                    fault
                };
                archive.fault(offset, fault)
            })?;
            let at = |fault| archive.fault(offset, fault);
            match header.typeflag() {
                b'L' => self.long_name = Some(long_name(archive, &header, offset)?),
                b'K' => self.long_link = Some(long_name(archive, &header, offset)?),
                b'x' | b'X' => {
                    let records = extended_header(archive, &header, offset)?;
                    self.extended.add_own(&records).map_err(|f| archive.fault(offset, f))?;
                }
                b'g' => {
                    let records = extended_header(archive, &header, offset)?;
                    self.extended.add_global(&records).map_err(|f| archive.fault(offset, f))?;
                }
                // GNU: the name of the volume.
                b'V' => {
                    let size = size(header.size().map_err(at)?).map_err(at)?;
                    archive.skip(size)?;
                }
                _ => return self.entry(archive, &header, offset).map(Some),
            }
        }
    }

    /// The next block that is no end mark.
    fn header_block(
        &self,
        archive: &mut ArchiveReader<'_>,
    ) -> Result<Option<[u8; BLOCK]>, ImportError> {
        let offset = archive.position();
        let announced =
            self.extended.own_seen() || self.long_name.is_some() || self.long_link.is_some();
        let fault = match archive.block() {
            Ok(Some(block)) if block != [0; BLOCK] => return Ok(Some(block)),
            Ok(_) if announced => ArchiveFault::Truncated,
            Ok(Some(_)) => return Ok(None),
            Ok(None) if offset == 0 => ArchiveFault::Empty,
            Ok(None) => ArchiveFault::Unclosed,
            Err(ImportError::Archive { fault: ArchiveFault::Truncated, .. }) if offset == 0 => {
                ArchiveFault::Unknown
            }
            Err(error) => return Err(error),
        };
        Err(archive.fault(offset, fault))
    }

    fn entry(
        &mut self,
        archive: &mut ArchiveReader<'_>,
        header: &Header,
        offset: u64,
    ) -> Result<Entry, ImportError> {
        let extended = &self.extended;
        let long_name = self.long_name.take();
        let name = [&b"GNU.sparse.name"[..], b"path"].iter().find_map(|key| extended.get(key));
        let name = name.map(<[u8]>::to_vec).or(long_name).unwrap_or_else(|| header.name());
        let at = ImportErrorAt::Archive;
        let fail = |archive: &ArchiveReader<'_>, error: ImportErrorAt| match error {
            ImportErrorAt::Archive(fault) => archive.fault(offset, fault),
            ImportErrorAt::Entry(fault) => archive.entry_fault(offset, shown(&name), fault),
        };
        let metadata = metadata(header, extended).map_err(|error| fail(archive, error))?;
        let link = match extended.get(b"linkpath") {
            Some(link) => link.to_vec(),
            None => self.long_link.take().unwrap_or_else(|| header.linkname().to_vec()),
        };
        let stored = stored_size(header, extended).map_err(at);
        let stored = stored.map_err(|error| fail(archive, error))?;
        let device = || device(header, extended);
        let typeflag = header.typeflag();
        let body = match typeflag {
            0 | b'0' | b'7' if name.ends_with(b"/") => Body::File(Kind::Directory(BTreeMap::new())),
            0 | b'0' | b'7' | b'S' => {
                let announced = sparse::announced(header, extended);
                match announced.map_err(at).map_err(|error| fail(archive, error))? {
                    Some(announced) => {
                        let bad = |archive: &ArchiveReader<'_>, fault| {
                            archive.entry_fault(offset, shown(&name), fault)
                        };
                        let content = sparse::content(archive, announced, stored, &bad)?;
                        Body::File(Kind::Regular(content))
                    }
                    None if typeflag == b'S' => {
                        return Err(fail(archive, ImportErrorAt::Entry(EntryFault::Type(b'S'))));
                    }
                    None => Body::File(Kind::Regular(archive.content(stored)?)),
                }
            }
            b'1' => Body::HardLink(link),
            b'2' => Body::File(Kind::Symlink(link.into())),
            b'3' => Body::File(Kind::CharDevice(device().map_err(|e| fail(archive, e))?)),
            b'4' => Body::File(Kind::BlockDevice(device().map_err(|e| fail(archive, e))?)),
            // `D` is a directory of GNU's incremental archives; the list in it tells nothing more.
            b'5' | b'D' => Body::File(Kind::Directory(BTreeMap::new())),
            b'6' => Body::File(Kind::Fifo),
            other => return Err(fail(archive, ImportErrorAt::Entry(EntryFault::Type(other)))),
        };
        if !matches!(body, Body::File(Kind::Regular(_))) {
            archive.skip(stored)?;
        }
        let text = |keyword, field| extended.get(keyword).unwrap_or(field).into();
        let (uname, gname) = (text(b"uname", header.uname()), text(b"gname", header.gname()));
        let acls = [
            (acl::ACCESS, extended.get(b"SCHILY.acl.access")),
            (acl::DEFAULT, extended.get(b"SCHILY.acl.default")),
        ];
        let acls = acls.into_iter().filter_map(|(name, text)| Some((name, text?.into()))).collect();
        Ok(Entry { offset, name, metadata, uname, gname, acls, body })
    }
}

/// What is wrong with the archive, or with one entry.
enum ImportErrorAt {
    Archive(ArchiveFault),
    Entry(EntryFault),
}

impl From<ArchiveFault> for ImportErrorAt {
    fn from(fault: ArchiveFault) -> ImportErrorAt {
        ImportErrorAt::Archive(fault)
    }
}

impl From<EntryFault> for ImportErrorAt {
    fn from(fault: EntryFault) -> ImportErrorAt {
        ImportErrorAt::Entry(fault)
    }
}

fn looks_like_tar(block: &[u8; BLOCK]) -> bool {
    &block[257..262] == b"ustar"
}

fn long_name(
    archive: &mut ArchiveReader<'_>,
    header: &Header,
    offset: u64,
) -> Result<Vec<u8>, ImportError> {
    let name = in_memory(archive, header, offset, LONG_NAME_AT_MOST)?;
    Ok(until_nul(&name).to_vec())
}

fn extended_header(
    archive: &mut ArchiveReader<'_>,
    header: &Header,
    offset: u64,
) -> Result<Vec<u8>, ImportError> {
    in_memory(archive, header, offset, EXTENDED_HEADER_AT_MOST)
}

fn in_memory(
    archive: &mut ArchiveReader<'_>,
    header: &Header,
    offset: u64,
    at_most: u64,
) -> Result<Vec<u8>, ImportError> {
    let size = header.size().and_then(size);
    let size = size.map_err(|fault| archive.fault(offset, fault))?;
    if size > at_most {
        let fault = ArchiveFault::ExtendedHeader("it is longer than any name or attribute");
        return Err(archive.fault(offset, fault));
    }
    archive.read_bytes(size)
}

fn size(value: i64) -> Result<u64, ArchiveFault> {
    u64::try_from(value).map_err(|_| ArchiveFault::Number { field: "size" })
}

/// How many bytes follow the header. Links, devices, pipes and directories have none, whatever their
/// header says, unless an extended header says so too (POSIX.1-2017, pax, typeflag 1).
fn stored_size(header: &Header, extended: &ExtendedHeader) -> Result<u64, ArchiveFault> {
    match (extended.number("size")?, header.typeflag()) {
        (_, b'2'..=b'6') => Ok(0),
        (Some(stated), _) => size(stated),
        (None, b'1') => Ok(0),
        (None, _) => size(header.size()?),
    }
}

fn metadata(header: &Header, extended: &ExtendedHeader) -> Result<Metadata, ImportErrorAt> {
    let mtime = match extended.get(b"mtime") {
        Some(text) => number::time(text).ok_or(ArchiveFault::Number { field: "mtime" })?,
        None => Timestamp { seconds: header.mtime()?, nanoseconds: 0 },
    };
    let xattrs = extended.xattrs()?;
    Ok(Metadata {
        // The upper bits, where there are any, repeat the type.
        mode: (header.mode()? & 0o7777) as u16,
        uid: id("uid", extended, || header.uid())?,
        gid: id("gid", extended, || header.gid())?,
        mtime,
        xattrs: (!xattrs.is_empty()).then(|| Box::new(xattrs)),
    })
}

/// A number of 32 bits, from the extended header or else from the field.
fn id(
    keyword: &'static str,
    extended: &ExtendedHeader,
    field: impl Fn() -> Result<i64, ArchiveFault>,
) -> Result<u32, ImportErrorAt> {
    let value = match extended.number(keyword)? {
        Some(value) => value,
        None => field()?,
    };
    u32::try_from(value)
        .map_err(|_| ImportErrorAt::Entry(EntryFault::OutOfRange { field: keyword, value }))
}

fn device(header: &Header, extended: &ExtendedHeader) -> Result<Device, ImportErrorAt> {
    Ok(Device {
        major: id("SCHILY.devmajor", extended, || header.devmajor())?,
        minor: id("SCHILY.devminor", extended, || header.devminor())?,
    })
}
