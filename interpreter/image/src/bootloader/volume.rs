//! Making an ISO 9660 volume bootable, by BIOS and by UEFI, as a CD and as a disk.

use super::{Sources, efi_platform, file, initrd, put_files};
use crate::error::{Failure, Problem};
use crate::layout::identity;
use crate::plan::IsoPlan;
use crate::store::Store;
use tintype_boot::grub::bios::CoreImage;
use tintype_boot::grub::{Contents, Library, Platform, directory, efi, optical};
use tintype_boot::kernel;
use tintype_formats::{fat, iso9660, mbr};
use tintype_tree::{Extents, Node, Tree};

/// Where a root that is not the volume is in it: the path that live systems know.
pub const LIVE_IMAGE: &str = "/live/filesystem.squashfs";

/// The GRUB module that reads a volume.
const MODULE: &str = "iso9660";

/// Puts the menu and GRUB's directory into `root`, and gives what starts the volume. A root without a
/// kernel is left as it is, and a note says so.
pub fn install_on_volume(
    plan: &IsoPlan,
    root: &mut Tree,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<iso9660::Boot, Failure> {
    let Some(loader) = &plan.bootloader else { return Ok(iso9660::Boot::default()) };
    let Some(mut kernel) = kernel::find(root) else {
        notes.push(super::NO_KERNEL.to_owned());
        return Ok(iso9660::Boot::default());
    };
    let image = plan.squashfs.as_ref().map(|_| LIVE_IMAGE);
    initrd::install(&loader.initrd, &plan.system, image, root, &mut kernel, notes)
        .map_err(|problem| problem.at(&plan.place))?;
    let sources = Sources::of(loader, true, store, &plan.place)?;
    let here = [(&*root, "the packages")];
    let trees: Vec<(&Tree, &str)> = sources.trees().chain(here).collect();
    let made = make(plan, &trees, notes).map_err(|problem| problem.at(&plan.place))?;
    put_files(root, made.files, loader, &kernel, store, &plan.place)?;
    Ok(made.boot)
}

/// What is made, and what goes into the root file system for it.
struct Made {
    boot: iso9660::Boot,
    files: Vec<(Vec<u8>, Node)>,
}

/// GRUB for whichever firmware there are files of it; one kind is enough.
fn make(plan: &IsoPlan, trees: &[(&Tree, &str)], notes: &mut Vec<String>) -> Result<Made, Problem> {
    let uuid = uuid(plan);
    let mut boot_code = [0; mbr::BOOT_CODE_LEN];
    let mut made = Made { boot: iso9660::Boot::default(), files: Vec::new() };
    let mut missing = Vec::new();
    if ["x86_64", "i686", "i586"].iter().any(|name| plan.system.starts_with(name)) {
        match Library::find(trees, Platform::I386Pc) {
            Ok(library) => {
                let core = CoreImage::make(&library, &Contents::optical(&uuid))?;
                let image = optical::el_torito(&library, &core)?;
                boot_code = optical::hybrid_code(&library)?;
                made.boot.bios = Some(optical::EL_TORITO_PATH.as_bytes().into());
                made.files.extend(directory::files(&library));
                made.files.push((optical::EL_TORITO_PATH.into(), file(image)));
            }
            Err(error) => missing.push(error),
        }
    }
    let platform = efi_platform(&plan.system, false)?;
    match Library::find(trees, platform) {
        Ok(library) => {
            let program = efi::program(&library, &Contents::efi(MODULE, &uuid))?;
            made.boot.efi = Some(system_partition(plan, platform, program)?);
            made.files.extend(directory::files(&library));
        }
        Err(error) => missing.push(error),
    }
    if made.files.is_empty()
        && let Some(error) = missing.pop()
    {
        return Err(error.into());
    }
    notes
        .extend(missing.iter().map(|error| format!("the image does not boot everywhere: {error}")));
    made.files.extend(trees.iter().find_map(|(tree, _)| directory::font(tree)));
    let disk_signature = identity::disk(&plan.date).as_fields().0;
    made.boot.hybrid = Some(iso9660::Hybrid { disk_signature, boot_code });
    Ok(made)
}

/// The volume's UUID as GRUB writes it: `1970-01-01-18-02-19-29`.
fn uuid(plan: &IsoPlan) -> String {
    let digits = String::from_utf8_lossy(&plan.date);
    let ends = [4, 6, 8, 10, 12, 14, 16];
    let starts = [0].into_iter().chain(ends);
    let parts: Vec<&str> = starts.zip(ends).filter_map(|(from, to)| digits.get(from..to)).collect();
    parts.join("-")
}

/// A FAT just large enough for the program that the firmware starts.
fn system_partition(
    plan: &IsoPlan,
    platform: Platform,
    program: Vec<u8>,
) -> Result<Extents, Problem> {
    let mut tree = Tree::new();
    let path = platform.efi_path().expect("a platform of UEFI");
    tree.insert(path.as_bytes(), file(program))?;
    let serial = identity::partition(&plan.date, 1).as_fields().0;
    let options = fat::Options { serial, ..fat::Options::default() };
    fat::lay_out(&tree, &options)
        .map_err(|error| Problem::Fat { label: "of the firmware".to_owned(), error })
}
