//! POSIX access control lists: from the text in archives (acl(5), "ACL text forms") to the attribute
//! of Linux (linux/posix_acl_xattr.h, version 2).

use super::owners::Accounts;

/// `POSIX_ACL_XATTR_VERSION`.
const VERSION: u32 = 2;
/// `ACL_UNDEFINED_ID`.
const UNDEFINED_ID: u32 = u32::MAX;

/// `e_tag` (linux/posix_acl.h).
const USER_OBJ: u16 = 0x01;
const USER: u16 = 0x02;
const GROUP_OBJ: u16 = 0x04;
const GROUP: u16 = 0x08;
const MASK: u16 = 0x10;
const OTHER: u16 = 0x20;

/// The value of `system.posix_acl_access` or `system.posix_acl_default` for the list `text`. `None`
/// if the list says no more than the mode does.
///
/// # Errors
/// The entry that is none, or whose user or group has no number.
pub(super) fn to_attribute(
    text: &[u8],
    users: &Accounts,
    groups: &Accounts,
) -> Result<Option<Vec<u8>>, String> {
    let mut entries = Vec::new();
    for line in text.split(|byte| matches!(byte, b',' | b'\n')) {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
        if !line.is_empty() {
            let shown = crate::tree::shown(line);
            entries.push(entry(line, users, groups).ok_or(format!("`{shown}` cannot be read"))?);
        }
    }
    // The kernel wants them by tag, then by number.
    entries.sort_unstable();
    if entries.iter().all(|(tag, ..)| matches!(*tag, USER_OBJ | GROUP_OBJ | OTHER)) {
        return Ok(None);
    }
    let mut value = VERSION.to_le_bytes().to_vec();
    for (tag, id, permissions) in entries {
        value.extend_from_slice(&tag.to_le_bytes());
        value.extend_from_slice(&permissions.to_le_bytes());
        value.extend_from_slice(&id.to_le_bytes());
    }
    Ok(Some(value))
}

/// Tag, id and permissions of `[default:]TAG:QUALIFIER:PERMISSIONS[:ID]`.
fn entry(line: &[u8], users: &Accounts, groups: &Accounts) -> Option<(u16, u32, u16)> {
    let line = line.strip_prefix(b"default:").unwrap_or(line);
    let mut fields = line.split(|byte| *byte == b':');
    let (tag, qualifier) = (fields.next()?, fields.next()?);
    let permissions = match fields.next() {
        // `mask` and `other` may leave the empty qualifier out.
        None => return short(tag, qualifier),
        Some(permissions) => permissions_of(permissions)?,
    };
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u32>().ok();
    let stated = fields.next().and_then(number);
    let id = |accounts: &Accounts| {
        stated.or_else(|| number(qualifier)).or_else(|| accounts.id(qualifier))
    };
    match (tag, qualifier) {
        (b"user" | b"u", b"") => Some((USER_OBJ, UNDEFINED_ID, permissions)),
        (b"user" | b"u", _) => Some((USER, id(users)?, permissions)),
        (b"group" | b"g", b"") => Some((GROUP_OBJ, UNDEFINED_ID, permissions)),
        (b"group" | b"g", _) => Some((GROUP, id(groups)?, permissions)),
        (b"mask" | b"m", _) => Some((MASK, UNDEFINED_ID, permissions)),
        (b"other" | b"o", _) => Some((OTHER, UNDEFINED_ID, permissions)),
        _ => None,
    }
}

fn short(tag: &[u8], permissions: &[u8]) -> Option<(u16, u32, u16)> {
    let permissions = permissions_of(permissions)?;
    match tag {
        b"mask" | b"m" => Some((MASK, UNDEFINED_ID, permissions)),
        b"other" | b"o" => Some((OTHER, UNDEFINED_ID, permissions)),
        _ => None,
    }
}

fn permissions_of(text: &[u8]) -> Option<u16> {
    text.iter().try_fold(0, |bits, letter| match letter {
        b'r' => Some(bits | 4),
        b'w' => Some(bits | 2),
        b'x' => Some(bits | 1),
        b'-' => Some(bits),
        _ => None,
    })
}
