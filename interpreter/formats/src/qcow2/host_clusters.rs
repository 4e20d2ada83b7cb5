//! Clusters of the file: which are taken, and how often ("Host cluster management").

/// Hands out the clusters of the file in order.
#[derive(Debug)]
pub(super) struct HostClusters {
    cluster_len: u64,
    /// How often each cluster is used.
    refcounts: Vec<u16>,
    /// Where the next compressed cluster goes, if it fits.
    packed: u64,
}

impl HostClusters {
    /// A file of which the first `taken` clusters are in use.
    pub(super) fn new(cluster_len: u64, taken: u64) -> HostClusters {
        HostClusters { cluster_len, refcounts: vec![1; taken as usize], packed: 0 }
    }

    /// Bytes of the file.
    pub(super) fn end(&self) -> u64 {
        self.refcounts.len() as u64 * self.cluster_len
    }

    /// The first byte of `count` clusters in a row.
    pub(super) fn take(&mut self, count: u64) -> u64 {
        let start = self.end();
        self.refcounts.resize(self.refcounts.len() + count as usize, 1);
        start
    }

    /// The first of `len` bytes, fewer than a cluster has, directly after the bytes that were packed
    /// before if they fit there.
    pub(super) fn pack(&mut self, len: u64) -> u64 {
        let left = (self.cluster_len - self.packed % self.cluster_len) % self.cluster_len;
        // The cluster may be followed by one of another use, or be used as often as can be counted.
        let grows = self.packed + left == self.end();
        let used = (self.packed / self.cluster_len) as usize;
        let full = left > 0 && self.refcounts[used] == u16::MAX;
        if left == 0 || full || (len > left && !grows) {
            self.packed = self.end();
        }
        let start = self.packed;
        self.packed += len;
        let last = ((self.packed - 1) / self.cluster_len) as usize;
        self.refcounts.resize(self.refcounts.len().max(last + 1), 0);
        for cluster in (start / self.cluster_len) as usize..=last {
            self.refcounts[cluster] += 1;
        }
        start
    }

    /// Takes the clusters for the refcounts themselves; the refcount table and the blocks with their
    /// offsets. They are in the file in this order.
    pub(super) fn finish(mut self) -> Refcounts {
        let per_block = self.cluster_len / 2;
        let per_table = self.cluster_len / 8;
        let (mut blocks, mut table_clusters) = (0, 0);
        loop {
            let all = self.refcounts.len() as u64 + table_clusters + blocks;
            let needed = (all.div_ceil(per_block), all.div_ceil(per_block).div_ceil(per_table));
            if needed == (blocks, table_clusters) {
                break;
            }
            (blocks, table_clusters) = needed;
        }
        let table_offset = self.take(table_clusters);
        let blocks_offset = self.take(blocks);
        let mut table: Vec<u8> = (0..blocks)
            .flat_map(|block| (blocks_offset + block * self.cluster_len).to_be_bytes())
            .collect();
        table.resize((table_clusters * self.cluster_len) as usize, 0);
        let mut bytes = table;
        bytes.extend(self.refcounts.iter().flat_map(|count| count.to_be_bytes()));
        bytes.resize(((table_clusters + blocks) * self.cluster_len) as usize, 0);
        Refcounts { table_offset, table_clusters: table_clusters as u32, bytes, end: self.end() }
    }
}

/// The refcounts of a file that is otherwise complete.
#[derive(Debug)]
pub(super) struct Refcounts {
    /// Where they begin in the file.
    pub table_offset: u64,
    pub table_clusters: u32,
    /// The refcount table and its blocks.
    pub bytes: Vec<u8>,
    /// Bytes of the file.
    pub end: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_clusters_lie_side_by_side_and_count_where_they_lie() {
        let mut clusters = HostClusters::new(512, 2);
        assert_eq!(
            [clusters.pack(100), clusters.pack(500), clusters.pack(424)],
            [1024, 1124, 1624]
        );
        assert_eq!(clusters.refcounts, [1, 1, 2, 2]);
        assert_eq!(clusters.pack(10), 2048);
        // After another cluster only what fits is put into the rest of the one begun.
        assert_eq!(clusters.take(1), 2560);
        assert_eq!([clusters.pack(502), clusters.pack(1)], [2058, 3072]);
        assert_eq!(clusters.take(1), 3584);
        assert_eq!([clusters.pack(511), clusters.pack(2)], [3073, 4096]);
    }

    #[test]
    fn a_cluster_is_not_used_more_often_than_can_be_counted() {
        let mut clusters = HostClusters::new(1 << 21, 1);
        let places: Vec<u64> = (0..u64::from(u16::MAX) + 1).map(|_| clusters.pack(2)).collect();
        assert_eq!(places[65_534], (1 << 21) + 2 * 65_534);
        assert_eq!(places[65_535], 2 << 21);
    }

    #[test]
    fn refcounts_count_themselves() {
        for taken in 1..5000 {
            let refcounts = HostClusters::new(512, taken).finish();
            let clusters = refcounts.end / 512;
            let table_len = refcounts.table_clusters as usize * 512;
            let counts = &refcounts.bytes[table_len..];
            let counted = counts.chunks(2).filter(|count| **count == [0, 1]).count();
            assert_eq!(counted as u64, clusters);
            assert_eq!(refcounts.bytes.len() as u64, refcounts.end - refcounts.table_offset);
        }
    }
}
