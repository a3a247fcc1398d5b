//! Both sides of a conversation, written by hand.
//!
//! A line that begins with `>` holds bytes from the client, one with `<` bytes
//! from the server; the bytes are in the notation of [`hex`](mod@crate::hex). A line
//! that begins with neither continues the one before. A chunk without bytes ends
//! its side's stream, as FIN does.
//!
//! ```
//! use wire::{Side, transcript};
//!
//! let chunks = transcript::decode(r#"
//!     > "GET /chat HTTP/1.1\r\n"
//!       "Host: example.com\r\n\r\n"
//!     > 81 05 "Hello"
//!     < 88 02 03ea            # so the server closes with 1002
//! "#)?;
//! assert_eq!(chunks.len(), 3);
//! assert_eq!(chunks[1], (Side::Client, b"\x81\x05Hello".to_vec()));
//! assert_eq!(chunks[2], (Side::Server, b"\x88\x02\x03\xea".to_vec()));
//! # Ok::<(), wire::hex::Error>(())
//! ```

use crate::{Side, hex};

/// Decodes a transcript into its chunks, in order.
///
/// # Errors
/// Bytes before the first `>` or `<`, and everything that [`hex::decode`] refuses.
pub fn decode(text: &str) -> Result<Vec<(Side, Vec<u8>)>, hex::Error> {
    let mut chunks: Vec<(Side, Vec<u8>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let (side, rest) = match trimmed.as_bytes().first() {
            Some(b'>') => (Some(Side::Client), &trimmed[1..]),
            Some(b'<') => (Some(Side::Server), &trimmed[1..]),
            _ => (None, trimmed),
        };
        let bytes = hex::decode(rest).map_err(|error| {
            let column = line.len() - rest.len() + error.column;
            hex::Error { line: index + 1, column, ..error }
        })?;
        match (side, chunks.last_mut()) {
            (Some(side), _) => chunks.push((side, bytes)),
            (None, Some((_, chunk))) => chunk.extend(bytes),
            (None, None) if bytes.is_empty() => {}
            (None, None) => {
                let column = line.len() - rest.len() + 1;
                return Err(hex::Error { line: index + 1, column, kind: hex::ErrorKind::NoSide });
            }
        }
    }
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_a_marker_continues_the_one_before() {
        let chunks = decode("< 01\n  02 # more\n\n03\n> 04").unwrap();
        assert_eq!(chunks, [(Side::Server, vec![1, 2, 3]), (Side::Client, vec![4])]);
    }

    #[test]
    fn refuses_bytes_that_nobody_sent() {
        let error = decode("# who?\n  81 05").unwrap_err();
        assert_eq!((error.line, error.column), (2, 3));
    }

    #[test]
    fn an_error_names_its_line_and_column_in_the_whole_text() {
        let error = decode("> 01\n<  0g").unwrap_err();
        assert_eq!((error.line, error.column), (2, 5));
    }
}
