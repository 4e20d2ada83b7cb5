//! tintype-scheme
