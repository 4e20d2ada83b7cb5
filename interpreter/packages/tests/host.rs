//! Packages of the archive that the host's apt is told of, beside what apt and dpkg make of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tintype_packages::{
    Apt, Base, Cache, Debian, Fetcher, Lock, Request, State, Time, Unpacking, Wanted, configure,
    unpack,
};
use tintype_tests::lacking::Need::Root;
use tintype_tests::lacking::met;
use tintype_tree::{Kind, Tree};

/// Kept with the build: what was fetched once is not fetched again.
fn directory() -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("packages");
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

fn output(program: &mut Command) -> String {
    let output = program.env("LC_ALL", "C").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

fn architecture() -> String {
    output(Command::new("dpkg").arg("--print-architecture")).trim().to_owned()
}

fn debian() -> Debian {
    let apt = Apt::read(Path::new("/etc/apt")).unwrap();
    let now = output(Command::new("date").arg("+%s"));
    Debian {
        directories: Vec::new(),
        repositories: apt.repositories,
        fetcher: Fetcher::new(Cache::new(&directory()), &apt.proxies, false),
        now: Time(now.trim().parse().unwrap()),
        spool_directory: directory(),
    }
}

fn chosen(debian: &Debian, base: Base, wanted: &[&str]) -> Lock {
    let request = Request {
        wanted: wanted.iter().map(|name| Wanted::parse(name)).collect(),
        base,
        architecture: architecture(),
        ..Request::default()
    };
    debian.choose(&request, None, &|_| ()).unwrap_or_else(|error| panic!("{error}"))
}

/// An apt of its own, with no package installed and lists as new as ours.
struct EmptyApt(PathBuf);

impl EmptyApt {
    fn new() -> EmptyApt {
        let directory = directory().join("apt");
        for folder in ["lists/partial", "state", "cache/archives/partial"] {
            std::fs::create_dir_all(directory.join(folder)).unwrap();
        }
        std::fs::write(directory.join("status"), "").unwrap();
        let apt = EmptyApt(directory);
        output(apt.command("apt-get").args(["-qq", "update"]));
        apt
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        for (setting, path) in [
            ("Dir::State", "state"),
            ("Dir::State::lists", "lists"),
            ("Dir::State::status", "status"),
            ("Dir::Cache", "cache"),
        ] {
            command.arg("-o").arg(format!("{setting}={}", self.0.join(path).display()));
        }
        command.args(["-o", "APT::Install-Recommends=0", "-o", "Acquire::Languages=none"]);
        // Whoever runs the test may read what it fetches.
        command.args(["-o", "APT::Sandbox::User=root"]);
        command
    }

    /// Name and version of all that apt would install.
    fn install(&self, names: &[&str]) -> BTreeSet<String> {
        let told = output(self.command("apt-get").args(["-s", "-y", "install"]).args(names));
        let installed = told.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("Inst ")?.split_once(" (")?;
            Some(format!("{name} {}", rest.split(' ').next()?))
        });
        installed.collect()
    }
}

#[test]
fn the_same_packages_as_apt_chooses() {
    let (debian, apt) = (debian(), EmptyApt::new());
    let ours = |base, wanted: &[&str]| -> BTreeSet<String> {
        let choices = chosen(&debian, base, wanted).choices;
        choices.iter().map(|choice| format!("{} {}", choice.name, choice.version)).collect()
    };
    // What every system has, by name: apt installs no package unasked.
    let minimal = ours(Base::Minimal, &[]);
    let named: Vec<&str> = minimal.iter().map(|choice| choice.split(' ').next().unwrap()).collect();
    let kernel = format!("linux-image-{}", architecture());
    for wanted in [
        &[][..],
        &[&*kernel, "grub-pc-bin", "grub-efi-amd64-bin", "openssh-server", "nginx"],
        &["systemd-sysv", "xfce4", "network-manager", "postgresql", "default-mta"],
    ] {
        let theirs = apt.install(&[&named, wanted].concat());
        let ours = ours(Base::Minimal, wanted);
        let only = |left: &BTreeSet<String>, right| {
            left.difference(right).cloned().collect::<Vec<String>>()
        };
        let differences = (only(&ours, &theirs), only(&theirs, &ours));
        assert_eq!(differences, (Vec::new(), Vec::new()), "{wanted:?}: ours only, apt's only");
        assert!(ours.len() > 50);
    }
}

/// Puts a tree into a directory of the host, for dpkg to look at.
fn put(tree: &Tree, directory: &Path) {
    let mut seen: BTreeMap<_, PathBuf> = BTreeMap::new();
    tree.walk::<io::Error>(|path, id| {
        let path = directory.join(OsStr::from_bytes(path));
        let node = tree.node(id);
        let (owner, group) = (Some(node.metadata.uid), Some(node.metadata.gid));
        match &node.kind {
            Kind::Directory(_) => std::fs::create_dir_all(&path)?,
            Kind::Regular(content) => {
                if let Some(first) = seen.get(&id) {
                    return std::fs::hard_link(first, &path);
                }
                std::fs::write(&path, content.to_vec()?)?;
                seen.insert(id, path.clone());
            }
            Kind::Symlink(target) => {
                symlink(OsStr::from_bytes(target), &path)?;
                return lchown(&path, owner, group);
            }
            other => panic!("{}: a {}", path.display(), other.name()),
        }
        chown(&path, owner, group)?;
        std::fs::set_permissions(&path, PermissionsExt::from_mode(node.metadata.mode.into()))
    })
    .unwrap();
}

#[test]
fn dpkg_finds_its_database_true_and_its_own_work_done() {
    // Owners are set, and dpkg is run in the tree.
    if !met("what dpkg says of unpacked packages", &[Root]) {
        return;
    }
    let debian = debian();
    let lock = chosen(&debian, Base::Minimal, &CONFIGURED);
    let files = debian.fetch(&lock, &|_| ()).unwrap_or_else(|error| panic!("{error}"));
    let unpacking = Unpacking {
        architecture: architecture(),
        foreign: Vec::new(),
        spool_directory: directory(),
    };
    let mut tree = unpack(&files, &unpacking, |_| State::Installed).unwrap();
    configure(&mut tree).unwrap();
    let root = directory().join("root");
    let _ = std::fs::remove_dir_all(&root);
    put(&tree, &root);
    let inside = |words: &[&str]| output(Command::new("chroot").arg(&root).args(words));
    let listed = inside(&["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package} ${Version}\n"]);
    let expected: BTreeSet<String> = lock
        .choices
        .iter()
        .map(|choice| format!("ii  {} {}", choice.name, choice.version))
        .collect();
    assert_eq!(listed.lines().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
    assert_eq!(inside(&["dpkg", "--audit"]), "");
    assert_eq!(inside(&["dpkg", "--verify"]), "");
    inside(&["apt-get", "check"]);
    // Names through the links of merged /usr, as the package has them.
    assert_eq!(inside(&["dpkg", "-S", "/bin/ls"]).trim(), "coreutils: /bin/ls");

    // The same packages, configured by dpkg and their own scripts.
    let unpacked = unpack(&files, &unpacking, |_| State::Unpacked).unwrap();
    let reference = directory().join("reference");
    let _ = std::fs::remove_dir_all(&reference);
    put(&unpacked, &reference);
    for name in ["passwd", "group"] {
        let master = reference.join(format!("usr/share/base-passwd/{name}.master"));
        std::fs::copy(master, reference.join("etc").join(name)).unwrap();
    }
    std::fs::write(reference.join("usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n").unwrap();
    output(Command::new("chmod").arg("755").arg(reference.join("usr/sbin/policy-rc.d")));
    let mut dpkg = Command::new("chroot");
    dpkg.arg(&reference).args(["dpkg", "--force-confold", "--configure", "-a"]);
    output(
        dpkg.env("DEBIAN_FRONTEND", "noninteractive").env("DEBCONF_NONINTERACTIVE_SEEN", "true"),
    );
    std::fs::remove_file(reference.join("usr/sbin/policy-rc.d")).unwrap();
    let mut differences = differences(&reference, &root, Path::new(""));
    differences.retain(|line| {
        let path = line.split(": ").next().unwrap();
        !ELSEWISE.iter().any(|(start, _)| path.starts_with(start))
    });
    assert!(differences.is_empty(), "dpkg's and ours:\n{}", differences.join("\n"));
    for directory in [root, reference] {
        std::fs::remove_dir_all(directory).unwrap();
    }
}

/// Packages that are configured natively as dpkg does it: all that systems of the examples have.
const CONFIGURED: [&str; 66] = [
    "less",
    "mg",
    "nano",
    "nvi",
    "man-db",
    "info",
    "kbd",
    "sudo",
    "guile-3.0",
    "pciutils",
    "usbutils",
    "util-linux",
    "mount",
    "fdisk",
    "bsdutils",
    "uuid-runtime",
    "bsdextrautils",
    "eject",
    "kmod",
    "udev",
    "hostname",
    "iputils-ping",
    "inetutils-telnet",
    "inetutils-traceroute",
    "inetutils-ftp",
    "isc-dhcp-client",
    "iproute2",
    "wget",
    "ca-certificates",
    "iw",
    "wireless-tools",
    "procps",
    "psmisc",
    "debianutils",
    "passwd",
    "login",
    "uidmap",
    "e2fsprogs",
    "bash",
    "coreutils",
    "findutils",
    "grep",
    "sed",
    "diffutils",
    "patch",
    "gawk",
    "tar",
    "gzip",
    "bzip2",
    "lzip",
    "xz-utils",
    "zstd",
    "screen",
    "systemd-sysv",
    "dbus",
    "libpam-systemd",
    "tzdata",
    "netbase",
    "openssh-server",
    "cron",
    "nginx-light",
    "systemd-resolved",
    "systemd-timesyncd",
    "locales",
    "polkitd",
    "curl",
];

/// What begins with these is not as dpkg leaves it, and why.
const ELSEWISE: [(&str, &str); 42] = [
    ("etc/.pwd.lock", LEFT_OVER),
    ("etc/apparmor.d/local", "a place for an administrator's additions"),
    ("etc/ca-certificates.conf", "the same list without its head of comments"),
    ("etc/default/locale", "the one locale that is there without being compiled"),
    ("etc/group", NUMBERS),
    ("etc/gshadow", NUMBERS),
    ("etc/passwd", NUMBERS),
    ("etc/shadow", NUMBERS),
    ("etc/hosts", "the definition's"),
    ("etc/ld.so.cache", CACHE),
    ("etc/locale.gen", "no locale is on either list"),
    ("etc/machine-id", MACHINE),
    ("etc/modules", COMMENTS),
    ("etc/rc", "for another init than systemd"),
    ("etc/runit", "for another init than systemd"),
    ("etc/sgml", CATALOG),
    ("etc/xml", CATALOG),
    ("etc/ssh/ssh_host_", MACHINE),
    ("etc/tmpfiles.d/screen-cleanup.conf", COMMENTS),
    ("run", "made at boot"),
    ("usr/bin/ping", "the right to open a raw socket by mode, not by a capability"),
    ("usr/lib/python3", CACHE),
    ("usr/share/python3", CACHE),
    ("usr/lib/udev/hwdb.bin", CACHE),
    ("usr/local/share/sgml", CATALOG),
    ("usr/local/share/xml", CATALOG),
    ("usr/share/info/dir", CACHE),
    ("var/cache", CACHE),
    ("var/lib/apt", CACHE),
    ("var/lib/dbus/machine-id", MACHINE),
    ("var/lib/dpkg/diversions-old", LEFT_OVER),
    ("var/lib/dpkg/statoverride-old", LEFT_OVER),
    ("var/lib/xml-core", CATALOG),
    ("var/lib/dpkg/info", CATALOG),
    ("var/lib/dpkg/status", NUMBERS),
    ("var/lib/dpkg/triggers", LEFT_OVER),
    ("var/lib/dpkg/lock", LEFT_OVER),
    ("var/lib/pam", CACHE),
    ("var/lib/sgml-base", CATALOG),
    ("var/lib/systemd/catalog", CACHE),
    ("var/lib/ucf", CACHE),
    ("var/log", "what was done"),
];
const CACHE: &str = "made again from what is there";
const CATALOG: &str = "nothing reads it at run time";
const COMMENTS: &str = "comments";
const LEFT_OVER: &str = "of use to the program that left it";
const MACHINE: &str = "no image has the identity of a machine";
const NUMBERS: &str = "numbers follow the order of configuring, which is another";

/// Where two trees differ at `path` and below: kind, mode, content, target of a link.
fn differences(left: &Path, right: &Path, path: &Path) -> Vec<String> {
    let shown = |root: &Path| -> Option<String> {
        let file = root.join(path);
        let metadata = std::fs::symlink_metadata(&file).ok()?;
        if metadata.is_symlink() {
            return Some(format!("-> {}", std::fs::read_link(&file).unwrap().display()));
        }
        let mode = metadata.permissions().mode();
        if metadata.is_dir() {
            return Some(format!("{mode:o} directory"));
        }
        let content = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        Some(format!("{mode:o} {content}"))
    };
    let (first, second) = (shown(left), shown(right));
    let mut found = Vec::new();
    if first != second {
        let short =
            |text: Option<String>| text.map(|text| text.chars().take(400).collect::<String>());
        found.push(format!("{}: {:?} {:?}", path.display(), short(first), short(second)));
    }
    let names = |root: &Path| -> BTreeSet<_> {
        let below = root.join(path);
        let real = std::fs::symlink_metadata(&below).is_ok_and(|metadata| metadata.is_dir());
        let entries = real.then(|| std::fs::read_dir(&below).unwrap());
        entries.into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect()
    };
    for name in names(left).union(&names(right)) {
        found.extend(differences(left, right, &path.join(name)));
    }
    found
}
