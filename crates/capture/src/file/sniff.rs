//! What a file is that is no capture.

use super::Error;
use wire::hex;

/// Names what was found instead of a capture.
pub(super) fn refuse(first: &[u8]) -> Error {
    const MAGICS: [[u8; 4]; 4] = [
        [0xa1, 0xb2, 0xc3, 0xd4],
        [0xd4, 0xc3, 0xb2, 0xa1],
        [0xa1, 0xb2, 0x3c, 0x4d],
        [0x4d, 0x3c, 0xb2, 0xa1],
    ];
    let begins_like_one = MAGICS.iter().any(|magic| first.starts_with(magic));
    if begins_like_one || first.len() < 4 {
        return Error::TooShort(first.len());
    }
    let shown = &first[..first.len().min(8)];
    let bytes = hex::spaced(shown);
    Error::Unrecognized(match looks_like(first) {
        Some(what) => format!("it begins with {bytes} and looks like {what}"),
        None => format!("it begins with {bytes}"),
    })
}

fn looks_like(first: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 15] = [
        (b"\n\r\r\n", "a pcapng capture whose first block is damaged"),
        (&[0x28, 0xb5, 0x2f, 0xfd], "zstd-compressed data: decompress it first"),
        (b"\xfd7zXZ", "xz-compressed data: decompress it first"),
        (b"BZh", "bzip2-compressed data: decompress it first"),
        (b"\x04\x22\x4d\x18", "lz4-compressed data: decompress it first"),
        (b"PK\x03\x04", "a ZIP archive: unpack it first"),
        (b"snoop\0", "a snoop capture: convert it with `editcap -F pcapng`"),
        (
            &[0x34, 0xcd, 0xb2, 0xa1],
            "a pcap of an old modified format: convert it with `editcap -F pcapng`",
        ),
        (b"\x7fELF", "a program"),
        (b"\x89PNG", "a PNG picture"),
        (b"%PDF", "a PDF document"),
        (b"GET ", "an HTTP request, not a capture of one"),
        (b"HTTP/", "an HTTP response, not a capture of one"),
        (b"{", "JSON (a HAR file?), not a capture"),
        (b"<", "HTML or XML"),
    ];
    let known = KNOWN.iter().find(|(magic, _)| first.starts_with(magic)).map(|(_, what)| *what);
    let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    known.or_else(|| first.iter().all(is_text).then_some("text"))
}
