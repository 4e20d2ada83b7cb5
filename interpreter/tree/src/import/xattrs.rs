//! Extended attributes of the host's files.

use crate::node::Xattrs;
use rustix::fs::{lgetxattr, llistxattr};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Bytes of a value and of a list of names, at most (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX`; linux/limits.h).
const AT_MOST: usize = 65536;

/// Reads attributes; the buffers serve one file after another.
pub(super) struct XattrReader {
    names: Vec<u8>,
    value: Vec<u8>,
}

impl XattrReader {
    pub(super) fn new() -> XattrReader {
        XattrReader { names: vec![0; AT_MOST], value: vec![0; AT_MOST] }
    }

    /// The attributes of the file at `path`, which must be shorter than `PATH_MAX`; a symbolic link's
    /// own. Those that other namespaces keep for the host's file system are left out.
    pub(super) fn read(&mut self, path: &OsStr) -> Result<Option<Box<Xattrs>>, Errno> {
        let length = match llistxattr(path, &mut self.names[..]) {
            Ok(length) => length,
            Err(Errno::OPNOTSUPP) => 0,
            Err(error) => return Err(error),
        };
        let mut xattrs = Xattrs::new();
        for name in self.names[..length].split(|byte| *byte == 0).filter(|name| is_kept(name)) {
            match lgetxattr(path, OsStr::from_bytes(name), &mut self.value[..]) {
                Ok(length) => {
                    xattrs.insert(name.into(), self.value[..length].into());
                }
                // Taken away since it was listed.
                Err(Errno::NODATA) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((!xattrs.is_empty()).then(|| Box::new(xattrs)))
    }
}

fn is_kept(name: &[u8]) -> bool {
    [&b"user."[..], b"security.", b"trusted.", b"system.posix_acl_"]
        .iter()
        .any(|namespace| name.starts_with(namespace))
}
