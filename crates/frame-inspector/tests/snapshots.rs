//! What the inspector prints for every fixture.
//!
//! Each folder is walked, so a new fixture has its snapshot or fails here;
//! `tests/snapshots` has the folders of `fixtures`. To write them,
//! `INSTA_UPDATE=always cargo test -p frame-inspector --test snapshots`; read
//! the difference before you commit it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod fixture;

use frame_inspector::{
    Options,
    view::{summary::Summary, text::Text},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folders of what is written by hand.
const BY_HAND: [&str; 2] = ["http", "websocket"];
const BROKEN: [&str; 3] = ["broken/http1", "broken/handshake", "broken/frame"];

/// Of which fixtures every byte is shown: one for each thing that bytes can be.
const BYTES: [&str; 13] = [
    "captures/article-handshake.pcapng",
    "captures/chromium-event-source.pcapng",
    "captures/close-1002-unmasked.pcapng",
    "captures/curl-bodies.pcapng",
    "captures/curl-customers.pcapng",
    "captures/node-ws-deflate-window-bits.pcapng",
    "captures/node-ws-fragmented-ping.pcap",
    "captures/python-websockets-close-korean.pcapng",
    "captures/rejected-426-version.pcapng",
    "http/chunked.hex",
    "http/pipelined.hex",
    "http/upgrade-leftover.hex",
    "websocket/rfc6455-1.3-handshake.hex",
];

/// Of which captures the table is shown.
const SUMMARIES: [&str; 7] = [
    "captures/chat-event-stream.pcapng",
    "captures/chat-long-polling-minute.pcapng",
    "captures/chromium-chat.pcapng",
    "captures/close-1002-reserved-bit.pcap",
    "captures/curl-bodies.pcapng",
    "captures/node-ws-snaplen.pcapng",
    "captures/socketio-polling.pcapng",
];

/// How the names of captures begin in which much the same is said for minutes.
const LONG: &str = "chat-";
/// How many lines of their snapshots, and of every JSON snapshot, are kept at either end.
const KEPT_LINES: usize = 24;
/// How much of a JSON string is kept, in bytes.
const KEPT_STRING: usize = 160;

#[test]
fn the_conversation_of_every_capture() {
    each("captures", &fixture::captures(), "text", |path| {
        let text = conversation(path);
        match fixture::name(path).starts_with(LONG) {
            true => both_ends(&text.lines().map(str::to_owned).collect::<Vec<_>>()),
            false => text,
        }
    });
}

#[test]
fn the_json_of_every_capture() {
    each("captures", &fixture::captures(), "json", json);
}

#[test]
fn the_conversation_of_every_transcript() {
    for folder in BY_HAND.into_iter().chain(BROKEN) {
        each(folder, &by_hand(folder).0, "text", conversation);
    }
}

#[test]
fn the_json_of_every_transcript() {
    for folder in BY_HAND {
        each(folder, &by_hand(folder).0, "json", json);
    }
}

#[test]
fn the_explanation_of_what_is_just_bytes() {
    for folder in BY_HAND {
        each(folder, &by_hand(folder).1, "explain", |path| {
            printed(&["explain", &fs::read_to_string(path).unwrap()])
        });
    }
}

#[test]
fn the_bytes_of_a_chosen_few() {
    let options = Options { bytes: true, ..Options::default() };
    each_of(&BYTES, "bytes", |path| drawn(path, &options));
}

#[test]
fn the_summary_of_a_chosen_few() {
    each_of(&SUMMARIES, "summary", |path| {
        let mut summary = Summary::new();
        fixture::inspect(path, &Options::default(), &mut summary);
        let mut out = Vec::new();
        summary.draw(&mut out).unwrap();
        without_colours(&out)
    });
}

#[test]
fn the_rule_book() {
    snapshot("command", "rules", &printed(&["rules"]));
    snapshot("command", "rules-one", &printed(&["rules", "frame/unmasked-client"]));
}

#[test]
fn no_snapshot_is_about_a_fixture_that_is_gone() {
    for folder in ["captures"].into_iter().chain(BY_HAND).chain(BROKEN) {
        let extensions = ["pcap", "pcapng", "gz", "hex"];
        let fixtures: Vec<String> =
            fixture::files(folder, &extensions).iter().map(|path| fixture::name(path)).collect();
        let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(folder);
        for entry in fs::read_dir(snapshots).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_known = |name: &String| {
                stem.strip_prefix(name.as_str()).is_some_and(|view| view.starts_with('.'))
            };
            assert!(path.is_dir() || fixtures.iter().any(is_known), "{}", path.display());
        }
    }
}

/// Compares what each fixture of a folder looks like with its snapshot.
#[track_caller]
fn each(folder: &str, paths: &[PathBuf], view: &str, draw: impl Fn(&Path) -> String) {
    for path in paths {
        snapshot(folder, &format!("{}.{view}", fixture::name(path)), &draw(path));
    }
}

#[track_caller]
fn each_of(names: &[&str], view: &str, draw: impl Fn(&Path) -> String) {
    for name in names {
        let (folder, _) = name.split_once('/').expect("FOLDER/FILE");
        each(folder, &[fixture::folder(name)], view, &draw);
    }
}

#[track_caller]
fn snapshot(folder: &str, name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

/// The transcripts of a folder, and its files that are just bytes.
fn by_hand(folder: &str) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let files = fixture::files(folder, &["hex"]);
    assert!(!files.is_empty(), "nothing in {folder}");
    files.into_iter().partition(|path| fixture::transcript(path).is_some())
}

fn conversation(path: &Path) -> String {
    drawn(path, &Options::default())
}

/// The text view, without colours.
fn drawn(path: &Path, options: &Options) -> String {
    let mut out = Vec::new();
    let mut text = Text::new(&mut out, options.bytes);
    fixture::inspect(path, options, &mut text);
    text.finish().unwrap();
    without_colours(&out)
}

fn without_colours(out: &[u8]) -> String {
    anstream::adapter::strip_str(std::str::from_utf8(out).unwrap()).to_string()
}

/// JSON Lines with every frame. What is long is cut here, since the view never
/// cuts; `truth.rs` looks at all of it.
fn json(path: &Path) -> String {
    let options = Options { frames: true, ..Options::default() };
    let lines = fixture::json_lines(path, &options);
    both_ends(&lines.lines().map(shortened).collect::<Vec<_>>())
}

/// The lines, without those in the middle where they are many.
fn both_ends(lines: &[String]) -> String {
    if lines.len() <= 2 * KEPT_LINES {
        return lines.join("\n");
    }
    let (head, tail) = (&lines[..KEPT_LINES], &lines[lines.len() - KEPT_LINES..]);
    let left_out = format!("… {} lines …", lines.len() - 2 * KEPT_LINES);
    [head.join("\n"), left_out, tail.join("\n")].join("\n")
}

/// A line of JSON with its long strings cut.
fn shortened(line: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    // No escape is cut: what stands between two quotes is kept or cut as a whole.
    for part in line.split('"') {
        let kept = part.char_indices().take_while(|(at, _)| *at < KEPT_STRING).count();
        parts.push(match part.len() <= KEPT_STRING {
            true => part.to_owned(),
            false => {
                let kept: String = part.chars().take(kept).collect();
                format!("{kept}… ({} bytes)", part.len())
            }
        });
    }
    parts.join("\"")
}

/// What the command prints.
fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frame-inspector"));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
