//! Frames that break a rule (RFC 6455 5): each is answered with the right code.

use crate::{
    socket::{Said, Socket, claim, close_code, frame},
    victim::{Victim, with_places},
};
use frame::Kind;
use server::websocket;
use tokio::io::AsyncWriteExt;

/// Sends the bytes over a fresh WebSocket and sees this code, and nothing else.
async fn refuse(victim: &Victim, attack: &[u8], code: u16) {
    let socket = Socket::open(victim.site.address, "/socket").await;
    let said = socket.throw(attack).await;
    let shown = attack[..attack.len().min(40)].escape_ascii();
    assert_eq!((said.len(), close_code(&said)), (1, Some(code)), "{shown}: {said:?}");
}

#[tokio::test]
async fn refuses_frames_without_a_mask_with_1002() {
    let victim = Victim::new().await;
    for attack in [b"\x81\x05hello".as_slice(), b"\x82\x00", b"\x89\x00", b"\x88\x02\x03\xe8"] {
        refuse(&victim, attack, 1002).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_reserved_bits_and_opcodes_with_1002() {
    let victim = Victim::new().await;
    for bits in 1..8 {
        for opcode in [0x1, 0x2, 0x8, 0x9, 0xa] {
            refuse(&victim, &frame(0x80 | bits << 4 | opcode, b""), 1002).await;
        }
    }
    for opcode in (0x3..=0x7).chain(0xb..=0xf) {
        refuse(&victim, &frame(0x80 | opcode, b""), 1002).await;
        refuse(&victim, &frame(opcode, b"hello"), 1002).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_claims_of_more_than_it_takes_before_anything_comes() {
    let victim = Victim::new().await;
    let limit = frame::Limits::default().message;
    for len in [limit + 1, 1 << 40, (1 << 63) - 1] {
        refuse(&victim, &claim(0x82, len), 1009).await;
        refuse(&victim, &claim(0x01, len), 1009).await;
    }
    for len in [1 << 63, u64::MAX] {
        refuse(&victim, &claim(0x82, len), 1002).await;
    }
    let beyond = [frame(0x02, b"one"), claim(0x00, limit - 2)].concat();
    refuse(&victim, &beyond, 1009).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_lengths_in_more_bytes_than_they_need_with_1002() {
    let victim = Victim::new().await;
    refuse(&victim, b"\x82\xfe\x00\x7d\x37\xfa\x21\x3d", 1002).await;
    refuse(&victim, b"\x82\xff\0\0\0\0\0\0\xff\xff\x37\xfa\x21\x3d", 1002).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_control_frames_that_are_long_or_in_pieces_with_1002() {
    let victim = Victim::new().await;
    for opcode in [0x8, 0x9, 0xa] {
        refuse(&victim, &claim(0x80 | opcode, 126), 1002).await;
        refuse(&victim, &claim(0x80 | opcode, 1 << 40), 1002).await;
        refuse(&victim, &frame(opcode, b""), 1002).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_fragments_out_of_order_with_1002() {
    let victim = Victim::new().await;
    refuse(&victim, &frame(0x80, b"of nothing"), 1002).await;
    refuse(&victim, &frame(0x00, b"of nothing"), 1002).await;
    refuse(&victim, &[frame(0x01, b"one"), frame(0x81, b"two")].concat(), 1002).await;
    refuse(&victim, &[frame(0x01, b"one"), frame(0x02, b"two")].concat(), 1002).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_text_that_is_no_utf8_with_1007() {
    let victim = Victim::new().await;
    let texts: [&[u8]; 10] = [
        b"\x80",
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf0\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xff",
        b"cut \xe2\x82",
        b"cut \xf0\x9f\x98",
    ];
    for text in texts {
        refuse(&victim, &frame(0x81, text), 1007).await;
        refuse(&victim, &[frame(0x01, text), frame(0x80, b"")].concat(), 1007).await;
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_bad_text_inside_a_frame_that_is_not_whole() {
    let victim = Victim::new().await;
    let begun = |first, text: &[u8]| {
        let mut begun = frame(first, &[text, &vec![b't'; 100_000]].concat());
        begun.truncate(14 + text.len());
        begun
    };
    refuse(&victim, &begun(0x81, b"ok \xff"), 1007).await;
    refuse(&victim, &begun(0x01, b"ok \xff"), 1007).await;
    // What the first fragment began, the second does not end.
    refuse(&victim, &[frame(0x01, b"\xf4"), begun(0x80, b"\x90")].concat(), 1007).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_close_frames_that_may_not_be_sent() {
    let victim = Victim::new().await;
    refuse(&victim, &frame(0x88, b"\x03"), 1002).await;
    let codes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535_u16];
    for code in codes {
        refuse(&victim, &frame(0x88, &code.to_be_bytes()), 1002).await;
    }
    refuse(&victim, &frame(0x88, b"\x03\xe8\xff"), 1007).await;
    refuse(&victim, &frame(0x88, b"\x03\xe8cut \xe2\x82"), 1007).await;
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn refuses_compressed_messages_that_are_none() {
    let mut config = websocket::Config::default();
    config.handshake.deflate = Some(handshake::deflate::Policy::default());
    let victim = Victim::start(with_places(1), config).await;
    let attacks = [
        (frame(0xc1, b"\x07"), 1007),
        (frame(0xc2, b"\xff\xff\xff\xff"), 1007),
        // A stored block whose length is not its own complement.
        (frame(0xc2, b"\x00\x05\x00\x00\x00hello"), 1007),
        // Refers to bytes before the first.
        (frame(0xc2, b"\x4a\x04\x62\x00"), 1007),
        // Inflates to ff, which is no UTF-8.
        (frame(0xc1, b"\x00\x01\x00\xfe\xff\xff\x00"), 1007),
        (frame(0xc9, b""), 1002),
        ([frame(0x41, b"\x00"), frame(0xc0, b"\x00")].concat(), 1002),
        (frame(0xe1, b"\x00"), 1002),
    ];
    for (attack, code) in attacks {
        let socket = Socket::open_deflating(victim.site.address, "/socket").await;
        let said = socket.throw(&attack).await;
        assert_eq!((said.len(), close_code(&said)), (1, Some(code)), "{attack:02x?}: {said:?}");
    }
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn answers_what_came_before_the_broken_rule_and_nothing_behind_it() {
    let victim = Victim::new().await;
    let socket = Socket::open(victim.site.address, "/socket").await;
    let (before, broken, behind) =
        (frame(0x81, b"before"), frame(0x83, b""), frame(0x81, b"behind"));
    let said = socket.throw(&[before, broken, behind].concat()).await;
    let want: Said = (Kind::Text, b"before".to_vec());
    assert_eq!((said.len(), &said[0], close_code(&said)), (2, &want, Some(1002)));
    victim.ends_unharmed().await;
}

#[tokio::test]
async fn hears_nothing_of_a_client_that_goes_on_behind_its_close() {
    let victim = Victim::start(with_places(1), websocket::Config::default()).await;
    let mut socket = Socket::open(victim.site.address, "/socket").await;
    let mut attack = frame(0x88, b"\x03\xe8");
    attack.extend(frame(0x81, b"behind").repeat(10_000));
    socket.write_all(&attack).await.unwrap();
    let said = socket.hear().await;
    assert_eq!(said, [(Kind::Close, b"\x03\xe8".to_vec())]);
    victim.ends_unharmed().await;
}
