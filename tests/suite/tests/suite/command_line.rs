//! What holds for every command: spellings, JSON, generated pages, pipes.

use std::io::Read as _;
use std::process::Stdio;

use tintype_tests::lacking::{Need::Tool, met};
use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype;

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = tintype::run(&["completions", shell]).ok();
        let script = outcome.text();
        for word in ["image-type", "repl", "load-path"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(tintype::run(&["completions", "no-such-shell"]).code(), Some(2));
}

#[test]
fn manual_pages() {
    let page = tintype::run(&["man"]).ok().text();
    for command in ["image", "types", "show", "check", "run", "repl"] {
        assert!(page.contains(&format!("tintype\\-{command}(1)")), "{command} is not in the page");
    }
    let page = tintype::run(&["man", "image"]).ok().text();
    assert!(page.contains(".TH tintype-image 1") && page.contains("\\-\\-image\\-size"), "{page}");
    assert_eq!(tintype::run(&["man", "develop"]).code(), Some(1));
}

#[test]
fn guix_s_spelling_is_understood() {
    let guix = tintype::run(&["system", "image", "--list-image-types"]).ok();
    assert_eq!(guix.text(), tintype::run(&["types"]).ok().text());
    let help = tintype::run(&["system", "image", "--help"]).ok();
    assert_eq!(help.text(), tintype::run(&["image", "--help"]).ok().text());
}

#[test]
fn an_option_misspelt_comes_with_the_nearest() {
    let outcome = tintype::run(&["image", "--image-tpye=qcow2", "x.scm"]);
    assert_eq!(outcome.code(), Some(2), "{outcome}");
    assert!(outcome.stderr.contains("--image-type"), "{outcome}");
    let outcome = tintype::run(&["imagee"]);
    assert_eq!(outcome.code(), Some(2), "{outcome}");
    assert!(outcome.stderr.contains("'image'"), "{outcome}");
}

#[test]
fn check_answers_in_json() {
    let scratch = Scratch::new("command-line");
    let wrong = scratch.write("wrong.scm", "(define (f)\n  (if))\n(list openssh-service-type)\n");
    let mut command = tintype::command();
    let outcome = program::run(command.args(["check", "--json"]).arg(&wrong));
    assert_eq!(outcome.code(), Some(1), "{outcome}");
    assert_eq!(outcome.stderr, "");
    let answer = outcome.text();
    for part in [
        format!("\"file\":\"{}\",\"line\":2,\"column\":2", wrong.display()),
        "\"line\":3,\"column\":6".to_owned(),
        "Unbound variable: openssh-service-type".to_owned(),
        "exported by (gnu services ssh)".to_owned(),
    ] {
        assert!(answer.contains(&part), "it lacks {part}: {answer}");
    }
    let right = scratch.write("empty.scm", "");
    let mut command = tintype::command();
    let outcome = program::run(command.args(["check", "--json"]).arg(&right));
    // An empty file is no definition.
    assert!(outcome.text().starts_with("[{\"file\":"), "{outcome}");
}

#[test]
fn libraries_are_found_in_files_of_either_name() {
    let scratch = Scratch::new("sld");
    let library = |name: &str, value: &str| {
        format!(
            "(define-library (my {name}) (export {name}) (import (scheme base))
               (begin (define {name} {value})))"
        )
    };
    scratch.write("my/one.sld", &library("one", "'sld"));
    scratch.write("my/two.sld", &library("two", "'sld"));
    scratch.write("my/two.scm", &library("two", "'scm"));
    let text = "(import (scheme base) (scheme write) (my one) (my two)) (write (list one two))";
    let program = scratch.write("program.scm", text);
    let mut command = tintype::command();
    let outcome = program::run(command.args(["run", "-L"]).arg(scratch.join("")).arg(&program));
    assert_eq!(outcome.text(), "(sld scm)", "{outcome}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let scratch = Scratch::new("command-line");
    let endless = scratch.write("endless.scm", "(let loop () (display \"yes\\n\") (loop))\n");
    let mut command = tintype::command();
    command.arg("run").arg(&endless).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut output = child.stdout.take().expect("a pipe");
    output.read_exact(&mut [0; 4]).expect("it writes");
    drop(output);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn programs_read_standard_input_as_in_guile() {
    if !met("standard input against Guile", &[Tool("guile")]) {
        return;
    }
    let scratch = Scratch::new("stdin");
    let text = "(use-modules (ice-9 rdelim) (ice-9 textual-ports) (ice-9 binary-ports))
      (write (list (read-line) (peek-char) (read-char) (read) (port-line (current-input-port))
                   (with-input-from-string \"inner\" read-line) (read-line) (port-filename (current-input-port))
                   (current-input-port) (get-u8 (current-input-port))
                   (get-string-all (current-input-port)) (read-line) (read-char)))";
    let file = scratch.write("reads.scm", text);
    let input = "first line\nx(a\n b) rest\nö and\nmore";
    let ours = program::run_with_input(tintype::command().arg("run").arg(&file), input);
    let mut guile = program::command("guile");
    guile.env("LC_ALL", "C.UTF-8").args(["--no-auto-compile", "-q", "-s"]).arg(&file);
    let guiles = program::run_with_input(&mut guile, input);
    assert_eq!(ours.text(), guiles.text(), "{ours}");
    assert!(ours.text().contains("first line"), "{ours}");
}

#[test]
fn each_of_several_definitions_has_its_warnings_told() {
    let scratch = Scratch::new("warnings");
    let definition = |name: &str| {
        let text = format!(
            "(use-modules (gnu) (guix diagnostics))\n(warning \"heard from {name}~%\")\n\
             (operating-system (host-name \"{name}\") (timezone \"Etc/UTC\")\n  \
             (bootloader (bootloader-configuration (bootloader grub-bootloader)))\n  \
             (file-systems (cons (file-system (device \"/dev/x\") (mount-point \"/\") \
             (type \"ext4\")) %base-file-systems)))\n"
        );
        scratch.write(&format!("{name}.scm"), &text)
    };
    let mut command = tintype::command();
    command.args(["image", "--dry-run", "-t", "oci"]);
    let outcome = program::run(command.args(["first", "second"].map(definition))).ok();
    for name in ["first", "second"] {
        let told = outcome.stderr.matches(&format!("warning: heard from {name}\n")).count();
        assert_eq!(told, 1, "{outcome}");
    }
}
