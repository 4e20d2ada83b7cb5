//! EFI system partitions.
//!
//! Firmware without a boot entry starts `EFI/BOOT/BOOT<machine>.EFI` (UEFI 2.10, section 3.5.1.1).

use tintype_tree::{Kind, Tree};

/// The firmware that a system partition serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// 64-bit x86.
    X86_64,
    /// 32-bit x86.
    Ia32,
}

impl Firmware {
    /// Where firmware looks for its removable-media boot program.
    pub fn boot_path(self) -> &'static str {
        match self {
            Firmware::X86_64 => "EFI/BOOT/BOOTX64.EFI",
            Firmware::Ia32 => "EFI/BOOT/BOOTIA32.EFI",
        }
    }

    /// Where Debian's `grub-efi-*-bin` has a GRUB that needs no other file.
    pub fn program_path(self) -> &'static str {
        match self {
            Firmware::X86_64 => "usr/lib/grub/x86_64-efi/monolithic/grubx64.efi",
            Firmware::Ia32 => "usr/lib/grub/i386-efi/monolithic/grubia32.efi",
        }
    }
}

/// The tree of a system partition: the GRUB of `root` at the firmware's boot path. `None` when
/// `root` has none.
pub fn system_partition(root: &Tree, firmware: Firmware) -> Option<Tree> {
    let program = root.node(root.lookup(firmware.program_path().as_bytes())?);
    if !matches!(program.kind, Kind::Regular(_)) {
        return None;
    }
    let mut tree = Tree::new();
    tree.insert(firmware.boot_path().as_bytes(), program.clone()).ok()?;
    Some(tree)
}
