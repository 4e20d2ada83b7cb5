//! ISO 9660 volumes of ours, read by programs that are not, and by our own reader.

mod boot;
mod contents;
mod refusals;
mod volume;
