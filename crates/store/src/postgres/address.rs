//! Where the database is: the address as people give it.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::Trust;
use crate::StoreError;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the network may leave what was sent without an answer.
const SILENCE: Duration = Duration::from_secs(15);

/// The address of a database: `postgres://user:password@host:port/database?schema=…&sslmode=…`.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) schema: Option<String>,
    pub(super) trust: Trust,
}

impl Address {
    /// Whether both are the same schema of the same database, as far as the addresses tell.
    pub fn is_same_place(&self, other: &Address) -> bool {
        let of = |address: &Address| (address.server(), address.schema.clone());
        of(self) == of(other)
    }

    /// The server and database, without user and password.
    pub(super) fn server(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "?".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        format!("{host}:{port}/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl std::fmt::Debug for Address {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.server())
    }
}

impl FromStr for Address {
    type Err = StoreError;

    /// Reads an address. `schema` names the schema, which is made where it is missing; without it, it is the first of
    /// the search path. `sslmode` is one of `disable`, `prefer`, `require`, `verify-ca`, `verify-full`, with the meaning
    /// that they have everywhere; `sslrootcert` names a file with certificates to trust instead of the system's.
    /// Everything else is what PostgreSQL's own addresses know.
    fn from_str(url: &str) -> Result<Address, StoreError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(wrong("it does not begin with postgres://"));
        }
        let (bare, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut schema, mut mode, mut roots, mut rest) = (None, None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| wrong(format!("{pair:?} has no value")))?;
            let value = percent_decode_str(value).decode_utf8().map_err(|_| wrong(format!("{name} is not UTF-8")))?;
            match name {
                "schema" => schema = Some(plain(&value)?),
                "sslmode" => mode = Some(value.into_owned()),
                "sslrootcert" => roots = Some(PathBuf::from(&*value)),
                _ => rest.push(pair),
            }
        }
        let mut config = Config::from_str(&format!("{bare}?{}", rest.join("&"))).map_err(|error| {
            // Its source says which part; neither repeats a password.
            let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
            wrong(format!("{error}{source}"))
        })?;
        if config.get_hosts().is_empty() {
            return Err(wrong("it names no host"));
        }
        let (ssl, trust) = security(mode.as_deref(), roots)?;
        // What goes through a socket of this machine leaves it for nobody to read.
        let local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        config.ssl_mode(if local { SslMode::Disable } else { ssl });
        if config.get_dbname().is_none() {
            let user = config.get_user().map(ToOwned::to_owned);
            config.dbname(user.ok_or_else(|| wrong("it names no database"))?);
        }
        config.connect_timeout(config.get_connect_timeout().copied().unwrap_or(CONNECT));
        config.tcp_user_timeout(config.get_tcp_user_timeout().copied().unwrap_or(SILENCE));
        config.keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("jifen");
        }
        Ok(Address { config, schema, trust })
    }
}

fn security(mode: Option<&str>, roots: Option<PathBuf>) -> Result<(SslMode, Trust), StoreError> {
    Ok(match (mode.unwrap_or("prefer"), roots) {
        ("disable", _) => (SslMode::Disable, Trust::Anyone),
        ("prefer", _) => (SslMode::Prefer, Trust::Anyone),
        ("require", None) => (SslMode::Require, Trust::Anyone),
        // As in libpq: whoever names the certificates to trust wants them looked at.
        ("require" | "verify-ca", roots) => (SslMode::Require, Trust::Chain { roots, name: false }),
        ("verify-full", roots) => (SslMode::Require, Trust::Chain { roots, name: true }),
        (other, _) => {
            let known = "disable, prefer, require, verify-ca or verify-full";
            return Err(wrong(format!("sslmode is {known}, not {other:?}")));
        }
    })
}

/// A name that needs no quoting anywhere.
pub(super) fn plain(name: &str) -> Result<String, StoreError> {
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let goes_on = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if begins && goes_on && name.len() <= 48 && !name.starts_with("pg_") {
        return Ok(name.to_owned());
    }
    Err(wrong(format!("the schema {name:?} is not a name of up to 48 small letters, digits and underscores")))
}

fn wrong(reason: impl Into<String>) -> StoreError {
    StoreError::Foreign { path: "the database address".to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<Address, String> {
        url.parse::<Address>().map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_says_where_and_how() {
        let found = address("postgres://jifen:s3cret@db.example:5433/points?schema=shop&sslmode=verify-full").unwrap();
        assert_eq!(format!("{found:?}"), "db.example:5433/points");
        assert_eq!(found.schema.as_deref(), Some("shop"));
        assert_eq!(found.trust, Trust::Chain { roots: None, name: true });
        assert_eq!(found.config.get_ssl_mode(), SslMode::Require);
        let socket = address("postgresql://bench@%2Frun%2Fpg/postgres?connect_timeout=2").unwrap();
        assert_eq!(format!("{socket:?}"), "/run/pg:5432/postgres");
        assert_eq!((socket.config.get_ssl_mode(), socket.trust), (SslMode::Disable, Trust::Anyone));
        assert_eq!(socket.config.get_connect_timeout(), Some(&Duration::from_secs(2)));
        let named = address("postgres://u@h/?sslmode=require&sslrootcert=/etc/ca%20one.pem").unwrap();
        assert_eq!(named.config.get_dbname(), Some("u"));
        assert_eq!(named.trust, Trust::Chain { roots: Some("/etc/ca one.pem".into()), name: false });
    }

    #[test]
    fn a_wrong_address_says_what_is_wrong_and_keeps_its_password() {
        for (url, reason) in [
            ("mysql://u:s3cret@h/d", "postgres://"),
            ("postgres://u:s3cret@h/d?schema=Shop", "small letters"),
            ("postgres://u:s3cret@h/d?schema=a;drop", "small letters"),
            ("postgres://u:s3cret@h/d?schema=", "small letters"),
            ("postgres://u:s3cret@h/d?sslmode=maybe", "sslmode"),
            ("postgres://u:s3cret@h/d?sslmode", "no value"),
            ("postgres://u:s3cret@h:port/d", "port"),
            ("postgres://u:s3cret@h/d?colour=red", "colour"),
            ("postgres://", "host"),
            ("postgres:///d", "host"),
        ] {
            let said = address(url).unwrap_err();
            assert!(said.contains(reason), "{url}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
