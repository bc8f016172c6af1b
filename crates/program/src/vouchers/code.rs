//! The codes: 85 random bits in Crockford's base 32, and a character that finds every single slip and every swap of two
//! neighbors.

use compact_str::CompactString;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry randomness, five bits each.
const RANDOM: usize = 17;
/// All characters.
const LENGTH: usize = RANDOM + 1;

/// A voucher's code in the form in which it is stored: capitals, no spaces, no dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VoucherCode(CompactString);

impl VoucherCode {
    /// The code of a draw: 85 of its bits are used.
    pub fn drawn(draw: u128) -> VoucherCode {
        let mut text = CompactString::with_capacity(LENGTH);
        let mut check = 0;
        for place in 0..RANDOM {
            let digit = ((draw >> (5 * place)) & 31) as u8;
            check = times_alpha(check) ^ digit;
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
        text.push(char::from(DIGITS[usize::from(times_alpha(check))]));
        VoucherCode(text)
    }

    /// Reads what a person typed or a scanner read: in any case, with dashes and spaces, O for 0, I and L for 1.
    /// Nothing where it cannot be a code.
    pub fn typed(text: &str) -> Option<VoucherCode> {
        let mut code = CompactString::with_capacity(LENGTH);
        let mut check = 0;
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let plain = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let digit = DIGITS.iter().position(|known| *known == plain)?;
            check = times_alpha(check) ^ u8::try_from(digit).ok()?;
            code.push(char::from(plain));
            if code.len() > LENGTH {
                return None;
            }
        }
        (code.len() == LENGTH && check == 0).then_some(VoucherCode(code))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: in three groups.
    pub fn shown(&self) -> String {
        let text = self.0.as_str();
        [&text[..6], &text[6..12], &text[12..]].join("-")
    }
}

/// Times the generator of the field of 32 elements, modulo x⁵ + x² + 1.
const fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 != 0 { doubled ^ 0b10_0101 } else { doubled }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_read_however_it_is_typed(draw: u128) {
            let code = VoucherCode::drawn(draw);
            let shown = code.shown();
            prop_assert_eq!(VoucherCode::typed(&shown), Some(code.clone()));
            prop_assert_eq!(VoucherCode::typed(&shown.to_lowercase().replace('0', "o").replace('1', "l")), Some(code));
        }

        #[test]
        fn a_slip_is_found(draw: u128, place in 0..LENGTH, other in 0..32_usize) {
            let code = VoucherCode::drawn(draw);
            let mut bytes = code.as_str().as_bytes().to_vec();
            prop_assume!(bytes[place] != DIGITS[other]);
            bytes[place] = DIGITS[other];
            prop_assert_eq!(VoucherCode::typed(std::str::from_utf8(&bytes).unwrap()), None);
        }

        #[test]
        fn a_swap_of_neighbors_is_found(draw: u128, place in 0..LENGTH - 1) {
            let code = VoucherCode::drawn(draw);
            let mut bytes = code.as_str().as_bytes().to_vec();
            prop_assume!(bytes[place] != bytes[place + 1]);
            bytes.swap(place, place + 1);
            prop_assert_eq!(VoucherCode::typed(std::str::from_utf8(&bytes).unwrap()), None);
        }
    }

    #[test]
    fn codes_keep_eighty_five_bits_apart() {
        let bits: Vec<_> = (0..85).map(|bit| VoucherCode::drawn(1 << bit)).collect();
        let unique: std::collections::BTreeSet<_> = bits.iter().collect();
        assert_eq!(unique.len(), 85);
        for text in ["", "0", "000000-000000-00000", "000000-000000-0000000", "00000!-000000-000000", "券"] {
            assert_eq!(VoucherCode::typed(text), None, "{text}");
        }
    }
}
