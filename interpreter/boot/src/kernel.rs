//! Kernels and their initial RAM disks, where distributions install them.

use std::cmp::Ordering;
use tintype_tree::{Kind, NodeId, Tree};

/// A kernel in a tree. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Its file.
    pub path: String,
    /// The version in its name, by which its modules are found.
    pub version: Option<String>,
    /// Its initial RAM disk, if there is one.
    pub initrd: Option<String>,
    /// The directory of its device trees, if there is one.
    pub device_trees: Option<String>,
}

/// Names of kernels in `/boot`, to be followed by `-VERSION` or nothing.
const NAMES: [&str; 7] = ["vmlinuz", "bzImage", "Image", "zImage", "vmlinux", "kernel", "gnumach"];

/// Where a kernel may be besides `/boot`; the paths of Debian's links.
const LINKS: [&str; 2] = ["vmlinuz", "vmlinux"];

/// The kernel that `root` boots: that of the greatest version in `/boot`, or one without a version.
pub fn find(root: &Tree) -> Option<Kernel> {
    let boot = root.lookup(b"boot");
    let mut kernels: Vec<Kernel> = boot
        .into_iter()
        .flat_map(|boot| root.entries(boot))
        .filter(|(_, id)| is_file(root, *id))
        .filter_map(|(name, _)| std::str::from_utf8(name).ok())
        .filter_map(|name| {
            let version = NAMES.iter().find_map(|known| {
                let rest = name.strip_prefix(known)?;
                if rest.is_empty() { Some(None) } else { rest.strip_prefix('-').map(Some) }
            })?;
            let version = version.map(str::to_owned);
            Some(Kernel {
                path: format!("/boot/{name}"),
                version,
                initrd: None,
                device_trees: None,
            })
        })
        .collect();
    kernels.sort_by(|one, other| match (&one.version, &other.version) {
        (Some(one), Some(other)) => compare_versions(one, other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    });
    let mut kernel = kernels.pop().or_else(|| linked(root))?;
    kernel.initrd = initrd(root, kernel.version.as_deref());
    kernel.device_trees = device_trees(root, kernel.version.as_deref());
    Some(kernel)
}

/// A kernel at the top, where no other is.
fn linked(root: &Tree) -> Option<Kernel> {
    let name = LINKS
        .iter()
        .find(|name| root.lookup(name.as_bytes()).is_some_and(|id| is_file(root, id)))?;
    Some(Kernel { path: format!("/{name}"), version: None, initrd: None, device_trees: None })
}

/// The RAM disk for the kernel of `version`, by the names that distributions give it.
fn initrd(root: &Tree, version: Option<&str>) -> Option<String> {
    let names = match version {
        Some(version) => vec![
            format!("boot/initrd.img-{version}"),
            format!("boot/initramfs-{version}.img"),
            format!("boot/initrd-{version}"),
            format!("boot/initramfs-{version}"),
        ],
        None => Vec::new(),
    };
    let plain = ["boot/initrd.img", "boot/initramfs.img", "boot/initrd", "boot/initrd.cpio.gz"];
    names
        .into_iter()
        .chain(plain.map(str::to_owned))
        .chain(["initrd.img".to_owned()])
        .find(|path| root.lookup(path.as_bytes()).is_some_and(|id| is_file(root, id)))
        .map(|path| format!("/{path}"))
}

/// The device trees for the kernel of `version`, by the names that distributions give their
/// directory.
fn device_trees(root: &Tree, version: Option<&str>) -> Option<String> {
    let of_version = version.into_iter().flat_map(|version| {
        ["usr/lib/linux-image-", "boot/dtbs/", "boot/dtbs-", "boot/dtb-", "lib/linux-image-"]
            .map(|place| format!("{place}{version}"))
    });
    of_version
        .chain(["boot/dtbs", "boot/dtb"].map(str::to_owned))
        .find(|path| {
            root.lookup(path.as_bytes()).is_some_and(|id| root.entries(id).next().is_some())
        })
        .map(|path| format!("/{path}"))
}

fn is_file(root: &Tree, id: NodeId) -> bool {
    matches!(root.node(id).kind, Kind::Regular(_))
}

/// Versions as people order them: runs of digits are numbers.
fn compare_versions(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let (a, b) = (run(&mut one), run(&mut other));
        if a.is_empty() && b.is_empty() {
            return Ordering::Equal;
        }
        let digits = |run: &[u8]| run.first().is_some_and(u8::is_ascii_digit);
        let order = if digits(a) && digits(b) {
            let (a, b) = (without_zeros(a), without_zeros(b));
            a.len().cmp(&b.len()).then(a.cmp(b))
        } else if a.is_empty() != b.is_empty() {
            // A pre-release sorts before what it becomes: 6.2-rc1 before 6.2.
            let longer = if a.is_empty() { b } else { a };
            let order = a.len().cmp(&b.len());
            if longer.starts_with(b"-rc") || longer.starts_with(b"~") {
                order.reverse()
            } else {
                order
            }
        } else {
            a.cmp(b)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes the digits, or the others, from the front of `rest`.
fn run<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let is_digit = rest.first().is_some_and(u8::is_ascii_digit);
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit() == is_digit).count();
    let (run, after) = rest.split_at(len);
    *rest = after;
    run
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    &digits[digits.iter().take_while(|digit| **digit == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tintype_tree::{Extents, Metadata, Node};

    fn tree(files: &[&str]) -> Tree {
        let mut tree = Tree::new();
        for file in files {
            let kind = Kind::Regular(Extents::from_bytes(b"x".to_vec()));
            let node = Node { metadata: Metadata::default(), kind };
            tree.insert(file.as_bytes(), node).expect("a path");
        }
        tree
    }

    fn found(files: &[&str]) -> Option<(String, Option<String>)> {
        find(&tree(files)).map(|kernel| (kernel.path, kernel.initrd))
    }

    #[test]
    fn the_greatest_version_boots_with_its_own_ram_disk() {
        let files = [
            "boot/vmlinuz-6.9.12-amd64",
            "boot/vmlinuz-6.10.1-amd64",
            "boot/vmlinuz-6.10-rc7-amd64",
            "boot/initrd.img-6.10.1-amd64",
            "boot/initrd.img-6.9.12-amd64",
            "boot/System.map-6.11",
        ];
        let path = |text: &str| text.to_owned();
        let best =
            (path("/boot/vmlinuz-6.10.1-amd64"), Some(path("/boot/initrd.img-6.10.1-amd64")));
        assert_eq!(found(&files), Some(best));
        let fedora = ["boot/vmlinuz-6.5.6-300.fc39", "boot/initramfs-6.5.6-300.fc39.img"];
        let best = (
            path("/boot/vmlinuz-6.5.6-300.fc39"),
            Some(path("/boot/initramfs-6.5.6-300.fc39.img")),
        );
        assert_eq!(found(&fedora), Some(best));
        assert_eq!(found(&["boot/bzImage"]), Some((path("/boot/bzImage"), None)));
        assert_eq!(found(&["boot/gnumach"]), Some((path("/boot/gnumach"), None)));
        assert_eq!(found(&["vmlinuz", "boot/grub/x"]), Some((path("/vmlinuz"), None)));
        assert_eq!(found(&["boot/initrd.img", "boot/vmlinuzes"]), None);
        assert_eq!(found(&["etc/motd"]), None);
    }

    #[test]
    fn versions_are_ordered_as_people_order_them() {
        let sorted = ["5.10.0-9-amd64", "5.10.0-28-amd64", "6.2-rc1", "6.2", "6.2.1", "6.02.10"];
        for pair in sorted.windows(2) {
            assert_eq!(compare_versions(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare_versions(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare_versions("6.1", "6.1"), Ordering::Equal);
    }
}
