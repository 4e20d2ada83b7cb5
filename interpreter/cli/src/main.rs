//! The `tintype` command: arguments, rendering, exit codes. 0 is done, 1 failed, 2 wrong
//! usage, 130 stopped by Ctrl-C.

mod arguments;
mod boot;
mod commands;
mod guix;
mod interrupt;
mod manual;
mod packages;
mod render;
mod repl;
mod size;

use arguments::Arguments;
use clap::Parser as _;
use std::process::ExitCode;

/// Evaluating makes and drops many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The status of wrong usage.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let words = match guix::words(std::env::args_os()) {
        Ok(words) => words,
        Err(wrong) => {
            render::say(None, "error", &wrong);
            return ExitCode::from(USAGE);
        }
    };
    let arguments = Arguments::parse_from(words);
    let outcome = tintype_dsl::with_stack(move || commands::run(&arguments));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => render::failure(&failure),
    }
}
