//! Two machines back to back: a network of requests and WebSocket messages
//! without sockets, and a clock that moves when a test says so.
//!
//! Everything that is under way waits in a queue of its own, as on a real
//! network; which of them moves next is the test's choice.

#![allow(dead_code, reason = "each test uses its part of this")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use socketio::engineio::{self, Frame, Request, Transmit, Transport};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use wire::Violation;

/// The server's end, of Engine.IO or Socket.IO.
pub(crate) trait Server {
    type Event;

    fn open(transport: Transport, now: Instant) -> Self;
    fn engine(&mut self) -> &mut engineio::Session;
    fn next_event(&mut self) -> Result<Option<Self::Event>, Violation>;
    fn poll_timeout(&self) -> Option<Instant>;
    fn handle_timeout(&mut self, now: Instant);
}

/// The client's end, of Engine.IO or Socket.IO.
pub(crate) trait Client {
    type Event;

    fn engine(&mut self) -> &mut engineio::Client;
    fn next_event(&mut self) -> Result<Option<Self::Event>, Violation>;
    fn poll_timeout(&self) -> Option<Instant>;
    fn handle_timeout(&mut self, now: Instant);
}

/// Both ends, what is under way between them, and what they told.
pub(crate) struct Pair<C: Client, S: Server> {
    pub(crate) client: C,
    pub(crate) server: Option<S>,
    pub(crate) now: Instant,
    /// What the client's machine told.
    pub(crate) at_client: Vec<Result<C::Event, Violation>>,
    /// What the server's machine told.
    pub(crate) at_server: Vec<Result<S::Event, Violation>>,
    get: Exchange,
    post: Exchange,
    post_body: Vec<u8>,
    websocket: Socket,
    up: VecDeque<Frame>,
    down: VecDeque<Frame>,
    /// How many payloads went to the client, and the longest of them.
    pub(crate) payloads: usize,
    pub(crate) longest_payload: usize,
    /// By what each packet came to the server.
    pub(crate) via: Vec<Transport>,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exchange {
    None,
    /// On its way, with its query.
    Asked(String),
    /// At the server.
    Arrived,
    /// On its way back: the body, or nothing where it was refused.
    Answered(Option<String>),
}

/// The WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Socket {
    None,
    Asked(String),
    /// The answer is on its way back: whether it is open.
    Answered(bool),
    Open,
    /// Who wanted to close it has said so; its messages still arrive.
    ClosedByServer,
    ClosedByClient,
}

/// What can happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Transmit,
    GetArrives,
    PollIsAnswered,
    GetReturns,
    PostArrives,
    BodyArrives,
    PostReturns,
    HandshakeArrives,
    HandshakeReturns,
    FrameUp,
    ServerTransmits,
    FrameDown,
    ServerCloses,
    CloseArrives,
}

const MOVES: [Move; 14] = [
    Move::Transmit,
    Move::GetArrives,
    Move::PollIsAnswered,
    Move::GetReturns,
    Move::PostArrives,
    Move::BodyArrives,
    Move::PostReturns,
    Move::HandshakeArrives,
    Move::HandshakeReturns,
    Move::FrameUp,
    Move::ServerTransmits,
    Move::FrameDown,
    Move::ServerCloses,
    Move::CloseArrives,
];

impl<C: Client, S: Server> Pair<C, S> {
    #[expect(clippy::disallowed_methods, reason = "a test may begin at any time")]
    pub(crate) fn new(client: C) -> Self {
        Pair {
            client,
            server: None,
            now: Instant::now(),
            at_client: Vec::new(),
            at_server: Vec::new(),
            get: Exchange::None,
            post: Exchange::None,
            post_body: Vec::new(),
            websocket: Socket::None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            payloads: 0,
            longest_payload: 0,
            via: Vec::new(),
        }
    }

    /// The same network, with another client: the last connection is gone.
    pub(crate) fn reconnect(&mut self, client: C) {
        let now = self.now;
        *self = Pair::new(client);
        self.now = now;
    }

    pub(crate) fn server(&mut self) -> &mut S {
        self.server.as_mut().expect("a session")
    }

    /// Lets everything happen that can, until nothing does.
    pub(crate) fn settle(&mut self) {
        for _ in 0..100_000 {
            if MOVES.map(|next| self.go(next)) == [false; MOVES.len()] {
                return;
            }
        }
        panic!("it goes on and on");
    }

    /// Lets one thing happen; each number chooses one of those that can.
    pub(crate) fn step(&mut self, choice: u8) {
        let start = usize::from(choice) % MOVES.len();
        let (behind, before) = MOVES.split_at(start);
        let _ = before.iter().rev().chain(behind).any(|next| self.go(*next));
    }

    /// Lets time pass; what is due happens at its time, and then settles.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let server = self.server.as_ref().and_then(S::poll_timeout);
            let due = [server, self.client.poll_timeout()].into_iter().flatten().min();
            let Some(due) = due.filter(|due| *due <= end) else { break };
            self.now = self.now.max(due);
            self.tick();
            self.settle();
        }
        self.now = end;
    }

    /// Lets time pass while nothing on the network moves.
    pub(crate) fn pass_in_silence(&mut self, time: Duration) {
        self.now += time;
        self.tick();
    }

    fn tick(&mut self) {
        let now = self.now;
        if let Some(server) = &mut self.server {
            server.handle_timeout(now);
        }
        self.client.handle_timeout(now);
        self.drain();
    }

    fn drain(&mut self) {
        loop {
            match self.client.next_event() {
                Ok(Some(event)) => self.at_client.push(Ok(event)),
                Ok(None) => break,
                Err(violation) => self.at_client.push(Err(violation)),
            }
        }
        let Some(server) = &mut self.server else { return };
        loop {
            match server.next_event() {
                Ok(Some(event)) => self.at_server.push(Ok(event)),
                Ok(None) => break,
                Err(violation) => self.at_server.push(Err(violation)),
            }
        }
    }

    /// Makes a move, if it can be made.
    fn go(&mut self, next: Move) -> bool {
        let moved = match next {
            Move::Transmit => self.transmit(),
            Move::GetArrives => self.get_arrives(),
            Move::PollIsAnswered => self.poll_is_answered(),
            Move::GetReturns => self.get_returns(),
            Move::PostArrives => self.post_arrives(),
            Move::BodyArrives => self.body_arrives(),
            Move::PostReturns => self.post_returns(),
            Move::HandshakeArrives => self.handshake_arrives(),
            Move::HandshakeReturns => self.handshake_returns(),
            Move::FrameUp => self.frame_up(),
            Move::ServerTransmits => self.server_transmits(),
            Move::FrameDown => self.frame_down(),
            Move::ServerCloses => self.server_closes(),
            Move::CloseArrives => self.close_arrives(),
        };
        self.drain();
        moved
    }

    fn transmit(&mut self) -> bool {
        let Some(transmit) = self.client.engine().transmit() else { return false };
        match transmit {
            Transmit::Get { query } => {
                assert_eq!(self.get, Exchange::None, "one GET at a time");
                self.get = Exchange::Asked(query);
            }
            Transmit::Post { query, body } => {
                assert_eq!(self.post, Exchange::None, "one POST at a time");
                (self.post, self.post_body) = (Exchange::Asked(query), body.into_bytes());
            }
            Transmit::WebSocket { query } => self.websocket = Socket::Asked(query),
            Transmit::Frame(frame) => self.up.push_back(frame),
            Transmit::Close => {
                let is_known = matches!(self.websocket, Socket::Answered(true) | Socket::Open);
                self.websocket = if is_known { Socket::ClosedByClient } else { Socket::None };
            }
        }
        true
    }

    fn get_arrives(&mut self) -> bool {
        let Exchange::Asked(query) = self.get.clone() else { return false };
        self.get = Exchange::Arrived;
        match Request::decode("GET", &query, false, &Transport::ALL).unwrap() {
            Request::Open(transport) => self.server = Some(S::open(transport, self.now)),
            Request::Poll { .. } => {
                if self.server().engine().poll().is_err() {
                    self.get = Exchange::Answered(None);
                }
            }
            other => panic!("{other:?}"),
        }
        true
    }

    fn poll_is_answered(&mut self) -> bool {
        if self.get != Exchange::Arrived {
            return false;
        }
        let Some(payload) = self.server().engine().transmit_payload() else { return false };
        self.payloads += 1;
        self.longest_payload = self.longest_payload.max(payload.len());
        self.get = Exchange::Answered(Some(payload));
        true
    }

    fn get_returns(&mut self) -> bool {
        let Exchange::Answered(body) = self.get.clone() else { return false };
        self.get = Exchange::None;
        match body {
            Some(body) => self.client.engine().receive_payload(body.as_bytes(), self.now),
            None => self.client.engine().request_failed(),
        }
        true
    }

    fn post_arrives(&mut self) -> bool {
        let Exchange::Asked(_) = self.post else { return false };
        self.post = match self.server().engine().post() {
            Ok(()) => Exchange::Arrived,
            Err(_) => Exchange::Answered(None),
        };
        true
    }

    fn body_arrives(&mut self) -> bool {
        if self.post != Exchange::Arrived {
            return false;
        }
        let (body, now) = (std::mem::take(&mut self.post_body), self.now);
        let is_taken = self.server().engine().receive_payload(body, now).is_ok();
        self.note(Transport::Polling);
        self.post = Exchange::Answered(is_taken.then(|| "ok".to_owned()));
        true
    }

    fn post_returns(&mut self) -> bool {
        let Exchange::Answered(body) = self.post.clone() else { return false };
        self.post = Exchange::None;
        match body {
            Some(_) => self.client.engine().posted(),
            None => self.client.engine().request_failed(),
        }
        true
    }

    fn handshake_arrives(&mut self) -> bool {
        let Socket::Asked(query) = self.websocket.clone() else { return false };
        let is_open = match Request::decode("GET", &query, true, &Transport::ALL).unwrap() {
            Request::Open(transport) => {
                self.server = Some(S::open(transport, self.now));
                true
            }
            Request::Upgrade { .. } => {
                let now = self.now;
                self.server().engine().websocket(now).is_ok()
            }
            other => panic!("{other:?}"),
        };
        self.websocket = Socket::Answered(is_open);
        true
    }

    fn handshake_returns(&mut self) -> bool {
        let Socket::Answered(is_open) = self.websocket else { return false };
        self.websocket = if is_open { Socket::Open } else { Socket::None };
        match is_open {
            true => self.client.engine().websocket_opened(),
            false => self.client.engine().websocket_failed(),
        }
        true
    }

    fn frame_up(&mut self) -> bool {
        let Some(frame) = self.up.pop_front() else { return false };
        let now = self.now;
        match frame {
            Frame::Text(text) => self.server().engine().receive(&text, now),
            Frame::Binary(bytes) => self.server().engine().receive_binary(&bytes, now),
        }
        self.note(Transport::WebSocket);
        true
    }

    /// Takes the events of what has come, and notes by what it came.
    fn note(&mut self, transport: Transport) {
        let before = self.at_server.len();
        self.drain();
        self.via.resize(self.via.len() + self.at_server.len() - before, transport);
    }

    fn server_transmits(&mut self) -> bool {
        let is_open = matches!(self.websocket, Socket::Answered(true) | Socket::Open);
        let Some(server) = self.server.as_mut().filter(|_| is_open) else { return false };
        let Some(frame) = server.engine().transmit() else { return false };
        self.down.push_back(frame);
        true
    }

    fn frame_down(&mut self) -> bool {
        if !matches!(self.websocket, Socket::Open | Socket::ClosedByServer) {
            return false;
        }
        let Some(frame) = self.down.pop_front() else { return false };
        match frame {
            Frame::Text(text) => self.client.engine().receive(&text, self.now),
            Frame::Binary(bytes) => self.client.engine().receive_binary(&bytes, self.now),
        }
        true
    }

    fn server_closes(&mut self) -> bool {
        if self.websocket != Socket::Open || !self.server().engine().drops_websocket() {
            return false;
        }
        self.websocket = Socket::ClosedByServer;
        self.server().engine().websocket_closed();
        true
    }

    /// A close arrives behind everything that was sent before it.
    fn close_arrives(&mut self) -> bool {
        match self.websocket {
            Socket::ClosedByServer if self.down.is_empty() => {
                self.client.engine().websocket_closed();
            }
            Socket::ClosedByClient if self.up.is_empty() => {
                self.server().engine().websocket_closed();
            }
            _ => return false,
        }
        self.websocket = Socket::None;
        (self.up, self.down) = Default::default();
        true
    }
}

impl Server for engineio::Session {
    type Event = engineio::Event;

    fn open(transport: Transport, now: Instant) -> Self {
        engineio::Session::open("x", transport, engineio::Config::default().into(), now)
    }

    fn engine(&mut self) -> &mut engineio::Session {
        self
    }

    fn next_event(&mut self) -> Result<Option<Self::Event>, Violation> {
        self.next_event()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.handle_timeout(now);
    }
}

impl Client for engineio::Client {
    type Event = engineio::Event;

    fn engine(&mut self) -> &mut engineio::Client {
        self
    }

    fn next_event(&mut self) -> Result<Option<Self::Event>, Violation> {
        self.next_event()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.poll_timeout()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.handle_timeout(now);
    }
}
