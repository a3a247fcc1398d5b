//! Each directive, and what it becomes.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use explorer::{
    annotate::{Annotator, Failure},
    book::{Book, Error},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const PAGE: &str = "book/src/07-frames.md";
const MASKED: &str = "websocket/rfc6455-5.7-text-masked.hex";

/// The project, whose fixtures most tests show.
fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A book of one page, with fixtures of its own.
fn mini() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mini")
}

/// What a page of the book becomes.
#[track_caller]
fn annotated(page: &str) -> String {
    Annotator::new(project()).page(Path::new(PAGE), page).unwrap()
}

/// The same, with a line for each row and paragraph, so that it can be read.
#[track_caller]
fn rows(page: &str) -> String {
    let mut html = annotated(page);
    for end in ["</tr>", "</thead>", "</p>", "</figcaption>", "</li>", "</text>", "</g>", "&#10;"] {
        html = html.replace(end, &format!("{end}\n"));
    }
    html
}

/// The sentences that are said of a page with mistakes, without the page's name.
#[track_caller]
fn failures(page: &str) -> Vec<String> {
    let failures = Annotator::new(project()).page(Path::new(PAGE), page).unwrap_err();
    failures.iter().map(|Failure { line, sentence, .. }| format!("{line}: {sentence}")).collect()
}

#[track_caller]
fn says(directive: &str, want: &str) {
    assert_eq!(failures(directive), [format!("1: {want}")]);
}

#[test]
fn bytes_become_a_table_and_links_to_its_rows() {
    insta::assert_snapshot!(rows(&format!("{{{{#bytes {MASKED}}}}}")));
}

#[test]
fn a_path_chooses_a_part() {
    insta::assert_snapshot!(rows(&format!("{{{{#bytes {MASKED} at=\"frame/masking key\"}}}}")));
}

#[test]
fn a_transcript_shows_both_sides() {
    insta::assert_snapshot!(rows("{{#bytes websocket/closing-handshake.hex}}"));
}

#[test]
fn an_event_stream_is_named_to_its_last_byte() {
    insta::assert_snapshot!(rows("{{#bytes sse/bom.hex}}"));
}

#[test]
fn packets_of_socketio_stand_below_their_frames() {
    insta::assert_snapshot!(rows("{{#bytes socketio/upgrade.hex frame=6}}"));
}

#[test]
fn a_packet_shows_its_headers() {
    insta::assert_snapshot!(rows("{{#bytes captures/polling.pcapng packet=4 at=TCP}}"));
}

#[test]
fn a_conversation_is_a_drawing_and_a_list() {
    let page = "{{#conversation captures/polling.pcapng lines=2..5}}";
    insta::assert_snapshot!(rows(page));
}

#[test]
fn the_inspector_prints_into_the_page() {
    insta::assert_snapshot!(rows("{{#inspect fixtures/captures/polling.pcapng lines=1..4}}"));
}

#[test]
fn rules_are_boxes_and_tables() {
    insta::assert_snapshot!(rows("{{#rule frame/unmasked-client}}\n\n{{#rules handshake}}"));
}

#[test]
fn a_snapshot_is_shown_without_its_head() {
    let name = "crates/frame-inspector/tests/snapshots/captures/polling.text.snap";
    insta::assert_snapshot!(rows(&format!("{{{{#output {name} lines=2..3}}}}")));
}

#[test]
fn what_can_be_tried_says_how_until_then() {
    let page = format!("{{{{#try key}}}}\n\n{{{{#try bytes {MASKED}}}}}");
    insta::assert_snapshot!(rows(&page));
}

#[test]
fn values_stand_in_sentences() {
    #[track_caller]
    fn check(arguments: &str, want: &str) {
        let html = annotated(&format!("{{{{#value {arguments}}}}}"));
        assert_eq!(html, format!("<span class=\"value\">{want}</span>"));
    }
    check("websocket/rfc6455-5.7-text-masked.hex frame/masking key", "37fa213d");
    check("websocket/rfc6455-5.7-text-masked.hex frame/opcode", "0x1");
    check("websocket/article-handshake.hex request/target", "/chat");
    check("websocket/article-handshake.hex response/status", "101");
    check("captures/polling.pcapng packet 4/TCP/destination port", "8080");
    check("captures/polling.pcapng connections", "1");
    check("captures/chromium-chat.pcapng connection 3/protocol", "websocket");
    check("captures/chromium-chat.pcapng connection 3/code", "1000");
    check("captures/chromium-chat.pcapng connection 3/client", "10.0.0.1&#58;53812");
}

#[test]
fn the_ledger_of_a_capture_adds_up() {
    let value = |path: &str| -> u64 {
        let html = annotated(&format!("{{{{#value captures/polling.pcapng ledger/{path}}}}}"));
        let digits: String = html.chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let overhead = value("framing") + value("http") + value("tcp_ip");
    assert_eq!(value("overhead"), overhead);
    assert_eq!(value("bytes"), overhead + value("payload"));
    assert_eq!(value("percent"), 100 * overhead / value("bytes"));
}

#[test]
fn ids_are_unique_in_a_page_and_the_same_in_another() {
    let once = format!("{{{{#bytes {MASKED} at=payload}}}}");
    let id = "id=\"bytes-websocket-rfc6455-5-7-text-masked-payload\"";
    assert!(annotated(&once).contains(id));
    let twice = annotated(&format!("{once}\n\n{once}"));
    assert_eq!(twice.matches(id).count(), 1);
    assert!(twice.contains("href=\"#bytes-websocket-rfc6455-5-7-text-masked-payload-2\""));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    says(
        "{{#bytes websocket/rfc6455-5.7-text-masqued.hex}}",
        "{{#bytes}}: there is no fixture websocket/rfc6455-5.7-text-masqued.hex; \
         did you mean websocket/rfc6455-5.7-text-masked.hex?",
    );
    says(
        "{{#value websocket/rfc6455-5.7-text-masked.hex frame/masking kei}}",
        "{{#value}}: there is no value frame/masking kei; did you mean masking key?",
    );
    says(
        "{{#rule frame/unmasked-cliend}}",
        "{{#rule}}: there is no rule frame/unmasked-cliend; did you mean frame/unmasked-client?",
    );
    says("{{#byte x}}", "{{#byte}}: there is no directive byte; did you mean bytes?");
    says("{{#bytes http/get.hex message=7}}", "{{#bytes}}: there is no message 7; there are 2");
    says(
        "{{#conversation captures/polling.pcapng only=mesage}}",
        "{{#conversation}}: there is no type mesage; did you mean message?",
    );
    says(
        "{{#inspect fixtures/captures/poling.pcapng}}",
        "{{#inspect}}: there is no fixture captures/poling.pcapng; did you mean captures/polling.pcapng?",
    );
    says(
        "{{#include ../../crates/wire/src/hex.rs:no-such-anchor}}",
        "{{#include}}: there is no anchor no-such-anchor",
    );
}

#[test]
fn every_mistake_of_a_page_is_told_with_its_line() {
    let page = "# Frames\n\n{{#bytes nowhere}}\n\ntext {{#rule x/y}}\n";
    let failures = Annotator::new(project()).page(Path::new(PAGE), page).unwrap_err();
    let lines: Vec<_> = failures.iter().map(|failure| failure.line).collect();
    assert_eq!(lines, [3, 5]);
    assert!(
        failures[0].to_string().starts_with("book/src/07-frames.md:3: {{#bytes}}: there is no")
    );
}

#[test]
fn paths_lead_nowhere_but_to_fixtures_and_snapshots() {
    for page in [
        "{{#bytes ../Cargo.toml}}",
        "{{#bytes /etc/passwd}}",
        "{{#bytes captures/truth.json}}",
        "{{#output Cargo.toml}}",
        "{{#output crates/../Cargo.snap}}",
        "{{#inspect -}}",
    ] {
        assert_eq!(failures(page).len(), 1, "{page}");
    }
}

#[test]
fn hostile_bytes_stay_text() {
    let annotator = Annotator::new(mini());
    let page = "{{#bytes hostile.hex}}\n\n{{#conversation hostile.hex}}\n\n{{#value hostile.hex request/target}}";
    let html = annotator.page(Path::new("book/src/page.md"), page).unwrap();
    for wrong in ["<script", "<img", "{{", "\u{202e}"] {
        assert!(!html.contains(wrong), "{wrong} in {html}");
    }
    assert!(html.contains("&#60;script&#62;"));
}

#[test]
fn a_book_is_built_with_its_fixtures_beside_it() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mini");
    let built = Book::new(mini(), out.clone()).live_reload("reload-here").build().unwrap();
    assert_eq!((built.pages, built.fixtures), (1, 2));
    let page = fs::read_to_string(out.join("bytes.html")).unwrap();
    assert!(page.contains("<span class=\"value\">37fa213d</span>"));
    assert!(page.contains("reload-here"));
    // What is no directive is left as it is, and what is hostile does nothing.
    assert!(page.contains("{{#bytes websocket/masked.hex}}\n</code>"));
    assert!(page.contains("Write {{#bytes websocket/masked.hex}} for a table"));
    for wrong in ["<script>alert", "<img src=x", "root:", "[dependencies]"] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    for fixture in ["websocket/masked.hex", "hostile.hex"] {
        let (copy, original) = (out.join("fixtures"), mini().join("fixtures"));
        assert_eq!(
            fs::read(copy.join(fixture)).unwrap(),
            fs::read(original.join(fixture)).unwrap()
        );
        assert!(page.contains(&format!("href=\"fixtures/{fixture}\"")));
    }
    // An earlier build is replaced, other files are not.
    Book::new(mini(), out.clone()).build().unwrap();
    let other = Path::new(env!("CARGO_TARGET_TMPDIR")).join("somebody-elses");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    let refused = Book::new(mini(), other.clone()).build().unwrap_err();
    assert!(matches!(refused, Error::Occupied(folder) if folder == other));
    assert_eq!(fs::read_to_string(other.join("letter.txt")).unwrap(), "dear");
}
