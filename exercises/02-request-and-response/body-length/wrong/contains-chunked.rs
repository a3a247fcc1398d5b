//! Any coding with the word chunked in it is taken for chunks.

/// Where the body of a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    Empty,
    /// After so many bytes. It may be 0.
    Length(u64),
    /// Behind the chunk of length 0.
    Chunked,
}

/// The head could be read in two ways, or in none: the answer is 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRequest;

/// Where the body of a request with these fields ends. Each field is a name, in any case,
/// and a value without space around it.
///
/// - `Content-Length` is a number in decimal digits and nothing else, and must fit into
///   64 bits. If the field comes twice, the request is refused.
/// - `Transfer-Encoding` must be `chunked`, in any case. Whatever else it says, this
///   server cannot undo. If the field comes twice, the request is refused.
///
/// # Errors
/// [`BadRequest`] for everything that is not one of these, and for a request with both.
pub fn body_of_request(fields: &[(&str, &str)]) -> Result<Body, BadRequest> {
    let length = only(fields, "content-length")?;
    let coding = only(fields, "transfer-encoding")?;
    match (coding, length) {
        (Some(coding), None) if coding.to_ascii_lowercase().contains("chunked") => {
            Ok(Body::Chunked)
        }
        (Some(_), _) => Err(BadRequest),
        (None, Some(length)) => decimal(length).map(Body::Length),
        (None, None) => Ok(Body::Empty),
    }
}

/// The value of a field that may come once at most.
fn only<'a>(fields: &[(&str, &'a str)], name: &str) -> Result<Option<&'a str>, BadRequest> {
    let mut values = fields
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|&(_, value)| value);
    let first = values.next();
    if values.next().is_some() { Err(BadRequest) } else { Ok(first) }
}

fn decimal(text: &str) -> Result<u64, BadRequest> {
    // `parse` would take a plus sign, too.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadRequest);
    }
    text.parse().map_err(|_| BadRequest)
}
