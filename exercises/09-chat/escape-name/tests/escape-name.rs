//! Hostile names, harmless names, and a small reader that undoes what was written.

use try_escape_name::{escape, greeting};

/// Reads character references as a browser does, or tells what is wrong.
fn read(html: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = html;
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        match char {
            '<' | '>' | '"' | '\'' => return Err(format!("{char} stands there as it is")),
            '&' => {
                let (name, after) = rest.split_once(';').ok_or("a & without a ;")?;
                text.push(match name {
                    "amp" | "#38" | "#x26" => '&',
                    "lt" | "#60" | "#x3c" | "#x3C" => '<',
                    "gt" | "#62" | "#x3e" | "#x3E" => '>',
                    "quot" | "#34" | "#x22" => '"',
                    "apos" | "#39" | "#x27" => '\'',
                    other => return Err(format!("&{other}; is none of the five")),
                });
                rest = after;
            }
            other => text.push(other),
        }
    }
    Ok(text)
}

#[track_caller]
fn check(text: &str) {
    let html = escape(text);
    assert_eq!(
        read(&html).as_deref(),
        Ok(text),
        "{text:?} became {html:?}, and a browser shows something else: see \"What do other \
         people write?\" in chapter 9"
    );
}

#[test]
fn each_of_the_five_characters() {
    for char in ["&", "<", ">", "\"", "'"] {
        check(char);
        check(&char.repeat(3));
        check(&format!("a{char}b{char}"));
    }
    check("&<>\"'");
    check("'\"><&");
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    check("<img src=x onerror=alert(1)>");
    check("\" onmouseover=\"alert(1)");
    check("' onmouseover='alert(1)");
    check("</b><script>alert(1)</script>");
    check("<b>잘 가요</b> & see you");
}

#[test]
fn text_that_looks_escaped_is_text_too() {
    check("&lt;");
    check("&amp;lt;");
    check("&amp;");
    check("AT&T");
    check("&#39;");
    check("a & b; c");
}

#[test]
fn everything_else_stays_as_it_is() {
    for text in
        ["", "Ada", "안녕하세요", "민지 😀", "a=b; c/d `e` \\ (f)", "  two  spaces ", "a\nb\t"]
    {
        assert_eq!(escape(text), text, "none of the five stands in it");
    }
    for char in (0..=0x2ff).filter_map(char::from_u32) {
        if !"&<>\"'".contains(char) {
            assert_eq!(escape(&char.to_string()), char.to_string());
        }
    }
}

#[test]
fn every_short_mixture_is_shown_as_it_was() {
    let pieces = ["&", "<", ">", "\"", "'", "lt;", "amp;", "#", "한", " "];
    for one in pieces {
        for two in pieces {
            for three in pieces {
                check(&format!("{one}{two}{three}"));
            }
        }
    }
}

#[test]
fn the_greeting_is_as_written() {
    assert_eq!(greeting("Ada"), "<b title=\"Ada\">Ada</b> is here");
    assert_eq!(greeting("민지"), "<b title=\"민지\">민지</b> is here");
}

#[test]
fn a_name_cannot_leave_its_place_in_the_greeting() {
    for name in ["\" onclick=\"x", "</b><i>", "'", "&quot;", "<&>\"'", "a & b"] {
        let html = greeting(name);
        let inside = html
            .strip_prefix("<b title=\"")
            .and_then(|rest| rest.strip_suffix("</b> is here"))
            .and_then(|inside| inside.split_once("\">"));
        let (title, shown) = inside.unwrap_or_else(|| panic!("not the greeting: {html:?}"));
        assert_eq!(read(title).as_deref(), Ok(name), "the title in {html:?}");
        assert_eq!(read(shown).as_deref(), Ok(name), "the name in {html:?}");
    }
}
