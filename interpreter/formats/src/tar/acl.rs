//! POSIX access control lists as text (acl(5), "ACL text forms"): bsdtar takes no `system.`
//! attributes from an archive, but these records.

/// `POSIX_ACL_XATTR_VERSION` (linux/posix_acl_xattr.h).
const VERSION: [u8; 4] = 2u32.to_le_bytes();

/// The record for the attribute `name`, if it is such a list.
pub(super) fn record(name: &[u8], value: &[u8]) -> Option<(&'static [u8], Vec<u8>)> {
    let keyword: &[u8] = match name {
        b"system.posix_acl_access" => b"SCHILY.acl.access",
        b"system.posix_acl_default" => b"SCHILY.acl.default",
        _ => return None,
    };
    let entries = value.strip_prefix(&VERSION)?;
    let lines: Option<Vec<String>> = entries.chunks(8).map(entry).collect();
    Some((keyword, lines?.join(",").into_bytes()))
}

/// `e_tag`, `e_perm`, `e_id` of `struct posix_acl_xattr_entry`, as TAG:QUALIFIER:PERMISSIONS.
fn entry(entry: &[u8]) -> Option<String> {
    let [tag, 0, permissions, 0, id @ ..] = entry else { return None };
    let id = u32::from_le_bytes(id.try_into().ok()?);
    let shown: String = [(4, 'r'), (2, 'w'), (1, 'x')]
        .map(|(bit, letter)| if permissions & bit != 0 { letter } else { '-' })
        .iter()
        .collect();
    match tag {
        0x01 => Some(format!("user::{shown}")),
        0x02 => Some(format!("user:{id}:{shown}")),
        0x04 => Some(format!("group::{shown}")),
        0x08 => Some(format!("group:{id}:{shown}")),
        0x10 => Some(format!("mask::{shown}")),
        0x20 => Some(format!("other::{shown}")),
        _ => None,
    }
}
