//! Whiteouts: entries of a layer that say what is no longer there (image-spec, "Whiteouts"; they began
//! with AUFS).

/// What goes before the name of what is gone.
const PREFIX: &[u8] = b".wh.";

/// What goes before names that AUFS keeps for itself.
const RESERVED: &[u8] = b".wh..wh.";

/// The name that says that everything in the directory is gone.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// What is no longer in a directory.
pub(super) enum Whiteout<'a> {
    /// This entry.
    Entry(&'a [u8]),
    /// Any entry of the layers below.
    Everything,
    /// AUFS's own, which says nothing.
    Nothing,
}

/// The whiteout that the path stands for, if it is one.
pub(super) fn of<'a>(path: &[&'a [u8]]) -> Option<Whiteout<'a>> {
    let name = path.last()?;
    match name.strip_prefix(PREFIX)? {
        _ if *name == OPAQUE => Some(Whiteout::Everything),
        _ if name.starts_with(RESERVED) => Some(Whiteout::Nothing),
        gone => Some(Whiteout::Entry(gone)),
    }
}
