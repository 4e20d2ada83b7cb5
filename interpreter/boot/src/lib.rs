//! tintype-boot
