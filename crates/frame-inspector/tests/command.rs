//! The command as a person, a script and a pipe meet it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod fixture;

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const CHAT: &str = "captures/chromium-chat.pcapng";
const BROKEN: &str = "captures/close-1002-unmasked.pcapng";

#[test]
fn decoding_ends_with_status_0_whatever_was_found() {
    for name in [CHAT, BROKEN, "captures/rejected-200.pcapng", "http/get.hex"] {
        assert_eq!(run(&[&fixture(name)]).status.code(), Some(0), "{name}");
    }
}

#[test]
fn strict_ends_with_status_1_where_a_rule_was_broken() {
    assert_eq!(run(&["--strict", &fixture(CHAT)]).status.code(), Some(0));
    assert_eq!(run(&["--strict", &fixture(BROKEN)]).status.code(), Some(1));
    // What is filtered out was broken all the same.
    let hidden = run(&["--strict", "--messages", "--connection", "9", &fixture(BROKEN)]);
    assert_eq!(hidden.status.code(), Some(1));
    // A suspicion is no broken rule.
    let suspicious = fixture("captures/python-websockets-ping-unanswered.pcapng");
    assert_eq!(run(&["--strict", &suspicious]).status.code(), Some(0));
    assert_eq!(run(&["explain", "--strict", "83 00"]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_read_gets_one_helpful_sentence() {
    let folder = Folder::new("unreadable");
    let unknown_link = [&pcap_header(147)[..], &pcap_record(b"anything")].concat();
    let cases: [(&str, &[u8], &str); 8] = [
        ("empty.pcap", b"", "empty"),
        ("short.pcap", b"\xd4\xc3\xb2", "too short"),
        ("half-a-header.pcap", &pcap_header(1)[..20], "too short"),
        ("garbage.pcap", b"\x00\x01\x02\x03garbage garbage garbage", "begins with 00 01 02 03"),
        ("notes.txt", b"a text file, and a long enough one\n", "text"),
        ("page.html", b"<!doctype html>", "HTML"),
        ("unknown-link.pcap", &unknown_link, "147"),
        ("odd.hex", b"# an odd digit\n> 81 05 4\n", "line 2"),
    ];
    for (name, bytes, hint) in cases {
        let path = folder.file(name, bytes);
        let output = run(&[&path]);
        refused(&output, &[name, hint]);
    }
    refused(&run(&[&folder.path("missing.pcap")]), &["missing.pcap", "no such file"]);
    refused(&run(&[folder.0.to_str().unwrap()]), &["folder"]);
    refused(&run(&["explain", "81 0"]), &["two hexadecimal digits"]);
    refused(&run(&["explain", "# nothing"]), &["no bytes"]);
    refused(&run(&["rules", "frame/no-such-rule"]), &["no-such-rule"]);
    refused(&run(&[]), &["--help"]);
}

#[test]
fn a_capture_that_is_cut_off_shows_what_came_before_and_warns() {
    let folder = Folder::new("cut");
    for (name, kept) in [("chromium-chat.pcapng", 6000), ("python-websockets-plain.pcap", 2000)] {
        let whole = fs::read(fixture::folder("captures").join(name)).unwrap();
        let output = run(&[&folder.file(name, &whole[..kept])]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", text(&output.stderr));
        let shown = text(&output.stdout);
        assert!(shown.contains("text 17 B") || shown.contains("text 41 B"), "{name}: {shown}");
        assert!(shown.contains("cut off"), "{name}: {shown}");
    }
}

#[test]
fn a_block_length_that_lies_ends_the_capture_with_a_warning() {
    let folder = Folder::new("lie");
    let whole = fs::read(fixture::folder(CHAT)).unwrap();
    let blocks = pcapng_blocks(&whole);
    let liar = blocks[blocks.len() / 2];
    for length in [7_u32, 0, u32::MAX, 1 << 30] {
        let mut bytes = whole.clone();
        bytes[liar + 4..liar + 8].copy_from_slice(&length.to_le_bytes());
        let output = run(&["--json", &folder.file("lie.pcapng", &bytes)]);
        assert_eq!(output.status.code(), Some(0), "{length}: {}", text(&output.stderr));
        let events = fixture::parse(text(&output.stdout));
        assert!(events.iter().any(|event| event["type"] == "warning"), "{length}");
        assert!(events.iter().any(|event| event["type"] == "request"), "{length}");
    }
}

#[test]
fn a_snaplen_leaves_gaps_and_messages_that_are_cut() {
    let shown = printed(&[&fixture("captures/node-ws-snaplen.pcapng")]);
    assert!(shown.contains("774 B of the client"), "{shown}");
    assert!(shown.contains("text 1,000 B, cut"), "{shown}");
    assert!(shown.contains("\"short again\""), "{shown}");
}

#[test]
fn a_frame_that_claims_2_to_the_63_bytes_is_told_and_not_believed() {
    let shown = printed(&[&fixture("broken/frame/length-high-bit.hex")]);
    assert!(shown.contains("frame/length-high-bit"), "{shown}");
    let explained = printed(&["explain", "82 7f 7fffffffffffffff 01"]);
    assert!(explained.contains("9223372036854775807"), "{explained}");
}

#[test]
fn a_dash_reads_standard_input() {
    let bytes = fs::read(fixture::folder(CHAT)).unwrap();
    let from_file = printed(&[&fixture(CHAT)]);
    assert_eq!(text(&fed(&["-"], &bytes).stdout), from_file);
    let gzip = fs::read(fixture::folder("captures/node-ws-lengths.pcapng.gz")).unwrap();
    assert!(text(&fed(&["-"], &gzip).stdout).contains("binary 65,536 B"));
    refused(&fed(&["-"], b""), &["standard input", "empty"]);
    refused(&fed(&["-"], b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"), &["HTTP request"]);
    let explained = fed(&["explain", "-"], b"81 05 48656c6c6f");
    assert!(text(&explained.stdout).contains("Hello"));
}

#[test]
fn a_transcript_by_hand_is_a_capture_too() {
    let shown = printed(&[&fixture("broken/frame/unmasked-client.hex")]);
    assert!(shown.contains("\"Hello\"") && shown.contains("frame/unmasked-client"), "{shown}");
}

#[test]
fn a_file_of_just_bytes_is_explained() {
    let masked = "websocket/rfc6455-5.7-text-masked.hex";
    let explained = printed(&["explain", &fs::read_to_string(fixture::folder(masked)).unwrap()]);
    assert!(explained.contains("Hello"), "{explained}");
    assert_eq!(printed(&[&fixture(masked)]), explained);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    // More output than a pipe holds, so that the end of the reader is noticed.
    let capture = fixture("captures/node-ws-lengths.pcapng.gz");
    for options in [&["--bytes"][..], &["--json"], &["--bytes", "--json"]] {
        let mut command = command(&[options, &[&capture]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 10]).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "", "{options:?}");
        assert_eq!(output.status.code(), Some(0), "{options:?}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let chat = fixture(CHAT);
    let has_colours = |output: &Output| output.stdout.contains(&0x1b);
    assert!(!has_colours(&run(&[&chat])), "a pipe wants none");
    assert!(has_colours(&run(&["--color", "always", &chat])));
    assert!(!has_colours(&run(&["--color", "never", &chat])));
    let mut respected = command(&["--color", "auto", &chat]);
    assert!(!has_colours(&respected.env("NO_COLOR", "1").output().unwrap()));
    let with_colours = text(&run(&["--color", "always", &chat]).stdout).to_owned();
    let without = anstream::adapter::strip_str(&with_colours).to_string();
    assert_eq!(without, printed(&[&chat]), "colours change nothing else");
}

#[test]
fn filters_choose_what_is_shown() {
    let chat = fixture(CHAT);
    let json = |options: &[&str]| fixture::parse(&printed(&[options, &["--json", &chat]].concat()));
    let all = json(&[]);
    let only = json(&["--only", "request,message"]);
    assert!(only.iter().all(|event| event["type"] == "request" || event["type"] == "message"));
    let wanted = all.iter().filter(|e| e["type"] == "request" || e["type"] == "message");
    assert_eq!(only.iter().collect::<Vec<_>>(), wanted.collect::<Vec<_>>());

    let third = json(&["--connection", "3"]);
    assert!(!third.is_empty() && third.iter().all(|event| event["connection"] == 3));
    let client = json(&["--from", "client"]);
    assert!(!client.is_empty() && client.iter().all(|event| event["from"] == "client"));
    let found = json(&["--only", "message", "--grep", "emoji"]);
    assert_eq!(found.len(), 2, "{found:?}");
    let messages = json(&["--messages"]);
    assert!(messages.iter().all(|e| e["type"] == "message" || e["type"] == "connection"));
    assert_eq!(messages.iter().filter(|event| event["type"] == "connection").count(), 3);
    let frames = json(&["--frames", "--only", "frame"]);
    assert_eq!(frames.len(), all.iter().filter(|event| event["type"] == "message").count());
}

#[test]
fn the_summary_is_a_table() {
    let shown = printed(&["--summary", &fixture(CHAT)]);
    assert!(shown.contains("close-handshake by client, 1000"), "{shown}");
    assert!(!shown.contains("emoji"), "{shown}");
}

#[test]
fn help_mentions_every_option() {
    let help = printed(&["--help"]);
    for option in [
        "--json",
        "--messages",
        "--frames",
        "--bytes",
        "--summary",
        "--only",
        "--connection",
        "--from",
        "--grep",
        "--strict",
        "--color",
        "--version",
        "explain",
        "rules",
        "NO_COLOR",
        "standard input",
        "Exit status",
    ] {
        assert!(help.contains(option), "--help does not mention {option}");
    }
    for name in frame_inspector::event::TYPE_NAMES {
        assert!(help.contains(name), "--help does not mention the type {name}");
    }
    assert!(printed(&["--version"]).starts_with("frame-inspector "));
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let chat = fixture(CHAT);
    for options in [&["--summary", "--json"][..], &["--messages", "--frames"], &["--only", "no"]] {
        let output = run(&[options, &[&chat]].concat());
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(text(&output.stderr).contains("error:"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_pattern_that_is_no_regular_expression_is_pointed_at() {
    let output = run(&["--grep", "a(", &fixture(CHAT)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("unclosed group"), "{}", text(&output.stderr));
}

/// A folder of this test's own, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-{name}"));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If it stays, it is in the build's folder of temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fixture(name: &str) -> String {
    fixture::folder(name).to_str().unwrap().to_owned()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frame-inspector"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs it with something on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The fixtures fit into a pipe, so this cannot wait for the child's output.
    stdin.write_all(input).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// What it prints, where it must succeed.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// Asserts that nothing but one sentence with these words came, and status 2.
#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(text(&output.stdout), "", "{said}");
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    assert!(said.starts_with("frame-inspector: "), "{said}");
    for word in words {
        assert!(said.contains(word), "no {word:?} in: {said}");
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Where the blocks of a little-endian pcapng file begin.
fn pcapng_blocks(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(length) = bytes.get(at + 4..at + 8) {
        starts.push(at);
        at += u32::from_le_bytes(length.try_into().unwrap()) as usize;
    }
    starts
}

fn pcap_header(link: u32) -> Vec<u8> {
    let mut header = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    header.extend(link.to_le_bytes());
    header
}

fn pcap_record(packet: &[u8]) -> Vec<u8> {
    let len = (packet.len() as u32).to_le_bytes();
    [&[0; 8][..], &len, &len, packet].concat()
}
