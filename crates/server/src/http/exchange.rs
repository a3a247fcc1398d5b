//! One request and its answer, in the hands of a handler.

use super::{Connection, HIGH_WATER, path};
use crate::{
    Error, coding,
    home::Home,
    transport::{Peer, Transport, Turn},
    websocket::{self, WebSocket},
};
use http1::{Headers, Request, Response};
use std::{borrow::Cow, sync::Weak};

/// A request, and the means to answer it.
///
/// ```no_run
/// # async fn handler(mut exchange: server::Exchange) -> Result<(), server::Error> {
/// use http1::Response;
///
/// let body = exchange.body().await?;
/// let response = Response::new(200).with("Content-Type", "text/plain");
/// exchange.respond(response, &body).await
/// # }
/// ```
///
/// What is answered is written when the server listens again, so that the answers
/// to requests that came together leave together.
#[derive(Debug)]
pub struct Exchange {
    request: Request,
    /// Here until the exchange is dropped or becomes something else.
    connection: Option<Box<Connection>>,
}

impl Exchange {
    pub(super) fn new(request: Request, connection: Box<Connection>) -> Self {
        Exchange { request, connection: Some(connection) }
    }

    /// What is asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Who asks.
    pub fn peer(&self) -> Peer {
        self.inner().transport.peer
    }

    /// The path of what is asked for, without the query: `/customers/223`.
    pub fn path(&self) -> &str {
        path::of(&self.request.target)
    }

    /// The segments of the path, decoded: of `/customers/M%C3%BCller` two.
    ///
    /// ```
    /// # async fn handler(exchange: server::Exchange) -> Result<(), server::Error> {
    /// # use http1::Response;
    /// let segments = exchange.segments()?;
    /// let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    /// match segments[..] {
    ///     ["customers"] => exchange.respond(Response::new(200), b"all of them").await,
    ///     ["customers", id] => exchange.respond(Response::new(200), id.as_bytes()).await,
    ///     _ => exchange.respond(Response::new(404), b"").await,
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// The path is wrongly encoded; the client is told so with 400.
    pub fn segments(&self) -> Result<Vec<String>, Error> {
        Ok(path::segments(self.path())?)
    }

    /// What stands behind the question mark, if there is one.
    pub fn query(&self) -> Option<&str> {
        self.request.target.split_once('?').map(|(_, query)| query)
    }

    /// The names and values of the query, decoded as those of a form.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        path::pairs(self.query().unwrap_or_default())
    }

    /// The whole body, which may be empty.
    ///
    /// # Errors
    /// It is longer than [`Limits::body`](http1::Limits::body), broken, too slow, or
    /// the peer went away.
    pub async fn body(&mut self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while self.inner_mut().read_body(&mut body).await? {}
        Ok(body)
    }

    /// Reads the next piece of the body into `piece`, in place of what was there;
    /// false at the body's end. How a body is cut means nothing.
    ///
    /// A client that waits for `100 Continue` gets it with the first call.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub async fn next_piece(&mut self, piece: &mut Vec<u8>) -> Result<bool, Error> {
        piece.clear();
        self.inner_mut().read_body(piece).await
    }

    /// Answers, with the whole body at once. Text of some length is compressed for
    /// a client that takes it so, unless [`Config::compress`](super::Config::compress)
    /// or `Cache-Control: no-transform` says otherwise.
    ///
    /// # Errors
    /// HTTP cannot carry this answer, or the peer does not take it.
    pub async fn respond(mut self, mut response: Response, body: &[u8]) -> Result<(), Error> {
        let Exchange { request, connection } = &mut self;
        let connection = connection.as_mut().expect(PRESENT);
        let body = match connection.config.compress {
            true => coding::encode(request, &mut response, body).await,
            false => Cow::Borrowed(body),
        };
        connection.respond(request, response, &body)?;
        connection.drain_above(HIGH_WATER).await
    }

    /// Whether [`respond`](Self::respond) would compress a body of `len` bytes; where
    /// another client may get another body, the response says so.
    pub(crate) fn compresses(&self, response: &mut Response, len: u64) -> bool {
        self.inner().config.compress && coding::negotiate(&self.request, response, len)
    }

    /// Answers with a body that comes piece by piece: of the length that the head
    /// announces, or chunked. It is never compressed.
    ///
    /// # Errors
    /// As [`respond`](Self::respond).
    pub fn begin(mut self, mut response: Response) -> Result<Reply, Error> {
        let Exchange { request, connection } = &mut self;
        let connection = connection.as_mut().expect(PRESENT);
        connection.dress(&mut response);
        connection.machine.send_response(&response)?;
        connection.note(request, &response);
        Ok(Reply { exchange: self })
    }

    /// Becomes a WebSocket, if that was asked for rightly; otherwise says what is wrong.
    ///
    /// # Errors
    /// The request breaks a rule of the opening handshake, and has been told so.
    pub async fn upgrade(self, config: &websocket::Config) -> Result<WebSocket, Error> {
        // In a box, so that it takes no room in the task once the socket is open.
        Box::pin(self.shake_hands(config)).await
    }

    async fn shake_hands(mut self, config: &websocket::Config) -> Result<WebSocket, Error> {
        match handshake::server::accept(&self.request, &config.handshake) {
            Ok((response, agreement)) => {
                // The other protocol begins behind the body (RFC 9110 7.8).
                let mut unwanted = Vec::new();
                while self.next_piece(&mut unwanted).await? {}
                let Exchange { request, connection } = &mut self;
                connection.as_mut().expect(PRESENT).respond(request, response, b"")?;
                let connection = connection.take().expect(PRESENT);
                WebSocket::accept(connection, agreement, config).await
            }
            Err(violation) => {
                let refusal = handshake::server::refuse(&violation);
                self.respond(refusal.response, refusal.body.as_bytes()).await?;
                Err(violation.into())
            }
        }
    }

    /// Waits until the client goes away. For a handler that waits for something
    /// else, and wants to stop when nobody waits for its answer any more.
    pub async fn disconnected(&mut self) {
        self.inner_mut().disconnected().await;
    }

    /// Whether the server stops: a handler that would wait for long should answer now.
    pub fn is_draining(&self) -> bool {
        self.inner().transport.is_draining()
    }

    fn inner(&self) -> &Connection {
        self.connection.as_ref().expect(PRESENT)
    }

    fn inner_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect(PRESENT)
    }
}

const PRESENT: &str = "only the last use takes the connection";

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.go_home();
        }
    }
}

/// An answer whose body is being sent. To be ended with [`end`](Reply::end);
/// one that is dropped before is cut off, so that nobody takes it for whole.
#[derive(Debug)]
pub struct Reply {
    exchange: Exchange,
}

impl Reply {
    /// Sends a piece of the body. Small pieces gather until there are enough of
    /// them, or until [`flush`](Reply::flush).
    ///
    /// # Errors
    /// The body is longer than announced, or the peer does not take it.
    pub async fn send(&mut self, piece: &[u8]) -> Result<(), Error> {
        let connection = self.exchange.inner_mut();
        connection.machine.send_body(piece)?;
        connection.drain_above(HIGH_WATER).await
    }

    /// Sends now what was gathered.
    ///
    /// # Errors
    /// The peer does not take it.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.exchange.inner_mut().drain_above(0).await
    }

    /// Waits until the client goes away; sends before what was gathered.
    pub async fn disconnected(&mut self) {
        self.exchange.disconnected().await;
    }

    /// Whether the server stops: an answer without an end should end now.
    pub fn is_draining(&self) -> bool {
        self.exchange.is_draining()
    }

    /// The answer is complete.
    ///
    /// # Errors
    /// Its body is shorter than announced.
    pub async fn end(self) -> Result<(), Error> {
        self.end_with(&Headers::new()).await
    }

    /// The answer is complete; these fields follow a chunked body.
    ///
    /// # Errors
    /// As [`end`](Reply::end).
    pub async fn end_with(mut self, trailers: &Headers) -> Result<(), Error> {
        let connection = self.exchange.inner_mut();
        connection.machine.send_trailers(trailers)?;
        connection.drain_above(HIGH_WATER).await
    }
}

impl Connection {
    /// Writes everything, where more than so many bytes wait.
    async fn drain_above(&mut self, waiting: usize) -> Result<(), Error> {
        if self.machine.transmit().len() <= waiting {
            return Ok(());
        }
        self.transport.flush(&mut self.machine).await
    }

    /// Ends HTTP behind what waits to be written: the line, where it comes home to,
    /// and what the peer has said in the next protocol already.
    pub(crate) async fn switch(
        mut self: Box<Self>,
    ) -> Result<(Transport, Weak<Home>, Vec<u8>), Error> {
        self.drain_above(0).await?;
        let early = self.machine.take_leftovers();
        let Connection { mut transport, home, .. } = *self;
        transport.tell_again();
        Ok((transport, home, early))
    }

    /// Waits until the client goes away, or the server stops.
    async fn disconnected(&mut self) {
        if self.drain_above(0).await.is_err() {
            return;
        }
        // What a client sends while it waits is kept for later, within bounds.
        while self.early < HIGH_WATER && !self.transport.is_draining() {
            match self.transport.turn(&mut self.machine, None).await {
                Ok(Turn::Received(len)) => self.early += len,
                Ok(Turn::Ended | Turn::Draining | Turn::TimedOut) | Err(_) => return,
            }
        }
        // Behind so much, nobody sees the end of the stream.
        self.transport.draining().await;
    }
}
