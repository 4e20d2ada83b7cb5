//! Packages from an archive that is served on loopback: the whole way, and every attack on it.

mod attacks;
mod made;
mod server;
mod way;
