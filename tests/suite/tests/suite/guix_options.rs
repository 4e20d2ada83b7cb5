//! `tintype system image` takes the command line of `guix system image`: each of its options has its
//! effect here, or is taken with a note, or is refused with a reason.

use std::collections::BTreeSet;
use std::fs;

use tintype_tests::fixture::guix_sources;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::program::{self, Outcome};
use tintype_tests::studio::{Studio, studio};
use tintype_tests::tintype::{command, refused, run};

/// What an option does.
enum Does {
    /// The plan has these words, and has them not without the option.
    Plans(&'static str),
    /// It prints an answer, with these words, and ends.
    Answers(&'static str),
    /// It is taken: what it does is looked at elsewhere.
    Works,
    /// It has no meaning here, which a note tells.
    Noted,
    /// The image would lack what it asks for.
    Refused,
}
use Does::{Answers, Noted, Plans, Refused, Works};

/// The options of `guix system` with a value to try.
const OPTIONS: [(&str, &str, Does); 49] = [
    ("help", "", Answers("--image-type")),
    ("help-docker-format", "", Answers("--max-layers=N")),
    ("version", "", Answers("tintype-image ")),
    ("expression", "(@ (gnu system images pine64) pine64-barebones-os)", Works),
    ("derivation", "", Refused),
    ("allow-downgrades", "", Noted),
    ("on-error", "backtrace", Noted),
    ("image-type", "tarball", Plans("tarball-image")),
    ("list-image-types", "", Answers("efi-raw\n")),
    ("image-size", "1GiB", Plans("(size 1073741824)")),
    ("network", "", Plans("(shared-network? #t)")),
    ("no-bootloader", "", Noted),
    ("no-grub", "", Noted),
    ("no-kexec", "", Noted),
    ("volatile", "", Plans("(volatile-root? #t)")),
    ("persistent", "", Noted),
    ("label", "PLATE", Plans("(label \"PLATE\")")),
    ("full-boot", "", Noted),
    ("no-graphic", "", Noted),
    ("save-provenance", "", Refused),
    ("skip-checks", "", Noted),
    ("share", "/tmp=/exchange", Noted),
    ("expose", "/tmp", Noted),
    ("dry-run", "", Works),
    ("verbosity", "0", Works),
    ("root", "result", Works),
    ("graph-backend", "d3js", Noted),
    ("list-installed", "", Noted),
    ("load-path", "/nowhere", Works),
    ("keep-failed", "", Noted),
    ("keep-going", "", Noted),
    ("rounds", "2", Noted),
    ("fallback", "", Noted),
    ("no-substitutes", "", Noted),
    ("substitute-urls", "https://example.org", Noted),
    ("no-grafts", "", Noted),
    ("no-offload", "", Noted),
    ("no-build-hook", "", Noted),
    ("max-silent-time", "60", Noted),
    ("timeout", "60", Noted),
    ("debug", "5", Noted),
    ("cores", "2", Noted),
    ("max-jobs", "2", Noted),
    ("list-targets", "", Answers("aarch64-linux-gnu\n")),
    ("target", "aarch64-linux-gnu", Plans("(target \"aarch64-linux-gnu\")")),
    ("list-systems", "", Answers("aarch64-linux\n")),
    ("system", "riscv64-linux", Plans("(system \"riscv64-linux\")")),
    ("max-layers", "7", Works),
    ("image-size", "500MB", Plans("(size 500000000)")),
];

/// An option in Guix's sources: its names, letters among them, and whether it takes a value.
struct GuixOption {
    names: Vec<String>,
    takes_value: bool,
}

/// The options in `text`: `(option '(#\x "name" ...) REQUIRED? OPTIONAL? ...)`.
fn options(text: &str) -> Vec<GuixOption> {
    let parts = text.split("(option '(").skip(1);
    parts
        .map(|part| {
            let (names, rest) = part.split_once(')').expect("the list of names ends");
            let word = |word: &str| word.trim_start_matches("#\\").trim_matches('"').to_owned();
            let names = names.split_whitespace().map(word).collect();
            GuixOption { names, takes_value: rest.trim_start().starts_with("#t") }
        })
        .collect()
}

/// What lies between two lines of a source file.
fn section(file: &str, from: &str, to: &str) -> String {
    let text = fs::read_to_string(guix_sources().join(file)).expect("a source of Guix's");
    let start = text.find(from).unwrap_or_else(|| panic!("{file} has no {from}"));
    let end = start + text[start..].find(to).unwrap_or_else(|| panic!("{file} has no {to}"));
    text[start..end].to_owned()
}

fn image(studio: &Studio, words: &[String], with_file: bool) -> Outcome {
    let mut tintype = command();
    tintype.current_dir(studio.scratch.path());
    tintype.args(["system", "image", "--dry-run"]).args(words);
    if with_file {
        tintype.arg(&studio.definition);
    }
    program::run(&mut tintype)
}

/// An option as words: `-x VALUE`, `--name=VALUE`.
fn words(name: &str, value: &str, takes_value: bool) -> Vec<String> {
    match (name.len() == 1, takes_value) {
        (true, true) => vec![format!("-{name}"), value.to_owned()],
        (true, false) => vec![format!("-{name}")],
        (false, true) => vec![format!("--{name}={value}")],
        (false, false) => vec![format!("--{name}")],
    }
}

#[test]
fn every_option_of_guix_system_image_is_understood() {
    if !met("the options of 'guix system image'", &[Tool("apt-get"), Tool("dpkg-deb")]) {
        return;
    }
    let studio = studio("niepce");
    let plain = image(&studio, &[], true).ok().text();
    let sources = section(
        "guix/scripts/system.scm",
        "(define %docker-format-options",
        "(define %default-options",
    ) + &section(
        "guix/scripts/build.scm",
        "(define %standard-build-options",
        "(define %default-options",
    );
    let mut seen = BTreeSet::new();
    for option in options(&sources) {
        let long = option.names.iter().filter(|name| name.len() > 1);
        for name in long.clone() {
            seen.insert(name.clone());
        }
        let first = long.clone().next().expect("every option has a long name");
        for name in &option.names {
            // A letter does what the first long name does.
            let known = if name.len() == 1 { first } else { name };
            for (_, value, does) in OPTIONS.iter().filter(|(option, ..)| option == known) {
                let words = words(name, value, option.takes_value);
                let outcome = image(&studio, &words, known != "expression");
                let noted = outcome.stderr.contains(&format!("note: --{first} has no effect: "));
                match does {
                    Plans(text) => {
                        let plan = outcome.ok().text();
                        assert!(plan.contains(text), "{words:?}: {plan}");
                        assert!(!plain.contains(text), "{text} is there in any case");
                    }
                    Answers(text) => {
                        let outcome = outcome.ok();
                        assert!(outcome.text().contains(text), "{words:?}: {outcome}");
                    }
                    Works => assert!(!noted && outcome.status.success(), "{words:?}: {outcome}"),
                    Noted => assert!(noted && outcome.status.success(), "{words:?}: {outcome}"),
                    Refused => {
                        let said = format!("error: --{first}: ");
                        assert!(refused(&outcome).contains(&said), "{words:?}: {outcome}");
                    }
                }
            }
        }
    }
    let table: BTreeSet<String> = OPTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(seen, table, "the table has Guix's options");
}

/// The plan of `tintype system WORDS definition`.
fn plan(studio: &Studio, words: &[&str]) -> String {
    let mut tintype = command();
    tintype.arg("system").args(words).arg(&studio.definition);
    program::run(&mut tintype).ok().text()
}

#[test]
fn of_options_given_twice_the_last_counts() {
    let studio = studio("niepce");
    let said = plan(&studio, &["image", "-n", "-t", "docker", "--image-type=tarball"]);
    assert!(said.starts_with("(tarball-image"), "{said}");
    let said = plan(
        &studio,
        &["image", "-n", "--image-size=1G", "--image-size=2G", "--volatile", "--volatile"],
    );
    assert!(said.contains("(size 2147483648)") && said.contains("(volatile-root? #t)"), "{said}");
    // The directory that is named last is searched first.
    let name = "(define-module (my name)) (define-public name ";
    for place in ["one", "two"] {
        studio.scratch.write(&format!("{place}/my/name.scm"), &format!("{name}\"{place}\")"));
    }
    let definition = fs::read_to_string(&studio.definition).expect("the definition");
    let definition = definition.replace("(host-name \"niepce\")", "(host-name (@ (my name) name))");
    fs::write(&studio.definition, definition).expect("write");
    let [one, two] =
        ["one", "two"].map(|place| format!("-L{}", studio.scratch.join(place).display()));
    assert!(plan(&studio, &["image", "-n", &one, &two]).contains("(host-name \"two\")"));
    assert!(plan(&studio, &["image", "-n", &two, &one]).contains("(host-name \"one\")"));
}

#[test]
fn the_command_line_goes_before_what_an_image_says() {
    let studio = studio(
        "(image (inherit efi-disk-image) (operating-system niepce) (size (expt 2 28)) (volatile-root? #t))",
    );
    let outcome = studio.image(&["--dry-run", "-t", "tarball"]);
    let said = outcome.text();
    // An image is of the type that it is; the other two are the command line's alone, as in Guix.
    assert!(said.starts_with("(disk-image"), "{said}");
    assert!(said.contains("(size guess)") && said.contains("(volatile-root? #f)"), "{said}");
    assert!(outcome.stderr.contains("use '--image-size'"), "{outcome}");
}

#[test]
fn options_may_precede_the_action_and_old_actions_are_understood() {
    let studio = studio("niepce");
    let said = plan(&studio, &["-t", "tarball", "--verbosity", "0", "-L", "image", "image", "-n"]);
    assert!(said.starts_with("(tarball-image"), "{said}");
    for (action, start) in [
        ("disk-image", "(disk-image"),
        ("vm-image", "(disk-image\n  (name \"image.qcow2\")"),
        ("docker-image", "(docker-image"),
    ] {
        let said = plan(&studio, &[action, "-n"]);
        assert!(said.starts_with(start), "{action}: {said}");
    }
    for (words, answer) in [
        (&["system", "reconfigure", "x.scm"][..], "does not change a running system"),
        (&["system", "vm", "x.scm"], "'tintype boot'"),
        (&["system", "imagine", "x.scm"], "'tintype system image'"),
    ] {
        let outcome = run(words);
        assert_eq!(outcome.code(), Some(2), "{outcome}");
        assert!(outcome.stderr.contains(answer), "{outcome}");
    }
}

#[test]
fn the_nearest_name_is_told() {
    let studio = studio("niepce");
    for (option, nearest) in [
        ("--target=aarch64-linux-gn", "'aarch64-linux-gnu'"),
        ("--system=x86_46-linux", "'x86_64-linux'"),
        ("--image-type=qcow3", "'qcow2'"),
    ] {
        let outcome = studio.refuses(&[option]);
        assert!(outcome.stderr.starts_with("tintype: error: "), "no place: {outcome}");
        assert!(outcome.stderr.contains(&format!("did you mean {nearest}?")), "{outcome}");
    }
    for (option, nearest) in [
        ("--image-sise=1G", "--image-size"),
        ("--no-subtitutes", "--no-substitutes"),
        ("--list-image-type", "--image-type"),
    ] {
        let outcome = studio.image(&[option]);
        assert_eq!(outcome.code(), Some(2), "{outcome}");
        assert!(outcome.stderr.contains(nearest), "{outcome}");
    }
}

#[test]
fn a_link_to_the_result_replaces_another_link_only() {
    let studio = studio("niepce");
    let link = studio.scratch.join("result");
    let root = format!("--root={}", link.display());
    for _ in 0..2 {
        studio.image(&[&root, "--image-size=64MiB"]).ok();
        assert_eq!(fs::canonicalize(&link).ok(), fs::canonicalize(&studio.output).ok());
    }
    fs::remove_file(&link).expect("remove");
    fs::write(&link, "mine").expect("write");
    let outcome = studio.image(&[&root]);
    assert!(refused(&outcome).contains("cannot be a link to it"), "{outcome}");
    assert_eq!(fs::read_to_string(&link).expect("read"), "mine");
}
