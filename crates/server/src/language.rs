//! The two languages that the server speaks to people in.

use axum::http::{HeaderMap, HeaderValue, header};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

impl Said {
    /// The text in that language.
    pub const fn in_lang(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

impl Lang {
    /// The tag for `lang` attributes and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// What `Accept-Language` prefers; English where it names neither.
    pub fn of(headers: &HeaderMap) -> Lang {
        Lang::wanted(headers.get(header::ACCEPT_LANGUAGE))
    }

    /// What a value of `Accept-Language` prefers.
    pub fn wanted(value: Option<&HeaderValue>) -> Lang {
        value.and_then(|value| value.to_str().ok()).map_or(Lang::En, preferred)
    }
}

/// The known language of the highest quality, the first of equals.
fn preferred(header: &str) -> Lang {
    let mut best = (0, Lang::En);
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(known) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if quality > best.0 {
            best = (quality, lang);
        }
    }
    best.1
}

fn known(range: &str) -> Option<Lang> {
    let primary = range.trim().split('-').next().unwrap_or_default();
    match primary.to_ascii_lowercase().as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// A quality such as `0.8` in thousandths; nothing understandable counts as nothing wanted.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    whole.min(1) * 1000 + padded.parse::<u32>().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_is_found() {
        for (header, lang) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.5, zh;q=0.9", Lang::Zh),
            ("fr, en", Lang::En),
            ("fr", Lang::En),
            ("zh;q=0", Lang::En),
            ("", Lang::En),
            ("*", Lang::En),
        ] {
            assert_eq!(preferred(header), lang, "{header}");
        }
    }
}
