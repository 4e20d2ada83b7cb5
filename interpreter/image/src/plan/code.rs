//! Build-side code: a program that makes files when the image is made.

use super::{FileLike, Place};

/// Code of a definition, as data. In `text`, `(*input* N)` stands for the path of the object `N` of
/// `inputs`, and `(*output* NAME)` for the path of the output `NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// One expression, without places: what it is, wherever it was written.
    pub text: String,
    /// What it refers to.
    pub inputs: Vec<FileLike>,
    /// The outputs that it names, sorted.
    pub outputs: Vec<String>,
    /// Modules that are made for it: the name of each, and which of the inputs holds it.
    pub modules: Vec<(Vec<String>, usize)>,
    /// Where its parts were written: the way to a part, an index at each list, and the place.
    pub origins: Vec<(Vec<usize>, Place)>,
}

impl Code {
    /// Where the code begins.
    pub fn place(&self) -> Option<Place> {
        self.origins.first().map(|(_, place)| place.clone())
    }

    /// Whether the name of a procedure occurs in it.
    pub fn mentions(&self, name: &str) -> bool {
        let ends = |c: char| c.is_whitespace() || "()'`,\"".contains(c);
        self.text.split(ends).any(|word| word == name)
    }
}
