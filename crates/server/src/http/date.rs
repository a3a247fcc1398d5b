//! The Date of an answer (RFC 9110 6.6.1).

use http1::Headers;
use std::{
    cell::RefCell,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The text of a second, and that second, since 1970.
struct Written {
    second: u64,
    text: String,
}

thread_local! {
    static WRITTEN: RefCell<Written> = const { RefCell::new(Written { second: 0, text: String::new() }) };
}

/// Adds the field. It changes once a second, so it is written once a second.
pub(super) fn push(headers: &mut Headers) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let second = since.as_secs();
    WRITTEN.with_borrow_mut(|written| {
        if written.second != second {
            let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
            *written = Written { second, text };
        }
        headers.push("Date", &written.text);
    });
}
