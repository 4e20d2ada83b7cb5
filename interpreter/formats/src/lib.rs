//! On-disk formats, one module each. A file system is a layout: a [`tintype_tree::Tree`] becomes
//! [`tintype_tree::Extents`] without reading any file's content; only a sink moves data.

mod calendar;
pub mod compression;
pub mod container;
pub mod cpio;
mod deflate;
pub mod ext;
pub mod fat;
pub mod gpt;
pub mod iso9660;
pub mod lba;
pub mod mbr;
pub mod output;
pub mod placement;
pub mod qcow2;
pub mod raw;
pub mod squashfs;
pub mod swap;
pub mod tar;
