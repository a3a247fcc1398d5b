//! The message that is being sent, and how its body must be framed.
//!
//! RFC 9112 6 and 7.

use super::exchange::Exchange;
use crate::{
    Headers, Method, Request, Response, Version,
    body::decimal,
    head::{is_token, quote},
};
use std::io::Write;

/// What may be sent next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// A head.
    Idle,
    /// No body, only the end.
    Empty,
    /// A body that goes nowhere: that of an answer to HEAD, and of 304.
    Swallowed,
    Length {
        left: u64,
    },
    Chunked,
    UntilClose,
}

impl Outgoing {
    /// The framing that the head of a request announces. `length` is known if the
    /// whole body is there.
    pub(super) fn request(request: &Request, length: Option<u64>) -> Result<Outgoing, SendError> {
        match (announced(&request.headers)?, length) {
            (Some(_), _) if request.method == Method::TRACE => Err(SendError::BodyNotAllowed),
            (Some(Outgoing::Chunked), _) if request.version == Version::Http10 => {
                Err(SendError::Framing)
            }
            (Some(Outgoing::Length { left }), Some(length)) if left != length => {
                Err(SendError::WrongLength(left.abs_diff(length)))
            }
            (announced, _) => Ok(announced.unwrap_or(Outgoing::Empty)),
        }
    }

    /// The framing of a response, and the field that announces it where the head
    /// does not. `length` is known if the whole body is there.
    pub(super) fn response(
        response: &Response,
        exchange: &Exchange,
        length: Option<u64>,
    ) -> Result<(Outgoing, Announcement), SendError> {
        let announced = announced(&response.headers)?;
        let tunnel = exchange.method == Method::CONNECT && (200..300).contains(&response.status);
        if matches!(response.status, 100..=199 | 204) || tunnel {
            return match (announced, length) {
                (None, None | Some(0)) => Ok((Outgoing::Empty, Announcement::Nothing)),
                _ => Err(SendError::BodyNotAllowed),
            };
        }
        let mut announcement = Announcement::Nothing;
        let head_only = exchange.method == Method::HEAD || response.status == 304;
        let outgoing = match (announced, length) {
            (Some(Outgoing::Chunked), _) if exchange.version == Version::Http10 => {
                return Err(SendError::Framing);
            }
            (Some(Outgoing::Length { left }), Some(length)) if left != length && !head_only => {
                return Err(SendError::WrongLength(left.abs_diff(length)));
            }
            (Some(announced), _) => announced,
            (None, Some(length)) => {
                if response.status != 304 {
                    announcement = Announcement::Length(length);
                }
                Outgoing::Length { left: length }
            }
            (None, None) if head_only => Outgoing::Swallowed,
            (None, None) if exchange.version == Version::Http10 => Outgoing::UntilClose,
            (None, None) => {
                announcement = Announcement::Chunked;
                Outgoing::Chunked
            }
        };
        Ok((if head_only { Outgoing::Swallowed } else { outgoing }, announcement))
    }

    pub(super) fn send_body(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), SendError> {
        let len = piece.len() as u64;
        match self {
            Outgoing::Idle => return Err(SendError::NoMessageOpen),
            // An empty chunk would end the body.
            _ if piece.is_empty() => {}
            Outgoing::Empty => return Err(SendError::BodyNotAllowed),
            Outgoing::Swallowed => {}
            Outgoing::Length { left } => {
                *left = left.checked_sub(len).ok_or_else(|| SendError::WrongLength(len - *left))?;
                out.extend_from_slice(piece);
            }
            Outgoing::Chunked => {
                write!(out, "{len:x}\r\n").expect("writing to a Vec cannot fail");
                out.extend_from_slice(piece);
                out.extend_from_slice(b"\r\n");
            }
            Outgoing::UntilClose => out.extend_from_slice(piece),
        }
        Ok(())
    }

    pub(super) fn send_end(
        &mut self,
        trailers: &Headers,
        out: &mut Vec<u8>,
    ) -> Result<(), SendError> {
        match self {
            Outgoing::Idle => return Err(SendError::NoMessageOpen),
            Outgoing::Length { left: 0 } => {}
            Outgoing::Length { left } => return Err(SendError::WrongLength(*left)),
            Outgoing::Chunked => {
                out.extend_from_slice(b"0\r\n");
                trailers.encode(out);
                out.extend_from_slice(b"\r\n");
            }
            Outgoing::Empty | Outgoing::Swallowed | Outgoing::UntilClose => {}
        }
        *self = Outgoing::Idle;
        Ok(())
    }
}

/// A wrong call: our mistake, not the other end's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// A server answers one request with one response.
    #[error("there is no request to answer")]
    NothingToAnswer,
    /// A client asks, a server answers.
    #[error("a client sends requests, a server responses")]
    WrongRole,
    /// The message before is not complete.
    #[error("the message before needs its end first")]
    MessageOpen,
    /// Body or end without a head before it.
    #[error("there is no message that could go on")]
    NoMessageOpen,
    /// A field, a target or a reason that would break the head.
    #[error("{0:?} cannot stand in a head")]
    Unsendable(String),
    /// Content-Length and Transfer-Encoding contradict one another or the version.
    #[error("the head announces its body in a way that cannot be kept")]
    Framing,
    /// A 1xx, 204 or CONNECT response, or a request that announced none, has no body.
    #[error("this message has no body")]
    BodyNotAllowed,
    /// The body differs from its Content-Length.
    #[error("the body differs from its Content-Length by {0} bytes")]
    WrongLength(u64),
    /// Nobody asked to switch.
    #[error("the client did not ask for another protocol")]
    SwitchUnasked,
    /// The connection is closed or about to close.
    #[error("the connection takes no more messages")]
    Closed,
}

/// What is added to a head so that the other end finds the end of the body.
#[derive(Debug, Clone, Copy)]
pub(super) enum Announcement {
    Nothing,
    Length(u64),
    Chunked,
}

impl Announcement {
    pub(super) fn encode(self, out: &mut Vec<u8>) {
        match self {
            Announcement::Nothing => {}
            Announcement::Length(length) => {
                out.extend_from_slice(b"Content-Length: ");
                encode_decimal(length, out);
                out.extend_from_slice(b"\r\n");
            }
            Announcement::Chunked => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        }
    }
}

/// Appends a number in decimal: this is in every response, and `write!` would
/// take longer than the rest of the head.
fn encode_decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// What the fields of a head that we send announce.
fn announced(headers: &Headers) -> Result<Option<Outgoing>, SendError> {
    let mut lengths = headers.get_all("content-length");
    match (lengths.next(), lengths.next(), headers.get("transfer-encoding")) {
        (None, _, None) => Ok(None),
        (Some(length), None, None) => {
            let left = decimal(length).ok_or(SendError::Framing)?;
            Ok(Some(Outgoing::Length { left }))
        }
        (None, _, Some(coding)) if coding.eq_ignore_ascii_case(b"chunked") => {
            Ok(Some(Outgoing::Chunked))
        }
        _ => Err(SendError::Framing),
    }
}

/// Whether fields can be sent: a line break in a value would begin a field that
/// nobody meant, or a whole response (RFC 9112 11.1).
pub(super) fn check_fields(headers: &Headers) -> Result<(), SendError> {
    for (name, value) in headers.raw() {
        if !is_token(name) || has_line_break(value) {
            let name = String::from_utf8_lossy(name);
            return Err(SendError::Unsendable(format!("{name}: {}", quote(value))));
        }
    }
    Ok(())
}

/// Whether a reason can be sent.
pub(super) fn check_text(text: &str) -> Result<(), SendError> {
    match has_line_break(text.as_bytes()) {
        true => Err(SendError::Unsendable(text.to_owned())),
        false => Ok(()),
    }
}

fn has_line_break(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'\r' | b'\n' | b'\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers_as_everyone_does() {
        for number in [0, 9, 10, 4096, u64::MAX] {
            let mut out = Vec::new();
            encode_decimal(number, &mut out);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
