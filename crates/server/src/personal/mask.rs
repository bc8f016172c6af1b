//! Personal data for those who may know that it is there, but not what it is.

use super::Personal;
use super::contact::Contact;

/// What stands for what is hidden.
const HIDDEN: &str = "****";

impl Personal {
    /// The same with the middle hidden: `林*`, `138****5678`, `l****@example.com`. The day of birth is left out.
    #[must_use]
    pub fn masked(&self) -> Personal {
        Personal {
            name: self.name.as_deref().map(name),
            phone: self.phone.as_deref().map(phone),
            email: self.email.as_deref().map(email),
            birthday: None,
            browsers: Vec::new(),
        }
    }
}

fn name(name: &str) -> String {
    name.trim().chars().next().map_or_else(String::new, |first| format!("{first}*"))
}

fn phone(text: &str) -> String {
    let whole = Contact::phone(text).ok();
    let digits: String = match &whole {
        Some(contact) => contact.as_str().strip_prefix("+86").unwrap_or(contact.as_str()).to_owned(),
        None => text.chars().filter(char::is_ascii_digit).collect(),
    };
    let (start, end) = if digits.len() >= 10 { (3, 4) } else { (0, digits.len().min(2)) };
    format!("{}{HIDDEN}{}", &digits[..start], &digits[digits.len() - end..])
}

fn email(text: &str) -> String {
    let (name, host) = text.split_once('@').unwrap_or((text, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}{HIDDEN}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    // row SEC-01
    #[test]
    fn the_middle_is_hidden() {
        let masked = |name: &str, phone: &str, email: &str| {
            let text = |text: &str| Some(text.to_owned());
            let all = Personal { name: text(name), phone: text(phone), email: text(email), ..Personal::default() };
            let masked = all.masked();
            (masked.name.unwrap(), masked.phone.unwrap(), masked.email.unwrap())
        };
        let told = |name: &str, phone: &str, email: &str| (name.to_owned(), phone.to_owned(), email.to_owned());
        let chinese = masked("林黛玉", "138 1234 5678", "lin@example.com");
        assert_eq!(chinese, told("林*", "138****5678", "l****@example.com"));
        let abroad = masked("Ada Lovelace", "+44 20 7946 0000", "é@ex.com");
        assert_eq!(abroad, told("A*", "+44****0000", "é****@ex.com"));
        assert_eq!(masked("王", "12", "nobody"), told("王*", "****12", "n****@"));
    }
}
