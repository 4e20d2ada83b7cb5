//! The formats that a whole disk can be written in.
//!
//! A new one is a module of `tintype_formats` and a line of [`DISK_FORMATS`]: the Scheme library asks
//! this table what there is.

use std::path::Path;
use tintype_formats::{output, raw};
use tintype_tree::Extents;

/// Writes the bytes of a disk to a file.
pub type Sink = Box<dyn Fn(&Extents, &Path, output::Options<'_>) -> Result<(), output::Error>>;

/// A format of whole disks.
#[derive(Debug)]
pub struct DiskFormat {
    /// Its name in a definition.
    pub name: &'static str,
    /// How the name of a file in it ends; empty where nothing is added to the image's name.
    pub extension: &'static str,
    /// Reads what the definition says about the format, each as `KEY=VALUE`.
    pub sink: fn(&[String]) -> Result<Sink, OptionError>,
}

/// An option that a format does not have, or not with that value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{option}: {problem}")]
pub struct OptionError {
    /// The option as written.
    pub option: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Every format.
pub const DISK_FORMATS: &[DiskFormat] =
    &[DiskFormat { name: "disk-image", extension: "", sink: raw_sink }];

/// The format that definitions call `name`.
pub fn disk_format(name: &str) -> Option<&'static DiskFormat> {
    DISK_FORMATS.iter().find(|format| format.name == name)
}

fn raw_sink(options: &[String]) -> Result<Sink, OptionError> {
    match options.first() {
        None => Ok(Box::new(raw::write)),
        Some(option) => Err(OptionError {
            option: option.clone(),
            problem: "a raw image has no options".to_owned(),
        }),
    }
}
