//! The syntax of apt.conf(5), as far as settings go that matter here.

use super::{AptError, Proxies};
use std::path::Path;

/// Settings by name (`acquire::http::proxy`, in lower case), the last one counts.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    settings: Vec<(String, String)>,
}

impl Configuration {
    /// The value of a setting.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Whether a setting that is on by default is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        !matches!(self.get(name), Some("false" | "0" | "no" | "off" | "without" | "disable"))
    }

    pub(super) fn proxies(&self) -> Proxies {
        let proxy = |scheme: &str| {
            let proxy = self.get(&format!("acquire::{scheme}::proxy"))?;
            (!proxy.is_empty() && proxy != "DIRECT" && proxy != "false").then(|| proxy.to_owned())
        };
        let http = proxy("http");
        Proxies { https: proxy("https").or_else(|| http.clone()), http }
    }

    /// Adds the settings of a file.
    pub(super) fn add(&mut self, text: &str, path: &Path) -> Result<(), AptError> {
        let at = |line, fault: &str| AptError::Line {
            path: path.to_owned(),
            line,
            fault: fault.to_owned(),
        };
        let mut above: Vec<String> = Vec::new();
        let mut name: Option<String> = None;
        let mut value: Option<String> = None;
        let mut tokens = Tokens { rest: text, line: 1 };
        while let Some(token) = tokens.next().map_err(|fault| at(tokens.line, fault))? {
            match token {
                Token::Word(word) if name.is_none() => name = Some(word),
                Token::Word(word) | Token::Quoted(word) => value = Some(word),
                Token::Open => above.push(name.take().unwrap_or_default()),
                Token::Semicolon => {
                    let set = name.take();
                    if let (Some(set), Some(value)) = (set, value.take()) {
                        let mut full = above.clone();
                        full.push(set);
                        self.settings.push((full.join("::").to_lowercase(), value));
                    }
                }
                Token::Close => {
                    (name, value) = (None, None);
                    if above.pop().is_none() {
                        return Err(at(tokens.line, "a `}` without its `{`"));
                    }
                }
            }
        }
        match above.is_empty() {
            true => Ok(()),
            false => Err(at(tokens.line, "a `{` without its `}`")),
        }
    }
}

enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
    Semicolon,
}

struct Tokens<'a> {
    rest: &'a str,
    line: usize,
}

impl Tokens<'_> {
    fn next(&mut self) -> Result<Option<Token>, &'static str> {
        loop {
            let Some(first) = self.rest.chars().next() else { return Ok(None) };
            // `#clear` and `#include` are directives; neither adds a setting.
            if first == '#' || self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.skip(self.rest.find("*/").ok_or("a comment without its end")? + 2);
            } else if first.is_whitespace() {
                self.skip(first.len_utf8());
            } else {
                break;
            }
        }
        let token = match self.rest.as_bytes()[0] {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b';' => Token::Semicolon,
            b'"' => {
                let end = self.rest[1..].find('"').ok_or("a `\"` without its end")? + 1;
                let text = self.rest[1..end].to_owned();
                self.skip(end + 1);
                return Ok(Some(Token::Quoted(text)));
            }
            _ => {
                let stop = |letter: char| letter.is_whitespace() || "{};\"".contains(letter);
                let end = self.rest.find(stop).unwrap_or(self.rest.len());
                let word = self.rest[..end].to_owned();
                self.skip(end);
                return Ok(Some(Token::Word(word)));
            }
        };
        self.skip(1);
        Ok(Some(token))
    }

    fn skip(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::Configuration;
    use std::path::Path;

    #[test]
    fn settings_are_read_in_all_spellings() {
        let mut read = Configuration::default();
        let text = "// no\nAcquire { http { Proxy \"http://p:1\"; }; /* no */ Check-Valid-Until \"false\"; };\n\
             APT::List { \"a\"; };\nacquire::https::proxy DIRECT;\n# no\n";
        read.add(text, Path::new("apt.conf")).unwrap();
        assert_eq!(read.get("acquire::http::proxy"), Some("http://p:1"));
        assert!(!read.is_on("acquire::check-valid-until"));
        assert!(read.is_on("acquire::check-date"));
        assert_eq!(read.proxies().https.as_deref(), Some("http://p:1"));
        let wrong = read.add("a { b \"c\";\n", Path::new("x.conf")).unwrap_err();
        assert_eq!(wrong.to_string(), "x.conf:2: a `{` without its `}`");
    }
}
