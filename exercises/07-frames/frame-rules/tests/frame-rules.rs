//! The rules one by one, and then every header there is.

use try_frame_rules::{Header, Refusal, check};
use wire::Side;

const TEXT: Header = Header {
    fin: true,
    rsv1: false,
    rsv2: false,
    rsv3: false,
    opcode: 0x1,
    masked: false,
    payload: 5,
};
const PING: Header = Header { opcode: 0x9, ..TEXT };

#[track_caller]
fn accepts(header: Header, deflate: bool) {
    for (sender, masked) in [(Side::Client, true), (Side::Server, false)] {
        let header = Header { masked, ..header };
        assert_eq!(
            check(header, sender, deflate),
            Ok(()),
            "{header:?}\nis allowed from the {sender} (deflate: {deflate})"
        );
    }
}

#[track_caller]
fn refuses(header: Header, deflate: bool, want: Refusal, section: &str) {
    for (sender, masked) in [(Side::Client, true), (Side::Server, false)] {
        let header = Header { masked, ..header };
        assert_eq!(
            check(header, sender, deflate),
            Err(want),
            "{header:?}\nfrom the {sender} (deflate: {deflate}): {section}"
        );
    }
}

#[test]
fn six_opcodes_have_a_meaning() {
    for opcode in [0x0, 0x1, 0x2, 0x8, 0x9, 0xa] {
        accepts(Header { opcode, ..TEXT }, false);
    }
    for opcode in [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        let header = Header { opcode, ..TEXT };
        refuses(header, false, Refusal::ReservedOpcode, "RFC 6455, section 5.2");
    }
}

#[test]
fn reserved_bits_are_zero_without_an_agreement() {
    for header in [
        Header { rsv1: true, ..TEXT },
        Header { rsv2: true, ..TEXT },
        Header { rsv3: true, ..TEXT },
        Header { rsv1: true, rsv2: true, rsv3: true, ..TEXT },
    ] {
        refuses(header, false, Refusal::ReservedBits, "RFC 6455, section 5.2");
    }
}

#[test]
fn deflate_gives_a_meaning_to_rsv1_and_to_no_other_bit() {
    accepts(TEXT, true);
    accepts(Header { rsv1: true, ..TEXT }, true);
    accepts(Header { rsv1: true, opcode: 0x2, ..TEXT }, true);
    accepts(Header { rsv1: true, fin: false, ..TEXT }, true);
    for header in [Header { rsv2: true, ..TEXT }, Header { rsv1: true, rsv3: true, ..TEXT }] {
        refuses(header, true, Refusal::ReservedBits, "RFC 7692 uses RSV1 alone");
    }
}

#[test]
fn rsv1_stands_on_the_first_frame_of_a_message() {
    for opcode in [0x0, 0x8, 0x9, 0xa] {
        let header = Header { rsv1: true, opcode, ..TEXT };
        refuses(header, true, Refusal::ReservedBits, "RFC 7692, sections 6 and 6.1");
    }
}

#[test]
fn a_control_frame_is_small_and_whole() {
    for opcode in [0x8, 0x9, 0xa] {
        let control = Header { opcode, ..PING };
        accepts(Header { payload: 0, ..control }, false);
        accepts(Header { payload: 125, ..control }, false);
        for payload in [126, 127, 65_536, u64::MAX] {
            let header = Header { payload, ..control };
            refuses(header, false, Refusal::ControlTooLong, "RFC 6455, section 5.5");
        }
        let header = Header { fin: false, ..control };
        refuses(header, false, Refusal::ControlFragmented, "RFC 6455, section 5.5");
    }
}

#[test]
fn data_may_be_long_and_in_pieces() {
    for opcode in [0x0, 0x1, 0x2] {
        accepts(Header { opcode, fin: false, ..TEXT }, false);
        accepts(Header { opcode, payload: 126, ..TEXT }, false);
        accepts(Header { opcode, payload: i64::MAX as u64, fin: false, ..TEXT }, false);
    }
}

#[test]
fn a_client_masks_and_a_server_does_not() {
    for opcode in [0x0, 0x1, 0x2, 0x8, 0x9, 0xa] {
        for payload in [0, 5] {
            let header = Header { opcode, payload, ..TEXT };
            assert_eq!(
                check(header, Side::Client, false),
                Err(Refusal::Unmasked),
                "{header:?}\nfrom a client, without a mask: RFC 6455, section 5.1"
            );
            let header = Header { masked: true, ..header };
            assert_eq!(
                check(header, Side::Server, false),
                Err(Refusal::Masked),
                "{header:?}\nfrom a server, with a mask: RFC 6455, section 5.1"
            );
        }
    }
}

/// Every rule that the header breaks, one line a rule.
fn broken(header: Header, sender: Side, deflate: bool) -> Vec<Refusal> {
    let data = [0x0, 0x1, 0x2].contains(&header.opcode);
    let control = [0x8, 0x9, 0xa].contains(&header.opcode);
    let first = [0x1, 0x2].contains(&header.opcode);
    let rsv1_is_wrong = header.rsv1 && !(deflate && first);
    [
        (header.rsv2 || header.rsv3 || rsv1_is_wrong, Refusal::ReservedBits),
        (!data && !control, Refusal::ReservedOpcode),
        (control && !header.fin, Refusal::ControlFragmented),
        (control && header.payload > 125, Refusal::ControlTooLong),
        (sender == Side::Client && !header.masked, Refusal::Unmasked),
        (sender == Side::Server && header.masked, Refusal::Masked),
    ]
    .into_iter()
    .filter_map(|(is_broken, refusal)| is_broken.then_some(refusal))
    .collect()
}

#[test]
fn every_header_is_accepted_or_refused_for_a_reason_that_holds() {
    for number in 0..1_u32 << 11 {
        let bit = |at: u32| number >> at & 1 == 1;
        for payload in [0, 125, 126, 65_536] {
            let header = Header {
                fin: bit(0),
                rsv1: bit(1),
                rsv2: bit(2),
                rsv3: bit(3),
                masked: bit(4),
                opcode: (number >> 5 & 0xf) as u8,
                payload,
            };
            let sender = if bit(9) { Side::Client } else { Side::Server };
            let deflate = bit(10);
            let broken = broken(header, sender, deflate);
            match check(header, sender, deflate) {
                Ok(()) => assert_eq!(
                    broken,
                    [],
                    "{header:?}\nfrom the {sender} was accepted (deflate: {deflate})"
                ),
                Err(refusal) => assert!(
                    broken.contains(&refusal),
                    "{header:?}\nfrom the {sender} was refused for {refusal:?} \
                     (deflate: {deflate}), and the rules that it breaks are {broken:?}"
                ),
            }
        }
    }
}
