//! A pseudo-terminal with the program on it, for tests of what only happens on a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a test waits for what never comes. Nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(120);

/// A terminal of 80 columns and the program that runs on it.
pub struct Terminal {
    child: Child,
    master: File,
    /// What the program has written so far, without what moves the cursor or changes colours.
    shown: String,
    /// All of it.
    raw: Vec<u8>,
    /// How much of `raw` is in `shown`.
    plain_until: usize,
    /// What [`Terminal::wait_for`] has already found.
    seen: usize,
    /// How long it waits for what never comes.
    patience: Duration,
}

impl Terminal {
    /// Starts `command` on a terminal of its own.
    ///
    /// # Panics
    /// Where there is no terminal to be had.
    #[track_caller]
    pub fn start(command: &mut Command) -> Terminal {
        let (mut master, mut slave) = (0, 0);
        let size = libc::winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: all pointers are to live values, or null where that is allowed.
        let made = unsafe {
            libc::openpty(&mut master, &mut slave, std::ptr::null_mut(), std::ptr::null(), &size)
        };
        assert_eq!(made, 0, "openpty: {}", std::io::Error::last_os_error());
        // SAFETY: openpty has just given us these two descriptors.
        let (master, slave) = unsafe { (File::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) };
        let stream = || Stdio::from(slave.try_clone().expect("a descriptor"));
        command.env("TERM", "xterm").stdin(stream()).stdout(stream()).stderr(stream());
        // SAFETY: between fork and exec only these two system calls are made.
        unsafe {
            use std::os::unix::process::CommandExt as _;
            command.pre_exec(|| {
                if libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY, 0) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let child = command.spawn().expect("the program starts");
        // Only the program keeps the terminal open: so its end is seen.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Terminal {
            child,
            master,
            shown: String::new(),
            raw: Vec::new(),
            plain_until: 0,
            seen: 0,
            patience: PATIENCE,
        }
    }

    /// The same, for a program that takes its time.
    pub fn patient(mut self, patience: Duration) -> Terminal {
        self.patience = patience;
        self
    }

    /// Waits until the program writes `text`, and returns what it wrote before that, after what was waited
    /// for before.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn until(&mut self, text: &str) -> String {
        let start = self.seen;
        self.wait_for(text);
        self.shown[start..self.seen - text.len()].to_owned()
    }

    /// Types text as it is: `\r` is the enter key, `\u{3}` Ctrl-C.
    pub fn type_in(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).expect("the terminal takes what is typed");
    }

    /// Types a line and the enter key.
    pub fn enter(&mut self, line: &str) {
        self.type_in(line);
        self.type_in("\r");
    }

    /// Waits until the program writes `text`, after what was waited for before.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        let start = Instant::now();
        loop {
            if let Some(at) = self.shown[self.seen..].find(text) {
                self.seen += at + text.len();
                return;
            }
            assert!(
                start.elapsed() < self.patience && self.read_some(),
                "{text:?} does not come; after what was seen: {:?}",
                &self.shown[self.seen..]
            );
        }
    }

    /// Waits until the program asks for the next entry: what it shows ends with its prompt.
    ///
    /// # Panics
    /// Where it never does.
    #[track_caller]
    pub fn ready(&mut self, prompt: &str) {
        let start = Instant::now();
        while self.seen == self.shown.len() || !self.shown.trim_end_matches('\r').ends_with(prompt)
        {
            assert!(
                start.elapsed() < self.patience && self.read_some(),
                "no prompt comes; after what was seen: {:?}",
                &self.shown[self.seen..]
            );
        }
        self.seen = self.shown.len();
    }

    /// Everything that was written, with what moves the cursor and changes colours.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Waits for the program to end.
    ///
    /// # Panics
    /// Where it does not.
    #[track_caller]
    pub fn end(mut self) -> ExitStatus {
        let start = Instant::now();
        while self.read_some() {
            assert!(start.elapsed() < self.patience, "the program does not end: {:?}", self.shown);
        }
        self.child.wait().expect("the status")
    }

    /// Reads what there is, for a while; false when the program has closed the terminal.
    fn read_some(&mut self) -> bool {
        let mut poll =
            libc::pollfd { fd: self.master.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one pollfd is given, and it lives.
        let ready = unsafe { libc::poll(&mut poll, 1, 200) };
        if ready == 0 {
            return true;
        }
        let mut buffer = [0; 4096];
        match self.master.read(&mut buffer) {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.raw.extend_from_slice(&buffer[..count]);
                self.take_in();
                true
            }
        }
    }

    /// Adds what is new to `shown`, and answers where the program asks where the cursor is.
    fn take_in(&mut self) {
        while let Some(first) = self.raw.get(self.plain_until) {
            if *first != 0x1b {
                let rest = &self.raw[self.plain_until..];
                let end = rest.iter().position(|byte| *byte == 0x1b).unwrap_or(rest.len());
                match std::str::from_utf8(&rest[..end]) {
                    Ok(text) => {
                        self.shown.push_str(text);
                        self.plain_until += text.len();
                    }
                    Err(error) if error.valid_up_to() > 0 => {
                        let text = &rest[..error.valid_up_to()];
                        self.shown.push_str(&String::from_utf8_lossy(text));
                        self.plain_until += text.len();
                    }
                    // Not UTF-8: firmware and boot menus write such.
                    Err(error) if error.error_len().is_some() || end < rest.len() => {
                        self.shown.push(char::REPLACEMENT_CHARACTER);
                        self.plain_until += error.error_len().unwrap_or(end);
                    }
                    Err(_) => return,
                }
                continue;
            }
            let rest = &self.raw[self.plain_until + 1..];
            let length = match rest.first() {
                None => return,
                Some(b'[') => match rest[1..].iter().position(|byte| (0x40..0x7f).contains(byte)) {
                    None => return,
                    Some(end) => end + 2,
                },
                Some(_) => 1,
            };
            if rest[..length] == *b"[6n" {
                self.master.write_all(b"\x1b[1;1R").expect("the terminal answers");
            }
            self.plain_until += 1 + length;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, or a test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
