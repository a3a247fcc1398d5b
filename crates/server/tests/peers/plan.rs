//! What a visitor does in a house, and how each of its connections ends.

use serde_json::{Value, json};
use std::time::Duration;

/// One visit.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Who is able and willing to compress.
    pub(crate) compression: Compression,
    /// Whether the visitor is a page in a browser, which can send no pings and no
    /// fragments, and cannot leave without a word.
    pub(crate) in_browser: bool,
}

/// Who is able and willing to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Both,
    OnlyOurs,
    OnlyTheirs,
}

impl Compression {
    pub(crate) fn is_ours(self) -> bool {
        self != Compression::OnlyTheirs
    }

    pub(crate) fn is_theirs(self) -> bool {
        self != Compression::OnlyOurs
    }

    pub(crate) fn is_agreed(self) -> bool {
        self == Compression::Both
    }
}

/// The sizes of the messages that are echoed, in bytes: around each form that a
/// frame's length can have, and one that no socket takes at once.
pub(crate) const SIZES: [usize; 7] = [0, 1, 125, 126, 65_535, 65_536, 1 << 20];

/// How many messages are sent before the first is read.
pub(crate) const MANY: usize = 1_000;

/// How soon a silent peer is pinged by us, and how long it has to answer.
pub(crate) const SOON: Duration = Duration::from_millis(1);
pub(crate) const BEAT: Duration = Duration::from_secs(2);

/// Nobody lives so long who does not answer the first ping.
pub(crate) const LIFE: Duration = Duration::from_millis(2_100);

/// What is said at the end; a reason is at most 123 bytes long.
pub(crate) const GOODBYES: [(u16, &str); 4] =
    [(1000, ""), (1000, "done"), (3000, "볼일을 다 봤어요 👋"), (4999, LONGEST)];

const LONGEST: &str = "A close frame carries at most 125 bytes, and the code needs two of them: \
                       this reason is as long as a reason can be 👋👋";

/// What our server says when it is stopped.
pub(crate) const STOPS: (u16, &str) = (1001, "the server stops");

/// With which codes a server closes.
pub(crate) const FAREWELLS: [(u16, &str); 4] =
    [(1000, ""), (1001, "서버가 다시 시작해요"), (3000, "enough"), (4999, LONGEST)];

/// How a connection ended for the server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct End {
    pub(crate) door: String,
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl End {
    pub(crate) fn new(door: &str, code: u16, reason: &str) -> End {
        End { door: door.to_owned(), code, reason: reason.to_owned() }
    }

    /// Somebody came who wants to stay.
    pub(crate) fn arrival() -> End {
        End::new("/stay", 0, "arrived")
    }

    /// As the servers of the peers print it.
    pub(crate) fn decode(line: &str) -> End {
        let object: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let code = object["code"].as_u64().and_then(|code| u16::try_from(code).ok());
        let text = |key: &str| object[key].as_str().unwrap_or_else(|| panic!("{line}"));
        End::new(text("door"), code.unwrap_or_else(|| panic!("{line}")), text("reason"))
    }
}

impl Plan {
    pub(crate) fn of_a_program(compression: Compression) -> Plan {
        Plan { compression, in_browser: false }
    }

    pub(crate) fn of_a_browser(compression: Compression) -> Plan {
        Plan { compression, in_browser: true }
    }

    /// As the programs of the peers read it.
    pub(crate) fn json(&self) -> String {
        let pairs =
            |pairs: [(u16, &str); 4]| json!(pairs.map(|(code, reason)| json!([code, reason])));
        json!({
            "compress": self.compression.is_theirs(),
            "compressed": self.compression.is_agreed(),
            "sizes": SIZES,
            "many": MANY,
            "goodbyes": pairs(GOODBYES),
            "farewells": pairs(FAREWELLS),
            "stops": [STOPS.0, STOPS.1],
        })
        .to_string()
    }

    /// How the connections of the visit end for the server.
    pub(crate) fn ends(&self) -> Vec<End> {
        let goodbyes = GOODBYES.map(|(code, reason)| End::new("/echo", code, reason));
        // Whoever answers a close frame repeats its code.
        let farewells = FAREWELLS.map(|(code, _)| End::new("/close", code, ""));
        let plain = ["/echo", "/echo", "/count", "/fragments", "/ping"];
        let mut ends: Vec<End> = plain.map(|door| End::new(door, 1000, "")).into();
        ends.extend(goodbyes);
        ends.extend(farewells);
        if !self.in_browser {
            ends.push(End::new("/echo", 1006, ""));
        }
        ends
    }
}

/// A text of exactly so many bytes, with characters of one, three and four.
pub(crate) fn text(size: usize) -> String {
    "가👋z".repeat(size / 8) + &"x".repeat(size % 8)
}

/// So many bytes, most of which are no UTF-8.
pub(crate) fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|index| (index * 7 % 256) as u8).collect()
}
