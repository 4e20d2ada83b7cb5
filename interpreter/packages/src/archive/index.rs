//! Indexes of packages, fetched compressed and kept unpacked.

use super::{ArchiveFault, FileDigest, Release};
use crate::digest::Sha256;
use crate::fetch::{FetchError, Fetcher, Progress, Wish};
use crate::repository::{Address, Repository};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Bytes of an unpacked index, at most: ten times what Debian's largest has.
const LONGEST: u64 = 1 << 30;

/// How an index may be compressed, the smallest first.
const FORMS: [(&str, Unpack); 4] = [
    (".xz", |file| Ok(Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(file)))),
    (".zst", |file| Ok(Box::new(zstd::Decoder::with_buffer(file)?))),
    (".gz", |file| Ok(Box::new(flate2::bufread::MultiGzDecoder::new(file)))),
    ("", |file| Ok(Box::new(file))),
];

type Unpack = fn(BufReader<File>) -> io::Result<Box<dyn Read>>;

/// The text of the index `file`, by its path from the release on without an ending.
pub(super) fn read(
    repository: &Repository,
    release: &Release,
    file: &str,
    fetcher: &Fetcher,
    progress: Progress<'_>,
) -> Result<String, ArchiveFault> {
    let fault = |fault: String| ArchiveFault::Index { file: file.to_owned(), fault };
    let unpacked = release.file(file);
    if let Some(text) =
        unpacked.and_then(|unpacked| kept(&fetcher.cache().file(&unpacked.sha256), &unpacked))
    {
        return Ok(text);
    }
    let (ending, packed, unpack) = FORMS
        .iter()
        .find_map(|(ending, unpack)| {
            Some((ending, release.file(&format!("{file}{ending}"))?, unpack))
        })
        .ok_or_else(|| {
            fault("the release lists no such index, plain or as .xz, .zst, .gz".to_owned())
        })?;
    let path = fetch(repository, release, &format!("{file}{ending}"), packed, fetcher, progress)?;
    let longest = unpacked.map_or(LONGEST, |unpacked| unpacked.len);
    let text = unpacked_text(&path, *unpack, longest)
        .map_err(|error| fault(format!("cannot be unpacked: {error}")))?;
    if let Some(unpacked) = unpacked {
        let found = Sha256::of(text.as_bytes());
        if found != unpacked.sha256 {
            return Err(FetchError::Hash {
                address: format!("{} (unpacked)", path.display()),
                found,
                expected: unpacked.sha256,
            }
            .into());
        }
        if matches!(repository.address, Address::Web(_)) && !ending.is_empty() {
            let target = fetcher.cache().file(&unpacked.sha256);
            let host = |error| FetchError::Host { path: target.clone(), error };
            fetcher.cache().keep(&unpacked.sha256, text.as_bytes()).map_err(host)?;
            // Only the unpacked one is read again.
            let _ = std::fs::remove_file(&path);
        }
    }
    Ok(text)
}

/// The index by its hash where the archive has it so, else by its name.
fn fetch(
    repository: &Repository,
    release: &Release,
    file: &str,
    digest: FileDigest,
    fetcher: &Fetcher,
    progress: Progress<'_>,
) -> Result<std::path::PathBuf, FetchError> {
    let wish = |path: String| Wish { addresses: vec![repository.address.clone()], path, digest };
    let folder = file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    if release.by_hash {
        let by_hash = repository.path(&format!("{folder}by-hash/SHA256/{}", digest.sha256));
        match fetcher.file(&wish(by_hash), progress) {
            Err(error) if error.is_missing() => {}
            found => return found,
        }
    }
    fetcher.file(&wish(repository.path(file)), progress)
}

/// An index of the cache, if it is whole.
fn kept(path: &Path, digest: &FileDigest) -> Option<String> {
    let text = std::fs::read(path).ok()?;
    let whole = text.len() as u64 == digest.len && Sha256::of(&text) == digest.sha256;
    whole.then(|| String::from_utf8(text).ok()).flatten()
}

fn unpacked_text(path: &Path, unpack: Unpack, longest: u64) -> io::Result<String> {
    let file = BufReader::with_capacity(256 << 10, File::open(path)?);
    let mut text = String::new();
    let read = unpack(file)?.take(longest + 1).read_to_string(&mut text)?;
    match read as u64 > longest {
        true => Err(io::Error::other(format!("more than the {longest} bytes that it should have"))),
        false => Ok(text),
    }
}
