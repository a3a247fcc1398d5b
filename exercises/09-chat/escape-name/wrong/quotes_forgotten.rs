//! Quotes are left as they are, and a name can leave its attribute.

/// Writes `text` so that a browser shows it character for character.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),

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
