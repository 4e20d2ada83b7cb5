//! dpkg's database, `/var/lib/dpkg`, of packages that dpkg has not touched (dpkg's "dpkg internal
//! database" and deb-triggers(5)).

use super::{UnpackError, Unpacking};
use crate::deb::Deb;
use crate::deb822;
use md5::{Digest, Md5};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read};
use tintype_tree::{Extents, Kind, Metadata, Node, NodeId, Timestamp, Tree};

/// What dpkg is to know of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its scripts are still to run: `dpkg --configure` does that.
    Unpacked,
    /// It is ready for use.
    Installed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Unpacked => "unpacked",
            State::Installed => "installed",
        }
    }
}

/// The tree with the database alone. All in it is root's and of `time`.
pub(super) fn database(
    debs: &[Deb],
    unpacking: &Unpacking,
    time: Timestamp,
    state: impl Fn(&Deb) -> State,
) -> Result<Tree, UnpackError> {
    let mut files = Files { tree: Tree::new(), time };
    let mut status = BTreeMap::new();
    let mut triggers = Triggers::default();
    for deb in debs {
        let name = qualified(deb);
        let (paths, nodes) = listed(&deb.files);
        files.text(&format!("info/{name}.list"), &list(&paths));
        let conffiles = conffiles(deb)?;
        for (member, id) in deb.information.entries(deb.information.root()) {
            let member = String::from_utf8_lossy(member);
            let Kind::Regular(content) = &deb.information.node(id).kind else { continue };
            // The list is ours to make.
            if !matches!(&*member, "control" | "list") {
                files.content(&format!("info/{name}.{member}"), content, mode(&member));
            }
        }
        if deb.information.lookup(b"md5sums").is_none() {
            let sums = sums(deb, &paths, &nodes, &conffiles)?;
            files.text(&format!("info/{name}.md5sums"), &sums);
        }
        triggers.add(deb, &name)?;
        status.insert(name, stanza(deb, state(deb), &conffiles)?);
    }
    let status: Vec<String> = status.into_values().collect();
    files.text("status", &status.iter().map(|stanza| format!("{stanza}\n")).collect::<String>());
    files.text("info/format", "1\n");
    for empty in ["available", "diversions", "statoverride", "triggers/Unincorp"] {
        files.text(empty, "");
    }
    let architectures =
        [std::slice::from_ref(&unpacking.architecture), &unpacking.foreign].concat();
    files.text("arch", &architectures.iter().map(|name| format!("{name}\n")).collect::<String>());
    triggers.write(&mut files);
    for directory in ["updates", "parts", "alternatives"] {
        files.directory(directory);
    }
    Ok(files.tree)
}

/// The name of a package's files in `info`.
fn qualified(deb: &Deb) -> String {
    let name = deb.field("Package").unwrap_or_default();
    match deb.field("Multi-Arch") {
        Some("same") => format!("{name}:{}", deb.field("Architecture").unwrap_or_default()),
        _ => name.to_owned(),
    }
}

/// The paths of a package without a slash before them and what is there, in the order of its archive.
fn listed(files: &Tree) -> (Vec<Vec<u8>>, Vec<NodeId>) {
    let mut listed: Vec<(NodeId, Vec<u8>)> = Vec::new();
    let walked: Result<(), std::convert::Infallible> = files.walk(|path, id| {
        listed.push((id, path.to_vec()));
        Ok(())
    });
    let Ok(()) = walked;
    listed.sort_by_key(|(id, _)| id.index());
    listed.into_iter().map(|(id, path)| (path, id)).unzip()
}

fn list(paths: &[Vec<u8>]) -> String {
    let mut list = String::new();
    for path in paths {
        let path = String::from_utf8_lossy(path);
        let _ = writeln!(list, "/{}", if path.is_empty() { "." } else { &path });
    }
    list
}

fn mode(member: &str) -> u16 {
    match member {
        "preinst" | "postinst" | "prerm" | "postrm" | "config" => 0o755,
        _ => 0o644,
    }
}

/// The files that a person may change, with their checksums in the package: by path from the root on,
/// with a slash.
fn conffiles(deb: &Deb) -> Result<BTreeMap<String, String>, UnpackError> {
    let listed = deb
        .information("conffiles")
        .map_err(|error| UnpackError::unreadable(deb, error))?
        .unwrap_or_default();
    let mut sums = BTreeMap::new();
    for line in listed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // deb-conffiles(5): a flag may stand before the path.
        let (flag, path) = match line.split_once(char::is_whitespace) {
            Some((flag, path)) if !line.starts_with('/') => (flag, path.trim()),
            _ => ("", line),
        };
        let Some(Kind::Regular(content)) =
            deb.files.lookup(path.as_bytes()).map(|id| &deb.files.node(id).kind)
        else {
            if flag == "remove-on-upgrade" {
                continue;
            }
            return Err(UnpackError::information(deb, format!("its conffile {path} is not in it")));
        };
        let sum = md5(content).map_err(|error| UnpackError::unreadable(deb, error))?;
        sums.insert(path.to_owned(), sum);
    }
    Ok(sums)
}

/// The checksums that dpkg makes of a package that brings none.
fn sums(
    deb: &Deb,
    paths: &[Vec<u8>],
    nodes: &[NodeId],
    conffiles: &BTreeMap<String, String>,
) -> Result<String, UnpackError> {
    let mut sums = String::new();
    for (path, id) in paths.iter().zip(nodes) {
        let path = String::from_utf8_lossy(path);
        let Kind::Regular(content) = &deb.files.node(*id).kind else { continue };
        if !conffiles.contains_key(&format!("/{path}")) {
            let sum = md5(content).map_err(|error| UnpackError::unreadable(deb, error))?;
            let _ = writeln!(sums, "{sum}  {path}");
        }
    }
    Ok(sums)
}

fn md5(content: &Extents) -> io::Result<String> {
    let mut hasher = Md5::new();
    let mut reader = content.reader();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A package's stanza in `status`.
fn stanza(
    deb: &Deb,
    state: State,
    conffiles: &BTreeMap<String, String>,
) -> Result<String, UnpackError> {
    let mut text = String::new();
    let control = deb822::stanzas(&deb.control).next();
    let fields = control.iter().flat_map(|stanza| stanza.fields());
    for (name, value, line) in fields {
        match name {
            "" => {
                let fault = format!("line {line} of its control file is no field");
                return Err(UnpackError::information(deb, fault));
            }
            // These are dpkg's to write.
            "Status" | "Conffiles" | "Config-Version" => {}
            "Package" => {
                let _ = writeln!(text, "Package: {value}\nStatus: install ok {}", state.name());
            }
            _ => {
                let _ = writeln!(text, "{name}: {value}");
            }
        }
    }
    if !conffiles.is_empty() {
        text.push_str("Conffiles:\n");
        for (path, sum) in conffiles {
            let _ = writeln!(text, " {path} {sum}");
        }
    }
    Ok(text)
}

/// Which packages want to know when something changes.
#[derive(Default)]
struct Triggers {
    /// Lines of `triggers/File`.
    files: Vec<String>,
    /// By name.
    named: BTreeMap<String, Vec<String>>,
}

impl Triggers {
    fn add(&mut self, deb: &Deb, name: &str) -> Result<(), UnpackError> {
        let text = deb
            .information("triggers")
            .map_err(|error| UnpackError::unreadable(deb, error))?
            .unwrap_or_default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            let [directive, trigger] = words[..] else { continue };
            let Some(kind) = directive.strip_prefix("interest") else { continue };
            let name = if kind == "-noawait" { format!("{name}/noawait") } else { name.to_owned() };
            match trigger.starts_with('/') {
                true => self.files.push(format!("{trigger} {name}\n")),
                false if crate::relation::is_package_name(trigger) => {
                    self.named.entry(trigger.to_owned()).or_default().push(name);
                }
                false => {
                    let fault = format!("`{trigger}` is no name of a trigger");
                    return Err(UnpackError::information(deb, fault));
                }
            }
        }
        Ok(())
    }

    fn write(self, files: &mut Files) {
        if !self.files.is_empty() {
            files.text("triggers/File", &self.files.concat());
        }
        for (name, packages) in self.named {
            let lines: String = packages.iter().map(|package| format!("{package}\n")).collect();
            files.text(&format!("triggers/{name}"), &lines);
        }
    }
}

/// Files below `/var/lib/dpkg`.
struct Files {
    tree: Tree,
    time: Timestamp,
}

impl Files {
    fn text(&mut self, name: &str, text: &str) {
        self.content(name, &Extents::from_bytes(text.as_bytes()), 0o644);
    }

    fn content(&mut self, name: &str, content: &Extents, mode: u16) {
        self.node(name, Kind::Regular(content.clone()), mode);
    }

    fn directory(&mut self, name: &str) {
        self.node(name, Kind::Directory(BTreeMap::new()), 0o755);
    }

    fn node(&mut self, name: &str, kind: Kind, mode: u16) {
        let metadata = Metadata { mode, mtime: self.time, ..Metadata::default() };
        // Names are those of packages and of members of their archives: none leads out.
        let path = format!("var/lib/dpkg/{name}");
        self.tree
            .insert(path.as_bytes(), Node { metadata, kind })
            .expect("no file of dpkg's database is in the way of another");
    }
}
