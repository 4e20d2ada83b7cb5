//! What makes an image boot: boot programs from the files of the trees. No disk formats, no Scheme.

pub mod efi;
pub mod elf;
pub mod grub;
