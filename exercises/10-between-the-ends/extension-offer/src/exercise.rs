//! Your answer.

use crate::{Extension, Invalid};

/// Reads the value of a `Sec-WebSocket-Extensions` field.
///
/// Spaces and tabs around `,` `;` and `=` do not count, and neither do empty
/// elements of the list: `a,,b` is `a, b`, and an empty value offers nothing.
///
/// A name is a *token*: one or more ASCII letters, digits, or characters of
/// ``!#$%&'*+-.^_`|~``. A value is a token too, and may stand in double quotes.
///
/// # Errors
/// A name or a value that is missing or no token, quotes that do not close.
pub fn decode(field: &str) -> Result<Vec<Extension>, Invalid> {
    // TODO: replace the line below.
    todo!("which extensions does {field:?} offer?")
}

/// Reads the value of `client_max_window_bits` or `server_max_window_bits`:
/// a decimal number from 8 to 15 without leading zeros. `None` if it is none.
pub fn window_bits(value: &str) -> Option<u8> {
    // TODO: replace the line below.
    todo!("is {value:?} a window that exists?")
}
