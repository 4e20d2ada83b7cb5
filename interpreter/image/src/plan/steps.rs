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

/// Code that a plan will run.
#[derive(Clone, Debug)]
pub struct PlannedCode<'a> {
    /// What it makes.
    pub shown: String,
    /// The code.
    pub code: &'a Code,
    /// It evaluates to a procedure that fills a directory.
    pub is_initializer: bool,
}

impl Plan {
    /// Every computation, what it needs before it, each once.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for PlannedCode { shown, code, .. } in self.code() {
            let step = Step { shown, place: code.place() };
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps
    }

    /// All code that will be run, what it needs before it.
    pub fn code(&self) -> Vec<PlannedCode<'_>> {
        let mut found = Vec::new();
        match self {
            Plan::Disk(disk) => code_of_disk(disk, &mut found),
            Plan::Iso(iso) => iso.root.packages.iter().for_each(|one| code_of(one, &mut found)),
            Plan::Archive(plan) => {
                plan.root.packages.iter().for_each(|one| code_of(one, &mut found));
            }
            Plan::Containers(images) => {
                let packages = images.iter().flat_map(|image| &image.root.packages);
                packages.for_each(|one| code_of(one, &mut found));
            }
            Plan::Unsupported { .. } => {}
        }
        found
    }
}

fn code_of_disk<'a>(disk: &'a DiskPlan, found: &mut Vec<PlannedCode<'a>>) {
    for object in &disk.root.packages {
        code_of(object, found);
    }
    for partition in &disk.partitions {
        if let PartitionContent::Code(code) = &partition.content {
            code.inputs.iter().for_each(|input| code_of(input, found));
            let shown = format!("initializer of partition {:?}", partition.label);
            found.push(PlannedCode { shown, code, is_initializer: true });
        }
    }
}

fn code_of<'a>(object: &'a FileLike, found: &mut Vec<PlannedCode<'a>>) {
    object.parts().into_iter().for_each(|part| code_of(part, found));
    if let FileLike::ComputedFile { code, .. } = object {
        found.push(PlannedCode { shown: object.shown(), code, is_initializer: false });
    }
}
