//! Keys from the standard, from articles, and from programs that compute the same.

use try_accept_key::{GUID, accept_key, is_answered};

#[track_caller]
fn check(key: &str, wanted: &str) {
    assert_eq!(
        accept_key(key),
        wanted,
        "\nthe answer to the key {key}\nRFC 6455, section 4.2.2; book: chapter 6, \"The key and its \
         answer\". `cargo run -p handshake -- {key}` shows the sum step by step\n"
    );
}

#[test]
fn rfc6455_1_3_the_sample_nonce() {
    check("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

#[test]
fn the_key_of_many_articles() {
    check("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
}

#[test]
fn a_key_of_zeros_and_a_key_of_ones() {
    check("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
    check("/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g=");
}

#[test]
fn the_key_is_text_and_never_decoded() {
    check("not base64 at all", "IqinrA6zmgmpsI7xIOOAIVdMT5k=");
}

#[test]
fn the_guid_is_the_one_of_the_standard() {
    assert_eq!(GUID, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
}

#[test]
fn every_answer_has_28_characters() {
    for number in 0..500 {
        let answer = accept_key(&format!("{number:022}=="));
        assert_eq!(answer.len(), 28, "20 bytes are 28 characters of base64, not {answer:?}");
        assert!(answer.ends_with('='), "27 digits and one sign that fills up, not {answer:?}");
    }
}

#[test]
fn answers_the_request_of_the_chapter() {
    let fixture = include_str!("../../../../fixtures/websocket/article-handshake.hex");
    let chunks = wire::transcript::decode(fixture).expect("the fixture is a transcript");
    let text = |wanted| {
        let sent = chunks.iter().filter(|(side, _)| *side == wanted);
        let bytes: Vec<u8> = sent.flat_map(|(_, bytes)| bytes).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let field = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.expect("the fixture has the field").to_owned()
    };
    let key = field(&text(wire::Side::Client), "Sec-WebSocket-Key");
    let accept = field(&text(wire::Side::Server), "Sec-WebSocket-Accept");
    check(&key, &accept);
    assert!(is_answered(&key, Some(&accept)));
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

#[track_caller]
fn check_answer(accept: Option<&str>, wanted: bool) {
    let verb = if wanted { "may" } else { "must not" };
    assert_eq!(
        is_answered(KEY, accept),
        wanted,
        "\na client that has sent {KEY} {verb} believe {accept:?}\nRFC 6455, section 4.1; book: \
         chapter 6\n"
    );
}

#[test]
fn a_client_believes_the_right_answer() {
    check_answer(Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), true);
    check_answer(Some(" s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\t"), true);
}

#[test]
fn a_client_believes_no_other_answer() {
    check_answer(Some("HSmrc0sMlYUkAGmm5OPpG2HaGWk="), false);
    check_answer(Some(KEY), false);
    check_answer(Some(""), false);
    check_answer(None, false);
}

#[test]
fn in_base64_every_character_and_its_case_count() {
    check_answer(Some("S3PPLMBITXAQ9KYGZZHZRBK+XOO="), false);
    check_answer(Some("s3pplmbitxaq9kygzzhzrbk+xoo="), false);
    check_answer(Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo"), false);
    check_answer(Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=="), false);
    check_answer(Some("s3pPLMBiTxaQ9kYGzzhZRbK-xOo="), false);
    check_answer(Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), false);
    check_answer(Some("\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\""), false);
    check_answer(Some("s3pPLMBi"), false);
}
