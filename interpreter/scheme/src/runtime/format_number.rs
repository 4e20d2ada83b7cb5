//! Numbers in `format`: integers in any radix, decimals, words, Roman numerals.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use steel::SteelVal;
use steel::rvals::Result;

use super::format_directive::{Modifiers, fault};
use super::number::{Number, exact_integer};
use super::number_text;

/// `~width,padchar,commachar,intervalD`; `first` is the position of the width.
pub(crate) fn integer(
    modifiers: &Modifiers,
    value: &SteelVal,
    radix: u32,
    first: usize,
) -> Result<String> {
    let number = exact_integer(value).ok_or_else(|| fault("argument not an integer"))?;
    let mut digits = number.abs().to_str_radix(radix);
    if modifiers.colon {
        let comma = modifiers.character(first + 2, ',')?;
        let interval = modifiers.number(first + 3)?.unwrap_or(3).max(1);
        let count = digits.len();
        let mut grouped = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (count - position) % interval == 0 {
                grouped.push(comma);
            }
            grouped.push(digit);
        }
        digits = grouped;
    }
    let sign = match (number.is_negative(), modifiers.at) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    left_pad(
        format!("{sign}{digits}"),
        modifiers.number(first)?,
        modifiers.character(first + 1, ' ')?,
    )
}

fn left_pad(text: String, width: Option<usize>, fill: char) -> Result<String> {
    let missing = width.unwrap_or(0).saturating_sub(text.chars().count());
    Ok(std::iter::repeat_n(fill, missing).collect::<String>() + &text)
}

/// A decimal number: its digits and where the point stands among them.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    fn from_value(value: &SteelVal) -> Result<Decimal> {
        let value = match value {
            SteelVal::StringV(text) => number_text::parse(text, 10),
            other => Some(other.clone()),
        };
        let number = value.as_ref().and_then(Number::from_value);
        match number {
            Some(Number::Integer(number)) => Ok(Decimal {
                negative: number.is_negative(),
                digits: number.abs().to_string().bytes().map(|byte| byte - b'0').collect(),
                point: number.abs().to_string().len() as i32,
            }),
            Some(number) if number.to_f64().is_finite() => {
                let real = number.to_f64();
                let text = format!("{:e}", real.abs());
                let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0');
                Ok(Decimal {
                    negative: real.is_sign_negative() && real != 0.0,
                    digits: digits.collect(),
                    point: exponent.parse::<i32>().unwrap_or(0) + 1,
                })
            }
            _ => Err(fault("argument is not a number or a number string")),
        }
    }

    /// Rounds to `places` digits after the point; halves go away from zero.
    fn round(&mut self, places: usize) {
        let keep = self.point + places as i32;
        if keep < 0 {
            self.digits = Vec::new();
            self.point = -(places as i32);
            return;
        }
        let keep = keep as usize;
        let up = self.digits.get(keep).is_some_and(|digit| *digit >= 5);
        self.digits.truncate(keep);
        if up {
            for digit in self.digits.iter_mut().rev() {
                if *digit < 9 {
                    *digit += 1;
                    return;
                }
                *digit = 0;
            }
            self.digits.insert(0, 1);
            self.point += 1;
        }
    }

    fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == 0)
    }

    fn digit(&self, position: i32) -> char {
        let digit = usize::try_from(position).ok().and_then(|at| self.digits.get(at).copied());
        char::from(b'0' + digit.unwrap_or(0))
    }

    fn whole(&self) -> String {
        let whole: String = (0..self.point.max(0)).map(|position| self.digit(position)).collect();
        if whole.is_empty() { "0".to_string() } else { whole }
    }

    /// The digits after the point: `places` of them, or all but at least one.
    fn fraction(&self, places: Option<usize>) -> String {
        let all = (self.digits.len() as i32 - self.point).max(1) as usize;
        (0..places.unwrap_or(all)).map(|place| self.digit(self.point + place as i32)).collect()
    }

    fn sign(&self, at: bool) -> &'static str {
        match (self.negative, at) {
            (true, _) => "-",
            (false, true) => "+",
            (false, false) => "",
        }
    }
}

/// `~width,places,scale,overflow,padF`.
pub(crate) fn fixed(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let mut decimal = Decimal::from_value(value)?;
    if let Some(scale) = modifiers.number(2)? {
        decimal.point += scale as i32;
    }
    let text = fixed_text(decimal, modifiers.at, modifiers.number(0)?, modifiers.number(1)?);
    left_pad(text, modifiers.number(0)?, modifiers.character(4, ' ')?)
}

fn fixed_text(
    mut decimal: Decimal,
    signed: bool,
    width: Option<usize>,
    mut places: Option<usize>,
) -> String {
    if let (Some(width), None) = (width, places) {
        // The fraction is cut to what the width leaves.
        let used = decimal.sign(signed).len() + decimal.whole().len() + 1;
        if used + decimal.fraction(None).len() > width {
            places = Some(width.saturating_sub(used));
        }
    }
    if let Some(places) = places {
        decimal.round(places);
    }
    format!("{}{}.{}", decimal.sign(signed), decimal.whole(), decimal.fraction(places))
}

/// `~width,places,exponent-digits,scale,overflow,pad,markE`.
pub(crate) fn exponential(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let mut decimal = Decimal::from_value(value)?;
    let mut exponent = if decimal.is_zero() { 0 } else { decimal.point - 1 };
    decimal.point = 1;
    let places = modifiers.number(1)?;
    if let Some(places) = places {
        decimal.round(places);
        if decimal.point > 1 {
            decimal.point = 1;
            exponent += 1;
        }
    }
    let digits = modifiers.number(2)?.unwrap_or(1);
    let text = format!(
        "{}{}.{}{}{}{:0digits$}",
        decimal.sign(modifiers.at),
        decimal.whole(),
        decimal.fraction(places),
        modifiers.character(6, 'E')?,
        if exponent < 0 { '-' } else { '+' },
        exponent.abs(),
    );
    left_pad(text, modifiers.number(0)?, modifiers.character(5, ' ')?)
}

/// `~width,digits,exponent-digits,scale,overflow,pad,markG`: with so many digits and blanks where an exponent
/// would stand, or exponential.
pub(crate) fn general(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let decimal = Decimal::from_value(value)?;
    let digits = modifiers.number(1)?;
    let whole = if decimal.is_zero() { Some(0) } else { usize::try_from(decimal.point).ok() };
    let whole = whole.filter(|whole| digits.is_none_or(|digits| *whole <= digits));
    let Some(whole) = whole else { return exponential(modifiers, value) };
    let blanks = modifiers.number(2)?.map_or(4, |digits| digits + 2);
    let width = modifiers.number(0)?.map(|width| width.saturating_sub(blanks));
    let places = digits.map(|digits| digits - whole);
    let text = fixed_text(decimal, modifiers.at, width, places);
    let text = left_pad(text, width, modifiers.character(5, ' ')?)?;
    Ok(text + &" ".repeat(blanks))
}

/// `~width,places,padH`: as everywhere, since text is the same for all.
pub(crate) fn local(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let places = modifiers.number(1)?;
    let text = match (number_text_of(value), places) {
        (Some(text), None) => text,
        _ => fixed_text(Decimal::from_value(value)?, false, None, places),
    };
    left_pad(text, modifiers.number(0)?, modifiers.character(2, ' ')?)
}

/// A number as it is written.
fn number_text_of(value: &SteelVal) -> Option<String> {
    Number::from_value(value).map(|_| super::print::display_datum(value))
}

/// `~places,whole-digits,width,pad$`.
pub(crate) fn money(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let places = modifiers.number(0)?.unwrap_or(2);
    let least = modifiers.number(1)?.unwrap_or(1);
    let mut decimal = Decimal::from_value(value)?;
    decimal.round(places);
    let whole = left_pad(decimal.whole(), Some(least), '0')?;
    let text = format!("{}{whole}.{}", decimal.sign(modifiers.at), decimal.fraction(Some(places)));
    left_pad(text, modifiers.number(2)?, modifiers.character(3, ' ')?)
}

/// `~I`: as a complex number.
pub(crate) fn complex(value: &SteelVal) -> Result<String> {
    match Number::from_value(value) {
        Some(number) => Ok(format!("{}+0.0i", number_text::real(number.to_f64()))),
        None => Err(fault("argument is not a number")),
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ROMAN: [(u64, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

fn cardinal(number: u64) -> String {
    let scaled = |unit: u64, name: &str| {
        let head = format!("{} {name}", cardinal(number / unit));
        match number % unit {
            0 => head,
            rest if unit > 100 => format!("{head}, {}", cardinal(rest)),
            rest => format!("{head} {}", cardinal(rest)),
        }
    };
    match number {
        0..=19 => SMALL[number as usize].to_string(),
        20..=99 => match number % 10 {
            0 => TENS[(number / 10) as usize].to_string(),
            rest => format!("{}-{}", TENS[(number / 10) as usize], SMALL[rest as usize]),
        },
        100..=999 => scaled(100, "hundred"),
        1_000..=999_999 => scaled(1_000, "thousand"),
        1_000_000..=999_999_999 => scaled(1_000_000, "million"),
        _ => scaled(1_000_000_000, "billion"),
    }
}

fn ordinal(number: u64) -> String {
    let text = cardinal(number);
    let at = text.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = text.split_at(at);
    let last = match last {
        "one" => "first".to_string(),
        "two" => "second".to_string(),
        "three" => "third".to_string(),
        "five" => "fifth".to_string(),
        "eight" => "eighth".to_string(),
        "nine" => "ninth".to_string(),
        "twelve" => "twelfth".to_string(),
        word => match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{word}th"),
        },
    };
    format!("{head}{last}")
}

fn roman(mut number: u64, old: bool) -> String {
    let mut text = String::new();
    for (value, letters) in ROMAN {
        // Old numerals write four as IIII.
        if old && letters.len() == 2 {
            continue;
        }
        while number >= value {
            text += letters;
            number -= value;
        }
    }
    text
}

/// `~R` without a radix: words, `~@R` Roman numerals.
pub(crate) fn in_words(modifiers: &Modifiers, value: &SteelVal) -> Result<String> {
    let number: BigInt = exact_integer(value).ok_or_else(|| fault("argument not an integer"))?;
    let Some(size) = number.abs().to_u64().filter(|size| *size < 1_000_000_000_000) else {
        return Ok(number.to_string());
    };
    if modifiers.at {
        if size == 0 || size > 100_000 || number.is_negative() {
            return Err(fault("only positive integers can be romanized"));
        }
        return Ok(roman(size, modifiers.colon));
    }
    let words = if modifiers.colon { ordinal(size) } else { cardinal(size) };
    Ok(if number.is_negative() { format!("minus {words}") } else { words })
}
