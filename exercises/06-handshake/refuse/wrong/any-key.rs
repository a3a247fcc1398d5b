//! Any key is good, and an empty one too.

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
    let fields = Fields(request.fields);
    if !fields.has_word("Upgrade", "websocket") {
        return Answer::Ordinary;
    }
    let version = fields.only("Sec-WebSocket-Version");
    if version.is_some_and(|version| version != "13") {
        return Answer::UpgradeRequired;
    }
    let is_handshake = request.method == "GET"
        && request.is_http11
        && fields.has_word("Connection", "upgrade")
        && version.is_some()
        && fields.only("Sec-WebSocket-Key").is_some();
    if is_handshake { Answer::SwitchingProtocols } else { Answer::BadRequest }
}

#[derive(Clone, Copy)]
struct Fields<'a>(&'a [(&'a str, &'a str)]);

impl<'a> Fields<'a> {
    fn values(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|&(_, value)| value)
    }

    /// The value of a field that must come exactly once.
    fn only(self, name: &str) -> Option<&'a str> {
        let mut values = self.values(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    fn has_word(self, name: &str, word: &str) -> bool {
        let mut words = self.values(name).flat_map(|value| value.split(','));
        words.any(|other| other.trim_matches([' ', '\t']).eq_ignore_ascii_case(word))
    }
}
