//! All codes, reasons that are cut in the right place, payloads that are refused.

use try_close_payload::{Close, Refusal, decode, encode};
use wire::hex;

fn close(code: u16, reason: &str) -> Result<Option<Close>, Refusal> {
    Ok(Some(Close { code, reason: reason.to_owned() }))
}

#[track_caller]
fn check(payload: &str, want: &Result<Option<Close>, Refusal>) {
    let bytes = hex::decode(payload).expect("the test's own digits");
    assert_eq!(&decode(&bytes), want, "{payload}: RFC 6455, sections 5.5.1 and 7.4");
}

#[test]
fn reads_a_code_and_a_reason() {
    check("", &Ok(None));
    check("03e8", &close(1000, ""));
    check(r#"03e8 "all done""#, &close(1000, "all done"));
    check("0bb9 ed95a0 20 ec9dbc 20 eb819d", &close(3001, "할 일 끝"));
    check(r#"0fa1 "\0""#, &close(4001, "\0"));
}

#[test]
fn chromium_said_goodbye_in_korean() {
    // The payload of the frame in the capture chromium-close-3001.
    let payload = [&[0x0b, 0xb9][..], "할 일 끝".as_bytes()].concat();
    assert_eq!(decode(&payload), close(3001, "할 일 끝"));
    assert_eq!(encode(3001, "할 일 끝"), payload);
}

#[test]
fn refuses_half_a_code() {
    for byte in ["00", "03", "ff"] {
        check(byte, &Err(Refusal::HalfACode));
    }
}

#[test]
fn knows_which_codes_may_travel() {
    for code in 0..=u16::MAX {
        let want = match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => close(code, ""),
            _ => Err(Refusal::Code(code)),
        };
        assert_eq!(
            decode(&code.to_be_bytes()),
            want,
            "code {code}: see \"The codes\" in chapter 8, and RFC 6455, section 7.4"
        );
    }
}

#[test]
fn refuses_a_reason_that_is_not_utf8() {
    check("03e8 ff", &Err(Refusal::Reason));
    check(r#"03e8 "caf" e9"#, &Err(Refusal::Reason));
    check("03e8 ec84", &Err(Refusal::Reason));
    check("03ee ff", &Err(Refusal::Code(1006)));
}

#[test]
fn writes_the_most_significant_byte_first() {
    assert_eq!(encode(1000, ""), [0x03, 0xe8]);
    assert_eq!(encode(4999, "bye"), b"\x13\x87bye");
}

#[test]
fn reads_what_it_wrote() {
    for code in [1000, 1001, 1011, 3000, 4999] {
        for reason in ["", "x", "all done", "할 일 끝", "😀"] {
            assert_eq!(decode(&encode(code, reason)), close(code, reason));
        }
    }
}

/// `reason` arrives as `want`.
#[track_caller]
fn cuts(reason: &str, want: &str) {
    let payload = encode(1000, reason);
    assert!(
        payload.len() <= 125,
        "a control frame has at most 125 bytes, and this payload has {} (RFC 6455, section 5.5)",
        payload.len()
    );
    let arrived = String::from_utf8_lossy(&payload[2..]);
    assert_eq!(
        arrived,
        want,
        "of {} bytes of reason there is room for 123; cut between two characters, as late as \
         possible",
        reason.len()
    );
}

#[test]
fn keeps_a_reason_of_123_bytes_whole() {
    for reason in ["x".repeat(122), "x".repeat(123), "가".repeat(41), "x".repeat(119) + "😀"] {
        cuts(&reason, &reason);
    }
}

#[test]
fn cuts_a_longer_reason_between_two_characters() {
    cuts(&"x".repeat(124), &"x".repeat(123));
    cuts(&"x".repeat(10_000), &"x".repeat(123));
    cuts(&"가".repeat(42), &"가".repeat(41));
    for spare in 1..=3 {
        let full = "x".repeat(123 - spare);
        cuts(&format!("{full}😀"), &full);
        cuts(&format!("{full}😀 and more"), &full);
    }
    let full = "x".repeat(122);
    cuts(&format!("{full}é"), &full);
    cuts(&format!("{full}가"), &full);
}
