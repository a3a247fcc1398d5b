/// A version of HTTP/1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// Whether the connection stays open behind a message of this version.
///
/// `connection` are the values of all lines with the name `Connection`. Each value is a
/// list of words with commas between them. Around a word there may be spaces and tabs, an
/// entry may be empty, and the case of a word means nothing. `close` counts more than
/// `keep-alive`.
pub fn stays_open(version: Version, connection: &[&str]) -> bool {
    if has_word(connection, "close") {
        return false;
    }
    match version {
        Version::Http11 => true,
        Version::Http10 => has_word(connection, "keep-alive"),
    }
}

fn has_word(values: &[&str], wanted: &str) -> bool {
    let mut words = values.iter().flat_map(|value| value.split(','));
    words.any(|word| word.trim_matches([' ', '\t']).eq_ignore_ascii_case(wanted))
}
