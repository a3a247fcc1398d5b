//! Packets and the attachments behind them (Socket.IO 5, Format).
//!
//! ```text
//!   messages of Engine.IO                                     packets
//!   text   2["foo"]                                    ────►  foo
//!   text   52-["baz",{…"num":0},{…"num":1}]            ───┐
//!   bytes  01 02                                          │
//!   bytes  03 04                                       ───┴►  baz 01 02, 03 04
//! ```
//!
//! While attachments are missing, nothing else may come. So a packet never
//! overtakes another one, and only one can be unfinished.

use crate::{
    Binary, Limits,
    packet::{Head, Packet},
    rules,
    value::{self, Places},
};
use wire::Violation;

/// Decodes the messages of one direction.
///
/// ```
/// use socketio::Decoder;
///
/// let mut decoder = Decoder::default();
/// assert!(decoder.receive(r#"2["foo"]"#)?.is_some());
/// assert!(decoder.receive(r#"51-["baz",{"_placeholder":true,"num":0}]"#)?.is_none());
/// assert_eq!(decoder.missing(), 1);
/// assert!(decoder.receive_binary([1, 2].into())?.is_some());
/// # Ok::<(), wire::Violation>(())
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    limits: Limits,
    unfinished: Option<Unfinished>,
}

/// A packet whose attachments are missing.
#[derive(Debug)]
struct Unfinished {
    packet: Packet,
    places: Places,
    attachments: Vec<Binary>,
    /// How many still have to come.
    missing: usize,
}

impl Decoder {
    /// A decoder that puts up with so much.
    pub fn new(limits: Limits) -> Self {
        Decoder { limits, unfinished: None }
    }

    /// Takes a message of text; `None`: its attachments are missing.
    ///
    /// # Errors
    /// The rule that it breaks. An unfinished packet is given up.
    pub fn receive(&mut self, text: &str) -> Result<Option<Packet>, Violation> {
        if let Some(unfinished) = self.unfinished.take() {
            let missing = unfinished.missing;
            let detail = format!("a message of text, where {missing} attachments are missing");
            return Err(rules::ATTACHMENT_MISSING.broken(detail));
        }
        let head = Head::decode(text, &self.limits)?;
        let (payload, places) = match head.json {
            "" => (None, Places::default()),
            json => {
                let (payload, places) = value::read(json, head.attachments, &self.limits)?;
                (Some(payload), places)
            }
        };
        let packet = Packet::new(&head, payload)?;
        if head.attachments == 0 {
            return Ok(Some(packet));
        }
        let missing = head.attachments;
        self.unfinished = Some(Unfinished { packet, places, attachments: Vec::new(), missing });
        Ok(None)
    }

    // ANCHOR: receive_binary
    /// Takes a message of bytes: an attachment. The last one makes its packet whole.
    ///
    /// # Errors
    /// No packet has announced it.
    pub fn receive_binary(&mut self, bytes: Binary) -> Result<Option<Packet>, Violation> {
        let Some(mut unfinished) = self.unfinished.take() else {
            let detail = format!("{} bytes that no packet has announced", bytes.len());
            return Err(rules::ATTACHMENT_UNEXPECTED.broken(detail));
        };
        unfinished.attachments.push(bytes);
        unfinished.missing -= 1;
        if unfinished.missing == 0 {
            return Ok(Some(unfinished.finish()));
        }
        self.unfinished = Some(unfinished);
        Ok(None)
    }
    // ANCHOR_END: receive_binary

    /// How many attachments still have to come.
    pub fn missing(&self) -> usize {
        self.unfinished.as_ref().map_or(0, |unfinished| unfinished.missing)
    }
}

impl Unfinished {
    fn finish(self) -> Packet {
        let Unfinished { mut packet, places, attachments, .. } = self;
        places.fill(packet.arguments_mut(), &attachments);
        packet
    }
}
