//! The volume label: 11 bytes, padded with spaces (overview, "FAT Directory Structure").

use super::Error;

/// The 11 bytes of `label`. An empty one, and `NO NAME`, which stands for having none, give `None`.
pub(super) fn encode(label: Option<&str>) -> Result<Option<[u8; 11]>, Error> {
    let Some(label) = label.filter(|label| !matches!(*label, "" | "NO NAME")) else {
        return Ok(None);
    };
    let forbidden = |(at, character): &(usize, char)| match character {
        ' ' => *at == 0,
        _ => !character.is_ascii_graphic() || "\"*+,./:;<=>?[\\]|".contains(*character),
    };
    if let Some((_, character)) = label.char_indices().find(forbidden) {
        return Err(Error::LabelCharacter { label: label.into(), character });
    }
    if label.len() > 11 {
        return Err(Error::LabelTooLong { label: label.into(), length: label.len() });
    }
    let mut bytes = [b' '; 11];
    bytes[..label.len()].copy_from_slice(label.as_bytes());
    Ok(Some(bytes))
}

/// The label that 11 bytes hold.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let label = String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned();
    (!matches!(&*label, "" | "NO NAME")).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_keeps_its_case_and_inner_spaces() {
        assert_eq!(encode(Some("Gnu ESP")).unwrap().unwrap(), *b"Gnu ESP    ");
        assert_eq!(encode(Some("NO NAME")), Ok(None));
    }

    #[test]
    fn a_label_that_fat_cannot_hold_is_refused_with_the_reason() {
        let long = encode(Some("TWELVE-CHARS")).unwrap_err();
        assert!(long.to_string().contains("at most 11"), "{long}");
        for (label, character) in [(" A", ' '), ("a.b", '.'), ("ÄB", 'Ä'), ("a\tb", '\t')] {
            let refused = Error::LabelCharacter { label: label.into(), character };
            assert_eq!(encode(Some(label)), Err(refused));
        }
    }
}
