//! Packages and their relations in the solver's terms.
//!
//! The solver knows names of which one version at most is taken; ours are a package's name with an
//! architecture, since versions for several architectures may stand beside each other.

mod provider;

use super::request::{Base, Request, Wanted};
use crate::relation::Relation;
use crate::universe::{MultiArch, PackageId, Universe};
use crate::version;
use resolvo::{
    ConditionalRequirement, Interner as _, KnownDependencies, NameId, SolvableId, VersionSetId,
    VersionSetUnionId,
};
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) fn solvable(id: PackageId) -> SolvableId {
    SolvableId::from_raw(id.0)
}

pub(super) fn package(id: SolvableId) -> PackageId {
    PackageId(id.into_raw())
}

/// Some of the packages of one name.
#[derive(Clone, Debug)]
struct VersionSet {
    name: NameId,
    packages: BTreeSet<PackageId>,
    /// What a person calls it.
    shown: String,
}

/// A package's name and architecture, and what there is of it.
struct Name<'a> {
    name: &'a str,
    architecture: &'a str,
    packages: Vec<PackageId>,
}

/// What the solver asks.
pub(super) struct Clauses<'u, 'a> {
    universe: &'u Universe<'a>,
    request: &'u Request,
    preferred: &'u BTreeSet<PackageId>,
    names: Vec<Name<'u>>,
    /// By name: those of the architectures, the system's own first.
    known: HashMap<&'u str, Vec<NameId>>,
    of_package: Vec<Option<NameId>>,
    sets: RefCell<Vec<VersionSet>>,
    unions: RefCell<Vec<Vec<VersionSetId>>>,
    strings: RefCell<Vec<String>>,
}

impl<'u, 'a> Clauses<'u, 'a> {
    pub(super) fn new(
        universe: &'u Universe<'a>,
        request: &'u Request,
        preferred: &'u BTreeSet<PackageId>,
    ) -> Clauses<'u, 'a> {
        let mut clauses = Clauses {
            universe,
            request,
            preferred,
            names: Vec::new(),
            known: HashMap::new(),
            of_package: Vec::new(),
            sets: RefCell::default(),
            unions: RefCell::default(),
            strings: RefCell::default(),
        };
        for (id, package) in universe.packages() {
            let name = request
                .has_architecture(package.architecture)
                .then(|| clauses.name_for(package.name, native(request, package.architecture)));
            if let Some(name) = name {
                clauses.names[index(name)].packages.push(id);
            }
            clauses.of_package.push(name);
        }
        clauses
    }

    fn name_for(&mut self, name: &'u str, architecture: &'u str) -> NameId {
        let known = self.known.entry(name).or_default();
        let same = |id: &&NameId| self.names[index(**id)].architecture == architecture;
        if let Some(id) = known.iter().find(same) {
            return *id;
        }
        let id = NameId::from_raw(self.names.len() as u32);
        self.names.push(Name { name, architecture, packages: Vec::new() });
        known.push(id);
        let foreign =
            |id: &NameId| self.names[index(*id)].architecture != self.request.architecture;
        known.sort_by_key(foreign);
        id
    }

    /// What the request comes to.
    pub(super) fn requirements(&self) -> Vec<ConditionalRequirement> {
        let base = self.universe.packages().filter(|(id, package)| {
            let minimal =
                || package.priority == crate::universe::Priority::Required || package.name == "apt";
            let native = self.of_package[id.0 as usize].is_some_and(|name| {
                self.names[index(name)].architecture == self.request.architecture
            });
            native
                && !self.universe.is_reluctant(*id)
                && match self.request.base {
                    Base::Empty => false,
                    Base::Essential => package.essential,
                    Base::Minimal => package.essential || minimal(),
                }
        });
        let base: BTreeSet<&str> = base.map(|(_, package)| package.name).collect();
        let base = base.into_iter().map(|name| Wanted { name: name.to_owned(), version: None });
        base.chain(self.request.wanted.iter().cloned()).map(|wanted| self.wanted(&wanted)).collect()
    }

    fn wanted(&self, wanted: &Wanted) -> ConditionalRequirement {
        let mut sets = Vec::new();
        for name in self.known.get(&*wanted.name).into_iter().flatten() {
            let meant = |id: &PackageId| {
                let version = self.universe.package(*id).version;
                wanted.version.as_ref().is_none_or(|wanted| version::is_meant(version, wanted))
            };
            self.push(&mut sets, *name, meant, || wanted.to_string());
        }
        if wanted.version.is_none() {
            let relation = Relation { name: &wanted.name, qualifier: None, version: None };
            self.push_providers(&mut sets, &relation, |_| true);
        }
        self.union(sets)
    }

    /// Adds those of `name` that are `meant`, if there are any.
    fn push(
        &self,
        sets: &mut Vec<VersionSet>,
        name: NameId,
        meant: impl Fn(&PackageId) -> bool,
        shown: impl Fn() -> String,
    ) {
        let packages: BTreeSet<PackageId> =
            self.names[index(name)].packages.iter().copied().filter(meant).collect();
        if !packages.is_empty() {
            sets.push(VersionSet { name, packages, shown: shown() });
        }
    }

    /// Adds the packages that provide what `relation` names and are `meant`: those that a system needs
    /// most first, then by name.
    fn push_providers(
        &self,
        sets: &mut Vec<VersionSet>,
        relation: &Relation<'_>,
        meant: impl Fn(PackageId) -> bool,
    ) {
        let mut found: BTreeMap<_, VersionSet> = BTreeMap::new();
        for (id, version) in self.universe.providers(relation.name) {
            let Some(name) = self.of_package[id.0 as usize] else { continue };
            if !relation.accepts_provided(*version) || !meant(*id) {
                continue;
            }
            let provider = self.universe.package(*id);
            let foreign = self.names[index(name)].architecture != self.request.architecture;
            let reluctant = self.universe.is_reluctant(*id);
            let rank =
                (reluctant, foreign, !provider.essential, provider.priority, provider.name, name);
            let new = || VersionSet {
                name,
                packages: BTreeSet::new(),
                shown: format!("{} which provides {}", provider.name, shown(relation)),
            };
            found.entry(rank).or_insert_with(new).packages.insert(*id);
        }
        sets.extend(found.into_values());
    }

    /// The requirement that one of a group be there, seen from a package of `architecture`.
    fn group(&self, group: &[Relation<'_>], architecture: &str) -> ConditionalRequirement {
        let mut sets = Vec::new();
        for relation in group {
            let serves = |id: PackageId| self.serves(id, relation, architecture);
            for name in self.known.get(relation.name).into_iter().flatten() {
                let meant = |id: &PackageId| {
                    relation.accepts(self.universe.package(*id).version) && serves(*id)
                };
                self.push(&mut sets, *name, meant, || shown(relation));
            }
            self.push_providers(&mut sets, relation, serves);
        }
        if sets.is_empty() {
            // The solver knows no requirement without a name: one that nothing has stands for it.
            let shown = group.iter().map(shown).collect::<Vec<_>>().join(" | ");
            sets.push(VersionSet { name: self.nothing(), packages: BTreeSet::new(), shown });
        }
        self.union(sets)
    }

    /// Whether a package can serve the relation of one of `architecture`.
    fn serves(&self, id: PackageId, relation: &Relation<'_>, architecture: &str) -> bool {
        let package = self.universe.package(id);
        let own = native(self.request, package.architecture);
        match relation.qualifier {
            None => own == architecture || package.multi_arch == MultiArch::Foreign,
            Some("any") => package.multi_arch == MultiArch::Allowed,
            Some("native") => own == self.request.architecture,
            Some(other) => own == other,
        }
    }

    fn nothing(&self) -> NameId {
        NameId::from_raw(self.names.len() as u32)
    }

    fn union(&self, sets: Vec<VersionSet>) -> ConditionalRequirement {
        let mut ids: Vec<VersionSetId> = sets.into_iter().map(|set| self.keep(set)).collect();
        match (ids.len(), ids.pop()) {
            (1, Some(one)) => one.into(),
            (_, last) => {
                ids.extend(last);
                let mut unions = self.unions.borrow_mut();
                unions.push(ids);
                VersionSetUnionId(unions.len() as u32 - 1).into()
            }
        }
    }

    fn keep(&self, set: VersionSet) -> VersionSetId {
        let mut sets = self.sets.borrow_mut();
        sets.push(set);
        VersionSetId(sets.len() as u32 - 1)
    }

    fn dependencies(&self, id: PackageId) -> Result<KnownDependencies, &str> {
        let package = self.universe.package(id);
        let architecture = native(self.request, package.architecture);
        let mut known = KnownDependencies::default();
        for field in ["Pre-Depends", "Depends"] {
            for group in package.groups(field)? {
                known.requirements.push(self.group(&group, architecture));
            }
        }
        if let Some(own) = self.of_package[id.0 as usize] {
            known.constrains = self.constraints(id, own)?;
        }
        Ok(known)
    }

    /// What must hold of other packages if `id` is taken: none that it conflicts with or breaks, and of
    /// its own name for other architectures only the same version.
    fn constraints(&self, id: PackageId, own: NameId) -> Result<Vec<VersionSetId>, &str> {
        let package = self.universe.package(id);
        let mut excluded: BTreeMap<NameIndex, (BTreeSet<PackageId>, String)> = BTreeMap::new();
        let mut exclude = |other: PackageId, why: &dyn Fn() -> String| {
            if let Some(name) = self.of_package[other.0 as usize].filter(|name| *name != own) {
                let entry = || (BTreeSet::new(), why());
                excluded.entry(name.into_raw()).or_insert_with(entry).0.insert(other);
            }
        };
        for field in ["Conflicts", "Breaks"] {
            for relation in package.groups(field)?.iter().flatten() {
                let meant = |other: PackageId| match relation.qualifier {
                    None | Some("any") => true,
                    Some(_) => self.serves(other, relation, self.names[index(own)].architecture),
                };
                let why = || {
                    format!(
                        "none that {} {relation}",
                        field.to_lowercase(),
                        relation = shown(relation)
                    )
                };
                for other in self.universe.named(relation.name) {
                    let version = self.universe.package(*other).version;
                    if relation.accepts(version) && meant(*other) {
                        exclude(*other, &why);
                    }
                }
                for (other, version) in self.universe.providers(relation.name) {
                    // A package that provides what it conflicts with means all others.
                    if relation.accepts_provided(*version)
                        && meant(*other)
                        && self.universe.package(*other).name != package.name
                    {
                        exclude(*other, &why);
                    }
                }
            }
        }
        for other in self.universe.named(package.name) {
            let beside = self.universe.package(*other);
            let together = package.multi_arch == MultiArch::Same
                && beside.multi_arch == MultiArch::Same
                && package.version == beside.version;
            if !together {
                exclude(*other, &|| format!("the same version as {package}"));
            }
        }
        let set = |(name, (excluded, shown)): (NameIndex, (BTreeSet<PackageId>, String))| {
            let name = NameId::from_raw(name);
            let all = self.names[index(name)].packages.iter().copied();
            let packages = all.filter(|id| !excluded.contains(id)).collect();
            self.keep(VersionSet { name, packages, shown })
        };
        Ok(excluded.into_iter().map(set).collect())
    }

    /// The best package for each recommendation of the `chosen` ones.
    pub(super) fn recommended(&self, chosen: &BTreeSet<PackageId>) -> Vec<PackageId> {
        let mut wished = Vec::new();
        for id in chosen {
            let package = self.universe.package(*id);
            let architecture = native(self.request, package.architecture);
            for group in package.groups("Recommends").unwrap_or_default() {
                let requirement = self.group(&group, architecture).requirement;
                let sets: Vec<VersionSetId> = match requirement {
                    resolvo::Requirement::Single(set) => vec![set],
                    resolvo::Requirement::Union(union) => {
                        self.version_sets_in_union(union).collect()
                    }
                };
                let kept = self.sets.borrow();
                let sets: Vec<&BTreeSet<PackageId>> =
                    sets.into_iter().map(|set| &kept[set.0 as usize].packages).collect();
                if sets.iter().copied().flatten().any(|id| chosen.contains(id)) {
                    continue;
                }
                wished.extend(sets.first().and_then(|set| {
                    set.iter().copied().min_by(|left, right| self.order(*left, *right))
                }));
            }
        }
        wished
    }

    /// The one that is tried first comes first.
    fn order(&self, left: PackageId, right: PackageId) -> std::cmp::Ordering {
        let rank =
            |id: PackageId| (Reverse(self.preferred.contains(&id)), self.universe.is_reluctant(id));
        let version = |id: PackageId| self.universe.package(id).version;
        rank(left)
            .cmp(&rank(right))
            .then_with(|| version::compare(version(right), version(left)))
            .then_with(|| left.cmp(&right))
    }
}

type NameIndex = u32;

fn index(name: NameId) -> usize {
    name.into_raw() as usize
}

/// The architecture that a package counts for: one for all counts for the system's own.
fn native<'u>(request: &'u Request, architecture: &'u str) -> &'u str {
    if architecture == "all" { &request.architecture } else { architecture }
}

fn shown(relation: &Relation<'_>) -> String {
    match relation.version {
        Some((operator, bound)) => format!("{} ({} {bound})", relation.name, operator.text()),
        None => relation.name.to_owned(),
    }
}
