//! Exact decimals and the ratios that formulas are computed in. A formula is computed exactly and rounded once, at its
//! end (decision 2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most digits after the point of a [`Decimal`].
const SCALE_MAX: u8 = 9;

/// An exact decimal number, such as a rate of `1.5` or an anchor of `0.01`.
///
/// At most nine digits follow the point. It reads from and writes as text or a number (`"1.5"`, `1.5`, `3`), never by
/// way of a float.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u8,
}

/// Why a string is not a [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDecimal;

impl fmt::Display for InvalidDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be a decimal number with at most {SCALE_MAX} digits after the point, such as 1.5")
    }
}

impl std::error::Error for InvalidDecimal {}

impl Decimal {
    /// One.
    pub const ONE: Decimal = Decimal { mantissa: 1, scale: 0 };
    /// Zero.
    pub const ZERO: Decimal = Decimal { mantissa: 0, scale: 0 };

    /// `mantissa / 10^scale`, with trailing zeros removed.
    pub fn new(mantissa: i64, scale: u8) -> Option<Self> {
        let mut value = Decimal { mantissa, scale };
        while value.scale > 0 && value.mantissa % 10 == 0 {
            value.mantissa /= 10;
            value.scale -= 1;
        }
        (value.scale <= SCALE_MAX).then_some(value)
    }

    /// The number as an exact ratio.
    pub fn ratio(self) -> Ratio {
        Ratio { num: i128::from(self.mantissa), den: 10_i128.pow(u32::from(self.scale)) }
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Whether the number is zero.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Decimal { mantissa: value, scale: 0 }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let (a, b) = (self.ratio(), other.ratio());
        (a.num * b.den).cmp(&(b.num * a.den))
    }
}

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let empty_part = whole.is_empty() || (digits.contains('.') && fraction.is_empty());
        if empty_part || !plain(whole) || !plain(fraction) || fraction.len() > usize::from(SCALE_MAX) {
            return Err(InvalidDecimal);
        }
        let scale = fraction.len() as u8;
        let whole: i64 = whole.parse().map_err(|_| InvalidDecimal)?;
        let fraction: i64 = if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| InvalidDecimal)? };
        let mantissa = whole
            .checked_mul(10_i64.pow(u32::from(scale)))
            .and_then(|scaled| scaled.checked_add(fraction))
            .and_then(|absolute| absolute.checked_mul(sign))
            .ok_or(InvalidDecimal)?;
        Decimal::new(mantissa, scale).ok_or(InvalidDecimal)
    }
}

impl Decimal {
    /// Adds the number to a text, as its `Display` writes it; for texts that are written with every event.
    pub fn write_to(&self, out: &mut String) {
        use fmt::Write;
        match u8::try_from(self.mantissa) {
            Ok(digit @ 0..=9) if self.scale == 0 => out.push(char::from(b'0' + digit)),
            _ => {
                let _ = write!(out, "{self}");
            }
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return self.mantissa.fmt(f);
        }
        let unit = 10_u64.pow(u32::from(self.scale));
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let (whole, fraction) = (self.mantissa.unsigned_abs() / unit, self.mantissa.unsigned_abs() % unit);
        write!(f, "{sign}{whole}.{fraction:0width$}", width = usize::from(self.scale))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How an exact result becomes a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Down, toward nothing for positive amounts.
    #[default]
    Floor,
    /// To the nearest, halves up.
    HalfUp,
    /// Up.
    Ceil,
}

/// An exact fraction while a formula is computed; the denominator is positive.
///
/// Every operation is checked and reduces where it would otherwise not fit in 128 bits; nothing is rounded before
/// [`Ratio::round`].
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    num: i128,
    den: i128,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };

    /// A whole number.
    pub fn whole(value: i64) -> Self {
        Ratio { num: i128::from(value), den: 1 }
    }

    /// `num / den`, or nothing where `den` is not positive.
    pub fn new(num: i64, den: i64) -> Option<Self> {
        (den > 0).then_some(Ratio { num: i128::from(num), den: i128::from(den) })
    }

    /// The exact product, or nothing where it does not fit.
    pub fn checked_mul(self, other: Ratio) -> Option<Ratio> {
        let direct = self.num.checked_mul(other.num).zip(self.den.checked_mul(other.den));
        if let Some((num, den)) = direct {
            return Some(Ratio { num, den });
        }
        let (a, b) =
            (Ratio { num: self.num, den: other.den }.reduced(), Ratio { num: other.num, den: self.den }.reduced());
        Some(Ratio { num: a.num.checked_mul(b.num)?, den: a.den.checked_mul(b.den)? })
    }

    /// The exact quotient, or nothing where `other` is not positive or the result does not fit.
    pub fn checked_div(self, other: Ratio) -> Option<Ratio> {
        if other.num <= 0 {
            return None;
        }
        self.checked_mul(Ratio { num: other.den, den: other.num })
    }

    /// The exact sum, or nothing where it does not fit.
    pub fn checked_add(self, other: Ratio) -> Option<Ratio> {
        if self.den == other.den {
            return Some(Ratio { num: self.num.checked_add(other.num)?, den: self.den });
        }
        let (a, b) = (self.reduced(), other.reduced());
        let num = a.num.checked_mul(b.den)?.checked_add(b.num.checked_mul(a.den)?)?;
        Some(Ratio { num, den: a.den.checked_mul(b.den)? })
    }

    /// Rounds once, or nothing where the result does not fit in 64 bits.
    pub fn round(self, rounding: Rounding) -> Option<i64> {
        let floor = self.num.div_euclid(self.den);
        let rest = self.num.rem_euclid(self.den);
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::HalfUp => rest >= self.den - rest && rest != 0,
            Rounding::Ceil => rest != 0,
        };
        i64::try_from(floor + i128::from(up)).ok()
    }

    fn reduced(self) -> Ratio {
        let divisor = gcd(self.num.unsigned_abs(), self.den.unsigned_abs()).max(1) as i128;
        Ratio { num: self.num / divisor, den: self.den / divisor }
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_read_and_write_exactly() {
        for (text, shown) in
            [("1.5", "1.5"), ("0.010", "0.01"), ("-2", "-2"), ("3.0", "3"), ("0.000000001", "0.000000001")]
        {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), shown);
        }
        for text in ["", ".", "1.", ".5", "1e3", "+1", "0x1", "1.0000000001", "99999999999999999999"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn rounding_happens_once_and_as_named() {
        let half = Ratio::new(5, 2).unwrap();
        assert_eq!(half.round(Rounding::Floor), Some(2));
        assert_eq!(half.round(Rounding::HalfUp), Some(3));
        assert_eq!(half.round(Rounding::Ceil), Some(3));
        let negative = Ratio::new(-5, 2).unwrap();
        assert_eq!(negative.round(Rounding::Floor), Some(-3));
        assert_eq!(negative.round(Rounding::HalfUp), Some(-2));
    }

    #[test]
    fn a_result_that_does_not_fit_is_none_and_never_wraps() {
        let big = Ratio::whole(i64::MAX);
        let square = big.checked_mul(big).unwrap();
        assert_eq!(square.round(Rounding::Floor), None);
        assert!(square.checked_mul(square).is_none());
        assert_eq!(square.checked_div(big).unwrap().round(Rounding::Floor), Some(i64::MAX));
    }

    proptest! {
        #[test]
        fn order_agrees_with_exact_comparison(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, s in 0_u8..6, t in 0_u8..6) {
            let (x, y) = (Decimal::new(a, s).unwrap(), Decimal::new(b, t).unwrap());
            let exact = (i128::from(a) * 10_i128.pow(u32::from(t))).cmp(&(i128::from(b) * 10_i128.pow(u32::from(s))));
            prop_assert_eq!(x.cmp(&y), exact);
            prop_assert_eq!(x.to_string().parse::<Decimal>().unwrap(), x);
        }
    }
}
