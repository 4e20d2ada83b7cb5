//! QEMU's words for a machine, and the firmware that distributions have for it.

use super::{Board, Machine, MachineError, Starter};
use std::path::{Path, PathBuf};
use tintype_boot::grub::Platform;

/// Where distributions have U-Boot for QEMU's RISC-V machine, which offers UEFI.
const U_BOOT_RISCV64: [&str; 2] = [
    "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin",
    "/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf",
];

impl Machine {
    /// The words of a command that starts the image by `starter` with QEMU, its serial port on the
    /// terminal. What is written to the disk is lost when the machine stops.
    ///
    /// # Errors
    /// When the firmware for it is not on this host.
    pub fn command(&self, starter: Starter) -> Result<Vec<String>, MachineError> {
        let mut words = Vec::new();
        let mut say = |line: &str| words.extend(line.split(' ').map(str::to_owned));
        match starter {
            Starter::Bios => say("qemu-system-x86_64 -machine pc,accel=kvm:tcg -m 1024"),
            Starter::Uefi(Platform::X86_64Efi) => {
                say("qemu-system-x86_64 -machine q35,accel=kvm:tcg -m 1024");
            }
            Starter::Uefi(Platform::I386Efi) => say(
                "qemu-system-x86_64 -machine q35,accel=kvm:tcg,smm=on -m 1024 -global driver=cfi.pflash01,property=secure,value=on",
            ),
            Starter::Uefi(Platform::Arm64Efi) => {
                say("qemu-system-aarch64 -machine virt,accel=kvm:tcg -m 1024 -cpu max");
            }
            Starter::Uefi(Platform::Riscv64Efi) => {
                say("qemu-system-riscv64 -machine virt,accel=kvm:tcg -m 1024");
            }
            // It has no more memory than this, and only software can emulate it.
            Starter::Board(Board::OrangePiPc) => {
                say("qemu-system-arm -machine orangepi-pc -m 1024")
            }
            Starter::Uefi(platform) => return Err(MachineError::NoMachine(platform)),
        }
        say("-nographic -no-reboot -snapshot");
        match starter {
            Starter::Uefi(Platform::Riscv64Efi) => {
                let program =
                    found("riscv64-efi", "u-boot-qemu", &U_BOOT_RISCV64.map(|file| [file]))?;
                words.extend(["-kernel".to_owned(), program[0].display().to_string()]);
            }
            Starter::Uefi(platform) => {
                for (unit, file) in firmware(platform)?.iter().enumerate() {
                    words.push("-drive".to_owned());
                    words.push(format!("if=pflash,unit={unit},format=raw,file={}", escaped(file)));
                }
            }
            Starter::Bios | Starter::Board(_) => {}
        }
        let image = escaped(&self.image);
        let (drive, device): (String, &[&str]) = match (self.is_cd, starter) {
            (_, Starter::Board(Board::OrangePiPc)) => {
                self.check_card()?;
                (format!("if=sd,format={},file={image}", self.format), &[])
            }
            (false, _) => (format!("if=virtio,format={},file={image}", self.format), &[]),
            (true, Starter::Bios) => (format!("media=cdrom,format=raw,file={image}"), &[]),
            // Kernels for virtual machines have no driver for the CD drive of this machine.
            (true, Starter::Uefi(_)) => (
                format!("if=none,id=cd,media=cdrom,format=raw,file={image}"),
                &["-device", "virtio-scsi-pci", "-device", "scsi-cd,drive=cd"],
            ),
        };
        words.extend(["-drive".to_owned(), drive]);
        words.extend(device.iter().map(|word| (*word).to_owned()));
        Ok(words)
    }

    /// SD cards have sizes of their own.
    fn check_card(&self) -> Result<(), MachineError> {
        if self.len.is_power_of_two() {
            return Ok(());
        }
        let next = self.len.next_power_of_two();
        Err(MachineError::Card { path: self.image.clone(), len: self.len, next })
    }
}

/// A comma in QEMU's options is written twice.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace(',', ",,")
}

/// The firmware's code and its variables.
fn firmware(platform: Platform) -> Result<[PathBuf; 2], MachineError> {
    match platform {
        Platform::X86_64Efi => found(
            platform.name(),
            "ovmf",
            &[
                ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
                ["/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"],
                ["/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"],
                ["/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"],
            ],
        ),
        Platform::I386Efi => found(
            platform.name(),
            "ovmf-ia32",
            &[["/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF32_VARS_4M.fd"]],
        ),
        Platform::Arm64Efi => found(
            platform.name(),
            "qemu-efi-aarch64",
            &[
                ["/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"],
                ["/usr/share/edk2/aarch64/QEMU_CODE.fd", "/usr/share/edk2/aarch64/QEMU_VARS.fd"],
            ],
        ),
        other => Err(MachineError::NoMachine(other)),
    }
}

/// The first of `places` all of whose files are there.
fn found<const N: usize>(
    what: &'static str,
    package: &'static str,
    places: &[[&str; N]],
) -> Result<[PathBuf; N], MachineError> {
    let is_there = |files: &&[&str; N]| files.iter().all(|file| Path::new(file).exists());
    match places.iter().find(is_there) {
        Some(files) => Ok(files.map(PathBuf::from)),
        None => {
            let looked: Vec<_> = places.iter().map(|files| files[0]).collect();
            Err(MachineError::NoFirmware { what, package, looked: looked.join(", ") })
        }
    }
}
