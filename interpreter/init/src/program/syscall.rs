//! What the program asks of Linux. Paths end with a zero byte.

use core::arch::asm;

/// `-errno`, as the kernel gives it, without its sign.
pub type Errno = i32;

pub const ENOENT: Errno = 2;
const EINTR: Errno = 4;
pub const EEXIST: Errno = 17;
pub const ENODEV: Errno = 19;

const AT_FDCWD: usize = -100_isize as usize;
const AT_REMOVEDIR: usize = 0x200;
const O_CLOEXEC: usize = 0o2_000_000;

pub const MS_RDONLY: usize = 1;
pub const MS_NOSUID: usize = 2;
pub const MS_NODEV: usize = 4;
pub const MS_NOEXEC: usize = 8;
pub const MS_REMOUNT: usize = 32;
pub const MS_NOATIME: usize = 1024;
pub const MS_NODIRATIME: usize = 2048;
pub const MS_MOVE: usize = 8192;
pub const MS_RELATIME: usize = 1 << 21;
pub const MS_STRICTATIME: usize = 1 << 24;
pub const MS_LAZYTIME: usize = 1 << 25;

/// Numbers of system calls.
#[cfg(target_arch = "x86_64")]
mod number {
    pub const READ: usize = 0;
    pub const WRITE: usize = 1;
    pub const CLOSE: usize = 3;
    pub const IOCTL: usize = 16;
    pub const PREAD64: usize = 17;
    pub const NANOSLEEP: usize = 35;
    pub const CLONE: usize = 56;
    pub const EXECVE: usize = 59;
    pub const EXIT: usize = 60;
    pub const WAIT4: usize = 61;
    pub const CHDIR: usize = 80;
    pub const CHROOT: usize = 161;
    pub const MOUNT: usize = 165;
    pub const UMOUNT2: usize = 166;
    pub const REBOOT: usize = 169;
    pub const GETDENTS64: usize = 217;
    pub const OPENAT: usize = 257;
    pub const MKDIRAT: usize = 258;
    pub const UNLINKAT: usize = 263;
    pub const READLINKAT: usize = 267;
    pub const FACCESSAT: usize = 269;
    pub const FINIT_MODULE: usize = 313;
}

/// Numbers of system calls.
#[cfg(any(target_arch = "aarch64", target_arch = "riscv64"))]
mod number {
    pub const IOCTL: usize = 29;
    pub const MKDIRAT: usize = 34;
    pub const UNLINKAT: usize = 35;
    pub const UMOUNT2: usize = 39;
    pub const MOUNT: usize = 40;
    pub const FACCESSAT: usize = 48;
    pub const CHDIR: usize = 49;
    pub const CHROOT: usize = 51;
    pub const OPENAT: usize = 56;
    pub const CLOSE: usize = 57;
    pub const GETDENTS64: usize = 61;
    pub const READ: usize = 63;
    pub const WRITE: usize = 64;
    pub const PREAD64: usize = 67;
    pub const READLINKAT: usize = 78;
    pub const EXIT: usize = 93;
    pub const NANOSLEEP: usize = 101;
    pub const REBOOT: usize = 142;
    pub const CLONE: usize = 220;
    pub const EXECVE: usize = 221;
    pub const WAIT4: usize = 260;
    pub const FINIT_MODULE: usize = 273;
}

/// Numbers of system calls.
#[cfg(target_arch = "arm")]
mod number {
    pub const EXIT: usize = 1;
    pub const READ: usize = 3;
    pub const WRITE: usize = 4;
    pub const CLOSE: usize = 6;
    pub const EXECVE: usize = 11;
    pub const CHDIR: usize = 12;
    pub const MOUNT: usize = 21;
    pub const UMOUNT2: usize = 52;
    pub const IOCTL: usize = 54;
    pub const CHROOT: usize = 61;
    pub const REBOOT: usize = 88;
    pub const WAIT4: usize = 114;
    pub const CLONE: usize = 120;
    pub const LLSEEK: usize = 140;
    pub const NANOSLEEP: usize = 162;
    pub const GETDENTS64: usize = 217;
    pub const OPENAT: usize = 322;
    pub const MKDIRAT: usize = 323;
    pub const UNLINKAT: usize = 328;
    pub const READLINKAT: usize = 332;
    pub const FACCESSAT: usize = 334;
    pub const FINIT_MODULE: usize = 379;
}

/// One system call.
///
/// # Safety
/// The arguments must be what the call takes.
#[cfg(target_arch = "x86_64")]
unsafe fn raw(number: usize, a: [usize; 5]) -> isize {
    let result: isize;
    unsafe {
        asm!("syscall", inlateout("rax") number as isize => result, in("rdi") a[0], in("rsi") a[1],
            in("rdx") a[2], in("r10") a[3], in("r8") a[4], lateout("rcx") _, lateout("r11") _,
            options(nostack));
    }
    result
}

/// One system call.
///
/// # Safety
/// The arguments must be what the call takes.
#[cfg(target_arch = "aarch64")]
unsafe fn raw(number: usize, a: [usize; 5]) -> isize {
    let result: isize;
    unsafe {
        asm!("svc 0", in("x8") number, inlateout("x0") a[0] as isize => result, in("x1") a[1],
            in("x2") a[2], in("x3") a[3], in("x4") a[4], options(nostack));
    }
    result
}

/// One system call.
///
/// # Safety
/// The arguments must be what the call takes.
#[cfg(target_arch = "arm")]
unsafe fn raw(number: usize, a: [usize; 5]) -> isize {
    let result: isize;
    unsafe {
        asm!("svc 0", in("r7") number, inlateout("r0") a[0] as isize => result, in("r1") a[1],
            in("r2") a[2], in("r3") a[3], in("r4") a[4], options(nostack));
    }
    result
}

/// One system call.
///
/// # Safety
/// The arguments must be what the call takes.
#[cfg(target_arch = "riscv64")]
unsafe fn raw(number: usize, a: [usize; 5]) -> isize {
    let result: isize;
    unsafe {
        asm!("ecall", in("a7") number, inlateout("a0") a[0] as isize => result, in("a1") a[1],
            in("a2") a[2], in("a3") a[3], in("a4") a[4], options(nostack));
    }
    result
}

/// One system call whose arguments are numbers and whole slices.
fn call(number: usize, arguments: [usize; 5]) -> Result<usize, Errno> {
    // SAFETY: the functions below are its only callers, and pass pointers with the lengths of what is
    // behind them, or to bytes that end with a zero.
    let result = unsafe { raw(number, arguments) };
    if result < 0 { Err(-result as Errno) } else { Ok(result as usize) }
}

fn path(bytes: &[u8]) -> usize {
    assert!(bytes.last() == Some(&0));
    bytes.as_ptr() as usize
}

/// An open file.
pub struct File(usize);

impl File {
    pub fn open(name: &[u8]) -> Result<File, Errno> {
        call(number::OPENAT, [AT_FDCWD, path(name), O_CLOEXEC, 0, 0]).map(File)
    }

    /// Fills `buffer` as far as the file goes.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut len = 0;
        while len < buffer.len() {
            let rest = &mut buffer[len..];
            match call(number::READ, [self.0, rest.as_mut_ptr() as usize, rest.len(), 0, 0])? {
                0 => break,
                read => len += read,
            }
        }
        Ok(len)
    }

    /// As much of `buffer` as there is at `offset`. The next reading, of whatever kind, has to say where.
    #[cfg(target_pointer_width = "32")]
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        let (high, low) = ((offset >> 32) as usize, offset as usize);
        let mut reached = 0_u64;
        call(number::LLSEEK, [self.0, high, low, &raw mut reached as usize, 0])?;
        call(number::READ, [self.0, buffer.as_mut_ptr() as usize, buffer.len(), 0, 0])
    }

    /// As much of `buffer` as there is at `offset`.
    #[cfg(target_pointer_width = "64")]
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Errno> {
        let start = buffer.as_mut_ptr() as usize;
        call(number::PREAD64, [self.0, start, buffer.len(), offset as usize, 0])
    }

    /// Entries of a directory, as `struct linux_dirent64`; zero bytes at the end.
    pub fn entries(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        call(number::GETDENTS64, [self.0, buffer.as_mut_ptr() as usize, buffer.len(), 0, 0])
    }

    /// The number of a loop device that is free, of `/dev/loop-control`.
    pub fn free_loop_device(&self) -> Result<u64, Errno> {
        const LOOP_CTL_GET_FREE: usize = 0x4c82;
        call(number::IOCTL, [self.0, LOOP_CTL_GET_FREE, 0, 0, 0]).map(|number| number as u64)
    }

    /// Makes a loop device read `content`, as a disk that nothing can be written to.
    pub fn loop_over(&self, content: &File) -> Result<(), Errno> {
        const LOOP_CONFIGURE: usize = 0x4c0a;
        const LO_FLAGS_READ_ONLY: u32 = 1;
        /// Words of `struct loop_config`, and the place of the flags.
        const LEN: usize = 76;
        const FLAGS: usize = 15;
        let mut config = [0u32; LEN];
        config[0] = content.0 as u32;
        config[FLAGS] = LO_FLAGS_READ_ONLY;
        call(number::IOCTL, [self.0, LOOP_CONFIGURE, config.as_ptr() as usize, 0, 0]).map(drop)
    }

    /// Loads the module that the file holds.
    pub fn load_module(&self, parameters: &[u8]) -> Result<(), Errno> {
        call(number::FINIT_MODULE, [self.0, path(parameters), 0, 0, 0]).map(drop)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = call(number::CLOSE, [self.0, 0, 0, 0, 0]);
    }
}

/// Writes to the console.
pub fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match call(number::WRITE, [1, bytes.as_ptr() as usize, bytes.len(), 0, 0]) {
            Ok(written) if written > 0 => bytes = &bytes[written..],
            _ => break,
        }
    }
}

pub fn mount(
    source: &[u8],
    target: &[u8],
    kind: &[u8],
    flags: usize,
    options: &[u8],
) -> Result<(), Errno> {
    let arguments = [path(source), path(target), path(kind), flags, path(options)];
    call(number::MOUNT, arguments).map(drop)
}

pub fn unmount(target: &[u8]) -> Result<(), Errno> {
    const MNT_DETACH: usize = 2;
    call(number::UMOUNT2, [path(target), MNT_DETACH, 0, 0, 0]).map(drop)
}

pub fn make_directory(name: &[u8]) -> Result<(), Errno> {
    call(number::MKDIRAT, [AT_FDCWD, path(name), 0o755, 0, 0]).map(drop)
}

pub fn remove(name: &[u8], is_directory: bool) -> Result<(), Errno> {
    let flags = if is_directory { AT_REMOVEDIR } else { 0 };
    call(number::UNLINKAT, [AT_FDCWD, path(name), flags, 0, 0]).map(drop)
}

pub fn read_link(name: &[u8], buffer: &mut [u8]) -> Result<usize, Errno> {
    let start = buffer.as_mut_ptr() as usize;
    call(number::READLINKAT, [AT_FDCWD, path(name), start, buffer.len(), 0])
}

/// Whether the file is there.
pub fn exists(name: &[u8]) -> bool {
    call(number::FACCESSAT, [AT_FDCWD, path(name), 0, 0, 0]).is_ok()
}

pub fn change_directory(name: &[u8]) -> Result<(), Errno> {
    call(number::CHDIR, [path(name), 0, 0, 0, 0]).map(drop)
}

pub fn change_root(name: &[u8]) -> Result<(), Errno> {
    call(number::CHROOT, [path(name), 0, 0, 0, 0]).map(drop)
}

/// Becomes the program, with the arguments and the environment of this one. Returns only if that is
/// not possible.
pub fn execute(program: &[u8], stack: &Stack) -> Errno {
    let (arguments, environment) = (stack.arguments as usize, stack.environment as usize);
    call(number::EXECVE, [path(program), arguments, environment, 0, 0]).err().unwrap_or(0)
}

/// Runs a program with arguments, of which its name is the first, and waits for it: its exit status, or
/// 128 and more if a signal ended it.
pub fn run(program: &[u8], arguments: &[&[u8]]) -> Result<u32, Errno> {
    const SIGCHLD: usize = 17;
    const NOT_STARTED: usize = 127;
    let mut words = [0; 8];
    for (word, argument) in words[..7].iter_mut().zip(arguments) {
        *word = path(argument);
    }
    let environment = [path(b"PATH=/usr/sbin:/usr/bin:/sbin:/bin\0"), 0];
    let child = call(number::CLONE, [SIGCHLD, 0, 0, 0, 0])?;
    if child == 0 {
        let (words, environment) = (words.as_ptr() as usize, environment.as_ptr() as usize);
        let _ = call(number::EXECVE, [path(program), words, environment, 0, 0]);
        loop {
            let _ = call(number::EXIT, [NOT_STARTED, 0, 0, 0, 0]);
        }
    }
    let mut status = 0_u32;
    loop {
        match call(number::WAIT4, [child, &raw mut status as usize, 0, 0, 0]) {
            Err(EINTR) => {}
            Err(error) => return Err(error),
            Ok(_) if status & 0x7f == 0 => return Ok(status >> 8 & 0xff),
            Ok(_) => return Ok(128 + (status & 0x7f)),
        }
    }
}

pub fn sleep(milliseconds: u64) {
    let time = [milliseconds / 1000, milliseconds % 1000 * 1_000_000].map(|part| part as usize);
    let _ = call(number::NANOSLEEP, [time.as_ptr() as usize, 0, 0, 0, 0]);
}

pub fn restart() {
    const MAGIC: [usize; 3] = [0xfee1_dead, 672_274_793, 0x0123_4567];
    let _ = call(number::REBOOT, [MAGIC[0], MAGIC[1], MAGIC[2], 0, 0]);
}

/// What the kernel put on the stack of a program that it starts.
pub struct Stack {
    arguments: *const usize,
    environment: *const usize,
}

impl Stack {
    /// # Safety
    /// `top` must be the stack as a program finds it.
    pub unsafe fn at(top: *const usize) -> Stack {
        unsafe { Stack { arguments: top.add(1), environment: top.add(*top + 2) } }
    }
}
