//! TLS below HTTP: `https://` and `wss://`.
//!
//! Book: chapter 10.

use crate::websocket;
use std::{future::Future, io, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsAcceptor, client, rustls, server};

/// A certificate and its key.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

impl Acceptor {
    pub(crate) fn accept(
        &self,
        stream: TcpStream,
        patience: Duration,
    ) -> impl Future<Output = io::Result<server::TlsStream<TcpStream>>> + use<> {
        let accepting = self.0.accept(stream);
        async move { timeout(patience, accepting).await? }
    }
}

pub(crate) async fn connect(
    stream: TcpStream,
    name: &str,
    config: &websocket::Config,
) -> io::Result<client::TlsStream<TcpStream>> {
    let _ = (stream, name, config, Arc::new(()));
    let _ = rustls::ALL_VERSIONS;
    Err(io::ErrorKind::Unsupported.into())
}
