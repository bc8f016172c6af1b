//! HTTPS: a certificate and its key, read once; connections that are encrypted before anything is said.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long two machines may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Why HTTPS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds nothing of the kind.
    #[error("{path} cannot be used as {what}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Certificate and key do not fit together.
    #[error("certificate and key do not go together: {0}")]
    Pair(#[from] rustls::Error),
}

/// A certificate, ready to serve.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls { … }")
    }
}

impl Tls {
    /// Reads a certificate, with those that lead to its authority, and its key; both PEM. TLS 1.2 and 1.3 are spoken.
    ///
    /// # Errors
    /// [`TlsError`]
    pub fn load(cert: &Path, key: &Path) -> Result<Tls, TlsError> {
        let wrong = |path: &Path, what, reason: String| TlsError::File { path: path.to_owned(), what, reason };
        let certificate = |reason: String| wrong(cert, "a certificate", reason);
        let chain = CertificateDer::pem_file_iter(cert).map_err(|error| certificate(error.to_string()))?;
        let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(|error| certificate(error.to_string()))?;
        if chain.is_empty() {
            return Err(certificate("there is none in it".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| wrong(key, "the key of a certificate", error.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// Agrees on keys with whoever connects.
    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let late = |_| std::io::Error::new(std::io::ErrorKind::TimedOut, "no keys were agreed on in time");
        tokio::time::timeout(HANDSHAKE, self.0.accept(stream)).await.unwrap_or_else(|error| Err(late(error)))
    }
}
