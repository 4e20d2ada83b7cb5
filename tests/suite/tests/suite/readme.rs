//! Every example of README.md does what it says: the Scheme blocks that name a file are written, and
//! the shell blocks run, one after another, as a reader would do it.
//!
//! A Scheme block whose first line is `;; FILE` becomes that file. A shell block fails where one of its
//! commands does. The whole is done in a directory of its own that has `images` of this checkout.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tintype_tests::program;
use tintype_tests::scratch::Scratch;
use tintype_tests::tintype::binary;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("this checkout")
}

/// A fenced block: its language, the line on which it begins (from 1), its text.
struct Block<'a> {
    language: &'a str,
    line: usize,
    text: String,
}

fn blocks(document: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (index, line) in document.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                blocks.push(Block { language, line: index + 1, text: String::new() });
                inside = true;
            }
            None if inside => {
                let block = blocks.last_mut().expect("inside of one");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside, "a block of README.md has no end");
    blocks
}

/// The commands of a shell block as this test runs them: the program is built already, and the
/// command that passes the tests is what runs this one.
fn commands(block: &Block) -> String {
    let lines = block.text.lines().filter(|line| *line != "tests/run");
    let lines: Vec<&str> = lines.collect();
    lines.join("\n").replace("cargo run --release -- ", "tintype ")
}

#[test]
fn every_example_of_the_readme_works() {
    let document = fs::read_to_string(top().join("README.md")).expect("README.md");
    let scratch = Scratch::new("readme");
    symlink(top().join("images"), scratch.join("images")).expect("symlink");
    fs::create_dir(scratch.join("bin")).expect("mkdir");
    symlink(binary(), scratch.join("bin/tintype")).expect("symlink");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}:/usr/sbin:/sbin", scratch.join("bin").display());

    let (mut files, mut shells) = (0, 0);
    for block in blocks(&document) {
        match block.language {
            "scheme" => {
                let Some(name) =
                    block.text.lines().next().and_then(|line| line.strip_prefix(";; "))
                else {
                    panic!("README.md:{}: a Scheme block that names no file", block.line);
                };
                scratch.write(name, &block.text);
                files += 1;
            }
            "sh" => {
                let mut shell = program::command("bash");
                shell.current_dir(scratch.path()).env("PATH", &path);
                let outcome =
                    program::run(shell.args(["-euo", "pipefail", "-c", &commands(&block)]));
                assert!(outcome.status.success(), "README.md:{}: {outcome}", block.line);
                shells += 1;
            }
            "text" => {}
            other => panic!("README.md:{}: a block of {other:?}", block.line),
        }
    }
    assert!(files >= 2 && shells >= 3, "README.md has {files} files and {shells} shell blocks");
}
