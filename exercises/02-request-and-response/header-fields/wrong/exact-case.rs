//! Names are compared with their case.

/// The name and the value of one line of a head; the line comes without its CR LF.
///
/// Spaces and tabs around the value do not belong to it. `None` if the line is no field
/// (RFC 9112, section 5.1): it has no colon, or the name is not a token of at least one
/// character. A space before the colon, or at the beginning of the line, is therefore
/// refused: two programs that disagree about it find different names.
///
/// A token consists of the letters and digits of ASCII and ``!#$%&'*+-.^_`|~`` (RFC 9110,
/// section 5.6.2).
pub fn decode_line(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(is_token);
    is_name.then_some((name, value.trim_matches([' ', '\t'])))
}

/// The value of the field `name`, whose case means nothing; `None` if no line has it.
///
/// Where several lines have it, their values in order, joined with `", "`.
pub fn value(fields: &[(&str, &str)], name: &str) -> Option<String> {
    let values: Vec<&str> =
        fields.iter().filter(|(other, _)| *other == name).map(|&(_, value)| value).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
