//! What a program without the standard library has to bring: where it begins, what it does when it is
//! wrong, and the procedures that the compiler takes for granted.

use crate::console::say_number;
use crate::syscall::{self, Stack};
use core::arch::global_asm;
use core::panic::PanicInfo;

#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "mov rdi, rsp",
    "and rsp, -16",
    "call begin",
);

#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, xzr",
    "mov x0, sp",
    "and sp, x0, #-16",
    "b begin",
);

#[cfg(target_arch = "arm")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov fp, #0",
    "mov r0, sp",
    "bic sp, sp, #7",
    "b begin",
);

#[cfg(target_arch = "riscv64")]
global_asm!(
    ".globl _start",
    "_start:",
    ".option push",
    ".option norelax",
    "lla gp, __global_pointer$",
    ".option pop",
    "mv a0, sp",
    "andi sp, sp, -16",
    "tail begin",
);

#[unsafe(no_mangle)]
extern "C" fn begin(top: *const usize) -> ! {
    // SAFETY: `_start` passes the stack as the kernel made it.
    let stack = unsafe { Stack::at(top) };
    crate::run(&stack)
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    let line = info.location().map_or(0, |location| location.line());
    say_number(&[b"a fault of the RAM disk's first program, at line "], line.into());
    loop {
        syscall::sleep(1_000_000);
    }
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    let mut at = 0;
    while at < len {
        unsafe { to.add(at).write_volatile(from.add(at).read()) };
        at += 1;
    }
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    if (to as usize) < from as usize {
        return unsafe { memcpy(to, from, len) };
    }
    let mut at = len;
    while at > 0 {
        at -= 1;
        unsafe { to.add(at).write_volatile(from.add(at).read()) };
    }
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
    let mut at = 0;
    while at < len {
        unsafe { to.add(at).write_volatile(byte as u8) };
        at += 1;
    }
    to
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, len: usize) -> i32 {
    let mut at = 0;
    while at < len {
        let (a, b) = unsafe { (one.add(at).read_volatile(), other.add(at).read_volatile()) };
        if a != b {
            return i32::from(a) - i32::from(b);
        }
        at += 1;
    }
    0
}

/// # Safety
/// As in C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bcmp(one: *const u8, other: *const u8, len: usize) -> i32 {
    unsafe { memcmp(one, other, len) }
}
