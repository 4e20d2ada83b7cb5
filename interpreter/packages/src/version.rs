//! Versions of Debian packages and their order (deb-version(7)).

use std::cmp::Ordering;

/// Compares two versions: `[epoch:]upstream[-revision]`.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (Parts::of(left), Parts::of(right));
    part(left.epoch, right.epoch)
        .then_with(|| part(left.upstream, right.upstream))
        .then_with(|| part(left.revision, right.revision))
}

/// Whether `version` is what a person means who writes `wanted`: the whole version, its upstream part,
/// or the first numbers of that.
pub fn is_meant(version: &str, wanted: &str) -> bool {
    if compare(version, wanted).is_eq() {
        return true;
    }
    let upstream = Parts::of(version).upstream;
    match upstream.strip_prefix(wanted) {
        Some(rest) => {
            !wanted.is_empty() && rest.chars().next().is_none_or(|next| !next.is_ascii_digit())
        }
        None => false,
    }
}

struct Parts<'a> {
    epoch: &'a str,
    upstream: &'a str,
    revision: &'a str,
}

impl Parts<'_> {
    fn of(version: &str) -> Parts<'_> {
        let version = version.trim();
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        Parts { epoch, upstream, revision }
    }
}

/// Compares one part: stretches that are no digits and numbers, by turns.
fn part(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while !left.is_empty() || !right.is_empty() {
        let (words, numbers) = (take(&mut left, false), take(&mut right, false));
        let order = words_order(words, numbers);
        if order.is_ne() {
            return order;
        }
        let (first, second) = (number(take(&mut left, true)), number(take(&mut right, true)));
        let order = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Cuts the leading stretch of digits, or of anything else, off `text`.
fn take<'a>(text: &mut &'a [u8], digits: bool) -> &'a [u8] {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit() == digits).count();
    let (taken, rest) = text.split_at(len);
    *text = rest;
    taken
}

fn number(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

fn words_order(left: &[u8], right: &[u8]) -> Ordering {
    (0..left.len().max(right.len()))
        .map(|at| rank(left.get(at)).cmp(&rank(right.get(at))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A tilde comes before the end, the end before letters, letters before all else.
fn rank(byte: Option<&u8>) -> i32 {
    match byte {
        None => 0,
        Some(b'~') => -1,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    }
}

/// How a relation bounds a version (Debian Policy, 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<<`
    Earlier,
    /// `<=`
    EarlierOrEqual,
    /// `=`
    Equal,
    /// `>=`
    LaterOrEqual,
    /// `>>`
    Later,
}

impl Operator {
    /// The operator written as `text`. `<` and `>` are the deprecated spellings of `<=` and `>=`.
    pub fn parse(text: &str) -> Option<Operator> {
        Some(match text {
            "<<" => Operator::Earlier,
            "<=" | "<" => Operator::EarlierOrEqual,
            "=" => Operator::Equal,
            ">=" | ">" => Operator::LaterOrEqual,
            ">>" => Operator::Later,
            _ => return None,
        })
    }

    /// How it is written.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Earlier => "<<",
            Operator::EarlierOrEqual => "<=",
            Operator::Equal => "=",
            Operator::LaterOrEqual => ">=",
            Operator::Later => ">>",
        }
    }

    /// Whether `version` is within the bound.
    pub fn holds(self, version: &str, bound: &str) -> bool {
        let order = compare(version, bound);
        match self {
            Operator::Earlier => order.is_lt(),
            Operator::EarlierOrEqual => order.is_le(),
            Operator::Equal => order.is_eq(),
            Operator::LaterOrEqual => order.is_ge(),
            Operator::Later => order.is_gt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, is_meant};
    use std::cmp::Ordering;
    use std::fmt::Write as _;
    use std::process::Command;

    #[test]
    fn a_version_is_meant_by_its_first_numbers() {
        assert!(is_meant("1.22.1-9+deb12u2", "1.22.1-9+deb12u2"));
        assert!(is_meant("1.22.1-9+deb12u2", "1.22.1"));
        assert!(is_meant("1:9.2p1-2", "9.2"));
        assert!(!is_meant("1.22.1-9", "1.2"));
        assert!(!is_meant("1.22.1-9", ""));
    }

    /// dpkg's own comparison is the judge of pairs made of what versions are made of.
    #[test]
    fn order_is_that_of_dpkg() {
        let pieces =
            ["0", "1", "9", "10", "007", "a", "z", "Z", "~", "~~", "+", ".", "-", "1:", "deb12u1"];
        let mut seed: u32 = 20_250_101;
        let mut random = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as usize
        };
        let mut version = || {
            let mut made = format!("{}", random() % 3);
            for _ in 0..random() % 6 {
                let piece = pieces[random() % pieces.len()];
                if piece != "1:" {
                    made.push_str(piece);
                }
            }
            // A revision may not be empty; an epoch comes first.
            if made.ends_with('-') {
                made.push('1');
            }
            if random() % 4 == 0 { format!("{}:{made}", random() % 3) } else { made }
        };
        let pairs: Vec<(String, String)> = (0..400).map(|_| (version(), version())).collect();
        let mut script = String::new();
        for (left, right) in &pairs {
            writeln!(
                script,
                "if dpkg --compare-versions '{left}' lt '{right}'; then echo lt; \
                 elif dpkg --compare-versions '{left}' eq '{right}'; then echo eq; else echo gt; fi"
            )
            .unwrap();
        }
        let scratch = crate::scratch::Scratch::new();
        let path = scratch.path().join("compare");
        std::fs::write(&path, script).expect("the script is written");
        let output = Command::new("sh").arg(&path).output().expect("sh runs");
        let answers = String::from_utf8(output.stdout).expect("words");
        let answers: Vec<&str> = answers.lines().collect();
        assert_eq!(answers.len(), pairs.len(), "{}", String::from_utf8_lossy(&output.stderr));
        for ((left, right), answer) in pairs.iter().zip(answers) {
            let ours = match compare(left, right) {
                Ordering::Less => "lt",
                Ordering::Equal => "eq",
                Ordering::Greater => "gt",
            };
            assert_eq!(ours, answer, "{left} and {right}");
        }
    }
}
