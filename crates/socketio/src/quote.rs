//! Other people's text, made short and harmless.

/// In quotes, control characters escaped, cut where it is long: for a violation.
pub(crate) fn quote(text: &str) -> String {
    let (shown, more) = cut(text, QUOTED);
    format!("{shown:?}{more}")
}

/// As it is, cut where it is long: for a span, whose view escapes what is odd.
pub(crate) fn shown(text: &str) -> String {
    let (shown, more) = cut(text, SHOWN);
    format!("{shown}{more}")
}

/// How many characters a violation quotes.
const QUOTED: usize = 40;
/// How many characters a span shows.
const SHOWN: usize = 128;

fn cut(text: &str, most: usize) -> (&str, &'static str) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_what_is_long_and_escapes_what_is_odd() {
        assert_eq!(quote("4\u{1e}\x1b[31m"), r#""4\u{1e}\u{1b}[31m""#);
        assert_eq!(quote(&"한".repeat(41)), format!("\"{}\"…", "한".repeat(40)));
        assert_eq!(quote(&"한".repeat(40)), format!("\"{}\"", "한".repeat(40)));
        assert_eq!(shown("2[\"foo\"]"), "2[\"foo\"]");
    }
}
