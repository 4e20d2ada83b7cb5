//! The root's file system is checked before anything is written to it, by the program for that in the
//! root itself.

use crate::console::{say, say_number};
use crate::root::Told;
use crate::syscall;
use crate::text::PathText;
use crate::wanted::Check;

/// Checks, and repairs what can be repaired without asking. The root is mounted read-only, and is the root
/// of everything already.
pub fn check(check: Check, kind: &[u8], device: &PathText) -> Result<(), Told> {
    // fsck(8): what the exit status says.
    const RESTART: u32 = 2;
    const UNCORRECTED: u32 = 4;
    const FAILED: u32 = 8;
    if !kind.starts_with(b"ext") || check == Check::Skip {
        return Ok(());
    }
    let program = PathText::of(&[b"/sbin/fsck.", kind]);
    if !syscall::exists(program.path()) {
        return Ok(());
    }
    let arguments = [program.path(), b"-p\0", device.path(), b"-f\0"];
    let count = if check == Check::Force { 4 } else { 3 };
    match syscall::run(program.path(), &arguments[..count]) {
        Ok(status) if status & UNCORRECTED != 0 => {
            say(&[
                b"the file system of ",
                device.as_bytes(),
                b" has errors that have to be repaired by hand: fsck.mode=skip among the ",
                b"kernel's arguments starts the system all the same",
            ]);
            Err(Told)
        }
        Ok(status) if status < UNCORRECTED && status & RESTART != 0 => {
            say(&[b"the file system of ", device.as_bytes(), b" was repaired: starting again"]);
            syscall::restart();
            Err(Told)
        }
        // It may lack what it needs: that is no reason not to start.
        Ok(status) if status >= FAILED => {
            say_number(&[program.as_bytes(), b" did not run to its end: status "], status.into());
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => {
            say_number(&[b"cannot run ", program.as_bytes(), b": error "], error as u64);
            Ok(())
        }
    }
}
