//! A page for browsers.

use super::{Document, Row};

// ANCHOR: html
/// A table: its columns have names, its rows have links.
pub(super) fn page(document: &Document) -> String {
    let Document { title, rows, next, .. } = document;
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n<h1>{title}</h1>\n<table>\n"
    );
    if let Some(first) = rows.first() {
        let names = first.cells.iter().map(|(name, _)| format!("<th>{name}"));
        page += &format!("<tr>{}\n", names.collect::<String>());
    }
    for Row { link, cells } in rows {
        let cells = cells.iter().enumerate().map(|(number, (_, value))| match link {
            Some(link) if number == 0 => {
                format!("<td><a href=\"{}\">{}</a>", escape(link), escape(value))
            }
            _ => format!("<td>{}", escape(value)),
        });
        page += &format!("<tr>{}\n", cells.collect::<String>());
    }
    page += "</table>\n";
    if let Some(next) = next {
        page += &format!("<p><a rel=\"next\" href=\"{}\">more</a>\n", escape(next));
    }
    page + "<p><a href=\"/\">home</a>\n</html>\n"
}

/// Other people's text between tags, or in quotes inside them. Whoever is called
/// `<script>` shall be shown, not run.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            char => escaped.push(char),
        }
    }
    escaped
}
// ANCHOR_END: html
