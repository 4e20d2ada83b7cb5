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
    assert_eq!(Lba::from_offset(17_408), Ok(Lba(34)));
    assert_eq!(Lba::from_offset(1000), Err(Unaligned { offset: 1000 }));
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
    let spl = Lba::from_offset(17_408).unwrap();
    let last = 65_536 - 34 - 4130;
    let table = gpt_of(vec![
        partition(1, uuid!("5b193300-fc78-40cd-8002-e86c45580b47"), spl.0, 2048),
        partition(2, gpt::LINUX_FILESYSTEM, 4130, last),
    ]);
    let mut disk = Extents::hole(32 * MIB);
    disk.put_bytes(spl.offset(), *b"loader");
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
