//! Bits, counted from the most significant one.

use try_bits::{bit, number};

#[track_caller]
fn check_bits(byte: u8, wanted: [u8; 8]) {
    for (place, wanted) in (0..).zip(wanted) {
        assert_eq!(
            bit(byte, place),
            wanted == 1,
            "\nthe byte {byte:#04x} is {byte:08b}; its bit at place {place}, counted from the left \
             from 0, is {wanted}\nBook: chapter 0, \"A byte may hold several small things\"\n"
        );
    }
}

#[track_caller]
fn check_number(byte: u8, first: u32, count: u32, wanted: u8) {
    let found = number(byte, first, count);
    assert_eq!(
        found, wanted,
        "\nthe byte {byte:#04x} is {byte:08b}; its {count} bits from place {first} on are the number \
         {wanted}, not {found}\nBook: chapter 0, \"A byte may hold several small things\"\n"
    );
}

#[test]
fn the_first_byte_of_a_frame_has_its_first_and_last_bit() {
    check_bits(0x81, [1, 0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn bits_are_counted_from_the_left() {
    check_bits(0x80, [1, 0, 0, 0, 0, 0, 0, 0]);
    check_bits(0x01, [0, 0, 0, 0, 0, 0, 0, 1]);
    check_bits(0x48, [0, 1, 0, 0, 1, 0, 0, 0]);
    check_bits(0xc1, [1, 1, 0, 0, 0, 0, 0, 1]);
    check_bits(0x00, [0; 8]);
    check_bits(0xff, [1; 8]);
}

#[test]
fn the_last_four_bits_of_a_frames_first_byte_are_its_opcode() {
    check_number(0x81, 4, 4, 0x1);
    check_number(0x88, 4, 4, 0x8);
    check_number(0x0f, 4, 4, 0xf);
}

#[test]
fn the_last_seven_bits_of_a_frames_second_byte_are_its_length() {
    check_number(0x05, 1, 7, 5);
    check_number(0x85, 1, 7, 5);
    check_number(0xfe, 1, 7, 126);
    check_number(0xff, 1, 7, 127);
    check_number(0x80, 1, 7, 0);
}

#[test]
fn a_number_is_moved_down_to_where_one_is_one() {
    check_number(0x70, 1, 3, 7);
    check_number(0x48, 0, 4, 4);
    check_number(0xeb, 0, 4, 0xe);
    check_number(0b0001_1000, 3, 2, 3);
}

#[test]
fn one_bit_is_the_number_0_or_1() {
    for place in 0..8 {
        check_number(0xff, place, 1, 1);
        check_number(!(0x80 >> place), place, 1, 0);
    }
}

#[test]
fn all_eight_bits_are_the_byte_itself() {
    for byte in 0..=u8::MAX {
        check_number(byte, 0, 8, byte);
    }
}

#[test]
fn every_number_in_every_place_agrees_with_its_written_bits() {
    for byte in 0..=u8::MAX {
        let written = format!("{byte:08b}");
        for first in 0..8 {
            for count in 1..=8 - first {
                let digits = &written[first..first + count];
                let wanted = u8::from_str_radix(digits, 2).expect("these are bits");
                check_number(byte, first as u32, count as u32, wanted);
            }
        }
    }
}
