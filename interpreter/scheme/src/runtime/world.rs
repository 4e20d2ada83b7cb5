//! What running programs see of the machine: files, environment, time.
//!
//! Programs that describe images see the host and change nothing on it. Whoever runs code that makes
//! files gives it a world of its own with [`enter_world`].

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharSpecial,
    /// A block device.
    BlockSpecial,
    /// A named pipe.
    Fifo,
    /// A socket's name.
    Socket,
}

impl FileType {
    /// The type's bits in a mode (inode(7)).
    pub fn bits(self) -> u32 {
        match self {
            FileType::Regular => 0o100_000,
            FileType::Directory => 0o040_000,
            FileType::Symlink => 0o120_000,
            FileType::CharSpecial => 0o020_000,
            FileType::BlockSpecial => 0o060_000,
            FileType::Fifo => 0o010_000,
            FileType::Socket => 0o140_000,
        }
    }

    /// The type in a mode.
    pub fn of_mode(mode: u32) -> FileType {
        match mode & 0o170_000 {
            0o040_000 => FileType::Directory,
            0o120_000 => FileType::Symlink,
            0o020_000 => FileType::CharSpecial,
            0o060_000 => FileType::BlockSpecial,
            0o010_000 => FileType::Fifo,
            0o140_000 => FileType::Socket,
            _ => FileType::Regular,
        }
    }
}

/// What `stat` tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// What it is.
    pub file_type: FileType,
    /// Permission bits, set-id bits and the sticky bit.
    pub permissions: u32,
    /// Number of its device.
    pub device: u64,
    /// Number that tells it from the other files of the device.
    pub inode: u64,
    /// Number of its names.
    pub links: u64,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// For a device file, which device.
    pub special_device: u64,
    /// Length in bytes.
    pub size: u64,
    /// Time of last modification, in seconds since the epoch.
    pub mtime: i64,
}

/// How a file that is to be written is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is emptied.
    Truncate,
    /// What is written goes to its end.
    Append,
}

/// A change to files.
#[derive(Clone, Debug)]
pub enum Change<'a> {
    /// Makes a directory with these permissions.
    MakeDirectory(&'a str, u32),
    /// Removes an empty directory.
    RemoveDirectory(&'a str),
    /// Removes a name of a file that is no directory.
    RemoveFile(&'a str),
    /// Gives the first file the second name.
    Rename(&'a str, &'a str),
    /// Makes a symbolic link to the first at the second.
    Symlink(&'a str, &'a str),
    /// Gives the first file the second name too.
    Link(&'a str, &'a str),
    /// Copies the first file, as it is, to the second name.
    Copy(&'a str, &'a str),
    /// Sets the permissions.
    SetPermissions(&'a str, u32),
    /// Sets owner and group where they are given.
    SetOwner(&'a str, Option<u32>, Option<u32>),
    /// Sets the time of last modification.
    SetTime(&'a str, i64),
    /// Makes a file of that type with these permissions; for a device its number.
    MakeNode(&'a str, FileType, u32, u64),
    /// Makes the file that long.
    Truncate(&'a str, u64),
    /// Gives the extended attribute of that name this value.
    SetAttribute(&'a str, &'a str, &'a [u8]),
}

impl Change<'_> {
    /// The file that changes.
    pub fn path(&self) -> &str {
        match self {
            Change::MakeDirectory(path, _)
            | Change::RemoveDirectory(path)
            | Change::RemoveFile(path)
            | Change::Symlink(_, path)
            | Change::Rename(path, _)
            | Change::Link(_, path)
            | Change::Copy(_, path)
            | Change::SetPermissions(path, _)
            | Change::SetOwner(path, ..)
            | Change::SetTime(path, _)
            | Change::MakeNode(path, ..)
            | Change::Truncate(path, _)
            | Change::SetAttribute(path, ..) => path,
        }
    }
}

/// The machine as a program sees it. Relative paths start in [`World::directory`].
pub trait World {
    /// Opens a file for reading.
    fn read(&self, path: &str) -> io::Result<Box<dyn Read>>;
    /// Opens a file for writing, and makes it with these permissions if it is not there.
    fn write(&self, path: &str, how: Opening, permissions: u32) -> io::Result<Box<dyn Write>>;
    /// What a file is; `follow` a symbolic link.
    fn status(&self, path: &str, follow: bool) -> io::Result<Status>;
    /// The names in a directory, sorted, without `.` and `..`.
    fn entries(&self, path: &str) -> io::Result<Vec<String>>;
    /// Where a symbolic link leads.
    fn target(&self, path: &str) -> io::Result<String>;
    /// The path without symbolic links, `.` and `..`.
    fn canonical(&self, path: &str) -> io::Result<String>;
    /// The value of an extended attribute.
    fn attribute(&self, path: &str, name: &str) -> io::Result<Vec<u8>>;
    /// Changes files.
    fn change(&self, change: &Change) -> io::Result<()>;
    /// The current directory.
    fn directory(&self) -> io::Result<String>;
    /// Sets the current directory.
    fn enter(&self, path: &str) -> io::Result<()>;
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;
    /// Sets a variable of the environment, or removes it.
    fn set_variable(&self, name: &str, value: Option<&str>) -> io::Result<()>;
    /// All of the environment, as `NAME=VALUE`, sorted.
    fn environment(&self) -> Vec<String>;
    /// Seconds and nanoseconds since the epoch.
    fn now(&self) -> (i64, u32);
    /// Why no program can be started and no connection made here.
    fn isolation(&self) -> &'static str;
}

thread_local! {
    static WORLD: RefCell<Rc<dyn World>> = RefCell::new(Rc::new(Host));
}

/// The world of the programs on this thread.
pub(crate) fn world() -> Rc<dyn World> {
    WORLD.with_borrow(Rc::clone)
}

/// Puts the world back that was there before.
#[must_use]
pub struct Visit(Option<Rc<dyn World>>);

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            WORLD.set(before);
        }
    }
}

/// Makes `world` the one that programs on this thread see, until the visit is dropped.
pub fn enter_world(world: Rc<dyn World>) -> Visit {
    Visit(Some(WORLD.replace(world)))
}

/// The longest value of an extended attribute on Linux.
const ATTRIBUTE_LIMIT: usize = 64 << 10;

/// The host: programs read it and change nothing.
struct Host;

fn read_only<T>() -> io::Result<T> {
    let text = "Programs may read files but not write them";
    Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, text))
}

fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl World for Host {
    fn read(&self, path: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(std::fs::File::open(path)?))
    }

    fn write(&self, _: &str, _: Opening, _: u32) -> io::Result<Box<dyn Write>> {
        read_only()
    }

    fn status(&self, path: &str, follow: bool) -> io::Result<Status> {
        use std::os::unix::fs::MetadataExt;
        let found =
            if follow { std::fs::metadata(path)? } else { std::fs::symlink_metadata(path)? };
        Ok(Status {
            file_type: FileType::of_mode(found.mode()),
            permissions: found.mode() & 0o7777,
            device: found.dev(),
            inode: found.ino(),
            links: found.nlink(),
            uid: found.uid(),
            gid: found.gid(),
            special_device: found.rdev(),
            size: found.size(),
            mtime: found.mtime(),
        })
    }

    fn entries(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    fn target(&self, path: &str) -> io::Result<String> {
        Ok(text_of(&std::fs::read_link(path)?))
    }

    fn canonical(&self, path: &str) -> io::Result<String> {
        Ok(text_of(&std::fs::canonicalize(path)?))
    }

    fn attribute(&self, path: &str, name: &str) -> io::Result<Vec<u8>> {
        let mut value = Vec::with_capacity(ATTRIBUTE_LIMIT);
        rustix::fs::getxattr(path, name, rustix::buffer::spare_capacity(&mut value))?;
        Ok(value)
    }

    fn change(&self, _: &Change) -> io::Result<()> {
        read_only()
    }

    fn directory(&self) -> io::Result<String> {
        Ok(text_of(&std::env::current_dir()?))
    }

    fn enter(&self, _: &str) -> io::Result<()> {
        let text = "The current directory is the user's and stays";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn set_variable(&self, _: &str, _: Option<&str>) -> io::Result<()> {
        let text = "The environment is the user's and stays";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
    }

    fn environment(&self) -> Vec<String> {
        let variables = std::env::vars_os();
        let mut all: Vec<String> = variables
            .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
            .collect();
        all.sort();
        all
    }

    // A program that asks for the time gets it, as from Guile; what is made by a computation does not.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> (i64, u32) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (since.as_secs() as i64, since.subsec_nanos())
    }

    fn isolation(&self) -> &'static str {
        "a definition only describes an image"
    }
}
