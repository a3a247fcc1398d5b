//! The client's side: from a URL to an open WebSocket (RFC 6455 3 and 4.1).

use super::{Config, WebSocket};
#[cfg(feature = "tls")]
use crate::tls;
use crate::{
    Error,
    deadline::Pace,
    transport::{Peer, Stream, Transport, Turn},
};
use handshake::{Offer, OfferError, client::verify, deflate};
use http1::{EventKind, Limits, Response};
use std::{io, net::SocketAddr};
use tokio::{net::TcpStream, time::Instant};
use wire::Violation;

/// Why no WebSocket was opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not `ws://host:port/path`, or `wss://` without TLS built in.
    #[error("{0:?} is not the URL of a WebSocket: ws://HOST:PORT/PATH")]
    Url(String),
    /// No TLS is possible.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// What was offered would be refused by every server.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// Nobody answers there, or the line broke.
    #[error("{host}: {error}")]
    Io {
        /// Who was asked.
        host: String,
        /// What came of it.
        error: io::Error,
    },
    /// The server answered, and not with 101; or wrongly.
    #[error("the server opened no WebSocket: {violation}")]
    Refused {
        /// What is wrong with the answer.
        violation: Violation,
        /// The answer.
        response: Box<Response>,
    },
    /// The conversation ended before there was an answer.
    #[error(transparent)]
    Error(#[from] Error),
}

/// Opens a WebSocket: `ws://127.0.0.1:9001/chat`, or `wss://` where the system
/// trusts the server.
///
/// The subprotocols of the configuration are offered, and compression where it is
/// set.
///
/// # Errors
/// There is no server, or it opens no WebSocket.
pub async fn connect(url: &str, config: &Config) -> Result<WebSocket, ConnectError> {
    let url = Url::decode(url)?;
    let offer = url.offer(config);
    let (stream, address) = url.reach().await?;
    if !url.secure {
        return open(stream, Peer { address, secure: false }, &offer, config).await;
    }
    #[cfg(feature = "tls")]
    return secure(url, stream, address, &tls::Connector::of_system()?, config).await;
    #[cfg(not(feature = "tls"))]
    Err(ConnectError::Url(format!("wss://{}", url.authority())))
}

/// Opens a WebSocket inside TLS, trusting whom the connector trusts.
///
/// # Errors
/// As [`connect`].
#[cfg(feature = "tls")]
pub async fn connect_trusting(
    url: &str,
    trusted: &tls::Connector,
    config: &Config,
) -> Result<WebSocket, ConnectError> {
    let url = Url::decode(url)?;
    let (stream, address) = url.reach().await?;
    secure(url, stream, address, trusted, config).await
}

#[cfg(feature = "tls")]
async fn secure(
    url: Url,
    stream: TcpStream,
    address: SocketAddr,
    trusted: &tls::Connector,
    config: &Config,
) -> Result<WebSocket, ConnectError> {
    let stream = trusted.connect(stream, url.name()).await;
    let stream = stream.map_err(|error| ConnectError::Io { host: url.authority(), error })?;
    open(stream, Peer { address, secure: true }, &url.offer(config), config).await
}

/// Opens a WebSocket over a stream that is there already.
///
/// # Errors
/// The server opens no WebSocket.
pub async fn open(
    stream: impl Stream,
    peer: Peer,
    offer: &Offer,
    config: &Config,
) -> Result<WebSocket, ConnectError> {
    let request = offer.request(rand::random())?;
    let mut transport = Transport::new(stream, peer, Pace::default());
    let mut machine = http1::Connection::client(Limits::default());
    machine.send_request(&request).map_err(Error::from)?;
    machine.send_end().map_err(Error::from)?;
    let response = answer(&mut transport, &mut machine).await?;
    match verify(&request, &response) {
        Ok(agreement) => {
            let early = machine.take_leftovers();
            Ok(WebSocket::client(transport, &early, agreement, config))
        }
        Err(violation) => Err(ConnectError::Refused { violation, response: Box::new(response) }),
    }
}

/// The final response: a 1xx may come before it.
async fn answer(
    transport: &mut Transport,
    machine: &mut http1::Connection,
) -> Result<Response, Error> {
    let until = Instant::now() + ANSWER;
    let mut final_response = None;
    loop {
        while let Some(event) = machine.next_event()? {
            match event.kind {
                EventKind::Response(response) if !response.is_interim() => {
                    let switches = response.status == 101;
                    final_response = Some(response);
                    if !switches {
                        break;
                    }
                }
                _ => {}
            }
        }
        if let Some(response) = final_response {
            return Ok(response);
        }
        match transport.turn(machine, Some(until)).await? {
            Turn::Received(_) => {}
            Turn::Ended => return Err(Error::Disconnected),
            Turn::TimedOut | Turn::Draining => return Err(Error::TimedOut),
        }
    }
}

/// How long a server may think about it.
const ANSWER: std::time::Duration = std::time::Duration::from_secs(30);

/// `ws-URI = "ws:" "//" host [ ":" port ] path [ "?" query ]` (RFC 6455 3)
struct Url {
    secure: bool,
    host: String,
    port: u16,
    target: String,
}

impl Url {
    fn decode(text: &str) -> Result<Url, ConnectError> {
        Url::take_apart(text).ok_or_else(|| ConnectError::Url(text.to_owned()))
    }

    fn take_apart(text: &str) -> Option<Url> {
        let (scheme, rest) = text.split_once("://")?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "ws" => false,
            "wss" => true,
            _ => return None,
        };
        // A fragment has no meaning here, and must not be sent.
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let target = match target.strip_prefix('?') {
            Some(query) => format!("/?{query}"),
            None if target.is_empty() => "/".to_owned(),
            None => target.to_owned(),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (authority, if secure { 443 } else { 80 }),
        };
        let valid = http1::target::is_host(authority) && !host.is_empty();
        valid.then(|| Url { secure, host: host.to_owned(), port, target })
    }

    async fn reach(&self) -> Result<(TcpStream, SocketAddr), ConnectError> {
        let reached = async {
            let stream = TcpStream::connect((self.name(), self.port)).await?;
            // A small message shall not wait for the acknowledgement of the one before.
            stream.set_nodelay(true)?;
            let address = stream.peer_addr()?;
            Ok((stream, address))
        };
        reached.await.map_err(|error| ConnectError::Io { host: self.authority(), error })
    }

    fn offer(&self, config: &Config) -> Offer {
        let Config { handshake, .. } = config;
        Offer {
            subprotocols: handshake.subprotocols.clone(),
            deflate: handshake.deflate.into_iter().map(offer_of).collect(),
            ..Offer::new(self.authority(), &*self.target)
        }
    }

    /// What Host says: the port only where it is not the usual one.
    fn authority(&self) -> String {
        match (self.port, self.secure) {
            (80, false) | (443, true) => self.host.clone(),
            (port, _) => format!("{}:{port}", self.host),
        }
    }

    /// The host without the brackets of an IPv6 address.
    fn name(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

/// What a client with this policy asks of a server.
fn offer_of(policy: deflate::Policy) -> deflate::Offer {
    let (least, most) = deflate::COMPRESSOR_BITS.into_inner();
    let limit = |bits: u8| (bits < most).then(|| bits.max(least));
    deflate::Offer {
        server_no_context_takeover: policy.server_no_context_takeover,
        client_no_context_takeover: policy.client_no_context_takeover,
        server_max_window_bits: limit(policy.server_max_window_bits),
        client_max_window_bits: match limit(policy.client_max_window_bits) {
            Some(bits) => deflate::ClientWindow::UpTo(bits),
            None => deflate::ClientWindow::Limitable,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, secure: bool, host: &str, port: u16, target: &str) {
        let url = Url::take_apart(text).unwrap();
        assert_eq!((url.secure, &*url.host, url.port, &*url.target), (secure, host, port, target));
    }

    #[test]
    fn takes_a_url_apart() {
        check("ws://example.com/chat?room=1", false, "example.com", 80, "/chat?room=1");
        check("wss://example.com", true, "example.com", 443, "/");
        check("WS://127.0.0.1:9001?a=b#c", false, "127.0.0.1", 9001, "/?a=b");
        check("ws://[::1]:9001/", false, "[::1]", 9001, "/");
        check("ws://[::1]/", false, "[::1]", 80, "/");
    }

    #[test]
    fn offers_what_its_policy_says() {
        let policy = deflate::Policy::default();
        assert_eq!(offer_of(policy), deflate::Offer::default());
        let frugal = deflate::Policy {
            client_no_context_takeover: true,
            server_max_window_bits: 10,
            client_max_window_bits: 0,
            ..policy
        };
        let written = "permessage-deflate; client_no_context_takeover; server_max_window_bits=10; \
                       client_max_window_bits=9";
        assert_eq!(offer_of(frugal).to_string(), written);
    }

    #[test]
    fn refuses_what_is_no_url_of_a_websocket() {
        for text in
            ["http://a/", "a", "ws://", "ws:///chat", "ws://a:b/", "ws://a b/", "ws://a:99999/"]
        {
            assert!(Url::take_apart(text).is_none(), "{text}");
        }
    }
}
