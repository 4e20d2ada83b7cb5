//! tintype-dsl
