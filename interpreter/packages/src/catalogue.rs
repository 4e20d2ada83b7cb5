//! What package sources have, for people who look for something.

use crate::archive::Index;
use crate::choice::Choice;
use crate::deb;
use crate::deb822::Stanza;
use crate::debian::{ChoiceError, Debian};
use crate::fetch::{FetchError, Progress};
use crate::names::Names;
use crate::nearest::nearest;
use crate::sources::{Found, PackageSources, SourcesError};
use crate::store::StoreError;
use crate::universe::Universe;
use crate::version;
use std::path::Path;
use tintype_tree::{Spool, SpoolError};

/// Why what a source has cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The sources cannot be used.
    #[error(transparent)]
    Sources(#[from] SourcesError),
    /// An archive or a package cannot be used.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// A store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A package cannot be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A package cannot be read.
    #[error(transparent)]
    Deb(#[from] deb::DebError),
    /// There is no room for what is decompressed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// An index says what cannot be.
    #[error("{0}")]
    Package(String),
}

/// A whole tree that a source has.
#[derive(Clone, Debug)]
pub struct TreeOffer {
    /// The package's name.
    pub name: String,
    /// Its version; empty where none is known.
    pub version: String,
    /// Where it is.
    pub found: Found,
}

/// All that the sources have for one architecture.
#[derive(Debug)]
pub struct Catalogue {
    trees: Vec<TreeOffer>,
    debian: Option<Debian>,
    indexes: Vec<Index>,
    /// What is left out of apt's configuration.
    pub notes: Vec<String>,
}

/// One version of a package that a source has.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// Its name in the source.
    pub name: &'a str,
    /// Its version; empty where none is known.
    pub version: &'a str,
    /// What it is.
    pub kind: OfferKind<'a>,
}

/// What a source has.
#[derive(Clone, Copy, Debug)]
pub enum OfferKind<'a> {
    /// A tree.
    Tree(&'a TreeOffer),
    /// A Debian package: what its index says, and which index that is.
    Debian(Stanza<'a>, usize),
}

impl<'a> Offer<'a> {
    /// A field of a Debian package; empty if it has none.
    pub fn field(&self, name: &str) -> &'a str {
        match &self.kind {
            OfferKind::Debian(stanza, _) => stanza.get(name).unwrap_or_default(),
            OfferKind::Tree(_) => "",
        }
    }

    /// What it is for, in a line.
    pub fn summary(&self) -> &'a str {
        self.field("Description").lines().next().unwrap_or_default()
    }
}

impl Catalogue {
    /// What `sources` have for `architecture`, by Debian's name; nothing from Debian where no source of its
    /// packages is known.
    ///
    /// # Errors
    /// When a source cannot be used.
    pub fn read(
        sources: &PackageSources,
        architecture: &str,
        spool_directory: &Path,
        progress: Progress<'_>,
    ) -> Result<Catalogue, CatalogueError> {
        let trees = sources.trees()?;
        let (debian, notes) = match sources.debian(spool_directory) {
            Ok((debian, notes)) => (Some(debian), notes),
            Err(SourcesError::NoArchive) if !trees.is_empty() => (None, Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let indexes = match &debian {
            Some(debian) => debian.indexes(&[architecture.to_owned()], progress)?,
            None => Vec::new(),
        };
        Ok(Catalogue { trees, debian, indexes, notes })
    }

    /// Every version of every package, by name; first the latest one, but for those that are taken only when
    /// nothing else will do.
    ///
    /// # Errors
    /// When an index is damaged.
    pub fn offers(&self) -> Result<Vec<Offer<'_>>, CatalogueError> {
        let mut universe = Universe::default();
        for Index { text, address, reluctant } in &self.indexes {
            universe
                .add(text, *reluctant)
                .map_err(|fault| ChoiceError::Index { address: address.clone(), fault })?;
        }
        let trees = self.trees.iter().map(|tree| Offer {
            name: &tree.name,
            version: &tree.version,
            kind: OfferKind::Tree(tree),
        });
        let debian = universe.packages().map(|(_, package)| Offer {
            name: package.name,
            version: package.version,
            kind: OfferKind::Debian(package.stanza, package.index),
        });
        let mut offers: Vec<Offer> = trees.chain(debian).collect();
        let is_reluctant = |offer: &Offer<'_>| match offer.kind {
            OfferKind::Debian(_, index) => self.indexes[index].reluctant,
            OfferKind::Tree(_) => false,
        };
        offers.sort_by(|one, other| {
            one.name
                .cmp(other.name)
                .then_with(|| is_reluctant(one).cmp(&is_reluctant(other)))
                .then_with(|| version::compare(other.version, one.version))
        });
        Ok(offers)
    }

    /// What an offer depends on: relations of Debian's, names and versions of items in a store.
    ///
    /// # Errors
    /// When the database of a store cannot be read.
    pub fn depends(&self, offer: &Offer<'_>) -> Result<Vec<String>, CatalogueError> {
        Ok(match offer.kind {
            OfferKind::Tree(TreeOffer { found: Found::Item(store, item), .. }) => {
                store.references(item)?
            }
            OfferKind::Tree(_) => Vec::new(),
            OfferKind::Debian(..) => ["Pre-Depends", "Depends"]
                .into_iter()
                .flat_map(|field| offer.field(field).split(','))
                .map(|group| group.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|group| !group.is_empty())
                .collect(),
        })
    }

    /// Where an offer comes from.
    pub fn source(&self, offer: &Offer<'_>) -> String {
        match offer.kind {
            OfferKind::Tree(TreeOffer { found, .. }) => match found {
                Found::Tree(path) => path.display().to_string(),
                Found::Item(store, item) => store.host_path(item).display().to_string(),
            },
            OfferKind::Debian(_, index) => self.indexes[index].address.to_string(),
        }
    }

    /// The first line of a Debian package's script that is not done natively, and so leaves the package to
    /// the first boot; none if there is no such line. The package is fetched for that.
    ///
    /// # Errors
    /// When it cannot be had or read.
    pub fn script_left(
        &self,
        offer: &Offer<'_>,
        spool_directory: &Path,
        progress: Progress<'_>,
    ) -> Result<Option<String>, CatalogueError> {
        let (OfferKind::Debian(stanza, index), Some(debian)) = (offer.kind, &self.debian) else {
            return Ok(None);
        };
        let address = &self.indexes[index].address;
        let choice = Choice::of_stanza(&stanza, address).map_err(CatalogueError::Package)?;
        let wish = choice.wish(std::slice::from_ref(address));
        let path = debian.fetcher.file(&wish, progress)?;
        let mut spool = Spool::new(spool_directory, &path)?;
        let script = deb::script(&path, "postinst", &mut spool)?;
        Ok(crate::configure::line_left(offer.name, script.as_deref()).map(str::to_owned))
    }
}

/// The names that are nearest to `name`: among `offers`, and of Guix's packages that Debian has.
pub fn nearest_offers(name: &str, offers: &[Offer<'_>]) -> Vec<String> {
    let guix = Names::known().filter(|(_, debian)| !debian.is_empty()).map(|(guix, _)| guix);
    nearest(name, offers.iter().map(|offer| offer.name).chain(guix))
}
