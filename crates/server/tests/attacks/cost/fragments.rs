//! Messages in very many, very small pieces.

use super::{
    child::{self, Child},
    grows_linearly,
};
use crate::{
    neighbour::Neighbour,
    socket::{Socket, frame},
};
use frame::deflate::{Deflater, Window};

/// A message of one byte a frame.
fn in_pieces(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frames = Vec::new();
    let mut begins = first;
    for byte in payload {
        frames.extend(frame(begins, &[*byte]));
        begins = 0x00;
    }
    frames.extend(frame(0x80, b""));
    frames
}

#[tokio::test]
async fn puts_a_million_fragments_of_a_byte_together_in_linear_time() {
    let child = Child::start(child::DEFLATING);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    // Not too simple to compress, and no ASCII.
    let text: String = (0..250_000_u32)
        .map(|number| {
            if number.is_power_of_two() {
                'é'
            } else {
                char::from(b'a' + (number.wrapping_mul(number) >> 7) as u8 % 16)
            }
        })
        .collect();
    let attacks = [("text", 0x01), ("binary", 0x02), ("compressed text", 0x41)];
    for (attack, first) in attacks {
        grows_linearly(attack, &child, async |times| {
            let message = text.repeat(times);
            let payload = match first {
                0x41 => deflate(message.as_bytes()),
                _ => message.clone().into_bytes(),
            };
            let mut attack = in_pieces(first, &payload);
            attack.extend(frame(0x88, b""));
            let said = Socket::open_deflating(child.address, "/socket").await.throw(&attack).await;
            assert_eq!(said.len(), 2);
            assert!(said[0].1 == message.as_bytes());
        })
        .await;
    }
    neighbour.ends_unharmed().await;
    let grown = child.peak() - before;
    assert!(grown < 8 << 10, "a message of a million bytes cost {grown} KiB");
}

fn deflate(message: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    Deflater::new(Window::default(), 1).encode(message, &mut compressed);
    compressed
}
