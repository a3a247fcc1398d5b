//! Fixtures, each read and described once a build.

use capture::File;
use frame_inspector::{
    Inspector, Options,
    event::{Event, What},
    explain::explain,
    inspect_transcript,
};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
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
}

/// A fixture, described.
#[derive(Debug)]
pub(super) struct Fixture {
    /// Its path below the folder of fixtures.
    pub(super) name: String,
    /// What its first comment says of it.
    pub(super) title: String,
    /// Its messages, in order.
    pub(super) passages: Vec<Passage>,
}

/// Bytes that belong together: a head with its body, a frame.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    /// The connection, in a capture.
    pub(super) connection: Option<u64>,
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

    /// Whether it is a WebSocket frame.
    pub(super) fn is_frame(&self) -> bool {
        self.span.name == "frame"
    }
}

impl Shelf {
    pub(super) fn new(folder: PathBuf) -> Self {
        Shelf { folder, read: RefCell::default() }
    }

    /// The fixtures that were asked for so far.
    pub(super) fn shown(&self) -> BTreeSet<PathBuf> {
        self.read.borrow().keys().map(PathBuf::from).collect()
    }

    /// Reads a fixture, unless it was read before.
    pub(super) fn fixture(&self, name: &str) -> Result<Rc<Fixture>, String> {
        if let Some(fixture) = self.read.borrow().get(name) {
            return Ok(Rc::clone(fixture));
        }
        let fixture = Rc::new(self.read(name)?);
        self.read.borrow_mut().insert(name.to_owned(), Rc::clone(&fixture));
        Ok(fixture)
    }

    fn read(&self, name: &str) -> Result<Fixture, String> {
        let is_inside = !name.split('/').any(|part| part.is_empty() || part == "..");
        let file = self.folder.join(name);
        if !is_inside || !file.is_file() {
            let all = self.names();
            return Err(super::path::unknown("fixture", name, all.iter().map(String::as_str)));
        }
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let said = |error: &dyn std::fmt::Display| format!("fixtures/{name}: {error}");
        let (title, passages) = match name.ends_with(".hex") {
            true => {
                let text = String::from_utf8(bytes).map_err(|error| said(&error))?;
                let passages = by_hand(&text).map_err(|error| said(&error))?;
                (title(&text), passages)
            }
            false => (String::new(), captured(&bytes).map_err(|error| said(&error))?),
        };
        Ok(Fixture { name: name.to_owned(), title, passages })
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

/// A transcript, or just bytes.
fn by_hand(text: &str) -> Result<Vec<Passage>, wire::hex::Error> {
    match wire::transcript::decode(text) {
        Ok(chunks) => {
            let mut passages = Vec::new();
            let options = Options { bytes: true, ..Options::default() };
            inspect_transcript(&chunks, &options, &mut |event: &Event<'_>| {
                passages.extend(Passage::of(event));
            });
            for passage in &mut passages {
                passage.connection = None;
            }
            Ok(passages)
        }
        Err(error) if error.kind == ErrorKind::NoSide => {
            let bytes: Rc<[u8]> = wire::hex::decode(text)?.into();
            let whole = explain(&bytes, None).span;
            let passage = |span| Passage {
                connection: None,
                from: None,
                offset: 0,
                bytes: Rc::clone(&bytes),
                span,
            };
            Ok(whole.children.into_iter().map(passage).collect())
        }
        Err(error) => Err(error),
    }
}

/// Every connection of a capture.
fn captured(bytes: &[u8]) -> Result<Vec<Passage>, capture::file::Error> {
    let mut passages = Vec::new();
    let mut note = |event: &Event<'_>| passages.extend(Passage::of(event));
    let mut file = File::open(bytes)?;
    let mut inspector = Inspector::new(Options { bytes: true, ..Options::default() });
    while let Some(packet) = file.next_packet()? {
        inspector.packet(&packet, &mut note);
    }
    inspector.finish(&mut note);
    Ok(passages)
}

impl Passage {
    fn of(event: &Event<'_>) -> Option<Self> {
        let What::Bytes(bytes) = &event.what else { return None };
        Some(Passage {
            connection: event.connection,
            from: Some(bytes.from),
            offset: bytes.offset,
            bytes: bytes.bytes.into(),
            span: bytes.span.clone(),
        })
    }
}
