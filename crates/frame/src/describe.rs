//! A frame as a tree of named byte ranges.
//!
//! ```text
//! 81            first byte     FIN 1 · RSV1 0 · RSV2 0 · RSV3 0 · opcode 0x1: text
//!    85         second byte    MASK 1 · length 5
//!       37 …    masking key    37fa213d
//!          7f … payload        7f ^ 37 = 48 'H' …
//! ```
//!
//! ```
//! let frame = frame::describe(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
//! assert_eq!(frame.find("masking key").map(|span| &*span.value), Some("37fa213d"));
//! assert_eq!(frame.find("payload").map(|span| &*span.value), Some("Hello"));
//! ```
//!
//! Book: chapter 7.

use crate::{Code, Header, LengthForm, Mask, Opcode, Reserved, decoder::MAX_CONTROL_PAYLOAD};
use std::ops::Range;
use wire::{Span, hex};

/// Describes the frame at the start of `bytes`, as far as its bytes are there;
/// what lies behind it is left out.
pub fn describe(bytes: &[u8]) -> Span {
    let Some((header, head)) = Header::decode(bytes) else {
        return describe_start(bytes);
    };
    let len = usize::try_from(header.len).unwrap_or(usize::MAX);
    let end = head.saturating_add(len).min(bytes.len());
    let mut frame = Span::new(0..end, "frame").value(title(&header)).section("RFC 6455 5.2");
    if end - head < len {
        frame = frame.note(format!("{} of {len} bytes of payload are here", end - head));
    }
    for part in describe_header(&header, head) {
        frame = frame.child(part);
    }
    if end > head {
        frame = frame.child(describe_payload(&header, &bytes[head..end], head..end));
    }
    frame
}

fn title(header: &Header) -> String {
    let masked = if header.mask.is_some() { "masked " } else { "" };
    let fragment = match (header.fin, header.opcode) {
        (true, Opcode::Continuation) => ", the last fragment",
        (true, _) => "",
        (false, Opcode::Continuation) => ", a fragment",
        (false, _) => ", the first fragment",
    };
    format!("{masked}{}{fragment}", header.opcode.name())
}

/// What is there of a header that is not whole.
fn describe_start(bytes: &[u8]) -> Span {
    let frame =
        Span::new(0..bytes.len(), "frame").note("the header is not whole").section("RFC 6455 5.2");
    // The rest of the longest header makes it whole; what it adds is left out again.
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len() + Header::MAX_LEN, 0);
    let Some((header, head)) = Header::decode(&padded) else { return frame };
    let mut parts = describe_header(&header, head);
    parts.retain(|part| part.range.start < bytes.len());
    if let Some(last) = parts.last_mut().filter(|last| last.range.end > bytes.len()) {
        last.range.end = bytes.len();
        last.value = hex::encode(&bytes[last.range.clone()]).into();
        last.note = "cut".into();
    }
    parts.into_iter().fold(frame, Span::child)
}

fn describe_header(header: &Header, head: usize) -> Vec<Span> {
    let mut parts = vec![first_byte(header), second_byte(header)];
    let extra = header.form.extra_bytes();
    if extra > 0 {
        let note = match header.form == LengthForm::minimal(header.len) {
            true => "the payload's length, most significant byte first",
            false => "the payload's length, in more bytes than it needs",
        };
        parts.push(
            Span::new(2..2 + extra, "extended length")
                .value(header.len.to_string())
                .note(note)
                .section("RFC 6455 5.2"),
        );
    }
    if let Some(mask) = header.mask {
        parts.push(
            Span::new(2 + extra..head, "masking key")
                .value(mask.to_string())
                .note("payload byte i is XORed with key byte i modulo 4")
                .section("RFC 6455 5.3"),
        );
    }
    parts
}

fn first_byte(header: &Header) -> Span {
    let fin = match (header.fin, header.opcode.is_control()) {
        (true, true) => "control frames are never fragmented",
        (true, false) => "the last fragment of its message",
        (false, _) => "more fragments follow",
    };
    let mut span =
        Span::new(0..1, "first byte").section("RFC 6455 5.2").bits(1, "FIN", bit(header.fin), fin);
    let names = ["RSV1", "RSV2", "RSV3"];
    for (name, set) in names.into_iter().zip(header.rsv.bits()) {
        let note = match (name, set) {
            (_, false) => "",
            ("RSV1", true) => "the message is compressed, where permessage-deflate was agreed on",
            _ => "reserved for extensions",
        };
        span = span.bits(1, name, bit(set), note);
    }
    let opcode = format!("0x{:x}", u8::from(header.opcode));
    span.bits(4, "opcode", opcode, header.opcode.name())
}

fn second_byte(header: &Header) -> Span {
    let mask = match header.mask {
        Some(_) => "a masking key follows, as in every frame from a client",
        None => "no masking key, as in every frame from a server",
    };
    let (length, note) = match header.form {
        LengthForm::Bits7 => (header.len.to_string(), "the payload's length"),
        LengthForm::Bits16 => ("126".to_owned(), "the length is in the next two bytes"),
        LengthForm::Bits64 => ("127".to_owned(), "the length is in the next eight bytes"),
    };
    Span::new(1..2, "second byte")
        .section("RFC 6455 5.2")
        .bits(1, "MASK", bit(header.mask.is_some()), mask)
        .bits(7, "length", length, note)
}

fn bit(set: bool) -> &'static str {
    if set { "1" } else { "0" }
}

fn describe_payload(header: &Header, masked: &[u8], range: Range<usize>) -> Span {
    let mut plain = masked[..masked.len().min(SHOWN)].to_vec();
    if let Some(mask) = header.mask {
        mask.apply(0, &mut plain);
    }
    let more = if masked.len() > SHOWN { "…" } else { "" };
    let text = header.opcode == Opcode::Text && header.rsv == Reserved::NONE;
    let value = match (text, header.opcode) {
        (true, _) => format!("{}{more}", String::from_utf8_lossy(&plain)),
        (false, _) => format!("{}{more}", hex::spaced(&plain)),
    };
    let mut span = Span::new(range.clone(), "payload").value(value).section(match header.opcode {
        Opcode::Close => "RFC 6455 5.5.1",
        Opcode::Ping => "RFC 6455 5.5.2",
        Opcode::Pong => "RFC 6455 5.5.3",
        _ => "RFC 6455 5.6",
    });
    if let Some(mask) = header.mask {
        span = span.note(unmasking(mask, 0, masked));
    }
    let is_close = header.opcode == Opcode::Close && header.len <= MAX_CONTROL_PAYLOAD;
    match plain.split_first_chunk::<2>() {
        Some((&code, reason)) if is_close => {
            let start = range.start;
            let (masked_code, masked_reason) = masked.split_at(2);
            let note = |at, masked| header.mask.map(|mask| unmasking(mask, at, masked));
            let code = Code(u16::from_be_bytes(code));
            let mut meaning = code.meaning().to_owned();
            if let Some(note) = note(0, masked_code) {
                meaning = format!("{meaning}; {note}");
            }
            span = span.child(
                Span::new(start..start + 2, "code")
                    .value(code.to_string())
                    .note(meaning)
                    .section("RFC 6455 7.4"),
            );
            if !reason.is_empty() {
                span = span.child(
                    Span::new(start + 2..range.end, "reason")
                        .value(String::from_utf8_lossy(reason).into_owned())
                        .note(note(2, masked_reason).unwrap_or_default())
                        .section("RFC 6455 7.1.6"),
                );
            }
            span
        }
        _ => span,
    }
}

/// How much of a payload a value shows. A control frame's is shown whole.
const SHOWN: usize = 128;

/// `7f ^ 37 = 48 'H', 9f ^ fa = 65 'e', …` for the first bytes.
fn unmasking(mask: Mask, at: u64, masked: &[u8]) -> String {
    let steps = masked.iter().zip(at..).take(STEPS).map(|(&masked, at)| {
        let key = mask.byte(at);
        let plain = masked ^ key;
        match plain {
            b' '..=b'~' => {
                format!("{masked:02x} ^ {key:02x} = {plain:02x} '{}'", char::from(plain))
            }
            _ => format!("{masked:02x} ^ {key:02x} = {plain:02x}"),
        }
    });
    let steps: Vec<_> = steps.collect();
    let more = if masked.len() > STEPS { ", …" } else { "" };
    format!("{}{more}", steps.join(", "))
}

/// How many bytes are unmasked in a note: each key byte is seen once.
const STEPS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wire::laws;

    fn span<'a>(frame: &'a Span, path: &str) -> &'a Span {
        frame.find(path).unwrap_or_else(|| panic!("no {path} in {frame:#?}"))
    }

    fn bits(span: &Span) -> Vec<(&str, &str)> {
        span.bits.iter().map(|bits| (&*bits.name, &*bits.value)).collect()
    }

    #[test]
    fn rfc6455_5_7_masked_hello_shows_the_unmasking() {
        let bytes = hex::decode("81 85 37fa213d 7f9f4d5158").unwrap();
        let frame = describe(&bytes);
        laws::spans_cover(&frame, bytes.len());
        assert_eq!(frame.value, "masked text");
        let first = bits(span(&frame, "first byte"));
        let want = [("FIN", "1"), ("RSV1", "0"), ("RSV2", "0"), ("RSV3", "0"), ("opcode", "0x1")];
        assert_eq!(first, want);
        assert_eq!(bits(span(&frame, "second byte")), [("MASK", "1"), ("length", "5")]);
        let payload = span(&frame, "payload");
        assert_eq!(payload.range, 6..11);
        assert_eq!(payload.value, "Hello");
        let note = "7f ^ 37 = 48 'H', 9f ^ fa = 65 'e', 4d ^ 21 = 6c 'l', 51 ^ 3d = 6c 'l', …";
        assert_eq!(payload.note, note);
    }

    #[test]
    fn a_close_payload_has_a_code_and_a_reason() {
        let bytes = hex::decode(r#"88 05 03e9 "bye""#).unwrap();
        let frame = describe(&bytes);
        laws::spans_cover(&frame, bytes.len());
        assert_eq!(span(&frame, "payload/code").value, "1001");
        assert_eq!(span(&frame, "payload/code").note, "going away");
        assert_eq!(span(&frame, "payload/reason").value, "bye");
        let masked = describe(&hex::decode("88 83 01020304 02eb 62").unwrap());
        assert_eq!(span(&masked, "payload/code").note, "going away; 02 ^ 01 = 03, eb ^ 02 = e9");
        assert_eq!(span(&masked, "payload/reason").note, "62 ^ 03 = 61 'a'");
    }

    #[test]
    fn a_cut_frame_is_described_as_far_as_it_goes() {
        let bytes = hex::decode("82 fe 0100 37fa213d 7f9f").unwrap();
        assert_eq!(describe(&bytes).note, "2 of 256 bytes of payload are here");
        for cut in 0..=bytes.len() {
            laws::spans_cover(&describe(&bytes[..cut]), cut);
        }
        assert_eq!(span(&describe(&bytes[..3]), "extended length").value, "01");
    }

    proptest! {
        #[test]
        fn agrees_with_the_decoder(mut bytes: Vec<u8>, small: bool) {
            if small && bytes.len() > 1 {
                bytes[1] &= 0x83;
            }
            let frame = describe(&bytes);
            laws::spans_cover(&frame, frame.range.end);
            let Some((header, head)) = Header::decode(&bytes) else { return Ok(()) };
            let whole = head as u64 + header.len.min(1 << 32);
            prop_assert_eq!(frame.range.end as u64, whole.min(bytes.len() as u64));
            let value = |path: &str, name: &str| {
                let span = span(&frame, path);
                let bits = span.bits.iter().find(|bits| bits.name == name);
                bits.map(|bits| bits.value.clone()).unwrap_or_default()
            };
            prop_assert_eq!(value("first byte", "FIN"), bit(header.fin));
            prop_assert_eq!(value("first byte", "opcode"), format!("0x{:x}", u8::from(header.opcode)));
            let rsv = ["RSV1", "RSV2", "RSV3"].map(|name| value("first byte", name) == "1");
            prop_assert_eq!(rsv, header.rsv.bits());
            let key = frame.find("masking key").map(|span| span.value.to_string());
            prop_assert_eq!(key, header.mask.map(|mask| mask.to_string()));
            let len = match header.form {
                LengthForm::Bits7 => value("second byte", "length"),
                _ => span(&frame, "extended length").value.clone(),
            };
            prop_assert_eq!(len, header.len.to_string());
        }
    }
}
