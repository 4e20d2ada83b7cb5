//! Entries that come through a pipe or from a file: without prompts, and without an editor.

use super::{Dialogue, Next};
use crate::render::CommandError;
use std::io::BufRead as _;
use tintype_dsl::is_complete;

/// Does every entry of standard input; the status to exit with.
pub fn read_all(dialogue: &mut Dialogue) -> Result<u8, CommandError> {
    let mut entry = String::new();
    let mut line = Vec::new();
    let mut input = std::io::stdin().lock();
    loop {
        line.clear();
        let count = input
            .read_until(b'\n', &mut line)
            .map_err(|error| CommandError::Other(format!("standard input: {error}")))?;
        entry += &String::from_utf8_lossy(&line);
        let is_over = count == 0;
        if !is_over && !is_complete(entry.trim_start().trim_start_matches(',')) {
            continue;
        }
        if !entry.trim().is_empty()
            && let Next::Quit(status) = dialogue.enter(&entry)
        {
            return Ok(status);
        }
        entry.clear();
        if is_over {
            return Ok(dialogue.failed.into());
        }
    }
}
