//! Completions for shells and manual pages, from the one definition of the command line.

use crate::arguments::{Arguments, CompletionsArguments, ManArguments};
use crate::render::CommandError;
use clap::CommandFactory as _;
use std::io::{self, Write};

/// `tintype completions SHELL`.
pub fn completions(arguments: &CompletionsArguments) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "tintype", &mut script);
    print(&script);
    Ok(())
}

/// `tintype man [COMMAND]`.
pub fn man(arguments: &ManArguments) -> Result<(), CommandError> {
    let mut command = Arguments::command();
    command.build();
    let page = match &arguments.command {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            let found =
                found.ok_or_else(|| CommandError::Other(format!("{name}: no such command")))?;
            let full_name: &'static str = Box::leak(format!("tintype-{name}").into_boxed_str());
            found.name(full_name)
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| CommandError::Other(error.to_string()))?;
    print(&text);
    Ok(())
}

/// A reader that has gone away is no error.
fn print(bytes: &[u8]) {
    let _: io::Result<()> = io::stdout().lock().write_all(bytes);
}
