//! What debugfs reads from an image: whole trees, without the rights to mount one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tintype_formats::ext::Options;
use tintype_tests::program::{command, run};
use tintype_tests::scratch::Scratch;
use tintype_tree::{Kind, Metadata, NodeId, Tree};

/// Longer files are compared by their length alone: debugfs would write their holes out.
const LONGEST_DUMP: u64 = 64 << 20;

/// Bytes of a file that an inode has room for without its attributes.
const INLINE_ROOM: usize = 60;

/// From so many bytes on, debugfs tells of a value its length alone.
const LONGEST_VALUE: usize = 40;

/// Runs debugfs's `commands` in one process; what it said to each.
#[track_caller]
fn said(image: &Path, commands: &[String]) -> Vec<Vec<u8>> {
    let scratch = Scratch::new("debugfs");
    let script = scratch.write("commands", &(commands.join("\n") + "\n"));
    let mut debugfs = command("debugfs");
    let outcome = run(debugfs.arg("-f").arg(script).arg(image)).ok();
    let mut rest = &outcome.stdout[..];
    let mut answers: Vec<Vec<u8>> = Vec::new();
    for command in commands {
        let echo = format!("debugfs: {command}\n");
        let at = rest.windows(echo.len()).position(|window| window == echo.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{command}: {outcome}"));
        if let Some(before) = answers.last_mut() {
            *before = rest[..at].to_vec();
        }
        rest = &rest[at + echo.len()..];
        answers.push(rest.to_vec());
    }
    answers
}

/// debugfs finds exactly the tree, and every byte of it.
#[track_caller]
pub fn holds(image: &Path, tree: &Tree, options: &Options) {
    let inodes = names(image, tree);
    let mut nodes: BTreeMap<u32, NodeId> = BTreeMap::new();
    for (path, id, inode) in &inodes {
        let known = *nodes.entry(*inode).or_insert(*id);
        assert_eq!(known, *id, "{path}: shares an inode with a file that it is no link of");
    }
    let commands: Vec<String> = nodes.keys().map(|inode| format!("stat <{inode}>")).collect();
    for ((inode, id), answer) in nodes.iter().zip(said(image, &commands)) {
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let path = inodes.iter().find(|(_, node, _)| node == id).map_or("", |(path, ..)| path);
        let is_root = *id == tree.root();
        check(&answer, tree, *id, options, is_root, &format!("{path} <{inode}>"));
    }
    contents(image, tree, &nodes);
}

/// Every name with its node and its inode, the directories' entries compared.
#[track_caller]
fn names(image: &Path, tree: &Tree) -> Vec<(String, NodeId, u32)> {
    let mut found = vec![(String::new(), tree.root(), 2)];
    let mut level = found.clone();
    while !level.is_empty() {
        let commands: Vec<String> =
            level.iter().map(|(_, _, inode)| format!("ls -p <{inode}>")).collect();
        let mut next = Vec::new();
        for ((path, id, _), answer) in level.iter().zip(said(image, &commands)) {
            let mut listed = entries(&answer);
            let mut wanted: Vec<(&[u8], NodeId)> = tree.entries(*id).collect();
            if path.is_empty() && !wanted.iter().any(|(name, _)| *name == b"lost+found") {
                listed.retain(|(name, _)| name != b"lost+found");
            }
            listed.sort();
            wanted.sort();
            assert_eq!(listed.len(), wanted.len(), "{path}: {listed:?}");
            for ((name, inode), (wanted, child)) in listed.into_iter().zip(wanted) {
                assert_eq!(name, wanted, "{path}");
                let path = format!("{path}/{}", String::from_utf8_lossy(&name));
                if tree.node(child).is_directory() {
                    next.push((path.clone(), child, inode));
                }
                found.push((path, child, inode));
            }
        }
        level = next;
    }
    found
}

/// The entries that `ls -p` prints: /inode/mode/uid/gid/name/size/, names as they are.
fn entries(answer: &[u8]) -> Vec<(Vec<u8>, u32)> {
    let fields: Vec<&[u8]> = answer.split(|byte| *byte == b'/').collect();
    let number = |field: &[u8]| String::from_utf8_lossy(field).parse::<u32>().unwrap();
    let all = fields[1..].chunks_exact(7).map(|entry| (entry[4].to_vec(), number(entry[0])));
    all.filter(|(name, inode)| *inode != 0 && name != b"." && name != b"..").collect()
}

#[track_caller]
fn check(answer: &str, tree: &Tree, id: NodeId, options: &Options, is_root: bool, place: &str) {
    let node = tree.node(id);
    let after = |field: &str| {
        let at = answer.find(field).unwrap_or_else(|| panic!("{place}: no {field} in {answer}"));
        answer[at + field.len()..].split_whitespace().next().unwrap_or("").to_owned()
    };
    let Metadata { mode, uid, gid, mtime, .. } = node.metadata;
    let (uid, gid) = if is_root { options.root_owner.unwrap_or((uid, gid)) } else { (uid, gid) };
    assert_eq!(u16::from_str_radix(&after("Mode:"), 8), Ok(mode), "{place}");
    assert_eq!(after("User:"), (uid as i32).to_string(), "{place}");
    assert_eq!(after("Group:"), (gid as i32).to_string(), "{place}");
    let time = after("mtime: 0x");
    let (seconds, extra) = time.split_once(':').map_or((&*time, None), |(s, e)| (s, Some(e)));
    let seconds = i64::from(u32::from_str_radix(seconds, 16).unwrap() as i32);
    let extra = extra.map_or(0, |extra| u32::from_str_radix(extra, 16).unwrap());
    let nanoseconds = if options.inode_size == Some(128) { 0 } else { mtime.nanoseconds };
    let found = (seconds + (i64::from(extra & 3) << 32), extra >> 2);
    assert_eq!(found, (mtime.seconds, nanoseconds), "{place}");
    let kind = match &node.kind {
        Kind::Directory(_) => "directory",
        Kind::Regular(content) => {
            assert_eq!(after("Size: "), content.len().to_string(), "{place}");
            "regular"
        }
        Kind::Symlink(target) => {
            assert_eq!(after("Size: "), target.len().to_string(), "{place}");
            "symlink"
        }
        Kind::CharDevice(device) | Kind::BlockDevice(device) => {
            let number = format!("{:02}:{:02}", device.major, device.minor);
            assert_eq!(after("Device major/minor number: "), number, "{place}");
            if matches!(node.kind, Kind::CharDevice(_)) { "character" } else { "block" }
        }
        Kind::Fifo => "FIFO",
        Kind::Socket => "socket",
    };
    assert_eq!(after("Type: "), kind, "{place}");
    for (name, value) in node.metadata.xattrs.iter().flat_map(|xattrs| xattrs.iter()) {
        let name = text(name);
        // Access control lists are printed as the disk has them, long values not at all.
        let line = match value.len() {
            _ if name.starts_with("system.posix_acl_") => format!("  {name} ("),
            len @ (0 | LONGEST_VALUE..) => format!("  {name} ({len})\n"),
            len => format!("  {name} ({len}) = {}", quoted(value)),
        };
        assert!(answer.contains(&line), "{place}: no {line} in {answer}");
    }
}

/// Bytes as debugfs prints them: as text where most can be printed, else as numbers.
fn text(bytes: &[u8]) -> String {
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    let count = bytes.iter().filter(|byte| printable(byte)).count();
    if count <= bytes.len() * 7 / 8 {
        return bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
    }
    let escaped = |byte: &u8| match printable(byte) {
        true => char::from(*byte).to_string(),
        false => format!("\\{byte:03o}"),
    };
    bytes.iter().map(escaped).collect()
}

/// A value as debugfs prints it, as far as the first byte that it may escape in its own way.
fn quoted(value: &[u8]) -> String {
    let text = text(value);
    if text.len() == 3 * value.len() && text.ends_with(' ') {
        return text;
    }
    let plain = |byte: &u8| (b' '..=b'~').contains(byte) && !b"\"\\".contains(byte);
    let plain: Vec<u8> = value.iter().copied().take_while(plain).collect();
    let end = if plain.len() == value.len() { "\"" } else { "" };
    format!("\"{}{end}", String::from_utf8_lossy(&plain))
}

#[track_caller]
fn contents(image: &Path, tree: &Tree, nodes: &BTreeMap<u32, NodeId>) {
    let scratch = Scratch::new("dumped");
    let mut commands = Vec::new();
    let mut dumped = Vec::new();
    for (inode, id) in nodes {
        let wanted = match &tree.node(*id).kind {
            Kind::Regular(content) if content.len() <= LONGEST_DUMP => content.to_vec().unwrap(),
            _ => continue,
        };
        let path = scratch.join(&inode.to_string());
        commands.push(format!("dump <{inode}> {}", path.display()));
        dumped.push((*inode, path, wanted));
    }
    if commands.is_empty() {
        return;
    }
    said(image, &commands);
    for (inode, path, wanted) in dumped {
        let found = fs::read(&path).unwrap_or_else(|error| panic!("<{inode}>: {error}"));
        // Of a short file that is in its inode, debugfs 1.47.0 writes all the room there, mke2fs's own too.
        let padding = match found.len() {
            INLINE_ROOM => found.iter().skip(wanted.len()).take_while(|byte| **byte == 0).count(),
            _ => 0,
        };
        let found = &found[..found.len() - padding];
        assert!(found == wanted, "<{inode}>: {} bytes differ", wanted.len());
    }
    for (inode, id) in nodes {
        let Kind::Symlink(target) = &tree.node(*id).kind else { continue };
        let answer = said(image, &[format!("cat <{inode}>")]).remove(0);
        // debugfs prints short targets with the inode alone.
        if target.len() >= 60 {
            assert!(answer.starts_with(target), "<{inode}>: {} is not its target", text(&answer));
        }
    }
}
