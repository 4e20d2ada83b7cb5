//! Users, groups, and home directories.

use crate::error::{Failure, Problem};
use crate::plan::{DebianPlan, UserPlan};
use crate::store::Store;
use tintype_packages::{Accounts, User};
use tintype_tree::{Metadata, NodeId, Tree};

/// Adds the users and groups of the plan; with them come those that get a home directory.
pub(super) fn add_accounts(
    plan: &DebianPlan,
    tree: &mut Tree,
    store: &mut Store,
) -> Result<(Accounts, Vec<User>), Failure> {
    let failed = |problem: Problem| problem.at(&None);
    let mut accounts =
        Accounts::read(tree).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
    for group in &plan.groups {
        accounts.add_group(group).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
    }
    let mut homeless = Vec::new();
    for UserPlan { user, shell, has_home } in &plan.users {
        let user = User { shell: store.text_of(shell)?, ..user.clone() };
        accounts.add_user(&user).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
        if *has_home && !user.is_system && tree.resolve(user.home.as_bytes()).is_none() {
            homeless.push(user);
        }
    }
    accounts.write(tree);
    Ok((accounts, homeless))
}

/// Makes the home directory of a user, with what new ones have in them.
pub(super) fn make_home(tree: &mut Tree, user: &User, accounts: &Accounts) -> Result<(), Problem> {
    let Some((uid, gid)) = accounts.user(&user.name) else { return Ok(()) };
    let home = tree.make_directories_resolved(user.home.as_bytes())?;
    tree.node_mut(home).metadata = Metadata { mode: 0o700, uid, gid, ..Metadata::default() };
    let Some(skeleton) = tree.resolve(b"etc/skel") else { return Ok(()) };
    let skeleton = tree.part(skeleton, b"");
    for (name, id) in skeleton.entries(skeleton.root()) {
        // What the definition puts there is more than a default.
        if tree.entry(home, name).is_none() {
            let made = tree.graft(home, name, &skeleton, id);
            own(tree, made, uid, gid);
        }
    }
    Ok(())
}

/// Gives a file, or a directory with all below, to a user.
fn own(tree: &mut Tree, id: NodeId, uid: u32, gid: u32) {
    let metadata = &mut tree.node_mut(id).metadata;
    (metadata.uid, metadata.gid) = (uid, gid);
    let below: Vec<NodeId> = match tree.node(id).is_directory() {
        true => tree.entries(id).map(|(_, id)| id).collect(),
        false => Vec::new(),
    };
    for id in below {
        own(tree, id, uid, gid);
    }
}
