//! What readers type into a page, answered by the decoders that explain the book.
//!
//! ```text
//! POST /try/key                        dGhlIHNhbXBsZSBub25jZQ==    the arithmetic, step by step
//! POST /try/bytes?like=FIXTURE         81 05 "Hello"               every byte with its name
//! ```
//!
//! The answer is JSON: HTML for the page to show, and the bytes as they were read;
//! or what is wrong with them.

use crate::annotate::typed;
use handshake::Calculation;
use http1::Response;
use serde_json::{Value, json};
use server::{Error, Exchange};
use wire::{Side, hex};

/// How many bytes are explained at once: a screenful, and then some.
const MOST_BYTES: usize = 4 << 10;

/// How long a key may be, in bytes: a right one has 24.
const LONGEST_KEY: usize = 1 << 10;

/// Answers what was typed.
///
/// # Errors
/// As [`Exchange::body`] and [`Exchange::respond`].
pub(crate) async fn serve(mut exchange: Exchange) -> Result<(), Error> {
    if exchange.request().method.as_str() != "POST" {
        let response = Response::new(405).with("Allow", "POST");
        return exchange.respond(response, b"Type something, and POST it.\n").await;
    }
    let body = exchange.body().await?;
    let typed = String::from_utf8_lossy(&body);
    let answer = match exchange.path() {
        "/try/key" => key(typed.trim()),
        "/try/bytes" => {
            let option = |wanted: &str| {
                exchange.query_pairs().find_map(|(name, value)| (name == wanted).then_some(value))
            };
            let from = match option("from").as_deref() {
                Some("client") => Some(Side::Client),
                Some("server") => Some(Side::Server),
                _ => None,
            };
            bytes(&typed, &option("like").unwrap_or_default(), from)
        }
        _ => return exchange.respond(Response::new(404), b"There is nothing to try here.\n").await,
    };
    let (status, answer) = match answer {
        Ok(answer) => (200, answer),
        Err(sentence) => (422, json!({"error": sentence})),
    };
    let response = Response::new(status)
        .with("Content-Type", "application/json")
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff");
    exchange.respond(response, answer.to_string().as_bytes()).await
}

/// The way from a key to its answer.
fn key(key: &str) -> Result<Value, String> {
    if key.len() > LONGEST_KEY {
        return Err("this is far too long for a key".to_owned());
    }
    let steps = Calculation::of(key)
        .steps()
        .map(|step| json!({"name": step.name, "value": step.value, "note": step.note}));
    let refusal = handshake::accept::decode_key(key).err().map(|violation| violation.to_string());
    Ok(json!({"steps": steps, "refusal": refusal}))
}

/// What bytes are, in the notation of the fixtures.
fn bytes(text: &str, like: &str, from: Option<Side>) -> Result<Value, String> {
    let bytes = hex::decode(text).map_err(|error| error.to_string())?;
    match bytes.len() {
        0 => Err("there are no bytes".to_owned()),
        len if len > MOST_BYTES => Err(format!("{len} bytes are too many; {MOST_BYTES} are shown")),
        _ => Ok(json!({"bytes": hex::spaced(&bytes), "html": typed::draw(&bytes, like, from)})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6455_1_3_sample_nonce() {
        let answer = key("dGhlIHNhbXBsZSBub25jZQ==").unwrap();
        assert_eq!(answer["steps"][4]["value"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(answer["refusal"], Value::Null);
        assert!(key("nonsense").unwrap()["refusal"].is_string());
        assert!(key(&"A".repeat(LONGEST_KEY + 1)).is_err());
    }

    #[test]
    fn bytes_are_explained_with_the_rules_that_they_break() {
        let answer = bytes("81 05 \"Hello\"", "", Some(Side::Client)).unwrap();
        assert_eq!(answer["bytes"], "81 05 48 65 6c 6c 6f");
        let html = answer["html"].as_str().unwrap();
        assert!(html.contains("frame/unmasked-client"), "{html}");
        assert!(html.contains("-typed-1-frame\""), "{html}");
    }

    #[test]
    fn what_is_no_bytes_is_said_with_its_place() {
        assert!(bytes("81 0g", "", None).unwrap_err().starts_with("line 1, column "));
        assert!(bytes("", "", None).is_err());
        assert!(bytes(&"00".repeat(MOST_BYTES + 1), "", None).is_err());
    }

    #[test]
    fn nothing_that_is_typed_becomes_markup() {
        let answer =
            bytes("\"GET /<script> HTTP/1.1\\r\\nHost: <b>\\r\\n\\r\\n\"", "", None).unwrap();
        let html = answer["html"].as_str().unwrap();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    }
}
