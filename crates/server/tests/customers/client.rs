//! A small client that waits: the ground's machine on a plain socket.

use http1::{Connection, EventKind, Limits, Method, Request, Response};
use serde_json::Value;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long a test waits for what must come: far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    stream: TcpStream,
    machine: Connection,
    address: SocketAddr,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, machine: Connection::client(Limits::default()), address })
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, request: Request, body: &str) -> io::Result<Answer> {
        let mut request = request;
        if !request.headers.contains("host") {
            request.headers.push("Host", self.address.to_string());
        }
        self.machine.ask(&request, body.as_bytes()).map_err(io::Error::other)?;
        let len = self.machine.transmit().len();
        self.stream.write_all(self.machine.transmit())?;
        self.machine.transmitted(len);
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = None;
        let mut body = Vec::new();
        let mut bytes = [0; 4096];
        loop {
            while let Some(event) = self.machine.next_event().map_err(io::Error::other)? {
                match event.kind {
                    EventKind::Response(response) if !response.is_interim() => {
                        answer = Some(response);
                    }
                    EventKind::Body(piece) => body.extend_from_slice(piece),
                    EventKind::End { .. } if let Some(response) = answer.take() => {
                        let body = String::from_utf8(body).map_err(io::Error::other)?;
                        return Ok(Answer { response, body });
                    }
                    _ => {}
                }
            }
            match self.stream.read(&mut bytes)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                len => self.machine.receive(&bytes[..len]),
            }
        }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::new(Method::GET, path), "").unwrap()
    }

    pub(crate) fn get_as(&mut self, path: &str, accept: &str) -> Answer {
        self.ask(Request::new(Method::GET, path).with("Accept", accept), "").unwrap()
    }

    pub(crate) fn post(&mut self, path: &str, json: &str) -> Answer {
        self.ask(with_json(Method::POST, path), json).unwrap()
    }

    pub(crate) fn put(&mut self, path: &str, json: &str) -> Answer {
        self.ask(with_json(Method::PUT, path), json).unwrap()
    }

    pub(crate) fn delete(&mut self, path: &str) -> Answer {
        self.ask(Request::new(Method::DELETE, path), "").unwrap()
    }
}

/// A request that says that its body is JSON.
pub(crate) fn with_json(method: Method, path: &str) -> Request {
    Request::new(method, path).with("Content-Type", "application/json")
}

/// The JSON of a customer that a client may send.
pub(crate) fn customer(name: &str, email: &str) -> String {
    serde_json::json!({ "customer": { "name": name, "email": email } }).to_string()
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.response.status
    }

    /// The value of a field, which must be there.
    #[track_caller]
    pub(crate) fn field(&self, name: &str) -> &str {
        let value = self.response.headers.get_str(name);
        value.unwrap_or_else(|| panic!("there is no {name} in {self:?}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.response.headers.contains(name)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that this is a problem of some kind, and gives it (RFC 9457).
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.status(), status, "{self:?}");
        assert_eq!(self.field("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{slug}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }
}
