//! What `handshake KEY` prints.
#![expect(clippy::disallowed_types, reason = "a test starts the program that it tests")]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

fn handshake(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_handshake"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not read its input may be gone before we wrote it.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

#[track_caller]
fn prints(arguments: &[&str], input: &str) -> String {
    let output = handshake(arguments, input);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stderr, b"");
    String::from_utf8(output.stdout).expect("it prints text")
}

#[track_caller]
fn complains(arguments: &[&str], input: &str) -> String {
    let output = handshake(arguments, input);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    String::from_utf8(output.stderr).expect("it prints text")
}

#[test]
fn rfc6455_1_3_sample_nonce() {
    insta::assert_snapshot!(prints(&["dGhlIHNhbXBsZSBub25jZQ=="], ""), @"
    Sec-WebSocket-Key     dGhlIHNhbXBsZSBub25jZQ==
                          as the client sent it
    its 16 bytes          74 68 65 20 73 61 6d 70 6c 65 20 6e 6f 6e 63 65
                          random, so that no answer can be prepared
    key + GUID            dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11
                          as text: the key is not decoded for this
    SHA-1, 20 bytes       b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea
                          of the line above
    Sec-WebSocket-Accept  s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                          those 20 bytes as base64
    ");
}

#[test]
fn the_key_of_the_article_from_standard_input() {
    insta::assert_snapshot!(prints(&["-"], "x3JJHMbDL1EzLkh9GBhXDw==\r\n"), @"
    Sec-WebSocket-Key     x3JJHMbDL1EzLkh9GBhXDw==
                          as the client sent it
    its 16 bytes          c7 72 49 1c c6 c3 2f 51 33 2e 48 7d 18 18 57 0f
                          random, so that no answer can be prepared
    key + GUID            x3JJHMbDL1EzLkh9GBhXDw==258EAFA5-E914-47DA-95CA-C5AB0DC85B11
                          as text: the key is not decoded for this
    SHA-1, 20 bytes       1d 29 ab 73 4b 0c 95 85 24 00 69 a6 e4 e3 e9 1b 61 da 19 69
                          of the line above
    Sec-WebSocket-Accept  HSmrc0sMlYUkAGmm5OPpG2HaGWk=
                          those 20 bytes as base64
    ");
}

#[test]
fn a_key_that_a_server_refuses_is_calculated_with_a_warning() {
    let output = handshake(&["SGVsbG8sIHdvcmxkIQ=="], "");
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout), @"
    Sec-WebSocket-Key     SGVsbG8sIHdvcmxkIQ==
                          as the client sent it
    its 16 bytes          none
                          not base64 of 16 bytes: a server refuses this key
    key + GUID            SGVsbG8sIHdvcmxkIQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11
                          as text: the key is not decoded for this
    SHA-1, 20 bytes       a8 61 20 1f 71 27 ef 57 62 e6 ba ec b0 06 53 9a d4 53 c8 59
                          of the line above
    Sec-WebSocket-Accept  qGEgH3En71di5rrssAZTmtRTyFk=
                          those 20 bytes as base64
    ");
    insta::assert_snapshot!(
        String::from_utf8_lossy(&output.stderr),
        @r#"handshake: warning: a server refuses this key: "SGVsbG8sIHdvcmxkIQ==" decodes to 13 bytes"#
    );
}

#[test]
fn wrong_usage_gets_a_sentence() {
    let cases: [(&[&str], &str); 6] = [
        (&[], ""),
        (&["a", "b"], ""),
        (&["--base64"], ""),
        (&["-"], ""),
        (&["-"], "two words"),
        (&["-"], "\n"),
    ];
    let sentences: String =
        cases.iter().map(|(arguments, input)| complains(arguments, input)).collect();
    insta::assert_snapshot!(sentences, @"
    handshake: a key is missing; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    handshake: only one key at a time; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    handshake: there is no option --base64; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    handshake: standard input holds no key: it is empty; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    handshake: standard input holds no key: it has more than one word; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    handshake: standard input holds no key: it is empty; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help
    ");
}

#[test]
fn input_without_end_is_refused() {
    let sentence = complains(&["-"], &"A".repeat(1 << 20));
    assert!(sentence.contains("standard input holds no key"), "{sentence}");
}

#[test]
fn helps_and_names_its_version() {
    assert!(prints(&["--help"], "").starts_with("Computes the Sec-WebSocket-Accept"));
    assert!(prints(&["-V"], "").starts_with("handshake "));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_handshake"))
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"dGhlIHNhbXBsZSBub25jZQ==").expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.status.success());
    assert_eq!(output.stderr, b"");
}
