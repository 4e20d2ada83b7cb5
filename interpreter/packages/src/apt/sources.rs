//! sources.list(5), the deb822 form, and what both forms mean.

use super::configuration::Configuration;
use super::{Apt, AptError};
use crate::deb822::{self, Stanza};
use crate::repository::{Address, Keys, Repository};
use std::path::{Path, PathBuf};

/// What a source says.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) uris: Vec<String>,
    pub(super) suites: Vec<String>,
    pub(super) components: Vec<String>,
    architectures: Vec<String>,
    trusted: bool,
    check_valid_until: Option<bool>,
    signed_by: Option<SignedBy>,
}

#[derive(Debug)]
enum SignedBy {
    /// Paths and fingerprints.
    Named(Vec<String>),
    /// A key, armored.
    Inline(String),
}

impl Options {
    /// Takes an option of the one-line form, or the field of the other that means the same. What
    /// neither where nor whom to trust depends on means nothing here.
    pub(super) fn set(&mut self, name: &str, values: &[&str]) -> Result<(), String> {
        let owned = || values.iter().map(|value| (*value).to_owned()).collect();
        let yes = || match values {
            ["yes" | "true" | "1" | "on"] => Ok(true),
            ["no" | "false" | "0" | "off"] => Ok(false),
            _ => Err(format!("{name} is yes or no, not `{}`", values.join(" "))),
        };
        match &*name.to_ascii_lowercase() {
            "arch" | "architectures" => self.architectures = owned(),
            "trusted" => self.trusted = yes()?,
            "check-valid-until" => self.check_valid_until = Some(yes()?),
            "signed-by" => self.signed_by = Some(SignedBy::Named(owned())),
            _ => {}
        }
        Ok(())
    }
}

/// Where sources are read from, and the settings for them.
pub(super) struct Reading<'a> {
    pub(super) directory: &'a Path,
    pub(super) configuration: &'a Configuration,
}

impl Reading<'_> {
    /// Adds the archives that a source names.
    pub(super) fn add(&self, options: &Options, place: &str, apt: &mut Apt) -> Result<(), String> {
        let keys = match &options.signed_by {
            Some(SignedBy::Inline(key)) => Keys { inline: vec![key.clone()], ..Keys::default() },
            Some(SignedBy::Named(names)) => self.named_keys(names)?,
            None => Keys { files: self.trusted_keys()?, ..Keys::default() },
        };
        for uri in &options.uris {
            let address = match Address::parse(uri) {
                Ok(address) => address,
                Err(fault) => {
                    apt.notes.push(format!("{place}: left out: {fault}"));
                    continue;
                }
            };
            for suite in &options.suites {
                if suite.ends_with('/') != options.components.is_empty() {
                    return Err(format!(
                        "suite {suite}: a suite has components, and a folder (with `/` at its end) none"
                    ));
                }
                apt.repositories.push(Repository {
                    address: address.clone(),
                    suite: suite.clone(),
                    components: options.components.clone(),
                    architectures: options.architectures.clone(),
                    trusted: options.trusted,
                    check_valid_until: options
                        .check_valid_until
                        .unwrap_or_else(|| self.configuration.is_on("acquire::check-valid-until")),
                    check_date: self.configuration.is_on("acquire::check-date"),
                    keys: keys.clone(),
                    place: place.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn named_keys(&self, names: &[String]) -> Result<Keys, String> {
        let mut keys = Keys::default();
        for name in names {
            match name.strip_suffix('!').unwrap_or(name) {
                path if path.starts_with('/') => keys.files.push(PathBuf::from(path)),
                hex if hex.len() >= 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    keys.fingerprints.push(hex.to_uppercase());
                }
                other => {
                    return Err(format!(
                        "Signed-By: `{other}` is neither a path nor a fingerprint"
                    ));
                }
            }
        }
        if keys.files.is_empty() {
            keys.files = self.trusted_keys()?;
        }
        Ok(keys)
    }

    /// The keys of a source that names none: those of the whole host.
    fn trusted_keys(&self) -> Result<Vec<PathBuf>, String> {
        let mut files = super::parts(&self.directory.join("trusted.gpg.d"), &["gpg", "asc"])
            .map_err(|error| error.to_string())?;
        let single = self.directory.join("trusted.gpg");
        // apt keeps an empty one.
        if std::fs::metadata(&single).is_ok_and(|metadata| metadata.len() > 0) {
            files.push(single);
        }
        Ok(files)
    }
}

pub(super) fn read(
    text: &str,
    path: &Path,
    reading: &Reading<'_>,
    apt: &mut Apt,
) -> Result<(), AptError> {
    for stanza in deb822::stanzas(text) {
        let fault = |line, fault: String| AptError::Line { path: path.to_owned(), line, fault };
        if stanza.get("Enabled").is_some_and(|value| matches!(value, "no" | "false" | "0")) {
            continue;
        }
        if !words(stanza.get("Types").unwrap_or_default()).contains(&"deb") {
            continue;
        }
        let options = options(&stanza).map_err(|(line, message)| fault(line, message))?;
        if options.uris.is_empty() || options.suites.is_empty() {
            return Err(fault(stanza.line, "a source has URIs and Suites".to_owned()));
        }
        let place = format!("{}:{}", path.display(), stanza.line);
        reading.add(&options, &place, apt).map_err(|message| fault(stanza.line, message))?;
    }
    Ok(())
}

fn options(stanza: &Stanza<'_>) -> Result<Options, (usize, String)> {
    let mut options = Options::default();
    for (name, value, line) in stanza.fields() {
        let values = words(value);
        let owned = || values.iter().map(|value| (*value).to_owned()).collect();
        match &*name.to_ascii_lowercase() {
            "" => return Err((line, format!("`{value}` is no field"))),
            "uris" => options.uris = owned(),
            "suites" => options.suites = owned(),
            "components" => options.components = owned(),
            "signed-by" if value.contains("-----BEGIN") => {
                options.signed_by = Some(SignedBy::Inline(inline_key(value)));
            }
            _ => options.set(name, &values).map_err(|fault| (line, fault))?,
        }
    }
    Ok(options)
}

fn words(value: &str) -> Vec<&str> {
    value.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
}

/// The lines of a key in a field: each is indented by a blank, an empty one is a dot.
fn inline_key(value: &str) -> String {
    let lines = value.lines().filter(|line| !line.starts_with('#'));
    let line = |line: &str| match line.trim() {
        "." => "\n".to_owned(),
        text => format!("{text}\n"),
    };
    lines.map(line).collect()
}

#[cfg(test)]
mod tests {
    use crate::apt::Apt;

    fn written(files: &[(&str, &str)]) -> Result<Apt, String> {
        let directory = crate::scratch::Scratch::new();
        for (name, text) in files {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Apt::read(directory.path()).map_err(|error| {
            error.to_string().replace(&format!("{}/", directory.path().display()), "")
        })
    }

    #[test]
    fn both_forms_are_read() {
        let apt = written(&[
            ("apt.conf.d/10date", "Acquire::Check-Valid-Until \"false\";"),
            ("trusted.gpg.d/a.asc", "x"),
            ("trusted.gpg.d/b.bak", "x"),
            (
                "sources.list",
                "# deb file:/no x main\ndeb [arch=amd64,arm64 trusted=yes] file:/srv/one stable main extra # end\n\
                 deb-src file:/srv/one stable main\ndeb file:/srv/flat ./\n",
            ),
            (
                "sources.list.d/two.sources",
                "Types: deb deb-src\nURIs: file:/srv/two\n# comment\n file:/srv/three\nSuites: a a-updates\n\
                 Components: main\nCheck-Valid-Until: yes\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n AA\n\n\
                 Types: deb\nEnabled: no\nURIs: file:/srv/off\nSuites: a\nComponents: main\n",
            ),
            ("sources.list.d/three.list", "deb cdrom:[Disc]/ stable main\n"),
            ("sources.list.d/ignored.list.bak", "nonsense"),
        ])
        .unwrap();
        let shown: Vec<String> =
            apt.repositories.iter().map(|source| format!("{source}")).collect();
        assert_eq!(
            shown,
            [
                "file:/srv/one stable",
                "file:/srv/flat ./",
                "file:/srv/two a",
                "file:/srv/two a-updates",
                "file:/srv/three a",
                "file:/srv/three a-updates"
            ]
        );
        let [one, flat, two, ..] = &apt.repositories[..] else { panic!() };
        assert_eq!(one.architectures, ["amd64", "arm64"]);
        assert!(one.trusted && !one.check_valid_until && !flat.trusted && two.check_valid_until);
        assert_eq!(one.components, ["main", "extra"]);
        assert_eq!(flat.keys.files.len(), 1);
        assert_eq!(two.keys.inline, ["-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAA\n"]);
        assert_eq!(apt.notes.len(), 1, "{:?}", apt.notes);
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        let wrong = |name: &str, text: &str| written(&[(name, text)]).unwrap_err();
        assert_eq!(
            wrong("sources.list", "\ndebb http://x y z\n"),
            "sources.list:2: `debb`: a source begins with deb or deb-src"
        );
        assert_eq!(
            wrong("sources.list", "deb [arch=a http://x y z\n"),
            "sources.list:1: a `[` without its `]`"
        );
        assert_eq!(
            wrong("sources.list.d/a.sources", "\n\nTypes: deb\nURIs: file:/x\nSuites: a\n"),
            "sources.list.d/a.sources:3: suite a: a suite has components, and a folder (with `/` at its end) none"
        );
    }
}
