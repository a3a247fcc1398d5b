//! Names and values are not looked at.

use crate::{Extension, Invalid};

const OPTIONAL_SPACE: [char; 2] = [' ', '\t'];

/// Reads the value of a `Sec-WebSocket-Extensions` field.
pub fn decode(field: &str) -> Result<Vec<Extension>, Invalid> {
    // Even a quoted value must be a token, so no comma is ever a part of one.
    let elements = field.split(',').map(|element| element.trim_matches(OPTIONAL_SPACE));
    elements.filter(|element| !element.is_empty()).map(extension).collect()
}

fn extension(element: &str) -> Result<Extension, Invalid> {
    let (name, parameters) = match element.split_once(';') {
        Some((name, parameters)) => (name, Some(parameters)),
        None => (element, None),
    };
    let name = token(name)?;
    let parameters = parameters.into_iter().flat_map(|text| text.split(';'));
    let parameters = parameters.map(parameter).collect::<Result<_, _>>()?;
    Ok(Extension { name, parameters })
}

fn parameter(text: &str) -> Result<(String, Option<String>), Invalid> {
    let Some((name, value)) = text.split_once('=') else {
        return Ok((token(text)?, None));
    };
    let value = value.trim_matches(OPTIONAL_SPACE);
    let value = match value.strip_prefix('"') {
        Some(quoted) => {
            let inside = quoted.strip_suffix('"').ok_or(Invalid)?;
            if inside.trim_matches(OPTIONAL_SPACE) != inside {
                return Err(Invalid);
            }
            token(inside)?
        }
        None => token(value)?,
    };
    Ok((token(name)?, Some(value)))
}

/// A token with the space around it taken off.
fn token(text: &str) -> Result<String, Invalid> {
    let token = text.trim_matches(OPTIONAL_SPACE);
    if token.is_empty() { Err(Invalid) } else { Ok(token.to_owned()) }
}

/// Reads the value of a parameter that limits a window.
pub fn window_bits(value: &str) -> Option<u8> {
    (8..=15).find(|bits| value == bits.to_string())
}
