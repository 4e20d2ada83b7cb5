//! What the program tells, line by line.

use crate::syscall;
use crate::text::Text;

/// Says `parts` as one line.
pub fn say(parts: &[&[u8]]) {
    let mut line = Text::<1024>::of(&[b"tintype: "]);
    parts.iter().for_each(|part| line.push(part));
    line.push(b"\n");
    syscall::write(line.as_bytes());
}

/// The same, with a number at the end.
pub fn say_number(parts: &[&[u8]], number: u64) {
    let mut text = Text::<1024>::of(parts);
    text.push_number(number);
    say(&[text.as_bytes()]);
}
