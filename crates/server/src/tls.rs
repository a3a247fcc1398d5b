//! TLS below HTTP: `https://` and `wss://` (RFC 9112 9.7, RFC 6455 3).
//!
//! ```text
//! TCP   │ ClientHello ► ◄ ServerHello, certificate, Finished  Finished ► │ records ◄► │
//! HTTP  │                                                              │ GET /chat … │
//! ```
//!
//! Everything above stays as it is: a TLS connection is one more
//! [`Stream`](crate::Stream), and its bytes are those of HTTP.
//!
//! The protocol itself is rustls'. Here is only what a server must decide: which
//! certificate it shows, and whom a client trusts.
//!
//! Book: chapter 10.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{fmt, future::Future, io, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor, TlsConnector, client,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        pki_types::{
            CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject,
        },
    },
    server,
};

/// What may go wrong before the first handshake.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is no PEM.
    #[error("{path}: {error}")]
    Pem {
        /// Which file.
        path: String,
        /// What is wrong with it.
        error: String,
    },
    /// Certificate and key do not belong together, or are of a kind nobody speaks.
    #[error("no TLS is possible with this certificate: {0}")]
    Unusable(String),
}

/// A server's side: the certificate it shows, and the key that proves it its own.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl Acceptor {
    /// With a certificate chain and its key, as PEM files.
    ///
    /// # Errors
    /// The files cannot be read, or do not fit each other.
    pub fn from_files(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let broken = |path: &Path, error: &dyn fmt::Display| TlsError::Pem {
            path: path.display().to_string(),
            error: error.to_string(),
        };
        let certificates = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect)
            .map_err(|error| broken(chain, &error))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| broken(key, &error))?;
        Acceptor::new(certificates, key)
    }

    /// With a certificate made this moment for these host names: for practice.
    /// Browsers warn of it, with reason: nobody vouches for it. Gives the
    /// certificate too, as PEM, for a client that shall [trust](Connector::trusting) it.
    ///
    /// # Errors
    /// A name that no certificate can carry.
    pub fn for_practice(names: &[&str]) -> Result<(Self, String), TlsError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names).map_err(unusable)?;
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let acceptor = Acceptor::new(vec![cert.der().clone()], key.into())?;
        Ok((acceptor, cert.pem()))
    }

    fn new(
        certificates: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(unusable)?;
        // A client that also speaks HTTP/2 learns that we do not.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Acceptor(TlsAcceptor::from(Arc::new(config))))
    }

    /// The handshake, which may take only so long.
    pub(crate) fn accept(
        &self,
        stream: TcpStream,
        patience: Duration,
    ) -> impl Future<Output = io::Result<server::TlsStream<TcpStream>>> + use<> {
        let accepting = self.0.accept(stream);
        async move { timeout(patience, accepting).await? }
    }
}

/// A client's side: whom it trusts.
#[derive(Clone)]
pub struct Connector(TlsConnector);

impl Connector {
    /// Trusts whom the operating system trusts.
    ///
    /// # Errors
    /// The system trusts nobody, or does not say whom.
    pub fn of_system() -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        match found.errors.first() {
            Some(error) if roots.is_empty() => Err(unusable(error)),
            _ => Ok(Connector::new(roots)),
        }
    }

    /// Trusts this certificate, as PEM, and no other.
    ///
    /// # Errors
    /// It is no certificate.
    pub fn trusting(certificate: &str) -> Result<Self, TlsError> {
        let certificate =
            CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(unusable)?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate).map_err(unusable)?;
        Ok(Connector::new(roots))
    }

    fn new(roots: RootCertStore) -> Self {
        let mut config =
            ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Connector(TlsConnector::from(Arc::new(config)))
    }

    pub(crate) async fn connect(
        &self,
        stream: TcpStream,
        host: &str,
    ) -> io::Result<client::TlsStream<TcpStream>> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.0.connect(name, stream).await
    }
}

fn unusable(error: impl fmt::Display) -> TlsError {
    TlsError::Unusable(error.to_string())
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acceptor")
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}
