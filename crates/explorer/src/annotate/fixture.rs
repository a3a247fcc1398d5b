//! Fixtures, each read and described once a build.

mod connection;
mod inside;

pub(super) use connection::Connection;

use super::path;
use capture::{File, Packet};
use frame_inspector::{
    Inspector, Options,
    event::{Bytes, Event, Sink, What},
    explain::explain,
    inspect_transcript,
};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    fmt::Display,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};
use wire::{Side, Span, hex::ErrorKind};

/// The folder of the fixtures, and those that were read.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    read: RefCell<HashMap<String, Rc<Fixture>>>,
    shown: RefCell<BTreeSet<PathBuf>>,
}

/// A fixture, described.
#[derive(Debug)]
pub(super) struct Fixture {
    /// Its path below the folder of fixtures.
    pub(super) name: String,
    /// What its first comment says of it.
    pub(super) title: String,
    /// Heads, bodies and frames, in order.
    pub(super) passages: Vec<Passage>,
    /// The packets of a capture, in order.
    pub(super) packets: Vec<Passage>,
    /// The connections, as they ended.
    pub(super) connections: Vec<Connection>,
}

/// Bytes that belong together: a head, a body, a frame, a packet.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    /// The connection, in a capture.
    pub(super) connection: Option<u64>,
    /// Its number, where it is a packet of a capture.
    pub(super) packet: Option<u64>,
    /// The numbers of the packets that carried it, in a capture.
    pub(super) carriers: Vec<u64>,
    /// Who sent it, where that is known.
    pub(super) from: Option<Side>,
    /// Where `bytes` begin in their stream.
    pub(super) offset: u64,
    /// The bytes that `span` counts in.
    pub(super) bytes: Rc<[u8]>,
    /// What they are; it may be a part of `bytes` only.
    pub(super) span: Span,
}

impl Passage {
    /// Whether it is the head of an HTTP message, perhaps with its body.
    pub(super) fn is_head(&self) -> bool {
        self.span.name.ends_with(" head")
    }

    /// Whether it is the body of an HTTP message.
    pub(super) fn is_body(&self) -> bool {
        self.span.name.ends_with("body")
    }

    /// Whether it is a WebSocket frame.
    pub(super) fn is_frame(&self) -> bool {
        self.span.name == "frame"
    }
}

impl Shelf {
    pub(super) fn new(folder: PathBuf) -> Self {
        Shelf { folder, read: RefCell::default(), shown: RefCell::default() }
    }

    /// The fixtures that pages show, or link to.
    pub(super) fn shown(&self) -> BTreeSet<PathBuf> {
        self.shown.borrow().clone()
    }

    /// Notes that a page shows a fixture, if there is such a file.
    pub(super) fn show(&self, name: &str) -> bool {
        let is_inside = !name.split('/').any(|part| part.is_empty() || part == "..");
        let is_there = is_inside && self.folder.join(name).is_file();
        if is_there {
            self.shown.borrow_mut().insert(PathBuf::from(name));
        }
        is_there
    }

    /// That there is no such fixture, and what there is instead.
    pub(super) fn unknown(&self, name: &str) -> String {
        let all = self.names();
        path::unknown("fixture", name, all.iter().map(String::as_str))
    }

    /// Reads a fixture, unless it was read before.
    pub(super) fn fixture(&self, name: &str) -> Result<Rc<Fixture>, String> {
        if let Some(fixture) = self.read.borrow().get(name) {
            return Ok(Rc::clone(fixture));
        }
        if !self.show(name) || !is_fixture(Path::new(name)) {
            return Err(self.unknown(name));
        }
        let fixture = Rc::new(self.read(name)?);
        self.read.borrow_mut().insert(name.to_owned(), Rc::clone(&fixture));
        Ok(fixture)
    }

    /// Hands every event of a capture or a transcript to `sink`.
    pub(super) fn replay(
        &self,
        name: &str,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<(), String> {
        if !self.show(name) || !is_fixture(Path::new(name)) {
            return Err(self.unknown(name));
        }
        let said = |error: &dyn Display| format!("fixtures/{name}: {error}");
        let bytes = fs::read(self.folder.join(name)).map_err(|error| said(&error))?;
        if name.ends_with(".hex") {
            let text = String::from_utf8(bytes).map_err(|error| said(&error))?;
            let chunks = wire::transcript::decode(&text).map_err(|error| said(&error))?;
            inspect_transcript(&chunks, options, sink);
            return Ok(());
        }
        decode(&bytes, options, &mut |_| (), sink).map_err(|error| said(&error))
    }

    fn read(&self, name: &str) -> Result<Fixture, String> {
        let said = |error: &dyn Display| format!("fixtures/{name}: {error}");
        let bytes = fs::read(self.folder.join(name)).map_err(|error| said(&error))?;
        let mut fixture = Fixture::empty(name);
        if name.ends_with(".hex") {
            let text = String::from_utf8(bytes).map_err(|error| said(&error))?;
            fixture.title = title(&text);
            fixture.read_by_hand(&text).map_err(|error| said(&error))?;
        } else {
            fixture.read_capture(&bytes).map_err(|error| said(&error))?;
        }
        inside::describe(&mut fixture.passages);
        Ok(fixture)
    }

    /// The names of all fixtures.
    fn names(&self) -> Vec<String> {
        let (mut names, mut folders) = (Vec::new(), vec![self.folder.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if is_fixture(&path) {
                    let below = path.strip_prefix(&self.folder).unwrap_or(&path);
                    names.push(below.display().to_string());
                }
            }
        }
        names
    }
}

fn is_fixture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("hex" | "pcap" | "pcapng" | "gz"))
}

/// The comment that a fixture begins with.
fn title(text: &str) -> String {
    let comment = text.lines().next().and_then(|line| line.strip_prefix('#'));
    comment.unwrap_or_default().trim().to_owned()
}

impl Fixture {
    fn empty(name: &str) -> Self {
        Fixture {
            name: name.to_owned(),
            title: String::new(),
            passages: Vec::new(),
            packets: Vec::new(),
            connections: Vec::new(),
        }
    }

    /// Bytes that are in no file, and are what those of the fixture `name` are.
    pub(super) fn typed(name: &str, bytes: &[u8]) -> Self {
        let mut fixture = Fixture::empty(name);
        fixture.explain(bytes);
        fixture
    }

    /// A transcript, or just bytes.
    fn read_by_hand(&mut self, text: &str) -> Result<(), wire::hex::Error> {
        match wire::transcript::decode(text) {
            Ok(chunks) => {
                let options = Options { bytes: true, ..Options::default() };
                inspect_transcript(&chunks, &options, &mut |event: &Event<'_>| self.note(event));
                // There is one connection only, and its packets are lines of the file.
                for passage in &mut self.passages {
                    (passage.connection, passage.carriers) = (None, Vec::new());
                }
                Ok(())
            }
            Err(error) if error.kind == ErrorKind::NoSide => {
                self.explain(&wire::hex::decode(text)?);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Bytes whose folder says what they are, or that say it themselves.
    fn explain(&mut self, bytes: &[u8]) {
        let passage = |from: Option<Side>, span: Span| Passage {
            connection: None,
            packet: None,
            carriers: Vec::new(),
            from,
            offset: 0,
            bytes: bytes.into(),
            span,
        };
        match self.name.split('/').next() {
            Some("sse") => {
                let stream = http1::event_stream::describe(bytes);
                self.passages.push(passage(Some(Side::Server), stream));
            }
            Some("socketio") => {
                let inside = Some(socketio::describe as socketio::engineio::describe::Inside);
                let payload = socketio::engineio::describe::payload(bytes, inside);
                self.passages.push(passage(None, payload));
            }
            _ => {
                let parts = explain(bytes, None).span.children;
                self.passages.extend(parts.into_iter().map(|part| passage(sender(&part), part)));
            }
        }
    }

    /// Every connection and every packet of a capture.
    fn read_capture(&mut self, bytes: &[u8]) -> Result<(), capture::file::Error> {
        let options = Options { bytes: true, ..Options::default() };
        let mut packets = Vec::new();
        let mut keep = |packet: &Packet<'_>| {
            packets.push(Passage {
                connection: None,
                packet: Some(packet.number),
                carriers: Vec::new(),
                from: None,
                offset: 0,
                bytes: packet.bytes.into(),
                span: capture::describe(packet),
            });
        };
        decode(bytes, &options, &mut keep, &mut |event: &Event<'_>| self.note(event))?;
        self.packets = packets;
        self.connections.sort_by_key(|connection| connection.number);
        Ok(())
    }

    fn note(&mut self, event: &Event<'_>) {
        match &event.what {
            What::Bytes(Bytes { from, offset, bytes, span }) => self.passages.push(Passage {
                connection: event.connection,
                packet: None,
                carriers: event.packets.to_vec(),
                from: Some(*from),
                offset: *offset,
                bytes: (*bytes).into(),
                span: (*span).clone(),
            }),
            What::Connection(connection) => {
                self.connections.push(Connection::of(event.connection, connection));
            }
            _ => {}
        }
    }
}

/// Hands every packet of a capture and every event to those who want them.
fn decode(
    bytes: &[u8],
    options: &Options,
    keep: &mut dyn FnMut(&Packet<'_>),
    sink: &mut dyn Sink,
) -> Result<(), capture::file::Error> {
    let mut file = File::open(bytes)?;
    let mut inspector = Inspector::new(options.clone());
    while let Some(packet) = file.next_packet()? {
        keep(&packet);
        inspector.packet(&packet, sink);
    }
    inspector.finish(sink);
    Ok(())
}

/// Who sends such bytes: only clients ask and mask.
fn sender(span: &Span) -> Option<Side> {
    match &*span.name {
        "request head" => Some(Side::Client),
        "response head" => Some(Side::Server),
        "frame" => match &*path::value(span, "MASK")? {
            "1" => Some(Side::Client),
            _ => Some(Side::Server),
        },
        _ => None,
    }
}
