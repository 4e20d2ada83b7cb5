//! Extended attributes of a host file, a symlink's own included.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// All extended attributes of `path`: name to value. ACLs are among them
/// (`system.posix_acl_access`), in the kernel's form.
///
/// # Errors
/// Those of `llistxattr(2)` and `lgetxattr(2)`; a file system without attributes has none.
pub fn read(path: &Path) -> io::Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let file = CString::new(path.as_os_str().as_bytes())?;
    let listed = filled(|buffer, length| {
        // SAFETY: `file` ends in NUL, and the kernel writes at most `length` bytes to `buffer`.
        unsafe { libc::llistxattr(file.as_ptr(), buffer.cast(), length) }
    });
    let names = match listed {
        Ok(names) => names,
        Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut attributes = BTreeMap::new();
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let c_name = CString::new(name)?;
        let value = filled(|buffer, length| {
            // SAFETY: both strings end in NUL; at most `length` bytes are written to `buffer`.
            unsafe { libc::lgetxattr(file.as_ptr(), c_name.as_ptr(), buffer.cast(), length) }
        })?;
        attributes.insert(name.to_vec(), value);
    }
    Ok(attributes)
}

/// What the call says it needs, then the call with that much room.
fn filled(call: impl Fn(*mut u8, usize) -> isize) -> io::Result<Vec<u8>> {
    let length =
        |returned: isize| usize::try_from(returned).map_err(|_| io::Error::last_os_error());
    let room = length(call(std::ptr::null_mut(), 0))?;
    let mut buffer = vec![0; room];
    if room > 0 {
        let written = length(call(buffer.as_mut_ptr(), room))?;
        buffer.truncate(written);
    }
    Ok(buffer)
}
