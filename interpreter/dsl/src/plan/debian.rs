//! Systems of Debian's packages.

use super::fields::Fields;
use super::file_like::{file_like, text_part};
use super::{PlanError, error};
use crate::packages::is_indexed;
use tintype_image::plan::{Configuration, Contribution, DebianPlan, Privilege, TextPart, UserPlan};
use tintype_packages::{Group, User};
use tintype_scheme::Datum;

/// The system of `((packages ...) ...)`.
pub(super) fn debian(datum: &Datum) -> Result<DebianPlan, PlanError> {
    let fields = Fields::of_fields(datum)?;
    let packages = fields.list("packages")?.iter().map(file_like).collect::<Result<_, _>>()?;
    let contributions = fields.list("contributions")?.iter().map(contribution);
    let mut plan = DebianPlan {
        packages,
        debian_packages: fields.strings("debian-packages")?,
        names: fields.list("names")?.iter().map(name).collect::<Result<_, _>>()?,
        configuration: match fields.symbol("configuration")? {
            "sealed" => Configuration::Sealed,
            "first-boot" => Configuration::FirstBoot,
            "none" => Configuration::None,
            _ => Configuration::Known,
        },
        contributions: contributions.collect::<Result<_, _>>()?,
        unrealised: fields.strings("unrealised")?,
        users: fields.list("users")?.iter().map(user).collect::<Result<_, _>>()?,
        groups: fields.list("groups")?.iter().map(group).collect::<Result<_, _>>()?,
        ..DebianPlan::default()
    };
    // Guix's own packages have its versions, which Debian need not have.
    let is_own = |name: &str, version: &str| {
        !version.is_empty()
            && !is_indexed(name, version)
            && plan.names.iter().all(|(named, _)| named != name)
    };
    let own = plan.guix_packages().into_iter().filter(|(name, version)| is_own(name, version));
    plan.pinned = own.map(|(name, version)| (name.to_owned(), version.to_owned())).collect();
    Ok(plan)
}

/// A name of Guix's and those of Debian's.
fn name(datum: &Datum) -> Result<(String, Vec<String>), PlanError> {
    let wrong = || error("a package's name and Debian's names", datum);
    let names = datum.list().ok_or_else(wrong)?.iter();
    let names = names.map(|name| name.string().map(str::to_owned).ok_or_else(wrong));
    let mut names = names.collect::<Result<Vec<_>, _>>()?.into_iter();
    Ok((names.next().ok_or_else(wrong)?, names.collect()))
}

fn contribution(datum: &Datum) -> Result<Contribution, PlanError> {
    let wrong = || error("a contribution", datum);
    let items = datum.list().ok_or_else(wrong)?;
    let (kind, rest) = items.split_first().ok_or_else(wrong)?;
    let string = |index: usize| -> Result<String, PlanError> {
        rest.get(index).and_then(Datum::string).map(str::to_owned).ok_or_else(wrong)
    };
    Ok(match (kind.symbol(), rest) {
        (Some("file"), [_, mode, _, _, object]) => Contribution::File {
            path: string(0)?,
            mode: mode.integer().and_then(|mode| u16::try_from(mode).ok()).ok_or_else(wrong)?,
            owner: string(2)?,
            group: string(3)?,
            object: file_like(object)?,
        },
        (Some("link"), [_, target]) => {
            Contribution::Link { path: string(0)?, target: text_part(target)? }
        }
        (Some("default"), [_, object]) => {
            Contribution::Default { path: string(0)?, object: file_like(object)? }
        }
        (Some("directory"), [_, object]) => {
            Contribution::Directory { path: string(0)?, object: file_like(object)? }
        }
        (Some("privileged"), [program, bits, _, _, capabilities]) => Contribution::Privileged {
            program: file_like(program)?,
            privilege: Privilege {
                bits: bits.integer().and_then(|bits| u16::try_from(bits).ok()).ok_or_else(wrong)?,
                owner: string(2)?,
                group: string(3)?,
                capabilities: capabilities.string().map(str::to_owned),
            },
        },
        (Some("package"), [object]) => Contribution::Package(file_like(object)?),
        (Some("debian"), [_]) => Contribution::Debian(string(0)?),
        (Some("enable"), [_]) => Contribution::Enable(string(0)?),
        (Some("disable"), [_]) => Contribution::Disable(string(0)?),
        (Some("note"), [_]) => Contribution::Note(string(0)?),
        _ => return Err(wrong()),
    })
}

fn user(datum: &Datum) -> Result<UserPlan, PlanError> {
    let (_, fields) = Fields::of(datum)?;
    let shell = text_part(fields.get("shell")?)?;
    let user = User {
        name: fields.string("name")?,
        uid: number(&fields, "uid")?,
        group: fields.string("group")?,
        supplementary_groups: fields.strings("supplementary-groups")?,
        comment: fields.string("comment")?,
        home: fields.string("home-directory")?,
        shell: match &shell {
            TextPart::Text(path) => path.clone(),
            TextPart::Path(_) => String::new(),
        },
        password: fields.find("password").and_then(Datum::string).map(str::to_owned),
        is_system: fields.get("system?")?.is_true(),
    };
    Ok(UserPlan { user, shell, has_home: fields.get("create-home-directory?")?.is_true() })
}

fn group(datum: &Datum) -> Result<Group, PlanError> {
    let (_, fields) = Fields::of(datum)?;
    Ok(Group {
        name: fields.string("name")?,
        id: number(&fields, "id")?,
        is_system: fields.get("system?")?.is_true(),
    })
}

/// A user's or group's number; none where the field is false.
fn number(fields: &Fields, name: &str) -> Result<Option<u32>, PlanError> {
    let value = fields.get(name)?;
    if !value.is_true() {
        return Ok(None);
    }
    let number = value.integer().and_then(|number| u32::try_from(number).ok());
    number.map(Some).ok_or_else(|| error("a number of a user or group", value))
}
