//! What makes an image boot: boot programs from the files of the trees. No disk formats, no Scheme.

pub mod elf;
pub mod grub;
pub mod kernel;
pub mod u_boot;
