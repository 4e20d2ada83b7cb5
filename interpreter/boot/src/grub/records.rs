//! What GRUB's kernel finds behind itself in memory: modules, a configuration, a prefix.

use super::{Error, Library};

/// "mimg", little-endian.
const MAGIC: u32 = 0x676d_696d;

/// `OBJ_TYPE_*`: the kinds of record that are made here.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Elf = 0,
    Config = 2,
    Prefix = 3,
}

/// What a core image holds besides the kernel.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The modules; what they depend on is added.
    pub modules: Vec<String>,
    /// Commands to run before anything else, if any.
    pub config: Option<String>,
    /// Where GRUB looks for its directory: `(,msdos1)/boot/grub`.
    pub prefix: String,
}

impl Contents {
    /// The records, with their header in the form of `library`'s platform.
    pub(super) fn encode(&self, library: &Library) -> Result<Vec<u8>, Error> {
        let wide = library.platform().is_wide();
        let (header_len, alignment) = if wide { (24, 8) } else { (12, 4) };
        let mut body = Vec::new();
        let order = library.closure(&self.modules)?;
        for module in library.read_modules(&order)? {
            put(&mut body, Kind::Elf, &module, alignment);
        }
        if let Some(config) = &self.config {
            put(&mut body, Kind::Config, &terminated(config), alignment);
        }
        put(&mut body, Kind::Prefix, &terminated(&self.prefix), alignment);
        let total = header_len + body.len();
        let mut records = Vec::with_capacity(total);
        records.extend(MAGIC.to_le_bytes());
        if wide {
            records.extend([0; 4]);
            records.extend((header_len as u64).to_le_bytes());
            records.extend((total as u64).to_le_bytes());
        } else {
            records.extend((header_len as u32).to_le_bytes());
            records.extend((total as u32).to_le_bytes());
        }
        records.extend(body);
        Ok(records)
    }
}

/// A record: its type, its length with these two words and the padding, the bytes.
fn put(body: &mut Vec<u8>, kind: Kind, bytes: &[u8], alignment: usize) {
    let padded = bytes.len().next_multiple_of(alignment);
    body.extend((kind as u32).to_le_bytes());
    body.extend((padded as u32 + 8).to_le_bytes());
    body.extend(bytes);
    body.resize(body.len() + padded - bytes.len(), 0);
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes
}
