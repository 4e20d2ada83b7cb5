//! tintype-image
