//! Where packages come from. A package is a named tree; sources are asked in order.

mod apt;
mod archive;
mod cache;
mod choice;
mod date;
mod deb;
mod deb822;
mod debian;
mod digest;
mod directories;
mod fetch;
mod names;
mod nearest;
mod relation;
mod repository;
#[cfg(test)]
mod scratch;
mod solver;
mod universe;
mod unpack;
mod version;

pub use apt::{Apt, AptError, Proxies};
pub use archive::{ArchiveError, ArchiveFault, FileDigest, SignatureError};
pub use cache::Cache;
pub use choice::{Choice, Lock};
pub use date::Time;
pub use deb::{Deb, DebError};
pub use debian::{ChoiceError, Debian};
pub use digest::Sha256;
pub use directories::{PackageSources, SourceError};
pub use fetch::{FetchError, Fetcher, Progress};
pub use names::{Names, NoCounterpart};
pub use repository::{Address, Keys, Repository};
pub use solver::{Base, Request, ResolutionError, UnknownPackage, Wanted};
pub use unpack::{State, UnpackError, Unpacking, unpack};
