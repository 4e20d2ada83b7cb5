//! ext4 SOURCE IMAGE [BYTES]: a directory or tar archive as an ext4 in a file, as large as it must be
//! and a quarter more, or of so many bytes. The library alone, for benches.

use std::path::Path;
use std::process::ExitCode;
use tintype_formats::ext::{self, Kind, Options, Size};
use tintype_formats::{output, raw};
use tintype_tree::import;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let (source, image, bytes) = match &arguments[..] {
        [_, source, image] => (source, image, None),
        [_, source, image, bytes] => (source, image, bytes.parse().ok()),
        _ => {
            eprintln!("usage: ext4 SOURCE IMAGE [BYTES]");
            return ExitCode::from(2);
        }
    };
    match make(Path::new(source), Path::new(image), bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ext4: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(source: &Path, image: &Path, bytes: Option<u64>) -> Result<(), Box<dyn std::error::Error>> {
    let tree = if source.is_dir() {
        import::directory(source)?
    } else {
        import::archive(source, &std::env::temp_dir())?
    };
    let words = ["-O", "^metadata_csum,^64bit", "-b", "4096"].map(String::from);
    let mut options = Options::parse(Kind::Ext4, &words)?;
    options.uuid = *b"tintype-for-ext4";
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => (ext::minimum_size(&tree, &options)? / 4096).div_ceil(4) * 5 * 4096,
    };
    options.size = Size::Exact(bytes);
    let extents = ext::lay_out(&tree, &options)?;
    raw::write(&extents, image, output::Options::default())?;
    Ok(())
}
