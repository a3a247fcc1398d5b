//! Your answer.

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
    // TODO: replace the line below.
    todo!("is {current} among {if_none_match:?}?")
}
