//! OCI image layouts (image-spec, "OCI Image Layout"): blobs that are called by their digests, and an
//! index that says what they are; as a tar archive or as a directory.

mod archive;
mod directory;

use super::{Config, Digest, Layer};
use crate::compression::Compression;
use crate::output::{Error, Options};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::Path;
use tintype_tree::Extents;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// The annotation that says what an image of a layout is called (image-spec, "Annotations").
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// What a runtime needs to know.
    pub config: Config,
    /// The lowest first.
    pub layers: Vec<Layer>,
    /// What its manifest says besides.
    pub annotations: Vec<(String, String)>,
}

/// A layout: one image, or one for each of several machines.
#[derive(Clone, Debug)]
pub struct Layout {
    /// At least one.
    pub images: Vec<Image>,
    /// What they are called together.
    pub ref_name: String,
    /// How layers are compressed: [`Compression::Gzip`], [`Compression::Zstd`] or not at all.
    pub compression: Compression,
}

/// How the layout is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A tar archive.
    Archive,
    /// A directory.
    Directory,
}

/// Where the files of a layout go.
trait Store {
    /// Makes a blob of what `write` writes.
    fn blob(
        &mut self,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(Digest, u64), Error>;

    /// Makes a file.
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error>;
}

/// Writes `layout` to `target`, and says how many bytes it has.
///
/// # Errors
/// When a source cannot be read, or `target` cannot be written. Then it is as it was.
pub fn write(
    layout: &Layout,
    form: Form,
    target: &Path,
    options: Options<'_>,
) -> Result<u64, Error> {
    let needed = layout.images.iter().flat_map(|image| &image.layers);
    let needed = needed.map(|layer| layer.archive.stored_len()).sum();
    match form {
        Form::Archive => {
            let mut archive = archive::Archive::beside(target, needed)?;
            put(layout, &mut archive, options).map_err(|error| archive.fault(error))?;
            archive.commit()
        }
        Form::Directory => {
            let mut directory = directory::Directory::beside(target)?;
            put(layout, &mut directory, options).map_err(|error| directory.fault(error))?;
            directory.commit()
        }
    }
}

fn put(layout: &Layout, store: &mut dyn Store, mut options: Options<'_>) -> Result<(), Error> {
    let mut done = 0;
    let mut heard = |piece: &[u8]| {
        done += piece.len() as u64;
        if let Some(progress) = options.progress.as_mut() {
            progress(done);
        }
    };
    store.file("oci-layout", json!({ "imageLayoutVersion": "1.0.0" }).to_string().as_bytes())?;
    let mut manifests = Vec::new();
    for image in &layout.images {
        manifests.push(put_image(layout, image, store, options.threads, &mut heard)?);
    }
    let mut described = match <[Value; 1]>::try_from(manifests) {
        Ok([manifest]) => manifest,
        Err(manifests) => {
            let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
            descriptor(INDEX, put_bytes(store, index.to_string().as_bytes())?)
        }
    };
    described["annotations"] = json!({ REF_NAME: layout.ref_name });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [described] });
    store.file("index.json", index.to_string().as_bytes())
}

/// The descriptor of the manifest of `image`, whose blobs are then in `store`.
fn put_image(
    layout: &Layout,
    image: &Image,
    store: &mut dyn Store,
    threads: usize,
    heard: &mut dyn FnMut(&[u8]),
) -> Result<Value, Error> {
    let media_type = match layout.compression {
        Compression::None => LAYER.to_owned(),
        compression => format!("{LAYER}+{}", compression.name()),
    };
    let mut descriptors = Vec::new();
    let mut diff_ids = Vec::new();
    for layer in &image.layers {
        let mut diff = super::Sha256Sink::new(std::io::sink());
        let blob = store.blob(&mut |sink| {
            let mut hear = |piece: &[u8]| {
                diff.write_all(piece).expect("a sink takes everything");
                heard(piece);
            };
            layout.compression.compress(&layer.archive, threads, &mut hear, sink)
        })?;
        diff_ids.push(diff.finish().0);
        descriptors.push(descriptor(&media_type, blob));
    }
    let config = put_bytes(store, &image.config.json(&image.layers, &diff_ids))?;
    let mut manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": descriptors,
    });
    if !image.annotations.is_empty() {
        let annotations = image.annotations.iter().map(|(key, value)| (key.clone(), json!(value)));
        manifest["annotations"] = annotations.collect::<Map<_, _>>().into();
    }
    let mut described = descriptor(MANIFEST, put_bytes(store, manifest.to_string().as_bytes())?);
    described["platform"] = json!({ "architecture": image.config.architecture, "os": "linux" });
    if let Some(variant) = &image.config.variant {
        described["platform"]["variant"] = json!(variant);
    }
    Ok(described)
}

fn put_bytes(store: &mut dyn Store, bytes: &[u8]) -> Result<(Digest, u64), Error> {
    store.blob(&mut |sink| sink.write_all(bytes).map_err(Error::Sink))
}

fn descriptor(media_type: &str, (digest, size): (Digest, u64)) -> Value {
    json!({ "mediaType": media_type, "digest": digest.to_string(), "size": size })
}

/// Where a blob is in a layout.
fn blob_name(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

/// Bytes of `layers` that are read for them, for a bar that shows how far the work is.
pub fn content_len(images: &[Image]) -> u64 {
    images.iter().flat_map(|image| &image.layers).map(|layer| Extents::len(&layer.archive)).sum()
}
