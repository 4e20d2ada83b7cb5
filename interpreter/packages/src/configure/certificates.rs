//! The certificates that a system trusts, as update-ca-certificates(8) leaves them: a list, a link to each,
//! one file of all, and links by the hash of the subject, by which OpenSSL finds them (openssl-rehash(1)).

use super::{ConfigureError, System};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;
use tintype_tree::{Kind, NodeId};

const SOURCE: &str = "usr/share/ca-certificates";
const TARGET: &str = "etc/ssl/certs";

pub(super) fn write(system: &mut System<'_>) -> Result<(), ConfigureError> {
    if !system.packages.contains("ca-certificates") {
        return Ok(());
    }
    let mut names = Vec::new();
    if let Some(directory) = system.find(SOURCE) {
        collect(system, directory, "", &mut names);
    }
    names.sort();
    let (mut list, mut bundle) = (String::new(), String::new());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut links: Vec<(String, String)> = Vec::new();
    for name in &names {
        let text = system.text(&format!("{SOURCE}/{name}"))?.unwrap_or_default();
        list.push_str(&format!("{name}\n"));
        bundle.push_str(&text);
        let base = name.rsplit('/').next().unwrap_or_default();
        let stem = base.strip_suffix(".crt").unwrap_or(base);
        let pem = stem.replace([' ', ','], "_").replace(['(', ')'], "=") + ".pem";
        system.symlink(&format!("/{SOURCE}/{name}"), &format!("{TARGET}/{pem}"))?;
        links.push((pem, text));
    }
    links.sort();
    for (pem, text) in links {
        let Some(hash) = certificate(&text).as_deref().and_then(subject_hash) else { continue };
        let hash = format!("{hash:08x}");
        let count = counts.entry(hash.clone()).or_default();
        system.symlink(&pem, &format!("{TARGET}/{hash}.{count}"))?;
        *count += 1;
    }
    system.write("etc/ca-certificates.conf", &list)?;
    system.write(&format!("{TARGET}/ca-certificates.crt"), &bundle)
}

/// The paths below `directory` of files that end in `.crt`.
fn collect(system: &System<'_>, directory: NodeId, prefix: &str, names: &mut Vec<String>) {
    for (name, id) in system.tree.entries(directory) {
        let path = format!("{prefix}{}", String::from_utf8_lossy(name));
        match &system.tree.node(id).kind {
            Kind::Directory(_) => collect(system, id, &format!("{path}/"), names),
            Kind::Regular(_) if path.ends_with(".crt") => names.push(path),
            _ => {}
        }
    }
}

/// The bytes of the first certificate in a text (RFC 7468).
fn certificate(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let (inside, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let base64: String = inside.split_whitespace().collect();
    STANDARD.decode(base64).ok()
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTF8_STRING: u8 = 0x0c;

/// The hash of a certificate's subject (RFC 5280, 4.1): of its canonical form, in which texts are UTF-8 in
/// small letters with single blanks.
fn subject_hash(certificate: &[u8]) -> Option<u32> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    let (tag, _, rest) = element(fields)?;
    if tag == 0xa0 {
        // The version.
        fields = rest;
    }
    // Serial number, algorithm, issuer, validity.
    for _ in 0..4 {
        fields = element(fields)?.2;
    }
    let (_, mut names, _) = element(fields)?;
    let mut canonical = Vec::new();
    while !names.is_empty() {
        let (_, mut set, rest) = element(names)?;
        names = rest;
        let mut attributes = Vec::new();
        while !set.is_empty() {
            let (_, attribute, rest) = element(set)?;
            set = rest;
            let (kind, oid, value) = element(attribute)?;
            let (tag, content, _) = element(value)?;
            let mut pair = encoded(kind, oid);
            match text(tag, content) {
                Some(text) => pair.extend(encoded(UTF8_STRING, canonical_text(&text).as_bytes())),
                None => pair.extend(encoded(tag, content)),
            }
            attributes.push(encoded(SEQUENCE, &pair));
        }
        attributes.sort();
        canonical.extend(encoded(SET, &attributes.concat()));
    }
    let digest = Sha1::digest(&canonical);
    Some(u32::from_le_bytes(digest[..4].try_into().ok()?))
}

/// The tag and content of the first element, and what follows it (X.690, 8.1).
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut len = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count > 4 {
            return None;
        }
        let (octets, after) = rest.split_at_checked(count)?;
        len = octets.iter().fold(0, |len, octet| len << 8 | usize::from(*octet));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(len)?;
    Some((tag, content, after))
}

fn encoded(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let mut bytes = vec![tag];
    match len {
        0..0x80 => bytes.push(len as u8),
        0x80..0x100 => bytes.extend([0x81, len as u8]),
        _ => bytes.extend([0x82, (len >> 8) as u8, len as u8]),
    }
    bytes.extend(content);
    bytes
}

/// The text of a string of any of ASN.1's kinds.
fn text(tag: u8, content: &[u8]) -> Option<String> {
    match tag {
        UTF8_STRING | 0x13 | 0x16 | 0x1a => String::from_utf8(content.to_vec()).ok(),
        // Teletex: Latin 1 as it is used.
        0x14 => Some(content.iter().map(|byte| char::from(*byte)).collect()),
        // Universal and basic multilingual plane.
        0x1c => content
            .chunks(4)
            .map(|four| char::from_u32(u32::from_be_bytes(four.try_into().ok()?)))
            .collect(),
        0x1e => {
            let units = content.chunks(2).map(|two| Some(u16::from_be_bytes(two.try_into().ok()?)));
            String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok()
        }
        _ => None,
    }
}

fn canonical_text(text: &str) -> String {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.join(" ").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_long_and_short_lengths() {
        for len in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1234] {
            let content = vec![7; len];
            let bytes = [encoded(4, &content), vec![1]].concat();
            assert_eq!(element(&bytes), Some((4, &content[..], &[1][..])));
        }
        assert_eq!(element(&[4, 5, 1]), None);
        assert_eq!(element(&[4, 0x85, 0, 0, 0, 0, 0]), None);
        assert_eq!(canonical_text("  Ab \t C "), "ab c");
    }
}
