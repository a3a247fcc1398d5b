//! Bytes given by hand: what are they, and which rules do they break?

use crate::sniff::{Sniffed, sniff};
use frame::{Decoder, Header, Settings, State, deflate::Window};
use http1::{EventKind, Limits};
use wire::{Side, Span, Violation, hex};

/// What bytes are.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Every byte with its name.
    pub span: Span,
    /// Sentences about the whole.
    pub notes: Vec<String>,
    /// The rules that the bytes break by themselves.
    pub violations: Vec<Violation>,
}

/// Explains HTTP or frames, by what the bytes look like.
///
/// Who sent frames is taken from their masks unless `from` says it.
pub fn explain(bytes: &[u8], from: Option<Side>) -> Explanation {
    match sniff(bytes) {
        Sniffed::Request => http(bytes, Side::Client),
        Sniffed::Response => http(bytes, Side::Server),
        _ => frames(bytes, from),
    }
}

/// HTTP messages, one after another.
fn http(bytes: &[u8], from: Side) -> Explanation {
    let mut decoder = match from {
        Side::Client => http1::Decoder::requests(Limits::WATCHING),
        Side::Server => http1::Decoder::responses(Limits::WATCHING),
    };
    decoder.receive(bytes);
    let mut span = Span::new(0..bytes.len(), "HTTP").section("RFC 9112");
    let (mut notes, mut violations) = (Vec::new(), Vec::new());
    let (mut end, mut is_chunked) = (0, false);
    let mut add = |range: std::ops::Range<u64>, describe: &dyn Fn(&[u8]) -> Span| {
        let range = place(&range, bytes);
        let own = bytes.get(range.clone()).unwrap_or_default();
        if !own.is_empty() {
            span.children.push(describe(own).shifted(range.start));
        }
        range.end
    };
    while let Some(event) = decoder.next_event() {
        let range = event.range;
        match event.kind {
            EventKind::Request(request) => {
                is_chunked = request.headers.contains_token("transfer-encoding", "chunked");
                end = add(range, &http1::Request::describe);
                if handshake::is_upgrade(&request) {
                    violations.extend(handshake::check_request(&request));
                    notes.extend(calculation(&request));
                }
            }
            EventKind::Response(response) => {
                is_chunked = response.headers.contains_token("transfer-encoding", "chunked");
                end = add(range, &http1::Response::describe);
                if response.status == 101 {
                    violations.extend(handshake::check_response(None, &response));
                }
            }
            EventKind::End { .. } => {
                end = add(end as u64..range.end, &|body| describe_body(body, is_chunked));
            }
            EventKind::Violation(violation) => violations.push(violation),
            EventKind::Body(_) | EventKind::Switch | EventKind::Lost => {}
        }
    }
    if end < bytes.len() {
        let is_inside = decoder.is_inside_message() && decoder.pending().is_empty();
        add(end as u64..bytes.len() as u64, &|rest| match is_inside {
            true => describe_body(rest, is_chunked),
            false => Span::new(0..rest.len(), "more bytes"),
        });
        notes.push(format!("{} bytes at the end are not a whole message", bytes.len() - end));
    }
    Explanation { span, notes, violations }
}

fn describe_body(bytes: &[u8], is_chunked: bool) -> Span {
    match is_chunked {
        true => http1::body::describe_chunked(bytes),
        false => Span::new(0..bytes.len(), "body").section("RFC 9112 6"),
    }
}

/// The accept key that answers a request, step by step.
fn calculation(request: &http1::Request) -> Vec<String> {
    let Some(key) = request.headers.get_str("sec-websocket-key") else { return Vec::new() };
    let steps = handshake::Calculation::of(key.trim()).steps();
    steps.iter().map(|step| format!("{:<20}  {}", step.name, step.value)).collect()
}

/// Frames, one after another.
fn frames(bytes: &[u8], from: Option<Side>) -> Explanation {
    let is_masked = Header::decode(bytes).is_some_and(|(header, _)| header.mask.is_some());
    let from = from.unwrap_or(if is_masked { Side::Client } else { Side::Server });
    // Nobody saw a handshake: compressed messages are legal, and so is a
    // fragment without its beginning.
    let deflate = Some(Window::default());
    let mut decoder = Decoder::new(Settings { deflate, ..Settings::from(from) });
    decoder.resume_at(0);
    decoder.receive(bytes);
    let mut span = Span::new(0..bytes.len(), "frames").section("RFC 6455 5.2");
    let (mut notes, mut violations) = (Vec::new(), Vec::new());
    let mut end = 0;
    while let Some(step) = decoder.next_frame() {
        let undecidable = |v: &&Violation| v.rule != &frame::rules::DEFLATE_INVALID;
        violations.extend(step.violations.iter().filter(undecidable).cloned());
        if !step.complete {
            continue;
        }
        let range = place(&step.range(), bytes);
        end = range.end;
        let own = bytes.get(range.clone()).unwrap_or_default();
        span.children.push(frame::describe(own).shifted(range.start));
        if let Some(message) = step.message.filter(|message| message.compressed) {
            notes.push(inflated(&message));
        }
    }
    if end < bytes.len() {
        let rest = bytes.get(end..).unwrap_or_default();
        span.children.push(frame::describe(rest).shifted(end));
        let pending = decoder.pending();
        notes.push(match pending.need {
            Some(need) => format!("the frame needs {need} bytes, and {} are there", pending.have),
            None => "the header is not complete".into(),
        });
    }
    Explanation { span, notes, violations }
}

fn inflated(message: &frame::Message<'_>) -> String {
    let len = message.len;
    match (message.state, std::str::from_utf8(message.payload)) {
        (State::Complete, Ok(text)) => {
            format!("RSV1: compressed; inflated to {len} bytes: {text:?}")
        }
        (State::Complete, Err(_)) => {
            format!("RSV1: compressed; inflated to {len} bytes: {}", hex::spaced(message.payload))
        }
        _ => "RSV1: compressed, but by itself it does not inflate".into(),
    }
}

/// A range of a stream that begins with the first of `bytes`, as places in them.
fn place(range: &std::ops::Range<u64>, bytes: &[u8]) -> std::ops::Range<usize> {
    let place = |offset: u64| usize::try_from(offset).map_or(bytes.len(), |at| at.min(bytes.len()));
    place(range.start)..place(range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Explanation {
        let explanation = explain(bytes, None);
        wire::laws::spans_cover(&explanation.span, bytes.len());
        explanation
    }

    #[test]
    fn every_byte_has_a_name_however_the_bytes_end() {
        let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89\x00";
        let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET";
        let chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        for bytes in [&masked[..], request, chunked] {
            for end in 1..=bytes.len() {
                check(&bytes[..end]);
            }
        }
    }

    #[test]
    fn a_compressed_message_is_no_violation_by_itself() {
        let explanation = check(b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00");
        assert_eq!(explanation.violations, []);
        assert_eq!(explanation.notes, ["RSV1: compressed; inflated to 5 bytes: \"Hello\""]);
    }

    #[test]
    fn who_sent_it_can_be_said() {
        let explanation = explain(b"\x81\x05Hello", Some(Side::Client));
        let rules: Vec<_> = explanation.violations.iter().map(|v| v.rule.id).collect();
        assert_eq!(rules, ["frame/unmasked-client"]);
    }
}
