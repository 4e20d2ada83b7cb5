//! FAT12, FAT16 and FAT32 with long names, as a layout.
//!
//! Follows Microsoft's "FAT: General Overview of On-Disk Format" 1.03 (fields carry its names) and
//! "FAT32 Long File Name Specification". Sizes of clusters, tables and tracks are those that
//! `mkfs.fat` chooses for a hard disk, so that a partition looks as it would when made by it.
//!
//! FAT keeps no owners, modes, attributes or links: they are left out. What would be lost with them
//! (symbolic links, devices, names that FAT cannot spell) is an error that names the path. A file
//! with several names is stored once for each.

mod boot_sector;
mod command_line;
mod date;
mod directory;
mod error;
mod geometry;
mod label;
mod name;
mod reader;
mod table;

pub use command_line::OptionError;
pub use error::Error;
pub use geometry::Width;
pub use reader::{ReadError, Volume, read};

use directory::Survey;
use geometry::Demand;
use table::Table;
use tintype_tree::{Extents, Kind as NodeKind, NodeId, Tree};

/// Which FAT: how wide the entries of the allocation table are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// FAT32 from 512 MiB on; below that FAT16, or FAT12 where there are too few clusters for it.
    #[default]
    Auto,
    /// At most 4,084 clusters.
    Fat12,
    /// 4,085 to 65,524 clusters: at least about 2 MiB.
    Fat16,
    /// 65,525 clusters or more (about 33 MiB). Of a smaller size it is made when asked for: only the
    /// boot sector, not the number of clusters, tells most readers that it is FAT32.
    Fat32,
}

/// How large the volume is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many bytes. Less than one track at the end may stay unused.
    Exact(u64),
    /// As small as the contents allow.
    Minimum,
}

/// What is not in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which FAT.
    pub kind: Kind,
    /// Bytes a logical sector: 512, 1024, 2048 or 4096.
    pub sector_size: u16,
    /// Sectors a cluster, a power of two; `None` chooses by size, as `mkfs.fat` does, and takes less
    /// where the contents would not fit otherwise.
    pub sectors_per_cluster: Option<u8>,
    /// Volume label: at most 11 ASCII characters, kept as given.
    pub label: Option<String>,
    /// Volume serial number.
    pub serial: u32,
    /// Sectors before the volume on its disk: only boot code reads it.
    pub hidden_sectors: u32,
    /// Copies of the allocation table: 1 or 2.
    pub tables: u8,
    /// Sectors before the first table at least; FAT32 keeps eight for itself.
    pub reserved_sectors: Option<u16>,
    /// Entries of the root directory of FAT12 and FAT16 at least; more where the contents need them.
    pub root_entries: Option<u16>,
    /// Whether tables and clusters of all but small volumes start at multiples of the cluster size.
    pub aligned: bool,
    /// Media descriptor.
    pub media: u8,
    /// Drive number: only boot code reads it.
    pub drive_number: u8,
    /// Heads and sectors a track, where the size of the volume does not decide them.
    pub geometry: Option<(u16, u16)>,
    /// Size of the volume.
    pub size: Size,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            kind: Kind::Auto,
            sector_size: 512,
            sectors_per_cluster: None,
            label: None,
            serial: 0,
            hidden_sectors: 0,
            tables: 2,
            reserved_sectors: None,
            root_entries: None,
            aligned: true,
            media: table::FIXED_DISK,
            drive_number: 0x80,
            geometry: None,
            size: Size::Minimum,
        }
    }
}

impl Options {
    /// The same with every option of mkfs.fat's in `words` applied.
    ///
    /// # Errors
    /// When a word is not understood.
    pub fn with(mut self, words: &[String]) -> Result<Options, OptionError> {
        command_line::apply(&mut self, words)?;
        Ok(self)
    }
}

/// Lays `tree` out as a FAT volume of the size that `options` ask for. No content is read; holes in
/// contents stay holes.
///
/// # Errors
/// When the tree holds what FAT cannot, or the options do not fit the format or the tree. See
/// [`Error`].
pub fn lay_out(tree: &Tree, options: &Options) -> Result<Extents, Error> {
    let label = label::encode(options.label.as_deref())?;
    let Survey { directories, .. } = directory::survey(tree, label.is_some())?;
    let demand = Demand::of(tree, &directories);
    let geometry = geometry::choose(&demand, options)?;

    let mut table = Table::new(geometry.width, options.media);
    let cluster_len = geometry.cluster_len();
    let starts: Vec<u32> = directories
        .iter()
        .map(|directory| {
            let fixed = directory.is_root() && !geometry.root_in_clusters();
            table.chain(if fixed { 0 } else { directory.len().div_ceil(cluster_len).max(1) })
        })
        .collect();
    let mut files = Vec::new();
    let contents: Vec<Vec<u32>> = directories
        .iter()
        .map(|directory| {
            let start_of = |node: NodeId| match &tree.node(node).kind {
                NodeKind::Regular(content) => {
                    let start = table.chain(content.len().div_ceil(cluster_len));
                    files.push((start, content));
                    start
                }
                _ => 0,
            };
            directory.entries.iter().map(|entry| entry.node).map(start_of).collect()
        })
        .collect();

    let mut volume = Extents::hole(0);
    boot_sector::put(&mut volume, &geometry, options, label, &table);
    table.put(&mut volume, &geometry);
    for (index, directory) in directories.iter().enumerate() {
        let bytes = directory.encode(tree, index, &starts, &contents[index], label);
        volume.put_bytes(geometry.directory_offset(starts[index]), bytes);
    }
    for (start, content) in files.iter().filter(|(start, _)| *start != 0) {
        volume.put(geometry.cluster_offset(*start), content);
    }
    volume.grow(match options.size {
        Size::Exact(size) => size,
        Size::Minimum => geometry.len(),
    });
    Ok(volume)
}

/// The least size in bytes of a volume that holds `tree`; `options.size` means nothing here.
///
/// # Errors
/// As [`lay_out`].
pub fn minimum_size(tree: &Tree, options: &Options) -> Result<u64, Error> {
    let label = label::encode(options.label.as_deref())?;
    let Survey { directories, .. } = directory::survey(tree, label.is_some())?;
    let demand = Demand::of(tree, &directories);
    let options = Options { size: Size::Minimum, ..options.clone() };
    geometry::choose(&demand, &options).map(|geometry| geometry.len())
}

/// Paths in `tree` that differ only by case, two by two. A volume holds both, but readers that look
/// names up as FAT compares them find one of the two.
///
/// # Errors
/// When the tree holds what FAT cannot.
pub fn same_but_for_case(tree: &Tree) -> Result<Vec<(String, String)>, Error> {
    Ok(directory::survey(tree, false)?.same_but_for_case)
}
