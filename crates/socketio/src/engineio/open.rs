//! The open packet (Engine.IO 4, Handshake): what the server says first.
//!
//! ```text
//! 0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}
//! 0             => open packet type
//! sid           => the session, named in all requests that follow
//! upgrades      => the transports that it may change to
//! pingInterval  => how often the server pings, in milliseconds
//! pingTimeout   => how long the client may take to answer
//! maxPayload    => how many bytes a payload of the client may have
//! ```
//!
//! ```
//! use socketio::engineio::Open;
//!
//! let json = r#"{"sid":"x","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#;
//! let open = Open::decode(json)?;
//! assert_eq!(open.sid, "x");
//! assert_eq!(open.encode(), json);
//! # Ok::<(), wire::Violation>(())
//! ```
//!
//! Book: chapter 11.

use crate::{engineio::rules, quote::quote};
use serde_json::{Map, Value, json};
use std::time::Duration;
use wire::Violation;

/// What the server says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The session's id.
    pub sid: String,
    /// The transports that the session may change to, by their names.
    pub upgrades: Vec<String>,
    /// How often the server pings.
    pub ping_interval: Duration,
    /// How long the client may take to answer a ping.
    pub ping_timeout: Duration,
    /// How many bytes a payload of the client may have; older servers do not say.
    pub max_payload: Option<usize>,
}

impl Open {
    /// Decodes the JSON of an open packet. Keys that nobody knows are passed over.
    ///
    /// # Errors
    /// It is no JSON object with these keys.
    pub fn decode(json: &str) -> Result<Open, Violation> {
        let Ok(Value::Object(object)) = serde_json::from_str(json) else {
            return Err(rules::OPEN.broken(format!("{} is no JSON object", quote(json))));
        };
        let sid = object.get("sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
        let names = object.get("upgrades").and_then(Value::as_array);
        let names =
            names.map(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
        let max_payload = match object.get("maxPayload") {
            None => Some(None),
            Some(bytes) => bytes.as_u64().map(|bytes| usize::try_from(bytes).ok()),
        };
        Ok(Open {
            sid: sid.map(str::to_owned).ok_or_else(|| missing("sid", &object))?,
            upgrades: names.flatten().ok_or_else(|| missing("upgrades", &object))?,
            ping_interval: milliseconds("pingInterval", &object)?,
            ping_timeout: milliseconds("pingTimeout", &object)?,
            max_payload: max_payload.ok_or_else(|| missing("maxPayload", &object))?,
        })
    }

    /// The JSON of the open packet, its keys in the order of the documents.
    pub fn encode(&self) -> String {
        let Open { sid, upgrades, ping_interval, ping_timeout, max_payload } = self;
        let (interval, timeout) = (ping_interval.as_millis(), ping_timeout.as_millis());
        let (sid, upgrades) = (json!(sid), json!(upgrades));
        let max_payload = match max_payload {
            Some(bytes) => format!(r#","maxPayload":{bytes}"#),
            None => String::new(),
        };
        format!(
            r#"{{"sid":{sid},"upgrades":{upgrades},"pingInterval":{interval},"pingTimeout":{timeout}{max_payload}}}"#
        )
    }
}

fn milliseconds(key: &str, object: &Map<String, Value>) -> Result<Duration, Violation> {
    let number = object.get(key).and_then(Value::as_u64);
    number.map(Duration::from_millis).ok_or_else(|| missing(key, object))
}

fn missing(key: &str, object: &Map<String, Value>) -> Violation {
    rules::OPEN.broken(match object.get(key) {
        Some(value) => format!("{key} is {}", quote(&value.to_string())),
        None => format!("{key} is missing"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

    #[test]
    fn engineio_4_handshake() {
        let open = Open::decode(SAMPLE).unwrap();
        assert_eq!(open.upgrades, ["websocket"]);
        assert_eq!(open.ping_interval, Duration::from_secs(25));
        assert_eq!(open.max_payload, Some(1_000_000));
        assert_eq!(open.encode(), SAMPLE);
    }

    #[test]
    fn a_server_that_knows_no_max_payload_is_understood() {
        let old = SAMPLE.replace(r#","maxPayload":1000000"#, "");
        let open = Open::decode(&old).unwrap();
        assert_eq!(open.max_payload, None);
        assert_eq!(open.encode(), old);
    }

    #[test]
    fn says_which_key_is_wrong() {
        let detail = |from: &str, to: &str| {
            let violation = Open::decode(&SAMPLE.replace(from, to)).unwrap_err();
            assert_eq!(violation.rule.id, "engineio/open");
            violation.detail.into_owned()
        };
        assert_eq!(detail("sid", "id"), "sid is missing");
        assert_eq!(detail(r#"["websocket"]"#, "[7]"), r#"upgrades is "[7]""#);
        assert_eq!(detail("25000", "-1"), r#"pingInterval is "-1""#);
        assert_eq!(detail("20000", "null"), r#"pingTimeout is "null""#);
        assert_eq!(detail("1000000", "1.5"), r#"maxPayload is "1.5""#);
        assert!(detail("{", "[").ends_with("… is no JSON object"));
    }
}
