//! Who does not name anything is told that nothing has changed.

/// Whether the answer is 304, not modified: `current` is one of the names in
/// `if_none_match`, the value of the field (`None` without the field).
///
/// The value is a list of names with commas between them; around a comma there may be
/// spaces and tabs. A name is text in quotation marks, and commas and spaces inside of
/// them belong to it. `W/` before the opening mark says that the name is a *weak* one;
/// here this makes no difference, on either side. Otherwise names are compared byte by
/// byte. The value `*` stands for every name.
///
/// What follows something that is no name is not read: the whole answer is sent, which is
/// never wrong.
pub fn is_unchanged(if_none_match: Option<&str>, current: &str) -> bool {
    let Some(value) = if_none_match else { return true };
    if value.trim_matches(SPACE) == "*" {
        return true;
    }
    let current = strong(current);
    let mut rest = value;
    while let Some((name, behind)) = split_name(rest) {
        if name == current {
            return true;
        }
        rest = behind;
    }
    false
}

const SPACE: [char; 2] = [' ', '\t'];

/// A name without its `W/`.
fn strong(name: &str) -> &str {
    name.strip_prefix("W/").unwrap_or(name)
}

/// The first name of a list, with its quotation marks, and what stands behind it.
fn split_name(list: &str) -> Option<(&str, &str)> {
    let list = strong(list.trim_start_matches([' ', '\t', ',']));
    let closing = list.strip_prefix('"')?.find('"')? + 1;
    let (name, behind) = list.split_at(closing + 1);
    let behind = behind.trim_start_matches(SPACE);
    (behind.is_empty() || behind.starts_with(',')).then_some((name, behind))
}
