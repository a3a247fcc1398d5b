//! Pages for people who do not get what they asked for.

use crate::{Error, Exchange};
use http1::{Response, reason};

/// Answers with a page: the status, the path that was asked for, and a sentence.
pub(super) async fn send(
    exchange: Exchange,
    status: u16,
    sentence: &str,
    fields: &[(&str, &str)],
) -> Result<(), Error> {
    let response = fields.iter().fold(head(status), |head, (name, value)| head.with(name, value));
    let title = format!("{status} {}", reason(status));
    let path = escape(exchange.path());
    let page = format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n\
         <h1>{title}</h1>\n\
         <p><code>{path}</code></p>\n\
         <p>{sentence}</p>\n\
         <p><a href=\"/\">Begin at the beginning</a></p>\n\
         </html>\n"
    );
    exchange.respond(response, page.as_bytes()).await
}

/// The head of such an answer.
pub(super) fn head(status: u16) -> Response {
    Response::new(status)
        .with("Content-Type", "text/html; charset=utf-8")
        .with("Cache-Control", "no-cache")
        .with("X-Content-Type-Options", "nosniff")
}

/// Text as it may stand in HTML, between tags or in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}
