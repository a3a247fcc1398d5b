//! Of all entries that fit, the greatest weight counts, so `*/*` takes back what was refused.

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
    let entries: Vec<&str> =
        accept.unwrap_or_default().split(',').map(trim).filter(|entry| !entry.is_empty()).collect();
    if entries.is_empty() {
        return offers.first().copied();
    }
    let ranges: Vec<Range<'_>> = entries.into_iter().filter_map(Range::decode).collect();
    let mut best = (0, None);
    for offer in offers {
        let weight = weight(&ranges, offer);
        if weight > best.0 {
            best = (weight, Some(*offer));
        }
    }
    best.1
}

/// One entry, such as `text/*;q=0.8`.
struct Range<'a> {
    types: &'a str,
    /// In thousandths.
    weight: u32,
}

impl<'a> Range<'a> {
    fn decode(entry: &'a str) -> Option<Range<'a>> {
        let mut parts = entry.split(';').map(trim);
        let types = parts.next()?;
        let q = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("q"));
        let weight = q.map_or(Some(1_000), |(_, value)| thousandths(value))?;
        Some(Range { types, weight })
    }

    /// How specific this entry is for a type that it fits: 3, 2 or 1.
    fn fits(&self, offer: &str) -> Option<u32> {
        if self.types.eq_ignore_ascii_case(offer) {
            return Some(3);
        }
        match self.types.split_once('/')? {
            ("*", "*") => Some(1),
            (kind, "*") => kind.eq_ignore_ascii_case(offer.split_once('/')?.0).then_some(2),
            _ => None,
        }
    }
}

fn weight(ranges: &[Range<'_>], offer: &str) -> u32 {
    let mut best = (0, 0);
    for range in ranges {
        if let Some(specific) = range.fits(offer).filter(|_| range.weight > best.1) {
            best = (specific, range.weight);
        }
    }
    best.1
}

/// `weight = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || !is_digits {
        return None;
    }
    let weight = format!("{whole}{decimals:0<3}").parse().ok()?;
    (weight <= 1_000).then_some(weight)
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
