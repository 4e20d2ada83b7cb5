//! Builds `/init` for every machine whose core library this compiler has. It is a program of its own,
//! not of the machine that Tintype runs on, so Cargo cannot build it as one of this package's.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Machines as systems of Guix name them, and targets for them, any of which will do: the program needs
/// no C library. The last is the smallest to install.
const MACHINES: [(&str, &[&str]); 4] = [
    ("x86_64", &["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "x86_64-unknown-none"]),
    (
        "aarch64",
        &["aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl", "aarch64-unknown-none"],
    ),
    (
        "armhf",
        &[
            "armv7-unknown-linux-gnueabihf",
            "armv7-unknown-linux-musleabihf",
            "armv7a-none-eabihf",
            "armv7a-none-eabi",
        ],
    ),
    ("riscv64", &["riscv64gc-unknown-linux-gnu", "riscv64gc-unknown-none-elf"]),
];

/// Linkers, with what makes them link nothing of a C library: the one that comes with Rust, or the
/// one of the machine.
const LINKERS: [&[&str]; 2] = [
    &["-Clinker=rust-lld", "-Clinker-flavor=ld.lld"],
    &["-Clink-args=-nostartfiles -nostdlib -static"],
];

fn main() {
    println!("cargo::rerun-if-changed=src/program");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    let mut table = String::from("&[\n");
    let mut missing = String::from("&[\n");
    for (machine, targets) in MACHINES {
        let file = out.join(machine);
        match targets.iter().find(|target| is_installed(target)) {
            Some(target) => {
                build(target, &file);
                table.push_str(&format!("    ({machine:?}, include_bytes!({file:?})),\n"));
            }
            None => {
                missing.push_str(&format!("    ({machine:?}, {:?}),\n", targets[targets.len() - 1]))
            }
        }
    }
    for (name, mut text) in [("programs.rs", table), ("missing.rs", missing)] {
        text.push(']');
        fs::write(out.join(name), text).expect("the table can be written");
    }
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").expect("Cargo sets it"))
}

/// Whether there is a core library for the target.
fn is_installed(target: &str) -> bool {
    let output = rustc().args(["--print=target-libdir", "--target", target]).output();
    output.is_ok_and(|output| {
        output.status.success()
            && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}

fn build(target: &str, file: &Path) {
    let mut said = String::new();
    for linker in LINKERS {
        // The source's name is relative, so that the program does not depend on where it is built.
        let output = rustc()
            .args([
                "src/program/main.rs",
                "--edition=2024",
                "--crate-name=init",
                "--crate-type=bin",
            ])
            .args(["-Copt-level=s", "-Clto=fat", "-Ccodegen-units=1", "-Cpanic=abort"])
            .args(["-Crelocation-model=static", "-Cstrip=symbols", "--target", target])
            .args(linker)
            .arg("-o")
            .arg(file)
            .output()
            .expect("the compiler that runs this can be run");
        if output.status.success() {
            return;
        }
        said.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    panic!("the first program of RAM disks could not be built for {target}:\n{said}");
}
