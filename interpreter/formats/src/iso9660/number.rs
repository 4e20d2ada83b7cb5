//! Numbers as ECMA-119 stores them: often twice, least and most significant byte first.

/// 16 bits in both byte orders (7.2.3).
pub(super) fn both16(value: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (value.to_le_bytes(), value.to_be_bytes());
    [a, b, c, d]
}

/// 32 bits in both byte orders (7.3.3).
pub(super) fn both32(value: u32) -> [u8; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (value.to_le_bytes(), value.to_be_bytes());
    [a, b, c, d, e, f, g, h]
}

/// The 32 bits that begin at byte `at` with the least significant one.
pub(super) fn get32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}
