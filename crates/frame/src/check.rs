//! The rules that a header keeps or breaks (RFC 6455 5.1 to 5.5, RFC 7692 6).

use crate::{Header, LengthForm, Mask, Opcode, Reserved, rules};
use wire::{Side, Violation};

/// What is known when a header arrives.
#[derive(Debug)]
pub(crate) struct HeaderCheck {
    from: Side,
    /// RSV1 has a meaning.
    deflate: bool,
    /// A close frame was seen.
    closed: bool,
    masks: Masks,
}

/// The longest payload of a control frame.
pub const MAX_CONTROL_PAYLOAD: u64 = 125;

impl HeaderCheck {
    pub(crate) fn new(from: Side, deflate: bool) -> Self {
        HeaderCheck { from, deflate, closed: false, masks: Masks::default() }
    }

    /// Whether it begins a whole data message and breaks no rule; otherwise
    /// [`check`](HeaderCheck::check) it. This is for nearly all frames, and costs nearly nothing.
    #[inline]
    pub(crate) fn passes(&mut self, header: &Header) -> bool {
        let ordinary = header.fin
            && header.rsv == Reserved::NONE
            && header.len > 0
            && matches!(header.opcode, Opcode::Text | Opcode::Binary)
            && header.form == LengthForm::minimal(header.len)
            && !self.closed;
        ordinary
            && match header.mask {
                Some(mask) => self.from == Side::Client && self.masks.is_fresh(mask),
                None => self.from == Side::Server,
            }
    }

    /// All the rules that it breaks.
    pub(crate) fn check(&mut self, header: &Header, broken: &mut Vec<Violation>) {
        self.check_mask(header, broken);
        check_opcode(header, broken);
        self.check_reserved(header, broken);
        check_control(header, broken);
        check_length(header, broken);
        self.check_close(header, broken);
    }

    /// A close frame was whole.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    fn check_mask(&mut self, header: &Header, broken: &mut Vec<Violation>) {
        match (self.from, header.mask) {
            (Side::Client, None) => {
                broken.push(rules::UNMASKED_CLIENT.broken("a frame without a masking key"));
            }
            (Side::Server, Some(mask)) => {
                let detail = format!("a frame with the masking key {mask}");
                broken.push(rules::MASKED_SERVER.broken(detail));
            }
            (Side::Client, Some(mask)) => broken.extend(self.masks.check(mask, header.len)),
            (Side::Server, None) => {}
        }
    }

    fn check_reserved(&self, header: &Header, broken: &mut Vec<Violation>) {
        let Header { rsv, opcode, .. } = *header;
        let unknown = if self.deflate { rsv.without_rsv1() } else { rsv };
        if unknown != Reserved::NONE {
            let names = ["RSV1", "RSV2", "RSV3"].into_iter().zip(unknown.bits());
            let set: Vec<_> = names.filter(|(_, set)| *set).map(|(name, _)| name).collect();
            let verb = if set.len() == 1 { "is" } else { "are" };
            let detail = format!("{} {verb} 1", set.join(" and "));
            broken.push(rules::RESERVED_BITS.broken(detail));
        }
        if self.deflate && rsv.rsv1() {
            if opcode.is_control() {
                let detail = format!("RSV1 is 1 on a {opcode} frame");
                broken.push(rules::RSV1_ON_CONTROL.broken(detail));
            } else if opcode == Opcode::Continuation {
                let detail = "RSV1 is 1 on a continuation frame";
                broken.push(rules::RSV1_ON_CONTINUATION.broken(detail));
            }
        }
    }

    /// Pings and pongs may follow a close frame: only data may not (5.5.1).
    fn check_close(&self, header: &Header, broken: &mut Vec<Violation>) {
        let opcode = header.opcode;
        if !self.closed {
            return;
        }
        if opcode == Opcode::Close {
            broken.push(rules::CLOSE_TWICE.broken("a second close frame"));
        } else if !opcode.is_control() {
            let detail = format!("a {opcode} frame after the close frame");
            broken.push(rules::DATA_AFTER_CLOSE.broken(detail));
        }
    }
}

fn check_opcode(header: &Header, broken: &mut Vec<Violation>) {
    if let Opcode::Reserved(number) = header.opcode {
        broken.push(rules::RESERVED_OPCODE.broken(format!("the opcode is 0x{number:x}")));
    }
}

fn check_control(header: &Header, broken: &mut Vec<Violation>) {
    let Header { fin, opcode, len, .. } = *header;
    // What a reserved opcode may carry, nobody knows.
    if !opcode.is_control() || matches!(opcode, Opcode::Reserved(_)) {
        return;
    }
    if len > MAX_CONTROL_PAYLOAD {
        let detail = format!("a {opcode} frame with {len} bytes of payload");
        broken.push(rules::CONTROL_TOO_LONG.broken(detail));
    }
    if !fin {
        broken.push(rules::CONTROL_FRAGMENTED.broken(format!("a {opcode} frame with FIN 0")));
    }
}

fn check_length(header: &Header, broken: &mut Vec<Violation>) {
    let Header { form, len, .. } = *header;
    let minimal = LengthForm::minimal(len);
    if len >> 63 == 1 {
        broken.push(rules::LENGTH_HIGH_BIT.broken(format!("the length is 0x{len:016x}")));
    } else if form != minimal {
        let (took, enough) = (form.extra_bytes(), minimal.extra_bytes());
        let detail = format!("{len} in {took} extra bytes where {enough} are enough");
        broken.push(rules::LENGTH_NOT_MINIMAL.broken(detail));
    }
}

/// What is watched about masking keys. Each suspicion is raised once a stream:
/// a client that never masks in earnest would raise it with every frame.
#[derive(Debug)]
struct Masks {
    last: Mask,
    zero_told: bool,
    repeated_told: bool,
}

impl Default for Masks {
    fn default() -> Self {
        Masks { last: Mask([0; 4]), zero_told: false, repeated_told: false }
    }
}

impl Masks {
    /// Notes the key, if there is nothing to say about it.
    #[inline]
    fn is_fresh(&mut self, mask: Mask) -> bool {
        let fresh =
            (mask != self.last || self.repeated_told) && (mask.0 != [0; 4] || self.zero_told);
        if fresh {
            self.last = mask;
        }
        fresh
    }

    fn check(&mut self, mask: Mask, len: u64) -> Option<Violation> {
        // Without payload there is nothing to hide, and some clients use the key 0 then.
        if len == 0 {
            return None;
        }
        let zero = mask.0 == [0; 4];
        let repeated = mask == self.last && !zero;
        self.last = mask;
        if zero && !self.zero_told {
            self.zero_told = true;
            return Some(rules::ZERO_MASK.broken("the masking key is 00000000"));
        }
        if repeated && !self.repeated_told {
            self.repeated_told = true;
            let detail = format!("two frames in a row have the masking key {mask}");
            return Some(rules::REPEATED_MASK.broken(detail));
        }
        None
    }
}
