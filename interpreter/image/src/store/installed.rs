//! Packages that are part of the root already: what stands for their files are the files themselves.

use super::{item_link, item_metadata};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tintype_tree::{Kind, Node, NodeId, Tree};

/// The Debian packages that each package of Guix is, by its name.
pub type Counterparts = BTreeMap<String, Vec<String>>;

/// The packages of a root, by Guix's names.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The root.
    pub tree: Rc<Tree>,
    /// The Debian packages that each is.
    pub packages: Counterparts,
    /// Bytes that configuring the rest of them will take.
    pub room: u64,
}

/// Directories of programs: the files of one may be in another of them.
const PROGRAMS: [&str; 3] = ["bin", "sbin", "games"];

/// Directories of a package that are those of the system.
const SHARED: [(&str, &str); 5] = [
    ("lib", "/usr/lib"),
    ("libexec", "/usr/libexec"),
    ("share", "/usr/share"),
    ("include", "/usr/include"),
    ("etc", "/etc"),
];

/// Where Debian has what Guix's packages have elsewhere, by what paths begin with.
const ELSEWHERE: [(&str, &str); 1] = [("share/nginx/conf/", "/etc/nginx/")];

impl Installed {
    /// Whether `package` is there.
    pub fn has(&self, package: &str) -> bool {
        self.packages.contains_key(package)
    }

    /// The path in the root of what a package of Guix has at `suffix`, as `/bin/ls`.
    pub fn path(&self, suffix: &str) -> Option<String> {
        let suffix = suffix.trim_start_matches('/');
        let (first, rest) = suffix.split_once('/').unwrap_or((suffix, ""));
        let mut candidates = Vec::new();
        if PROGRAMS.contains(&first) {
            for directory in [first, "bin", "sbin", "games"] {
                candidates.push(format!("/usr/{directory}/{rest}"));
            }
        }
        if first == "libexec" {
            candidates.push(format!("/usr/lib/{rest}"));
        }
        candidates.push(format!("/usr/{suffix}"));
        if first == "lib" {
            let multiarch = self.multiarch();
            candidates.extend(multiarch.map(|triplet| format!("/usr/lib/{triplet}/{rest}")));
        }
        candidates.push(format!("/{suffix}"));
        for (before, path) in ELSEWHERE {
            candidates.extend(suffix.strip_prefix(before).map(|rest| format!("{path}{rest}")));
        }
        candidates.push(format!("/usr/local/{suffix}"));
        candidates.into_iter().find(|path| self.tree.resolve(path.as_bytes()).is_some())
    }

    /// The directory of libraries for one architecture, as `x86_64-linux-gnu`.
    fn multiarch(&self) -> Option<String> {
        let libraries = self.tree.resolve(b"usr/lib")?;
        let mut names = self.tree.entries(libraries).filter_map(|(name, id)| {
            let name = std::str::from_utf8(name).ok()?;
            (name.contains("-linux-gnu") && self.tree.node(id).is_directory()).then_some(name)
        });
        names.next().map(str::to_owned)
    }

    /// An item for `package`, whose name in the store is `name`: links to its programs and to the system's
    /// directories.
    pub fn item(&self, package: &str, name: &str) -> Tree {
        let mut item = Tree::new();
        let directory = |mode| Node { metadata: item_metadata(mode), ..Node::directory() };
        let top = item.add(directory(0o755));
        let root = item.root();
        item.link(root, name.as_bytes(), top);
        let programs = self.programs(package);
        for place in ["bin", "sbin"] {
            if programs.is_empty() {
                continue;
            }
            let inside = item.add(directory(0o755));
            item.link(top, place.as_bytes(), inside);
            for path in &programs {
                let program = path.rsplit('/').next().unwrap_or_default();
                let link = item.add(item_link(path.as_bytes()));
                item.link(inside, program.as_bytes(), link);
            }
        }
        for (place, path) in SHARED {
            if self.tree.resolve(path.as_bytes()).is_some() {
                let link = item.add(item_link(path.as_bytes()));
                item.link(top, place.as_bytes(), link);
            }
        }
        item
    }

    /// The paths of a package's programs, alternatives included.
    fn programs(&self, package: &str) -> BTreeSet<String> {
        let mut programs = BTreeSet::new();
        for name in self.packages.get(package).into_iter().flatten() {
            programs.extend(self.alternatives(name));
            for path in self.information(name, ".list").lines() {
                let usr = path.strip_prefix("/usr").unwrap_or(path);
                let mut parts = usr.trim_start_matches('/').split('/');
                let (directory, program, end) = (parts.next(), parts.next(), parts.next());
                if let (Some(directory), Some(_), None) = (directory, program, end)
                    && PROGRAMS.contains(&directory)
                {
                    programs.insert(format!("/usr{usr}"));
                }
            }
        }
        programs
    }

    /// The programs that the script of a Debian package makes links of by way of `/etc/alternatives`.
    fn alternatives(&self, name: &str) -> Vec<String> {
        let script = self.information(name, ".postinst");
        let is_alternative = |path: &&str| {
            let link = path.strip_prefix('/').and_then(|path| self.tree.lookup(path.as_bytes()));
            link.and_then(|id| self.target(id))
                .is_some_and(|target| target.starts_with("/etc/alternatives/"))
        };
        script.split_whitespace().filter(is_alternative).map(str::to_owned).collect()
    }

    /// Where a symbolic link leads.
    fn target(&self, id: NodeId) -> Option<String> {
        match &self.tree.node(id).kind {
            Kind::Symlink(target) => String::from_utf8(target.to_vec()).ok(),
            _ => None,
        }
    }

    /// What dpkg keeps of a Debian package in the file that ends so; nothing where there is none.
    fn information(&self, name: &str, ending: &str) -> String {
        let directory = self.tree.resolve(b"var/lib/dpkg/info");
        let found = directory.and_then(|directory| {
            let mut entries = self.tree.entries(directory);
            entries.find_map(|(entry, id)| {
                let entry = std::str::from_utf8(entry).ok()?.strip_suffix(ending)?;
                (entry.split(':').next() == Some(name)).then_some(id)
            })
        });
        let content = found.and_then(|id| match &self.tree.node(id).kind {
            Kind::Regular(content) => content.to_vec().ok(),
            _ => None,
        });
        String::from_utf8_lossy(&content.unwrap_or_default()).into_owned()
    }
}
