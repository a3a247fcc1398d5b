//! A client for a test: it asks, and waits for whole answers.

use super::PATIENCE;
use http1::{Connection, EventKind, Headers, Limits, Method, Request, Response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    machine: Connection,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Headers,
    /// The statuses before that of the response: 100, where the body was asked for.
    pub(crate) interim: Vec<u16>,
}

impl Client {
    pub(crate) fn new(stream: TcpStream) -> Client {
        let limits = Limits { body: u64::MAX, ..Limits::default() };
        Client { stream, machine: Connection::client(limits) }
    }

    /// Asks with a body, and waits for the answer.
    pub(crate) async fn ask(&mut self, request: &Request, body: &[u8]) -> Answer {
        self.send(request, body).await;
        self.answer().await.expect("the answer is whole")
    }

    /// Asks with a body.
    pub(crate) async fn send(&mut self, request: &Request, body: &[u8]) {
        self.machine.ask(request, body).unwrap();
        let out = self.machine.transmit();
        self.stream.write_all(out).await.unwrap();
        let len = out.len();
        self.machine.transmitted(len);
    }

    pub(crate) async fn get(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(&request(&Method::GET, target, fields), b"").await
    }

    pub(crate) async fn head(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(&request(&Method::HEAD, target, fields), b"").await
    }

    /// The next answer; `None` where it is cut, or there is none.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        timeout(PATIENCE, self.read_answer()).await.expect("an answer comes")
    }

    async fn read_answer(&mut self) -> Option<Answer> {
        let mut interim = Vec::new();
        let mut head = None;
        let mut body = Vec::new();
        let mut piece = vec![0; 64 << 10];
        loop {
            while let Some(event) = self.machine.next_event().ok()? {
                match event.kind {
                    EventKind::Response(response) if response.is_interim() => {
                        interim.push(response.status);
                    }
                    EventKind::Response(response) => head = Some(response),
                    EventKind::Body(piece) => body.extend_from_slice(piece),
                    EventKind::End { trailers } => {
                        if let Some(response) = head.take() {
                            return Some(Answer { response, body, trailers, interim });
                        }
                    }
                    EventKind::Violation(violation) => panic!("{violation}"),
                    EventKind::Request(_) | EventKind::Switch | EventKind::Lost => {}
                }
            }
            if self.machine.is_closed() {
                return None;
            }
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => self.machine.finish(),
                Ok(len) => self.machine.receive(&piece[..len]),
            }
        }
    }
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.response.status
    }

    /// A field; empty where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.response.headers.get_str(name).unwrap_or_default()
    }

    /// The head without its Date, which is another a second later.
    pub(crate) fn undated(&self) -> Response {
        let fields = self.response.headers.iter().filter(|(name, _)| *name != "Date");
        Response { headers: fields.collect(), ..self.response.clone() }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn request(method: &Method, target: &str, fields: &[(&str, &str)]) -> Request {
    let request = Request::new(method.clone(), target).with("Host", "a");
    fields.iter().fold(request, |request, (name, value)| request.with(name, value))
}
