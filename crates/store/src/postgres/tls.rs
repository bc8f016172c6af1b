//! Whom the connection trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// Whose certificate is accepted where the connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// Anyone's: it keeps out who listens, not who stands in between.
    Anyone,
    /// One that was signed by these, or by those the system trusts.
    Chain {
        /// A file with certificates instead of the system's.
        roots: Option<PathBuf>,
        /// Whether it must be for the host's name.
        name: bool,
    },
}

/// What makes connections encrypted.
#[derive(Clone)]
pub(super) struct Connector(MakeRustlsConnect);

impl<S> MakeTlsConnect<S> for Connector
where
    MakeRustlsConnect: MakeTlsConnect<S>,
{
    type Stream = <MakeRustlsConnect as MakeTlsConnect<S>>::Stream;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect;
    type Error = <MakeRustlsConnect as MakeTlsConnect<S>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        // A socket has no name, is asked for all the same, and is never encrypted.
        self.0.make_tls_connect(if host.is_empty() { "localhost" } else { host })
    }
}

/// The connector of an address.
pub(super) fn connector(trust: &Trust) -> Result<Connector, StoreError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(trust, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Connector(MakeRustlsConnect::new(config)))
}

/// The usual verifier, with what an address may leave out left out.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Nothing where anyone is trusted.
    chain: Option<Arc<WebPkiServerVerifier>>,
    name: bool,
}

impl Verifier {
    fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Verifier, StoreError> {
        let (chain, name) = match trust {
            Trust::Anyone => (None, false),
            Trust::Chain { roots, name } => {
                let roots = Arc::new(root_store(roots.as_deref())?);
                let chain = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider)).build();
                (Some(chain.map_err(|error| failed(error.to_string()))?), *name)
            }
        };
        Ok(Verifier { provider: Arc::clone(provider), chain, name })
    }
}

fn root_store(file: Option<&Path>) -> Result<RootCertStore, StoreError> {
    let mut store = RootCertStore::empty();
    match file {
        Some(file) => {
            let foreign =
                |reason: String| StoreError::Foreign { path: format!("sslrootcert {}", file.display()), reason };
            let certificates = CertificateDer::pem_file_iter(file).map_err(|error| foreign(error.to_string()))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| foreign(error.to_string()))?;
                store.add(certificate).map_err(|error| foreign(error.to_string()))?;
            }
            if store.is_empty() {
                return Err(foreign("it has no certificate in PEM form".to_owned()));
            }
        }
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err(failed(
                    "the system has no certificates to trust: install ca-certificates, or name a file with sslrootcert",
                ));
            }
        }
    }
    Ok(store)
}

fn failed(reason: impl Into<String>) -> StoreError {
    StoreError::Failed { context: "preparing encryption", source: reason.into().into() }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last, so everything else was right.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
