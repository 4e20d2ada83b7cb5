//! The programs that Guix's manual and cookbook show evaluate here.
//!
//! Both are read from the package's info files. An example counts where it is a whole program: it begins
//! by importing what it uses, and nothing in it is left to the reader. Those that give an operating
//! system or an image must be definitions; others must run.

use std::fs;

use tintype_tests::fixture::guix_sources;
use tintype_tests::lacking::Need::Tool;
use tintype_tests::lacking::met;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::run;

/// Examples for commands that see more modules from the start than a definition does: the node, and
/// those modules.
const SEEN: [(&str, &str); 2] = [
    (
        "Defining Package Variants",
        "(guix) (guix packages) (guix download) (gnu packages) (guix profiles)",
    ),
    ("Writing Manifests", "(guix profiles) (gnu)"),
];

const ANOTHER_GUIX: &str = "it has another Guix started";
const DEPLOYMENT: &str = "it is for 'guix deploy', which makes no image";
const HOME: &str = "it is for 'guix home', which makes no image";
const TERMINAL: &str = "it is for Guile's own prompt; 'tintype repl' edits lines by itself";

/// What does not evaluate: the node, words of the example, why.
const KNOWN: [(&str, &str, &str); 9] = [
    ("Inferiors", "inferior-for-channels", ANOTHER_GUIX),
    (
        "Channels with Substitutes",
        "channel-with-substitutes-available",
        "it asks a build farm; channels are directories here",
    ),
    (
        "Writing Manifests",
        "package->development-manifest",
        "the index of packages does not state what they are built from",
    ),
    ("Using Guix Interactively", "activate-readline", TERMINAL),
    ("Version Control Services", "make-gitolite", "it makes a package, which is to be built"),
    ("Invoking guix deploy", "hetzner-environment-type", DEPLOYMENT),
    ("Miscellaneous Home Services", "specifications->manifest", HOME),
    ("Miscellaneous Home Services", "for-home", HOME),
    ("Build Manifest", "(guile-package)", "it imports a module that the reader has"),
];

/// Sections about images, whose examples must be definitions.
const ON_IMAGES: [(&str, usize); 5] = [
    ("Using the Configuration System", 3),
    ("Instantiate an Image", 2),
    ("Image Modules", 1),
    ("Guix System Image API", 1),
    ("Running Guix on a Linode Server", 1),
];

/// What is printed where something is not for a program to read.
const NOT_A_PROGRAM: [&str; 5] = ["...", "…", "⇒", "⊣", "scheme@"];

/// An example: the node of the manual that it is in, and its text.
struct Example {
    node: String,
    text: String,
}

/// The examples in the text of an info file: lines that are set off from the text around them.
fn examples(info: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let (mut node, mut blank) = (String::new(), true);
    let mut lines = info.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("File: ") {
            let name = rest.split("Node: ").nth(1).and_then(|rest| rest.split(',').next());
            node = name.unwrap_or_default().to_owned();
        }
        let indent = line.len() - line.trim_start().len();
        let begins = blank && indent >= 5 && line.trim_start().starts_with(['(', ';']);
        blank = line.trim().is_empty();
        if !begins {
            continue;
        }
        let mut text = line[indent..].to_owned();
        while let Some(next) = lines.next_if(|next| {
            next.trim().is_empty() || next.len() - next.trim_start().len() >= indent
        }) {
            text.push('\n');
            text.push_str(next.get(indent..).unwrap_or_default());
        }
        found.push(Example { node: node.clone(), text: text.trim_end().to_owned() + "\n" });
        blank = true;
    }
    found
}

/// Whether an example is a whole program.
fn is_whole(text: &str) -> bool {
    let code = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with(';'));
    let imports = code.is_some_and(|code| {
        ["(use-modules ", "(define-module "].iter().any(|start| code.starts_with(start))
    });
    imports && !NOT_A_PROGRAM.iter().any(|mark| text.contains(mark))
}

#[test]
fn whole_programs_of_the_manuals_evaluate() {
    if !met("the programs of Guix's manuals", &[Tool("apt-get"), Tool("dpkg-deb")]) {
        return;
    }
    let scratch = Scratch::new("manual");
    let (mut definitions, mut programs, mut wrong) = (Vec::new(), 0, Vec::new());
    let mut known_seen = Vec::new();
    for manual in ["guix.info", "guix-cookbook.info"] {
        let info = fs::read(guix_sources().join("info").join(manual)).expect("a manual");
        for example in examples(&String::from_utf8_lossy(&info)) {
            let Example { node, text } = &example;
            if !is_whole(text) {
                continue;
            }
            let seen = SEEN.iter().find(|(at, _)| at == node).map_or("", |(_, modules)| modules);
            let file = scratch.write("example.scm", &format!("(use-modules {seen})\n{text}"));
            let outcome = run(&["show".as_ref(), file.as_os_str()]);
            let evaluates = outcome.status.success();
            let shown = outcome.text();
            let is_definition =
                ["(kind operating-system)", "(kind image)"].iter().any(|kind| shown.contains(kind));
            let mut known =
                KNOWN.iter().filter(|(at, words, _)| at == node && text.contains(words));
            let known = known.next_back();
            match (evaluates, known) {
                (true, None) if is_definition => {
                    run(&["image".as_ref(), "--dry-run".as_ref(), file.as_os_str()]).ok();
                    definitions.push(node.clone());
                }
                (true, None) => programs += 1,
                (false, Some(known)) => known_seen.push(*known),
                (true, Some((.., why))) => {
                    wrong.push(format!("{node}: it evaluates, and is said not to: {why}"));
                }
                (false, None) => wrong.push(format!("{node}:\n{text}{}", outcome.stderr)),
            }
        }
    }
    println!(
        "{} definitions and {programs} other programs evaluate; these do not:",
        definitions.len()
    );
    for (node, words, why) in &known_seen {
        println!("  {node} ({words}): {why}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(known_seen.len(), KNOWN.len(), "an exception that no example needs");
    for (node, count) in ON_IMAGES {
        let there = definitions.iter().filter(|found| *found == node).count();
        assert!(there >= count, "{there} definitions in {node}, not {count}");
    }
}
