//! The computations that a plan asks for.

use super::{Code, DiskPlan, FileLike, PartitionContent, Place, Plan};

/// A computation to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is made.
    pub shown: String,
    /// Where the code begins.
    pub place: Option<Place>,
}

impl Plan {
    /// Every computation, what it needs before it, each once.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        match self {
            Plan::Disk(disk) => steps_of_disk(disk, &mut steps),
            Plan::Iso(iso) => iso.root.packages.iter().for_each(|one| steps_of(one, &mut steps)),
            Plan::Archive(plan) => {
                plan.root.packages.iter().for_each(|one| steps_of(one, &mut steps))
            }
            Plan::Containers(images) => {
                let packages = images.iter().flat_map(|image| &image.root.packages);
                packages.for_each(|one| steps_of(one, &mut steps));
            }
            Plan::Unsupported { .. } => {}
        }
        steps
    }
}

fn steps_of_disk(disk: &DiskPlan, steps: &mut Vec<Step>) {
    for object in &disk.root.packages {
        steps_of(object, steps);
    }
    for partition in &disk.partitions {
        if let PartitionContent::Code(code) = &partition.content {
            steps_of_code(code, format!("initializer of partition {:?}", partition.label), steps);
        }
    }
}

fn steps_of(object: &FileLike, steps: &mut Vec<Step>) {
    match object {
        FileLike::ComputedFile { code, .. } => steps_of_code(code, object.shown(), steps),
        other => other.parts().into_iter().for_each(|part| steps_of(part, steps)),
    }
}

fn steps_of_code(code: &Code, shown: String, steps: &mut Vec<Step>) {
    for input in &code.inputs {
        steps_of(input, steps);
    }
    let step = Step { shown, place: code.place() };
    if !steps.contains(&step) {
        steps.push(step);
    }
}
