//! Your answer.

/// The media type of `offers` that the client would rather have, or `None` if it wants none
/// of them: then the answer is 406.
///
/// `offers` are what the server can send, its own favourite first; each is a type without
/// parameters, in small letters, such as `text/html`.
///
/// - `accept` is the value of the field, a list with commas between its entries. Without the
///   field, or if it has no entry at all, the client takes anything.
/// - An entry is `type/subtype`, `type/*` or `*/*`, without case. Behind it there may be
///   parameters, each after a semicolon. `q` is the weight: `0` to `1` with up to three decimals.
///   Others are passed over. Around all of these there may be spaces and tabs.
/// - Of all entries that fit a type, the most specific one gives its weight: `text/html`
///   counts more than `text/*`, and that more than `*/*`. If there are two such, the first counts.
/// - The weight 0 means "not this one". Of several types with the same weight, the server's
///   favourite wins.
///
/// A weight that is none (`q=high`) makes its entry count for nothing.
pub fn choose<'a>(accept: Option<&str>, offers: &[&'a str]) -> Option<&'a str> {
    // TODO: replace the line below.
    todo!("one of {offers:?} for {accept:?}")
}
