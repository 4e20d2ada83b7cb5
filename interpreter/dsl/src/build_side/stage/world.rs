//! The stage as a program sees it.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use super::{Found, Stage, refuse};
use rustix::fs::{major, makedev, minor};
use rustix::io::Errno;
use tintype_scheme::runtime::{Change, FileType, Opening, Status, World};
use tintype_tree::{Device, Extents, Kind, Metadata, Node, NodeId, Timestamp};

/// A stage that is shared between the program and whoever takes what it made.
#[derive(Clone)]
pub struct StageWorld(pub Rc<RefCell<Stage>>);

impl World for StageWorld {
    fn read(&self, path: &str) -> io::Result<Box<dyn Read>> {
        let mut stage = self.0.borrow_mut();
        let file = stage.existing(path, true)?;
        Ok(match &stage.settled(file)?.kind {
            Kind::Regular(content) => Box::new(ContentReader { content: content.clone(), at: 0 }),
            Kind::Directory(_) => return Err(Errno::ISDIR.into()),
            _ => Box::new(io::empty()),
        })
    }

    fn write(&self, path: &str, how: Opening, permissions: u32) -> io::Result<Box<dyn Write>> {
        let mut stage = self.0.borrow_mut();
        let found = stage.find(path, true)?;
        let Some(file) = found.node else {
            if path.ends_with('/') {
                return Err(Errno::ISDIR.into());
            }
            let file = stage.make(&found, regular(permissions))?;
            return Ok(Box::new(ContentWriter { stage: self.0.clone(), file }));
        };
        match &stage.tree.node(file).kind {
            Kind::Directory(_) => return Err(Errno::ISDIR.into()),
            Kind::Regular(_) => {}
            _ if found.path == b"/dev/null" => return Ok(Box::new(io::sink())),
            _ => return Err(Errno::NXIO.into()),
        }
        stage.must_own(file)?;
        if how == Opening::Truncate {
            stage.resize(file, 0)?;
        }
        Ok(Box::new(ContentWriter { stage: self.0.clone(), file }))
    }

    fn status(&self, path: &str, follow: bool) -> io::Result<Status> {
        let mut stage = self.0.borrow_mut();
        let id = stage.existing(path, follow)?;
        Ok(status(id, stage.settled(id)?))
    }

    fn entries(&self, path: &str) -> io::Result<Vec<String>> {
        let stage = self.0.borrow();
        let id = stage.existing(path, true)?;
        if !stage.tree.node(id).is_directory() {
            return Err(Errno::NOTDIR.into());
        }
        Ok(stage.tree.entries(id).map(|(name, _)| text(name)).collect())
    }

    fn target(&self, path: &str) -> io::Result<String> {
        let stage = self.0.borrow();
        match &stage.tree.node(stage.existing(path, false)?).kind {
            Kind::Symlink(target) => Ok(text(target)),
            _ => Err(Errno::INVAL.into()),
        }
    }

    fn canonical(&self, path: &str) -> io::Result<String> {
        let found = self.0.borrow().find(path, true)?;
        match found.node {
            Some(_) => Ok(text(&found.path)),
            None => Err(Errno::NOENT.into()),
        }
    }

    fn attribute(&self, path: &str, name: &str) -> io::Result<Vec<u8>> {
        let stage = self.0.borrow();
        let metadata = &stage.tree.node(stage.existing(path, true)?).metadata;
        let found = metadata.xattrs.as_deref().and_then(|xattrs| xattrs.get(name.as_bytes()));
        found.map(|value| value.to_vec()).ok_or_else(|| Errno::NODATA.into())
    }

    fn change(&self, change: &Change) -> io::Result<()> {
        self.0.borrow_mut().change(change)
    }

    fn directory(&self) -> io::Result<String> {
        Ok(text(&self.0.borrow().directory))
    }

    fn enter(&self, path: &str) -> io::Result<()> {
        let mut stage = self.0.borrow_mut();
        let found = stage.find(path, true)?;
        match found.node {
            None => Err(Errno::NOENT.into()),
            Some(id) if !stage.tree.node(id).is_directory() => Err(Errno::NOTDIR.into()),
            Some(_) => {
                stage.directory = found.path;
                Ok(())
            }
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.0.borrow().environment.get(name).cloned()
    }

    fn set_variable(&self, name: &str, value: Option<&str>) -> io::Result<()> {
        let environment = &mut self.0.borrow_mut().environment;
        match value {
            Some(value) => environment.insert(name.to_owned(), value.to_owned()),
            None => environment.remove(name),
        };
        Ok(())
    }

    fn environment(&self) -> Vec<String> {
        let stage = self.0.borrow();
        stage.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// One second after the epoch: what is made does not depend on when.
    fn now(&self) -> (i64, u32) {
        (1, 0)
    }

    fn isolation(&self) -> &'static str {
        "build-side code starts no process and has no network; it writes files itself, or copies those of its inputs"
    }
}

impl Stage {
    /// A node with all of its content.
    fn settled(&mut self, id: NodeId) -> io::Result<&Node> {
        self.contents.settle(&mut self.tree, id)?;
        Ok(self.tree.node(id))
    }

    fn resize(&mut self, file: NodeId, len: u64) -> io::Result<()> {
        self.contents.resize(&mut self.tree, file, len)
    }

    fn change(&mut self, change: &Change) -> io::Result<()> {
        match *change {
            Change::MakeDirectory(path, permissions) => {
                let found = self.find(path, false)?;
                // Code may make the directory that it is to fill.
                if found.node.is_some() && found.node == self.given.filter(|id| self.is_empty(*id))
                {
                    return Ok(());
                }
                let mut node = Node::directory();
                node.metadata.mode = permissions as u16;
                self.make(&found, node).map(drop)
            }
            Change::RemoveDirectory(path) => self.remove(path, true),
            Change::RemoveFile(path) => self.remove(path, false),
            Change::Rename(from, to) => self.rename(from, to),
            Change::Symlink(target, path) => {
                let found = self.find(path, false)?;
                let metadata = Metadata { mode: 0o777, ..Metadata::default() };
                let kind = Kind::Symlink(target.as_bytes().into());
                self.make(&found, Node { metadata, kind }).map(drop)
            }
            Change::Link(from, to) => {
                let id = self.existing(from, false)?;
                self.must_own(id)?;
                let found = self.find(to, false)?;
                if self.tree.node(id).is_directory() {
                    return Err(Errno::PERM.into());
                }
                self.must_be_free(&found)?;
                self.tree.link(found.parent, &found.name, id);
                Ok(())
            }
            Change::Copy(from, to) => self.copy(from, to),
            Change::SetPermissions(path, permissions) => {
                self.owned(path)?.mode = permissions as u16;
                Ok(())
            }
            Change::SetOwner(path, uid, gid) => {
                let metadata = self.owned(path)?;
                metadata.uid = uid.unwrap_or(metadata.uid);
                metadata.gid = gid.unwrap_or(metadata.gid);
                Ok(())
            }
            Change::SetTime(path, seconds) => {
                self.owned(path)?.mtime = Timestamp { seconds, nanoseconds: 0 };
                Ok(())
            }
            Change::SetAttribute(path, name, value) => {
                let xattrs = self.owned(path)?.xattrs.get_or_insert_default();
                xattrs.insert(name.as_bytes().into(), value.into());
                Ok(())
            }
            Change::MakeNode(path, file_type, permissions, device) => {
                let device = Device { major: major(device), minor: minor(device) };
                let kind = match file_type {
                    FileType::Regular => Kind::Regular(Extents::hole(0)),
                    FileType::CharSpecial => Kind::CharDevice(device),
                    FileType::BlockSpecial => Kind::BlockDevice(device),
                    FileType::Fifo => Kind::Fifo,
                    FileType::Socket => Kind::Socket,
                    FileType::Directory | FileType::Symlink => return Err(Errno::INVAL.into()),
                };
                let metadata = Metadata { mode: permissions as u16, ..Metadata::default() };
                let found = self.find(path, false)?;
                self.make(&found, Node { metadata, kind }).map(drop)
            }
            Change::Truncate(path, len) => {
                let id = self.existing(path, true)?;
                self.must_own(id)?;
                match self.tree.node(id).kind {
                    Kind::Regular(_) => self.resize(id, len),
                    Kind::Directory(_) => Err(Errno::ISDIR.into()),
                    _ => Err(Errno::INVAL.into()),
                }
            }
        }
    }

    fn is_empty(&self, directory: NodeId) -> bool {
        self.tree.entries(directory).next().is_none()
    }

    /// The metadata of a file that may be changed.
    fn owned(&mut self, path: &str) -> io::Result<&mut Metadata> {
        let id = self.existing(path, true)?;
        self.must_own(id)?;
        Ok(&mut self.tree.node_mut(id).metadata)
    }

    fn must_be_free(&self, found: &Found) -> io::Result<()> {
        if found.node.is_some() {
            return Err(Errno::EXIST.into());
        }
        self.must_own_name(found)
    }

    fn remove(&mut self, path: &str, directory: bool) -> io::Result<()> {
        let found = self.find(path, false)?;
        let id = found.node.ok_or(Errno::NOENT)?;
        self.must_own_name(&found)?;
        match (self.tree.node(id).is_directory(), directory) {
            (true, false) => return Err(Errno::ISDIR.into()),
            (false, true) => return Err(Errno::NOTDIR.into()),
            (true, true) if !self.is_empty(id) => return Err(Errno::NOTEMPTY.into()),
            _ => {}
        }
        self.tree.unlink(found.parent, &found.name);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let (old, new) = (self.find(from, false)?, self.find(to, false)?);
        let id = old.node.ok_or(Errno::NOENT)?;
        self.must_own_name(&old)?;
        self.must_own_name(&new)?;
        let below = [&old.path[..], b"/"].concat();
        if new.path.starts_with(&below) {
            return Err(Errno::INVAL.into());
        }
        if new.node == Some(id) {
            return Ok(());
        }
        if let Some(there) = new.node {
            match (self.tree.node(id).is_directory(), self.tree.node(there).is_directory()) {
                (false, true) => return Err(Errno::ISDIR.into()),
                (true, false) => return Err(Errno::NOTDIR.into()),
                (true, true) if !self.is_empty(there) => return Err(Errno::NOTEMPTY.into()),
                _ => {}
            }
        }
        self.tree.unlink(old.parent, &old.name);
        self.tree.link(new.parent, &new.name, id);
        Ok(())
    }

    /// Copies a regular file; the copy shares its content. A new file has its permissions.
    fn copy(&mut self, from: &str, to: &str) -> io::Result<()> {
        let source = self.existing(from, true)?;
        let source = self.settled(source)?;
        let content = match &source.kind {
            Kind::Regular(content) => content.clone(),
            Kind::Directory(_) => return Err(Errno::ISDIR.into()),
            _ => return refuse("Only regular files can be copied"),
        };
        let permissions = u32::from(source.metadata.mode) & !0o022;
        let found = self.find(to, true)?;
        let file = match found.node {
            Some(file) => {
                self.must_own(file)?;
                file
            }
            None => self.make(&found, regular(permissions))?,
        };
        self.resize(file, 0)?;
        match &mut self.tree.node_mut(file).kind {
            Kind::Regular(there) => *there = content,
            Kind::Directory(_) => return Err(Errno::ISDIR.into()),
            _ => return Err(Errno::NXIO.into()),
        }
        Ok(())
    }
}

fn regular(permissions: u32) -> Node {
    let metadata = Metadata { mode: permissions as u16, ..Metadata::default() };
    Node { metadata, kind: Kind::Regular(Extents::hole(0)) }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn status(id: NodeId, node: &Node) -> Status {
    let (file_type, size, device) = match &node.kind {
        Kind::Directory(entries) => (FileType::Directory, entries.len() as u64, None),
        Kind::Regular(content) => (FileType::Regular, content.len(), None),
        Kind::Symlink(target) => (FileType::Symlink, target.len() as u64, None),
        Kind::CharDevice(device) => (FileType::CharSpecial, 0, Some(*device)),
        Kind::BlockDevice(device) => (FileType::BlockSpecial, 0, Some(*device)),
        Kind::Fifo => (FileType::Fifo, 0, None),
        Kind::Socket => (FileType::Socket, 0, None),
    };
    Status {
        file_type,
        permissions: node.metadata.mode.into(),
        device: 1,
        inode: id.index() as u64 + 1,
        // Names are not counted: nothing that is made depends on it.
        links: if node.is_directory() { 2 } else { 1 },
        uid: node.metadata.uid,
        gid: node.metadata.gid,
        special_device: device.map_or(0, |device| makedev(device.major, device.minor)),
        size,
        mtime: node.metadata.mtime.seconds,
    }
}

/// Reads a file as it was when it was opened.
struct ContentReader {
    content: Extents,
    at: u64,
}

impl Read for ContentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = (self.content.len() - self.at).min(buffer.len() as u64) as usize;
        self.content.read_at(self.at, &mut buffer[..len])?;
        self.at += len as u64;
        Ok(len)
    }
}

/// Writes to the end of a file.
struct ContentWriter {
    stage: Rc<RefCell<Stage>>,
    file: NodeId,
}

impl Write for ContentWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let stage = &mut *self.stage.borrow_mut();
        stage.contents.append(&mut stage.tree, self.file, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
