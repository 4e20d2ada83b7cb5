//! The initial RAM disk that the menu names: made for the root, or the one that the packages bring.

use crate::error::Problem;
use crate::plan::InitrdPlan;
use tintype_boot::initrd::{self, Wants};
use tintype_boot::kernel::Kernel;
use tintype_formats::compression::Compression;
use tintype_formats::{cpio, output};
use tintype_tree::{Extents, Node, Tree};

/// Makes the RAM disk that `plan` asks for, puts it into `root`, and lets `kernel` have it. `system` is
/// what the image is for, as a Guix system or GNU triplet; the root is in `image`, a squashfs in the
/// volume, if there is one.
pub(super) fn install(
    plan: &InitrdPlan,
    system: &str,
    image: Option<&str>,
    root: &mut Tree,
    kernel: &mut Kernel,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    let InitrdPlan::Made {
        modules,
        usual_modules,
        mapped_devices,
        file_system,
        flags,
        options,
        is_volatile,
        is_checked,
    } = plan
    else {
        return Ok(());
    };
    if *mapped_devices {
        return Err(Problem::MappedDevice);
    }
    let machine = system.split('-').next().unwrap_or(system);
    let (is_volatile, is_checked) = (*is_volatile, *is_checked);
    let (modules, flags) = (modules.as_slice(), flags.as_slice());
    let wants =
        Wants { machine, modules, file_system, image, flags, options, is_volatile, is_checked };
    let made = match initrd::make(root, kernel, &wants) {
        Err(initrd::Error::NoProgram { .. }) if kernel.initrd.is_some() && !is_volatile => {
            notes.push(format!(
                "no initial RAM disk can be made for {machine}: the one of the packages is used"
            ));
            return Ok(());
        }
        made => made?,
    };
    let unusual = made.unknown.iter().filter(|name| !usual_modules.contains(name));
    let unusual: Vec<&str> = unusual.map(String::as_str).collect();
    if !unusual.is_empty() {
        let names = unusual.join(", ");
        notes.push(format!("{} has no modules {names}: they are left out", kernel.path));
    }
    let archive = cpio::lay_out(&made.tree, &cpio::Options::default())?;
    let version = kernel.version.as_deref();
    let compression = compression(&initrd::configuration(root, version.unwrap_or_default()));
    let content = compression.compressed(&archive, output::Options::default().threads)?;
    let path = match version {
        Some(version) => format!("/boot/tintype/initrd-{version}"),
        None => "/boot/tintype/initrd".to_owned(),
    };
    root.insert(path.as_bytes(), Node::file(Extents::from_bytes(content)))?;
    kernel.initrd = Some(path);
    Ok(())
}

/// The fastest that the kernel, which was built with `configuration`, is known to read.
fn compression(configuration: &str) -> Compression {
    match configuration.lines().any(|line| line == "CONFIG_RD_ZSTD=y") {
        true => Compression::Zstd,
        false => Compression::Gzip,
    }
}
