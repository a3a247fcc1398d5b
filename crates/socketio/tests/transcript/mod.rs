//! Conversations from `fixtures`, with HTTP and WebSocket frames taken off.

#![expect(clippy::disallowed_methods, reason = "a test reads its fixtures")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use frame::Settings;
use http1::{EventKind, Limits};
use std::{fs, path::PathBuf};
use wire::{Side, transcript};

/// What one side said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Request { method: String, query: String, is_websocket: bool, body: Vec<u8> },
    Response { status: u16, body: Vec<u8> },
    Text(String),
    Binary(Vec<u8>),
    Close,
}

/// Everything that was said before the other side said something.
pub(crate) type Turn = (Side, Vec<Said>);

/// Each file of a folder: its name, its text, and its conversation.
pub(crate) fn conversations(folder: &str) -> Vec<(String, String, Vec<Turn>)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder);
    let entries = fs::read_dir(path).expect("the fixtures are there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut conversations: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "hex"))
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let turns = decode(&name, &text);
            (name, text, turns)
        })
        .collect();
    conversations.sort_by(|left, right| left.0.cmp(&right.0));
    conversations
}

fn decode(name: &str, text: &str) -> Vec<Turn> {
    let mut wire = Wire::default();
    let mut turns: Vec<Turn> = Vec::new();
    if !text.lines().any(|line| line.starts_with(['>', '<'])) {
        return turns;
    }
    for (side, bytes) in transcript::decode(text).unwrap_or_else(|error| panic!("{name}: {error}"))
    {
        let said = wire.receive(side, &bytes, name);
        match turns.last_mut().filter(|(last, _)| *last == side) {
            Some((_, turn)) => turn.extend(said),
            None => turns.push((side, said)),
        }
    }
    turns
}

/// Both directions of one TCP connection.
struct Wire {
    requests: http1::Decoder,
    responses: http1::Decoder,
    /// Behind a 101: what the client sends, and what the server sends.
    frames: Option<(frame::Decoder, frame::Decoder)>,
    request: Option<Said>,
    response: Option<Said>,
}

impl Default for Wire {
    fn default() -> Self {
        Wire {
            requests: http1::Decoder::requests(Limits::default()),
            responses: http1::Decoder::responses(Limits::default()),
            frames: None,
            request: None,
            response: None,
        }
    }
}

impl Wire {
    fn receive(&mut self, side: Side, bytes: &[u8], name: &str) -> Vec<Said> {
        let mut said = Vec::new();
        match (&mut self.frames, side) {
            (None, Side::Client) => {
                self.requests.receive(bytes);
                self.take_requests(&mut said, name);
            }
            (None, Side::Server) => {
                self.responses.receive(bytes);
                self.take_responses(&mut said, name);
            }
            (Some((client, _)), Side::Client) => take_frames(client, bytes, &mut said, name),
            (Some((_, server)), Side::Server) => take_frames(server, bytes, &mut said, name),
        }
        said
    }

    fn take_requests(&mut self, said: &mut Vec<Said>, name: &str) {
        while let Some(event) = self.requests.next_event() {
            match event.kind {
                EventKind::Request(request) => {
                    let (_, query) = request.target.split_once('?').unwrap_or_default();
                    self.request = Some(Said::Request {
                        method: request.method.to_string(),
                        query: query.to_owned(),
                        is_websocket: request.headers.contains_token("upgrade", "websocket"),
                        body: Vec::new(),
                    });
                }
                EventKind::Body(piece) => match &mut self.request {
                    Some(Said::Request { body, .. }) => body.extend_from_slice(piece),
                    other => panic!("{name}: a body of {other:?}"),
                },
                EventKind::End { .. } => said.extend(self.request.take()),
                EventKind::Switch => return,
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    fn take_responses(&mut self, said: &mut Vec<Said>, name: &str) {
        while let Some(event) = self.responses.next_event() {
            match event.kind {
                EventKind::Response(response) => {
                    self.response =
                        Some(Said::Response { status: response.status, body: Vec::new() });
                }
                EventKind::Body(piece) => match &mut self.response {
                    Some(Said::Response { body, .. }) => body.extend_from_slice(piece),
                    other => panic!("{name}: a body of {other:?}"),
                },
                EventKind::End { .. } => said.extend(self.response.take()),
                EventKind::Switch => {
                    assert_eq!(self.requests.switch(), b"", "{name}: frames before the 101");
                    assert_eq!(self.responses.switch(), b"", "{name}: a chunk of its own");
                    let decoder = |side| frame::Decoder::new(Settings::from(side));
                    self.frames = Some((decoder(Side::Client), decoder(Side::Server)));
                    return;
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        self.requests.resume();
    }
}

fn take_frames(decoder: &mut frame::Decoder, bytes: &[u8], said: &mut Vec<Said>, name: &str) {
    decoder.receive(bytes);
    while let Some(step) = decoder.next_frame() {
        assert_eq!(step.violations, [], "{name}");
        let message = step.message.unwrap_or_else(|| panic!("{name}: a frame, a message"));
        said.push(match message.kind {
            frame::Kind::Text => Said::Text(message.text().expect("UTF-8").to_owned()),
            frame::Kind::Binary => Said::Binary(message.payload.to_vec()),
            frame::Kind::Close => Said::Close,
            other => panic!("{name}: {other:?}"),
        });
    }
    assert_eq!(decoder.pending().have, 0, "{name}: half a frame");
}
