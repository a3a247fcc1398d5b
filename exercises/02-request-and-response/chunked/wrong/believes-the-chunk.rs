//! What follows a chunk is passed over, whatever it is.

use std::str;

/// A body whose last byte has come.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// The bytes of all chunks, one after another.
    pub bytes: Vec<u8>,
    /// How many bytes of the stream it took. The next one belongs to the next message.
    pub taken: usize,
}

/// The bytes are no chunks: nobody can say where this body ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

/// Decodes the chunked body that `stream` begins with, or gives `None` if it is not
/// complete: the rest may be on its way.
///
/// A length is one to sixteen hexadecimal digits in either case. Behind it the line ends,
/// or a semicolon begins an extension, which goes on until the line ends. Lines end with
/// CR LF; here a lone LF ends none. Trailers are passed over.
///
/// # Errors
/// [`Broken`] where a line begins that is no length, and where the bytes of a chunk are
/// not followed by CR LF. It may say so as soon as it knows, or when the line is complete.
pub fn decode(stream: &[u8]) -> Result<Option<Body>, Broken> {
    let mut bytes = Vec::new();
    let mut rest = stream;
    loop {
        let Some((line, behind)) = split_line(rest) else { return Ok(None) };
        let len = length(line)?;
        rest = behind;
        if len == 0 {
            break;
        }
        let chunk = usize::try_from(len).ok().and_then(|len| rest.split_at_checked(len));
        let Some((chunk, behind)) = chunk else { return Ok(None) };
        let Some(behind) = behind.get(2..) else { return Ok(None) };
        rest = behind;
        bytes.extend_from_slice(chunk);
    }
    while let Some((trailer, behind)) = split_line(rest) {
        rest = behind;
        if trailer.is_empty() {
            return Ok(Some(Body { bytes, taken: stream.len() - rest.len() }));
        }
    }
    Ok(None)
}

/// A line without its end, and what stands behind it; `None` if the line has no end yet.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((&bytes[..end], &bytes[end + 2..]))
}

/// The length of a chunk, from the line before it.
fn length(line: &[u8]) -> Result<u64, Broken> {
    let digits = line.split(|&byte| byte == b';').next().unwrap_or(line);
    if !(1..=16).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(Broken);
    }
    let digits = str::from_utf8(digits).map_err(|_| Broken)?;
    u64::from_str_radix(digits, 16).map_err(|_| Broken)
}
