//! Machines that QEMU emulates in software, to see whether an image boots.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::fixture;
use crate::lacking::Need;
use crate::program;
use crate::scratch::Scratch;
use crate::terminal::Terminal;

/// No boot takes longer, however busy the host is.
const LIMIT: Duration = Duration::from_secs(600);

/// Where Debian's package `ovmf` has the firmware.
pub const OVMF: &str = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const OVMF_VARIABLES: &str = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/// What booting by BIOS or UEFI needs.
pub const BIOS_NEEDS: [Need; 1] = [Need::Tool("qemu-system-x86_64")];
/// What booting by UEFI needs.
pub const UEFI_NEEDS: [Need; 2] = [Need::Tool("qemu-system-x86_64"), Need::File(OVMF)];

/// What starts the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// SeaBIOS.
    Bios,
    /// OVMF.
    Uefi,
    /// OVMF that starts nothing but what is signed by those whom PCs trust.
    SecureUefi,
}

/// Debian's firmware with secure boot, and its variables with Microsoft's keys.
pub const SECURE_OVMF: &str = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd";
const SECURE_OVMF_VARIABLES: &str = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd";

/// A machine to be switched on.
#[derive(Debug)]
pub struct Machine {
    /// What starts it.
    pub firmware: Firmware,
    /// Its disks, in order: file, and format in QEMU's words.
    pub disks: Vec<(PathBuf, &'static str)>,
    /// What is in its CD drive, which the firmware then starts.
    pub optical: Option<PathBuf>,
    /// Which of the disks the firmware starts, from 0.
    pub starts: usize,
    /// Whether what it writes to its disks is there afterwards.
    pub keeps: bool,
    /// Bytes of its disks' sectors.
    pub sector: u32,
    /// Whether it has a serial port.
    pub has_serial: bool,
    /// Further words for QEMU.
    pub options: Vec<String>,
}

impl Machine {
    /// A machine with one disk in raw format. What it writes there is lost.
    pub fn new(firmware: Firmware, disk: &Path) -> Machine {
        Machine {
            firmware,
            disks: vec![(disk.to_owned(), "raw")],
            optical: None,
            starts: 0,
            keeps: false,
            sector: 512,
            has_serial: true,
            options: Vec::new(),
        }
    }

    /// A machine with a CD and no disk.
    pub fn with_cd(firmware: Firmware, image: &Path) -> Machine {
        let optical = Some(image.to_owned());
        Machine { disks: Vec::new(), optical, ..Machine::new(firmware, image) }
    }

    /// Switches it on and returns what it wrote to its serial port until it switched itself off.
    ///
    /// # Panics
    /// When it does not switch itself off in time, or QEMU fails.
    #[track_caller]
    pub fn run(&self) -> String {
        let scratch = Scratch::new("machine");
        let mut command = self.command(&scratch);
        let serial = if self.has_serial { "stdio" } else { "none" };
        command.args(["-display", "none", "-monitor", "none", "-serial", serial]);
        watch(command)
    }

    /// Switches it on for somebody who sits at its serial port. Machines take turns: this one's lasts until
    /// it is dropped.
    pub fn attended(&self) -> Attended {
        let scratch = Scratch::new("attended");
        let mut command = self.command(&scratch);
        command.args(["-display", "none", "-monitor", "none", "-serial", "stdio"]);
        Attended { _scratch: Some(scratch), ..Attended::at(command) }
    }

    fn command(&self, scratch: &Scratch) -> Command {
        let mut command = program::command("qemu-system-x86_64");
        command.args(["-accel", "tcg", "-m", "512", "-nic", "none", "-no-reboot"]);
        let (code, variables) = match self.firmware {
            Firmware::Bios => ("", ""),
            Firmware::Uefi => (OVMF, OVMF_VARIABLES),
            Firmware::SecureUefi => (SECURE_OVMF, SECURE_OVMF_VARIABLES),
        };
        match self.firmware {
            Firmware::Bios => command.args(["-machine", "pc"]),
            Firmware::Uefi => command.args(["-machine", "q35"]),
            Firmware::SecureUefi => command
                .args(["-machine", "q35,smm=on", "-global"])
                .arg("driver=cfi.pflash01,property=secure,value=on"),
        };
        if !code.is_empty() {
            let own = scratch.join("variables");
            fs::copy(variables, &own).expect("copy");
            command.arg("-drive");
            command.arg(format!("if=pflash,unit=0,format=raw,readonly=on,file={code}"));
            command.arg("-drive");
            command.arg(format!("if=pflash,unit=1,format=raw,file={}", own.display()));
        }
        for (index, (file, format)) in self.disks.iter().enumerate() {
            let file = file.display();
            command.arg("-drive");
            let snapshot = if self.keeps { "off" } else { "on" };
            let drive = format!("if=none,id=disk{index},format={format},snapshot={snapshot}");
            command.arg(format!("{drive},file={file}"));
            let order = if index == self.starts { ",bootindex=0" } else { "" };
            let sector = self.sector;
            let sectors = format!("logical_block_size={sector},physical_block_size={sector}");
            command.arg("-device");
            command.arg(format!("virtio-blk-pci,drive=disk{index},{sectors}{order}"));
        }
        if let Some(image) = &self.optical {
            // Debian's kernel for clouds knows no other drive on both machines.
            command.args(["-device", "virtio-scsi-pci", "-device", "scsi-cd,drive=cd,bootindex=0"]);
            command.arg("-drive");
            let image = image.display();
            command.arg(format!("if=none,id=cd,media=cdrom,format=raw,readonly=on,file={image}"));
        }
        command.args(&self.options);
        command
    }
}

/// A machine that somebody sits at.
pub struct Attended {
    /// Its serial port.
    pub terminal: Terminal,
    _turn: File,
    _scratch: Option<Scratch>,
}

impl Attended {
    /// The machine of a command that has its serial port on its terminal.
    pub fn at(mut command: Command) -> Attended {
        let turn = take_turn();
        let terminal = Terminal::start(&mut command).patient(LIMIT);
        Attended { terminal, _turn: turn, _scratch: None }
    }
}

/// Waits until no other machine runs; the next one waits until what is returned is dropped.
fn take_turn() -> File {
    fs::create_dir_all(fixture::directory()).expect("mkdir");
    let turn = File::create(fixture::directory().join("machine.lock")).expect("a lock file");
    turn.lock().expect("a lock");
    turn
}

/// Runs a command that emulates a machine whose serial port is its standard output, until it ends, and
/// returns what came out. Machines take turns.
///
/// # Panics
/// When it does not end in time, or fails.
#[track_caller]
pub fn watch(mut command: Command) -> String {
    let scratch = Scratch::new("console");
    let _turn = take_turn();
    let shown = format!("{command:?}");
    let into = |name: &str| File::create(scratch.join(name)).expect("a file for what is said");
    command.stdin(Stdio::null()).stdout(into("console")).stderr(into("log"));
    let mut running = command.spawn().expect("it starts");
    let start = Instant::now();
    let status = loop {
        match running.try_wait().expect("it can be waited for") {
            Some(status) => break Some(status),
            None if start.elapsed() > LIMIT => {
                running.kill().expect("it can be ended");
                running.wait().expect("it ends");
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let said = |name: &str| {
        let bytes = fs::read(scratch.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace(['\r', '\u{1b}'], "")
    };
    let console = said("console");
    let last = console.char_indices().rev().nth(3000).map_or(0, |(at, _)| at);
    assert!(
        status.is_some_and(|status| status.success()),
        "{shown}\n{status:?} after {:?}\n{}\nthe console ends with:\n{}",
        start.elapsed(),
        said("log"),
        &console[last..]
    );
    console
}

/// The line by which the init of [`fixture::small_root`] says how it was started.
///
/// # Panics
/// Where there is none.
#[track_caller]
pub fn started(console: &str) -> &str {
    let found = console.lines().find_map(|line| line.split_once("STARTED "));
    found.unwrap_or_else(|| panic!("it was not started:\n{console}")).1
}
