//! Container images: layers, each a tar archive, and a configuration. [`docker`] and [`oci`] are the
//! two ways to put them into one file.

mod config;
mod digest;
pub mod docker;
mod layers;
pub mod oci;

pub use config::Config;
pub use digest::{Digest, Sha256Sink};
pub use layers::{Owner, group, layers, sizes};

use crate::output::Error;
use std::thread;
use tintype_tree::Extents;

/// A file system's part: what a later layer adds to or changes in those before it.
#[derive(Clone, Debug)]
pub struct Layer {
    /// A tar archive.
    pub archive: Extents,
    /// What is in it, for people.
    pub comment: String,
}

/// The digests of layers as they are, uncompressed; several are read at a time.
///
/// # Errors
/// When a source cannot be read.
pub fn diff_ids(layers: &[Layer], threads: usize) -> Result<Vec<Digest>, Error> {
    let share = layers.len().div_ceil(threads.max(1)).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = layers
            .chunks(share)
            .map(|share| {
                scope.spawn(move || {
                    share.iter().map(|layer| Digest::of(&layer.archive)).collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a digest does not panic"))
            .collect()
    })
}
