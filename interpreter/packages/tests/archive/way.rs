//! What works: choosing, fetching, resuming, doing without the network.

use crate::made::{Archive, Key, Scratch, deb, debian, partial_files, run};
use crate::server::Answer;
use tintype_packages::{Base, Lock, Request, State, Unpacking, Wanted, unpack};

pub const LIBRARY: &str = "Package: library\nVersion: 2-1\nArchitecture: amd64\n";
pub const PROGRAM: &str =
    "Package: program\nVersion: 1.0-1\nArchitecture: amd64\nDepends: library (>= 2)\n";

pub fn request(wanted: &[&str]) -> Request {
    Request {
        wanted: wanted.iter().map(|name| Wanted::parse(name)).collect(),
        base: Base::Essential,
        architecture: "amd64".to_owned(),
        ..Request::default()
    }
}

pub fn archive(scratch: &Scratch) -> (Archive, Key) {
    let key = Key::new(scratch, "archive");
    let mut archive = Archive::new();
    archive.add(LIBRARY, deb(scratch, LIBRARY, &[("usr/lib/library.so", "library")], "zstd"));
    archive.add(PROGRAM, deb(scratch, PROGRAM, &[("bin/program", "program\n")], "xz"));
    archive.publish("Date: Sat, 17 May 2025 09:30:12 UTC\n", &key);
    (archive, key)
}

fn quiet(_: u64) {}

fn names(lock: &Lock) -> Vec<&str> {
    lock.choices.iter().map(|choice| &*choice.name).collect()
}

#[test]
fn packages_become_a_tree_and_come_from_the_cache_the_second_time() {
    let scratch = Scratch::new();
    let (archive, key) = archive(&scratch);
    let online = debian(&scratch, archive.repository(&key), false);
    let lock = online.choose(&request(&["program"]), None, &quiet).unwrap();
    assert_eq!(names(&lock), ["library", "program"]);
    let files = online.fetch(&lock, &quiet).unwrap();
    let requests = archive.server.requests();
    assert!(requests.iter().any(|path| path.contains("by-hash")), "{requests:?}");
    assert!(!requests.iter().any(|path| path.contains("Packages")), "{requests:?}");
    assert_eq!(partial_files(&scratch), 0);

    let unpacking = Unpacking {
        architecture: "amd64".to_owned(),
        foreign: Vec::new(),
        spool_directory: scratch.0.clone(),
    };
    let tree = unpack(&files, &unpacking, |_| State::Installed).unwrap();
    let read = |path: &str| match &tree.node(tree.resolve(path.as_bytes()).unwrap()).kind {
        tintype_tree::Kind::Regular(content) => {
            String::from_utf8(content.to_vec().unwrap()).unwrap()
        }
        other => panic!("{path} is a {}", other.name()),
    };
    assert_eq!(read("bin/program"), "program\n");
    assert_eq!(read("usr/bin/program"), "program\n");
    assert_eq!(read("var/lib/dpkg/info/program.list"), "/.\n/bin\n/bin/program\n");
    assert_eq!(read("var/lib/dpkg/arch"), "amd64\n");
    assert!(
        read("var/lib/dpkg/status").contains("Package: program\nStatus: install ok installed\n")
    );
    let sums = read("var/lib/dpkg/info/program.md5sums");
    let sum = String::from_utf8(run("md5sum", &["-"], b"program\n")).unwrap();
    assert_eq!(sums, sum.replace('-', "bin/program"));

    // A lock needs no index, a cached file no server.
    let again = Lock::parse(&lock.text()).unwrap();
    let offline = debian(&scratch, archive.repository(&key), true);
    let chosen = offline.choose(&request(&["program"]), Some(&again), &quiet).unwrap();
    assert_eq!(offline.fetch(&chosen, &quiet).unwrap(), files);
    // Without a lock, the release that was seen last will do.
    let chosen = offline.choose(&request(&["program"]), None, &quiet).unwrap();
    assert_eq!(names(&chosen), ["library", "program"]);
    assert!(archive.server.requests().is_empty());
    let mut more = request(&["program"]);
    more.architecture = "riscv64".to_owned();
    let error = offline.choose(&more, None, &quiet).unwrap_err();
    assert_eq!(error.to_string(), "no source has packages for riscv64");
}

#[test]
fn a_download_goes_on_where_it_stopped() {
    let scratch = Scratch::new();
    let (archive, key) = archive(&scratch);
    let online = debian(&scratch, archive.repository(&key), false);
    let lock = online.choose(&request(&["program"]), None, &quiet).unwrap();
    let path = "pool/program_1.0-1.deb";
    let content = archive.server.content(path);
    archive.server.set(path, Answer::CutOff(content.clone(), 300));
    online.fetch(&lock, &quiet).unwrap_err();
    assert_eq!(partial_files(&scratch), 1);
    archive.server.set(path, Answer::Content(content.clone()));
    archive.server.requests();
    let files = online.fetch(&lock, &quiet).unwrap();
    assert_eq!(archive.server.requests(), [format!("{path} from 300")]);
    assert_eq!(std::fs::read(&files[1]).unwrap(), content);
    assert_eq!(partial_files(&scratch), 0);
}

#[test]
fn a_changed_beginning_is_fetched_again() {
    let scratch = Scratch::new();
    let (archive, key) = archive(&scratch);
    let online = debian(&scratch, archive.repository(&key), false);
    let lock = online.choose(&request(&["program"]), None, &quiet).unwrap();
    let partial = scratch.0.join("cache/partial");
    std::fs::create_dir_all(&partial).unwrap();
    let hash = lock.choices[1].digest.sha256;
    std::fs::write(partial.join(hash.to_string()), "something else").unwrap();
    let files = online.fetch(&lock, &quiet).unwrap();
    assert_eq!(std::fs::read(&files[1]).unwrap(), archive.server.content("pool/program_1.0-1.deb"));
    // So is a file of the cache that was damaged.
    std::fs::write(&files[1], "damaged").unwrap();
    online.fetch(&lock, &quiet).unwrap();
    assert_eq!(std::fs::read(&files[1]).unwrap(), archive.server.content("pool/program_1.0-1.deb"));
}

#[test]
fn packages_of_a_directory_come_before_those_of_archives() {
    let scratch = Scratch::new();
    let (archive, key) = archive(&scratch);
    let own = LIBRARY.replace("2-1", "2-0own1");
    let directory = scratch.0.join("own");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("x.deb"), deb(&scratch, &own, &[("a", "a")], "gzip")).unwrap();
    let mut sources = debian(&scratch, archive.repository(&key), false);
    sources.directories.push(directory.clone());
    let lock = sources.choose(&request(&["program"]), None, &quiet).unwrap();
    assert_eq!(lock.choices[0].version, "2-0own1");
    assert_eq!(sources.fetch(&lock, &quiet).unwrap()[0], directory.join("x.deb"));
}

#[test]
fn a_lock_is_kept_to_as_far_as_it_goes() {
    let scratch = Scratch::new();
    let (mut archive, key) = archive(&scratch);
    let sources = debian(&scratch, archive.repository(&key), false);
    let lock = sources.choose(&request(&["program"]), None, &quiet).unwrap();
    let newer = LIBRARY.replace("2-1", "3-1");
    archive.add(&newer, deb(&scratch, &newer, &[("a", "a")], "xz"));
    archive.publish("Date: Sun, 18 May 2025 09:30:12 UTC\n", &key);
    let version = |lock: &Lock| lock.choices[0].version.clone();
    let fresh = sources.choose(&request(&["program"]), None, &quiet).unwrap();
    assert_eq!(version(&fresh), "3-1");
    let other = request(&["program", "library"]);
    let kept = sources.choose(&other, Some(&lock), &quiet).unwrap();
    assert_eq!(version(&kept), "2-1");
    let pinned = request(&["program", "library@3"]);
    let moved = sources.choose(&pinned, Some(&lock), &quiet).unwrap();
    assert_eq!(version(&moved), "3-1");
}

#[test]
fn what_does_not_go_together_is_explained() {
    let scratch = Scratch::new();
    let (mut archive, key) = archive(&scratch);
    let other = "Package: other\nVersion: 1\nArchitecture: amd64\nBreaks: library (<< 3)\n";
    archive.add(other, deb(&scratch, other, &[("b", "b")], "xz"));
    archive.publish("", &key);
    let sources = debian(&scratch, archive.repository(&key), false);
    let error = sources.choose(&request(&["program", "other"]), None, &quiet).unwrap_err();
    let told = error.to_string();
    for part in ["the packages do not go together", "program", "library", "other"] {
        assert!(told.contains(part), "{told}");
    }
    let wrong = request(&["progam", "library@9", "nothing-like-that-anywhere"]);
    let error = sources.choose(&wrong, None, &quiet).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no package progam; is one of these meant: program?\n\
         no package library@9; there is 2-1\n\
         no package nothing-like-that-anywhere, and none with a name like it"
    );
}
