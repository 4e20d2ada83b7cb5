//! `tintype boot`.

use crate::arguments::{BootArguments, FirmwareArgument};
use crate::render::{self, CommandError};
use std::os::unix::process::CommandExt;
use std::process::Command;
use tintype_image::machine::{Machine, Starter};

/// Prints or runs the command that boots an image.
pub fn boot(arguments: &BootArguments) -> Result<(), CommandError> {
    let machine = Machine::of_image(&arguments.image).map_err(other)?;
    let starter = starter(&machine, arguments.firmware)?;
    let mut words = machine.command(starter).map_err(other)?;
    words.extend(arguments.options.iter().cloned());
    if arguments.exec {
        let error = Command::new(&words[0]).args(&words[1..]).exec();
        return Err(CommandError::Other(format!("{}: {error}", words[0])));
    }
    if arguments.json {
        render::answer(&serde_json::json!(words).to_string());
    } else {
        let quoted: Vec<_> = words.iter().map(|word| quoted(word)).collect();
        render::answer(&quoted.join(" "));
    }
    Ok(())
}

fn starter(machine: &Machine, wanted: Option<FirmwareArgument>) -> Result<Starter, CommandError> {
    let suits = |starter: &&Starter| match wanted {
        None => true,
        Some(FirmwareArgument::Bios) => **starter == Starter::Bios,
        Some(FirmwareArgument::Uefi) => matches!(starter, Starter::Uefi(_)),
    };
    machine.starters.iter().find(suits).copied().ok_or_else(|| {
        let firmware = match wanted {
            Some(FirmwareArgument::Bios) => "a BIOS",
            _ => "UEFI",
        };
        CommandError::Other(format!(
            "{}: nothing in it is started by {firmware}",
            machine.image.display()
        ))
    })
}

/// The word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./,=:+@%".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn other(error: impl ToString) -> CommandError {
    CommandError::Other(error.to_string())
}
