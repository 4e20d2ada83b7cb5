//! Checkouts of channels as directories of modules.

use std::fs;
use std::path::{Path, PathBuf};
use tintype_scheme::{LexemeKind, lexemes};

/// The directory of a channel's modules. A checkout may say in `.guix-channel`, as in
/// `(channel (version 0) (directory "modules"))`, that they are below it; without that it is the
/// directory itself.
pub fn module_directory(checkout: &Path) -> PathBuf {
    let Ok(text) = fs::read_to_string(checkout.join(".guix-channel")) else {
        return checkout.to_owned();
    };
    directory_of(&text).map_or(checkout.to_owned(), |name| checkout.join(name))
}

/// The string in `(directory STRING)`.
fn directory_of(text: &str) -> Option<&str> {
    let words = lexemes(text);
    let word = |at: usize| words.get(at).map(|word| &text[word.start..word.end]);
    let at = (1..words.len())
        .find(|at| word(*at) == Some("directory") && words[at - 1].kind == LexemeKind::Open)?;
    let name = word(at + 1)?.strip_prefix('"')?.strip_suffix('"')?;
    // It is below the checkout, written with or without a slash.
    Some(name.trim_start_matches('/')).filter(|name| !name.split('/').any(|part| part == ".."))
}

#[cfg(test)]
mod tests {
    use super::directory_of;

    #[test]
    fn the_directory_is_below_the_checkout() {
        let text = ";; (directory \"no\")\n(channel\n (version 0)\n (directory \"/src\"))\n";
        assert_eq!(directory_of(text), Some("src"));
        assert_eq!(directory_of("(channel (version 0))"), None);
        assert_eq!(directory_of("(channel (directory \"../..\"))"), None);
    }
}
