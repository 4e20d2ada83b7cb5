//! Extended headers: POSIX.1-2017, pax, "pax Extended Header".

/// Records in the making, each `LENGTH KEYWORD=VALUE\n`.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    binary: bool,
}

impl Records {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds a name or a path. What is no UTF-8 is announced, once, as such.
    pub(super) fn add_text(&mut self, keyword: &[u8], text: &[u8]) {
        if !self.binary && std::str::from_utf8(text).is_err() {
            self.binary = true;
            let announced = std::mem::take(&mut self.bytes);
            self.add(b"hdrcharset", b"BINARY");
            self.bytes.extend(announced);
        }
        self.add(keyword, text);
    }

    /// Adds a record.
    pub(super) fn add(&mut self, keyword: &[u8], value: &[u8]) {
        // A blank, `=` and a newline; the length counts its own digits.
        let rest = keyword.len() + value.len() + 3;
        let mut len = rest + 1;
        while rest + len.to_string().len() != len {
            len = rest + len.to_string().len();
        }
        self.bytes.extend_from_slice(format!("{len} ").as_bytes());
        self.bytes.extend_from_slice(keyword);
        self.bytes.push(b'=');
        self.bytes.extend_from_slice(value);
        self.bytes.push(b'\n');
    }
}

/// The keyword of the extended attribute `name`, with `=` and `%` as GNU tar writes them.
pub(super) fn xattr_keyword(name: &[u8]) -> Vec<u8> {
    let mut keyword = b"SCHILY.xattr.".to_vec();
    for byte in name {
        match byte {
            b'=' => keyword.extend_from_slice(b"%3D"),
            b'%' => keyword.extend_from_slice(b"%25"),
            byte => keyword.push(*byte),
        }
    }
    keyword
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_s_length_counts_its_own_digits() {
        for (value, len) in [(3, 8), (4, 9), (5, 11), (92, 98), (93, 99), (94, 101)] {
            let mut records = Records::default();
            records.add(b"k", &vec![b'v'; value]);
            assert_eq!(records.bytes().len(), len, "{value}");
            assert!(records.bytes().starts_with(format!("{len} k=v").as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_announced_first() {
        let mut records = Records::default();
        records.add(b"size", b"1");
        records.add_text(b"path", b"a\xff");
        records.add_text(b"linkpath", b"b\xff");
        assert_eq!(
            records.bytes(),
            b"21 hdrcharset=BINARY\n9 size=1\n11 path=a\xff\n15 linkpath=b\xff\n"
        );
    }
}
