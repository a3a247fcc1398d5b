//! What a body is, and which kinds a client would rather have.
//!
//! RFC 9110 8.3 and 12.5.
//!
//! ```text
//! Content-Type: text/html; charset="utf-8"
//!               type/subtype   parameter, in quotes or not
//! Accept: text/html, application/json;q=0.8, */*;q=0.1
//!         weight 1           weight 0.8      anything else, if it must be
//! ```
//!
//! ```
//! use http1::{Accept, MediaType};
//!
//! let html = MediaType::decode("Text/HTML; Charset=\"utf-8\"").expect("it is well formed");
//! assert_eq!(html.essence(), "text/html");
//! assert_eq!(html.parameter("charset"), Some("utf-8"));
//!
//! let accept = Accept::decode("text/html, application/json;q=0.8");
//! assert_eq!(accept.best(&["application/json", "text/html"]), Some("text/html"));
//! assert_eq!(accept.best(&["image/png"]), None);
//! ```
//!
//! Book: chapter 2.

use crate::{Headers, head::is_token, headers::split_outside_quotes};
use std::fmt;

/// A type, a subtype, and parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// In lower case: `text/html`.
    essence: String,
    /// Names in lower case.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Decodes the value of a Content-Type field; `None` where it is malformed.
    ///
    /// `media-type = type "/" subtype *( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )`
    pub fn decode(text: &str) -> Option<MediaType> {
        let mut pieces = split_outside_quotes(text, b';');
        let essence = pieces.next()?;
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind.as_bytes()) || !is_token(subtype.as_bytes()) {
            return None;
        }
        let parameters = pieces.filter(|piece| !piece.is_empty()).map(decode_parameter);
        Some(MediaType {
            essence: essence.to_ascii_lowercase(),
            parameters: parameters.collect::<Option<_>>()?,
        })
    }

    /// Without parameters, in lower case: `text/html`.
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of a parameter, without its quotes; case matters not in its name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Whether this range (`text/*`, `*/*`) covers an offer, and how closely.
    fn covers(&self, offer: &MediaType) -> Option<Closeness> {
        let all_there =
            self.parameters.iter().all(|(name, value)| offer.parameter(name) == Some(value));
        let kind = |essence: &str| essence.split('/').next().map(str::to_owned);
        match self.essence.strip_suffix("/*") {
            _ if !all_there => None,
            None if self.essence == offer.essence => {
                Some(Closeness::Exact { parameters: self.parameters.len() })
            }
            Some("*") => Some(Closeness::Anything),
            Some(range) if kind(&offer.essence).as_deref() == Some(range) => Some(Closeness::Type),
            _ => None,
        }
    }
}

/// How closely a range describes a media type (RFC 9110 12.5.1): the closest one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Anything,
    Type,
    Exact { parameters: usize },
}

fn decode_parameter(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let value = match value.strip_prefix('"') {
        Some(quoted) => unquote(quoted.strip_suffix('"')?)?,
        None if is_token(value.as_bytes()) => value.to_owned(),
        None => return None,
    };
    is_token(name.as_bytes()).then(|| (name.to_ascii_lowercase(), value))
}

/// The inside of a quoted string, where a backslash keeps the next character as it is.
fn unquote(inside: &str) -> Option<String> {
    let mut text = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.push(chars.next()?),
            '"' => return None,
            char => text.push(char),
        }
    }
    Some(text)
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.essence)?;
        for (name, value) in &self.parameters {
            if is_token(value.as_bytes()) {
                write!(f, "; {name}={value}")?;
            } else {
                let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "; {name}=\"{value}\"")?;
            }
        }
        Ok(())
    }
}

/// The wishes of an Accept field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    ranges: Vec<(MediaType, Weight)>,
}

impl Accept {
    /// The wishes of a request: without the field, anything goes.
    pub fn of(headers: &Headers) -> Accept {
        match headers.contains("accept") {
            true => Accept::from_members(headers.tokens("accept")),
            false => Accept::decode("*/*"),
        }
    }

    /// Decodes the value of a field; a member that is malformed is passed over.
    pub fn decode(text: &str) -> Accept {
        Accept::from_members(split_outside_quotes(text, b','))
    }

    fn from_members<'a>(members: impl Iterator<Item = &'a str>) -> Accept {
        let ranges = members.filter_map(|member| {
            let mut range = MediaType::decode(member)?;
            // What follows the weight is no part of the media type.
            let weight = match range.parameters.iter().position(|(name, _)| name == "q") {
                Some(index) => {
                    let weight = Weight::decode(&range.parameters.get(index)?.1)?;
                    range.parameters.truncate(index);
                    weight
                }
                None => Weight::FULL,
            };
            Some((range, weight))
        });
        Accept { ranges: ranges.collect() }
    }

    /// The offer that the client would rather have; of equal ones the first.
    /// `None`: answer 406.
    pub fn best<'a>(&self, offers: &[&'a str]) -> Option<&'a str> {
        let mut best = None;
        for offer in offers {
            let weight = MediaType::decode(offer).map_or(Weight::NONE, |offer| self.weight(&offer));
            if weight > best.map_or(Weight::NONE, |(weight, _)| weight) {
                best = Some((weight, *offer));
            }
        }
        best.map(|(_, offer)| offer)
    }

    /// What the closest range says.
    fn weight(&self, offer: &MediaType) -> Weight {
        let covering =
            self.ranges.iter().filter_map(|(range, weight)| Some((range.covers(offer)?, *weight)));
        covering.max_by_key(|(closeness, _)| *closeness).map_or(Weight::NONE, |(_, weight)| weight)
    }
}

/// Whether a client takes a content coding such as `gzip` (RFC 9110 12.5.3);
/// without the field nobody asked for one.
pub fn accepts_coding(headers: &Headers, coding: &str) -> bool {
    let mut any = Weight::NONE;
    for member in headers.tokens("accept-encoding") {
        let mut pieces = split_outside_quotes(member, b';');
        let name = pieces.next().unwrap_or_default();
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q=")));
        let weight = weight.map_or(Some(Weight::FULL), Weight::decode).unwrap_or(Weight::NONE);
        match name {
            "*" => any = weight,
            _ if name.eq_ignore_ascii_case(coding) => return weight > Weight::NONE,
            _ => {}
        }
    }
    any > Weight::NONE
}

/// From 0 (never) to 1 (gladly), in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Weight(u16);

impl Weight {
    const NONE: Weight = Weight(0);
    const FULL: Weight = Weight(1_000);

    /// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (RFC 9110 12.4.2)
    fn decode(text: &str) -> Option<Weight> {
        let (whole, thousandths) = text.split_once('.').unwrap_or((text, ""));
        let digits = thousandths.bytes().all(|byte| byte.is_ascii_digit());
        if !matches!(whole, "0" | "1") || thousandths.len() > 3 || !digits {
            return None;
        }
        let thousandths: u16 = format!("{thousandths:0<3}").parse().ok()?;
        let weight = Weight(if whole == "1" { 1_000 } else { 0 } + thousandths);
        (weight <= Weight::FULL).then_some(weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_parameters_in_and_out_of_quotes() {
        let json = MediaType::decode("application/json;charset=UTF-8 ; a=\"b;\\\"c\";").unwrap();
        assert_eq!(json.essence(), "application/json");
        assert_eq!(json.parameter("CHARSET"), Some("UTF-8"));
        assert_eq!(json.parameter("a"), Some("b;\"c"));
        assert_eq!(json.to_string(), "application/json; charset=UTF-8; a=\"b;\\\"c\"");
        assert_eq!(MediaType::decode(&json.to_string()), Some(json));
    }

    #[test]
    fn refuses_what_is_no_media_type() {
        for text in
            ["", "text", "text/", "/html", "te xt/html", "a/b;c", "a/b;c=", "a/b;c=\"d", "a/b/c"]
        {
            assert_eq!(MediaType::decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn rfc9110_12_5_1_the_closest_range_counts() {
        let accept = Accept::decode(
            "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, \
             text/plain;format=fixed;q=0.4, */*;q=0.5",
        );
        for (offer, weight) in [
            ("text/plain;format=flowed", 1_000),
            ("text/plain", 700),
            ("text/html", 300),
            ("image/jpeg", 500),
            ("text/plain;format=fixed", 400),
            ("text/html;level=3", 300),
        ] {
            let offer = MediaType::decode(offer).unwrap();
            assert_eq!(accept.weight(&offer), Weight(weight), "{offer}");
        }
    }

    #[test]
    fn a_weight_of_nothing_excludes() {
        let accept = Accept::decode("*/*, text/html;q=0.000");
        assert_eq!(accept.best(&["text/html"]), None);
        assert_eq!(accept.best(&["text/html", "text/plain"]), Some("text/plain"));
    }

    #[test]
    fn of_equal_wishes_the_first_offer_wins() {
        assert_eq!(Accept::of(&Headers::new()).best(&["a/b", "c/d"]), Some("a/b"));
        assert_eq!(Accept::decode("c/d, a/b").best(&["a/b", "c/d"]), Some("a/b"));
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(
            Accept::decode(browser).best(&["application/json", "text/html"]),
            Some("text/html")
        );
    }

    #[test]
    fn passes_over_malformed_members() {
        assert_eq!(Accept::decode("html, a/b;q=2, ;, c/d;q=1.0001, e/f;q=0.5").ranges.len(), 1);
    }

    #[test]
    fn knows_accepted_codings() {
        let accepts = |value: &str| {
            accepts_coding(&[("Accept-Encoding", value)].into_iter().collect(), "gzip")
        };
        assert!(accepts("gzip, deflate, br"));
        assert!(accepts("GZIP;q=0.1"));
        assert!(accepts("*"));
        assert!(!accepts("gzip;q=0, *"));
        assert!(!accepts("identity"));
        assert!(!accepts(""));
    }
}
