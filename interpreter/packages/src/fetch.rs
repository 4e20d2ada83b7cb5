//! Files of archives: from the cache, a directory, or another machine.

mod web;

use crate::apt::Proxies;
use crate::archive::FileDigest;
use crate::cache::Cache;
use crate::digest::{Hasher, Sha256};
use crate::repository::Address;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Files fetched at a time.
const AT_A_TIME: usize = 6;

/// How often a server is asked that cannot be reached or stops answering.
const TRIES: u32 = 4;

/// Time before it is asked again; twice as long before the third time, and so on.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// Why a file cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It has other bytes than it should.
    #[error(
        "{address}: its hash is {found}, but the index that lists it says {expected}: it is damaged, or someone changed it"
    )]
    Hash {
        /// Where it came from.
        address: String,
        /// What it hashes to.
        found: Sha256,
        /// What it should hash to.
        expected: Sha256,
    },
    /// It is longer or shorter than it should be.
    #[error("{address}: {found} bytes, but the index that lists it says {expected}")]
    Length {
        /// Where it came from.
        address: String,
        /// Bytes that came.
        found: u64,
        /// Bytes that should come.
        expected: u64,
    },
    /// It leads to another machine.
    #[error(
        "{address}: the server says that it is at {target}, which is another server: not followed; if that is right, write it in the source"
    )]
    Redirect {
        /// What was asked for.
        address: String,
        /// Where it is said to be.
        target: String,
    },
    /// The server answers something else.
    #[error("{address}: the server answers with status {status}")]
    Status {
        /// What was asked for.
        address: String,
        /// HTTP's status code.
        status: u16,
    },
    /// The server cannot be reached, or stops answering.
    #[error("{address}: {fault}")]
    Network {
        /// What was asked for.
        address: String,
        /// What happened.
        fault: String,
    },
    /// It is not in the cache, and nothing is fetched.
    #[error("{0} is not in the cache, and nothing is fetched offline")]
    Offline(String),
    /// A file of the host cannot be read or written.
    #[error("{}: {error}", path.display())]
    Host {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl FetchError {
    /// Whether the file is not there, rather than not to be had or wrong.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            FetchError::Status { status, .. } => matches!(status, 404 | 410),
            FetchError::Host { error, .. } => error.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }
}

/// A file to fetch.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The archives that may have it.
    pub addresses: Vec<Address>,
    /// Its path from any of them.
    pub path: String,
    /// What it must be.
    pub digest: FileDigest,
}

/// Where files are fetched through and kept.
#[derive(Debug)]
pub struct Fetcher {
    cache: Cache,
    web: web::Web,
    offline: bool,
}

/// Is told of bytes that were fetched just now.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

impl Fetcher {
    /// Fetches through `proxies` into `cache`; nothing at all if `offline`.
    pub fn new(cache: Cache, proxies: &Proxies, offline: bool) -> Fetcher {
        Fetcher { cache, web: web::Web::new(proxies), offline }
    }

    /// Where files are kept.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// A file without a hash that is known: a release.
    ///
    /// # Errors
    /// When it cannot be had.
    pub(crate) fn release(&self, address: &Address, path: &str) -> Result<Vec<u8>, FetchError> {
        /// Bytes of a release, at most.
        const LONGEST: u64 = 64 << 20;
        let mut content = Vec::new();
        match address {
            Address::Directory(directory) => {
                let path = directory.join(path);
                let failed = |error| FetchError::Host { path: path.clone(), error };
                let file = File::open(&path).map_err(failed)?;
                file.take(LONGEST).read_to_end(&mut content).map_err(failed)?;
            }
            Address::Web(base) => {
                let address = format!("{base}/{path}");
                if self.offline {
                    return self.cache.release(&address).ok_or(FetchError::Offline(address));
                }
                patiently(|| {
                    content.clear();
                    let (body, _) = self.web.get(&address, 0)?;
                    body.take(LONGEST).read_to_end(&mut content).map_err(|error| {
                        FetchError::Network { address: address.clone(), fault: error.to_string() }
                    })
                })?;
            }
        }
        Ok(content)
    }

    /// The files that are wished for, several at a time: where each is on the host, with its hash
    /// checked.
    ///
    /// # Errors
    /// The first, in the order of `wishes`, that cannot be had.
    pub fn files(
        &self,
        wishes: &[Wish],
        progress: Progress<'_>,
    ) -> Result<Vec<PathBuf>, FetchError> {
        let next = AtomicUsize::new(0);
        let failed = AtomicUsize::new(usize::MAX);
        let found = Mutex::new(Vec::with_capacity(wishes.len()));
        let threads = AT_A_TIME.min(wishes.len());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= wishes.len() || at > failed.load(Ordering::Relaxed) {
                            return;
                        }
                        let file = self.file(&wishes[at], progress);
                        if file.is_err() {
                            failed.fetch_min(at, Ordering::Relaxed);
                        }
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((at, file));
                    }
                });
            }
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, file)| file).collect()
    }

    /// One file, with its hash checked: from the first archive that has it.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn file(&self, wish: &Wish, progress: Progress<'_>) -> Result<PathBuf, FetchError> {
        let mut missing = None;
        for address in &wish.addresses {
            match self.file_at(address, wish, progress) {
                Err(error) if error.is_missing() => missing = Some(error),
                found => return found,
            }
        }
        Err(missing.unwrap_or_else(|| FetchError::Offline(wish.path.clone())))
    }

    fn file_at(
        &self,
        address: &Address,
        wish: &Wish,
        progress: Progress<'_>,
    ) -> Result<PathBuf, FetchError> {
        let Wish { path, digest, .. } = wish;
        match address {
            Address::Directory(directory) => {
                let path = directory.join(path);
                check(&path, &path.display().to_string(), digest)?;
                Ok(path)
            }
            Address::Web(base) => {
                let kept = self.cache.file(&digest.sha256);
                let address = format!("{base}/{path}");
                match check(&kept, &address, digest) {
                    Ok(()) => return Ok(kept),
                    Err(error) if error.is_missing() => {}
                    Err(FetchError::Host { path, error }) => {
                        return Err(FetchError::Host { path, error });
                    }
                    // A file of the cache was damaged: get it again.
                    Err(_) => {}
                }
                if self.offline {
                    return Err(FetchError::Offline(address));
                }
                patiently(|| self.download(&address, digest, &kept, progress))?;
                Ok(kept)
            }
        }
    }

    /// Fetches a file, from where an earlier run has stopped on.
    fn download(
        &self,
        address: &str,
        digest: &FileDigest,
        target: &Path,
        progress: Progress<'_>,
    ) -> Result<(), FetchError> {
        let partial = self.cache.partial(&digest.sha256);
        let failed = |error| FetchError::Host { path: partial.clone(), error };
        for directory in [partial.parent(), target.parent()].into_iter().flatten() {
            std::fs::create_dir_all(directory).map_err(failed)?;
        }
        let options =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let mut file = options.open(&partial).map_err(failed)?;
        // Another process may fetch the same: who comes second finds it done.
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)
            .map_err(|error| failed(error.into()))?;
        if check(target, address, digest).is_ok() {
            return Ok(());
        }
        let mut resumed = true;
        while resumed {
            let mut hasher = Hasher::default();
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut there = hash_into(&mut hasher, &mut file).map_err(failed)?;
            if there > digest.len {
                (there, hasher) = (0, Hasher::default());
            }
            if there < digest.len {
                let (body, from) = self.web.get(address, there)?;
                if from == 0 {
                    hasher = Hasher::default();
                }
                resumed = from > 0;
                file.set_len(from).map_err(failed)?;
                file.seek(SeekFrom::Start(from)).map_err(failed)?;
                there = from
                    + receive(body, &mut file, &mut hasher, digest.len - from, progress)
                        .map_err(|fault| fault.at(address, &partial))?;
            }
            let found = hasher.finish();
            if there == digest.len && found == digest.sha256 {
                file.sync_data().map_err(failed)?;
                return std::fs::rename(&partial, target).map_err(failed);
            }
            // What an earlier run left may be the fault: once more from the beginning.
            file.set_len(0).map_err(failed)?;
            if !resumed {
                let _ = std::fs::remove_file(&partial);
                return Err(mismatch(address, digest, there, found));
            }
        }
        Err(FetchError::Length { address: address.to_owned(), found: 0, expected: digest.len })
    }
}

/// Tries again what failed because a server could not be reached.
fn patiently<T>(mut fetch: impl FnMut() -> Result<T, FetchError>) -> Result<T, FetchError> {
    for tries in 1..TRIES {
        match fetch() {
            Err(FetchError::Network { .. }) => std::thread::sleep(PAUSE * tries),
            done => return done,
        }
    }
    fetch()
}

enum ReceiveFault {
    Network(io::Error),
    Host(io::Error),
}

impl ReceiveFault {
    fn at(self, address: &str, path: &Path) -> FetchError {
        match self {
            ReceiveFault::Network(error) => {
                FetchError::Network { address: address.to_owned(), fault: error.to_string() }
            }
            ReceiveFault::Host(error) => FetchError::Host { path: path.to_owned(), error },
        }
    }
}

/// Writes what comes, one byte more than `at_most` at most, and returns how much that was.
fn receive(
    body: impl Read,
    file: &mut File,
    hasher: &mut Hasher,
    at_most: u64,
    progress: Progress<'_>,
) -> Result<u64, ReceiveFault> {
    let mut body = body.take(at_most + 1);
    let mut buffer = vec![0; 128 << 10];
    let mut received = 0;
    loop {
        let count = match body.read(&mut buffer) {
            Ok(0) => return Ok(received),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ReceiveFault::Network(error)),
        };
        file.write_all(&buffer[..count]).map_err(ReceiveFault::Host)?;
        hasher.add(&buffer[..count]);
        received += count as u64;
        progress(count as u64);
    }
}

/// Adds all of `file` to a hash and returns how much that was.
fn hash_into(hasher: &mut Hasher, file: &mut File) -> io::Result<u64> {
    let mut buffer = vec![0; 128 << 10];
    let mut len = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(len);
        }
        hasher.add(&buffer[..count]);
        len += count as u64;
    }
}

/// Checks that the file at `path` is what it must be.
fn check(path: &Path, address: &str, digest: &FileDigest) -> Result<(), FetchError> {
    let failed = |error| FetchError::Host { path: path.to_owned(), error };
    let file = File::open(path).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    if len != digest.len {
        return Err(FetchError::Length {
            address: address.to_owned(),
            found: len,
            expected: digest.len,
        });
    }
    let found = Sha256::of_reader(file).map_err(failed)?;
    match found == digest.sha256 {
        true => Ok(()),
        false => Err(mismatch(address, digest, len, found)),
    }
}

fn mismatch(address: &str, digest: &FileDigest, len: u64, found: Sha256) -> FetchError {
    let address = address.to_owned();
    match len == digest.len {
        true => FetchError::Hash { address, found, expected: digest.sha256 },
        false => FetchError::Length { address, found: len, expected: digest.len },
    }
}
