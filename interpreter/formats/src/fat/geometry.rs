//! How a volume is divided: sectors, clusters, tables (overview, "FAT Type Determination" and "FAT
//! Volume Initialization").

use super::directory::Directory;
use super::{Error, Kind, Options, Size};
use std::fmt;
use tintype_tree::{Kind as NodeKind, Tree};

/// Bytes of a directory entry.
pub(super) const ENTRY_LEN: u64 = 32;
/// Entries that the fixed root directory of FAT12 and FAT16 has at least.
const ROOT_ENTRIES: u64 = 512;
/// From this size on FAT32 is chosen.
const FAT32_FROM: u64 = 512 << 20;
/// Above so many sectors everything starts at a multiple of the cluster size.
const ALIGNED_ABOVE: u64 = 8192;
/// The largest cluster that readers are sure to take.
const CLUSTER_LEN_LIMIT: u64 = 64 << 10;

/// How many bits an entry of the allocation table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 12 bits.
    Fat12,
    /// 16 bits.
    Fat16,
    /// 32 bits, of which 28 count.
    Fat32,
}

impl fmt::Display for Width {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Width::Fat12 => "FAT12",
            Width::Fat16 => "FAT16",
            Width::Fat32 => "FAT32",
        })
    }
}

impl Width {
    /// The least clusters by which a reader that counts them takes it for this FAT.
    fn fewest_clusters(self) -> u64 {
        match self {
            Width::Fat12 => 1,
            Width::Fat16 => 4085,
            Width::Fat32 => 65_525,
        }
    }

    /// The most clusters.
    pub(super) fn most_clusters(self) -> u64 {
        match self {
            Width::Fat12 => 4084,
            Width::Fat16 => 65_524,
            Width::Fat32 => 0x0fff_fff5,
        }
    }

    /// Bytes that `entries` entries of a table take.
    pub(super) fn table_len(self, entries: u64) -> u64 {
        match self {
            Width::Fat12 => (entries * 3).div_ceil(2),
            Width::Fat16 => entries * 2,
            Width::Fat32 => entries * 4,
        }
    }

    /// Sectors before the first table.
    fn reserved_sectors(self, options: &Options) -> u64 {
        match (options.reserved_sectors, self) {
            // FAT32 has its boot sectors, and their copies, in the first eight.
            (Some(sectors), Width::Fat32) => u64::from(sectors).max(8),
            (Some(sectors), _) => sectors.into(),
            (None, Width::Fat32) => 32,
            (None, _) => 1,
        }
    }
}

/// What has to fit: lengths in bytes.
#[derive(Debug)]
pub(super) struct Demand {
    root: u64,
    directories: Vec<u64>,
    files: Vec<u64>,
}

impl Demand {
    /// What `directories`, the first of which is the root, need.
    pub(super) fn of(tree: &Tree, directories: &[Directory]) -> Demand {
        let nodes = directories.iter().flat_map(|directory| &directory.entries);
        let files = nodes.filter_map(|entry| match &tree.node(entry.node).kind {
            NodeKind::Regular(content) => Some(content.len()),
            _ => None,
        });
        let mut lens = directories.iter().map(Directory::len);
        let root = lens.next().unwrap_or(0);
        Demand { root, directories: lens.collect(), files: files.collect() }
    }

    /// Clusters of `cluster_len` bytes that all of it takes.
    fn clusters(&self, width: Width, cluster_len: u64) -> u64 {
        let root = (width == Width::Fat32).then_some(self.root);
        let directories = self.directories.iter().copied().chain(root);
        directories
            .map(|len| len.max(1))
            .chain(self.files.iter().copied())
            .map(|len| len.div_ceil(cluster_len))
            .sum()
    }

    fn bytes(&self) -> u64 {
        self.root + self.directories.iter().sum::<u64>() + self.files.iter().sum::<u64>()
    }
}

/// Where everything is. Counts are of logical sectors unless they say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub width: Width,
    /// Bytes a sector.
    pub sector_size: u64,
    pub sectors_per_cluster: u64,
    pub reserved_sectors: u64,
    /// Entries of the fixed root directory; zero for FAT32.
    pub root_entries: u64,
    /// Copies of the allocation table.
    pub tables: u64,
    /// Of one table.
    pub table_sectors: u64,
    pub total_sectors: u64,
    /// Number of clusters; the first is number 2.
    pub clusters: u64,
    pub sectors_per_track: u16,
    pub heads: u16,
}

impl Geometry {
    /// Divides up to `sectors` sectors into clusters of `sectors_per_cluster`. `None` if that gives
    /// no cluster, or more than this FAT has.
    fn new(
        width: Width,
        options: &Options,
        sectors_per_cluster: u64,
        sectors: u64,
        root_len: u64,
    ) -> Option<Geometry> {
        let sector_size = u64::from(options.sector_size);
        let tables = u64::from(options.tables);
        let (heads, sectors_per_track) = options.geometry.unwrap_or_else(|| track(sectors));
        let total_sectors = sectors - sectors % u64::from(sectors_per_track);
        let aligns = options.aligned && total_sectors > ALIGNED_ABOVE;
        let alignment = if aligns { sectors_per_cluster } else { 1 };
        let aligned = |sectors: u64| sectors.next_multiple_of(alignment);

        let reserved_sectors = aligned(width.reserved_sectors(options));
        let root_sectors = match width {
            Width::Fat32 => 0,
            _ => aligned(root_sectors(options, root_len)),
        };
        let divided = total_sectors.checked_sub(reserved_sectors + root_sectors)?;
        // In halves of a byte, since an entry of FAT12 has three: each cluster costs its sectors and
        // its entry in each table, and two entries more stand for no cluster.
        let entry = width.table_len(2);
        let estimate = (2 * divided * sector_size + tables * 2 * entry)
            / (2 * sectors_per_cluster * sector_size + tables * entry);
        let table_sectors = aligned(width.table_len(estimate + 2).div_ceil(sector_size));
        // The estimate leaves out what rounding costs: there are never more clusters than it says.
        let clusters = divided.checked_sub(tables * table_sectors)? / sectors_per_cluster;
        let root_entries = root_sectors * sector_size / ENTRY_LEN;
        if clusters == 0 || clusters > width.most_clusters() || root_entries > u16::MAX.into() {
            return None;
        }
        Some(Geometry {
            width,
            sector_size,
            sectors_per_cluster,
            reserved_sectors,
            root_entries,
            tables,
            table_sectors,
            total_sectors,
            clusters,
            sectors_per_track,
            heads,
        })
    }

    /// Whether the root directory is a chain of clusters like any other.
    pub(super) fn root_in_clusters(&self) -> bool {
        self.width == Width::Fat32
    }

    /// Bytes a cluster.
    pub(super) fn cluster_len(&self) -> u64 {
        self.sectors_per_cluster * self.sector_size
    }

    /// Bytes of the volume.
    pub(super) fn len(&self) -> u64 {
        self.total_sectors * self.sector_size
    }

    /// First byte of table `index`.
    pub(super) fn table_offset(&self, index: u64) -> u64 {
        (self.reserved_sectors + index * self.table_sectors) * self.sector_size
    }

    /// First byte of the directory that starts at `cluster`; 0 is the fixed root directory.
    pub(super) fn directory_offset(&self, cluster: u32) -> u64 {
        match cluster {
            0 => self.table_offset(self.tables),
            _ => self.cluster_offset(cluster),
        }
    }

    /// First byte of `cluster`, which is 2 or more.
    pub(super) fn cluster_offset(&self, cluster: u32) -> u64 {
        self.table_offset(self.tables)
            + self.root_entries * ENTRY_LEN
            + (u64::from(cluster) - 2) * self.cluster_len()
    }
}

/// The most sectors of a disk that has so many sectors a track and heads, as `mkfs.fat` gives them to
/// a hard disk: those of the SD Card Association's file system specification.
const TRACKS: [(u64, u16, u16); 9] = [
    (4_096, 16, 2),
    (32_768, 32, 2),
    (65_536, 32, 4),
    (262_144, 32, 8),
    (524_288, 32, 16),
    (1_032_192, 63, 16),
    (2_064_384, 63, 32),
    (4_128_768, 63, 64),
    (8_257_536, 63, 128),
];

/// Sectors of the fixed root directory, before they are aligned.
fn root_sectors(options: &Options, root_len: u64) -> u64 {
    let entries = options.root_entries.map_or(ROOT_ENTRIES, u64::from);
    (entries * ENTRY_LEN).max(root_len).div_ceil(options.sector_size.into())
}

/// Heads, and sectors a track.
fn track(sectors: u64) -> (u16, u16) {
    let found = TRACKS.iter().find(|(most, ..)| sectors <= *most);
    found.map_or((255, 63), |(_, sectors_per_track, heads)| (*heads, *sectors_per_track))
}

/// Sectors a cluster to begin with: of FAT32 those of the overview's table, which counts sectors.
fn usual_cluster(width: Width, sectors: u64) -> u64 {
    match (width, sectors) {
        (Width::Fat12 | Width::Fat16, _) => 4,
        (_, ..=532_480) => 1,
        (_, ..=16_777_216) => 8,
        (_, ..=33_554_432) => 16,
        (_, ..=67_108_864) => 32,
        _ => 64,
    }
}

/// The geometry for what `options` ask.
pub(super) fn choose(demand: &Demand, options: &Options) -> Result<Geometry, Error> {
    let sector_size = u64::from(options.sector_size);
    if !matches!(sector_size, 512 | 1024 | 2048 | 4096) {
        return Err(Error::SectorSize(options.sector_size));
    }
    if let Some(sectors) = options.sectors_per_cluster
        && (!sectors.is_power_of_two() || u64::from(sectors) * sector_size > CLUSTER_LEN_LIMIT)
    {
        return Err(Error::ClusterSize { sectors, sector_size: options.sector_size });
    }
    match options.size {
        Size::Minimum => smallest(demand, options, true),
        Size::Exact(size) => {
            let sectors = size / sector_size;
            exact(demand, options, size, sectors.min(u64::from(u32::MAX)))
        }
    }
}

/// The widths that `kind` allows for a volume of `size` bytes; those it may be for any size if `None`.
fn widths(kind: Kind, size: Option<u64>) -> &'static [Width] {
    match (kind, size) {
        (Kind::Fat12, _) => &[Width::Fat12],
        (Kind::Fat16, _) => &[Width::Fat16],
        (Kind::Fat32, _) => &[Width::Fat32],
        (Kind::Auto, None) => &[Width::Fat12, Width::Fat16, Width::Fat32],
        (Kind::Auto, Some(FAT32_FROM..)) => &[Width::Fat32],
        (Kind::Auto, Some(_)) => &[Width::Fat12, Width::Fat16],
    }
}

/// The cluster sizes to try, in sectors: the usual one, the larger ones, and then the smaller ones.
fn cluster_sizes(options: &Options, usual: u64) -> Vec<u64> {
    if let Some(sectors) = options.sectors_per_cluster {
        return vec![sectors.into()];
    }
    let limit = CLUSTER_LEN_LIMIT / u64::from(options.sector_size);
    let powers = || (0..8).map(|bits| 1 << bits).filter(move |sectors| *sectors <= limit);
    let (smaller, mut sizes): (Vec<u64>, Vec<u64>) = powers().partition(|size| *size < usual);
    sizes.extend(smaller.into_iter().rev());
    sizes
}

/// Divides a volume of `size` bytes as `mkfs.fat` does; where the contents do not fit then, into the
/// largest clusters with which they do.
fn exact(demand: &Demand, options: &Options, size: u64, sectors: u64) -> Result<Geometry, Error> {
    let widths = widths(options.kind, Some(size));
    let usual = usual_cluster(widths[0], sectors);
    for per_cluster in cluster_sizes(options, usual) {
        for width in widths {
            let geometry = Geometry::new(*width, options, per_cluster, sectors, demand.root);
            if let Some(geometry) = geometry
                && (*width != Width::Fat16 || geometry.clusters >= width.fewest_clusters())
                && demand.clusters(*width, geometry.cluster_len()) <= geometry.clusters
            {
                return Ok(geometry);
            }
        }
    }
    let width = widths[widths.len() - 1];
    match smallest(demand, options, false)? {
        least if least.len() > size => {
            Err(Error::TooSmall { width: least.width, size, needed: least.len() })
        }
        _ => Err(Error::TooLarge { width, size, clusters: width.most_clusters() as u32 }),
    }
}

/// The smallest geometry that holds the contents. With `recognised`, FAT32 gets as many clusters as
/// make it FAT32 for a reader that counts them.
fn smallest(demand: &Demand, options: &Options, recognised: bool) -> Result<Geometry, Error> {
    let sector_size = u64::from(options.sector_size);
    let widths = widths(options.kind, None);
    let mut best: Option<Geometry> = None;
    for width in widths {
        for per_cluster in cluster_sizes(options, 1) {
            let mut clusters = demand.clusters(*width, per_cluster * sector_size).max(1);
            if recognised || *width == Width::Fat16 {
                clusters = clusters.max(width.fewest_clusters());
            }
            if clusters > width.most_clusters() {
                continue;
            }
            // No volume of fewer sectors can do: nothing in this sum is rounded up to a cluster.
            let least = clusters * per_cluster
                + u64::from(options.tables) * width.table_len(clusters + 2).div_ceil(sector_size)
                + width.reserved_sectors(options);
            let most = least + root_sectors(options, demand.root) + 7 * per_cluster + 128;
            let found = (least..=most.min(u32::MAX.into())).find_map(|sectors| {
                Geometry::new(*width, options, per_cluster, sectors, demand.root)
                    .filter(|geometry| geometry.clusters >= clusters)
            });
            if let Some(found) = found
                && best.is_none_or(|best| found.len() < best.len())
            {
                best = Some(found);
            }
        }
    }
    best.ok_or_else(|| {
        let width = widths[widths.len() - 1];
        let clusters = width.most_clusters() as u32;
        Error::ContentsTooLarge { width, bytes: demand.bytes(), clusters }
    })
}
