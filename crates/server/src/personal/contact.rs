//! How a person can be reached, in one form, so that the same number is found however it was written.

use compact_str::CompactString;

use crate::problems::Problem;

/// Digits of a telephone number, with the country's (E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Where numbers without a country are.
const COUNTRY: &str = "86";

/// A telephone number or an address of electronic mail, in the one form that is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    kind: &'static str,
    text: CompactString,
}

impl std::fmt::Debug for Contact {
    /// Says nothing: this must not end up in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contact {{ {} … }}", self.kind)
    }
}

impl Contact {
    /// A telephone number as E.164; one without a country is in China.
    ///
    /// # Errors
    /// A problem with the field `/phone` where it is no number.
    pub fn phone(text: &str) -> Result<Contact, Problem> {
        e164(text)
            .map(|text| Contact { kind: "phone", text })
            .ok_or_else(|| Problem::field("/phone", "be a telephone number such as 138 0013 8000 or +44 20 7946 0000"))
    }

    /// An address of electronic mail, in small letters.
    ///
    /// # Errors
    /// A problem with the field `/email` where it is no address.
    pub fn email(text: &str) -> Result<Contact, Problem> {
        let text = text.trim();
        let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
        let is_plain = !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        match parts.filter(|_| is_plain) {
            Some(_) => Ok(Contact { kind: "email", text: text.to_lowercase().into() }),
            None => Err(Problem::field("/email", "be an address such as lin@example.com")),
        }
    }

    /// What somebody typed into a search: an address where it has an `@`, else a number where it is a whole one.
    pub fn typed(text: &str) -> Option<Contact> {
        if text.contains('@') { Contact::email(text).ok() } else { Contact::phone(text).ok() }
    }

    /// Where to send to: E.164, or an address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is hashed: the kind and the text.
    pub(super) fn marked(&self) -> String {
        format!("{}:{}", self.kind, self.text)
    }
}

fn e164(text: &str) -> Option<CompactString> {
    let mut digits = CompactString::default();
    let mut international = false;
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            // Digits and plus as Chinese keyboards write them.
            '\u{ff10}'..='\u{ff19}' => digits.push(char::from(b'0' + (letter as u32 - 0xff10) as u8)),
            '+' | '\u{ff0b}' if digits.is_empty() && !international => international = true,
            ' ' | '-' | '.' | '(' | ')' | '\u{3000}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' => {}
            _ => return None,
        }
    }
    let number = match digits.strip_prefix("00") {
        _ if international => digits.clone(),
        Some(abroad) => abroad.into(),
        // A mobile number with the country and without the plus.
        None if digits.len() == 13 && digits.starts_with("861") => digits.clone(),
        None => compact_str::format_compact!("{COUNTRY}{}", digits.strip_prefix('0').unwrap_or(&digits)),
    };
    (DIGITS.contains(&number.len()) && !number.starts_with('0')).then(|| compact_str::format_compact!("+{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form() {
        let forms = ["13800138000", "138 0013 8000", "+86 138-0013-8000", "8613800138000", "0086 138 0013 8000"];
        for form in forms.into_iter().chain(["１３８００１３８０００", "＋86（138）00138000"]) {
            assert_eq!(Contact::phone(form).unwrap().as_str(), "+8613800138000", "{form}");
        }
        assert_eq!(Contact::phone("010 5555 0100").unwrap().as_str(), "+861055550100");
        assert_eq!(Contact::phone("+44 20 7946 0000").unwrap().as_str(), "+442079460000");
        for wrong in ["", "12", "+", "138 0013 8000 ext 4", "++8613800138000", "1234567890123456789", "+0 138001380"] {
            assert!(Contact::phone(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_compared_in_small_letters() {
        assert_eq!(Contact::email(" Lin@Example.com ").unwrap().as_str(), "lin@example.com");
        for wrong in ["", "lin", "@example.com", "lin@", "lin @example.com"] {
            assert!(Contact::email(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Contact::typed("Lin@Example.com"), Contact::email("lin@example.com").ok());
        assert_eq!(Contact::typed("h906"), None);
    }
}
