//! The `tintype` command: arguments, rendering, exit codes. 0 is done, 1 failed, 2 wrong
//! usage, 130 stopped by Ctrl-C.

mod arguments;
mod boot;
mod commands;
mod interrupt;
mod manual;
mod render;
mod repl;
mod size;

use arguments::Arguments;
use clap::Parser as _;
use std::process::ExitCode;

/// Evaluating makes and drops many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse_from(arguments::without_guix_prefix(std::env::args_os()));
    let outcome = tintype_dsl::with_stack(move || commands::run(&arguments));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => render::failure(&failure),
    }
}
