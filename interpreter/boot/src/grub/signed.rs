//! Programs that others have signed for secure boot: the firmware starts shim, shim starts GRUB, and
//! GRUB starts kernels, each only if it is signed by somebody whom the one before trusts.

use super::{Error, Platform, directory};
use tintype_tree::{Extents, Kind, Tree};

/// A file of the EFI system partition, by its path there.
pub type SystemFile = (String, Extents);

/// What a signed program's own path begins with, by which it finds its menu.
const PREFIX: &[u8] = b"/EFI/";

/// The files of the EFI system partition that start, on firmware of `platform`, the menu of the root
/// file system whose UUID is `uuid`.
///
/// # Errors
/// When none of `trees` has the programs.
pub fn chain(
    trees: &[(&Tree, &str)],
    platform: Platform,
    uuid: &str,
) -> Result<Vec<SystemFile>, Error> {
    let (suffix, directory, package) = match platform {
        Platform::X86_64Efi => ("x64", "x86_64-efi-signed", "grub-efi-amd64-signed"),
        Platform::Arm64Efi => ("aa64", "arm64-efi-signed", "grub-efi-arm64-signed"),
        _ => return Err(Error::NotSigned { platform }),
    };
    let find = |path: &str| {
        trees.iter().find_map(|(tree, _)| match &tree.node(tree.resolve(path.as_bytes())?).kind {
            Kind::Regular(content) => Some(content.clone()),
            _ => None,
        })
    };
    let need = |file: String, package: &'static str| {
        find(&file).ok_or(Error::MissingSigned { platform, file, package })
    };
    let shim = need(format!("usr/lib/shim/shim{suffix}.efi.signed"), "shim-signed")?;
    let grub = need(format!("usr/lib/grub/{directory}/grub{suffix}.efi.signed"), package)?;
    let menu = format!("{}/grub.cfg", menu_directory(&grub.to_vec()?));
    let text = format!(
        "search.fs_uuid {uuid} root\nset prefix=($root)/{place}\nconfigfile $prefix/grub.cfg\n",
        place = directory::DIRECTORY
    );
    let path = platform.efi_path().expect("a platform of UEFI").to_owned();
    let mut files = vec![
        (path, shim),
        (format!("EFI/BOOT/grub{suffix}.efi"), grub),
        (menu, Extents::from_bytes(text.into_bytes())),
    ];
    // By this one people let shim trust more keys; without it they cannot.
    if let Some(manager) = find(&format!("usr/lib/shim/mm{suffix}.efi.signed")) {
        files.push((format!("EFI/BOOT/mm{suffix}.efi"), manager));
    }
    Ok(files)
}

/// Where a signed GRUB looks for its menu: `EFI/` and the name of who signed it.
fn menu_directory(program: &[u8]) -> String {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut name = &b"debian"[..];
    for (at, _) in program.windows(PREFIX.len()).enumerate().filter(|(_, bytes)| *bytes == PREFIX) {
        let rest = &program[at + PREFIX.len()..];
        let len = rest.iter().take_while(is_name).count();
        if len > 0 && rest.get(len) == Some(&0) {
            name = &rest[..len];
        }
    }
    format!("EFI/{}", String::from_utf8_lossy(name))
}

#[cfg(test)]
mod tests {
    use super::menu_directory;

    #[test]
    fn the_menu_is_where_the_program_looks_for_it() {
        assert_eq!(menu_directory(b"..../EFI/BOOT/x.efi\0../EFI/ubuntu\0.."), "EFI/ubuntu");
        assert_eq!(menu_directory(b"nothing"), "EFI/debian");
    }
}
