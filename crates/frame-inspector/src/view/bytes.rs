//! Every byte with its name, from the tree of spans.
//!
//! ```text
//! ──▶ 11 bytes from the client, from offset 0 of its stream
//! offset    bytes                     name          value
//!           frame                                              RFC 6455 5.2
//! 00000000  81
//!           1.......                  FIN           1            the last fragment
//!           .000....                  RSV1-3        000
//!           ....0001                  opcode        0x1          text
//! 00000006  7f 9f 4d 51 58            payload       Hello
//! ```
//!
//! Nothing here knows a protocol: names, values, notes and sections all come
//! from the decoder that described the bytes.

use crate::view::paint::{Paint, quoted};
use std::io::{self, Write};
use wire::{Side, Span, hex};

/// How many bytes stand in a row.
const ROW: usize = 8;
/// The columns, in characters: the bytes of a row, and a name.
const BYTES_WIDTH: usize = 3 * ROW + ROW + 3;
const NAME_WIDTH: usize = 24;
/// How much of a value is shown, in characters: its bytes stand beside it.
const MAX_VALUE: usize = 64;
/// How much of a note is shown, in characters.
const MAX_NOTE: usize = 400;

/// Draws the bytes that one side sent, from `offset` of its stream.
///
/// # Errors
/// What the writer answered.
pub fn draw(
    out: &mut impl Write,
    from: Side,
    offset: u64,
    bytes: &[u8],
    span: &Span,
) -> io::Result<()> {
    let arrow = match from {
        Side::Client => Paint::client("──▶"),
        Side::Server => Paint::server("◀──"),
    };
    let count = bytes.len();
    writeln!(
        out,
        "{arrow} {count} bytes from the {from}, from byte {offset} ({offset:#x}) of its stream"
    )?;
    draw_span(out, from, offset, bytes, span, 0)?;
    writeln!(out)
}

/// Draws bytes of which the sender is not known, from offset 0.
///
/// # Errors
/// What the writer answered.
pub fn draw_alone(out: &mut impl Write, bytes: &[u8], span: &Span) -> io::Result<()> {
    draw_span(out, Side::Client, 0, bytes, span, 0)
}

fn draw_span(
    out: &mut impl Write,
    from: Side,
    offset: u64,
    bytes: &[u8],
    span: &Span,
    depth: usize,
) -> io::Result<()> {
    if !span.children.is_empty() {
        let label = label(span, depth);
        writeln!(out, "{:8}  {:BYTES_WIDTH$}  {label}", "", "")?;
        for child in &span.children {
            draw_span(out, from, offset, bytes, child, depth + 1)?;
        }
        return Ok(());
    }
    let own = bytes.get(span.range.clone()).unwrap_or_default();
    let start = offset + span.range.start as u64;
    let mut label = Some(label(span, depth));
    for (index, row) in own.chunks(ROW).enumerate() {
        let at = Paint::dim(format!("{:08x}", start + (index * ROW) as u64));
        let digits = format!("{:<width$}", hex::spaced(row), width = 3 * ROW);
        let digits = match from {
            Side::Client => Paint::client(digits),
            Side::Server => Paint::server(digits),
        };
        let ascii: String = row.iter().copied().map(hex::printable).collect();
        let is_labelled = label.is_some();
        let padding = if is_labelled { ROW - row.len() } else { 0 };
        let ascii = Paint::dim(format!("|{ascii}|{:padding$}", ""));
        match label.take() {
            Some(label) => writeln!(out, "{at}  {digits} {ascii}  {label}")?,
            None => writeln!(out, "{at}  {digits} {ascii}")?,
        }
    }
    if let Some(label) = label {
        // A part that is there and empty, as the payload of an empty message.
        writeln!(out, "{:8}  {:BYTES_WIDTH$}  {label}", "", "")?;
    }
    draw_bits(out, own, span, depth)
}

fn draw_bits(out: &mut impl Write, own: &[u8], span: &Span, depth: usize) -> io::Result<()> {
    let width = own.len() * 8;
    for bits in &span.bits {
        let picture: String = (0..width)
            .map(|bit| match own.get(bit / 8) {
                Some(byte) if bits.range.contains(&bit) => {
                    if byte & (0x80 >> (bit % 8)) == 0 {
                        '0'
                    } else {
                        '1'
                    }
                }
                _ => '.',
            })
            .collect();
        let name = format!("{:1$}{2}", "", 2 * (depth + 1), bits.name);
        let mut line = format!(
            "{name:<NAME_WIDTH$}  {}",
            Paint::bold(quoted(bits.value.as_bytes(), MAX_VALUE))
        );
        if !bits.note.is_empty() {
            line.push_str(&format!("  {}", quoted(bits.note.as_bytes(), MAX_NOTE)));
        }
        writeln!(out, "{:8}  {:<BYTES_WIDTH$}  {}", "", picture, line.trim_end())?;
    }
    Ok(())
}

/// Name, value, note and section of a span in their columns.
fn label(span: &Span, depth: usize) -> String {
    let name = format!("{:1$}{2}", "", 2 * depth, span.name);
    let mut line = format!("{name:<NAME_WIDTH$}");
    if !span.value.is_empty() {
        line.push_str(&format!("  {}", Paint::bold(quoted(span.value.as_bytes(), MAX_VALUE))));
    }
    if !span.note.is_empty() {
        line.push_str(&format!("  {}", quoted(span.note.as_bytes(), MAX_NOTE)));
    }
    if !span.section.is_empty() {
        line.push_str(&format!("  {}", Paint::dim(format!("[{}]", span.section))));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_offsets_bits_names_and_sections() {
        let span = Span::new(0..11, "frame")
            .section("RFC 6455 5.2")
            .child(
                Span::new(0..1, "first byte")
                    .bits(1, "FIN", "1", "the last fragment")
                    .bits(3, "RSV", "000", "")
                    .bits(4, "opcode", "0x1", "text"),
            )
            .child(Span::new(1..11, "the rest").value("ten\u{1b}bytes"));
        let mut out = Vec::new();
        draw_alone(&mut out, b"\x81\x05Hello6789", &span).unwrap();
        let out = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
        insta::assert_snapshot!(out);
    }
}
