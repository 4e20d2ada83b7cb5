//! ISO 9660 volumes as a layout: ECMA-119 (4th edition) at interchange level 3, with Rock Ridge, Joliet,
//! zisofs, and what is needed to boot from it.
//!
//! Rock Ridge keeps names, modes, owners, links, devices and extended attributes as they are; times to
//! the second. Joliet's hierarchy has directories and regular files only, under names that it can
//! spell. Directories stay where they are, however deep (ECMA-119 would end at eight levels; every
//! reader with Rock Ridge goes on).

mod boot;
mod date;
mod directory;
mod el_torito;
mod error;
mod hierarchy;
mod identifier;
mod number;
mod path_table;
mod places;
mod reader;
mod rock_ridge;
mod susp;
mod volume;
pub mod zisofs;

pub use boot::{Boot, Hybrid};
pub use error::Error;
pub use reader::{ReadError, Volume, read};
pub use zisofs::Compressed;

use directory::{DirectoryPlace, Recorder, in_joliet};
use el_torito::Catalog;
use hierarchy::Hierarchy;
use identifier::{Joliet, Primary};
use path_table::ByteOrder;
use places::{Contents, Places};
use tintype_tree::{Extents, Tree};
use volume::{Descriptor, Which};

/// Bytes of a logical block, which is a sector of the medium.
pub const BLOCK_LEN: u64 = 2048;
/// Blocks that are free for boot code (6.2.1).
const SYSTEM_AREA_BLOCKS: u32 = 16;
/// Characters of a volume identifier.
const LABEL_LIMIT: usize = 32;

/// Sixteen digits, `YYYYMMDDHHMMSScc`: when the volume was made, and what blkid and GRUB call its UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumeDate([u8; 16]);

impl VolumeDate {
    /// The date that `digits` are; `None` if they are not sixteen digits.
    pub fn new(digits: &[u8]) -> Option<VolumeDate> {
        let digits: [u8; 16] = digits.try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(VolumeDate(digits))
    }
}

/// What is not in the tree.
#[derive(Debug)]
pub struct Options<'a> {
    /// The volume identifier: 1 to 32 printable ASCII characters.
    pub label: String,
    /// When it was made.
    pub date: VolumeDate,
    /// Whether there is a hierarchy for readers without Rock Ridge.
    pub joliet: bool,
    /// What stands in place of some files' contents.
    pub compressed: &'a Compressed,
    /// How it boots.
    pub boot: Boot,
}

/// Lays `tree` out as a volume. No content is read but the boot image's, which is changed.
///
/// # Errors
/// When the tree holds what a volume cannot. See [`Error`].
pub fn lay_out(tree: &Tree, options: &Options) -> Result<Extents, Error> {
    check_label(&options.label)?;
    let links = tree.link_counts();
    let primary = Hierarchy::new::<Primary>(tree, |_| true);
    let joliet = options.joliet.then(|| Hierarchy::new::<Joliet>(tree, in_joliet));
    let mut parts = vec![Part::new(tree, options.compressed, &primary, Some(&links))];
    parts.extend(joliet.as_ref().map(|joliet| Part::new(tree, options.compressed, joliet, None)));

    let bootable = options.boot.is_bootable();
    let mut next = SYSTEM_AREA_BLOCKS + 2 + u32::from(joliet.is_some()) + u32::from(bootable);
    for part in &mut parts {
        part.measure(&mut next)?;
    }
    let catalog_block = next;
    let contents = Contents::new(tree, options.compressed, &primary, next + u32::from(bootable))?;
    for part in &mut parts {
        part.places.files.clone_from(&contents.blocks);
    }
    let boot_image = boot::image(&options.boot, &contents)?;
    let efi = options.boot.efi.as_ref().map(|partition| (contents.end, partition.len()));
    let catalog = Catalog { bios: boot_image.as_ref().map(|(block, _)| *block), efi };
    let efi_blocks = efi.map_or(0, |(_, len)| len.div_ceil(BLOCK_LEN));
    let trailer = options.boot.trailer_blocks();
    let blocks = block_number(u64::from(contents.end) + efi_blocks + trailer)?;

    // From the first block to the last: appending is what extents are quick at.
    let mut volume = Extents::hole(u64::from(blocks) * BLOCK_LEN);
    boot::put_system_area(&mut volume, &options.boot, &catalog)?;
    let mut descriptors = vec![parts[0].descriptor(Which::Primary, options, blocks).encode()];
    descriptors.extend(bootable.then(|| volume::boot_record(catalog_block)));
    let joliet = parts.get(1).map(|part| part.descriptor(Which::Joliet, options, blocks));
    descriptors.extend(joliet.map(|descriptor| descriptor.encode()));
    descriptors.push(volume::terminator());
    volume.put_bytes(offset(SYSTEM_AREA_BLOCKS), descriptors.concat());
    for part in &parts {
        part.put(&mut volume)?;
    }
    if bootable {
        volume.put_bytes(offset(catalog_block), catalog.encode());
    }
    contents.put(&mut volume, boot_image);
    if let (Some(partition), Some((block, _))) = (&options.boot.efi, efi) {
        volume.put(offset(block), partition);
    }
    Ok(volume)
}

fn check_label(label: &str) -> Result<(), Error> {
    let printable = label.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if label.is_empty() || label.len() > LABEL_LIMIT || !printable {
        return Err(Error::Label { label: label.to_owned() });
    }
    Ok(())
}

/// The first byte of a block.
fn offset(block: u32) -> u64 {
    u64::from(block) * BLOCK_LEN
}

fn block_number(block: u64) -> Result<u32, Error> {
    u32::try_from(block).map_err(|_| Error::TooLarge { blocks: block })
}

/// One of the volume's hierarchies.
struct Part<'a> {
    recorder: Recorder<'a>,
    places: Places<'a>,
    /// Type L, then type M.
    path_tables: [u32; 2],
    path_table_len: u32,
}

impl<'a> Part<'a> {
    fn new(
        tree: &'a Tree,
        compressed: &'a Compressed,
        hierarchy: &'a Hierarchy<'a>,
        rock_ridge: Option<&'a [u32]>,
    ) -> Part<'a> {
        let places = Places {
            directories: vec![DirectoryPlace::default(); hierarchy.directories.len()],
            files: vec![0; tree.node_count()],
            compressed,
        };
        let recorder = Recorder { tree, hierarchy, rock_ridge };
        Part { recorder, places, path_tables: [0; 2], path_table_len: 0 }
    }

    /// Gives path tables and directories their places from block `next` on.
    fn measure(&mut self, next: &mut u32) -> Result<(), Error> {
        let hierarchy = self.recorder.hierarchy;
        let mut take = |len: usize| {
            let block = *next;
            *next += (len as u64).div_ceil(BLOCK_LEN) as u32;
            block
        };
        let table = path_table::encode(hierarchy, &self.places, ByteOrder::Little)?;
        self.path_table_len = table.len() as u32;
        self.path_tables = [take(table.len()), take(table.len())];
        let mut found = Vec::with_capacity(hierarchy.directories.len());
        for number in 0..hierarchy.directories.len() {
            let recorded = self.recorder.record(number, &self.places)?;
            let block = take(recorded.records.len());
            take(recorded.continuation.len());
            found.push(DirectoryPlace { block, len: recorded.records.len() as u32 });
        }
        self.places.directories = found;
        Ok(())
    }

    /// Puts path tables and directories where they belong.
    fn put(&self, volume: &mut Extents) -> Result<(), Error> {
        for (block, order) in self.path_tables.into_iter().zip([ByteOrder::Little, ByteOrder::Big])
        {
            let table = path_table::encode(self.recorder.hierarchy, &self.places, order)?;
            volume.put_bytes(offset(block), table);
        }
        for number in 0..self.places.directories.len() {
            let recorded = self.recorder.record(number, &self.places)?;
            let bytes = [recorded.records, recorded.continuation].concat();
            let block = self.places.directory(number).block;
            volume.put_bytes(offset(block), bytes);
        }
        Ok(())
    }

    fn descriptor(&self, which: Which, options: &'a Options, blocks: u32) -> Descriptor<'a> {
        let [path_table_l, path_table_m] = self.path_tables;
        Descriptor {
            which,
            label: &options.label,
            date: &options.date,
            volume_blocks: blocks,
            path_table_len: self.path_table_len,
            path_table_l,
            path_table_m,
            root: self.places.directory(0),
            root_metadata: &self.recorder.tree.node(self.recorder.tree.root()).metadata,
        }
    }
}
