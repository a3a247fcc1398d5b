//! Handshakes that browsers send, and requests that are none.

use try_refuse::{Answer, Request, answer};

const KEY: (&str, &str) = ("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw==");
const HANDSHAKE: [(&str, &str); 5] = [
    ("Host", "server.example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    KEY,
    ("Sec-WebSocket-Version", "13"),
];

#[track_caller]
fn check_request(request: &Request<'_>, wanted: Answer, why: &str) {
    assert_eq!(
        answer(request),
        wanted,
        "\n{request:?}\n{why}\nRFC 6455, section 4.2; book: chapter 6, \"When the answer is no\"\n"
    );
}

/// The good handshake, but with these lines instead of those named `name`.
#[track_caller]
fn check(name: &str, values: &[&str], wanted: Answer, why: &str) {
    let kept = HANDSHAKE.iter().copied().filter(|(other, _)| *other != name);
    let instead = values.iter().map(|value| (name, *value));
    let mut fields: Vec<_> = kept.chain(instead).collect();
    check_request(&Request { method: "GET", is_http11: true, fields: &fields }, wanted, why);
    fields.reverse();
    let values_differ = values.len() > 1;
    if !values_differ {
        let why = format!("{why} (the order of fields means nothing)");
        check_request(&Request { method: "GET", is_http11: true, fields: &fields }, wanted, &why);
    }
}

#[test]
fn a_good_handshake_is_accepted() {
    check("Host", &["server.example.com"], Answer::SwitchingProtocols, "nothing is wrong with it");
}

#[test]
fn connection_is_a_list_of_words_without_case() {
    for values in [
        &["upgrade"][..],
        &["UPGRADE"],
        &["keep-alive, Upgrade"],
        &["Upgrade, keep-alive"],
        &["keep-alive,Upgrade"],
        &["keep-alive \t,\tupgrade , TE"],
        &["keep-alive", "Upgrade"],
        &["Upgrade", "keep-alive"],
        &[", ,Upgrade"],
    ] {
        check("Connection", values, Answer::SwitchingProtocols, "the list has the word upgrade");
    }
}

#[test]
fn without_the_word_in_connection_the_request_is_bad() {
    for values in [&[][..], &[""], &["keep-alive"], &["upgraded"], &["no-upgrade"], &["Up grade"]] {
        check(
            "Connection",
            values,
            Answer::BadRequest,
            "Connection does not have the word upgrade",
        );
    }
}

#[test]
fn upgrade_is_a_list_of_words_without_case() {
    for values in [&["WebSocket"][..], &["WEBSOCKET"], &["h2c, websocket"], &["h2c", "websocket"]] {
        check("Upgrade", values, Answer::SwitchingProtocols, "Upgrade has the word websocket");
    }
}

#[test]
fn a_request_for_another_protocol_is_answered_as_ever() {
    for values in [&[][..], &[""], &["h2c"], &["TLS/1.0"], &["websockets"], &["web socket"]] {
        check("Upgrade", values, Answer::Ordinary, "an offer of another protocol may be ignored");
    }
    let plain = Request { method: "POST", is_http11: true, fields: &[("Host", "a")] };
    check_request(&plain, Answer::Ordinary, "it is an ordinary request");
    let old = Request { method: "GET", is_http11: false, fields: &[] };
    check_request(&old, Answer::Ordinary, "it is an ordinary request");
}

#[test]
fn another_version_is_told_which_one_would_do() {
    for version in
        ["12", "8", "0", "14", "25", "130", "113", "1", "3", "013", "+13", "13.0", "x", ""]
    {
        check(
            "Sec-WebSocket-Version",
            &[version],
            Answer::UpgradeRequired,
            "only version 13 will do",
        );
    }
    let list = "the field is no list: its value is not 13";
    check("Sec-WebSocket-Version", &["13, 8"], Answer::UpgradeRequired, list);
}

#[test]
fn a_missing_or_repeated_version_is_bad() {
    check("Sec-WebSocket-Version", &[], Answer::BadRequest, "the version is missing");
    check("Sec-WebSocket-Version", &["13", "13"], Answer::BadRequest, "the version comes twice");
    check("Sec-WebSocket-Version", &["12", "13"], Answer::BadRequest, "the version comes twice");
    check("Sec-WebSocket-Version", &["12", "12"], Answer::BadRequest, "the version comes twice");
}

#[test]
fn the_version_is_looked_at_before_other_faults() {
    let fields = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "8")];
    let request = Request { method: "POST", is_http11: false, fields: &fields };
    let why = "another version has other rules: it is told so before anything else";
    check_request(&request, Answer::UpgradeRequired, why);
}

#[test]
fn only_get_opens_a_connection() {
    for method in ["POST", "HEAD", "PUT", "get", "Get", "CONNECT", ""] {
        let request = Request { method, is_http11: true, fields: &HANDSHAKE };
        check_request(&request, Answer::BadRequest, "the method of a handshake is GET");
    }
}

#[test]
fn an_older_http_does_not_know_upgrade() {
    let request = Request { method: "GET", is_http11: false, fields: &HANDSHAKE };
    check_request(&request, Answer::BadRequest, "a handshake is HTTP/1.1");
}

#[test]
fn a_key_is_needed_once() {
    check("Sec-WebSocket-Key", &[], Answer::BadRequest, "the key is missing");
    check("Sec-WebSocket-Key", &[KEY.1, KEY.1], Answer::BadRequest, "the key comes twice");
}

#[test]
fn a_key_is_sixteen_bytes_in_base64() {
    for key in ["dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "+/+/+/+/+/+/+/+/+/+/+w=="]
    {
        check("Sec-WebSocket-Key", &[key], Answer::SwitchingProtocols, "this is a good key");
    }
    for key in [
        "",
        "==",
        "x3JJHMbDL1EzLkh9GBhX",
        "x3JJHMbDL1EzLkh9GBhXDw",
        "x3JJHMbDL1EzLkh9GBhXDw=",
        "x3JJHMbDL1EzLkh9GBhXDwA=",
        "x3JJHMbDL1EzLkh9GBhXDwAA",
        "x3JJHMbDL1EzLkh9GBhXDwAA==",
        "x3JJHMbDL1EzLkh9GBhXD===",
        "x3JJHMbDL1EzLkh9GBhX-_==",
        "x3JJHMbDL1EzLkh9GBhX w==",
        "메아리메아리메=",
        "메아리메아리메a==",
    ] {
        check("Sec-WebSocket-Key", &[key], Answer::BadRequest, "the key is not 16 bytes in base64");
    }
}

#[test]
fn names_of_fields_have_no_case() {
    let lower = HANDSHAKE.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let fields: Vec<_> = lower.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let request = Request { method: "GET", is_http11: true, fields: &fields };
    check_request(&request, Answer::SwitchingProtocols, "the case of a name means nothing");
}

#[test]
fn the_handshake_of_the_chapter_is_accepted() {
    let fixture = include_str!("../../../../fixtures/websocket/article-handshake.hex");
    let chunks = wire::transcript::decode(fixture).expect("the fixture is a transcript");
    let sent = chunks.iter().filter(|(side, _)| *side == wire::Side::Client);
    let bytes: Vec<u8> = sent.flat_map(|(_, bytes)| bytes).copied().collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let fields: Vec<_> = text.lines().filter_map(|line| line.split_once(": ")).collect();
    let request = Request { method: "GET", is_http11: true, fields: &fields };
    check_request(&request, Answer::SwitchingProtocols, "it is the one of the chapter");
}
