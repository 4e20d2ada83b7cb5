//! `crypt`: one-way hashes of passwords, by the SHA-crypt specification 0.6 (methods `5` and `6`).

use sha_crypt::Params;
use steel::SteelVal;
use steel::rvals::Result;

use super::exception::misc_error_in;
use super::object::string;
use super::registry::natives;
use super::string::text;

/// The digits of the text form, least first.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What a salt says beside itself: `$METHOD$[rounds=N$]SALT[$...]`.
struct Setting<'a> {
    method: u8,
    rounds: Option<u32>,
    salt: &'a str,
}

impl Setting<'_> {
    fn read(text: &str) -> Option<Setting<'_>> {
        let mut rest = text.strip_prefix('$')?;
        let method = *rest.as_bytes().first().filter(|method| b"56".contains(method))?;
        rest = rest[1..].strip_prefix('$')?;
        let mut rounds = None;
        if let Some((number, after)) = rest.strip_prefix("rounds=").and_then(|r| r.split_once('$'))
        {
            // As the specification says: what is out of range is brought into it.
            let number: u64 = number.parse().ok()?;
            let number = number.clamp(Params::ROUNDS_MIN.into(), Params::ROUNDS_MAX.into());
            rounds = u32::try_from(number).ok();
            rest = after;
        }
        let salt = rest.split('$').next().unwrap_or_default();
        let end = salt.char_indices().nth(16).map_or(salt.len(), |(at, _)| at);
        Some(Setting { method, rounds, salt: &salt[..end] })
    }

    fn hash(&self, password: &str) -> String {
        let params = self.rounds.map_or(Params::RECOMMENDED, |rounds| {
            Params::new(rounds).unwrap_or(Params::RECOMMENDED)
        });
        let (password, salt) = (password.as_bytes(), self.salt.as_bytes());
        let mut text = format!("${}$", char::from(self.method));
        if let Some(rounds) = self.rounds {
            text += &format!("rounds={rounds}$");
        }
        text += self.salt;
        text.push('$');
        if self.method == b'6' {
            let bytes = sha_crypt::sha512_crypt(password, salt, params);
            groups(&bytes, 63, 22, &mut text);
            push(&[bytes[63]], 2, &mut text);
        } else {
            let bytes = sha_crypt::sha256_crypt(password, salt, params);
            groups(&bytes, 30, 21, &mut text);
            push(&[bytes[31], bytes[30]], 3, &mut text);
        }
        text
    }
}

/// Writes the first `count` bytes, three at a time, in the order of the specification: each index is
/// `step` after that of the group before.
fn groups(bytes: &[u8], count: usize, step: usize, text: &mut String) {
    let mut at = [0, count / 3, count / 3 * 2];
    for _ in 0..count / 3 {
        push(&at.map(|index| bytes[index]), 4, text);
        at = at.map(|index| (index + step) % count);
    }
}

fn push(bytes: &[u8], digits: usize, text: &mut String) {
    let mut value = bytes.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
    for _ in 0..digits {
        text.push(char::from(DIGITS[(value & 63) as usize]));
        value >>= 6;
    }
}

/// `(crypt PASSWORD SALT)`.
fn crypt(args: &[SteelVal]) -> Result<SteelVal> {
    let password = text("crypt", 1, &args[0])?;
    let setting = text("crypt", 2, &args[1])?;
    match Setting::read(setting) {
        Some(setting) => Ok(string(setting.hash(password))),
        None => Err(misc_error_in(
            "crypt",
            "a salt is $6$TEXT (SHA-512) or $5$TEXT (SHA-256), with rounds=N$ before the text, not ~S",
            &args[1..],
        )),
    }
}

natives! { TABLE:
    "crypt" 2 => crypt;
}

#[cfg(test)]
mod tests {
    use super::Setting;

    fn crypt(password: &str, salt: &str) -> Option<String> {
        Setting::read(salt).map(|setting| setting.hash(password))
    }

    /// The first two are from the specification.
    #[test]
    fn hashes_are_those_of_the_specification() {
        let long = "$5$rounds=10000$saltstringsaltst";
        let cases = [
            (
                "$6$saltstring",
                "$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOf\
                 aS35inz1",
            ),
            (long, "$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"),
        ];
        for (salt, hash) in cases {
            assert_eq!(crypt("Hello world!", salt), Some(format!("{salt}{hash}")));
        }
        assert_eq!(crypt("Hello world!", &format!("{long}ring")), crypt("Hello world!", long));
        assert_eq!(crypt("a", "ab"), None);
    }
}
