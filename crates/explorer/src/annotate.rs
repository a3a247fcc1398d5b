//! Directives of the book's pages, replaced by what the decoders and the inspector say.
//!
//! A directive stands in a page as `{{#name …}}`, outside of code fences; with a
//! backslash before it, it is left as it is. FIXTURE is a path below `fixtures/`.
//!
//! | directive | becomes |
//! | --- | --- |
//! | `{{#bytes FIXTURE}}` | every byte with its name: a table, and the bytes as links to its rows |
//! | `{{#conversation FIXTURE}}` | who said what, and when: a drawing, and the same as a list |
//! | `{{#inspect ARGUMENTS}}` | what `cargo inspect ARGUMENTS` prints; `lines=A..B` at the end shows a part |
//! | `{{#value FIXTURE PATH}}` | one value, inside a sentence |
//! | `{{#rule ID}}` | a rule in a box, with a link to its row in appendix B |
//! | `{{#rules CRATE}}` | the rules of `http1`, `handshake`, `frame`, `engineio` or `socketio` in a table |
//! | `{{#output crates/…/NAME.snap}}` | the text of a snapshot; `lines=A..B` shows a part |
//! | `{{#try key}}` | where an accept key can be calculated, under `cargo explore` |
//! | `{{#try bytes FIXTURE}}` | where bytes can be changed, under `cargo explore` |
//!
//! # Which bytes
//! A `.hex` fixture is a transcript, both sides in order, or just bytes: frames,
//! HTTP, in `sse/` an event stream, in `socketio/` a payload of Engine.IO. The
//! options of `bytes` choose:
//!
//! ```text
//! {{#bytes websocket/rfc6455-5.7-text-masked.hex at="frame/masking key"}}
//! {{#bytes websocket/article-handshake.hex at=request/sec-websocket-key}}
//! {{#bytes socketio/upgrade.hex message=2}}                     an HTTP message, head and body, or a frame
//! {{#bytes captures/chromium-chat.pcapng connection=3 frame=2}} a frame of a connection, in order of time
//! {{#bytes captures/curl-bodies.pcapng connection=1 head=2}}    the head of an HTTP message
//! {{#bytes captures/polling.pcapng packet=4}}                   a packet with its Ethernet, IP and TCP headers
//! ```
//!
//! A path (`at`, and that of `value`) is made of the names in the table. Steps in
//! between and later words of a name may be left out, and case does not matter:
//! `request/target` is `request head/request line/target`. The first that fits counts.
//! At a path that ends with bits, `bytes` draws the byte that has them.
//!
//! Of a field with more than 256 bytes the first ones are shown, and the others
//! counted. Each row has an id made of the fixture's name, the number of its
//! message and the names on the way to it, so that it can be linked to:
//! `#bytes-websocket-rfc6455-5-7-text-masked-frame-masking-key`.
//!
//! # Which conversation
//! `{{#conversation FIXTURE}}` draws what `cargo inspect` lists, one row an event.
//! `connection=N` chooses one connection, `only=message,connection` types of events,
//! `lines=A..B` rows, and the word `frames` adds every WebSocket frame:
//!
//! ```text
//! {{#conversation captures/chromium-chat.pcapng connection=3}}
//! {{#conversation captures/node-ws-fragmented-ping.pcap only=frame,message frames lines=1..8}}
//! ```
//!
//! # Which values
//! `{{#value FIXTURE PATH}}` gives the value at a path, bits included (`frame/opcode`).
//! `packet N/PATH` looks into a packet of a capture: `packet 4/TCP/source port`.
//! Of a capture, and behind `connection N/` of one connection, there are also
//! `packets`, `connections`, `requests`, `messages`, `ledger/payload`, `ledger/framing`,
//! `ledger/http`, `ledger/tcp_ip`, `ledger/bytes` (all of these together),
//! `ledger/overhead` (all but the payload) and `ledger/percent` (the overhead, of
//! all); of one connection `protocol`, `client`, `server`, `verdict` and `code`:
//!
//! ```text
//! Polling cost {{#value captures/polling.pcapng ledger/overhead}} bytes
//! beside {{#value captures/polling.pcapng ledger/payload}} bytes of news.
//! ```
//!
//! # When something is wrong
//! A directive that names what is not there fails the build: the error has the
//! file, the line, and what there is instead.
//!
//! mdBook's own `{{#include}}` is followed here too, since mdBook only logs that a
//! file or an anchor is missing, and keeps the indentation of what it includes.

mod arguments;
mod bytes;
mod conversation;
mod directive;
mod fixture;
mod html;
mod include;
mod inspect;
mod live;
mod output;
mod path;
mod rules;
pub(crate) mod typed;
mod value;

pub use rules::all as all_rules;

use directive::Directive;
use fixture::{Fixture, Shelf};
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    path::{Path, PathBuf},
    rc::Rc,
};

/// Replaces directives, and remembers which fixtures they show.
#[derive(Debug)]
pub struct Annotator {
    root: PathBuf,
    shelf: Shelf,
}

/// A directive that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The page, from the project's root.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what there is instead.
    pub sentence: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { file, line, sentence } = self;
        write!(f, "{}:{line}: {sentence}", file.display())
    }
}

impl std::error::Error for Failure {}

/// The directives of this module, and those of mdBook.
const NAMES: [&str; 12] = [
    "bytes",
    "conversation",
    "inspect",
    "value",
    "rule",
    "rules",
    "output",
    "try",
    "include",
    "rustdoc_include",
    "playground",
    "title",
];

impl Annotator {
    /// For the pages and fixtures of the project in `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Annotator { shelf: Shelf::new(root.join("fixtures")), root }
    }

    /// The text of a page with its directives replaced; `file` is its path from the root.
    ///
    /// # Errors
    /// All directives of the page that cannot be followed.
    pub fn page(&self, file: &Path, text: &str) -> Result<String, Vec<Failure>> {
        let mut page = Page { annotator: self, file, ids: HashSet::new() };
        let mut replaced = String::with_capacity(text.len());
        let (mut failures, mut end) = (Vec::new(), 0);
        for directive in directive::find(text) {
            match page.replace(&directive) {
                Ok(Some(html)) => {
                    replaced.push_str(&text[end..directive.range.start]);
                    replaced.push_str(&html);
                    end = directive.range.end;
                }
                Ok(None) => {}
                Err(sentence) => {
                    let Directive { name, line, .. } = directive;
                    let sentence = format!("{{{{#{name}}}}}: {sentence}");
                    failures.push(Failure { file: file.to_owned(), line, sentence });
                }
            }
        }
        replaced.push_str(&text[end..]);
        if failures.is_empty() { Ok(replaced) } else { Err(failures) }
    }

    /// The fixtures that the pages so far show, by their paths below `fixtures/`.
    pub fn shown(&self) -> BTreeSet<PathBuf> {
        self.shelf.shown()
    }

    fn fixture(&self, name: &str) -> Result<Rc<Fixture>, String> {
        self.shelf.fixture(name)
    }
}

/// A page that is being annotated.
struct Page<'a> {
    annotator: &'a Annotator,
    file: &'a Path,
    /// The ids that its elements have so far.
    ids: HashSet<String>,
}

impl Page<'_> {
    /// What stands for a directive; none where it is mdBook's own.
    fn replace(&mut self, directive: &Directive<'_>) -> Result<Option<String>, String> {
        let is_include = matches!(directive.name, "include" | "rustdoc_include");
        if is_include {
            return include::follow(&self.annotator.root, self.file, directive.arguments);
        }
        // A fence shows its text as it is.
        if directive.is_in_fence {
            return Ok(None);
        }
        Ok(Some(match directive.name {
            "bytes" => bytes::draw(self, directive.arguments)?,
            "conversation" => conversation::draw(self, directive.arguments)?,
            "inspect" => inspect::draw(self, directive.arguments)?,
            "value" => value::draw(self, directive.arguments)?,
            "rule" => rules::draw_one(self, directive.arguments)?,
            "rules" => rules::draw_all(self, directive.arguments)?,
            "output" => output::draw(self, directive.arguments)?,
            "try" => live::draw(self, directive.arguments)?,
            "playground" | "title" => return Ok(None),
            _ => return Err(path::unknown("directive", directive.name, NAMES)),
        }))
    }

    /// The way from the page to the site's top.
    fn to_top(&self) -> String {
        let below = self.file.strip_prefix("book/src").unwrap_or(self.file);
        "../".repeat(below.components().count().saturating_sub(1))
    }

    /// `id`, or with a number behind it where the page has it already.
    fn unique(&mut self, id: String) -> String {
        if self.ids.insert(id.clone()) {
            return id;
        }
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let free = numbered.into_iter().find(|id| !self.ids.contains(id));
        let free = free.expect("a page has fewer ids than there are numbers");
        self.ids.insert(free.clone());
        free
    }
}

/// The caption of a figure: the fixture with a link to its file, and what it is.
fn caption(page: &Page<'_>, fixture: &str, title: &str) -> String {
    let (top, name) = (page.to_top(), html::text(fixture));
    let title = match title {
        "" => String::new(),
        title => format!(" <span class=\"bytes-title\">{}</span>", html::text(title)),
    };
    format!(
        "<figcaption><a class=\"fixture\" href=\"{top}fixtures/{name}\"><code>{name}</code></a>{title}</figcaption>"
    )
}
