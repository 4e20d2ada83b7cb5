//! Partition tables, judged by sfdisk and sgdisk.

use std::fs::File;
use std::path::{Path, PathBuf};
use tintype_formats::lba::{Lba, Unaligned};
use tintype_formats::placement::PlacementError;
use tintype_formats::{gpt, mbr};
use tintype_tests::lacking::{Need, met};
use tintype_tests::program::run_named;
use tintype_tests::scratch::Scratch;
use tintype_tree::Extents;
use uuid::{Uuid, uuid};

const MIB: u64 = 1 << 20;
const DISK: Uuid = uuid!("f45ddd75-193c-42bd-9f14-d187f4068c73");

fn primary(type_code: u8, start: u64, sectors: u64) -> mbr::Partition {
    mbr::Partition { type_code, bootable: type_code == mbr::LINUX, start: Lba(start), sectors }
}

fn mbr_of(partitions: Vec<mbr::Partition>) -> mbr::Table {
    mbr::Table { disk_signature: 0x1234_abcd, partitions, ..mbr::Table::default() }
}

fn partition(number: u8, type_guid: Uuid, start: u64, sectors: u64) -> gpt::Partition {
    let unique_guid = Uuid::from_bytes([number; 16]);
    let name = format!("part {number}");
    gpt::Partition { type_guid, unique_guid, name, attributes: 0, start: Lba(start), sectors }
}

fn gpt_of(partitions: Vec<gpt::Partition>) -> gpt::Table {
    gpt::Table { disk_guid: DISK, partitions, ..gpt::Table::default() }
}

fn save(disk: &Extents, path: PathBuf) -> PathBuf {
    use std::os::unix::fs::FileExt;
    let image = File::create(&path).unwrap();
    image.set_len(disk.len()).unwrap();
    for extent in disk.iter() {
        let bytes = disk.slice(extent.start, extent.len).to_vec().unwrap();
        image.write_all_at(&bytes, extent.start).unwrap();
    }
    path
}

fn sfdisk_dump(image: &Path) -> String {
    run_named("sfdisk", [Path::new("-d"), image]).ok().text()
}

#[test]
fn sfdisk_reads_the_mbr_that_was_written() {
    if !met("mbr: sfdisk", &[Need::Tool("sfdisk")]) {
        return;
    }
    let scratch = Scratch::new("mbr");
    let table = mbr_of(vec![
        primary(mbr::EFI_SYSTEM, 2048, 81_920),
        primary(mbr::LINUX, 83_968, 20_000_000),
        primary(mbr::LINUX_SWAP, 30_000_000, 2048),
        primary(mbr::FAT32_LBA, 33_000_000, 1),
    ]);
    let mut disk = Extents::hole(20_000 * MIB);
    table.put(&mut disk).unwrap();
    assert_eq!(mbr::Table::read(&disk).unwrap(), table);
    let image = save(&disk, scratch.join("mbr.img"));
    let dump = sfdisk_dump(&image);
    assert!(dump.contains("label-id: 0x1234abcd"), "{dump}");
    for line in [
        "1 : start=        2048, size=       81920, type=ef\n",
        "2 : start=       83968, size=    20000000, type=83, bootable\n",
        "3 : start=    30000000, size=        2048, type=82\n",
        "4 : start=    33000000, size=           1, type=c\n",
    ] {
        assert!(dump.contains(line), "{line}{dump}");
    }
    let verified = run_named("sfdisk", [Path::new("--verify"), &image]).ok();
    assert!(verified.text().contains("No errors detected"), "{verified}");
    assert_eq!(verified.stderr, "", "{verified}");

    // Written again by sfdisk from its own dump, the table is the same to the byte.
    let theirs = File::create(scratch.join("sfdisk.img")).unwrap();
    theirs.set_len(disk.len()).unwrap();
    std::fs::write(scratch.join("dump"), dump.replace("last-lba", "ignored")).unwrap();
    let mut sfdisk = tintype_tests::program::command("sfdisk");
    sfdisk.arg("-q").arg(scratch.join("sfdisk.img"));
    sfdisk.stdin(File::open(scratch.join("dump")).unwrap());
    tintype_tests::program::run(&mut sfdisk).ok();
    let mut sector = [0; 512];
    std::io::Read::read_exact(&mut File::open(scratch.join("sfdisk.img")).unwrap(), &mut sector)
        .unwrap();
    assert_eq!(sector, table.encode(disk.len()).unwrap());
}

#[test]
fn partitions_that_do_not_fit_an_mbr_are_refused_by_number() {
    let refused = |partitions: Vec<mbr::Partition>, len: u64| {
        mbr_of(partitions).put(&mut Extents::hole(len)).unwrap_err()
    };
    let one = primary(mbr::LINUX, 2048, 100);
    assert_eq!(refused(vec![one; 5], 4 * MIB), mbr::Error::TooMany { count: 5 });
    let overlap =
        refused(vec![primary(mbr::LINUX, 3000, 10), primary(mbr::LINUX, 2048, 953)], 4 * MIB);
    assert_eq!(
        overlap.to_string(),
        "partitions 2 and 1 overlap: 2 has the sectors 2048..3001, 1 has 3000..3010"
    );
    let beyond = refused(vec![primary(mbr::LINUX, 2048, 6145)], 4 * MIB);
    let expected = PlacementError::BeyondEnd { number: 1, end: Lba(8193), usable: Lba(8192) };
    assert_eq!(beyond, expected.into());
    assert_eq!(
        refused(vec![primary(mbr::LINUX, 2048, 0)], 4 * MIB),
        PlacementError::Empty { number: 1 }.into()
    );
    let in_table = refused(vec![primary(mbr::LINUX, 0, 9)], 4 * MIB);
    assert!(matches!(in_table, mbr::Error::Placement(PlacementError::InTable { number: 1, .. })));
    let far = refused(vec![one, primary(mbr::LINUX, 1 << 31, 1 << 32)], 1 << 43);
    assert_eq!(far, mbr::Error::BeyondReach { number: 2 });
    let huge = refused(vec![primary(mbr::LINUX, u64::MAX, u64::MAX)], 4 * MIB);
    assert!(matches!(huge, mbr::Error::Placement(PlacementError::BeyondEnd { .. })), "{huge}");
    let mut occupied = Extents::from_bytes(*b"boot");
    occupied.grow(MIB);
    assert_eq!(mbr_of(vec![]).put(&mut occupied), Err(mbr::Error::Occupied));
}

#[test]
fn an_offset_within_a_sector_is_no_lba() {
    assert_eq!(Lba::from_offset(17_408, 512), Ok(Lba(34)));
    let unaligned = Unaligned { offset: 17_408, block_len: 4096 };
    assert_eq!(Lba::from_offset(17_408, 4096), Err(unaligned));
}

fn verify(image: &Path) {
    let sgdisk = run_named("sgdisk", [Path::new("-v"), image]).ok();
    let said = sgdisk.text();
    assert!(said.contains("No problems found"), "{sgdisk}");
    assert!(!said.contains("Warning") && !said.contains("Caution"), "{sgdisk}");
    let sfdisk = run_named("sfdisk", [Path::new("--verify"), image]).ok();
    assert!(sfdisk.text().contains("No errors detected") && sfdisk.stderr.is_empty(), "{sfdisk}");
}

#[test]
fn sgdisk_and_sfdisk_find_nothing_wrong_with_a_gpt() {
    if !met("gpt: sgdisk, sfdisk", &[Need::Tool("sgdisk"), Need::Tool("sfdisk")]) {
        return;
    }
    let scratch = Scratch::new("gpt");
    let mut table = gpt_of(vec![
        partition(1, gpt::EFI_SYSTEM, 2048, 81_920),
        partition(2, gpt::LINUX_FILESYSTEM, 83_968, 100_000),
        partition(3, gpt::LINUX_SWAP, 183_968, 32),
    ]);
    table.partitions[1].attributes = gpt::LEGACY_BIOS_BOOTABLE;
    table.partitions[2].name = "ä😀".repeat(12);
    for len in [100 * MIB, 100 * MIB + 512, 3 << 40] {
        let mut disk = Extents::hole(len);
        table.put(&mut disk).unwrap();
        assert_eq!(gpt::Table::read(&disk).unwrap(), table);
        let image = save(&disk, scratch.join("gpt.img"));
        verify(&image);
        let dump = sfdisk_dump(&image);
        let disk_guid = DISK.to_string().to_uppercase();
        assert!(dump.contains(&format!("label-id: {disk_guid}")), "{dump}");
        for line in [
            "1 : start=        2048, size=       81920, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=01010101-0101-0101-0101-010101010101, name=\"part 1\"\n",
            "uuid=02020202-0202-0202-0202-020202020202, name=\"part 2\", attrs=\"LegacyBIOSBootable\"\n",
            "3 : start=      183968, size=          32, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F",
        ] {
            assert!(dump.contains(line), "{line}{dump}");
        }
    }
}

#[test]
fn a_partition_may_start_right_behind_the_entries() {
    if !met("gpt: sgdisk, sfdisk", &[Need::Tool("sgdisk"), Need::Tool("sfdisk")]) {
        return;
    }
    let scratch = Scratch::new("gpt-34");
    let spl = Lba::from_offset(17_408, 512).unwrap();
    let last = 65_536 - 34 - 4130;
    let table = gpt_of(vec![
        partition(1, uuid!("5b193300-fc78-40cd-8002-e86c45580b47"), spl.0, 2048),
        partition(2, gpt::LINUX_FILESYSTEM, 4130, last),
    ]);
    let mut disk = Extents::hole(32 * MIB);
    disk.put_bytes(spl.0 * 512, *b"loader");
    table.put(&mut disk).unwrap();
    verify(&save(&disk, scratch.join("gpt.img")));
}

#[test]
fn a_damaged_primary_table_is_read_from_the_backup() {
    let table = gpt_of(vec![partition(1, gpt::EFI_SYSTEM, 2048, 2048)]);
    let mut disk = Extents::hole(4 * MIB);
    table.put(&mut disk).unwrap();
    let mut bytes = disk.to_vec().unwrap();
    bytes[512..1024].fill(0);
    assert_eq!(gpt::Table::read(&Extents::from_bytes(bytes.clone())).unwrap(), table);
    let end = bytes.len();
    bytes[end - 512..].fill(0);
    assert!(gpt::Table::read(&Extents::from_bytes(bytes)).is_err());
    assert!(gpt::Table::read(&Extents::hole(0)).is_err());
    assert!(gpt::Table::read(&Extents::hole(MIB)).is_err());
}

#[test]
fn a_damaged_entry_is_an_error_and_never_a_panic() {
    let table = gpt_of(vec![partition(1, gpt::EFI_SYSTEM, 2048, 2048)]);
    let mut disk = Extents::hole(MIB * 4);
    table.put(&mut disk).unwrap();
    let front = disk.slice(0, 34 * 512).to_vec().unwrap();
    for at in (0..604).chain(1024..1152) {
        let mut bytes = front.clone();
        bytes[at] ^= 0xff;
        // Without the backup: whatever the front says is all there is.
        let read = gpt::Table::read(&Extents::from_bytes(bytes));
        assert_eq!(read.is_err(), at >= 512, "byte {at}");
    }
}

#[test]
fn the_protective_partition_can_be_marked_bootable_and_keeps_boot_code() {
    let mut table = gpt_of(vec![partition(1, gpt::BIOS_BOOT, 34, 2014)]);
    table.protective_bootable = true;
    table.boot_code[..2].copy_from_slice(&[0xeb, 0x63]);
    let mut disk = Extents::hole(4 * MIB);
    table.put(&mut disk).unwrap();
    assert_eq!(gpt::Table::read(&disk).unwrap(), table);
    let sector = disk.slice(0, 512).to_vec().unwrap();
    assert_eq!((sector[0], sector[446], sector[450]), (0xeb, 0x80, 0xee));
}

#[test]
fn partitions_that_do_not_fit_a_gpt_are_refused_by_number() {
    let refused = |partitions: Vec<gpt::Partition>, len: u64| {
        gpt_of(partitions).put(&mut Extents::hole(len)).unwrap_err()
    };
    let linux = |number, start, sectors| partition(number, gpt::LINUX_FILESYSTEM, start, sectors);
    let mut long = linux(1, 2048, 1);
    long.name = "😀".repeat(19);
    let too_long = refused(vec![long.clone()], MIB * 4);
    assert_eq!(too_long, gpt::Error::NameTooLong { number: 1, name: long.name, units: 38 });
    let same = refused(vec![linux(1, 2048, 1), linux(1, 2049, 1)], 4 * MIB);
    assert!(matches!(same, gpt::Error::SameGuid { first: 1, second: 2, .. }), "{same}");
    let in_table = refused(vec![linux(1, 33, 1)], 4 * MIB);
    let expected = PlacementError::InTable { number: 1, start: Lba(33), usable: Lba(34) };
    assert_eq!(in_table, expected.into());
    let in_backup = refused(vec![linux(1, 2048, 8192 - 33 - 2047)], 4 * MIB);
    let expected = PlacementError::BeyondEnd { number: 1, end: Lba(8160), usable: Lba(8159) };
    assert_eq!(in_backup, expected.into());
    assert_eq!(refused(vec![], 1000), gpt::Error::DiskLen { len: 1000 });
    let many = (0..129).map(|number| linux(number, 2048 + u64::from(number), 1)).collect();
    assert_eq!(refused(many, 4 * MIB), gpt::Error::TooMany { count: 129 });
    let mut disk = Extents::hole(4 * MIB);
    disk.put_bytes(8192, *b"a loader where the entries go");
    let occupied = gpt_of(vec![]).put(&mut disk);
    assert_eq!(occupied, Err(gpt::Error::Occupied { first: Lba(0), end: Lba(34) }));
}

fn logical(record: u64, start: u64, sectors: u64) -> mbr::Logical {
    mbr::Logical { record: Lba(record), partition: primary(mbr::LINUX, start, sectors) }
}

#[test]
fn sfdisk_reads_logical_partitions() {
    if !met("mbr: sfdisk, logical partitions", &[Need::Tool("sfdisk")]) {
        return;
    }
    let scratch = Scratch::new("mbr-logical");
    let mut table = mbr_of(vec![
        primary(mbr::EFI_SYSTEM, 2048, 2048),
        primary(mbr::LINUX, 4096, 1000),
        primary(mbr::LINUX_SWAP, 6144, 2048),
    ]);
    table.logical = vec![
        logical(8192, 10_240, 2048),
        // A record may be the sector before its partition.
        logical(12_288, 12_289, 100),
        logical(14_336, 16_384, 4096),
    ];
    let mut disk = Extents::hole(16 * MIB);
    table.put(&mut disk).unwrap();
    assert_eq!(mbr::Table::read(&disk).unwrap(), table);
    let image = save(&disk, scratch.join("mbr.img"));
    let dump = sfdisk_dump(&image);
    for line in [
        "4 : start=        8192, size=       12288, type=f\n",
        "5 : start=       10240, size=        2048, type=83, bootable\n",
        "6 : start=       12289, size=         100, type=83, bootable\n",
        "7 : start=       16384, size=        4096, type=83, bootable\n",
    ] {
        assert!(dump.contains(line), "{line}{dump}");
    }
    let verified = run_named("sfdisk", [Path::new("--verify"), &image]).ok();
    assert!(verified.text().contains("No errors detected"), "{verified}");
}

#[test]
fn logical_partitions_that_do_not_fit_are_refused() {
    let refused = |partitions: Vec<mbr::Partition>, logical: Vec<mbr::Logical>| {
        let table = mbr::Table { logical, ..mbr_of(partitions) };
        table.put(&mut Extents::hole(16 * MIB)).unwrap_err()
    };
    let one = primary(mbr::LINUX, 2048, 10);
    let four = (1..=4).map(|number| primary(mbr::LINUX, number * 2048, 10)).collect();
    let too_many = refused(four, vec![logical(20_000, 20_001, 5)]);
    assert_eq!(too_many, mbr::Error::TooMany { count: 5 });
    let overlap = refused(vec![one], vec![logical(4000, 4001, 50), logical(4050, 4060, 5)]);
    assert!(overlap.to_string().starts_with("partitions 5 and 6 overlap"), "{overlap}");
    let inside = refused(
        vec![primary(mbr::LINUX, 5000, 10)],
        vec![logical(4000, 4001, 50), logical(6000, 6001, 50)],
    );
    assert!(inside.to_string().starts_with("partitions 2 and 1 overlap"), "{inside}");
    let backwards = refused(vec![one], vec![logical(4000, 4000, 50)]);
    assert_eq!(backwards, PlacementError::Empty { number: 5 }.into());
}

#[test]
fn records_that_lead_nowhere_are_an_error() {
    let mut table = mbr_of(vec![primary(mbr::LINUX, 2048, 10)]);
    table.logical = vec![logical(4096, 4097, 10), logical(5000, 5001, 10)];
    let mut disk = Extents::hole(4 * MIB);
    table.put(&mut disk).unwrap();
    let mut bytes = disk.to_vec().unwrap();
    // The first record refers to itself.
    bytes[4096 * 512 + 446 + 16 + 8..][..4].fill(0);
    let looped = mbr::Table::read(&Extents::from_bytes(bytes.clone())).unwrap_err();
    assert!(looped.to_string().contains("lead back"), "{looped}");
    bytes[4096 * 512 + 446 + 16 + 8..][..4].fill(0xff);
    assert!(mbr::Table::read(&Extents::from_bytes(bytes)).is_err());
}

#[test]
fn a_hybrid_mbr_names_partitions_of_the_gpt() {
    if !met("gpt: hybrid MBR", &[Need::Tool("sgdisk"), Need::Tool("sfdisk")]) {
        return;
    }
    let scratch = Scratch::new("gpt-hybrid");
    let mut table = gpt_of(vec![
        partition(1, gpt::EFI_SYSTEM, 2048, 2048),
        partition(2, gpt::LINUX_FILESYSTEM, 4096, 8192),
    ]);
    table.disk_signature = 0xfeed_beef;
    table.hybrid = vec![primary(mbr::EFI_SYSTEM, 2048, 2048), primary(mbr::LINUX, 4096, 8192)];
    let mut disk = Extents::hole(16 * MIB);
    table.put(&mut disk).unwrap();
    assert_eq!(gpt::Table::read(&disk).unwrap(), table);
    let image = save(&disk, scratch.join("gpt.img"));
    let sgdisk = run_named("sgdisk", [Path::new("-v"), &image]).ok();
    assert!(sgdisk.text().contains("No problems found"), "{sgdisk}");
    let mut dos = tintype_tests::program::command("sfdisk");
    dos.args(["--label-nested", "dos", "-d"]).arg(&image);
    let dos = tintype_tests::program::run(&mut dos).ok().text();
    for line in [
        "label-id: 0xfeedbeef",
        "start=           1, size=        2047, type=ee",
        "start=        2048, size=        2048, type=ef",
        "start=        4096, size=        8192, type=83, bootable",
    ] {
        assert!(dos.contains(line), "{line}\n{dos}");
    }
}

#[test]
fn a_disk_of_large_sectors_has_its_table_where_they_say() {
    let mut table = gpt_of(vec![
        partition(1, gpt::EFI_SYSTEM, 256, 1024),
        partition(2, gpt::LINUX_FILESYSTEM, 1280, 512),
    ]);
    table.block_len = 4096;
    let mut disk = Extents::hole(16 * MIB);
    table.put(&mut disk).unwrap();
    assert_eq!(gpt::Table::read(&disk).unwrap(), table);
    let mut signature = [0; 8];
    for header in [4096, 16 * MIB - 4096] {
        disk.read_at(header, &mut signature).unwrap();
        assert_eq!(&signature, b"EFI PART");
    }
    // Entries fill four sectors on either side.
    assert_eq!((gpt::front_len(4096), gpt::back_len(4096)), (6 * 4096, 5 * 4096));
    if !met(
        "gpt: sectors of 4096 bytes",
        &[Need::Root, Need::Tool("sfdisk"), Need::Tool("losetup")],
    ) {
        return;
    }
    let scratch = Scratch::new("gpt-4k");
    let image = save(&disk, scratch.join("gpt.img"));
    let attach = ["--find", "--show", "--sector-size", "4096"].map(Path::new);
    let attached = run_named("losetup", attach.into_iter().chain([&*image])).ok().text();
    let device = Path::new(attached.trim());
    let dump = run_named("sfdisk", [Path::new("-d"), device]);
    let verified = run_named("sfdisk", [Path::new("--verify"), device]);
    run_named("losetup", [Path::new("-d"), device]).ok();
    let (dump, verified) = (dump.ok().text(), verified.ok());
    for line in ["sector-size: 4096", "first-lba: 6", "start=         256, size=        1024"] {
        assert!(dump.contains(line), "{line}\n{dump}");
    }
    assert!(verified.text().contains("No errors detected"), "{verified}");
}

/// Numbers that look random, the same in every run.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |limit| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    }
}

#[test]
fn random_tables_read_back_equal() {
    for seed in 0..300 {
        let mut below = numbers(seed);
        let block_len = if below(3) == 0 { 4096 } else { 512 };
        let mut at = 64;
        let gap = |at: &mut u64, below: &mut dyn FnMut(u64) -> u64| {
            *at += [0, 1, 7, 2048][below(4) as usize];
            *at
        };
        let mut partitions = Vec::new();
        for number in 0..below(30) {
            let start = gap(&mut at, &mut below);
            let sectors = below(5000) + 1;
            let mut one = partition(number as u8 + 1, gpt::BASIC_DATA, start, sectors);
            one.attributes = below(8);
            one.name = "ä😀x".repeat(below(9) as usize);
            partitions.push(one);
            at += sectors;
        }
        let table = gpt::Table { block_len, ..gpt_of(partitions) };
        let mut disk = Extents::hole((at + 100) * block_len);
        table.put(&mut disk).unwrap();
        assert_eq!(gpt::Table::read(&disk).unwrap(), table, "{seed}");

        let mut at = 1;
        let mut primaries = Vec::new();
        for _ in 0..below(3) + 1 {
            let start = gap(&mut at, &mut below);
            let sectors = below(9000) + 1;
            primaries.push(primary(below(0x80) as u8 | 0x80, start, sectors));
            at += sectors;
        }
        let mut logicals = Vec::new();
        for _ in 0..below(12) {
            let record = gap(&mut at, &mut below);
            let start = record + 1 + below(2048);
            let sectors = below(9000) + 1;
            logicals.push(logical(record, start, sectors));
            at = start + sectors;
        }
        // 0x85 is an extended partition.
        primaries.retain(|one| one.type_code != 0x85);
        let table = mbr::Table { logical: logicals, ..mbr_of(primaries) };
        let mut disk = Extents::hole((at + 1) * 512);
        table.put(&mut disk).unwrap();
        assert_eq!(mbr::Table::read(&disk).unwrap(), table, "{seed}");
    }
}
