//! What stands behind a directive's name: words, and `name=value`.

/// Words as a shell would cut them, and options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arguments {
    pub(super) words: Vec<String>,
    options: Vec<(String, String)>,
}

impl Arguments {
    /// Cuts `text` into words; quotes keep spaces, and `name=value` is an option
    /// if `known` has its name.
    pub(super) fn of(text: &str, known: &[&str]) -> Result<Self, String> {
        let mut arguments = Arguments { words: Vec::new(), options: Vec::new() };
        for word in words(text)? {
            match word.split_once('=') {
                Some((name, value)) if known.contains(&name) => {
                    arguments.options.push((name.to_owned(), value.to_owned()));
                }
                Some((name, _)) if !known.is_empty() && is_name(name) => {
                    return Err(super::path::unknown("option", name, known.iter().copied()));
                }
                _ => arguments.words.push(word),
            }
        }
        Ok(arguments)
    }

    /// The value of an option.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of an option that counts from 1.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, String> {
        let Some(value) = self.option(name) else { return Ok(None) };
        match value.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(format!("{name}={value}: this is no number from 1")),
        }
    }

    /// The option `lines=A..B`: the first and the last line, from 1.
    pub(super) fn lines(&self) -> Result<Option<(usize, usize)>, String> {
        let Some(value) = self.option("lines") else { return Ok(None) };
        let ends = value.split_once("..").and_then(|(first, last)| {
            let first = if first.is_empty() { 1 } else { first.parse().ok()? };
            let last = if last.is_empty() { usize::MAX } else { last.parse().ok()? };
            (first > 0 && first <= last).then_some((first, last))
        });
        ends.map(Some)
            .ok_or_else(|| format!("lines={value}: write lines=3..7, from 1, both included"))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Cuts at spaces; what stands in quotes stays together.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for char in text.chars() {
        match (char, quote) {
            (char, Some(open)) if char == open => quote = None,
            (char, Some(_)) => word.get_or_insert_default().push(char),
            ('"' | '\'', None) => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (char, None) if char.is_whitespace() => words.extend(word.take()),
            (char, None) => word.get_or_insert_default().push(char),
        }
    }
    match quote {
        Some(quote) => Err(format!("a {quote} is not closed")),
        None => {
            words.extend(word);
            Ok(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_words_together() {
        let arguments = Arguments::of("a.hex at=\"frame/masking key\" 'b c'", &["at"]).unwrap();
        assert_eq!(arguments.words, ["a.hex", "b c"]);
        assert_eq!(arguments.option("at"), Some("frame/masking key"));
        assert_eq!(words("\"a").unwrap_err(), "a \" is not closed");
    }

    #[test]
    fn an_unknown_option_is_told_with_those_that_there_are() {
        let error = Arguments::of("a.hex mesage=2", &["message", "at"]).unwrap_err();
        assert_eq!(error, "there is no option mesage; did you mean message?");
    }

    #[test]
    fn lines_count_from_one() {
        let lines = |text| Arguments::of(text, &["lines"]).unwrap().lines();
        assert_eq!(lines("lines=2..4"), Ok(Some((2, 4))));
        assert_eq!(lines("lines=2.."), Ok(Some((2, usize::MAX))));
        assert_eq!(lines(""), Ok(None));
        assert!(lines("lines=0..4").is_err() && lines("lines=4..2").is_err());
    }
}
