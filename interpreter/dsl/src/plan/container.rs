//! Container images.

use super::archive::compression;
use super::fields::Fields;
use super::root::root;
use super::{PlanError, error};
use tintype_image::plan::{Config, ContainerForm, ContainerPlan, Division, LayoutForm};
use tintype_scheme::Datum;

/// The image of `(docker-image (name ...) ...)` or `(oci-image (name ...) ...)`.
pub(super) fn read(fields: &Fields, form: ContainerForm) -> Result<ContainerPlan, PlanError> {
    let container = fields.get("container")?;
    let container = Fields::of_fields(container)?;
    let form = match form {
        ContainerForm::Oci(_) if fields.symbol("layout")? == "directory" => {
            ContainerForm::Oci(LayoutForm::Directory)
        }
        form => form,
    };
    let division = match fields.find("max-layers").and_then(Datum::integer) {
        Some(layers) => match u64::try_from(layers) {
            Ok(layers) if layers > 0 => Division::AtMost(layers),
            _ => return Err(fields.error("max-layers is no number of layers")),
        },
        None if fields.symbol("layers")? == "package" => Division::Packages,
        None => Division::Whole,
    };
    let created = fields.get("creation-time")?;
    let created = created.integer().and_then(|value| i64::try_from(value).ok());
    Ok(ContainerPlan {
        name: fields.string("name")?,
        form,
        compression: compression(fields)?,
        division,
        config: Config {
            architecture: fields.string("architecture")?,
            variant: fields.optional_string("variant")?,
            created: created.ok_or_else(|| fields.error("creation-time is no time"))?,
            entry_point: container.strings("entry-point")?,
            command: container.strings("command")?,
            environment: container.strings("environment")?,
            user: container.optional_string("user")?,
            working_directory: container.optional_string("working-directory")?,
            exposed_ports: container.strings("exposed-ports")?,
            volumes: container.strings("volumes")?,
            labels: container.pairs("labels")?,
            stop_signal: container.optional_string("stop-signal")?,
        },
        boot_programs: fields.strings("boot-programs")?,
        repository: container.string("repository")?,
        tag: container.string("tag")?,
        annotations: container.pairs("annotations")?,
        root: root(fields)?,
        latest: None,
        place: fields.place(),
    })
}

impl Fields<'_> {
    /// A string, or none where the field is false.
    fn optional_string(&self, name: &str) -> Result<Option<String>, PlanError> {
        if self.get(name)?.is_true() { self.string(name).map(Some) } else { Ok(None) }
    }

    /// A list of lists of two strings.
    fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, PlanError> {
        let pair = |datum: &Datum| match datum.list() {
            Some([key, value]) => Some((key.string()?.to_owned(), value.string()?.to_owned())),
            _ => None,
        };
        self.list(name)?
            .iter()
            .map(|datum| pair(datum).ok_or_else(|| error(&format!("no pair in {name}"), datum)))
            .collect()
    }
}
