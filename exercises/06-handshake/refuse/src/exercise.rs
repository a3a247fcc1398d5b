//! Your answer.

/// A request, as far as a handshake needs it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST` and so on. Its case counts.
    pub method: &'a str,
    /// Whether it is HTTP/1.1, as a handshake must be.
    pub is_http11: bool,
    /// Names, in any case, and values without space around them.
    pub fields: &'a [(&'a str, &'a str)],
}

/// What the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is no handshake, and answered like any request.
    Ordinary,
    /// 101, Switching Protocols.
    SwitchingProtocols,
    /// 400, Bad Request.
    BadRequest,
    /// 426, Upgrade Required, with the version that would do.
    UpgradeRequired,
}

/// The answer to a request, by the table above.
///
/// These are the other faults: the method is not `GET`; the version of HTTP is another one;
/// `Connection` does not have the word `upgrade`; `Sec-WebSocket-Version` or
/// `Sec-WebSocket-Key` is missing or comes several times; the key is not 16 bytes in
/// base64, that is, 22 characters of the alphabet `A-Z a-z 0-9 + /` and then `==`.
///
/// A field that is a list may come several times, and is then one list. In a list, spaces and
/// tabs around words mean nothing, and neither does their case.
pub fn answer(request: &Request<'_>) -> Answer {
    // TODO: replace the line below.
    todo!("the answer to {request:?}")
}
