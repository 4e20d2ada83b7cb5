//! `tests/compare IMAGE SOURCE`: is the Linux partition of a disk image the tree that it was made from?
//!
//! Checks the partition table, each file system with its own checker, and every file with the
//! source, a directory or a tar archive. Exits 0 where all is equal, 1 where not, 2 on wrong use.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tintype_tests::disk::{self, Partition};
use tintype_tests::fixture::unpack;
use tintype_tests::scratch::Scratch;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(image), Some(source)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: tests/compare IMAGE SOURCE [PATH-THAT-MAY-BE-ADDED]...");
        return ExitCode::from(2);
    };
    let may_add: Vec<String> = arguments.map(|path| path.display().to_string()).collect();
    let may_add: Vec<&str> = may_add.iter().map(String::as_str).collect();

    let scratch = Scratch::new("compare");
    let tree = if source.is_dir() {
        source
    } else {
        let tree = scratch.join("source");
        unpack(&source, &tree);
        tree
    };
    let mut equal = true;
    for (index, partition) in disk::partitions(&image).iter().enumerate() {
        let number = index + 1;
        println!("partition {number}: {partition:?}");
        equal &=
            check(&image, partition, &tree, &may_add, &scratch.join(&format!("{number}.part")));
    }
    if equal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(image: &Path, partition: &Partition, tree: &Path, may_add: &[&str], file: &Path) -> bool {
    const LINUX: [&str; 3] =
        ["83", "0fc63daf-8483-4772-8e79-3d69d8477de4", "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"];
    const ESP: [&str; 2] = ["ef", "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"];
    disk::extract(image, partition, file).expect("the partition can be copied");
    if ESP.contains(&partition.kind.as_str()) {
        print!("{}", disk::check_fat(file).text());
    }
    if !LINUX.contains(&partition.kind.as_str()) {
        return true;
    }
    print!("{}", disk::check_ext4(file).text());
    let report = disk::compare_ext4(file, tree, may_add);
    println!("{report}");
    report.differences.is_empty()
}
