//! Running build-side code. It is Scheme, so someone else does it: see [`Builder`].

use crate::plan::{Code, Place};
use crate::store::Item;
use std::path::Path;
use std::rc::Rc;
use tintype_tree::Tree;

/// Code to be run, and all that it may see.
#[derive(Debug)]
pub struct Computation<'a> {
    /// What is made, for messages.
    pub shown: &'a str,
    /// The code.
    pub code: &'a Code,
    /// The path of each of the code's inputs.
    pub inputs: &'a [String],
    /// The items that can be read: the inputs', and what those refer to.
    pub items: &'a [Rc<Item>],
    /// What it is to make.
    pub task: Task<'a>,
    /// A directory with room for what it writes.
    pub spool_directory: &'a Path,
}

/// What a computation is to make.
#[derive(Debug)]
pub enum Task<'a> {
    /// The outputs that the code names: name and path of each, `out` first.
    Outputs(&'a [(String, String)]),
    /// The code evaluates to a procedure that fills a directory.
    Directory {
        /// Trees that procedures of the standard library can put there, by their names.
        trees: &'a [(&'static str, &'a Tree)],
    },
}

/// Why code failed.
#[derive(Debug)]
pub struct CodeError {
    /// Where in the definition.
    pub place: Option<Place>,
    /// What is wrong, as whoever ran it says it.
    pub error: Box<dyn std::error::Error + Send + Sync>,
}

/// Runs build-side code. It can read the items and write what it is to make, and nothing else: no
/// network, no process, no clock.
pub trait Builder: std::fmt::Debug {
    /// What was made: for outputs, a tree for each with one entry, the output, called by the last
    /// part of its path; for a directory, its tree.
    ///
    /// # Errors
    /// When the code fails, or makes nothing.
    fn run(&self, computation: &Computation) -> Result<Vec<Tree>, CodeError>;
}
