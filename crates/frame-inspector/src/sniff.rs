//! What a connection speaks, from its first bytes.

use crate::lock::Chain;

/// What the first bytes of one direction look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sniffed {
    /// An HTTP request: the sender is the client.
    Request,
    /// An HTTP response: the sender is the server.
    Response,
    /// TLS; whether the sender is the client, where a hello says so.
    Tls(Option<bool>),
    /// WebSocket frames; whether they are masked, so from the client.
    Frames { masked: bool },
    /// Too few bytes to tell.
    TooShort,
    /// Something else.
    Unknown,
}

/// The longest request line that is waited for.
const MAX_LINE: usize = 16 << 10;

/// Looks at the first bytes of one direction.
pub(crate) fn sniff(bytes: &[u8]) -> Sniffed {
    if let Some(sniffed) = sniff_http(bytes) {
        return sniffed;
    }
    match bytes {
        [0x16, 0x03, 0..=4, _, _, kind, ..] => Sniffed::Tls(match kind {
            1 => Some(true),
            2 => Some(false),
            _ => None,
        }),
        [0x14..=0x17, 0x03, 0..=4, length @ .., _] if length.len() >= 2 => Sniffed::Tls(None),
        [0x14..=0x17] | [0x14..=0x17, 0x03] | [0x14..=0x17, 0x03, 0..=4, ..] => Sniffed::TooShort,
        _ => sniff_frames(bytes),
    }
}

fn sniff_http(bytes: &[u8]) -> Option<Sniffed> {
    const RESPONSE: &[u8] = b"HTTP/1.";
    // It looks like a request on purpose (RFC 9113 3.4).
    const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n";
    // RFC 9112 2.2 lets a server pass over empty lines before a request.
    let mut bytes = bytes;
    while let [b'\r' | b'\n', rest @ ..] = bytes {
        bytes = rest;
    }
    if bytes.starts_with(HTTP2) {
        return Some(Sniffed::Unknown);
    }
    if bytes.starts_with(RESPONSE) {
        return Some(Sniffed::Response);
    }
    if RESPONSE.starts_with(bytes) {
        return Some(Sniffed::TooShort);
    }
    // A broken request line is one all the same, if it says so at its end.
    match bytes.iter().position(|&byte| byte == b'\n') {
        Some(end) => {
            let line = bytes.get(..end)?.trim_ascii_end();
            let version = line.rsplit(|&byte| byte == b' ').next()?;
            (version.len() < line.len() && version.starts_with(b"HTTP/"))
                .then_some(Sniffed::Request)
        }
        None => {
            // A frame never begins as a method does, with visible ASCII.
            let mut words = bytes.splitn(2, |&byte| byte == b' ');
            let is_method = words.next().is_some_and(|word| word.iter().all(u8::is_ascii_graphic));
            let is_text = |byte: &u8| *byte >= b' ' && *byte != 0x7f || *byte == b'\r';
            let may_be = is_method && words.next().is_none_or(|rest| rest.iter().all(is_text));
            (may_be && bytes.len() < MAX_LINE).then_some(Sniffed::TooShort)
        }
    }
}

fn sniff_frames(bytes: &[u8]) -> Sniffed {
    for masked in [true, false] {
        let chain = Chain::of(bytes, 0, masked, &[0]);
        if chain.is_believable(true) {
            return Sniffed::Frames { masked };
        }
        if chain.may_go_on() && bytes.len() < MAX_LINE {
            return Sniffed::TooShort;
        }
    }
    Sniffed::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_requests_and_responses() {
        assert_eq!(sniff(b"GET /chat HTTP/1.1\r\n"), Sniffed::Request);
        assert_eq!(sniff(b"\r\nGET / HTTP/1.1\r\n"), Sniffed::Request);
        assert_eq!(sniff(b"M-SEARCH * HTTP/1.1\r\nHost: x"), Sniffed::Request);
        assert_eq!(sniff(b"HTTP/1.1 200 OK\r\n"), Sniffed::Response);
        assert_eq!(sniff(b"GET /a/long/target/that/goes/on"), Sniffed::TooShort);
        assert_eq!(sniff(b"GET(x) / HTTP/1.1\r\n"), Sniffed::Request);
        assert_eq!(sniff(b"HTT"), Sniffed::TooShort);
    }

    #[test]
    fn knows_tls_and_who_said_hello() {
        assert_eq!(sniff(b"\x16\x03\x01\x02\x00\x01\x00"), Sniffed::Tls(Some(true)));
        assert_eq!(sniff(b"\x16\x03\x03\x00\x7a\x02\x00"), Sniffed::Tls(Some(false)));
        assert_eq!(sniff(b"\x17\x03\x03\x00\x7a\x55\x66"), Sniffed::Tls(None));
        assert_eq!(sniff(b"\x16\x03"), Sniffed::TooShort);
    }

    #[test]
    fn knows_frames_by_their_mask() {
        assert_eq!(sniff(b"\x81\x05Hello"), Sniffed::Frames { masked: false });
        let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
        assert_eq!(sniff(masked), Sniffed::Frames { masked: true });
    }

    #[test]
    fn knows_what_it_does_not_know() {
        assert_eq!(sniff(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Sniffed::Unknown);
        assert_eq!(sniff(b"hello, echo\n"), Sniffed::Unknown);
        assert_eq!(sniff(b"EHLO example.com\r\n"), Sniffed::Unknown);
        assert_eq!(sniff(b"\xff\xfe\x00\x01"), Sniffed::Unknown);
    }
}
