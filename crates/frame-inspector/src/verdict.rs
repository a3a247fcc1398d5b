//! Why a connection ended, in one sentence.
//!
//! A connection can end on three floors, and a verdict names the highest one
//! that was reached:
//!
//! ```text
//! WebSocket   close frame ⇄ close frame        close-handshake, with a code
//! HTTP        an upgrade that was not granted  refused, with a status
//! TCP         FIN, RST, or neither             fin, reset, open
//! ```
//!
//! Book: chapters 8 and 13.

use wire::Side;

/// How a connection ended, who began the ending, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub ended: Ended,
    /// Who began it; none where nobody did.
    pub by: Option<Side>,
    /// The close code on the wire; none where there was none.
    pub code: Option<u16>,
    /// One sentence for a person.
    pub text: String,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Both sides sent a close frame.
    CloseHandshake,
    /// A side ended its direction of TCP, without a whole closing handshake.
    Fin,
    /// A side aborted TCP.
    Reset,
    /// The server did not switch protocols, or nobody listened.
    Refused,
    /// The capture ends first.
    Open,
}

impl Ended {
    /// The name in the JSON contract.
    pub fn name(self) -> &'static str {
        match self {
            Ended::CloseHandshake => "close-handshake",
            Ended::Fin => "fin",
            Ended::Reset => "reset",
            Ended::Refused => "refused",
            Ended::Open => "open",
        }
    }
}

/// The evidence about an ending, gathered while the connection goes on.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// Close frames in the order in which they came.
    pub(crate) closes: Vec<Close>,
    /// Who sent FIN, in order.
    pub(crate) fins: Vec<Side>,
    /// Who sent the first RST.
    pub(crate) reset: Option<Side>,
    /// The status that refused the last request to switch protocols.
    pub(crate) refused: Option<u16>,
    /// Whether it became a WebSocket.
    pub(crate) is_websocket: bool,
    /// Whether a byte of the stream was seen.
    pub(crate) has_data: bool,
    /// The side of which the capture has no byte.
    pub(crate) unseen: Option<Side>,
    /// Whether the reset was the only packet of its sender.
    pub(crate) refuses: bool,
    /// Whether the server sent any packet.
    pub(crate) was_answered: bool,
    /// Who sent the same bytes again and again, how often, and heard nothing any more.
    pub(crate) in_vain: Option<(Side, u32)>,
    /// Whether another connection took the same addresses and ports.
    pub(crate) was_replaced: bool,
}

/// A close frame that was seen.
#[derive(Debug)]
pub(crate) struct Close {
    pub(crate) from: Side,
    /// The number of the packet that had the end of it.
    pub(crate) packet: u64,
    /// The code, none where the frame had none.
    pub(crate) code: Option<u16>,
    /// Whether there was a body all the same, too short for a code.
    pub(crate) has_half_a_code: bool,
    pub(crate) reason: String,
}

/// How many close frames are remembered; one of each side is all there may be.
const MAX_CLOSES: usize = 8;

impl Evidence {
    /// Notes a close frame.
    pub(crate) fn close(&mut self, close: Close) {
        if self.closes.len() < MAX_CLOSES {
            // One side may be decoded later than the other, after a hole.
            let place = self.closes.partition_point(|other| other.packet <= close.packet);
            self.closes.insert(place, close);
        }
    }

    /// Who sent close frames, in order.
    pub(crate) fn closed_by(&self) -> Vec<Side> {
        self.closes.iter().map(|close| close.from).collect()
    }

    /// The verdict, now that no more evidence comes.
    pub(crate) fn verdict(&self) -> Verdict {
        let code = self.closes.first().and_then(|close| close.code);
        let (ended, by) = self.ending();
        Verdict { ended, by, code, text: self.sentence(ended, by) }
    }

    fn ending(&self) -> (Ended, Option<Side>) {
        let fin = self.fins.first().copied();
        match (self.closes.as_slice(), self.refused, self.reset, fin) {
            ([first, ..], ..) if self.both_closed() => (Ended::CloseHandshake, Some(first.from)),
            (_, Some(_), ..) if !self.is_websocket => (Ended::Refused, Some(Side::Server)),
            (_, _, Some(Side::Server), _) if self.refuses => (Ended::Refused, Some(Side::Server)),
            (closes, _, Some(side), None) => (Ended::Reset, Some(began(closes).unwrap_or(side))),
            (closes, _, reset, Some(side)) => match reset {
                // With both directions over already, a reset changes nothing.
                Some(_) if self.fins.len() < 2 => {
                    (Ended::Reset, Some(began(closes).unwrap_or(side)))
                }
                _ => (Ended::Fin, Some(began(closes).unwrap_or(side))),
            },
            (closes, _, None, None) => (Ended::Open, began(closes)),
        }
    }

    fn both_closed(&self) -> bool {
        Side::BOTH.iter().all(|side| self.closes.iter().any(|close| close.from == *side))
    }

    fn sentence(&self, ended: Ended, by: Option<Side>) -> String {
        let by = by.map_or("nobody", Side::name);
        let close = self.closes.first();
        match (ended, close) {
            (Ended::CloseHandshake, Some(close)) => {
                let other = close.from.other();
                format!("the {by} closed with {close}, and the {other} answered the close.")
            }
            (Ended::Refused, _) => match self.refused {
                Some(status) => {
                    format!("the server did not switch protocols: it answered with {status}.")
                }
                None => "nobody accepts connections there: the server answered with RST.".into(),
            },
            (_, Some(close)) if self.unseen == Some(close.from.other()) => {
                let other = close.from.other();
                format!("the {by} closed with {close}; of the {other} the capture has nothing.")
            }
            (Ended::Fin | Ended::Reset | Ended::Open, Some(close)) => {
                let other = close.from.other();
                let how = match ended {
                    Ended::Fin => "the connection ended",
                    Ended::Reset => "the connection was reset",
                    _ => "the capture ends",
                };
                format!("the {by} closed with {close}, and {how} before the {other} answered.")
            }
            (Ended::Fin, None) if self.is_websocket => format!(
                "the {by} ended TCP without a close frame: \
                 an API will call this 1006, because no code was on the wire."
            ),
            (Ended::Reset, None) if self.is_websocket => format!(
                "the {} reset the connection without a close frame: \
                 an API will call this 1006, because no code was on the wire.",
                self.reset.map_or(by, Side::name)
            ),
            (Ended::Fin, None) => format!("the {by} ended the connection."),
            (Ended::Reset, None) => match self.reset {
                Some(side) if side.name() != by => {
                    format!("the {by} ended the connection, and the {side} reset it.")
                }
                _ => format!("the {by} reset the connection."),
            },
            (Ended::Open, None) if self.was_replaced => {
                "its end is not in the capture: its addresses serve another connection then.".into()
            }
            (Ended::Open, None) if !self.has_data && !self.was_answered => {
                "nobody answered the first packet.".into()
            }
            (Ended::Open, None) if let Some((side, times)) = self.in_vain => format!(
                "the connection is still open where the capture ends: the {} sent its last bytes \
                 {times} times, and heard nothing from the {}.",
                side.name(),
                side.other().name()
            ),
            (Ended::Open | Ended::CloseHandshake, _) => {
                "the connection is still open where the capture ends.".into()
            }
        }
    }
}

/// Who sent the first close frame.
fn began(closes: &[Close]) -> Option<Side> {
    closes.first().map(|close| close.from)
}

impl Close {
    pub(crate) fn of(from: Side, message: &frame::Message<'_>, packet: u64) -> Self {
        let close = message.close();
        Close {
            from,
            packet,
            code: close.as_ref().map(|close| close.code.0),
            has_half_a_code: close.is_none() && message.len > 0,
            reason: close.map(|close| close.reason.to_string()).unwrap_or_default(),
        }
    }
}

impl std::fmt::Display for Close {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            None if self.has_half_a_code => write!(f, "half a code"),
            None => write!(f, "no code (an API will call this 1005)"),
            Some(code) => {
                write!(f, "{code} ({})", frame::Code(code).meaning())?;
                match self.reason.as_str() {
                    "" => Ok(()),
                    reason => write!(f, " {reason:?}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(from: Side, code: u16) -> Close {
        Close { from, packet: 0, code: Some(code), has_half_a_code: false, reason: String::new() }
    }

    #[test]
    fn a_closing_handshake_outranks_what_tcp_does_after_it() {
        let evidence = Evidence {
            closes: vec![close(Side::Server, 1001), close(Side::Client, 1001)],
            fins: vec![Side::Client],
            reset: Some(Side::Server),
            is_websocket: true,
            has_data: true,
            ..Evidence::default()
        };
        let verdict = evidence.verdict();
        assert_eq!(verdict.ended, Ended::CloseHandshake);
        assert_eq!((verdict.by, verdict.code), (Some(Side::Server), Some(1001)));
    }

    #[test]
    fn a_close_that_nobody_answers_is_no_closing_handshake() {
        let evidence = Evidence {
            closes: vec![close(Side::Client, 1000)],
            fins: vec![Side::Server, Side::Client],
            is_websocket: true,
            has_data: true,
            ..Evidence::default()
        };
        let verdict = evidence.verdict();
        assert_eq!((verdict.ended, verdict.by), (Ended::Fin, Some(Side::Client)));
        assert_eq!(verdict.code, Some(1000));
    }

    #[test]
    fn fin_without_close_is_what_an_api_calls_1006() {
        let evidence = Evidence {
            fins: vec![Side::Server],
            is_websocket: true,
            has_data: true,
            ..Evidence::default()
        };
        let verdict = evidence.verdict();
        assert_eq!(
            (verdict.ended, verdict.by, verdict.code),
            (Ended::Fin, Some(Side::Server), None)
        );
        assert!(verdict.text.contains("1006"), "{}", verdict.text);
    }

    #[test]
    fn bytes_sent_in_vain_are_said_where_nothing_else_ended_it() {
        let evidence = Evidence {
            in_vain: Some((Side::Client, 6)),
            is_websocket: true,
            has_data: true,
            ..Evidence::default()
        };
        let verdict = evidence.verdict();
        assert_eq!((verdict.ended, verdict.by), (Ended::Open, None));
        assert!(verdict.text.contains("6 times"), "{}", verdict.text);
    }

    #[test]
    fn a_reset_after_one_fin_is_a_reset_and_after_two_is_not() {
        let with_fins = |fins| Evidence {
            fins,
            reset: Some(Side::Client),
            has_data: true,
            ..Evidence::default()
        };
        assert_eq!(with_fins(vec![Side::Server]).verdict().ended, Ended::Reset);
        assert_eq!(with_fins(vec![Side::Server, Side::Client]).verdict().ended, Ended::Fin);
    }

    #[test]
    fn refused_means_a_status_or_a_reset_to_the_first_packet() {
        let status = Evidence { refused: Some(403), has_data: true, ..Evidence::default() };
        assert_eq!(status.verdict().ended, Ended::Refused);
        let reset = Evidence { reset: Some(Side::Server), refuses: true, ..Evidence::default() };
        assert_eq!(reset.verdict().ended, Ended::Refused);
        assert_eq!(Evidence::default().verdict().ended, Ended::Open);
    }
}
