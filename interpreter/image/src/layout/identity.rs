//! Identifiers that the definition does not give: all follow from the operating system's UUID.

use uuid::Uuid;

/// The identifier of the disk itself (GPT's disk GUID; its first bytes are the MBR's signature).
pub fn disk(seed: &[u8; 16]) -> Uuid {
    derived(seed, "disk")
}

/// The identifier of partition `index`, counted from 0.
pub fn partition(seed: &[u8; 16], index: usize) -> Uuid {
    derived(seed, &format!("partition {}", index + 1))
}

/// A name-based UUID (RFC 9562, section 5.5).
fn derived(seed: &[u8; 16], name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::from_bytes(*seed), name.as_bytes())
}
