//! Moving the bytes.

use super::kernel;
use crate::output::{Error, Options, Staged, is_full, is_zero, source};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use tintype_tree::{Extents, HostFile, OpenFile, Source};

/// From here on a range of a host file is shared with it where the file system can do that.
const CLONE_FROM: u64 = 64 << 10;
/// Bytes that one thread gathers, to write them together. Where storage cannot be shared,
/// `copy_file_range` is no short cut: it moves 64 KiB at a time through a pipe, and on ext4 a Debian tree
/// takes a quarter longer with it.
const GATHERED_LIMIT: usize = 1 << 20;
/// From here on a range is allocated before it is written, where that helps.
const ALLOCATE_FROM: usize = 64 << 10;
/// More threads than this do not copy faster.
const THREADS: usize = 2;
/// Stored bytes of a share of the work.
const SHARE_LEN: u64 = 8 << 20;
/// Holes of whole blocks of this size are left; smaller ones would be stored anyway.
const BLOCK_LEN: u64 = 4096;
/// Zeros within data are left out from here on: a write of its own costs more than fewer of them.
const ZEROS_FROM: usize = 32 << 10;

/// Copies all that `extents` store to where it belongs in `staged`.
pub(super) fn copy(extents: &Extents, staged: &Staged, options: Options<'_>) -> Result<(), Error> {
    let shares = shares(extents);
    let work = Work {
        extents,
        shares: &shares,
        staged,
        next: AtomicUsize::new(0),
        stored: AtomicU64::new(0),
        clones: AtomicBool::new(true),
        allocates: AtomicBool::new(kernel::is_on_ext4(staged.file())),
    };
    let mut progress = options.progress;
    let mut report = |stored| progress.as_mut().map_or((), |progress| progress(stored));
    let threads = options.threads.min(THREADS).clamp(1, shares.len().max(1));
    let mut faults: Vec<(usize, Error)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work.run(|_| ()))).collect();
        let own = work.run(&mut report);
        let others = others.into_iter().map(|other| match other.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        std::iter::once(own).chain(others).filter_map(Result::err).collect()
    });
    // Of several errors that of the lowest offset is told, whichever thread was faster.
    faults.sort_by_key(|(share, _)| *share);
    match faults.into_iter().next() {
        Some((_, error)) => Err(error),
        None => {
            report(extents.stored_len());
            Ok(())
        }
    }
}

/// Ranges of the output that hold about [`SHARE_LEN`] stored bytes each.
fn shares(extents: &Extents) -> Vec<Range<u64>> {
    let mut shares = Vec::new();
    let mut share: Option<Range<u64>> = None;
    let mut stored = 0;
    for extent in extents.iter() {
        let mut start = extent.start;
        while start < extent.end() {
            // Storage can be shared in whole blocks only: an extent is not cut within one.
            let cut = (start + (SHARE_LEN - stored)).next_multiple_of(BLOCK_LEN);
            let end = extent.end().min(cut);
            let from = share.as_ref().map_or(start, |share| share.start);
            stored += end - start;
            share = Some(from..end);
            start = end;
            if stored >= SHARE_LEN {
                shares.extend(share.take());
                stored = 0;
            }
        }
    }
    shares.extend(share);
    shares
}

/// What the threads have in common.
struct Work<'a> {
    extents: &'a Extents,
    shares: &'a [Range<u64>],
    staged: &'a Staged,
    /// The share that nobody has taken yet.
    next: AtomicUsize,
    /// Bytes stored so far.
    stored: AtomicU64,
    /// Whether the target's file system may be able to share storage.
    clones: AtomicBool,
    /// Whether ranges are allocated before they are written. ext4 finds a place for each block of its own
    /// otherwise: a third of the time of a write. In tmpfs it costs as much.
    allocates: AtomicBool,
}

impl Work<'_> {
    /// Takes shares until there are none; the error with the number of its share.
    fn run(&self, mut report: impl FnMut(u64)) -> Result<(), (usize, Error)> {
        let mut gathered = Gathered::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(share) = self.shares.get(number) else { return Ok(()) };
            let part = self.extents.slice(share.start, share.end - share.start);
            self.copy_share(&part, share.start, &mut gathered).map_err(|error| {
                // The others need not go on.
                self.next.store(self.shares.len(), Ordering::Relaxed);
                (number, error)
            })?;
            // The disk works while the next shares are copied: syncing at the end has less to wait for.
            kernel::start_writing(self.staged.file(), share.clone());
            let stored = part.stored_len();
            report(self.stored.fetch_add(stored, Ordering::Relaxed) + stored);
        }
    }

    /// Copies `part`, whose first byte belongs at `base` of the output.
    fn copy_share(&self, part: &Extents, base: u64, gathered: &mut Gathered) -> Result<(), Error> {
        let mut open: Option<(&Arc<HostFile>, OpenFile<'_>)> = None;
        for extent in part.iter() {
            let to = base + extent.start;
            match &extent.source {
                Source::Memory { bytes, offset } => {
                    let bytes = &bytes[*offset as usize..(*offset + extent.len) as usize];
                    if bytes.len() >= GATHERED_LIMIT / 2 {
                        self.write(bytes, to)?;
                    } else {
                        self.room(gathered, to, extent.len)?.copy_from_slice(bytes);
                    }
                }
                Source::File { file, offset } => {
                    let source: &File = match &open {
                        Some((before, source)) if Arc::ptr_eq(before, file) => source,
                        _ => &open.insert((file, file.open().map_err(Error::SourceOpen)?)).1,
                    };
                    let (from, len) = (*offset, extent.len);
                    self.copy_range(FileRange { host: file, source, from, to, len }, gathered)?;
                }
            }
        }
        self.flush(gathered)
    }

    /// Room among the gathered bytes for `len` that belong at `to`; between them and those before are
    /// zeros. What was gathered is written first if they do not go together.
    fn room<'b>(
        &self,
        gathered: &'b mut Gathered,
        to: u64,
        len: u64,
    ) -> Result<&'b mut [u8], Error> {
        let end = gathered.start + gathered.len as u64;
        let hole_blocks = to / BLOCK_LEN > end.div_ceil(BLOCK_LEN);
        let gathered_len = to.saturating_sub(gathered.start) + len;
        if to < end || hole_blocks || gathered_len > GATHERED_LIMIT as u64 {
            self.flush(gathered)?;
        }
        if gathered.len == 0 {
            gathered.start = to;
        }
        Ok(gathered.extend((to - gathered.start) as usize, len as usize))
    }

    fn flush(&self, gathered: &mut Gathered) -> Result<(), Error> {
        self.write(&gathered.buffer[..gathered.len], gathered.start)?;
        gathered.len = 0;
        Ok(())
    }

    /// Writes `bytes` at `to`, long runs of zeros left out: the file has zeros there already.
    fn write(&self, bytes: &[u8], to: u64) -> Result<(), Error> {
        let write = |range: Range<usize>| {
            let at = to + range.start as u64;
            self.allocate(at, range.len())?;
            self.staged
                .file()
                .write_all_at(&bytes[range], at)
                .map_err(|error| self.staged.fault(error))
        };
        // Blocks are those of the output, the first and last of which may be cut.
        let first = (BLOCK_LEN - to % BLOCK_LEN) as usize % BLOCK_LEN as usize;
        let (mut written, mut zeros, mut at) = (0, 0, first.min(bytes.len()));
        while at < bytes.len() {
            let end = (at + BLOCK_LEN as usize).min(bytes.len());
            if is_zero(&bytes[at..end]) {
                zeros += end - at;
            } else {
                if zeros >= ZEROS_FROM {
                    write(written..at - zeros)?;
                    written = at;
                }
                zeros = 0;
            }
            at = end;
        }
        let end = if zeros >= ZEROS_FROM { bytes.len() - zeros } else { bytes.len() };
        if written < end { write(written..end) } else { Ok(()) }
    }

    /// Has a place found for `len` bytes at `to` that are about to be written.
    fn allocate(&self, to: u64, len: usize) -> Result<(), Error> {
        if len < ALLOCATE_FROM || !self.allocates.load(Ordering::Relaxed) {
            return Ok(());
        }
        match kernel::allocate(self.staged.file(), to, len as u64) {
            Err(error) if is_full(&error) => Err(self.staged.fault(error)),
            // It is not needed: the write tells if something is wrong.
            Err(_) => {
                self.allocates.store(false, Ordering::Relaxed);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Copies a range of a host file by the cheapest way there is.
    fn copy_range(&self, mut range: FileRange<'_>, gathered: &mut Gathered) -> Result<(), Error> {
        if range.len >= CLONE_FROM {
            self.flush(gathered)?;
            self.clone_blocks(&mut range);
        }
        while range.len > 0 {
            let len = range.len.min(GATHERED_LIMIT as u64);
            range.read(self.room(gathered, range.to, len)?)?;
            range.advance(len);
        }
        Ok(())
    }

    /// Lets the whole blocks of `range` share the storage of its source, if that can be.
    fn clone_blocks(&self, range: &mut FileRange<'_>) {
        let aligned = range.from.is_multiple_of(BLOCK_LEN) && range.to.is_multiple_of(BLOCK_LEN);
        if !aligned || !self.clones.load(Ordering::Relaxed) {
            return;
        }
        let len = range.len - range.len % BLOCK_LEN;
        match kernel::clone_range(range.source, range.from, self.staged.file(), range.to, len) {
            Ok(()) => range.advance(len),
            // From another file system, or shorter than it was, which reading it will tell; the next
            // source may be another.
            Err(error) if matches!(error.raw_os_error(), Some(libc::EXDEV | libc::EINVAL)) => {}
            Err(_) => self.clones.store(false, Ordering::Relaxed),
        }
    }
}

/// Bytes for one place of the output, not written yet.
struct Gathered {
    start: u64,
    /// The first bytes of `buffer` that are gathered; what follows is from before.
    len: usize,
    buffer: Box<[u8]>,
}

impl Gathered {
    fn new() -> Gathered {
        Gathered { start: 0, len: 0, buffer: vec![0; GATHERED_LIMIT].into() }
    }

    /// Fills up with zeros as far as `to`, and gives the `len` bytes after it to be filled.
    fn extend(&mut self, to: usize, len: usize) -> &mut [u8] {
        self.buffer[self.len..to].fill(0);
        self.len = to + len;
        &mut self.buffer[to..self.len]
    }
}

/// A range of an open host file, and where it belongs.
#[derive(Clone, Copy)]
struct FileRange<'a> {
    host: &'a HostFile,
    source: &'a File,
    /// First byte in the source.
    from: u64,
    /// First byte in the output.
    to: u64,
    len: u64,
}

impl FileRange<'_> {
    /// Leaves out the first `len` bytes.
    fn advance(&mut self, len: u64) {
        self.from += len;
        self.to += len;
        self.len -= len;
    }

    /// Fills `buffer` with its first bytes.
    fn read(&self, buffer: &mut [u8]) -> Result<(), Error> {
        source::read_exact(self.host, self.source, self.from, buffer)
    }
}
