//! What the line of a hex dump must look like.

use try_hexdump_line::line;

#[track_caller]
fn check(offset: usize, bytes: &[u8], wanted: &str) {
    let written = line(offset, bytes);
    assert_eq!(
        written, wanted,
        "\nthe bytes {bytes:02x?} at offset {offset} (decimal)\n  you wrote  {written}\n  \
         wanted     {wanted}\nBook: chapter 0, \"A byte is two digits\"\n"
    );
}

#[test]
fn sixteen_bytes_fill_the_line() {
    let wanted = "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|";
    check(0, b"0123456789abcdef", wanted);
}

#[test]
fn the_frame_of_chapter_0_has_seven_bytes_and_room_for_nine() {
    let wanted = "00000000  81 05 48 65 6c 6c 6f                              |..Hello|";
    check(0, b"\x81\x05Hello", wanted);
}

#[test]
fn each_byte_has_two_digits() {
    let wanted = "00000000  00 01 09 0a 0f 10 0d 0a                           |........|";
    check(0, &[0x00, 0x01, 0x09, 0x0a, 0x0f, 0x10, 0x0d, 0x0a], wanted);
}

#[test]
fn the_offset_is_hexadecimal_and_has_eight_digits() {
    for (offset, digits) in [
        (0x0f, "0000000f"),
        (0x10, "00000010"),
        (100, "00000064"),
        (0xabcdef, "00abcdef"),
        (0xffff_fff0, "fffffff0"),
    ] {
        let wanted = format!("{digits}  41                                                |A|");
        check(offset, b"A", &wanted);
    }
}

#[test]
fn only_bytes_from_20_to_7e_are_shown_as_characters() {
    let wanted = "00000000  1f 20 21 7d 7e 7f 80 9f  a0 c3 e9 ff              |. !}~.......|";
    let bytes = [0x1f, 0x20, 0x21, 0x7d, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0xc3, 0xe9, 0xff];
    check(0, &bytes, wanted);
}

#[test]
fn a_korean_syllable_is_three_bytes_and_three_dots() {
    let wanted = "00000010  eb a9 94 ec 95 84 eb a6  ac 0a                    |..........|";
    check(0x10, "메아리\n".as_bytes(), wanted);
}

#[test]
fn the_gap_stands_behind_the_eighth_byte() {
    check(0, &[0x41; 8], "00000000  41 41 41 41 41 41 41 41                           |AAAAAAAA|");
    check(0, &[0x41; 9], "00000000  41 41 41 41 41 41 41 41  41                       |AAAAAAAAA|");
}

#[test]
fn the_characters_stand_in_the_same_column_for_every_length() {
    for len in 0..=16 {
        let written = line(0x20, &[0xff; 16][..len]);
        assert_eq!(
            written.find('|'),
            Some(60),
            "with {len} bytes, the first | must stand in column 60 (counted from 0): {written:?}"
        );
        assert!(written.ends_with(&format!("|{}|", ".".repeat(len))), "{written:?}");
    }
}

#[test]
fn quotation_marks_and_bars_are_only_characters() {
    let wanted = "00000000  7c 22 5c 7b 7d                                    ||\"\\{}|";
    check(0, b"|\"\\{}", wanted);
}
