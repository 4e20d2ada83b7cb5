//! Relations between packages (Debian Policy, chapter 7): `name:arch (>= version) | other, ...`.

use crate::version::Operator;

/// A package that another one names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation<'a> {
    /// Its name.
    pub name: &'a str,
    /// What follows the colon: an architecture, `any` or `native`.
    pub qualifier: Option<&'a str>,
    /// The bound on its version.
    pub version: Option<(Operator, &'a str)>,
}

impl Relation<'_> {
    /// Whether a package of the right name at `version` is within the bound.
    pub fn accepts(&self, version: &str) -> bool {
        self.version.is_none_or(|(operator, bound)| operator.holds(version, bound))
    }

    /// Whether what is provided at `version` (which may be none) will do: a bound is met by a version
    /// only.
    pub fn accepts_provided(&self, version: Option<&str>) -> bool {
        match version {
            Some(version) => self.accepts(version),
            None => self.version.is_none(),
        }
    }
}

/// The groups of a field, each a list of alternatives of which one is enough.
///
/// # Errors
/// The text that is no relation.
pub fn groups(field: &str) -> Result<Vec<Vec<Relation<'_>>>, &str> {
    field
        .split(',')
        .filter(|group| !group.trim().is_empty())
        .map(|group| group.split('|').map(|text| relation(text).ok_or(text.trim())).collect())
        .collect()
}

/// The one relation that `text` is.
pub fn relation(text: &str) -> Option<Relation<'_>> {
    let text = text.trim();
    let (name, rest) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')')?.trim())),
        None => (text, None),
    };
    let (name, qualifier) = match name.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (name, None),
    };
    if !is_package_name(name) || qualifier.is_some_and(|word| !is_package_name(word)) {
        return None;
    }
    let version = match rest {
        Some(bound) => {
            let end = bound.find(|letter| !matches!(letter, '<' | '>' | '='))?;
            let (operator, version) = bound.split_at(end);
            let version = version.trim();
            if version.is_empty() || version.contains(char::is_whitespace) {
                return None;
            }
            Some((Operator::parse(operator)?, version))
        }
        None => None,
    };
    Some(Relation { name, qualifier, version })
}

/// Whether `name` can name a package (Debian Policy, 5.6.1). Upper case is let pass, as dpkg does.
pub fn is_package_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && name.as_bytes()[0].is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_qualifiers_and_bounds_are_read() {
        let read = groups("libc6 (>= 2.34), perl:any | awk,\n python3 (<<3.12)").unwrap();
        assert_eq!(read.len(), 3);
        assert_eq!(read[0][0].version, Some((Operator::LaterOrEqual, "2.34")));
        assert_eq!((read[1][0].qualifier, read[1][1].name), (Some("any"), "awk"));
        assert_eq!(read[2][0].version, Some((Operator::Earlier, "3.12")));
        for wrong in ["a (>= )", "a (1)", "a b", "a (>= 1", "../x", "a (?? 1)"] {
            assert_eq!(groups(wrong), Err(wrong));
        }
    }
}
