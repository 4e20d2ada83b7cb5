//! From extents to a file.

use super::compress::Compressor;
use super::header::{CompressionType, Header, L1_SIZE_LIMIT, SECTOR};
use super::host_clusters::HostClusters;
use super::{Options, mapping};
use crate::output::{self, Error, Staged, in_order::in_order, is_zero, source};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use tintype_tree::Extents;

/// Bytes that a worker takes at once.
const SHARE_LEN: u64 = 2 << 20;

/// See [`super::write`].
pub(super) fn write(
    extents: &Extents,
    options: &Options,
    target: &Path,
    output: output::Options<'_>,
) -> Result<(), Error> {
    let cluster_len = 1u64 << options.cluster_bits;
    let size = extents.len().next_multiple_of(SECTOR);
    let per_l2_table = cluster_len / 8;
    let l1_size = size.div_ceil(cluster_len * per_l2_table).max(1);
    if l1_size > L1_SIZE_LIMIT {
        let limit = L1_SIZE_LIMIT * cluster_len * per_l2_table;
        return Err(Error::TooLarge { path: target.into(), len: size, limit });
    }
    let staged = Staged::beside(target, extents.stored_len())?;
    let l1_table_offset = cluster_len;
    let front = 1 + (l1_size * 8).div_ceil(cluster_len);
    let mut writer = Writer {
        staged: &staged,
        options,
        host: HostClusters::new(cluster_len, front),
        l1_table: vec![0; l1_size as usize],
        l2_table: vec![0; per_l2_table as usize],
        l2_index: 0,
    };
    let mut progress = output.progress;
    let mut done = 0;
    in_order(
        shares(extents, cluster_len, per_l2_table),
        output.threads,
        || Worker::new(extents, options),
        Worker::pack,
        |share, packed| {
            writer.put(&share, &packed)?;
            done += packed.stored_len;
            if let Some(progress) = &mut progress {
                progress(done);
            }
            Ok(())
        },
    )?;
    writer.put_l2_table()?;
    let l1_table: Vec<u8> = writer.l1_table.iter().flat_map(|entry| entry.to_be_bytes()).collect();
    let refcounts = writer.host.finish();
    let header = Header {
        cluster_bits: options.cluster_bits,
        size,
        l1_size: l1_size as u32,
        l1_table_offset,
        refcount_table_offset: refcounts.table_offset,
        refcount_table_clusters: refcounts.table_clusters,
        compression_type: options.compression.map_or(CompressionType::Zlib, Into::into),
    };
    let put = |bytes: &[u8], at| {
        staged.file().write_all_at(bytes, at).map_err(|error| staged.fault(error))
    };
    put(&refcounts.bytes, refcounts.table_offset)?;
    put(&l1_table, l1_table_offset)?;
    put(&header.encode(), 0)?;
    staged.set_len(refcounts.end)?;
    staged.commit()
}

/// The clusters of the virtual disk that something is in, as runs of at most [`SHARE_LEN`] bytes,
/// each within the reach of one L2 table.
fn shares(extents: &Extents, cluster_len: u64, per_l2_table: u64) -> Vec<Range<u64>> {
    let most = (SHARE_LEN / cluster_len).max(1);
    let limit = |start: u64| (start + most).min((start / per_l2_table + 1) * per_l2_table);
    let mut shares: Vec<Range<u64>> = Vec::new();
    for extent in extents.iter() {
        let end = extent.end().div_ceil(cluster_len);
        let mut next = (extent.start / cluster_len).max(shares.last().map_or(0, |last| last.end));
        while next < end {
            match shares.last_mut() {
                Some(last) if last.end == next && next < limit(last.start) => {
                    last.end = end.min(limit(last.start));
                    next = last.end;
                }
                _ => {
                    let share = next..end.min(limit(next));
                    next = share.end;
                    shares.push(share);
                }
            }
        }
    }
    shares
}

/// A share, ready to be written.
#[derive(Debug, Default)]
struct Packed {
    /// What each cluster became.
    clusters: Vec<Stored>,
    /// The compressed clusters, one after the other.
    compressed: Vec<u8>,
    /// The others.
    whole: Vec<u8>,
    /// Bytes of the share that are no hole.
    stored_len: u64,
}

#[derive(Clone, Copy, Debug)]
enum Stored {
    Zero,
    Whole,
    /// To so many bytes.
    Compressed(usize),
}

/// A thread that reads and compresses.
struct Worker<'a> {
    extents: &'a Extents,
    cluster_len: usize,
    compressor: Option<Compressor>,
    /// The bytes of a share.
    share: Vec<u8>,
    /// What one cluster is compressed to.
    buffer: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(extents: &'a Extents, options: &Options) -> Worker<'a> {
        let cluster_len = 1 << options.cluster_bits;
        Worker {
            extents,
            cluster_len,
            compressor: options.compression.map(Compressor::new),
            share: Vec::new(),
            buffer: vec![0; cluster_len],
        }
    }

    fn pack(&mut self, share: &Range<u64>) -> Result<Packed, Error> {
        let start = share.start * self.cluster_len as u64;
        let len = (share.end - share.start) as usize * self.cluster_len;
        self.share.clear();
        self.share.resize(len, 0);
        source::read(self.extents, start, &mut self.share)?;
        let stored_len = self.extents.slice(start, len as u64).stored_len();
        let mut packed = Packed { stored_len, ..Packed::default() };
        for cluster in self.share.chunks(self.cluster_len) {
            let compressed = match &mut self.compressor {
                _ if is_zero(cluster) => {
                    packed.clusters.push(Stored::Zero);
                    continue;
                }
                Some(compressor) => compressor.compress(cluster, &mut self.buffer),
                None => None,
            };
            packed.clusters.push(match compressed {
                Some(len) => {
                    packed.compressed.extend_from_slice(&self.buffer[..len]);
                    Stored::Compressed(len)
                }
                None => {
                    packed.whole.extend_from_slice(cluster);
                    Stored::Whole
                }
            });
        }
        Ok(packed)
    }
}

/// What gives every cluster its place, in order.
struct Writer<'a> {
    staged: &'a Staged,
    options: &'a Options,
    host: HostClusters,
    l1_table: Vec<u64>,
    /// The L2 table that is being filled.
    l2_table: Vec<u64>,
    /// Which of all L2 tables that is.
    l2_index: usize,
}

impl Writer<'_> {
    /// Writes the clusters of `share`: the compressed ones, then the others in a row. All of them are
    /// in one L2 table.
    fn put(&mut self, share: &Range<u64>, packed: &Packed) -> Result<(), Error> {
        let per_table = self.l2_table.len() as u64;
        let index = (share.start / per_table) as usize;
        if index != self.l2_index {
            self.put_l2_table()?;
            self.l2_index = index;
        }
        let cluster_bits = self.options.cluster_bits;
        let entries = (share.start % per_table) as usize..;
        // What lies side by side is written at once: its first byte here, and in the file.
        let (mut from, mut offset_of_from) = (0, 0);
        let mut at = 0;
        for (entry, stored) in entries.clone().zip(&packed.clusters) {
            if let Stored::Compressed(len) = *stored {
                let offset = self.host.pack(len as u64);
                if offset != offset_of_from + (at - from) as u64 {
                    self.write(&packed.compressed[from..at], offset_of_from)?;
                    (from, offset_of_from) = (at, offset);
                }
                self.l2_table[entry] = mapping::compressed(cluster_bits, offset, len as u64);
                at += len;
            }
        }
        self.write(&packed.compressed[from..], offset_of_from)?;
        let mut offset = self.host.take(packed.whole.len() as u64 >> cluster_bits);
        self.write(&packed.whole, offset)?;
        for (entry, stored) in entries.zip(&packed.clusters) {
            if let Stored::Whole = stored {
                self.l2_table[entry] = mapping::stored(offset);
                offset += 1 << cluster_bits;
            }
        }
        Ok(())
    }

    /// Writes the L2 table that was filled, if there is something in it, and begins another.
    fn put_l2_table(&mut self) -> Result<(), Error> {
        if self.l2_table.iter().all(|entry| *entry == 0) {
            return Ok(());
        }
        let bytes: Vec<u8> = self.l2_table.iter().flat_map(|entry| entry.to_be_bytes()).collect();
        let offset = self.host.take(1);
        self.write(&bytes, offset)?;
        self.l1_table[self.l2_index] = mapping::stored(offset);
        self.l2_table.fill(0);
        Ok(())
    }

    fn write(&self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        let written = self.staged.file().write_all_at(bytes, offset);
        written.map_err(|error| self.staged.fault(error))
    }
}
