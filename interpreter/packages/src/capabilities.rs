//! Capabilities of programs (capabilities(7)), written as setcap(8) takes them, as Linux keeps them in
//! the attribute `security.capability` (`include/uapi/linux/capability.h`, version 2).

/// The capabilities by their numbers, without the prefix `cap_`.
const NAMES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

const VERSION_2: u32 = 0x0200_0000;
const EFFECTIVE: u32 = 1;

/// The attribute's value for a text such as `cap_net_raw,cap_net_admin=ep`: clauses of names, `=` or
/// `+`, and of `e`, `i` and `p` those sets that they are in.
///
/// # Errors
/// What is wrong in the text.
pub fn capability_attribute(text: &str) -> Result<Vec<u8>, String> {
    let (mut permitted, mut inheritable, mut effective) = (0_u64, 0_u64, 0_u64);
    for clause in text.split_whitespace() {
        let (names, sets) = clause
            .split_once(['=', '+'])
            .ok_or_else(|| format!("`{clause}` is not of the form `NAME,...=eip`"))?;
        let mut mask = 0;
        for name in names.split(',') {
            mask |= capability(name).ok_or_else(|| format!("there is no capability `{name}`"))?;
        }
        for set in sets.chars() {
            match set {
                'e' => effective |= mask,
                'i' => inheritable |= mask,
                'p' => permitted |= mask,
                _ => return Err(format!("`{set}` in `{clause}` is none of e, i and p")),
            }
        }
    }
    // A file has one flag for all of its capabilities.
    if effective != 0 && effective != permitted | inheritable {
        return Err(format!("`{text}`: all capabilities of a file are effective, or none"));
    }
    let magic = VERSION_2 | if effective == 0 { 0 } else { EFFECTIVE };
    let (low, high) = (|set: u64| set as u32, |set: u64| (set >> 32) as u32);
    let words = [magic, low(permitted), low(inheritable), high(permitted), high(inheritable)];
    Ok(words.into_iter().flat_map(u32::to_le_bytes).collect())
}

/// The bit of a capability, or of all.
fn capability(name: &str) -> Option<u64> {
    let name = name.to_ascii_lowercase();
    if name.is_empty() || name == "all" {
        return Some((1 << NAMES.len()) - 1);
    }
    let name = name.strip_prefix("cap_")?;
    NAMES.iter().position(|known| *known == name).map(|number| 1 << number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `setcap` writes, as `getfattr -e hex` shows it.
    #[test]
    fn attributes_are_those_of_setcap() {
        let hex = |text| {
            let bytes = capability_attribute(text).unwrap();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(hex("cap_net_raw=ep"), "0100000200200000000000000000000000000000");
        assert_eq!(
            hex("cap_net_bind_service,CAP_BPF+eip"),
            "0100000200040000000400008000000080000000"
        );
        assert_eq!(hex("cap_chown=p"), "0000000201000000000000000000000000000000");
        for wrong in
            ["cap_net_raw", "net_raw=ep", "cap_x=ep", "cap_chown=x", "cap_chown=e cap_kill=p"]
        {
            assert!(capability_attribute(wrong).is_err(), "{wrong}");
        }
    }
}
