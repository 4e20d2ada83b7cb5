//! The formats that a whole disk can be written in.
//!
//! A new one is a module of `tintype_formats` and a line of [`DISK_FORMATS`]: the Scheme library asks
//! this table what there is.

use std::path::Path;
use tintype_formats::{output, qcow2, raw};
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
pub enum OptionError {
    /// Any option of a raw image.
    #[error("{0}: a raw image has no options")]
    Raw(String),
    /// An option of qcow2.
    #[error(transparent)]
    Qcow2(#[from] qcow2::OptionError),
}

/// Every format.
pub const DISK_FORMATS: &[DiskFormat] = &[
    DiskFormat { name: "disk-image", extension: "", sink: raw_sink },
    DiskFormat {
        name: "compressed-qcow2",
        extension: "qcow2",
        sink: |options| qcow2_sink(qcow2::Options::COMPRESSED, options),
    },
    DiskFormat {
        name: "qcow2",
        extension: "qcow2",
        sink: |options| qcow2_sink(qcow2::Options::PLAIN, options),
    },
];

/// The format that definitions call `name`.
pub fn disk_format(name: &str) -> Option<&'static DiskFormat> {
    DISK_FORMATS.iter().find(|format| format.name == name)
}

fn raw_sink(options: &[String]) -> Result<Sink, OptionError> {
    match options.first() {
        None => Ok(Box::new(raw::write)),
        Some(option) => Err(OptionError::Raw(option.clone())),
    }
}

fn qcow2_sink(defaults: qcow2::Options, options: &[String]) -> Result<Sink, OptionError> {
    let options = defaults.with(options)?;
    Ok(Box::new(move |disk, target, output| qcow2::write(disk, &options, target, output)))
}
