//! Two trees, compared in everything that a file system keeps.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::entry::{Entry, tree};

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Report {
    /// Files looked at, of the source.
    pub files: usize,
    /// Bytes of content read on each side; holes on both sides are not read.
    pub bytes: u64,
    /// One line for each difference.
    pub differences: Vec<String>,
}

impl Report {
    /// The report itself, where the trees are equal.
    ///
    /// # Panics
    /// With the first differences, where they are not.
    #[track_caller]
    pub fn equal(self) -> Self {
        assert!(self.differences.is_empty(), "{self}");
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.differences.len();
        writeln!(out, "{} files, {} bytes compared: {count} differences", self.files, self.bytes)?;
        for line in self.differences.iter().take(40) {
            writeln!(out, "  {line}")?;
        }
        if count > 40 {
            writeln!(out, "  and {} more", count - 40)?;
        }
        Ok(())
    }
}

/// Compares all of `source` with `made`: names, types, modes, owners, times to the nanosecond,
/// sizes, contents, targets, devices, extended attributes, which names are links of each
/// other, and that holes stayed holes. What is only in `made` is a difference as well, unless
/// its path starts with one of `may_add`.
///
/// # Errors
/// Where a file of either side cannot be read.
pub fn trees(source: &Path, made: &Path, may_add: &[&str]) -> io::Result<Report> {
    let wanted = tree(source)?;
    let found = tree(made)?;
    let wanted_links = first_names(&wanted);
    let found_links = first_names(&found);
    let mut report = Report { files: wanted.len(), ..Report::default() };
    for (path, expected) in &wanted {
        let Some(actual) = found.get(path) else {
            report.differences.push(format!("{}: missing", name(path)));
            continue;
        };
        let mut differs = metadata_differences(expected, actual);
        let links = (wanted_links.get(path.as_path()), found_links.get(path.as_path()));
        if links.0 != links.1 {
            differs.push(format!("linked with {:?}, not {:?}", links.1, links.0));
        }
        if expected.is_regular() && actual.is_regular() && expected.size == actual.size {
            let (bytes, at) = first_difference(&source.join(path), &made.join(path))?;
            report.bytes += bytes;
            differs.extend(at.map(|offset| format!("content differs at byte {offset}")));
        }
        report.differences.extend(differs.iter().map(|what| format!("{}: {what}", name(path))));
    }
    for path in found.keys().filter(|path| !wanted.contains_key(*path)) {
        if !may_add.iter().any(|allowed| path.starts_with(allowed)) {
            report.differences.push(format!("{}: not in the source", name(path)));
        }
    }
    Ok(report)
}

/// A path on one line, whatever is in it.
fn name(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    if bytes.is_empty() { "the root".to_owned() } else { bytes.escape_ascii().to_string() }
}

fn metadata_differences(expected: &Entry, actual: &Entry) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differ = |name: &str, expected: String, actual: String| {
        if expected != actual {
            lines.push(format!("{name} is {actual}, not {expected}"));
        }
    };
    differ("mode", format!("{:o}", expected.mode), format!("{:o}", actual.mode));
    let owner = |entry: &Entry| format!("{}:{}", entry.uid, entry.gid);
    differ("owner", owner(expected), owner(actual));
    let mtime = |entry: &Entry| format!("{} s + {} ns", entry.mtime.0, entry.mtime.1);
    differ("mtime", mtime(expected), mtime(actual));
    differ("size", expected.size.to_string(), actual.size.to_string());
    differ("device", format!("{:#x}", expected.device), format!("{:#x}", actual.device));
    let target = |entry: &Entry| entry.target.escape_ascii().to_string();
    differ("target", target(expected), target(actual));
    differ("number of names", expected.names.to_string(), actual.names.to_string());
    differ("xattrs", shown(&expected.xattrs), shown(&actual.xattrs));
    // Metadata of the layout (extent blocks) counts as allocated on some file systems.
    let room = expected.allocated + expected.allocated / 50 + 64 * 1024;
    if expected.allocated < expected.size && actual.allocated > room {
        lines.push(format!(
            "takes {} bytes on the disk, in the source {}: holes are lost",
            actual.allocated, expected.allocated
        ));
    }
    lines
}

fn shown(xattrs: &BTreeMap<Vec<u8>, Vec<u8>>) -> String {
    let pairs: Vec<String> = xattrs
        .iter()
        .map(|(name, value)| format!("{}={}", name.escape_ascii(), value.escape_ascii()))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// For each name of a file that has several in the tree, the first of them: two names belong
/// to one file where these are equal.
fn first_names(entries: &BTreeMap<PathBuf, Entry>) -> BTreeMap<&Path, &Path> {
    let mut firsts: BTreeMap<(u64, u64), &Path> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for (path, entry) in entries.iter().filter(|(_, entry)| entry.names > 1) {
        let first = firsts.entry(entry.inode).or_insert(path);
        names.insert(path.as_path(), *first);
    }
    names
}

/// How many bytes were read, and the offset of the first that differs, if any. Ranges that are
/// holes in both files are equal and not read.
///
/// # Errors
/// Where a file cannot be read, with its path.
pub fn first_difference(left: &Path, right: &Path) -> io::Result<(u64, Option<u64>)> {
    let named = |path: &Path| {
        let place = path.display().to_string();
        move |error: io::Error| io::Error::new(error.kind(), format!("{place}: {error}"))
    };
    let left_file = File::open(left).map_err(named(left))?;
    let right_file = File::open(right).map_err(named(right))?;
    let lengths = (left_file.metadata()?.len(), right_file.metadata()?.len());
    if lengths.0 != lengths.1 {
        return Ok((0, Some(lengths.0.min(lengths.1))));
    }
    let mut ranges = data_ranges(&left_file, lengths.0).map_err(named(left))?;
    ranges.extend(data_ranges(&right_file, lengths.1).map_err(named(right))?);
    ranges.sort_unstable();
    let (mut read, mut done) = (0, 0);
    let mut buffers = (vec![0; 1 << 18], vec![0; 1 << 18]);
    for (start, end) in ranges {
        let mut at = start.max(done);
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffers.0.len());
            let (mine, theirs) = (&mut buffers.0[..length], &mut buffers.1[..length]);
            left_file.read_exact_at(mine, at).map_err(named(left))?;
            right_file.read_exact_at(theirs, at).map_err(named(right))?;
            if mine != theirs {
                let ahead = mine.iter().zip(theirs.iter()).take_while(|(a, b)| a == b).count();
                return Ok((read, Some(at + ahead as u64)));
            }
            at += length as u64;
            read += length as u64;
        }
        done = done.max(end);
    }
    Ok((read, None))
}

/// The ranges `(start, end)` of `file` that are no holes, ascending.
///
/// # Errors
/// Those of `lseek(2)`.
pub fn data_ranges(file: &File, length: u64) -> io::Result<Vec<(u64, u64)>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < length {
        let Some(start) = seek(file, at, libc::SEEK_DATA)? else { break };
        let end = seek(file, start, libc::SEEK_HOLE)?.unwrap_or(length);
        ranges.push((start, end));
        at = end;
    }
    Ok(ranges)
}

fn seek(file: &File, from: u64, whence: libc::c_int) -> io::Result<Option<u64>> {
    let from = i64::try_from(from).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open for as long as `file` is borrowed.
    let found = unsafe { libc::lseek(file.as_raw_fd(), from, whence) };
    if let Ok(offset) = u64::try_from(found) {
        return Ok(Some(offset));
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(libc::ENXIO) => Ok(None),
        error => Err(error),
    }
}
