//! The offset is written in decimal.

/// One line of a dump of at most sixteen bytes, without a line end.
///
/// - the offset in eight hexadecimal digits, and two spaces;
/// - the first eight bytes, two lower-case digits each, a space between them, and
///   two spaces behind the group;
/// - the other eight in the same way. Where bytes are missing, spaces keep their
///   place, so that the characters of all lines stand under each other;
/// - the characters between two `|`: a byte from `20` (the space) to `7e` (`~`) as its
///   character in ASCII, every other byte as a dot.
pub fn line(offset: usize, bytes: &[u8]) -> String {
    let (left, right) = bytes.split_at(bytes.len().min(8));
    let characters: String = bytes.iter().map(|&byte| character(byte)).collect();
    format!("{offset:08}  {:<23}  {:<23}  |{characters}|", digits(left), digits(right))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn character(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }
}
