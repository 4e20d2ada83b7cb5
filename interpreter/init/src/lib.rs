//! `/init` of initial RAM disks, as a program for each machine that it was built for. What it does
//! stands in `program/main.rs`.

/// Machines, as systems of Guix name them, and their programs: static, for Linux.
const PROGRAMS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// Machines that the compiler had no core library for, and a target of it that has one.
const MISSING: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/missing.rs"));

/// The compiler's target that has to be installed for `machine` to have a program; `None` if there is one, or
/// never will be.
pub fn missing_target(machine: &str) -> Option<&'static str> {
    MISSING.iter().find(|(name, _)| *name == machine).map(|(_, target)| *target)
}

/// The program for `machine`, if it could be built.
pub fn program(machine: &str) -> Option<&'static [u8]> {
    PROGRAMS.iter().find(|(name, _)| *name == machine).map(|(_, program)| *program)
}

/// The machines that there is a program for.
pub fn machines() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().map(|(name, _)| *name)
}
