//! Bootloaders and their menus.

use super::fields::Fields;
use super::file_like::file_like;
use super::{PlanError, error};
use tintype_image::plan::{
    BootloaderPlan, DiskFile, DiskInstaller, InitrdPlan, MenuPart, RootFile,
};
use tintype_scheme::Datum;

/// The bootloader of an image; `None` where there is none.
pub(super) fn bootloader(image: &Fields) -> Result<Option<BootloaderPlan>, PlanError> {
    let datum = image.get("bootloader")?;
    if !datum.is_true() {
        return Ok(None);
    }
    let fields = Fields::of_fields(datum)?;
    let package = fields.get("package")?;
    let package = package.is_true().then(|| file_like(package)).transpose()?;
    let name = fields.get("name")?;
    Ok(Some(BootloaderPlan {
        name: name.symbol().ok_or_else(|| error("a bootloader's name", name))?.to_owned(),
        files: root_files(fields.get("installer")?)?,
        is_signed: fields.get("installer")?.symbol() == Some("install-grub-efi-signed"),
        disk: disk_installer(fields.get("disk-image-installer")?, package.is_some())?,
        package,
        configuration_file: fields.string("configuration-file")?,
        menu: menu(image.get("bootcfg")?)?,
        initrd: initrd(image.get("initrd")?)?,
    }))
}

/// `tree`, `(made (NAME VALUE) ...)`, or what the menu names itself.
fn initrd(datum: &Datum) -> Result<InitrdPlan, PlanError> {
    if datum.symbol() == Some("tree") {
        return Ok(InitrdPlan::OfTree);
    }
    let Ok(("made", fields)) = Fields::of(datum) else { return Ok(InitrdPlan::None) };
    let flag = |datum: &Datum| datum.symbol().map(str::to_owned);
    let flags = fields.list("flags")?.iter().map(flag).collect::<Option<_>>();
    Ok(InitrdPlan::Made {
        modules: fields.strings("modules")?,
        usual_modules: fields.strings("usual-modules")?,
        mapped_devices: fields.get("mapped-devices?")?.is_true(),
        file_system: fields.string("type")?,
        flags: flags.ok_or_else(|| fields.error("flags of the root"))?,
        options: fields.string("options")?,
        is_volatile: fields.get("volatile-root?")?.is_true(),
        is_checked: fields.get("check?")?.is_true(),
    })
}

/// A bootloader without a package has nothing to install.
fn disk_installer(datum: &Datum, has_package: bool) -> Result<DiskInstaller, PlanError> {
    if !has_package || !datum.is_true() {
        return Ok(DiskInstaller::None);
    }
    Ok(match datum.symbol() {
        Some("install-grub-disk-image") => DiskInstaller::Grub,
        _ => match named(datum, "write-package-files") {
            Some(writes) => {
                DiskInstaller::Files(writes.iter().map(disk_file).collect::<Result<_, _>>()?)
            }
            None => DiskInstaller::Code(crate::sexp::flat(datum)),
        },
    })
}

/// The list of `(NAME LIST)`.
fn named<'a>(datum: &'a Datum, name: &str) -> Option<&'a [Datum]> {
    match datum.list()? {
        [head, list] if head.symbol() == Some(name) => list.list(),
        _ => None,
    }
}

/// `(FILE OFFSET SIZE)`, whose size may be `#f`.
fn disk_file(datum: &Datum) -> Result<DiskFile, PlanError> {
    let number = |datum: &Datum| datum.integer().and_then(|number| u64::try_from(number).ok());
    let read = || match datum.list()? {
        [path, offset, size] => Some(DiskFile {
            path: path.string()?.to_owned(),
            offset: number(offset)?,
            size: if size.is_true() { Some(number(size)?) } else { None },
        }),
        _ => None,
    };
    read().ok_or_else(|| error("a file on the disk", datum))
}

/// What an installer puts into the root file system. Those of GRUB are known by their platform.
fn root_files(installer: &Datum) -> Result<Vec<(String, RootFile)>, PlanError> {
    let bad = |datum| error("a file of a bootloader", datum);
    let of_package = |datum: &Datum| match datum.list()? {
        [directory, path] => {
            let (directory, path) = (directory.string()?, path.string()?);
            let name = path.rsplit('/').next()?;
            Some((format!("{directory}/{name}"), RootFile::OfPackage(path.to_owned())))
        }
        _ => None,
    };
    let text = |datum: &Datum| match datum.list()? {
        [to, content] => {
            let mut content = content.list()?;
            if let [head, inner] = content
                && head.symbol() == Some("*input*")
            {
                content = inner.list()?;
            }
            match content {
                [kind, _, text] if kind.symbol() == Some("plain-file") => {
                    Some((to.string()?.to_owned(), RootFile::Text(text.string()?.to_owned())))
                }
                _ => None,
            }
        }
        _ => None,
    };
    if let Some(files) = named(installer, "install-package-files") {
        return files.iter().map(|one| of_package(one).ok_or_else(|| bad(one))).collect();
    }
    if let Some(files) = named(installer, "install-files") {
        return files.iter().map(|one| text(one).ok_or_else(|| bad(one))).collect();
    }
    Ok(Vec::new())
}

/// The parts of `(text NAME (PART ...))`.
fn menu(datum: &Datum) -> Result<Vec<MenuPart>, PlanError> {
    match datum.list() {
        Some([head, _, parts]) if head.symbol() == Some("text") => {
            let parts = parts.list().ok_or_else(|| error("a menu", datum))?;
            parts.iter().map(menu_part).collect()
        }
        _ => Ok(vec![MenuPart::File(file_like(datum)?)]),
    }
}

fn menu_part(datum: &Datum) -> Result<MenuPart, PlanError> {
    match datum {
        Datum::String(text) => Ok(MenuPart::Text(text.clone())),
        Datum::List(items) => match items.as_slice() {
            [head, name] if head.symbol() == Some("boot-file") => match name.symbol() {
                Some("kernel") => Ok(MenuPart::Kernel),
                Some("initrd") => Ok(MenuPart::Initrd),
                _ => Err(error("a part of a menu", datum)),
            },
            [head, prefix, name]
                if head.symbol() == Some("boot-line") && name.symbol() == Some("device-trees") =>
            {
                let prefix = prefix.string().ok_or_else(|| error("a part of a menu", datum))?;
                Ok(MenuPart::DeviceTrees(prefix.to_owned()))
            }
            _ => file_like(datum).map(MenuPart::File),
        },
        _ => Err(error("a part of a menu", datum)),
    }
}
