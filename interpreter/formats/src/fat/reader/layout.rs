//! Where a volume has its tables and clusters, and which clusters belong together.

use super::{ReadError, Width};
use crate::fat::label;
use std::io;
use tintype_tree::Extents;

/// Bytes of the table that are read at once.
const WINDOW: u64 = 64 << 10;
/// Most bytes of a directory.
const DIRECTORY_LIMIT: u64 = 2 << 20;

/// What the boot sector says.
#[derive(Debug)]
pub(super) struct Layout {
    pub width: Width,
    pub serial: u32,
    /// The label in the boot sector.
    pub label: Option<String>,
    pub cluster_len: u64,
    pub clusters: u32,
    /// First cluster of the root directory, 0 if it has none.
    pub root: u32,
    root_range: (u64, u64),
    table_offset: u64,
    data_offset: u64,
    window: Option<(u64, Vec<u8>)>,
}

/// What is wrong with a chain of clusters.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

impl Fault {
    /// The error for the file at `path`.
    pub(super) fn at(self, path: &str) -> ReadError {
        match self {
            Fault::Io(error) => ReadError::Io(error),
            Fault::Damaged(fault) => ReadError::Damaged { path: path.into(), fault },
        }
    }
}

impl Layout {
    /// Reads the boot sector.
    pub(super) fn read(volume: &Extents) -> Result<Layout, ReadError> {
        let mut sector = [0; 512];
        volume.read_at(0, &mut sector)?;
        let byte = |at: usize| u64::from(sector[at]);
        let short = |at: usize| byte(at) | byte(at + 1) << 8;
        let long = |at: usize| short(at) | short(at + 2) << 16;
        let check = |holds: bool, fault| if holds { Ok(()) } else { Err(ReadError::NotFat(fault)) };

        check(sector[510..] == [0x55, 0xaa], "the boot signature is missing")?;
        let sector_size = short(11);
        check(matches!(sector_size, 512 | 1024 | 2048 | 4096), "no valid sector size")?;
        check(sector[13].is_power_of_two(), "no valid cluster size")?;
        check(short(14) > 0 && byte(16) > 0, "no reserved sector or no table")?;
        let fat32 = short(22) == 0;
        let table_sectors = if fat32 { long(36) } else { short(22) };
        let total_sectors = if short(19) > 0 { short(19) } else { long(32) };
        let root_offset = (short(14) + byte(16) * table_sectors) * sector_size;
        let root_len = (short(17) * 32).next_multiple_of(sector_size);
        let data_offset = root_offset + root_len;
        let end = total_sectors * sector_size;
        check(data_offset < end, "the tables take more than there is")?;
        check(end <= volume.len(), "it is cut off")?;
        let cluster_len = byte(13) * sector_size;
        let clusters = (end - data_offset) / cluster_len;
        let width = match clusters {
            _ if fat32 => Width::Fat32,
            ..=4084 => Width::Fat12,
            _ => Width::Fat16,
        };
        let listed = width.table_len(clusters + 2) <= table_sectors * sector_size;
        check(clusters <= width.most_clusters() && listed, "the tables do not list every cluster")?;
        let extended = if fat32 { 66 } else { 38 };
        let there = matches!(sector[extended], 0x28 | 0x29);
        let labelled = sector[extended] == 0x29;
        Ok(Layout {
            width,
            serial: if there { long(extended + 1) as u32 } else { 0 },
            label: labelled.then(|| label::decode(&sector[extended + 5..extended + 16])).flatten(),
            cluster_len,
            clusters: clusters as u32,
            root: if fat32 { long(44) as u32 } else { 0 },
            root_range: (root_offset, short(17) * 32),
            table_offset: short(14) * sector_size,
            data_offset,
            window: None,
        })
    }

    /// The bytes of the directory that starts at `start`.
    pub(super) fn directory(&mut self, volume: &Extents, start: u32) -> Result<Vec<u8>, Fault> {
        if start == 0 && self.width != Width::Fat32 {
            let (offset, len) = self.root_range;
            return Ok(volume.slice(offset, len).to_vec()?);
        }
        let limit = DIRECTORY_LIMIT.div_ceil(self.cluster_len);
        let runs = self.chain(volume, start, limit)?;
        let len = runs.iter().map(|(_, len)| len).sum();
        Ok(self.gather(volume, &runs, len).to_vec()?)
    }

    /// The `len` bytes of the file that starts at `start`, as ranges of the volume.
    pub(super) fn content(
        &mut self,
        volume: &Extents,
        start: u32,
        len: u32,
    ) -> Result<Extents, Fault> {
        let len = u64::from(len);
        if len == 0 {
            return Ok(Extents::hole(0));
        }
        let clusters = len.div_ceil(self.cluster_len);
        let runs = self.chain(volume, start, clusters)?;
        if runs.iter().map(|(_, len)| len).sum::<u64>() < len {
            return Err(Fault::Damaged("its clusters end before it does"));
        }
        Ok(self.gather(volume, &runs, len))
    }

    fn gather(&self, volume: &Extents, runs: &[(u32, u64)], len: u64) -> Extents {
        let mut content = Extents::hole(len);
        let mut at = 0;
        for (cluster, run) in runs {
            let offset = self.data_offset + u64::from(cluster - 2) * self.cluster_len;
            let part = (*run).min(len - at);
            content.put(at, &volume.slice(offset, part));
            at += part;
        }
        content
    }

    /// The clusters from `start` to the end of its chain, as runs: first cluster and bytes. A chain
    /// of more than `limit` clusters is damaged.
    fn chain(
        &mut self,
        volume: &Extents,
        start: u32,
        limit: u64,
    ) -> Result<Vec<(u32, u64)>, Fault> {
        let mut runs: Vec<(u32, u64)> = Vec::new();
        let mut expected = 0;
        let mut count = 0;
        let mut cluster = start;
        loop {
            if !(2..self.clusters + 2).contains(&cluster) {
                return Err(Fault::Damaged("its chain leads to a cluster that is none"));
            }
            count += 1;
            if count > limit {
                return Err(Fault::Damaged("its chain has more clusters than it can need"));
            }
            match runs.last_mut() {
                Some((_, len)) if cluster == expected => *len += self.cluster_len,
                _ => runs.push((cluster, self.cluster_len)),
            }
            expected = cluster + 1;
            match self.next(volume, cluster)? {
                Some(next) => cluster = next,
                None => return Ok(runs),
            }
        }
    }

    /// The cluster after `cluster`, if there is one.
    fn next(&mut self, volume: &Extents, cluster: u32) -> Result<Option<u32>, Fault> {
        let cluster = u64::from(cluster);
        let (value, end) = match self.width {
            Width::Fat12 => {
                let pair = self.table_bytes::<2>(volume, cluster * 3 / 2)?;
                let value = u16::from_le_bytes(pair) >> (cluster % 2 * 4) & 0xfff;
                (u32::from(value), 0xff8)
            }
            Width::Fat16 => {
                let value = u16::from_le_bytes(self.table_bytes(volume, cluster * 2)?);
                (u32::from(value), 0xfff8)
            }
            Width::Fat32 => {
                let value = u32::from_le_bytes(self.table_bytes(volume, cluster * 4)?);
                (value & 0x0fff_ffff, 0x0fff_fff8)
            }
        };
        Ok((value < end).then_some(value))
    }

    fn table_bytes<const N: usize>(&mut self, volume: &Extents, at: u64) -> io::Result<[u8; N]> {
        // Windows overlap by an entry, so that none is cut in two.
        let base = at / WINDOW * WINDOW;
        if self.window.as_ref().is_none_or(|(start, _)| *start != base) {
            let mut bytes = vec![0; WINDOW as usize + 4];
            volume.read_at(self.table_offset + base, &mut bytes)?;
            self.window = Some((base, bytes));
        }
        let mut found = [0; N];
        if let Some((_, bytes)) = &self.window {
            found.copy_from_slice(&bytes[(at - base) as usize..][..N]);
        }
        Ok(found)
    }
}
