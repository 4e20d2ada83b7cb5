//! Accounts of a system (passwd(5), group(5), shadow(5), gshadow(5)): those that packages made, and more.

use std::collections::BTreeSet;
use std::io;
use tintype_tree::{Extents, Kind, Node, NodeId, Tree};

/// The four files, line by line.
#[derive(Debug, Default)]
pub struct Accounts {
    passwd: Lines,
    shadow: Lines,
    group: Lines,
    gshadow: Lines,
}

/// A user that a system is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Its number, if that is decided.
    pub uid: Option<u32>,
    /// Its group: a name.
    pub group: String,
    /// Other groups that it is in.
    pub supplementary_groups: Vec<String>,
    /// Who that is.
    pub comment: String,
    /// Its home directory.
    pub home: String,
    /// Its shell: a path in the system.
    pub shell: String,
    /// Its password as crypt(3) leaves it; without one, nobody logs in by password.
    pub password: Option<String>,
    /// Whether it is none of a person.
    pub is_system: bool,
}

/// A group that a system is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number, if that is decided.
    pub id: Option<u32>,
    /// Whether it is none of people.
    pub is_system: bool,
}

/// A user or a group that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// A group that nobody made.
    #[error("user {user}: there is no group {group}")]
    NoGroup {
        /// Whose.
        user: String,
        /// Which.
        group: String,
    },
    /// A text with a colon or a line break.
    #[error("`{0}` cannot stand in a file of accounts")]
    Text(String),
}

impl Accounts {
    /// Those of `tree`; none where a file is missing.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(tree: &Tree) -> io::Result<Accounts> {
        Ok(Accounts {
            passwd: Lines::read(tree, "etc/passwd")?,
            shadow: Lines::read(tree, "etc/shadow")?,
            group: Lines::read(tree, "etc/group")?,
            gshadow: Lines::read(tree, "etc/gshadow")?,
        })
    }

    /// The number of the group `name`.
    pub fn gid(&self, name: &str) -> Option<u32> {
        self.group.field(name, 2)?.parse().ok()
    }

    /// The number of the user `name` and that of its group.
    pub fn user(&self, name: &str) -> Option<(u32, u32)> {
        let id = |field| self.passwd.field(name, field)?.parse().ok();
        Some((id(2)?, id(3)?))
    }

    /// Adds a group, unless there is one of its name: files are that one's.
    ///
    /// # Errors
    /// When its name cannot be one.
    pub fn add_group(&mut self, group: &Group) -> Result<(), AccountError> {
        plain(&group.name)?;
        if self.group.find(&group.name).is_none() {
            let id = group.id.filter(|id| !self.group.numbers().contains(id));
            let id = id.unwrap_or_else(|| free(&self.group.numbers(), group.is_system));
            self.group.push(&[&group.name, "x", &id.to_string(), ""]);
            self.gshadow.push(&[&group.name, "!", "", ""]);
        }
        Ok(())
    }

    /// Adds a user. One that is there keeps its number and home; a person's password and shell, and
    /// root's, become those of `user`.
    ///
    /// # Errors
    /// When a group is missing, or a text cannot stand in the files.
    pub fn add_user(&mut self, user: &User) -> Result<(), AccountError> {
        for text in [&user.name, &user.comment, &user.home, &user.shell] {
            plain(text)?;
        }
        user.password.as_deref().map_or(Ok(()), plain)?;
        let no_group = |group: &str| AccountError::NoGroup {
            user: user.name.clone(),
            group: group.to_owned(),
        };
        let password = user.password.as_deref().unwrap_or("!");
        match self.passwd.find(&user.name) {
            Some(_) if user.is_system => {}
            Some(at) => {
                self.passwd.set(at, 6, &user.shell);
                if let Some(at) = self.shadow.find(&user.name) {
                    self.shadow.set(at, 1, password);
                }
            }
            None => {
                let gid = self.gid(&user.group).ok_or_else(|| no_group(&user.group))?;
                let uid = user.uid.filter(|id| !self.passwd.numbers().contains(id));
                let uid = uid.unwrap_or_else(|| free(&self.passwd.numbers(), user.is_system));
                let (uid, gid) = (uid.to_string(), gid.to_string());
                let User { name, comment, home, shell, .. } = user;
                self.passwd.push(&[name, "x", &uid, &gid, comment, home, shell]);
                self.shadow.push(&[name, password, "", "0", "99999", "7", "", "", ""]);
            }
        }
        for group in &user.supplementary_groups {
            let at = self.group.find(group).ok_or_else(|| no_group(group))?;
            self.group.add_member(at, &user.name);
            if let Some(at) = self.gshadow.find(group) {
                self.gshadow.add_member(at, &user.name);
            }
        }
        Ok(())
    }

    /// Puts the files back; one that `tree` does not have is left out.
    pub fn write(&self, tree: &mut Tree) {
        for (path, lines) in [
            ("etc/passwd", &self.passwd),
            ("etc/shadow", &self.shadow),
            ("etc/group", &self.group),
            ("etc/gshadow", &self.gshadow),
        ] {
            if let Some(id) = tree.resolve(path.as_bytes()) {
                let metadata = tree.node(id).metadata.clone();
                let kind = Kind::Regular(Extents::from_bytes(lines.text().into_bytes()));
                *tree.node_mut(id) = Node { metadata, kind };
            }
        }
    }
}

fn plain(text: &str) -> Result<(), AccountError> {
    match text.contains([':', '\n', '\0']) {
        true => Err(AccountError::Text(text.escape_debug().to_string())),
        false => Ok(()),
    }
}

/// The next free number, as Guix counts them: a system's down from 999, people's up from 1000.
fn free(taken: &BTreeSet<u32>, is_system: bool) -> u32 {
    let free = |id: &u32| !taken.contains(id);
    match is_system {
        true => (100..=999).rev().find(free).unwrap_or(1000),
        false => (1000..=u32::MAX).find(free).unwrap_or(u32::MAX),
    }
}

/// A file of lines of fields with colons between.
#[derive(Debug, Default)]
struct Lines(Vec<Vec<String>>);

impl Lines {
    fn read(tree: &Tree, path: &str) -> io::Result<Lines> {
        let content = |id: NodeId| match &tree.node(id).kind {
            Kind::Regular(content) => Some(content.to_vec()),
            _ => None,
        };
        let Some(bytes) = tree.resolve(path.as_bytes()).and_then(content) else {
            return Ok(Lines::default());
        };
        let text = String::from_utf8_lossy(&bytes?).into_owned();
        let fields = |line: &str| line.split(':').map(str::to_owned).collect();
        Ok(Lines(text.lines().map(fields).collect()))
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|line| line.first().is_some_and(|first| first == name))
    }

    fn field(&self, name: &str, field: usize) -> Option<&str> {
        self.0[self.find(name)?].get(field).map(String::as_str)
    }

    fn set(&mut self, line: usize, field: usize, value: &str) {
        if let Some(field) = self.0[line].get_mut(field) {
            value.clone_into(field);
        }
    }

    fn push(&mut self, fields: &[&str]) {
        self.0.push(fields.iter().map(|field| (*field).to_owned()).collect());
    }

    fn add_member(&mut self, line: usize, name: &str) {
        if let Some(members) = self.0[line].get_mut(3)
            && !members.split(',').any(|member| member == name)
        {
            *members = match members.is_empty() {
                true => name.to_owned(),
                false => format!("{members},{name}"),
            };
        }
    }

    /// The numbers of all lines.
    fn numbers(&self) -> BTreeSet<u32> {
        self.0.iter().filter_map(|line| line.get(2)?.parse().ok()).collect()
    }

    fn text(&self) -> String {
        self.0.iter().map(|line| line.join(":") + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> User {
        User {
            name: name.to_owned(),
            group: "users".to_owned(),
            home: format!("/home/{name}"),
            shell: "/bin/bash".to_owned(),
            ..User::default()
        }
    }

    fn group(name: &str) -> Group {
        Group { name: name.to_owned(), id: None, is_system: true }
    }

    #[test]
    fn users_get_numbers_groups_and_passwords() {
        let mut accounts = Accounts::default();
        for name in ["users", "wheel"] {
            accounts.add_group(&group(name)).unwrap();
        }
        accounts.add_group(&group("wheel")).unwrap();
        let ada = User {
            password: Some("$6$x".to_owned()),
            supplementary_groups: vec!["wheel".to_owned()],
            ..user("ada")
        };
        accounts.add_user(&ada).unwrap();
        accounts.add_user(&User { uid: Some(1000), ..user("bob") }).unwrap();
        accounts.add_user(&User { is_system: true, ..user("daemon") }).unwrap();
        assert_eq!(
            accounts.passwd.text(),
            "ada:x:1000:999::/home/ada:/bin/bash\nbob:x:1001:999::/home/bob:/bin/bash\n\
             daemon:x:999:999::/home/daemon:/bin/bash\n"
        );
        assert!(accounts.shadow.text().starts_with("ada:$6$x:"));
        assert!(accounts.shadow.text().contains("\nbob:!:"));
        assert_eq!(accounts.group.text(), "users:x:999:\nwheel:x:998:ada\n");
        // One that is there keeps its number.
        accounts.add_user(&User { password: Some(String::new()), ..user("ada") }).unwrap();
        assert_eq!(accounts.user("ada"), Some((1000, 999)));
        assert!(accounts.shadow.text().starts_with("ada::"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut accounts = Accounts::default();
        let error = accounts.add_user(&user("ada")).unwrap_err();
        assert_eq!(error.to_string(), "user ada: there is no group users");
        accounts.add_group(&group("users")).unwrap();
        assert!(accounts.add_user(&user("a:b")).is_err());
        assert!(accounts.add_group(&group("a\nb")).is_err());
    }
}
