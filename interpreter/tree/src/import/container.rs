//! Images of containers: their layers, one applied over the other.
//!
//! An OCI image layout (image-spec, "OCI Image Layout") and the archive of `docker save` are trees of
//! files, which are imported like any other. What they hold is then found by name; digests are
//! checked.

mod error;
mod json;

pub use error::ContainerFault;

use super::{ImportError, ImportOptions, layer};
use crate::extents::Extents;
use crate::node::Kind;
use crate::tree::Tree;
use json::{items, parse, string, strings, text};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What tells an OCI image layout, and its index.
const OCI_MARK: &[u8] = b"oci-layout";
const OCI_INDEX: &str = "index.json";

/// The list of images in an archive of docker's.
const DOCKER_MANIFEST: &str = "manifest.json";

/// Bytes of a JSON document that are believed (distribution-spec asks for 4 MiB of manifests).
const JSON_AT_MOST: u64 = 8 << 20;

/// Indexes in indexes that are followed.
const DEPTH_AT_MOST: usize = 4;

/// If `files` is an image of a container, the file system that its layers make; otherwise `files`
/// itself. `name` is what messages call it.
///
/// # Errors
/// When it is such an image, but damaged, or of several machines.
pub fn container_root(
    name: &Path,
    files: Tree,
    options: &ImportOptions,
) -> Result<Tree, ImportError> {
    let image = Image { name, files: &files, options };
    if image.has(OCI_MARK) && image.has(OCI_INDEX.as_bytes()) {
        return image.oci_root();
    }
    if image.has(DOCKER_MANIFEST.as_bytes())
        && let Some(layers) = image.docker_layers()?
    {
        return image.apply(&layers);
    }
    Ok(files)
}

struct Image<'a> {
    name: &'a Path,
    files: &'a Tree,
    options: &'a ImportOptions,
}

/// A layer's archive.
struct Layer {
    file: String,
    content: Extents,
}

impl Image<'_> {
    fn has(&self, path: &[u8]) -> bool {
        self.content(path).is_some()
    }

    fn content(&self, path: &[u8]) -> Option<&Extents> {
        match self.files.resolve(path).map(|id| &self.files.node(id).kind) {
            Some(Kind::Regular(content)) => Some(content),
            _ => None,
        }
    }

    fn fault(&self, file: &str, fault: ContainerFault) -> ImportError {
        let (archive, file) = (self.name.to_owned(), file.to_owned());
        ImportError::Container { archive, file, fault }
    }

    /// The file `file`, which `names` names.
    fn named(&self, file: &str, names: &str) -> Result<&Extents, ImportError> {
        self.content(file.as_bytes())
            .ok_or_else(|| self.fault(names, ContainerFault::Missing(file.to_owned())))
    }

    fn json(&self, file: &str, content: &Extents) -> Result<Value, ImportError> {
        if content.len() > JSON_AT_MOST {
            return Err(self.fault(file, ContainerFault::TooLong(content.len())));
        }
        let bytes = content.to_vec().map_err(|error| self.host(error))?;
        parse(&bytes).map_err(|fault| self.fault(file, fault))
    }

    fn host(&self, error: std::io::Error) -> ImportError {
        ImportError::Host { path: self.name.to_owned(), error }
    }

    /// The layers that docker's manifest names, if it is one: any tree may have a file of that name.
    fn docker_layers(&self) -> Result<Option<Vec<Layer>>, ImportError> {
        let content = self.named(DOCKER_MANIFEST, DOCKER_MANIFEST)?;
        if content.len() > JSON_AT_MOST {
            return Ok(None);
        }
        let bytes = content.to_vec().map_err(|error| self.host(error))?;
        let Ok(manifest) = parse(&bytes) else { return Ok(None) };
        let images = manifest.as_array().map_or(&[][..], Vec::as_slice);
        let is_image = |one: &Value| one.get("Config").is_some() && one.get("Layers").is_some();
        let fail = |fault| self.fault(DOCKER_MANIFEST, fault);
        let image = match images {
            several if !several.iter().all(is_image) => return Ok(None),
            [] => return Ok(None),
            [image] => image,
            several => {
                let tags = several.iter().map(|one| one["RepoTags"].to_string());
                return Err(fail(ContainerFault::Several(tags.collect())));
            }
        };
        let config = string(image, "Config").map_err(fail)?;
        let config_content = self.named(&config, DOCKER_MANIFEST)?;
        let parsed = self.json(&config, config_content)?;
        let diff_ids = strings(&parsed, &["rootfs", "diff_ids"]);
        let diff_ids = diff_ids.map_err(|fault| self.fault(&config, fault))?;
        let paths = strings(image, &["Layers"]).map_err(fail)?;
        if paths.len() != diff_ids.len() {
            let fault = ContainerFault::Count { layers: paths.len(), digests: diff_ids.len() };
            return Err(self.fault(&config, fault));
        }
        let mut layers = Vec::new();
        for (file, digest) in paths.into_iter().zip(diff_ids) {
            let content = self.named(&file, DOCKER_MANIFEST)?.clone();
            // Digests are of what is not compressed.
            if !layer::is_compressed(&content).map_err(|error| self.host(error))? {
                self.check(&file, &content, &digest)?;
            }
            layers.push(Layer { file, content });
        }
        Ok(Some(layers))
    }

    fn oci_root(&self) -> Result<Tree, ImportError> {
        let mut file = OCI_INDEX.to_owned();
        let mut index = self.json(OCI_INDEX, self.named(OCI_INDEX, OCI_INDEX)?)?;
        for _ in 0..DEPTH_AT_MOST {
            if index.get("manifests").is_none() {
                return self.oci_image(&file, &index);
            }
            // What is of no machine is no image: signatures, attestations.
            let images: Vec<&Value> = items(&index, "manifests")
                .iter()
                .filter(|one| text(one, &["platform", "os"]) != Some("unknown"))
                .collect();
            let fail = |fault| self.fault(&file, fault);
            let descriptor = match images.as_slice() {
                [image] => *image,
                [] => return Err(fail(ContainerFault::NoImage)),
                several => {
                    let machine = |one: &&Value| {
                        text(one, &["platform", "architecture"]).unwrap_or("unknown").to_owned()
                    };
                    return Err(fail(ContainerFault::Several(
                        several.iter().map(machine).collect(),
                    )));
                }
            };
            let (path, content) = self.blob(&file, descriptor)?;
            index = self.json(&path, content)?;
            file = path;
        }
        Err(self.fault(&file, ContainerFault::TooDeep))
    }

    fn oci_image(&self, file: &str, manifest: &Value) -> Result<Tree, ImportError> {
        if manifest.get("layers").is_none() {
            return Err(self.fault(file, ContainerFault::Field("layers")));
        }
        let mut layers = Vec::new();
        for descriptor in items(manifest, "layers") {
            let (file, content) = self.blob(file, descriptor)?;
            layers.push(Layer { file, content: content.clone() });
        }
        self.apply(&layers)
    }

    /// The blob that `descriptor`, in `file`, describes, and where it is.
    fn blob(&self, file: &str, descriptor: &Value) -> Result<(String, &Extents), ImportError> {
        let digest = string(descriptor, "digest").map_err(|fault| self.fault(file, fault))?;
        let Some(hex) = digest.strip_prefix("sha256:") else {
            return Err(self.fault(file, ContainerFault::Algorithm(digest)));
        };
        let path = format!("blobs/sha256/{hex}");
        let content = self.named(&path, file)?;
        match descriptor["size"].as_u64() {
            Some(size) if size != content.len() => {
                let fault = ContainerFault::Size { stated: size, actual: content.len() };
                return Err(self.fault(&path, fault));
            }
            _ => self.check(&path, content, &digest)?,
        }
        Ok((path, content))
    }

    /// Checks the digest of `content`.
    fn check(&self, file: &str, content: &Extents, digest: &str) -> Result<(), ImportError> {
        let mut hash = Sha256::new();
        let mut reader = content.reader();
        let mut buffer = vec![0; content.len().clamp(1, 1 << 20) as usize];
        loop {
            let len = reader.read(&mut buffer).map_err(|error| self.host(error))?;
            if len == 0 {
                break;
            }
            hash.update(&buffer[..len]);
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let actual = format!("sha256:{hex}");
        if actual == digest {
            return Ok(());
        }
        let stated = digest.to_owned();
        Err(self.fault(file, ContainerFault::Digest { stated, actual }))
    }

    /// The file system that `layers` make, the first one lowest.
    fn apply(&self, layers: &[Layer]) -> Result<Tree, ImportError> {
        let mut tree = Tree::new();
        for Layer { file, content } in layers {
            // Messages about what is in a layer name it with the archive.
            let mut name = self.name.as_os_str().to_owned();
            name.push(":");
            name.push(file);
            tree = layer::apply(&PathBuf::from(name), content, self.options, tree)?;
        }
        Ok(tree)
    }
}
