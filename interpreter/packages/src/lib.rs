//! tintype-packages
