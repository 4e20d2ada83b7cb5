//! Storing and reading numbers at byte offsets, least significant byte first, as every structure of the file
//! system but the journal has them.

/// Stores numbers in a block or record.
pub(super) trait Store {
    /// Stores 16 bits at byte `at`.
    fn put16(&mut self, at: usize, value: u16);
    /// Stores 32 bits at byte `at`.
    fn put32(&mut self, at: usize, value: u32);
    /// Stores `bytes` at byte `at`.
    fn put(&mut self, at: usize, bytes: &[u8]);
}

impl Store for [u8] {
    fn put16(&mut self, at: usize, value: u16) {
        self.put(at, &value.to_le_bytes());
    }

    fn put32(&mut self, at: usize, value: u32) {
        self.put(at, &value.to_le_bytes());
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// Reads numbers from a block or record.
pub(super) trait Load {
    /// The 16 bits at byte `at`.
    fn get16(&self, at: usize) -> u16;
    /// The 32 bits at byte `at`.
    fn get32(&self, at: usize) -> u32;
}

impl Load for [u8] {
    fn get16(&self, at: usize) -> u16 {
        u16::from_le_bytes([self[at], self[at + 1]])
    }

    fn get32(&self, at: usize) -> u32 {
        u32::from(self.get16(at)) | u32::from(self.get16(at + 2)) << 16
    }
}

/// The low 16 bits.
pub(super) fn low16(value: u64) -> u16 {
    (value & 0xffff) as u16
}

/// Bits 16 to 31.
pub(super) fn high16(value: u64) -> u16 {
    (value >> 16 & 0xffff) as u16
}

/// The low 32 bits.
pub(super) fn low32(value: u64) -> u32 {
    (value & 0xffff_ffff) as u32
}

/// Bits 32 to 63.
pub(super) fn high32(value: u64) -> u32 {
    (value >> 32) as u32
}
