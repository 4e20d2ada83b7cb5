//! Sparse files: GNU tar's manual, "Storing Sparse Files" (old format, pax 0.0, 0.1 and 1.0).

use super::BLOCK;
use super::bytes::ArchiveReader;
use super::header::{Dialect, Header};
use super::number;
use super::pax::ExtendedHeader;
use crate::extents::Extents;
use crate::import::{ArchiveFault, EntryFault, ImportError};

/// Where the stored bytes belong in the file.
pub(super) struct SparseMap {
    /// Length of the file, holes included.
    real_size: u64,
    /// Offset in the file and number of bytes.
    fragments: Vec<(u64, u64)>,
}

/// What announces a sparse file.
pub(super) enum Announced {
    /// GNU tar's type `S`; the map began in the header.
    Old { fragments: Vec<(i64, i64)>, extended: bool, real_size: i64 },
    /// pax 0.0 and 0.1: the map is in the extended header.
    InHeader { fragments: Vec<(i64, i64)>, real_size: i64 },
    /// pax 1.0: the map comes before the data.
    BeforeData { real_size: i64 },
}

/// How the entry announces a sparse file, if it is one.
pub(super) fn announced(
    header: &Header,
    extended: &ExtendedHeader,
) -> Result<Option<Announced>, ArchiveFault> {
    if header.typeflag() == b'S' && header.dialect() == Dialect::Gnu {
        let mut fragments = Vec::new();
        push_oldgnu(&mut fragments, header.oldgnu_sparse())?;
        return Ok(Some(Announced::Old {
            fragments,
            extended: header.oldgnu_isextended(),
            real_size: header.oldgnu_realsize()?,
        }));
    }
    if extended.number("GNU.sparse.major")? == Some(1) {
        let real_size = extended.number("GNU.sparse.realsize")?;
        let missing = ArchiveFault::Number { field: "GNU.sparse.realsize" };
        return Ok(Some(Announced::BeforeData { real_size: real_size.ok_or(missing)? }));
    }
    let Some(real_size) = extended.number("GNU.sparse.size")? else {
        return Ok(None);
    };
    let fragments = match extended.get(b"GNU.sparse.map") {
        Some(map) => {
            let field = "GNU.sparse.map";
            let numbers: Option<Vec<i64>> =
                map.split(|byte| *byte == b',').map(number::decimal).collect();
            pairs(&numbers.ok_or(ArchiveFault::Number { field })?, field)?
        }
        None => repeated(extended)?,
    };
    Ok(Some(Announced::InHeader { fragments, real_size }))
}

/// pax 0.0: `GNU.sparse.offset` and `GNU.sparse.numbytes` in turn.
fn repeated(extended: &ExtendedHeader) -> Result<Vec<(i64, i64)>, ArchiveFault> {
    let mut numbers = Vec::new();
    for (key, value) in extended.own() {
        let field = match key {
            b"GNU.sparse.offset" => "GNU.sparse.offset",
            b"GNU.sparse.numbytes" => "GNU.sparse.numbytes",
            _ => continue,
        };
        let is_offset = field == "GNU.sparse.offset";
        let value = number::decimal(value).filter(|_| is_offset == (numbers.len() % 2 == 0));
        numbers.push(value.ok_or(ArchiveFault::Number { field })?);
    }
    pairs(&numbers, "GNU.sparse.numbytes")
}

fn pairs(numbers: &[i64], field: &'static str) -> Result<Vec<(i64, i64)>, ArchiveFault> {
    if !numbers.len().is_multiple_of(2) {
        return Err(ArchiveFault::Number { field });
    }
    Ok(numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
}

/// Adds the pairs of 12-character fields in `fields`, up to the first of no bytes and no offset.
fn push_oldgnu(fragments: &mut Vec<(i64, i64)>, fields: &[u8]) -> Result<(), ArchiveFault> {
    for pair in fields.chunks_exact(24) {
        if pair[12] == 0 {
            break;
        }
        let read = |field| number::field(field).ok_or(ArchiveFault::Number { field: "sp" });
        fragments.push((read(&pair[..12])?, read(&pair[12..])?));
    }
    Ok(())
}

/// Reads the content of a sparse file, of which the archive holds `size` bytes, its map in them for
/// pax 1.0. `entry` makes the error of this entry.
pub(super) fn content(
    archive: &mut ArchiveReader<'_>,
    announced: Announced,
    size: u64,
    entry: &dyn Fn(&ArchiveReader<'_>, EntryFault) -> ImportError,
) -> Result<Extents, ImportError> {
    let bad = |archive: &ArchiveReader<'_>, what| entry(archive, EntryFault::SparseMap(what));
    let (fragments, real_size, stored) = match announced {
        Announced::InHeader { fragments, real_size } => (fragments, real_size, size),
        Announced::Old { mut fragments, mut extended, real_size } => {
            while extended {
                let at = archive.position();
                let block = archive.inner_block()?;
                push_oldgnu(&mut fragments, &block[..504])
                    .map_err(|fault| archive.fault(at, fault))?;
                extended = block[504] != 0;
            }
            (fragments, real_size, size)
        }
        Announced::BeforeData { real_size } => {
            let (fragments, read) = map_before_data(archive, size, &bad)?;
            (fragments, real_size, size - read)
        }
    };
    let map = SparseMap::new(&fragments, real_size, stored).map_err(|what| bad(archive, what))?;
    let dense = archive.content(stored)?;
    Ok(map.spread(&dense))
}

/// pax 1.0: decimal numbers, a line each, first how many fragments; then the fragments. The map fills
/// whole blocks. Gives the number of bytes that it takes, too.
fn map_before_data(
    archive: &mut ArchiveReader<'_>,
    size: u64,
    bad: &dyn Fn(&ArchiveReader<'_>, &'static str) -> ImportError,
) -> Result<(Vec<(i64, i64)>, u64), ImportError> {
    let mut read = 0;
    let mut numbers = Vec::new();
    let mut line = Vec::new();
    let mut wanted = 1;
    while numbers.len() < wanted {
        if read + BLOCK as u64 > size {
            return Err(bad(archive, "it is longer than the data"));
        }
        let block = archive.inner_block()?;
        read += BLOCK as u64;
        for byte in block {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            let value = number::decimal(&line).filter(|value| *value >= 0);
            let value = value.ok_or_else(|| bad(archive, "not a number"))?;
            line.clear();
            numbers.push(value);
            if numbers.len() == 1 {
                // Each pair of numbers takes 4 bytes at least.
                if value as u64 > size / 4 {
                    return Err(bad(archive, "it is longer than the data"));
                }
                wanted = 1 + 2 * value as usize;
            }
            if numbers.len() == wanted {
                break;
            }
        }
        if line.len() > 20 {
            return Err(bad(archive, "not a number"));
        }
    }
    Ok((numbers[1..].chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(), read))
}

impl SparseMap {
    /// Checks that fragments ascend, lie within the file and are `stored` bytes together.
    fn new(
        fragments: &[(i64, i64)],
        real_size: i64,
        stored: u64,
    ) -> Result<SparseMap, &'static str> {
        let real_size = u64::try_from(real_size).map_err(|_| "the file has no length")?;
        let mut free = 0;
        let mut sum = 0;
        let mut checked = Vec::with_capacity(fragments.len());
        for (offset, len) in fragments {
            let (Ok(offset), Ok(len)) = (u64::try_from(*offset), u64::try_from(*len)) else {
                return Err("a number below zero");
            };
            if offset < free && len > 0 {
                return Err("fragments overlap");
            }
            let end = offset + len;
            if end > real_size {
                return Err("a fragment ends after the file");
            }
            free = free.max(end);
            sum += len;
            checked.push((offset, len));
        }
        if sum != stored {
            return Err("fragments and stored bytes differ in number");
        }
        Ok(SparseMap { real_size, fragments: checked })
    }

    /// The file whose stored bytes are `dense`.
    fn spread(&self, dense: &Extents) -> Extents {
        let mut content = Extents::hole(self.real_size);
        let mut from = 0;
        for (offset, len) in &self.fragments {
            content.put(*offset, &dense.slice(from, *len));
            from += len;
        }
        content
    }
}
