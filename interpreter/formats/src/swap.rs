//! Linux swap space: one page of header, as `mkswap` writes it (version 1, `SWAPSPACE2`; the layout
//! is `union swap_header` of the kernel's include/linux/swap.h), and nothing else.

use tintype_tree::Extents;

/// Bytes of a page.
const PAGE_LEN: u64 = 4096;
/// What `mkswap` takes at least, in pages.
const FEWEST_PAGES: u64 = 10;
/// Where `info` begins, after room for boot code.
const INFO_OFFSET: usize = 1024;
/// Bytes of `volume_name`, the last of which stays zero.
const LABEL_LEN: usize = 16;
/// Ends the first page.
const SIGNATURE: &[u8; 10] = b"SWAPSPACE2";

/// What a swap space is called, and how large it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `volume_name`: at most 15 bytes.
    pub label: Vec<u8>,
    /// `uuid`.
    pub uuid: [u8; 16],
    /// Bytes; what is less than a page at the end stays unused.
    pub size: u64,
}

/// Why there can be no such swap space.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Fewer pages than make sense.
    #[error("a swap space of {size} bytes is too small: {} bytes are needed", FEWEST_PAGES * PAGE_LEN)]
    TooSmall {
        /// Bytes asked for.
        size: u64,
    },
    /// More pages than can be counted.
    #[error("a swap space of {size} bytes is too large: it has at most {} pages", u32::MAX)]
    TooLarge {
        /// Bytes asked for.
        size: u64,
    },
    /// A label that does not fit.
    #[error("the label \"{label}\" has {len} bytes; a swap space's has at most {}", LABEL_LEN - 1)]
    LabelTooLong {
        /// The label.
        label: String,
        /// Its bytes.
        len: usize,
    },
}

/// Lays out a swap space.
///
/// # Errors
/// When the label is too long, or the size is not one for a swap space.
pub fn lay_out(options: &Options) -> Result<Extents, Error> {
    let size = options.size;
    let pages = size / PAGE_LEN;
    if pages < FEWEST_PAGES {
        return Err(Error::TooSmall { size });
    }
    let last_page = u32::try_from(pages - 1).map_err(|_| Error::TooLarge { size })?;
    if options.label.len() >= LABEL_LEN {
        let label = String::from_utf8_lossy(&options.label).into_owned();
        return Err(Error::LabelTooLong { label, len: options.label.len() });
    }
    let mut page = vec![0; INFO_OFFSET];
    page.extend(1u32.to_le_bytes()); // version
    page.extend(last_page.to_le_bytes());
    page.extend(0u32.to_le_bytes()); // nr_badpages
    page.extend(options.uuid);
    page.extend(&options.label);
    page.resize(PAGE_LEN as usize - SIGNATURE.len(), 0);
    page.extend(SIGNATURE);
    let mut space = Extents::hole(size);
    space.put_bytes(0, page);
    Ok(space)
}
