//! What the solver asks of the clauses.

use super::{Clauses, index, package, solvable};
use resolvo::{
    Candidates, Condition, ConditionId, Dependencies, DependencyProvider, Interner, NameId,
    SolvableId, SolverCache, StringId, VersionSetId, VersionSetUnionId,
};
use std::fmt::Display;

impl Interner for Clauses<'_, '_> {
    type NameId = NameId;
    type SolvableId = SolvableId;

    fn display_solvable(&self, id: SolvableId) -> impl Display + '_ {
        self.universe.package(package(id)).to_string()
    }

    fn display_name(&self, name: NameId) -> impl Display + '_ {
        match self.names.get(index(name)) {
            Some(name) if name.architecture != self.request.architecture => {
                format!("{}:{}", name.name, name.architecture)
            }
            Some(name) => name.name.to_owned(),
            None => String::new(),
        }
    }

    fn display_version_set(&self, set: VersionSetId) -> impl Display + '_ {
        self.sets.borrow()[set.0 as usize].shown.clone()
    }

    fn display_string(&self, id: StringId) -> impl Display + '_ {
        self.strings.borrow()[id.0 as usize].clone()
    }

    fn version_set_name(&self, set: VersionSetId) -> NameId {
        self.sets.borrow()[set.0 as usize].name
    }

    fn solvable_name(&self, id: SolvableId) -> NameId {
        self.of_package[package(id).0 as usize].unwrap_or_else(|| self.nothing())
    }

    fn version_sets_in_union(
        &self,
        union: VersionSetUnionId,
    ) -> impl Iterator<Item = VersionSetId> {
        self.unions.borrow()[union.0 as usize].clone().into_iter()
    }

    fn resolve_condition(&self, condition: ConditionId) -> Condition {
        // No requirement that we make has a condition.
        unreachable!("condition {condition:?}")
    }
}

impl DependencyProvider for Clauses<'_, '_> {
    async fn filter_candidates(
        &self,
        candidates: &[SolvableId],
        set: VersionSetId,
        inverse: bool,
    ) -> Vec<SolvableId> {
        let sets = self.sets.borrow();
        let packages = &sets[set.0 as usize].packages;
        let within = |id: &SolvableId| packages.contains(&package(*id)) != inverse;
        candidates.iter().copied().filter(within).collect()
    }

    async fn get_candidates(&self, name: NameId) -> Option<Candidates> {
        let packages = &self.names.get(index(name))?.packages;
        let candidates = packages.iter().map(|id| solvable(*id)).collect();
        Some(Candidates { candidates, ..Candidates::default() })
    }

    async fn sort_candidates(&self, _: &SolverCache<Self>, solvables: &mut [SolvableId]) {
        solvables.sort_by(|left, right| self.order(package(*left), package(*right)));
    }

    async fn get_dependencies(&self, id: SolvableId) -> Dependencies {
        match self.dependencies(package(id)) {
            Ok(known) => Dependencies::Known(known),
            Err(wrong) => {
                let mut strings = self.strings.borrow_mut();
                strings.push(format!("`{wrong}` in its relations is no package"));
                Dependencies::Unknown(StringId(strings.len() as u32 - 1))
            }
        }
    }
}
