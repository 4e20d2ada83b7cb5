//! Container images: the root divided into layers, put together as docker or OCI wants it.

use super::archive::{latest, left_out_note, owner_names, write};
use super::{Built, Meter, with_sources};
use crate::error::{Failure, Problem};
use crate::plan::{ContainerForm, ContainerPlan, Division};
use crate::realise::{Surroundings, root_tree};
use crate::store::Store;
use std::path::Path;
use tintype_formats::container::{self, Config, Layer, Owner, docker, oci};
use tintype_formats::{output, tar};
use tintype_tree::Tree;

/// Layers that runtimes are sure to take: overlayfs and Docker stop at 127.
const LAYERS_AT_MOST: usize = 125;

/// What the layer of what is no package's is called.
const SYSTEM: &str = "system";

/// Makes the images that `plans` describe, in one layout, at `target`. The first says how.
pub(super) fn build(
    plans: &[ContainerPlan],
    surroundings: &Surroundings,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let first = plans.first().expect("a plan of images has at least one");
    let mut notes = Vec::new();
    let mut images = Vec::new();
    for plan in plans {
        images.push(image(plan, surroundings, &mut notes)?);
    }
    let mut meter = Meter { progress, total: oci::content_len(&images) };
    let written = match (first.form, images.as_slice()) {
        (ContainerForm::Docker, [image]) => docker_archive(first, image, target, meter),
        (ContainerForm::Docker, _) => {
            return Err(Problem::SeveralMachines(first.name.clone()).at(&first.place));
        }
        (ContainerForm::Oci(form), _) => {
            let ref_name = first.tag.clone();
            let layout = oci::Layout { images, ref_name, compression: first.compression };
            let mut told = |done| meter.tell(done);
            let options =
                output::Options { progress: Some(&mut told), ..output::Options::default() };
            oci::write(&layout, form, target, options)
        }
    };
    let len = written.map_err(|error| Problem::from(error).at(&None))?;
    Ok(Built { path: target.to_owned(), len, notes })
}

fn docker_archive(
    plan: &ContainerPlan,
    image: &oci::Image,
    target: &Path,
    mut meter: Meter<'_>,
) -> Result<u64, output::Error> {
    let threads = output::Options::default().threads;
    let diff_ids = container::diff_ids(&image.layers, threads)?;
    let archive = docker::lay_out(&docker::Image {
        config: &image.config,
        layers: &image.layers,
        diff_ids: &diff_ids,
        name: &plan.repository,
        tag: &plan.tag,
    });
    meter.total = archive.len();
    write(&archive, plan.compression, target, meter)
}

fn image(
    plan: &ContainerPlan,
    surroundings: &Surroundings,
    notes: &mut Vec<String>,
) -> Result<oci::Image, Failure> {
    let mut owners = Vec::new();
    let packages = with_sources(surroundings.packages, &plan.root, &plan.place)?;
    let surroundings = &Surroundings { packages: &packages, ..*surroundings };
    let mut store = Store::new(surroundings);
    let mut root = root_tree(&plan.root, &mut store, Some(&mut owners), notes)?;
    store.finish(&plan.root, &mut root, notes).map_err(|problem| problem.at(&plan.place))?;
    let system =
        Owner { name: SYSTEM.to_owned(), nodes_end: root.node_count(), directories: [].into() };
    owners.push(system);
    let config = Config { entry_point: entry_point(plan, &root, notes), ..plan.config.clone() };
    let options = tar::Options {
        dot_slash: false,
        latest: latest(plan.latest),
        owners: owner_names(&root).map_err(|problem| problem.at(&plan.place))?,
    };
    let mut layers = Vec::new();
    for (comment, tree) in divided(plan.division, root, &owners) {
        let archive = tar::lay_out(&tree, &options);
        notes.extend(left_out_note(&archive.left_out));
        layers.push(Layer { archive: archive.extents, comment });
    }
    Ok(oci::Image { config, layers, annotations: plan.annotations.clone() })
}

/// The layers' trees, the lowest first, and what is in each.
fn divided(division: Division, root: Tree, owners: &[Owner]) -> Vec<(String, Tree)> {
    let at_most = match division {
        Division::Whole => return vec![("the whole system".to_owned(), root)],
        Division::AtMost(layers) => usize::try_from(layers).unwrap_or(usize::MAX),
        Division::Packages => LAYERS_AT_MOST,
    };
    let sizes = container::sizes(&root, owners);
    let groups = container::group(&sizes, at_most.min(LAYERS_AT_MOST));
    let trees = container::layers(&root, owners, &groups);
    let names = groups.iter().map(|group| {
        let names: Vec<&str> = group.iter().map(|owner| owners[*owner].name.as_str()).collect();
        names.join(" ")
    });
    // One that has nothing to add is no layer.
    let layers = names.zip(trees).filter(|(_, tree)| tree.entries(tree.root()).next().is_some());
    let layers: Vec<_> = layers.collect();
    if layers.is_empty() { vec![(SYSTEM.to_owned(), root)] } else { layers }
}

fn entry_point(plan: &ContainerPlan, root: &Tree, notes: &mut Vec<String>) -> Vec<String> {
    if !(plan.config.entry_point.is_empty() && plan.config.command.is_empty()) {
        return plan.config.entry_point.clone();
    }
    let there = |program: &&String| root.resolve(program.as_bytes()).is_some();
    match plan.boot_programs.iter().find(there) {
        Some(program) => vec![program.clone()],
        None => {
            notes.push(format!(
                "no entry point: the packages have none of {}, and the definition names no other",
                plan.boot_programs.join(" ")
            ));
            Vec::new()
        }
    }
}
