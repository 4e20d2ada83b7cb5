//! ISO 9660 images: the root file system is the volume.

use super::Built;
use crate::bootloader::{self, LIVE_IMAGE};
use crate::error::{Failure, Problem};
use crate::plan::IsoPlan;
use crate::realise::{Surroundings, root_tree};
use crate::store::Store;
use std::collections::BTreeMap;
use std::path::Path;
use tintype_boot::kernel;
use tintype_formats::iso9660::{self, Compressed, Options, VolumeDate, zisofs};
use tintype_formats::squashfs;
use tintype_formats::{output, raw};
use tintype_tree::{Extents, Kind, Node, Spool, Tree};

/// Makes the volume that `plan` describes at `target`.
pub(super) fn build(
    plan: &IsoPlan,
    surroundings: &Surroundings,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let failed = |problem: Problem| problem.at(&plan.place);
    let date = VolumeDate::new(&plan.date)
        .ok_or_else(|| failed(Problem::VolumeDate(plan.date.escape_ascii().to_string())))?;
    let mut notes = Vec::new();
    let mut store = Store::new(surroundings);
    let mut root = root_tree(&plan.root, &mut store, None, &mut notes)?;
    let packages = match plan.squashfs {
        Some(_) => {
            store.finish(&plan.root, &mut root, &mut notes).map_err(failed)?;
            Some(root.clone())
        }
        None => None,
    };
    let boot = bootloader::install_on_volume(plan, &mut root, &mut store, &mut notes)?;
    if packages.is_none() {
        store.finish(&plan.root, &mut root, &mut notes).map_err(failed)?;
    }
    let threads = output::Options::default().threads;
    if let (Some(words), Some(packages)) = (&plan.squashfs, &packages) {
        let mut spool = Spool::new(surroundings.spool_directory, target)
            .map_err(|error| failed(error.into()))?;
        let options = squashfs::Options::parse(words).map_err(|error| failed(error.into()))?;
        let image = squashfs::lay_out(packages, &options, &mut spool, threads)
            .map_err(|error| failed(Problem::Squashfs { label: plan.label.clone(), error }))?;
        root = live_volume(&root, image).map_err(failed)?;
    }
    let compressed = match &plan.plain {
        Some(plain) if plan.squashfs.is_none() => {
            compressed(&root, plain, surroundings, target, threads).map_err(failed)?
        }
        _ => Compressed::new(),
    };
    let options =
        Options { label: plan.label.clone(), date, joliet: true, compressed: &compressed, boot };
    let volume = iso9660::lay_out(&root, &options)
        .map_err(|error| failed(Problem::Iso { label: plan.label.clone(), error }))?;
    let total = volume.stored_len();
    let mut told = |done| progress(done, total);
    let options = output::Options { progress: Some(&mut told), ..output::Options::default() };
    raw::write(&volume, target, options).map_err(|error| Problem::from(error).at(&None))?;
    Ok(Built { path: target.to_owned(), len: volume.len(), notes })
}

/// What is around a root that is one file of the volume: what starts it.
fn live_volume(root: &Tree, image: Extents) -> Result<Tree, Problem> {
    let mut volume = Tree::new();
    let top = volume.root();
    *volume.node_mut(top) =
        Node { kind: Kind::Directory(BTreeMap::new()), ..root.node(root.root()).clone() };
    if let Some(boot) = root.lookup(b"boot") {
        volume.graft(top, b"boot", root, boot);
    }
    // A kernel outside of /boot is named by a link at the top.
    for path in kernel::find(root)
        .into_iter()
        .flat_map(|kernel| [Some(kernel.path), kernel.initrd])
        .flatten()
    {
        if let Some(id) = root.resolve(path.as_bytes())
            && volume.resolve(path.as_bytes()).is_none()
        {
            volume.insert(path.as_bytes(), root.node(id).clone())?;
        }
    }
    volume.insert(LIVE_IMAGE.as_bytes(), Node::file(image))?;
    Ok(volume)
}

/// The files of the root in compressed form, but for those that are to stay `plain`.
fn compressed(
    root: &Tree,
    plain: &[String],
    surroundings: &Surroundings,
    target: &Path,
    threads: usize,
) -> Result<Compressed, Problem> {
    let mut spool = Spool::new(surroundings.spool_directory, target)?;
    let wanted = |path: &[u8]| !plain.iter().any(|pattern| matches(pattern.as_bytes(), path));
    Ok(zisofs::compress(root, wanted, &mut spool, threads)?)
}

/// Whether a path (without a leading slash) is meant: `/DIRECTORY/*` is all below it, `*ENDING` every
/// name that ends so, anything else a name.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    match pattern {
        [b'/', directory @ .., b'*'] => path.starts_with(directory),
        [b'*', ending @ ..] => name.ends_with(ending),
        _ => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_mean_directories_endings_and_names() {
        let all = ["/boot/*", "*.gz", "bzImage"];
        let plain = |path: &str| all.iter().any(|one| matches(one.as_bytes(), path.as_bytes()));
        for path in ["boot/vmlinuz", "boot/grub/a.mod", "usr/share/x.gz", "a/bzImage"] {
            assert!(plain(path), "{path}");
        }
        for path in ["bootstrap", "usr/boot/x", "x.gz.txt", "usr/bzImage2"] {
            assert!(!plain(path), "{path}");
        }
    }
}
