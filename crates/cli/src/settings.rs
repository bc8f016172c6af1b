//! `jifen.toml`: settings that are the same every day. A flag wins over a `JIFEN_*` variable, which wins over the file.
//!
//! The file's values become the defaults of the flags of the same name, so that the order of precedence is the command
//! line parser's own, and `--help` shows what a flag is without saying so.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::{Failure, Result};

/// The file that is read where none is named.
const FILE: &str = "jifen.toml";

/// What the file may say: the flags' names with `_` for `-`.
const KEYS: [&str; 23] = [
    "behind_proxy",
    "cipher",
    "data",
    "database_url",
    "keys_database_url",
    "listen",
    "log",
    "log_level",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_issuer",
    "oidc_login_claim",
    "oidc_name",
    "oidc_second_factor",
    "pay_merchant",
    "pay_secret",
    "pay_url",
    "program",
    "sandbox",
    "tls_cert",
    "tls_key",
    "token",
    "url",
];

/// A setting of the file: the flag's identifier and its value as text.
type Setting = (String, String);

/// Gives the command the file's values as defaults.
pub(crate) fn apply(command: clap::Command, arguments: &[OsString]) -> Result<clap::Command> {
    let named = named_file(arguments).or_else(|| std::env::var_os("JIFEN_CONFIG").map(PathBuf::from));
    let text = match &named {
        Some(path) => read(path)?,
        None if Path::new(FILE).exists() => read(Path::new(FILE))?,
        None => return Ok(command),
    };
    let settings = parse(&text, named.as_deref().unwrap_or(Path::new(FILE)))?;
    Ok(with_defaults(command, &settings))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))
}

/// The value of `--config`, which must be known before the other flags are read.
fn named_file(arguments: &[OsString]) -> Option<PathBuf> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(value) = argument.to_str().and_then(|argument| argument.strip_prefix("--config=")) {
            return Some(PathBuf::from(value));
        }
    }
    None
}

fn parse(text: &str, path: &Path) -> Result<Vec<Setting>> {
    let at = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let wrong = |offset: usize, what: &str| Failure::usage(format!("{}:{}: {what}", path.display(), at(offset)));
    let table =
        DeTable::parse(text).map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message()))?;
    let mut settings = Vec::new();
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        if !KEYS.contains(&name) {
            let what = format!("there is no setting `{name}`; there are: {}", KEYS.join(", "));
            return Err(wrong(key.span().start, &what));
        }
        let value = scalar(value).ok_or_else(|| wrong(value.span().start, &format!("`{name}` must be a text")))?;
        settings.push((name.to_owned(), value));
    }
    Ok(settings)
}

fn scalar(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn with_defaults(mut command: clap::Command, settings: &[Setting]) -> clap::Command {
    for (name, value) in settings {
        if command.get_arguments().any(|argument| argument.get_id() == name.as_str()) {
            command = command.mut_arg(name, |argument| {
                argument.required(false).default_value(Resettable::Value(value.clone().into()))
            });
        }
    }
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |inner| with_defaults(inner, settings));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text, Path::new("jifen.toml")).unwrap_err().to_string()
    }

    #[test]
    fn keys_become_defaults_of_flags() {
        let settings = parse("data = \"store\"\nsandbox = true\n", Path::new(FILE)).unwrap();
        assert_eq!(settings, [("data".into(), "store".into()), ("sandbox".into(), "true".into())]);
    }

    #[test]
    fn a_mistake_names_its_line() {
        assert!(
            wrong("data = \"a\"\n\ndatabse_url = \"b\"\n")
                .starts_with("error: jifen.toml:3: there is no setting `databse_url`")
        );
        assert!(wrong("data = 3\n").starts_with("error: jifen.toml:1: `data` must be a text"));
        assert!(
            wrong("data = \"a\"\nlisten =\n").starts_with("error: jifen.toml:2:"),
            "{}",
            wrong("data = \"a\"\nlisten =\n")
        );
    }

    #[test]
    fn the_named_file_is_found_among_the_arguments() {
        let find = |arguments: &[&str]| named_file(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(find(&["jifen", "serve", "--config", "a.toml"]), Some(PathBuf::from("a.toml")));
        assert_eq!(find(&["jifen", "--config=b.toml", "serve"]), Some(PathBuf::from("b.toml")));
        assert_eq!(find(&["jifen", "serve"]), None);
    }
}
