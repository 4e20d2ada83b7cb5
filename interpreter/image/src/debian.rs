//! Root file systems of Debian's packages: chosen, fetched, unpacked, configured; then what the
//! definition says of accounts, files and units.

use crate::error::{Failure, Problem};
use crate::plan::{Configuration, Contribution, DebianPlan, FileLike, UserPlan};
use crate::store::{Counterparts, Installed, Store, place_items};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use tintype_packages::{
    Accounts, Base, ChoiceError, Deb, Names, Request, ResolutionError, State, Unpacking, User,
    Wanted, configure, finish_at_first_boot, is_known, switch_units, unpack,
};
use tintype_tree::{Kind, Metadata, Node, NodeId, Tree};

/// The root of the system that `plan` describes. Packages are asked for by the names of `system`'s
/// architecture. The store knows the root's packages from then on.
///
/// # Errors
/// When a package cannot be had, or something of the definition has no place in the system.
pub(crate) fn root(
    plan: &DebianPlan,
    system: &str,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<Tree, Failure> {
    let failed = |problem: Problem| problem.at(&None);
    let architecture = architecture(system).map_err(failed)?;
    let (files, packages) = chosen(plan, architecture, store, notes).map_err(failed)?;
    let unpacking = Unpacking {
        architecture: architecture.to_owned(),
        foreign: Vec::new(),
        spool_directory: store.surroundings().spool_directory.to_owned(),
    };
    let mut tree = unpacked(plan.configuration, &files, &unpacking, notes).map_err(failed)?;
    store.install(Installed { tree: Rc::new(tree.clone()), packages });
    complete(plan, &mut tree, store, notes)?;
    Ok(tree)
}

/// The files of the packages that the plan needs, and the Debian packages that each of Guix's is.
fn chosen(
    plan: &DebianPlan,
    architecture: &str,
    store: &Store,
    notes: &mut Vec<String>,
) -> Result<(Vec<PathBuf>, Counterparts), Problem> {
    let surroundings = store.surroundings();
    let sources = surroundings.packages;
    report_unrealised(plan, sources.allow_unrealised, notes)?;
    let (packages, missing) = translated(&wanted(plan, store), &plan.names, architecture);
    if !missing.is_empty() {
        match sources.allow_unrealised {
            true => notes.extend(missing.into_iter().map(|missing| format!("left out: {missing}"))),
            false => return Err(Problem::NoCounterparts(missing)),
        }
    }
    let (debian, left_out) = sources.debian(surroundings.spool_directory)?;
    notes.extend(left_out);
    let progress = |bytes| {
        sources.fetched.fetch_add(bytes, Ordering::Relaxed);
    };
    let known = sources.read_lock()?;
    let mut request = request(plan, packages.values().flatten(), architecture);
    let lock = loop {
        match debian.choose(&request, known.as_ref(), &progress) {
            Ok(lock) => break lock,
            Err(ChoiceError::Resolution(ResolutionError::Unknown(unknown)))
                if sources.allow_unrealised =>
            {
                let wanted: Vec<&Wanted> = unknown.iter().map(|one| &one.wanted).collect();
                request.wanted.retain(|one| !wanted.contains(&one));
                notes.extend(unknown.iter().map(|unknown| format!("left out: {unknown}")));
            }
            Err(ChoiceError::Resolution(error @ ResolutionError::Unknown(_))) => {
                return Err(Problem::UnknownPackages(error));
            }
            Err(error) => return Err(error.into()),
        }
    };
    sources.write_lock(&lock)?;
    Ok((debian.fetch(&lock, &progress)?, packages))
}

/// The tree of packages, configured as far as `configuration` wants.
fn unpacked(
    configuration: Configuration,
    files: &[PathBuf],
    unpacking: &Unpacking,
    notes: &mut Vec<String>,
) -> Result<Tree, Problem> {
    let left = RefCell::new(BTreeSet::new());
    let mut tree = unpack(files, unpacking, |deb| {
        let state = state(configuration, deb);
        if state == State::Unpacked {
            left.borrow_mut().insert(deb.field("Package").unwrap_or_default().to_owned());
        }
        state
    })?;
    configure(&mut tree)?;
    finish(configuration, &left.into_inner(), &mut tree, notes)?;
    Ok(tree)
}

/// What dpkg is to know of a package.
fn state(configuration: Configuration, deb: &Deb) -> State {
    match configuration {
        Configuration::Sealed => State::Installed,
        Configuration::FirstBoot | Configuration::None => State::Unpacked,
        // A script that cannot be read is none that is known.
        Configuration::Known => match is_known(deb) {
            Ok(true) => State::Installed,
            _ => State::Unpacked,
        },
    }
}

/// Sees to the packages that are left, and says which these are.
fn finish(
    configuration: Configuration,
    left: &BTreeSet<String>,
    tree: &mut Tree,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    if left.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = left.iter().map(String::as_str).collect();
    match configuration {
        Configuration::None => notes.push(format!(
            "{} packages are unpacked and not configured: 'dpkg --configure -a' does that",
            names.len()
        )),
        Configuration::FirstBoot => {
            finish_at_first_boot(tree)?;
            notes.push(format!("the first boot configures all {} packages", names.len()));
        }
        _ => {
            finish_at_first_boot(tree)?;
            notes.push(format!(
                "the first boot runs scripts of packages that are not known here: {}",
                names.join(", ")
            ));
        }
    }
    Ok(())
}

/// Puts what the definition says over the packages.
fn complete(
    plan: &DebianPlan,
    tree: &mut Tree,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let failed = |problem: Problem| problem.at(&None);
    let accounts = accounts(plan, tree, store)?;
    switch_units(tree, plan.units_on(), plan.units_off()).map_err(|error| failed(error.into()))?;
    let mut references = BTreeSet::new();
    for contribution in &plan.contributions {
        match contribution {
            Contribution::File { path, mode, owner, group, object } => {
                let owner = accounts.user(owner).map_or(0, |(uid, _)| uid);
                let group = accounts.gid(group).unwrap_or(0);
                put(tree, path, object, (*mode, owner, group), store, &mut references)?;
            }
            Contribution::Link { path, target } => {
                let target = store.text_of(target)?;
                let metadata = Metadata { mode: 0o777, ..Metadata::default() };
                let kind = Kind::Symlink(target.into_bytes().into());
                tree.put_resolved(path.as_bytes(), Node { metadata, kind })
                    .map_err(|error| failed(error.into()))?;
            }
            Contribution::Note(note) => notes.push(note.clone()),
            Contribution::Package(_) | Contribution::Enable(_) | Contribution::Disable(_) => {}
        }
    }
    place_items(tree, &store.closure(references)).map_err(failed)
}

/// What nothing can realise: an error, or notes.
fn report_unrealised(
    plan: &DebianPlan,
    allowed: bool,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    if plan.unrealised.is_empty() {
        return Ok(());
    }
    match allowed {
        true => {
            notes.push(format!("without the services {}", plan.unrealised.join(", ")));
            Ok(())
        }
        false => Err(Problem::Unrealised(plan.unrealised.clone())),
    }
}

/// Debian's name of the architecture of `system`, a Guix system or GNU triplet.
fn architecture(system: &str) -> Result<&'static str, Problem> {
    Ok(match system.split('-').next().unwrap_or_default() {
        "x86_64" => "amd64",
        "i686" | "i586" => "i386",
        "aarch64" => "arm64",
        "armhf" | "arm" | "armv7l" => "armhf",
        "riscv64" => "riscv64",
        "powerpc64le" => "ppc64el",
        "mips64el" => "mips64el",
        _ => return Err(Problem::NoArchitecture(system.to_owned())),
    })
}

/// All packages of Guix that the plan needs and no directory has, by name.
fn wanted(plan: &DebianPlan, store: &Store) -> Vec<Wanted> {
    let sources = store.surroundings().packages;
    let mut names = BTreeSet::new();
    let mut ahead: Vec<&FileLike> = plan.objects().collect();
    while let Some(object) = ahead.pop() {
        if let FileLike::Package { name, version } = object
            && sources.find(name, version).is_none()
        {
            names.insert(name.clone());
        }
        ahead.extend(object.parts());
    }
    names.into_iter().map(|name| Wanted { name, version: None }).collect()
}

/// What Debian calls packages of Guix, and what it has nothing like.
fn translated(
    guix: &[Wanted],
    named: &[(String, Vec<String>)],
    architecture: &str,
) -> (Counterparts, Vec<String>) {
    let mut names = Names::default();
    for (guix, debian) in named {
        names.add(guix, debian.clone());
    }
    let (mut packages, mut missing) = (Counterparts::new(), Vec::new());
    for wanted in guix {
        match names.debian(std::slice::from_ref(wanted), architecture) {
            Ok(found) => {
                let found = found.into_iter().map(|wanted| wanted.to_string()).collect();
                packages.insert(wanted.name.clone(), found);
            }
            Err(none) => missing.extend(none.iter().map(|none| none.to_string())),
        }
    }
    (packages, missing)
}

fn request<'n>(
    plan: &'n DebianPlan,
    packages: impl Iterator<Item = &'n String>,
    architecture: &str,
) -> Request {
    let names: BTreeSet<&str> =
        packages.map(String::as_str).chain(plan.debian_packages()).collect();
    Request {
        wanted: names.into_iter().map(Wanted::parse).collect(),
        base: Base::Minimal,
        architecture: architecture.to_owned(),
        foreign: Vec::new(),
        recommends: false,
    }
}

/// Adds the users and groups of the plan, with their home directories.
fn accounts(plan: &DebianPlan, tree: &mut Tree, store: &mut Store) -> Result<Accounts, Failure> {
    let failed = |problem: Problem| problem.at(&None);
    let mut accounts =
        Accounts::read(tree).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
    for group in &plan.groups {
        accounts.add_group(group).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
    }
    for UserPlan { user, shell, has_home } in &plan.users {
        let user = User { shell: store.text_of(shell)?, ..user.clone() };
        accounts.add_user(&user).map_err(|error| failed(Problem::Accounts(error.to_string())))?;
        if *has_home && !user.is_system {
            home(tree, &user, &accounts).map_err(failed)?;
        }
    }
    accounts.write(tree);
    Ok(accounts)
}

/// Makes the home directory of a user, unless there is one, with what new ones have in them.
fn home(tree: &mut Tree, user: &User, accounts: &Accounts) -> Result<(), Problem> {
    let Some((uid, gid)) = accounts.user(&user.name) else { return Ok(()) };
    if tree.resolve(user.home.as_bytes()).is_some() {
        return Ok(());
    }
    let home = tree.make_directories_resolved(user.home.as_bytes())?;
    tree.node_mut(home).metadata = Metadata { mode: 0o700, uid, gid, ..Metadata::default() };
    if let Some(skeleton) = tree.resolve(b"etc/skel") {
        let skeleton = tree.part(skeleton, b"");
        let entries: Vec<(Vec<u8>, NodeId)> =
            skeleton.entries(skeleton.root()).map(|(name, id)| (name.to_vec(), id)).collect();
        for (name, id) in entries {
            let made = tree.graft(home, &name, &skeleton, id);
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

/// Puts what `object` is at `path`, with a mode, an owner and a group.
fn put(
    tree: &mut Tree,
    path: &str,
    object: &FileLike,
    (mode, uid, gid): (u16, u32, u32),
    store: &mut Store,
    references: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let at = |problem: Problem| problem.at(&object.place());
    let Some((item, found)) = store.found(object)? else { return Ok(()) };
    references.extend(item.references.iter().cloned());
    let node = item.tree.node(found);
    if let Kind::Regular(content) = &node.kind {
        let metadata = Metadata { mode, uid, gid, ..Metadata::default() };
        let kind = Kind::Regular(content.clone());
        tree.put_resolved(path.as_bytes(), Node { metadata, kind })
            .map_err(|error| at(error.into()))?;
        return Ok(());
    }
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent =
        tree.make_directories_resolved(parent.as_bytes()).map_err(|error| at(error.into()))?;
    tree.graft(parent, name.as_bytes(), &item.tree, found);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_have_debians_names() {
        for (system, name) in [
            ("x86_64-linux", "amd64"),
            ("aarch64-linux-gnu", "arm64"),
            ("armhf-linux", "armhf"),
            ("riscv64-linux", "riscv64"),
        ] {
            assert_eq!(architecture(system).unwrap(), name);
        }
        assert!(architecture("i586-pc-gnu").is_ok());
        assert!(architecture("vax-bsd").is_err());
    }
}
