//! A Debian archive made for a test: packages by dpkg-deb, signatures by gpg.

use crate::server::{Answer, Server};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tintype_packages::{Address, Cache, Debian, Fetcher, Keys, Proxies, Repository, Sha256, Time};

/// A directory that is gone when the test is over.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("tt-packages.{}.{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf")
            .args(["--homedir", self.0.join("gpg").to_str().unwrap(), "--kill", "all"])
            .status();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} does not run: {error}"));
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {told}");
    output.stdout
}

/// Seconds since 1970, by date(1).
pub fn present() -> Time {
    Time(String::from_utf8(run("date", &["+%s"], b"")).unwrap().trim().parse().unwrap())
}

/// A key that signs for two days.
pub struct Key {
    home: PathBuf,
    name: String,
    pub public: String,
}

impl Key {
    pub fn new(scratch: &Scratch, name: &str) -> Key {
        let home = scratch.0.join("gpg");
        std::fs::create_dir_all(&home).unwrap();
        run("chmod", &["700", home.to_str().unwrap()], b"");
        let name = format!("{name} <{name}@example.org>");
        let key = |public| Key { home: home.clone(), name: name.clone(), public };
        key(String::new()).gpg(&["--quick-gen-key", &name, "ed25519", "sign", "2d"], b"");
        let public = key(String::new()).gpg(&["--armor", "--export", &name], b"");
        key(String::from_utf8(public).unwrap())
    }

    pub fn gpg(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let home = self.home.to_str().unwrap();
        let always =
            ["--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""];
        run("gpg", &[&always, arguments].concat(), input)
    }

    pub fn sign(&self, text: &str) -> Vec<u8> {
        self.gpg(&["--local-user", &self.name, "--clear-sign"], text.as_bytes())
    }
}

/// Makes a package with the files `(path, content)` and returns its bytes.
pub fn deb(scratch: &Scratch, control: &str, files: &[(&str, &str)], compression: &str) -> Vec<u8> {
    let root = scratch.0.join("package");
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(root.join("DEBIAN")).unwrap();
    let control = format!("{}\nMaintainer: A <a@example.org>\nDescription: test\n", control.trim());
    std::fs::write(root.join("DEBIAN/control"), control).unwrap();
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let made = scratch.0.join("made.deb");
    let compression = format!("-Z{compression}");
    let arguments = [
        "--root-owner-group",
        &compression,
        "--build",
        root.to_str().unwrap(),
        made.to_str().unwrap(),
    ];
    run("dpkg-deb", &arguments, b"");
    std::fs::read(made).unwrap()
}

/// An archive that a server offers.
pub struct Archive {
    pub server: Server,
    packages: String,
    pub release: String,
}

impl Archive {
    pub fn new() -> Archive {
        Archive { server: Server::start(), packages: String::new(), release: String::new() }
    }

    /// Adds a package to the pool and the index.
    pub fn add(&mut self, control: &str, deb: Vec<u8>) {
        let field = |name: &str| {
            let line = control.lines().find_map(|line| line.trim().strip_prefix(name));
            line.unwrap().trim().to_owned()
        };
        let path = format!("pool/{}_{}.deb", field("Package:"), field("Version:"));
        let hash = Sha256::of(&deb);
        let _ = writeln!(
            self.packages,
            "{}\nFilename: {path}\nSize: {}\nSHA256: {hash}\n",
            control.trim(),
            deb.len()
        );
        self.server.set(&path, Answer::Content(deb));
    }

    /// Writes index and release, the latter with `fields` and signed by `key`.
    pub fn publish(&mut self, fields: &str, key: &Key) {
        let packed = run("xz", &["-c"], self.packages.as_bytes());
        let mut release = format!(
            "Suite: stable\nCodename: test\nComponents: main\nArchitectures: amd64 arm64\n\
             Acquire-By-Hash: yes\n{fields}SHA256:\n"
        );
        for architecture in ["amd64", "arm64"] {
            let folder = format!("main/binary-{architecture}");
            for (name, content) in
                [("Packages", self.packages.as_bytes()), ("Packages.xz", &packed)]
            {
                let hash = Sha256::of(content);
                let _ = writeln!(release, " {hash} {} {folder}/{name}", content.len());
                let by_hash = format!("dists/test/{folder}/by-hash/SHA256/{hash}");
                self.server.set(&by_hash, Answer::Content(content.to_vec()));
            }
        }
        self.server.set("dists/test/InRelease", Answer::Content(key.sign(&release)));
        self.release = release;
    }

    /// Where the index of amd64 is.
    pub fn index_path(&self) -> String {
        let packed = run("xz", &["-c"], self.packages.as_bytes());
        format!("dists/test/main/binary-amd64/by-hash/SHA256/{}", Sha256::of(&packed))
    }

    pub fn repository(&self, key: &Key) -> Repository {
        Repository {
            address: Address::parse(&self.server.address).unwrap(),
            suite: "test".to_owned(),
            components: vec!["main".to_owned()],
            architectures: Vec::new(),
            trusted: false,
            check_valid_until: true,
            check_date: true,
            keys: Keys { inline: vec![key.public.clone()], ..Keys::default() },
            place: "the test".to_owned(),
        }
    }
}

/// What takes packages from `repository`, with a cache in `scratch`.
pub fn debian(scratch: &Scratch, repository: Repository, offline: bool) -> Debian {
    let cache = Cache::new(&scratch.0.join("cache"));
    Debian {
        directories: Vec::new(),
        repositories: vec![repository],
        fetcher: Fetcher::new(cache, &Proxies::default(), offline),
        now: present(),
        spool_directory: scratch.0.clone(),
    }
}

pub fn partial_files(scratch: &Scratch) -> usize {
    let partial: &Path = &scratch.0.join("cache/partial");
    std::fs::read_dir(partial).map_or(0, Iterator::count)
}
