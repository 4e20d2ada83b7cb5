//! Where packages come from. A package is a named tree; sources are asked in order.

mod accounts;
mod apt;
mod archive;
mod cache;
mod capabilities;
mod catalogue;
mod choice;
mod configure;
mod date;
mod deb;
mod deb822;
mod debian;
mod digest;

mod fetch;
mod names;
mod nearest;
mod relation;
mod repository;
#[cfg(test)]
mod scratch;
mod solver;
mod sources;
mod store;
mod universe;
mod unpack;
mod version;

pub use accounts::{AccountError, Accounts, Group, User};
pub use apt::{Apt, AptError, Proxies};
pub use archive::{ArchiveError, ArchiveFault, FileDigest, SignatureError};
pub use cache::Cache;
pub use capabilities::capability_attribute;
pub use catalogue::{Catalogue, CatalogueError, Offer, OfferKind, TreeOffer, nearest_offers};
pub use choice::{Choice, Lock};
pub use configure::{ConfigureError, configure, finish_at_first_boot, is_known, switch_units};
pub use date::Time;
pub use deb::{Deb, DebError};
pub use debian::{ChoiceError, Debian};
pub use digest::Sha256;
pub use fetch::{FetchError, Fetcher, Progress};
pub use names::{Names, NoCounterpart};
pub use repository::{Address, Keys, Repository};
pub use solver::{Base, Request, ResolutionError, UnknownPackage, Wanted};
pub use sources::{Found, PackageSources, SourceError, SourcesError};
pub use store::{GuixStore, Registration, StoreError, database};
pub use unpack::{State, UnpackError, Unpacking, unpack};
