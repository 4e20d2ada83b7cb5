//! Sizes in Guix's units: powers of 1024 for K, KiB, M, MiB ..., powers of 1000 for kB, MB ...

use tintype_dsl::ImageSize;

/// The size of an image that `text` says: a number of bytes, or the word `minimum`.
pub fn parse(text: &str) -> Result<ImageSize, String> {
    match text {
        "minimum" => Ok(ImageSize::Minimum),
        _ => bytes(text).map(ImageSize::Bytes),
    }
}

fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number
        .parse()
        .map_err(|_| format!("{text}: a size is a whole number and a unit, or 'minimum'"))?;
    let factor = match unit {
        "" => Some(1),
        "kB" => Some(1000),
        _ => {
            let (letter, kind) = unit.split_at(1.min(unit.len()));
            let power = "KMGTPEZY".find(letter).filter(|_| letter.is_ascii());
            let base: Option<u64> = match kind {
                "" | "iB" => Some(1024),
                "B" => Some(1000),
                _ => None,
            };
            power.zip(base).and_then(|(power, base)| base.checked_pow(power as u32 + 1))
        }
    };
    let factor = factor
        .ok_or_else(|| format!("{unit}: unknown unit; known are K, KiB, kB, M, MiB, MB, G ..."))?;
    number.checked_mul(factor).ok_or_else(|| format!("{text}: too large"))
}

#[cfg(test)]
mod tests {
    use super::{bytes, parse};
    use tintype_dsl::ImageSize;

    #[test]
    fn units_are_guix_s() {
        assert_eq!(bytes("512"), Ok(512));
        assert_eq!(bytes("1K"), Ok(1024));
        assert_eq!(bytes("1KiB"), Ok(1024));
        assert_eq!(bytes("1kB"), Ok(1000));
        assert_eq!(bytes("2MB"), Ok(2_000_000));
        assert_eq!(bytes("3G"), Ok(3 << 30));
        assert_eq!(bytes("1T"), Ok(1 << 40));
        assert!(bytes("1X").unwrap_err().contains("unknown unit"));
        assert!(bytes("x").unwrap_err().contains("whole number"));
        assert!(bytes("99999999P").unwrap_err().contains("too large"));
    }

    #[test]
    fn a_size_may_be_the_smallest_there_is() {
        assert_eq!(parse("minimum"), Ok(ImageSize::Minimum));
        assert_eq!(parse("2G"), Ok(ImageSize::Bytes(2 << 30)));
        assert!(parse("maximum").unwrap_err().contains("'minimum'"));
    }
}
