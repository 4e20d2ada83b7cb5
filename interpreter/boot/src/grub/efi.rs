//! GRUB for UEFI: one program with the modules that it needs until it has found the root.

use super::link::{self, PAGE};
use super::pe::{self, Section};
use super::{Contents, Error, Library};

/// Puts the program together: the linked kernel, and the records as its section `mods`.
///
/// # Errors
/// When a file is missing or malformed.
pub fn program(library: &Library, contents: &Contents) -> Result<Vec<u8>, Error> {
    let platform = library.platform();
    let kernel = link::link(library)?;
    let mut mods = contents.encode(library)?;
    mods.resize(mods.len().next_multiple_of(PAGE), 0);
    let relocations = pe::relocations(platform, &kernel.fixups);
    let sections = [
        Section { name: ".text", bytes: kernel.text, characteristics: pe::CODE },
        Section { name: ".data", bytes: kernel.data, characteristics: pe::DATA },
        Section { name: "mods", bytes: mods, characteristics: pe::DATA },
        Section { name: ".reloc", bytes: relocations, characteristics: pe::DISCARDABLE },
    ];
    Ok(pe::encode(platform, kernel.entry, &sections))
}
