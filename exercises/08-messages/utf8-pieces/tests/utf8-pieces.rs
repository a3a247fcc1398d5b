//! Right texts cut everywhere, wrong ones found at the right byte.

use try_utf8_pieces::{Invalid, Utf8};
use wire::hex;

/// Whether the pieces together are a text, and if not, whether it took the end to find out.
fn run<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(), &'static str> {
    let mut utf8 = Utf8::default();
    for piece in pieces {
        utf8.receive(piece).map_err(|Invalid| "refused by receive")?;
    }
    utf8.finish().map_err(|Invalid| "refused by finish")
}

const TEXTS: [&str; 7] = [
    "",
    "Hello",
    "café",
    "안녕하세요",
    "a¢€😀 z",
    "😀😀",
    "\u{0}\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{fffd}\u{ffff}\u{10000}\u{10ffff}",
];

#[test]
fn accepts_a_text_that_is_cut_anywhere() {
    for text in TEXTS {
        let bytes = text.as_bytes();
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(
                    run(pieces),
                    Ok(()),
                    "{text:?}, cut in {:?}: a fragment is no message, and may end inside a \
                     character (RFC 6455, section 5.4)",
                    pieces.map(hex::spaced)
                );
            }
        }
    }
}

#[test]
fn accepts_a_text_byte_by_byte_with_empty_pieces_between() {
    for text in TEXTS {
        let pieces = text.as_bytes().chunks(1).flat_map(|byte| [byte, &[]]);
        assert_eq!(run(pieces), Ok(()), "{text:?}, one byte at a time");
    }
}

#[test]
fn refuses_a_message_that_ends_inside_a_character() {
    for character in ["é", "세", "😀"] {
        let bytes = character.as_bytes();
        for len in 1..bytes.len() {
            let message = [b"caf", &bytes[..len]].concat();
            for cut in 0..=message.len() {
                let (left, right) = message.split_at(cut);
                assert_eq!(
                    run([left, right]),
                    Err("refused by finish"),
                    "{} | {}: the last character has {len} of {} bytes. It may still become \
                     right, until finish says that nothing follows",
                    hex::spaced(left),
                    hex::spaced(right),
                    bytes.len()
                );
            }
        }
    }
}

/// `bad` is refused by its last byte, and not before, however it is cut.
#[track_caller]
fn refuses_at_the_last_byte(bad: &str, why: &str) {
    let bad = hex::decode(bad).expect("the test's own digits");
    let before = bad.len() - 1;
    for prefix in [&b""[..], b"ok", "안".as_bytes()] {
        let message = [prefix, &bad].concat();
        let sound = prefix.len() + before;
        for cut in 0..=sound {
            let shown =
                format!("{} | {}", hex::spaced(&message[..cut]), hex::spaced(&message[cut..]));
            let mut utf8 = Utf8::default();
            assert_eq!(utf8.receive(&message[..cut]), Ok(()), "{shown}: the left part may go on");
            assert_eq!(
                utf8.receive(&message[cut..sound]),
                Ok(()),
                "{shown}: all but the last byte"
            );
            assert_eq!(
                utf8.receive(&message[sound..]),
                Err(Invalid),
                "{shown}: {why}. The last byte makes it so, and nothing that follows can help"
            );
            let mut utf8 = Utf8::default();
            let together =
                utf8.receive(&message[..cut]).and_then(|()| utf8.receive(&message[cut..]));
            assert_eq!(together, Err(Invalid), "{shown}: {why}");
        }
    }
}

#[test]
fn refuses_the_first_byte_that_nothing_can_make_right() {
    refuses_at_the_last_byte("ff", "ff never stands in UTF-8");
    refuses_at_the_last_byte("80", "a character cannot begin with a continuation byte");
    refuses_at_the_last_byte("c0", "c0 would begin an overlong form");
    refuses_at_the_last_byte("f5", "f5 would begin a character beyond U+10FFFF");
    refuses_at_the_last_byte("e0 80", "an overlong form of three bytes");
    refuses_at_the_last_byte("f0 80", "an overlong form of four bytes");
    refuses_at_the_last_byte("ed a0", "a surrogate, half of a UTF-16 pair");
    refuses_at_the_last_byte("f4 90", "a character beyond U+10FFFF");
    refuses_at_the_last_byte("c3 41", "a character of two bytes has no second");
    refuses_at_the_last_byte("ec 84 41", "a character of three bytes has no third");
    refuses_at_the_last_byte("ec ec", "a character begins inside of another");
    refuses_at_the_last_byte("f0 9f 98 ff", "ff never stands in UTF-8");
    refuses_at_the_last_byte("c3 a9 a9", "one continuation byte too many");
}

#[test]
fn refuses_what_is_wrong_in_the_middle_of_a_piece() {
    for bad in ["41 ff 41", "e9 20 41", "eb 85 41 42 43", "80 41"] {
        let bytes = hex::decode(bad).expect("the test's own digits");
        assert_eq!(run([&bytes[..]]), Err("refused by receive"), "{bad} in one piece");
    }
}

#[test]
fn agrees_with_the_standard_library_on_all_pairs_of_bytes_behind_a_cut_character() {
    for begun in ["", "c3", "e0", "ed", "f4", "e1 80", "f1 80 80"] {
        let begun = hex::decode(begun).expect("the test's own digits");
        for pair in 0..=u16::MAX {
            let pair = pair.to_be_bytes();
            let whole = [&begun[..], &pair].concat();
            let is_text = std::str::from_utf8(&whole).is_ok();
            assert_eq!(
                run([&begun[..], &pair]).is_ok(),
                is_text,
                "{} | {}: is it a text?",
                hex::spaced(&begun),
                hex::spaced(&pair)
            );
        }
    }
}
