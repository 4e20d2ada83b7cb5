//! What Debian calls the software that Guix has a package of.

use crate::nearest::nearest;
use crate::solver::Wanted;
use std::collections::BTreeMap;
use std::fmt;

/// `data/names.tsv`: lines of a Guix package, the Debian packages that hold the same (`-`: none), and
/// others in their place by architecture (`arm64=NAME`); sorted by name.
const TABLE: &str = include_str!("../data/names.tsv");

/// From Guix's names to Debian's. A name that nobody has put down is the same in both.
#[derive(Clone, Debug, Default)]
pub struct Names {
    added: BTreeMap<String, Vec<String>>,
}

/// A Guix package that Debian has nothing like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCounterpart {
    /// Guix's name.
    pub name: String,
    /// Guix's names like it that Debian has something for.
    pub nearest: Vec<String>,
}

impl fmt::Display for NoCounterpart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: Debian has no such software", self.name)?;
        match self.nearest.is_empty() {
            true => Ok(()),
            false => write!(formatter, "; it has {}", self.nearest.join(", ")),
        }
    }
}

impl Names {
    /// Says that Debian's packages `debian` hold what Guix calls `guix`; before the table's word.
    pub fn add(&mut self, guix: &str, debian: Vec<String>) {
        self.added.insert(guix.to_owned(), debian);
    }

    /// The Debian packages for Guix's, on a system of `architecture` (Debian's name). A version that was
    /// asked for is asked of the first of several.
    ///
    /// # Errors
    /// All that Debian has nothing for.
    pub fn debian(
        &self,
        wanted: &[Wanted],
        architecture: &str,
    ) -> Result<Vec<Wanted>, Vec<NoCounterpart>> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for Wanted { name, version } in wanted {
            let debian = self.packages(name, architecture);
            if debian.is_empty() {
                let known = table().filter(|(_, debian, _)| *debian != "-").map(|line| line.0);
                missing.push(NoCounterpart { name: name.clone(), nearest: nearest(name, known) });
            }
            found.extend(
                debian.into_iter().enumerate().map(|(at, name)| Wanted {
                    name,
                    version: version.clone().filter(|_| at == 0),
                }),
            );
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }

    /// The names of Guix's packages that the table says something of, each with those of Debian's, of whatever
    /// architecture.
    pub fn known() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
        table().map(|(guix, debian, others)| {
            let others = others.split(' ').filter_map(|other| other.split_once('='));
            let of_all = debian.split(',').filter(|name| *name != "-");
            (guix, of_all.chain(others.map(|(_, name)| name)).collect())
        })
    }

    fn packages(&self, name: &str, architecture: &str) -> Vec<String> {
        if let Some(added) = self.added.get(name) {
            return added.clone();
        }
        let Some((_, debian, others)) = line(name) else { return vec![name.to_owned()] };
        let other = others.split(' ').filter_map(|other| other.split_once('='));
        match other.into_iter().find(|(of, _)| *of == architecture) {
            Some((_, other)) => vec![other.to_owned()],
            None if debian == "-" => Vec::new(),
            None => debian.split(',').map(str::to_owned).collect(),
        }
    }
}

type Line = (&'static str, &'static str, &'static str);

fn table() -> impl Iterator<Item = Line> {
    TABLE.lines().filter_map(fields)
}

fn fields(line: &'static str) -> Option<Line> {
    let mut fields = line.split('\t');
    let line = (fields.next()?, fields.next()?, fields.next().unwrap_or_default());
    (!line.0.starts_with('#')).then_some(line)
}

/// The line of a name, found by halving the table.
fn line(name: &str) -> Option<Line> {
    let mut rest = TABLE.split_once('\n')?.1;
    while !rest.is_empty() {
        let middle = &rest.as_bytes()[..rest.len() / 2];
        let start = middle.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = rest[start..].find('\n').map_or(rest.len(), |at| start + at + 1);
        let found = fields(rest[start..end].trim_end_matches('\n'))?;
        match found.0.cmp(name) {
            std::cmp::Ordering::Equal => return Some(found),
            std::cmp::Ordering::Less => rest = &rest[end..],
            std::cmp::Ordering::Greater => rest = &rest[..start],
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debian(names: &Names, wanted: &[&str], architecture: &str) -> String {
        let wanted: Vec<Wanted> = wanted.iter().map(|name| Wanted::parse(name)).collect();
        match names.debian(&wanted, architecture) {
            Ok(found) => found.iter().map(Wanted::to_string).collect::<Vec<_>>().join(" "),
            Err(missing) => {
                missing.iter().map(NoCounterpart::to_string).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn every_line_of_the_table_is_found() {
        let names: Vec<&str> = table().map(|line| line.0).collect();
        assert!(names.len() > 7_000 && names.is_sorted());
        for (name, packages, _) in table() {
            assert_eq!(line(name).map(|line| line.1), Some(packages), "{name}");
            let right = |name: &str| name == "-" || crate::relation::is_package_name(name);
            assert!(packages.split(',').all(right), "{name}: {packages}");
        }
        assert_eq!(line("no-such-package"), None);
    }

    #[test]
    fn names_are_translated_and_what_is_missing_is_told_at_once() {
        let mut names = Names::default();
        assert_eq!(
            debian(&names, &["openssh@1:9.2", "nss-certs", "emacs"], "amd64"),
            "openssh-client@1:9.2 openssh-server openssh-sftp-server ca-certificates emacs"
        );
        assert_eq!(debian(&names, &["linux-libre"], "amd64"), "linux-image-amd64");
        assert_eq!(debian(&names, &["linux-libre"], "arm64"), "linux-image-arm64");
        let told = debian(&names, &["guix", "emacs", "acpilight"], "amd64");
        assert_eq!(told.lines().count(), 2, "{told}");
        assert!(told.starts_with("guix: Debian has no such software"), "{told}");
        names.add("guix", vec!["my-guix".to_owned()]);
        assert_eq!(debian(&names, &["guix"], "amd64"), "my-guix");
    }
}
