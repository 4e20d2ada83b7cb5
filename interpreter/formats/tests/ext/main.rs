//! ext2, ext3 and ext4, judged by e2fsck, dumpe2fs, mke2fs, debugfs and the kernel.

mod contents;
mod debugfs;
mod features;
mod growth;
mod image;
mod large;
mod matrix;
mod random;
mod reading;
mod refusals;
mod same;
mod sizes;
mod trees;
