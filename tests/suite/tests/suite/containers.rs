//! Images of containers, judged by skopeo, umoci and podman.
//!
//! Flags that these need where a container runs in a container (no cgroup of one's own, few rights):
//! podman with the `vfs` storage driver and `runc`, `--cgroup-manager cgroupfs --events-backend file`,
//! `run --pull never --network none --cgroups disabled` and limits that may be set. Debian bookworm's
//! skopeo and podman refuse docker archives that are compressed with gzip (plain ones, xz and zstd are
//! taken): those are unpacked first.

use std::fs;
use std::path::{Path, PathBuf};

use tintype_tests::compare::{Report, trees};
use tintype_tests::fixture::{debian_root, debian_root_unpacked, text, workspace};
use tintype_tests::lacking::Need::{self, Root, Tool};
use tintype_tests::lacking::met;
use tintype_tests::podman::Podman;
use tintype_tests::program::{self, Outcome, run_named};
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

const JUDGES: [Need; 5] = [Root, Tool("skopeo"), Tool("umoci"), Tool("podman"), Tool("runc")];

/// What the single program's image says of itself.
const CONTAINER: &str = "
(service container-service-type
         (container-configuration
          (repository \"example.org/hello\")
          (tag \"1.0\")
          (entry-point '(\"/bin/hello\" \"from\"))
          (command '(\"tintype\"))
          (environment-variables '((\"GREETING\" . \"hello\")))
          (labels '((\"org.example.answer\" . \"42\")))
          (annotations '((\"org.opencontainers.image.title\" . \"Hello\")))
          (exposed-ports '(\"80/tcp\"))
          (volumes '(\"/data\"))
          (working-directory \"/data\")
          (stop-signal \"SIGINT\")
          (user \"1000:100\")))";

const HELLO: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
    char place[100];
    printf("%s %s %s, %d:%d in %s\n", getenv("GREETING"), words[1], words[2], getuid(), getgid(),
           getcwd(place, sizeof place));
}
"#;

/// A definition around one static program.
fn hello(scratch: &Scratch, system: &str) -> PathBuf {
    let source = scratch.write("hello.c", HELLO);
    fs::create_dir_all(scratch.join("tree/bin")).expect("mkdir");
    fs::create_dir_all(scratch.join("tree/data")).expect("mkdir");
    let mut cc = program::command("cc");
    cc.args(["-static", "-Os", "-s", "-o"]).arg(scratch.join("tree/bin/hello")).arg(source);
    program::run(&mut cc).ok();
    let definition =
        text("tree.scm").replace("(gnu) (guix gexp)", "(gnu) (guix gexp) (tintype container)");
    let definition = definition.replace(
        "(services %base-services)",
        &format!("(services (cons {CONTAINER} %base-services))"),
    );
    assert!(definition.contains("example.org"));
    scratch.write(&format!("{system}.scm"), &definition)
}

fn build(options: &[&str], output: &Path, definitions: &[&Path]) -> Outcome {
    let mut command = tintype::command();
    command.arg("image").args(options).arg("-o").arg(output).args(definitions);
    program::run(&mut command).ok()
}

fn skopeo(arguments: &[&str]) -> Outcome {
    run_named("skopeo", ["--insecure-policy"].iter().chain(arguments)).ok()
}

/// What is said of an image by skopeo, as one line of JSON, blanks left out.
fn inspected(place: &str) -> String {
    let config = skopeo(&["inspect", "--config", place]).text();
    config.split_whitespace().collect::<String>()
}

#[track_caller]
fn says(config: &str, words: &[&str]) {
    for word in words {
        assert!(config.contains(word), "no {word} in {config}");
    }
}

/// Compares, but for the root itself: that is the runtime's, and umoci marks it.
#[track_caller]
fn same_but_for_the_root(source: &Path, made: &Path) -> Report {
    let mut report = trees(source, made, &[]).expect("both are read");
    report.differences.retain(|line| !line.starts_with("the root: "));
    report.equal()
}

#[test]
fn one_static_program_runs_and_says_what_the_definition_says() {
    if !met("a container of one program", &[&JUDGES[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("hello");
    let podman = Podman::new();
    let definition = hello(&scratch, "hello");
    let docker = scratch.join("docker.tar.gz");
    build(&["-t", "docker"], &docker, &[&definition]);
    program::run(program::command("gzip").arg("-dk").arg(&docker)).ok();
    let plain = format!("docker-archive:{}", scratch.join("docker.tar").display());

    let words = [
        r#""Entrypoint":["/bin/hello","from"]"#,
        r#""Cmd":["tintype"]"#,
        r#""Env":["GREETING=hello"]"#,
        r#""User":"1000:100""#,
        r#""ExposedPorts":{"80/tcp":{}}"#,
        r#""Volumes":{"/data":{}}"#,
        r#""WorkingDir":"/data""#,
        r#""Labels":{"org.example.answer":"42"}"#,
        r#""StopSignal":"SIGINT""#,
        r#""created":"1970-01-01T00:00:01Z""#,
        r#""os":"linux""#,
    ];
    says(&inspected(&plain), &words);
    // skopeo checks every digest on the way, there and back.
    let layout = format!("oci:{}:hello", scratch.join("copied").display());
    let back = format!("docker-archive:{}:back:latest", scratch.join("back.tar").display());
    skopeo(&["copy", &plain, &layout]);
    says(&inspected(&layout), &words);
    skopeo(&["copy", &layout, &back]);
    says(&inspected(&format!("docker-archive:{}", scratch.join("back.tar").display())), &words);

    podman.said(&["load", "-i", scratch.join("docker.tar").to_str().expect("UTF-8")]);
    let said = podman.run(&[], "example.org/hello:1.0", &[]);
    assert_eq!(said, "hello from tintype, 1000:100 in /data\n");
    let said = podman.run(&[], "example.org/hello:1.0", &["you"]);
    assert_eq!(said, "hello from you, 1000:100 in /data\n");
}

#[test]
fn oci_layouts_of_every_kind_are_taken() {
    if !met("OCI layouts", &[&JUDGES[..], &[Tool("cc"), Tool("tar")]].concat()) {
        return;
    }
    let scratch = Scratch::new("oci");
    let podman = Podman::new();
    let definition = hello(&scratch, "hello");
    let system = fs::read_to_string(&definition).expect("read");
    let system = system.replace("(operating-system\n", "(define hello (operating-system\n");
    let mut configs = Vec::new();
    for compression in ["gzip", "zstd", "none"] {
        for layout in ["archive", "directory"] {
            let image = format!(
                "{system})\n(use-modules (gnu image) (gnu system image) (gnu system images oci))\n\
                 (image (inherit oci-image) (operating-system hello)\n  \
                 (format-options '(\"layout={layout}\" \"compression={compression}\")))\n"
            );
            let file = scratch.write("image.scm", &image);
            let output = scratch.join(&format!("{compression}-{layout}"));
            build(&[], &output, &[&file]);
            let transport = if layout == "archive" { "oci-archive" } else { "oci" };
            let place = format!("{transport}:{}:1.0", output.display());
            let raw = skopeo(&["inspect", "--raw", &place]).text();
            says(&raw, &[r#""annotations":{"org.opencontainers.image.title":"Hello"}"#]);
            let media_type = "application/vnd.oci.image.layer.v1.tar";
            let media_type = match compression {
                "none" => format!("\"{media_type}\""),
                other => format!("\"{media_type}+{other}\""),
            };
            says(&raw, &[&media_type]);
            configs.push(inspected(&place));
            let copy = scratch.join("copy");
            skopeo(&["copy", &place, &format!("oci:{}:x", copy.display())]);
            fs::remove_dir_all(copy).expect("a copied layout");
        }
    }
    configs.dedup();
    assert_eq!(configs.len(), 1, "the configuration does not depend on the files: {configs:?}");

    let layout = scratch.join("gzip-directory");
    let bundle = scratch.join("bundle");
    let mut umoci = program::command("umoci");
    umoci.args(["unpack", "--image"]).arg(format!("{}:1.0", layout.display())).arg(&bundle);
    program::run(&mut umoci).ok();
    same_but_for_the_root(&scratch.join("tree"), &bundle.join("rootfs"));

    let archive = scratch.join("gzip-archive");
    podman.said(&["load", "-i", archive.to_str().expect("UTF-8")]);
    let images = podman.said(&["images", "--format", "{{.ID}}"]);
    let said = podman.run(&[], images.trim(), &[]);
    assert_eq!(said, "hello from tintype, 1000:100 in /data\n");
}

#[test]
fn several_machines_share_one_index() {
    if !met("an index of several machines", &[&JUDGES[..], &[Tool("cc")]].concat()) {
        return;
    }
    let scratch = Scratch::new("machines");
    let here = hello(&scratch, "hello");
    let system = fs::read_to_string(&here).expect("read");
    let system = system.replace("(operating-system\n", "(define hello (operating-system\n");
    let other = scratch.write(
        "arm.scm",
        &format!(
            "{system})\n(use-modules (gnu image) (gnu system image) (gnu system images oci)\n  \
             (guix platforms arm))\n(image (inherit oci-image) (operating-system hello)\n  \
             (platform armv7-linux))\n"
        ),
    );
    let output = scratch.join("index.tar");
    build(&["-t", "oci"], &output, &[&here, &other]);
    let place = format!("oci-archive:{}:1.0", output.display());
    let raw = skopeo(&["inspect", "--raw", &place]).text();
    says(&raw, &[r#""platform":{"architecture":"arm","os":"linux","variant":"v7"}"#]);
    says(&raw, &["application/vnd.oci.image.index.v1+json"]);
    let arm = run_named(
        "skopeo",
        [
            "--insecure-policy",
            "--override-arch",
            "arm",
            "--override-variant",
            "v7",
            "inspect",
            "--config",
            &place,
        ],
    );
    says(&arm.ok().text(), &[r#""architecture": "arm""#, r#""variant": "v7""#]);

    // A docker archive has no room for two.
    let mut command = tintype::command();
    command.args(["image", "-t", "docker", "-o"]).arg(&output).args([&here, &here]);
    let refused = program::run(&mut command);
    assert_eq!(refused.code(), Some(1), "{refused}");
    assert!(refused.stderr.contains("holds one image"), "{refused}");
}

/// Debian as an image, copied by skopeo, unpacked by umoci, run by podman, and taken in again.
#[test]
fn a_debian_root_is_the_same_in_and_out_of_a_container() {
    let needs = [&JUDGES[..], &[Tool("mmdebstrap"), Tool("tar")]].concat();
    if !met("a container of a Debian root", &needs) {
        return;
    }
    let scratch = Scratch::new("debian-container");
    let podman = Podman::new();
    fs::hard_link(debian_root(), scratch.join("rootfs.tar")).expect("link");
    let definition = scratch.write("debian.scm", &text("debian-root.scm"));
    let layout = scratch.join("layout");
    build(&["-t", "oci-directory", "--max-layers=3"], &layout, &[&definition]);

    let place = format!("oci:{}:latest", layout.display());
    let docker =
        format!("docker-archive:{}:localhost/debian:latest", scratch.join("copy.tar").display());
    skopeo(&["copy", &place, &docker]);
    let bundle = scratch.join("bundle");
    let mut umoci = program::command("umoci");
    umoci.args(["unpack", "--image"]).arg(format!("{}:latest", layout.display())).arg(&bundle);
    program::run(&mut umoci).ok();
    let rootfs = bundle.join("rootfs");
    assert!(same_but_for_the_root(&debian_root_unpacked(), &rootfs).files > 8_000);

    podman.said(&["load", "-i", scratch.join("copy.tar").to_str().expect("UTF-8")]);
    let said = podman.run(
        &["--entrypoint", "/bin/sh"],
        "localhost/debian:latest",
        &["-c", ". /etc/os-release && echo $ID && id -un"],
    );
    assert_eq!(said, "debian\nroot\n");

    // The other way round: what skopeo wrote is a package, and comes out as a tarball.
    let system = text("debian-root.scm").replace("rootfs.tar", "copy.tar");
    let system = system.replace("(operating-system\n", "(define daguerre (operating-system\n");
    let again = scratch.write(
        "again.scm",
        &format!(
            "{system})\n(use-modules (gnu image) (gnu system image))\n(image (inherit \
             tarball-image)\n  (operating-system daguerre) (compression? #f))\n"
        ),
    );
    let tarball = scratch.join("again.tar");
    build(&[], &tarball, &[&again]);
    let made = scratch.join("made");
    fs::create_dir(&made).expect("mkdir");
    let mut tar = program::command("tar");
    tar.arg("-xpf").arg(&tarball).args(["--numeric-owner", "--xattrs", "--xattrs-include=*", "-C"]);
    program::run(tar.arg(&made)).ok();
    assert!(same_but_for_the_root(&debian_root_unpacked(), &made).files > 8_000);
}

/// Guix's own archives, taken in and written again: the same entries, and the same configuration but
/// for what is listed.
#[test]
fn guix_s_archives_come_out_alike() {
    if !met("Guix's docker archives", &[Tool("python3")]) {
        return;
    }
    let scratch = Scratch::new("guix-docker");
    let compare = "
import io, json, sys, tarfile
def read(path):
    with tarfile.open(path) as archive:
        files = {m.name.removeprefix('./'): archive.extractfile(m).read() for m in archive if m.isreg()}
    manifest = json.loads(files['manifest.json'])
    config = json.loads(files[manifest[0]['Config']])
    entries = {}
    for layer in manifest[0]['Layers']:
        with tarfile.open(fileobj=io.BytesIO(files[layer])) as archive:
            for m in archive:
                data = archive.extractfile(m).read() if m.isreg() else b''
                # Owners have names in the archive of one layer, and none in the other.
                names = {m.uname, m.gname} - {'root', ''}
                entries[m.name] = (m.type, oct(m.mode), m.uid, m.gid, names, m.mtime, m.linkname, data)
    return sorted(files), manifest, config, entries
(theirs, ours) = map(read, sys.argv[1:3])
for name in {*theirs[3], *ours[3]}: assert theirs[3].get(name) == ours[3].get(name), name
(a, b) = theirs[2], ours[2]
# Layers are archived in another order, so that their digests differ; as many as ours has are compared.
for config in (a, b): config.pop('rootfs'), config.pop('history')
# Ours says who made it, and uses the keys of the specification: Guix's readers ignore the case. What
# is always false in Guix's is left out.
assert a.pop('comment') == 'Generated by GNU Guix' and b.pop('comment') == 'Generated by Tintype'
assert a.pop('container_config') is False
a['config'] = {key.capitalize(): value for key, value in a['config'].items()}
assert a == b, (a, b)
assert theirs[1][0]['RepoTags'] == ours[1][0]['RepoTags'] == ['guix:latest']
single = len(theirs[1][0]['Layers']) == 1
shape = lambda files: sorted(name.split('/')[-1] for name in files)
if single: assert shape(theirs[0]) == shape(ours[0]), (theirs[0], ours[0])
print('alike', len(ours[3]))
";
    for name in ["_docker-1layer", "_docker-maxlayers3"] {
        let guix = workspace().join(format!("tests/compat/oracle/{name}.tar.gz"));
        fs::copy(&guix, scratch.join("guix.tar.gz")).expect("copy");
        let definition = text("tree.scm")
            .replace("(local-file \"tree\" #:recursive? #t)", "(local-file \"guix.tar.gz\")")
            .replace("(gnu) (guix gexp)", "(gnu) (guix gexp) (tintype container)")
            .replace(
                "(services %base-services)",
                "(services (list (service container-service-type (container-configuration\n\
                 (entry-point '(\"/gnu/store/x-boot-program\"\n\
                 \"/gnu/store/gclvgg5h7w5xfpl4cz7qc54pyd7d0l7q-grub.cfg-builder\"))))))",
            );
        let file = scratch.write("guix.scm", &definition);
        let ours = scratch.join("ours.tar.gz");
        build(&["-t", "docker"], &ours, &[&file]);
        let mut python = program::command("python3");
        let outcome = program::run(python.args(["-c", compare]).arg(&guix).arg(&ours)).ok();
        assert!(outcome.text().starts_with("alike 2"), "{outcome}");
    }
}
