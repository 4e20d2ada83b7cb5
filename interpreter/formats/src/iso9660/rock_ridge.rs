//! The Rock Ridge Interchange Protocol (IEEE P1282, version 1.12): what a file is to POSIX, as entries
//! behind its directory record. With it go two of libisofs's and Linux's: `AL` (the Arbitrary
//! Attribute Interchange Protocol 2.0: extended attributes) and `ZF` (zisofs).

use super::date;
use super::number::both32;
use super::susp::{continued, entry};
use tintype_tree::{Device, Kind, Metadata, Node};

/// Bytes of a name in one `NM` entry, of components in one `SL` entry, of components in one `AL` entry.
const PAYLOAD_LIMIT: usize = 250;
/// Bytes of text in one component of a symbolic link.
const COMPONENT_LIMIT: usize = 248;

/// `TF`: the time of modification is recorded, in short or long form.
const TF_MODIFY: u8 = 0x02;
const TF_LONG_FORM: u8 = 0x80;

/// `SL` components that stand for a name without writing it.
const SL_CURRENT: u8 = 0x02;
const SL_PARENT: u8 = 0x04;
const SL_ROOT: u8 = 0x08;
const CONTINUE: u8 = 0x01;

/// What is not in the node itself.
pub(super) struct Surroundings<'a> {
    /// Names that lead to it; for a directory, two and one for each directory in it.
    pub(super) links: u32,
    /// The same number for all names of one file.
    pub(super) serial: u32,
    /// The name in its directory; none for `.` and `..`.
    pub(super) name: Option<&'a [u8]>,
    /// Length of the content before it was compressed.
    pub(super) zisofs: Option<u32>,
}

/// The entries of the volume's first record: which protocols are in use (P1281, 5.3 and 5.5).
pub(super) fn announcement() -> [Vec<u8>; 2] {
    const IDENTIFIER: &str = "IEEE_P1282";
    const DESCRIPTOR: &str =
        "THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS";
    const SOURCE: &str = "PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE \
                          P1282 SPECIFICATION";
    let texts = [IDENTIFIER, DESCRIPTOR, SOURCE];
    let lengths = texts.map(|text| text.len() as u8);
    let extensions = [&lengths[..], &[1], texts.concat().as_bytes()].concat();
    [entry(b"SP", &[0xbe, 0xef, 0]), entry(b"ER", &extensions)]
}

/// The entries of one record, most wanted first.
pub(super) fn entries(node: &Node, about: &Surroundings) -> Vec<Vec<u8>> {
    let mut entries = vec![attributes(node, about), time(&node.metadata)];
    if let Some(name) = about.name {
        let parts = continued(name, PAYLOAD_LIMIT);
        entries.extend(parts.iter().map(|part| entry(b"NM", part)));
    }
    match &node.kind {
        Kind::Symlink(target) => entries.extend(link(target)),
        Kind::CharDevice(device) | Kind::BlockDevice(device) => {
            let numbers = device_words(*device).map(both32).concat();
            entries.push(entry(b"PN", &numbers));
        }
        _ => {}
    }
    if let Some(len) = about.zisofs {
        entries.push(compressed(len));
    }
    entries
}

/// `PX`: POSIX file attributes (P1282, 4.1.1).
fn attributes(node: &Node, about: &Surroundings) -> Vec<u8> {
    let kind = match node.kind {
        Kind::Fifo => 0o010_000,
        Kind::CharDevice(_) => 0o020_000,
        Kind::Directory(_) => 0o040_000,
        Kind::BlockDevice(_) => 0o060_000,
        Kind::Regular(_) => 0o100_000,
        Kind::Symlink(_) => 0o120_000,
        Kind::Socket => 0o140_000,
    };
    let Metadata { mode, uid, gid, .. } = node.metadata;
    let fields = [kind | u32::from(mode), about.links, uid, gid, about.serial];
    entry(b"PX", &fields.map(both32).concat())
}

/// `TF`: time stamps (4.1.6). What is not recorded is that of the directory record: the same.
fn time(metadata: &Metadata) -> Vec<u8> {
    if date::fits_short(metadata.mtime) {
        entry(b"TF", &[&[TF_MODIFY][..], &date::short(metadata.mtime)].concat())
    } else {
        let flags = TF_MODIFY | TF_LONG_FORM;
        entry(b"TF", &[&[flags][..], &date::long(metadata.mtime)].concat())
    }
}

/// The two words of `PN` (4.1.2). Small numbers go into the second one as all readers have it; larger
/// ones as Linux reads them.
fn device_words(device: Device) -> [u32; 2] {
    match device {
        Device { major: major @ 0..256, minor: minor @ 0..256 } => [0, major << 8 | minor],
        Device { major, minor } => [major, minor],
    }
}

/// The inverse of [`device_words`].
pub(super) fn device(high: u32, low: u32) -> Device {
    match high {
        0 => Device { major: low >> 8, minor: low & 0xff },
        major => Device { major, minor: low },
    }
}

/// `SL`: a symbolic link (4.1.3).
fn link(target: &[u8]) -> Vec<Vec<u8>> {
    let mut components = Vec::new();
    let names = match target.strip_prefix(b"/") {
        Some(rest) => {
            components.push(vec![SL_ROOT, 0]);
            rest
        }
        None => target,
    };
    if !names.is_empty() || components.is_empty() {
        names.split(|byte| *byte == b'/').for_each(|name| match name {
            b"." => components.push(vec![SL_CURRENT, 0]),
            b".." => components.push(vec![SL_PARENT, 0]),
            name => components.extend(text(name)),
        });
    }
    gathered(b"SL", components)
}

/// A name as components, or a text of an attribute as such: flags, length, bytes.
fn text(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    continued(bytes, COMPONENT_LIMIT).into_iter().map(|mut part| {
        part.insert(1, (part.len() - 1) as u8);
        part
    })
}

/// Components in as few entries as hold them, each with a byte of flags first: whether more follow.
fn gathered(signature: &[u8; 2], components: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut payloads: Vec<Vec<u8>> = vec![vec![CONTINUE]];
    for component in components {
        let last = payloads.last_mut().expect("there is one from the start");
        if last.len() + component.len() > PAYLOAD_LIMIT + 1 {
            payloads.push([vec![CONTINUE], component].concat());
        } else {
            last.extend(component);
        }
    }
    payloads.last_mut().expect("there is one from the start")[0] = 0;
    payloads.iter().map(|payload| entry(signature, payload)).collect()
}

/// `ZF`: the content is in Linux's compressed form, which begins with a header of 16 bytes.
fn compressed(len: u32) -> Vec<u8> {
    let header = [b'p', b'z', super::zisofs::HEADER_LEN / 4, super::zisofs::BLOCK_BITS];
    entry(b"ZF", &[&header[..], &both32(len)].concat())
}

/// `AL`: names and values, in turn, as components. They stand once for each file: behind the record
/// with its name, the root's behind its own.
pub(super) fn extended_attributes(metadata: &Metadata) -> Vec<Vec<u8>> {
    let Some(xattrs) = &metadata.xattrs else { return Vec::new() };
    if xattrs.is_empty() {
        return Vec::new();
    }
    // libisofs does not find an empty value behind which nothing stands.
    let (empty, full): (Vec<_>, Vec<_>) = xattrs.iter().partition(|(_, value)| value.is_empty());
    let pairs = empty.into_iter().chain(full);
    let pairs = pairs.flat_map(|(name, value)| [short_name(name), value.to_vec()]);
    gathered(b"AL", pairs.flat_map(|bytes| text(&bytes).collect::<Vec<_>>()).collect())
}

/// Spaces of names and the byte that stands for each (AAIP 2.0).
const NAME_SPACES: [(&[u8], u8); 5] = [
    (b"system.", 0x02),
    (b"user.", 0x03),
    (b"isofs.", 0x04),
    (b"trusted.", 0x05),
    (b"security.", 0x06),
];

fn short_name(name: &[u8]) -> Vec<u8> {
    let known =
        NAME_SPACES.iter().find_map(|(space, byte)| Some((name.strip_prefix(*space)?, *byte)));
    match known {
        Some((rest, byte)) => [&[byte][..], rest].concat(),
        None => [&[0x01][..], name].concat(),
    }
}

/// The inverse of [`short_name`].
pub(super) fn full_name(name: &[u8]) -> Vec<u8> {
    let Some((first, rest)) = name.split_first() else { return Vec::new() };
    match NAME_SPACES.iter().find(|(_, byte)| byte == first) {
        Some((space, _)) => [*space, rest].concat(),
        None if *first == 0x01 => rest.to_vec(),
        None => name.to_vec(),
    }
}
