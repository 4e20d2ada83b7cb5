//! Archives of a root: one tar archive, compressed.

use super::{Built, Meter};
use crate::error::{Failure, Problem};
use crate::plan::{ArchivePlan, FileLike, TextPart};
use crate::realise::{Surroundings, root_tree};
use crate::store::{Store, place_items};
use std::io::BufWriter;
use std::path::Path;
use tintype_formats::compression::Compression;
use tintype_formats::output::{self, Staged};
use tintype_formats::{raw, tar};
use tintype_tree::{Extents, Node, Timestamp, Tree};

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Makes the archive that `plan` describes at `target`.
pub(super) fn build(
    plan: &ArchivePlan,
    surroundings: &Surroundings,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, Failure> {
    let mut notes = Vec::new();
    let mut store = Store::new(surroundings);
    let mut root = root_tree(&plan.root, &mut store, None, &mut notes)?;
    let failed = |problem: Problem| problem.at(&plan.place);
    for (name, to) in &plan.links {
        link(&mut root, name, to, &mut store, &mut notes)?;
    }
    store.finish(&plan.root, &mut root, &mut notes).map_err(failed)?;
    let options = tar::Options {
        dot_slash: true,
        latest: latest(plan.latest),
        owners: owner_names(&root).map_err(failed)?,
    };
    let archive = tar::lay_out(&root, &options);
    notes.extend(left_out_note(&archive.left_out));
    let meter = Meter { progress, total: archive.extents.len() };
    let len = write(&archive.extents, plan.compression, target, meter)
        .map_err(|error| Problem::from(error).at(&None))?;
    Ok(Built { path: target.to_owned(), len, notes })
}

/// Writes `content`, compressed, to `target`, and says how many bytes that makes.
pub(super) fn write(
    content: &Extents,
    compression: Compression,
    target: &Path,
    mut meter: Meter<'_>,
) -> Result<u64, output::Error> {
    let threads = output::Options::default().threads;
    if compression == Compression::None {
        let mut told = |done| meter.tell(done);
        let options = output::Options { threads, progress: Some(&mut told) };
        raw::write(content, target, options)?;
        return Ok(content.len());
    }
    let staged = Staged::beside(target, content.stored_len())?;
    let mut done = 0;
    let mut heard = |piece: &[u8]| {
        done += piece.len() as u64;
        meter.tell(done);
    };
    let mut sink = BufWriter::with_capacity(BUFFER, &staged);
    compression
        .compress(content, threads, &mut heard, &mut sink)
        .and_then(|()| sink.into_inner().map_err(|e| output::Error::Sink(e.into_error())))
        .map_err(|error| match error {
            output::Error::Sink(error) => staged.fault(error),
            other => other,
        })?;
    let len = staged.file().metadata().map_err(|error| staged.fault(error))?.len();
    staged.commit()?;
    Ok(len)
}

/// Makes `name` a link to `to` unless it is there already: to the file of a package where the packages
/// are merged, else to what stands for the object in the store.
fn link(
    root: &mut Tree,
    name: &str,
    to: &TextPart,
    store: &mut Store,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    if root.resolve(name.as_bytes()).is_some() {
        return Ok(());
    }
    let merged = match to {
        TextPart::Text(path) => Some(path.clone()),
        TextPart::Path(FileLike::FileAppend { suffix, .. }) => Some(store.text(suffix)?),
        TextPart::Path(_) => None,
    };
    let mut target = merged.clone().filter(|path| root.resolve(path.as_bytes()).is_some());
    if let (None, TextPart::Path(object)) = (&target, to)
        && let Some((item, _)) = store.found(object)?
    {
        target = Some(store.path(object)?);
        let items = store.closure([item.name.clone()].into());
        place_items(root, &items).map_err(|problem| problem.at(&object.place()))?;
    }
    let Some(target) = target else {
        let shown = match (merged, to) {
            (None, TextPart::Path(object)) => object.shown(),
            (path, _) => path.unwrap_or_default(),
        };
        notes.push(format!("the packages have neither /{name} nor {shown} to link it to"));
        return Ok(());
    };
    root.put_resolved(name.as_bytes(), Node::symlink(target))
        .map_err(|error| Problem::from(error).at(&None))?;
    Ok(())
}

/// Whole seconds as a time.
pub(super) fn latest(seconds: Option<i64>) -> Option<Timestamp> {
    seconds.map(|seconds| Timestamp { seconds, nanoseconds: 0 })
}

/// What the owners of files are called in `root` itself.
pub(super) fn owner_names(root: &Tree) -> Result<tar::OwnerNames, Problem> {
    Ok(tar::OwnerNames::of(root).map_err(output::Error::SourceOpen)?)
}

/// What to say of `paths`, which no tar archive can hold.
pub(super) fn left_out_note(paths: &[Vec<u8>]) -> Option<String> {
    let first = String::from_utf8_lossy(paths.first()?);
    let others = match paths.len() {
        1 => String::new(),
        count => format!(" and {} others", count - 1),
    };
    Some(format!("no tar archive holds sockets: /{first}{others} left out"))
}
