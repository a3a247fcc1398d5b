//! Text of other people, made safe for a page.

use frame_inspector::view;
use std::fmt::Write;

/// `text` for a block of HTML: neither the browser nor mdBook finds anything to
/// act on in it. Controls and marks that turn the writing direction are shown
/// as escapes.
pub(super) fn text(text: &str) -> String {
    escape(&view::quoted(text.as_bytes(), usize::MAX), "&<>\"{}")
}

/// `text` for the inside of a paragraph, where Markdown looks too.
pub(super) fn inline(text: &str) -> String {
    escape(&view::quoted(text.as_bytes(), usize::MAX), "&<>\"{}\\`*_[]$~|!:")
}

/// `text` of many lines for HTML, on one, so that no empty line of it can end
/// the block that it stands in.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(self::text).collect::<Vec<_>>().join("&#10;")
}

fn escape(text: &str, marks: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            char if marks.contains(char) => {
                write!(escaped, "&#{};", u32::from(char)).expect("a string takes it");
            }
            char => escaped.push(char),
        }
    }
    escaped
}

/// A word for an id: letters and digits, with hyphens for all else.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for char in text.chars() {
        if char.is_alphanumeric() {
            slug.extend(char.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The page of a section, where it is known: `RFC 6455 5.2`, `Engine.IO 4 Protocol`.
pub(super) fn section_link(section: &str) -> Option<String> {
    let (document, rest) = section.split_once(' ')?;
    Some(match document {
        "RFC" => match rest.split_once(' ') {
            Some((number, section)) => {
                let of_appendix = section.starts_with(|first: char| first.is_ascii_uppercase());
                let kind = if of_appendix { "appendix" } else { "section" };
                format!("https://www.rfc-editor.org/rfc/rfc{number}#{kind}-{section}")
            }
            None => format!("https://www.rfc-editor.org/rfc/rfc{rest}"),
        },
        "HTML" => "https://html.spec.whatwg.org/multipage/server-sent-events.html".to_owned(),
        "Engine.IO" => "https://socket.io/docs/v4/engine-io-protocol/".to_owned(),
        "Socket.IO" => "https://socket.io/docs/v4/socket-io-protocol/".to_owned(),
        _ => return None,
    })
}

/// A section as a link to its document, where that is known.
pub(super) fn section(section: &str) -> String {
    match section_link(section) {
        Some(link) => format!("<a class=\"section\" href=\"{link}\">{}</a>", text(section)),
        None => format!("<span class=\"section\">{}</span>", text(section)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_for_a_browser_or_for_mdbook_to_act_on() {
        assert_eq!(text("<script>"), "&#60;script&#62;");
        assert_eq!(
            text("{{#include /etc/passwd}}"),
            "&#123;&#123;#include /etc/passwd&#125;&#125;"
        );
        assert_eq!(text("\u{1b}[2J\r\n\u{202e}"), "\\u&#123;1b&#125;[2J\\r\\n\\u&#123;202e&#125;");
        assert_eq!(inline("*a*"), "&#42;a&#42;");
        assert_eq!(lines("a\n\nb"), "a&#10;&#10;b");
    }

    #[test]
    fn ids_are_words() {
        assert_eq!(slug("websocket/rfc6455-5.7-text.hex"), "websocket-rfc6455-5-7-text-hex");
        assert_eq!(slug("--x-- "), "x");
    }

    #[test]
    fn sections_have_their_pages() {
        let link = |section| section_link(section).unwrap_or_default();
        assert_eq!(link("RFC 6455 5.2"), "https://www.rfc-editor.org/rfc/rfc6455#section-5.2");
        assert_eq!(link("Socket.IO 5 Format"), "https://socket.io/docs/v4/socket-io-protocol/");
        assert_eq!(section_link("somewhere"), None);
    }
}
