//! Root file systems of Debian's packages: chosen, fetched, unpacked, configured; then what the
//! definition says of accounts, files and units.

mod accounts;
mod additions;
mod manifest;

use crate::error::{Failure, Problem};
use crate::fetch::Fetched;
use crate::plan::{Configuration, DebianPlan};
use crate::store::{Counterparts, Installed, Store};
use additions::add_definition;
use manifest::Manifest;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use tintype_packages::{
    Base, ChoiceError, Deb, Names, Request, ResolutionError, State, Unpacking, Wanted, configure,
    finish_at_first_boot, is_known, unpack,
};
use tintype_tree::Tree;

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
    let mut manifest = Manifest::default();
    let (files, packages) =
        chosen(plan, architecture, store, &mut manifest, notes).map_err(failed)?;
    let files: Vec<PathBuf> = files.into_iter().map(|fetched| fetched.path).collect();
    let unpacking = Unpacking {
        architecture: architecture.to_owned(),
        foreign: Vec::new(),
        spool_directory: store.surroundings().spool_directory.to_owned(),
    };
    let (mut tree, room) =
        unpacked(plan.configuration, &files, &unpacking, &mut manifest, notes).map_err(failed)?;
    store.install(Installed { tree: Rc::new(tree.clone()), packages, room });
    add_definition(plan, &mut tree, store, notes)?;
    manifest.put(&mut tree).map_err(failed)?;
    Ok(tree)
}

/// The packages that the plan needs for a system, on the host.
pub(crate) fn fetch(
    plan: &DebianPlan,
    system: &str,
    store: &Store,
    notes: &mut Vec<String>,
) -> Result<Vec<Fetched>, Problem> {
    let architecture = architecture(system)?;
    chosen(plan, architecture, store, &mut Manifest::default(), notes).map(|(fetched, _)| fetched)
}

/// The files of the packages that the plan needs, and the Debian packages that each of Guix's is.
fn chosen(
    plan: &DebianPlan,
    architecture: &str,
    store: &Store,
    manifest: &mut Manifest,
    notes: &mut Vec<String>,
) -> Result<(Vec<Fetched>, Counterparts), Problem> {
    let surroundings = store.surroundings();
    let sources = surroundings.packages;
    report_unrealised(plan, sources.allow_unrealised, manifest, notes)?;
    let (packages, missing) = translated(&wanted(plan, store), &plan.names, architecture);
    if !missing.is_empty() && !sources.allow_unrealised {
        return Err(Problem::NoCounterparts(missing));
    }
    manifest.packages.extend(missing);
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
                manifest.packages.extend(unknown.iter().map(ToString::to_string));
            }
            Err(ChoiceError::Resolution(error @ ResolutionError::Unknown(_))) => {
                return Err(Problem::UnknownPackages(error));
            }
            Err(error) => return Err(error.into()),
        }
    };
    notes.extend(manifest.packages.iter().map(|package| format!("left out: {package}")));
    sources.write_lock(&lock)?;
    let files = debian.fetch(&lock, &progress)?.into_iter();
    let fetched = lock.choices.into_iter().zip(files);
    Ok((fetched.map(|(choice, path)| Fetched { choice, path }).collect(), packages))
}

/// The tree of packages, configured as far as `configuration` wants, and the bytes that it takes to do the
/// rest.
fn unpacked(
    configuration: Configuration,
    files: &[PathBuf],
    unpacking: &Unpacking,
    manifest: &mut Manifest,
    notes: &mut Vec<String>,
) -> Result<(Tree, u64), Problem> {
    let left = RefCell::new(BTreeMap::new());
    let mut tree = unpack(files, unpacking, |deb| {
        let state = state(configuration, deb);
        if state == State::Unpacked {
            let size = deb.field("Installed-Size").and_then(|size| size.parse::<u64>().ok());
            let name = deb.field("Package").unwrap_or_default().to_owned();
            left.borrow_mut().insert(name, size.unwrap_or_default() << 10);
        }
        state
    })?;
    configure(&mut tree)?;
    let left = left.into_inner();
    let room = room(&left);
    finish(configuration, left.into_keys().collect(), &mut tree, manifest, notes)?;
    Ok((tree, room))
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

/// Sees to the packages that are left.
fn finish(
    configuration: Configuration,
    left: Vec<String>,
    tree: &mut Tree,
    manifest: &mut Manifest,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    if left.is_empty() {
        return Ok(());
    }
    if configuration == Configuration::None {
        notes.push(format!(
            "{} packages are unpacked and not configured: 'dpkg --configure -a' does that",
            left.len()
        ));
        return Ok(());
    }
    finish_at_first_boot(tree)?;
    notes.push(match configuration {
        Configuration::FirstBoot => {
            format!("the first boot configures all {} packages", left.len())
        }
        _ => format!(
            "the first boot runs scripts of packages that are not known here: {}",
            left.join(", ")
        ),
    });
    manifest.first_boot = left;
    Ok(())
}

/// The bytes that configuring packages takes, by their installed sizes: what scripts make of a package's
/// files, such as compiled Python, indexes and initial RAM disks, is no larger than these, and the files
/// of dpkg and debconf are written anew.
fn room(left: &BTreeMap<String, u64>) -> u64 {
    const DATABASES: u64 = 64 << 20;
    match left.is_empty() {
        true => 0,
        false => left.values().sum::<u64>() + DATABASES,
    }
}

/// What nothing can realise: an error, or notes.
fn report_unrealised(
    plan: &DebianPlan,
    allowed: bool,
    manifest: &mut Manifest,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    if plan.unrealised.is_empty() {
        return Ok(());
    }
    match allowed {
        true => {
            notes.push(format!("without the services {}", plan.unrealised.join(", ")));
            manifest.services.clone_from(&plan.unrealised);
            Ok(())
        }
        false => Err(Problem::Unrealised(plan.unrealised.clone())),
    }
}

/// Debian's name of the architecture of `system`, a Guix system or GNU triplet.
///
/// # Errors
/// When Debian does not run on it.
pub fn architecture(system: &str) -> Result<&'static str, Problem> {
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

/// All packages of Guix that the plan needs and no directory has.
fn wanted(plan: &DebianPlan, store: &Store) -> Vec<Wanted> {
    let sources = store.surroundings().packages;
    let packages = plan.guix_packages().into_iter();
    let missing = packages.filter(|(name, version)| sources.find(name, version).is_none());
    let names: BTreeSet<&str> = missing.map(|(name, _)| name).collect();
    let wanted =
        |name: &str| Wanted { name: name.to_owned(), version: plan.pinned.get(name).cloned() };
    names.into_iter().map(wanted).collect()
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
