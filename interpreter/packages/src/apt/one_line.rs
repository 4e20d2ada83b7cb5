//! sources.list(5), the one-line form: `deb [option=value ...] URI SUITE COMPONENT...`.

use super::sources::{Options, Reading};
use super::{Apt, AptError};
use std::path::Path;

pub(super) fn read(
    text: &str,
    path: &Path,
    reading: &Reading<'_>,
    apt: &mut Apt,
) -> Result<(), AptError> {
    for (at, line) in text.lines().enumerate() {
        let fault = |fault: String| AptError::Line { path: path.to_owned(), line: at + 1, fault };
        let line = line.split('#').next().unwrap_or_default().trim();
        let (kind, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match kind {
            "" | "deb-src" => continue,
            "deb" => {}
            other => return Err(fault(format!("`{other}`: a source begins with deb or deb-src"))),
        }
        let mut options = Options::default();
        let mut rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('[') {
            let (inside, after) =
                after.split_once(']').ok_or_else(|| fault("a `[` without its `]`".to_owned()))?;
            for option in inside.split_whitespace() {
                let (name, value) = option
                    .split_once('=')
                    .ok_or_else(|| fault(format!("`{option}` is not name=value")))?;
                let values: Vec<&str> = value.split(',').collect();
                options.set(name.trim_end_matches(['+', '-']), &values).map_err(fault)?;
            }
            rest = after;
        }
        let mut words = rest.split_whitespace();
        let (Some(uri), Some(suite)) = (words.next(), words.next()) else {
            return Err(fault("a source has an address and a suite".to_owned()));
        };
        options.uris = vec![uri.to_owned()];
        options.suites = vec![suite.to_owned()];
        options.components = words.map(str::to_owned).collect();
        let place = format!("{}:{}", path.display(), at + 1);
        reading.add(&options, &place, apt).map_err(fault)?;
    }
    Ok(())
}
