//! What must be refused, each with its reason.

use crate::made::{Archive, Key, Scratch, deb, debian, partial_files, run};
use crate::server::Answer;
use crate::way::{LIBRARY, PROGRAM, archive, request};
use tintype_packages::{Debian, State, Time, Unpacking, unpack};

fn refused(sources: &Debian) -> String {
    let lock = match sources.choose(&request(&["program"]), None, &|_| ()) {
        Err(error) => return error.to_string(),
        Ok(lock) => lock,
    };
    match sources.fetch(&lock, &|_| ()) {
        Err(error) => error.to_string(),
        Ok(files) => panic!("accepted: {files:?}"),
    }
}

#[track_caller]
fn tells(told: &str, part: &str) {
    assert!(told.contains(part), "`{part}` is not told by:\n{told}");
}

fn setting() -> (Scratch, Archive, Key) {
    let scratch = Scratch::new();
    let (archive, key) = archive(&scratch);
    (scratch, archive, key)
}

#[test]
fn a_changed_release() {
    let (scratch, archive, key) = setting();
    let path = "dists/test/InRelease";
    let signed = String::from_utf8(archive.server.content(path)).unwrap();
    let sources = debian(&scratch, archive.repository(&key), false);
    let offer = |text: String| archive.server.set(path, Answer::Content(text.into_bytes()));
    offer(signed.replace("Components: main", "Components: evil"));
    tells(&refused(&sources), "changed after it was signed");
    offer(format!("Suite: evil\n{signed}"));
    tells(&refused(&sources), "not one signed text");
    offer(format!("{signed}\nSuite: evil\n"));
    tells(&refused(&sources), "not one signed text");
    offer(archive.release.clone());
    tells(&refused(&sources), "not one signed text");
    offer(signed[..signed.len() / 2].to_owned());
    tells(&refused(&sources), "not one signed text");
}

#[test]
fn keys_that_do_not_count() {
    let (scratch, archive, key) = setting();
    let other = Key::new(&scratch, "other");
    let unknown = debian(&scratch, archive.repository(&other), false);
    tells(&refused(&unknown), "none of which is among the keys that this source trusts");
    let mut nobody = archive.repository(&key);
    nobody.keys.inline.clear();
    tells(&refused(&debian(&scratch, nobody, false)), "no key is trusted for it");
    let mut later = debian(&scratch, archive.repository(&key), false);
    later.now = Time(later.now.0 + 3 * 86_400);
    tells(&refused(&later), "is worth nothing: the key expired");
    let mut earlier = debian(&scratch, archive.repository(&key), false);
    earlier.now = Time(earlier.now.0 - 30 * 86_400);
    refused(&earlier);
}

#[test]
fn a_revoked_key() {
    let (scratch, archive, mut key) = setting();
    // gpg made the revocation with the key; the colon keeps it from being used by mistake.
    let folder = scratch.0.join("gpg/openpgp-revocs.d");
    let made = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(made).unwrap().replace("\n:-----BEGIN", "\n-----BEGIN");
    key.gpg(&["--import"], text.as_bytes());
    key.public = String::from_utf8(key.gpg(&["--armor", "--export"], b"")).unwrap();
    tells(&refused(&debian(&scratch, archive.repository(&key), false)), "the key was revoked");
}

#[test]
fn releases_that_are_too_old() {
    let (scratch, mut archive, key) = setting();
    let sources = debian(&scratch, archive.repository(&key), false);
    sources.choose(&request(&["program"]), None, &|_| ()).unwrap();
    archive.publish("Date: Fri, 16 May 2025 09:30:12 UTC\n", &key);
    tells(
        &refused(&sources),
        "of 2025-05-16 09:30 UTC, but one of 2025-05-17 09:30 UTC was seen before",
    );
    archive.publish("Valid-Until: Sat, 24 May 2025 09:30:12 UTC\n", &key);
    tells(&refused(&sources), "valid until 2025-05-24 09:30 UTC");
    archive.publish("Date: Sat, 24 May 2125 09:30:12 UTC\n", &key);
    tells(&refused(&sources), "from the future");
}

#[test]
fn another_suite_and_weak_hashes() {
    let (scratch, archive, key) = setting();
    let path = "dists/test/InRelease";
    let sources = debian(&scratch, archive.repository(&key), false);
    let offer = |text: &str| archive.server.set(path, Answer::Content(key.sign(text)));
    offer(&archive.release.replace("Codename: test", "Codename: other"));
    tells(&refused(&sources), "the release is that of stable, other");
    offer(&archive.release.replace("SHA256:", "MD5Sum:"));
    tells(&refused(&sources), "weaker ones are not trusted");
    offer(&archive.release.replace("Components: main", "Components: contrib"));
    tells(&refused(&sources), "no component main; there is contrib");
}

#[test]
fn a_changed_index() {
    let (scratch, archive, key) = setting();
    let sources = debian(&scratch, archive.repository(&key), false);
    let mut index = archive.server.content(&archive.index_path());
    let middle = index.len() / 2;
    index[middle] ^= 1;
    archive.server.set(&archive.index_path(), Answer::Content(index.clone()));
    tells(&refused(&sources), "it is damaged, or someone changed it");
    index.push(0);
    archive.server.set(&archive.index_path(), Answer::Content(index));
    tells(&refused(&sources), "but the index that lists it says");
    assert_eq!(partial_files(&scratch), 0);
}

#[test]
fn a_changed_package() {
    let (scratch, archive, key) = setting();
    let sources = debian(&scratch, archive.repository(&key), false);
    let path = "pool/library_2-1.deb";
    let mut package = archive.server.content(path);
    let middle = package.len() / 2;
    package[middle] ^= 1;
    archive.server.set(path, Answer::Content(package));
    tells(&refused(&sources), "it is damaged, or someone changed it");
}

#[test]
fn a_redirect_to_elsewhere() {
    let (scratch, archive, key) = setting();
    let sources = debian(&scratch, archive.repository(&key), false);
    let path = "pool/library_2-1.deb";
    let package = archive.server.content(path);
    let elsewhere = Archive::new().server;
    elsewhere.set("x", Answer::Content(package.clone()));
    archive.server.set(path, Answer::Redirect(format!("{}/x", elsewhere.address)));
    tells(&refused(&sources), "which is another server: not followed");
    archive.server.set(path, Answer::Redirect("//127.0.0.2/x".to_owned()));
    tells(&refused(&sources), "which is another server: not followed");
    archive.server.set(path, Answer::Redirect(format!("/debian/{path}")));
    tells(&refused(&sources), "without an end");
    // Within the server it is followed.
    archive.server.set("moved", Answer::Content(package));
    archive.server.set(path, Answer::Redirect("/debian/moved".to_owned()));
    let lock = sources.choose(&request(&["program"]), None, &|_| ()).unwrap();
    sources.fetch(&lock, &|_| ()).unwrap();
}

#[test]
fn an_index_that_leads_out_of_the_archive() {
    let (scratch, mut archive, key) = setting();
    let escaping = PROGRAM.replace("1.0-1", "2.0-1");
    archive.add(
        &format!("{escaping}Filename: ../../etc/passwd\n"),
        deb(&scratch, &escaping, &[("b", "b")], "xz"),
    );
    archive.publish("", &key);
    tells(&refused(&debian(&scratch, archive.repository(&key), false)), "leads out of the archive");
}

#[test]
fn packages_with_paths_that_escape() {
    let scratch = Scratch::new();
    let unpacking = Unpacking {
        architecture: "amd64".to_owned(),
        foreign: Vec::new(),
        spool_directory: scratch.0.clone(),
    };
    let honest = deb(&scratch, LIBRARY, &[("usr/inside", "content")], "none");
    std::fs::write(scratch.0.join("honest.deb"), &honest).unwrap();
    // The same package, a name in its data.tar changed, and that header's checksum with it.
    for name in ["./../../../out", "/../x/y/zzz"] {
        let mut package = honest.clone();
        let at = package.windows(12).rposition(|bytes| bytes == b"./usr/inside").unwrap();
        let mut field = name.as_bytes().to_vec();
        field.resize(100, 0);
        package[at..at + 100].copy_from_slice(&field);
        package[at + 148..at + 156].fill(b' ');
        let sum: u32 = package[at..at + 512].iter().map(|byte| u32::from(*byte)).sum();
        package[at + 148..at + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let path = scratch.0.join("escaping.deb");
        std::fs::write(&path, package).unwrap();
        // The archive as such is sound: tar lists it.
        let listed = run("dpkg-deb", &["--contents", path.to_str().unwrap()], b"");
        assert!(String::from_utf8_lossy(&listed).contains(".."));
        let error = unpack(&[path], &unpacking, |_| State::Installed).unwrap_err();
        tells(&error.to_string(), "`..` in the name would lead out of the tree");
    }
    // A link that leads out leads to the tree's own root.
    let other = LIBRARY.replace("library", "other");
    let root = scratch.0.join("package");
    deb(&scratch, &other, &[("placeholder", "")], "xz");
    std::os::unix::fs::symlink("/../../../../tmp", root.join("usr")).unwrap();
    let made = scratch.0.join("link.deb");
    run(
        "dpkg-deb",
        &["--root-owner-group", "--build", root.to_str().unwrap(), made.to_str().unwrap()],
        b"",
    );
    let error = unpack(&[scratch.0.join("honest.deb"), made], &unpacking, |_| State::Installed)
        .unwrap_err();
    tells(&error.to_string(), "a symbolic link cannot replace a directory");
}

#[test]
fn files_that_are_no_packages() {
    let scratch = Scratch::new();
    let unpacking = Unpacking {
        architecture: "amd64".to_owned(),
        foreign: Vec::new(),
        spool_directory: scratch.0.clone(),
    };
    let honest = deb(&scratch, LIBRARY, &[("usr/inside", "content")], "xz");
    let path = scratch.0.join("x.deb");
    let told = |content: &[u8]| {
        std::fs::write(&path, content).unwrap();
        unpack(std::slice::from_ref(&path), &unpacking, |_| State::Installed)
            .unwrap_err()
            .to_string()
    };
    tells(&told(b""), "not a Debian package");
    tells(&told(b"!<arch>\n"), "is missing in the package");
    for cut in (0..honest.len()).step_by(37) {
        tells(&told(&honest[..cut]), "x.deb");
    }
    for at in (8..200).step_by(3) {
        let mut damaged = honest.clone();
        damaged[at] ^= 0x55;
        std::fs::write(&path, damaged).unwrap();
        // Times in headers may change unseen; nothing may panic.
        let _ = unpack(std::slice::from_ref(&path), &unpacking, |_| State::Installed);
    }
}
