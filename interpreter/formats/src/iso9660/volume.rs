//! Volume descriptors (ECMA-119, 8), and what Joliet and El Torito make of them.

use super::directory::{DirectoryPlace, root_record};
use super::number::{both16, both32};
use super::{BLOCK_LEN, VolumeDate};
use tintype_tree::Metadata;

const BLOCK: usize = BLOCK_LEN as usize;
const STANDARD_IDENTIFIER: &[u8] = b"CD001";

const BOOT_RECORD: u8 = 0;
const PRIMARY: u8 = 1;
const SUPPLEMENTARY: u8 = 2;
const TERMINATOR: u8 = 255;

/// Which hierarchy a descriptor is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Primary,
    /// UCS-2 at level 3, as its escape sequence says.
    Joliet,
}

/// What stands in a primary or supplementary descriptor.
pub(super) struct Descriptor<'a> {
    pub(super) which: Which,
    pub(super) label: &'a str,
    pub(super) date: &'a VolumeDate,
    /// Blocks of the whole volume.
    pub(super) volume_blocks: u32,
    /// Bytes of each of the path tables, and where they begin.
    pub(super) path_table_len: u32,
    pub(super) path_table_l: u32,
    pub(super) path_table_m: u32,
    pub(super) root: DirectoryPlace,
    pub(super) root_metadata: &'a Metadata,
}

/// Fills fields one after another: positions below are the standard's, which count from 1.
struct Fields(Vec<u8>);

impl Fields {
    /// A descriptor's first fields.
    fn new(kind: u8) -> Fields {
        Fields([&[kind], STANDARD_IDENTIFIER, &[1]].concat())
    }

    /// Puts `bytes` at position `position`; what was left out before it is zero.
    fn put(&mut self, position: usize, bytes: &[u8]) {
        self.0.resize(position - 1, 0);
        self.0.extend_from_slice(bytes);
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.resize(BLOCK, 0);
        self.0
    }
}

impl Descriptor<'_> {
    /// The descriptor's block (8.4 and 8.5).
    pub(super) fn encode(&self) -> Vec<u8> {
        let kind = match self.which {
            Which::Primary => PRIMARY,
            Which::Joliet => SUPPLEMENTARY,
        };
        let mut fields = Fields::new(kind);
        fields.put(9, &self.text("", 32));
        fields.put(41, &self.text(self.label, 32));
        fields.put(81, &both32(self.volume_blocks));
        if self.which == Which::Joliet {
            fields.put(89, b"%/E");
        }
        fields.put(121, &both16(1));
        fields.put(125, &both16(1));
        fields.put(129, &both16(BLOCK_LEN as u16));
        fields.put(133, &both32(self.path_table_len));
        fields.put(141, &self.path_table_l.to_le_bytes());
        fields.put(149, &self.path_table_m.to_be_bytes());
        fields.put(157, &root_record(self.root, self.root_metadata));
        // Volume set, publisher, data preparer and application.
        for position in [191, 319, 447, 575] {
            fields.put(position, &self.text("", 128));
        }
        // Names of files about copyright, abstract and bibliography.
        for position in [703, 740, 777] {
            fields.put(position, &self.text("", 37));
        }
        let date = [&self.date.0[..], &[0]].concat();
        let never = [&[b'0'; 16][..], &[0]].concat();
        // Creation, modification, expiration, from when it is in effect.
        for (position, date) in [(814, &date), (831, &date), (848, &never), (865, &never)] {
            fields.put(position, date);
        }
        fields.put(882, &[1]);
        fields.finish()
    }

    /// `text` in `len` bytes, padded with spaces.
    fn text(&self, text: &str, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = match self.which {
            Which::Primary => text.into(),
            Which::Joliet => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        };
        bytes.truncate(len);
        while bytes.len() < len {
            match self.which {
                Which::Joliet if len - bytes.len() > 1 => bytes.extend([0, b' ']),
                Which::Joliet => bytes.push(0),
                Which::Primary => bytes.push(b' '),
            }
        }
        bytes
    }
}

/// The boot record that leads to an El Torito catalog (8.2; El Torito 1.0, figure 7).
pub(super) fn boot_record(catalog: u32) -> Vec<u8> {
    let mut fields = Fields::new(BOOT_RECORD);
    fields.put(8, b"EL TORITO SPECIFICATION");
    fields.put(72, &catalog.to_le_bytes());
    fields.finish()
}

/// The end of the descriptors (8.3).
pub(super) fn terminator() -> Vec<u8> {
    Fields::new(TERMINATOR).finish()
}
