//! Reading what an image is made of.

use super::Error;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use tintype_tree::{Extents, HostFile, OpenFile, Source};

/// Fills `buffer`, which is all zeros, with the bytes of `extents` from `start` on; what lies past
/// the end stays zero. Each file is opened once.
pub(crate) fn read(extents: &Extents, start: u64, buffer: &mut [u8]) -> Result<(), Error> {
    let part = extents.slice(start, buffer.len() as u64);
    let mut open: Option<(&Arc<HostFile>, OpenFile<'_>)> = None;
    for extent in part.iter() {
        let part = &mut buffer[extent.start as usize..extent.end() as usize];
        match &extent.source {
            Source::Memory { bytes, offset } => {
                part.copy_from_slice(&bytes[*offset as usize..][..part.len()]);
            }
            Source::File { file, offset } => {
                let source: &File = match &open {
                    Some((before, source)) if Arc::ptr_eq(before, file) => source,
                    _ => &open.insert((file, file.open().map_err(Error::SourceOpen)?)).1,
                };
                read_exact(file, source, *offset, part)?;
            }
        }
    }
    Ok(())
}

/// Fills `buffer` with the bytes of `source`, which is `host` when open, from `start` on.
pub(crate) fn read_exact(
    host: &HostFile,
    source: &File,
    start: u64,
    buffer: &mut [u8],
) -> Result<(), Error> {
    let mut done = 0;
    while done < buffer.len() {
        let at = start + done as u64;
        match source.read_at(&mut buffer[done..], at) {
            Ok(0) => return Err(Error::SourceShort { path: host.path().into(), at }),
            Ok(len) => done += len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::SourceRead { path: host.path().into(), error }),
        }
    }
    Ok(())
}
