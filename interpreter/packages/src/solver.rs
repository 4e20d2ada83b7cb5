//! Which packages go together: those that were asked for and all that they depend on.
//!
//! Dependencies, conflicts and what packages provide become clauses for a solver that learns from
//! conflicts. Where there is a choice, the alternative that stands first and the latest version win.

mod clauses;
mod request;

pub use request::{Base, Request, Wanted};

use crate::nearest::nearest;
use crate::universe::{PackageId, Universe};
use clauses::Clauses;
use resolvo::{ConditionalRequirement, Problem, SolvableId, Solver, UnsolvableOrCancelled};
use std::collections::BTreeSet;
use std::fmt;

/// Why no set of packages serves a request.
#[derive(Debug, thiserror::Error)]
pub enum ResolutionError {
    /// Names or versions that no source has.
    #[error("{}", list(.0))]
    Unknown(Vec<UnknownPackage>),
    /// What was asked for does not go together.
    #[error("the packages do not go together:\n{0}")]
    Conflict(String),
}

/// A package that no source has.
#[derive(Debug)]
pub struct UnknownPackage {
    /// What was asked for.
    pub wanted: Wanted,
    /// Versions of that name that there are.
    pub versions: Vec<String>,
    /// Names like it.
    pub nearest: Vec<String>,
}

impl fmt::Display for UnknownPackage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnknownPackage { wanted, versions, nearest } = self;
        match (versions.is_empty(), nearest.is_empty()) {
            (false, _) => {
                write!(formatter, "no package {wanted}; there is {}", versions.join(", "))
            }
            (true, false) => {
                write!(
                    formatter,
                    "no package {wanted}; is one of these meant: {}?",
                    nearest.join(", ")
                )
            }
            (true, true) => write!(formatter, "no package {wanted}, and none with a name like it"),
        }
    }
}

fn list(unknown: &[UnknownPackage]) -> String {
    unknown.iter().map(UnknownPackage::to_string).collect::<Vec<_>>().join("\n")
}

/// The packages that serve `request`, by name and architecture. `preferred` are taken in place of later
/// versions where they will do: those of a lock file.
///
/// # Errors
/// When a package is unknown, or packages exclude each other.
pub fn resolve(
    universe: &Universe<'_>,
    request: &Request,
    preferred: &BTreeSet<PackageId>,
) -> Result<Vec<PackageId>, ResolutionError> {
    let unknown: Vec<UnknownPackage> =
        request.wanted.iter().filter_map(|wanted| unknown(universe, request, wanted)).collect();
    if !unknown.is_empty() {
        return Err(ResolutionError::Unknown(unknown));
    }
    let clauses = Clauses::new(universe, request, preferred);
    let requirements = clauses.requirements();
    let mut solver = Solver::new(clauses);
    let mut wished = BTreeSet::new();
    let mut chosen = solve(&mut solver, &requirements, &wished)?;
    loop {
        let before = wished.len();
        if request.recommends {
            wished.extend(solver.provider().recommended(&chosen));
        }
        if wished.len() == before {
            break;
        }
        chosen = solve(&mut solver, &requirements, &wished)?;
    }
    let mut packages: Vec<PackageId> = chosen.into_iter().collect();
    packages.sort_by_key(|id| {
        let package = universe.package(*id);
        (package.name, package.architecture)
    });
    Ok(packages)
}

fn solve(
    solver: &mut Solver<Clauses<'_, '_>>,
    requirements: &[ConditionalRequirement],
    wished: &BTreeSet<PackageId>,
) -> Result<BTreeSet<PackageId>, ResolutionError> {
    let wished: Vec<SolvableId> = wished.iter().copied().map(clauses::solvable).collect();
    let problem = Problem::new().requirements(requirements.to_vec()).soft_requirements(wished);
    match solver.solve(problem) {
        Ok(chosen) => Ok(chosen.into_iter().map(clauses::package).collect()),
        Err(UnsolvableOrCancelled::Unsolvable(conflict)) => {
            let explained = conflict.display_user_friendly(solver).to_string();
            Err(ResolutionError::Conflict(explained.trim_end().to_owned()))
        }
        Err(UnsolvableOrCancelled::Cancelled(_)) => {
            Err(ResolutionError::Conflict("interrupted".to_owned()))
        }
    }
}

/// What is said of a name that leads to no package.
fn unknown(universe: &Universe<'_>, request: &Request, wanted: &Wanted) -> Option<UnknownPackage> {
    let here = |id: &PackageId| request.has_architecture(universe.package(*id).architecture);
    let named: Vec<_> = universe.named(&wanted.name).iter().filter(|id| here(id)).collect();
    let found = match &wanted.version {
        None => {
            !named.is_empty() || universe.providers(&wanted.name).iter().any(|(id, _)| here(id))
        }
        Some(version) => {
            named.iter().any(|id| crate::version::is_meant(universe.package(**id).version, version))
        }
    };
    if found {
        return None;
    }
    let versions = named.iter().map(|id| universe.package(**id).version.to_owned()).collect();
    let nearest = match named.is_empty() {
        true => nearest(&wanted.name, universe.packages().map(|(_, package)| package.name)),
        false => Vec::new(),
    };
    Some(UnknownPackage { wanted: wanted.clone(), versions, nearest })
}
