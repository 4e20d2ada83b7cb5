//! What a definition puts over packages.

use super::accounts::{add_accounts, make_home};
use crate::error::{Failure, Problem};
use crate::plan::{Contribution, DebianPlan, FileLike, Privilege, TextPart};
use crate::store::{Store, place_items};
use std::collections::BTreeSet;
use tintype_packages::{Accounts, capability_attribute, switch_units};
use tintype_tree::{Kind, Metadata, Node, Tree};

/// Puts what the definition says over the packages.
pub(super) fn add_definition(
    plan: &DebianPlan,
    tree: &mut Tree,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let failed = |problem: Problem| problem.at(&None);
    let (accounts, homeless) = add_accounts(plan, tree, store)?;
    switch_units(tree, plan.units_on(), plan.units_off()).map_err(|error| failed(error.into()))?;
    let mut additions = Additions { tree, accounts: &accounts, references: BTreeSet::new() };
    for contribution in &plan.contributions {
        additions.add(contribution, store, notes)?;
    }
    let references = additions.references;
    place_items(tree, &store.closure(references)).map_err(failed)?;
    for contribution in &plan.contributions {
        if let Contribution::Privileged { program, privilege } = contribution {
            privileged(tree, program, privilege, &accounts, store)?;
        }
    }
    for user in &homeless {
        make_home(tree, user, &accounts).map_err(failed)?;
    }
    Ok(())
}

/// A root that is being added to.
struct Additions<'a> {
    tree: &'a mut Tree,
    accounts: &'a Accounts,
    /// Items of the store that what was added refers to.
    references: BTreeSet<String>,
}

impl Additions<'_> {
    fn add(
        &mut self,
        contribution: &Contribution,
        store: &mut Store,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        match contribution {
            Contribution::File { path, mode, owner, group, object } => {
                let uid = self.accounts.user(owner).map_or(0, |(uid, _)| uid);
                let gid = self.accounts.gid(group).unwrap_or(0);
                let metadata = Metadata { mode: *mode, uid, gid, ..Metadata::default() };
                self.file(path, object, metadata, store)
            }
            Contribution::Default { path, object } => match self.tree.resolve(path.as_bytes()) {
                Some(_) => Ok(()),
                None => {
                    let metadata = Metadata { mode: 0o644, ..Metadata::default() };
                    self.file(path, object, metadata, store)
                }
            },
            Contribution::Directory { path, object } => self.directory(path, object, store),
            Contribution::Link { path, target } => {
                let target = store.text_of(target)?;
                let put = self.tree.put_resolved(path.as_bytes(), Node::symlink(target));
                put.map(|_| ()).map_err(|error| Problem::from(error).at(&None))
            }
            Contribution::Note(note) => {
                notes.push(note.clone());
                Ok(())
            }
            Contribution::Debian(_)
            | Contribution::Package(_)
            | Contribution::Privileged { .. }
            | Contribution::Enable(_)
            | Contribution::Disable(_) => Ok(()),
        }
    }

    /// Puts what `object` is at `path`: a file with that metadata, or a directory as it is.
    fn file(
        &mut self,
        path: &str,
        object: &FileLike,
        metadata: Metadata,
        store: &mut Store,
    ) -> Result<(), Failure> {
        let at = |problem: Problem| problem.at(&object.place());
        let Some((item, found)) = store.found(object)? else { return Ok(()) };
        self.references.extend(item.references.iter().cloned());
        if let Kind::Regular(content) = &item.tree.node(found).kind {
            let node = Node { metadata, kind: Kind::Regular(content.clone()) };
            let put = self.tree.put_resolved(path.as_bytes(), node);
            return put.map(|_| ()).map_err(|error| at(error.into()));
        }
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.tree.make_directories_resolved(parent.as_bytes());
        let parent = parent.map_err(|error| at(error.into()))?;
        self.tree.graft(parent, name.as_bytes(), &item.tree, found);
        Ok(())
    }

    /// Puts all that the directory `object` has in it into that at `path`.
    fn directory(
        &mut self,
        path: &str,
        object: &FileLike,
        store: &mut Store,
    ) -> Result<(), Failure> {
        let Some((item, found)) = store.found(object)? else { return Ok(()) };
        self.references.extend(item.references.iter().cloned());
        let directory = self.tree.make_directories_resolved(path.as_bytes());
        let directory = directory.map_err(|error| Problem::from(error).at(&object.place()))?;
        if item.tree.node(found).is_directory() {
            for (name, id) in item.tree.entries(found) {
                self.tree.graft(directory, name, &item.tree, id);
            }
        }
        Ok(())
    }
}

/// Gives a program of the system the rights that the definition wants it to have.
fn privileged(
    tree: &mut Tree,
    program: &FileLike,
    privilege: &Privilege,
    accounts: &Accounts,
    store: &mut Store,
) -> Result<(), Failure> {
    let wrong = |message: String| Problem::Privileged(message).at(&program.place());
    let path = store.text_of(&TextPart::Path(program.clone()))?;
    let unknown = |name: &str| wrong(format!("{path}: there is no user or group {name}"));
    let Privilege { bits, owner, group, capabilities } = privilege;
    let uid = owner.parse().ok().or(accounts.user(owner).map(|(uid, _)| uid));
    let uid = uid.ok_or_else(|| unknown(owner))?;
    let gid = group.parse().ok().or(accounts.gid(group));
    let gid = gid.ok_or_else(|| unknown(group))?;
    let found = tree.resolve(path.as_bytes());
    let found = found.ok_or_else(|| wrong(format!("{path}: there is no such program")))?;
    let metadata = &mut tree.node_mut(found).metadata;
    metadata.mode |= bits;
    (metadata.uid, metadata.gid) = (uid, gid);
    if let Some(capabilities) = capabilities {
        let value = capability_attribute(capabilities)
            .map_err(|fault| wrong(format!("{path}: {fault}")))?;
        let xattrs = metadata.xattrs.get_or_insert_default();
        xattrs.insert(b"security.capability".as_slice().into(), value.into());
    }
    Ok(())
}
