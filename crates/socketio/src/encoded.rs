//! Packets, encoded once for all who get them.
//!
//! An event for a room of five hundred is written as JSON once. What comes out
//! are Engine.IO frames, which the queues of all members share.
//!
//! ```
//! use socketio::{Encoded, Namespace, Value, engineio::Frame};
//!
//! let bytes = [Value::Binary([1, 2, 3, 4].into())];
//! let baz = Encoded::event(&Namespace::MAIN, "baz", &bytes, None)?;
//! let text = r#"451-["baz",{"_placeholder":true,"num":0}]"#;
//! assert_eq!(baz.frames(), [Frame::Text(text.into()), Frame::binary([1, 2, 3, 4])]);
//! # Ok::<(), socketio::EncodeError>(())
//! ```
//!
//! Book: chapter 11.

use crate::{
    Namespace, Object, Value,
    engineio::{self, Frame},
    packet::{Kind, is_reserved},
    value::Writer,
};
use std::sync::Arc;

/// A packet as Engine.IO frames: its text, then its attachments. A clone costs no copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded(Arc<[Frame]>);

/// Why a packet cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// No event may be called so.
    #[error("{name:?} is a reserved name: receivers refuse such an event")]
    ReservedEvent {
        /// The name.
        name: String,
    },
    /// Beside attachments, the receiver would take an object for the place of one.
    #[error("an object with \"_placeholder\": true cannot travel beside bytes")]
    LooksLikePlaceholder,
}

impl Encoded {
    /// An event, for one or for many.
    ///
    /// # Errors
    /// No receiver would take it, or take it for what it is.
    pub fn event(
        namespace: &Namespace,
        name: &str,
        arguments: &[Value],
        id: Option<u64>,
    ) -> Result<Encoded, EncodeError> {
        if is_reserved(name) {
            return Err(EncodeError::ReservedEvent { name: name.to_owned() });
        }
        Encoded::list([Kind::Event, Kind::BinaryEvent], namespace, id, Some(name), arguments)
    }

    /// An acknowledgement.
    ///
    /// # Errors
    /// No receiver would take it for what it is.
    pub fn ack(
        namespace: &Namespace,
        id: u64,
        arguments: &[Value],
    ) -> Result<Encoded, EncodeError> {
        Encoded::list([Kind::Ack, Kind::BinaryAck], namespace, Some(id), None, arguments)
    }

    /// The frames: one text, then an attachment each.
    pub fn frames(&self) -> &[Frame] {
        &self.0
    }

    fn list(
        [plain, binary]: [Kind; 2],
        namespace: &Namespace,
        id: Option<u64>,
        name: Option<&str>,
        arguments: &[Value],
    ) -> Result<Encoded, EncodeError> {
        let mut writer = Writer::default();
        writer.list(name, arguments);
        let count = writer.attachments.len();
        if writer.is_ambiguous && count > 0 {
            return Err(EncodeError::LooksLikePlaceholder);
        }
        let kind = if count > 0 { binary } else { plain };
        let text = text(kind, count, namespace, id, writer.json);
        let attachments = writer.attachments.into_iter().map(Frame::Binary);
        Ok(Encoded(std::iter::once(text).chain(attachments).collect()))
    }

    pub(crate) fn object(kind: Kind, namespace: &Namespace, payload: Option<&Object>) -> Encoded {
        let mut writer = Writer::default();
        if let Some(payload) = payload {
            writer.object(payload);
        }
        Encoded(Arc::new([text(kind, 0, namespace, None, writer.json)]))
    }
}

/// The text of a packet, behind the type of its Engine.IO packet.
fn text(
    kind: Kind,
    attachments: usize,
    namespace: &Namespace,
    id: Option<u64>,
    json: Vec<u8>,
) -> Frame {
    let mut text = String::with_capacity(json.len() + namespace.len() + 32);
    text.push(engineio::Kind::Message.char());
    text.push(kind.char());
    if attachments > 0 {
        text.push_str(&attachments.to_string());
        text.push('-');
    }
    if !namespace.is_main() {
        text.push_str(namespace);
        text.push(',');
    }
    if let Some(id) = id {
        text.push_str(&id.to_string());
    }
    text.push_str(&String::from_utf8(json).expect("JSON is UTF-8"));
    Frame::Text(text.into())
}
