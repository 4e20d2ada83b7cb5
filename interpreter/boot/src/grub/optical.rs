//! GRUB on optical media, and on disks that such a medium's image was written to.

use super::bios::boot::CODE_LEN;
use super::bios::{CoreImage, SECTOR};
use super::{Contents, Error, Library, directory};

/// Bytes of `cdboot.img`: one block of the medium.
const CD_LOADER_LEN: usize = 2048;
/// Path of the image that a BIOS starts, in the root file system.
pub const EL_TORITO_PATH: &str = "boot/grub/i386-pc/eltorito.img";

impl Contents {
    /// What a BIOS loads from a medium: enough to find the volume whose UUID is `uuid`, be it on a CD
    /// or a disk.
    pub fn optical(uuid: &str) -> Contents {
        let modules = ["biosdisk", "part_msdos", "iso9660", "search_fs_uuid"];
        let place = directory::DIRECTORY;
        Contents {
            modules: modules.map(str::to_owned).to_vec(),
            config: Some(format!("search.fs_uuid {uuid} root\nset prefix=($root)/{place}\n")),
            prefix: format!("/{place}"),
        }
    }
}

/// The image that a BIOS starts from a CD: `cdboot.img`, which loads what follows it.
///
/// # Errors
/// When the file is missing or malformed.
pub fn el_torito(library: &Library, core: &CoreImage) -> Result<Vec<u8>, Error> {
    let mut image = library.read_sized::<CD_LOADER_LEN>("cdboot.img")?.to_vec();
    image.extend(core.bytes());
    Ok(image)
}

/// The code of the first sector by which a BIOS starts the same from a disk.
///
/// # Errors
/// When the file is missing or malformed.
pub fn hybrid_code(library: &Library) -> Result<[u8; CODE_LEN], Error> {
    let sector = library.read_sized::<SECTOR>("boot_hybrid.img")?;
    Ok(sector[..CODE_LEN].try_into().expect("less than a sector"))
}
