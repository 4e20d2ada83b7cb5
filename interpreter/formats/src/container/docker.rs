//! The archive that `docker load` takes: a tar archive of `manifest.json`, a configuration and the
//! layers' archives, compressed as a whole.

use super::{Config, Digest, Layer, config};
use crate::tar::Builder;
use serde_json::{Map, Value, json};
use tintype_tree::Extents;

/// An image and what it is called.
#[derive(Debug)]
pub struct Image<'a> {
    /// What a runtime needs to know.
    pub config: &'a Config,
    /// The lowest first.
    pub layers: &'a [Layer],
    /// Their digests.
    pub diff_ids: &'a [Digest],
    /// The repository, as `debian`.
    pub name: &'a str,
    /// Which of its images, as `latest`.
    pub tag: &'a str,
}

/// The archive, not compressed. Layers have a directory each, called by the digest; an image of one
/// layer has, as Guix's have, what Docker's first readers want besides (`VERSION`, `json`,
/// `repositories`).
pub fn lay_out(image: &Image<'_>) -> Extents {
    let created = image.config.created;
    let single = image.layers.len() == 1;
    let directory = |digest: &Digest| if single { digest.hex() } else { digest.to_string() };
    let paths: Vec<String> =
        image.diff_ids.iter().map(|digest| format!("{}/layer.tar", directory(digest))).collect();
    let manifest = json!([{
        "Config": "config.json",
        "RepoTags": [format!("{}:{}", image.name, image.tag)],
        "Layers": paths,
    }]);
    let mut archive = Builder::default();
    let mut put = |name: &str, bytes: Vec<u8>| {
        archive.file(name, &Extents::from_bytes(bytes), created);
    };
    put("manifest.json", manifest.to_string().into_bytes());
    put("config.json", image.config.json(image.layers, image.diff_ids));
    if let [digest] = image.diff_ids {
        let tags: Map<String, Value> =
            [(image.tag.to_owned(), json!(digest.hex()))].into_iter().collect();
        let repositories: Map<String, Value> =
            [(image.name.to_owned(), tags.into())].into_iter().collect();
        put("repositories", Value::from(repositories).to_string().into_bytes());
    }
    let mut written: Vec<&String> = Vec::new();
    for ((layer, digest), path) in image.layers.iter().zip(image.diff_ids).zip(&paths) {
        // Two layers may be alike.
        if written.contains(&path) {
            continue;
        }
        written.push(path);
        let directory = directory(digest);
        archive.directory(&format!("{directory}/"), created);
        if single {
            let version = Extents::from_bytes(&b"1.0"[..]);
            archive.file(&format!("{directory}/VERSION"), &version, created);
            let about = json!({ "id": digest.hex(), "created": config::rfc_3339(created) });
            let about = Extents::from_bytes(about.to_string().into_bytes());
            archive.file(&format!("{directory}/json"), &about, created);
        }
        archive.file(path, &layer.archive, created);
    }
    archive.finish()
}
