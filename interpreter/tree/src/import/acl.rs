//! POSIX access control lists: from the text in archives (acl(5), "ACL text forms") to the attribute
//! of Linux (linux/posix_acl_xattr.h, version 2).

use super::owners::Accounts;

/// `POSIX_ACL_XATTR_VERSION`.
const VERSION: u32 = 2;
/// The attribute of the list that controls access to a file.
pub(super) const ACCESS: &str = "system.posix_acl_access";
/// The attribute of the list that new files of a directory get.
pub(super) const DEFAULT: &str = "system.posix_acl_default";

/// `ACL_UNDEFINED_ID`.
const UNDEFINED_ID: u32 = u32::MAX;

/// `e_tag` (linux/posix_acl.h).
const USER_OBJ: u16 = 0x01;
const USER: u16 = 0x02;
const GROUP_OBJ: u16 = 0x04;
const GROUP: u16 = 0x08;
const MASK: u16 = 0x10;
const OTHER: u16 = 0x20;

/// What a list amounts to.
pub(super) struct AccessControl {
    /// The value of `attribute; `None` if the list says
    /// no more than a mode does.
    pub(super) attribute: Option<Vec<u8>>,
    /// The nine permission bits of a file whose access the list controls: those of a group are the
    /// mask where there is one (acl(5), "Correspondence between ACL entries and file permission bits").
    pub(super) permissions: u16,
}

/// Reads the list `text`.
///
/// # Errors
/// The entry that is none, or whose user or group has no number.
pub(super) fn parse(
    text: &[u8],
    users: &Accounts,
    groups: &Accounts,
) -> Result<AccessControl, String> {
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
    let bits = |tag| entries.iter().find(|entry| entry.0 == tag).map(|entry| entry.2);
    let group = bits(MASK).or(bits(GROUP_OBJ)).unwrap_or(0);
    let (user, other) = (bits(USER_OBJ).unwrap_or(0), bits(OTHER).unwrap_or(0));
    let permissions = user << 6 | group << 3 | other;
    if entries.iter().all(|(tag, ..)| matches!(*tag, USER_OBJ | GROUP_OBJ | OTHER)) {
        return Ok(AccessControl { attribute: None, permissions });
    }
    let mut value = VERSION.to_le_bytes().to_vec();
    for (tag, id, permissions) in entries {
        value.extend_from_slice(&tag.to_le_bytes());
        value.extend_from_slice(&permissions.to_le_bytes());
        value.extend_from_slice(&id.to_le_bytes());
    }
    Ok(AccessControl { attribute: Some(value), permissions })
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
