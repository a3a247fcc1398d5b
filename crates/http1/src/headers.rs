//! The fields of a head: names and values, in the order in which they came.
//!
//! RFC 9110 5. Names are compared without regard to case; order matters only
//! among fields of one name; some fields are comma-separated lists, and such a
//! list may be spread over several fields of the same name:
//!
//! ```text
//! Connection: keep-alive          the same as
//! connection: Upgrade             Connection: keep-alive, Upgrade
//! ```
//!
//! ```
//! use http1::Headers;
//!
//! let mut headers = Headers::new();
//! headers.push("Connection", "keep-alive");
//! headers.push("connection", "Upgrade");
//! assert_eq!(headers.get_str("CONNECTION"), Some("keep-alive"));
//! assert_eq!(headers.tokens("connection").collect::<Vec<_>>(), ["keep-alive", "Upgrade"]);
//! assert!(headers.contains_token("Connection", "upgrade"));
//! ```
//!
//! Book: chapter 2.

use std::{fmt, ops::Range};

/// An ordered list of fields. All their bytes lie in one buffer.
#[derive(Clone, Default)]
pub struct Headers {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    /// Bit `n` is set where a name of `n` bytes may be there, so that most
    /// questions for a field that is not there are answered without a search.
    lengths: u64,
}

/// Where a field lies in the buffer.
#[derive(Clone, Copy)]
struct Field {
    name: (u32, u32),
    value: (u32, u32),
}

impl Headers {
    /// No fields.
    pub const fn new() -> Self {
        Headers { bytes: Vec::new(), fields: Vec::new(), lengths: 0 }
    }

    /// No fields, with room for `fields` of them in `bytes` bytes.
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        let (bytes, fields) = (Vec::with_capacity(bytes), Vec::with_capacity(fields));
        Headers { bytes, fields, lengths: 0 }
    }

    /// The fields of a head, whose names and values are slices of `head`: they are
    /// copied all at once.
    pub(crate) fn inside<'h>(
        head: &'h [u8],
        fields: impl ExactSizeIterator<Item = (&'h str, &'h [u8])>,
    ) -> Self {
        let mut headers = Headers::with_capacity(fields.len(), head.len());
        headers.bytes.extend_from_slice(head);
        for (name, value) in fields {
            let [name, value] = [name.as_bytes(), value].map(|part| {
                let start = part.as_ptr().addr() - head.as_ptr().addr();
                (offset(start), offset(part.len()))
            });
            headers.add(Field { name, value });
        }
        headers
    }

    /// Adds a field at the end.
    pub fn push(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        if self.fields.is_empty() {
            // What an ordinary head needs, at once.
            self.fields.reserve(8);
            self.bytes.reserve(256);
        }
        let name = self.store(name.as_bytes());
        let value = self.store(value);
        self.add(Field { name, value });
    }

    /// Sets a field: removes those of the same name, and adds it at the end.
    pub fn insert(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.remove(name);
        self.push(name, value);
    }

    /// Removes every field of this name; says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.fields.len();
        let Headers { bytes, fields, .. } = self;
        fields.retain(|field| !slice(bytes, field.name).eq_ignore_ascii_case(name.as_bytes()));
        fields.len() < before
    }

    /// Appends to the value of the last field, as a folded line does.
    pub(crate) fn extend_last(&mut self, more: &[u8]) {
        // The last value ends the buffer, so it can grow where it lies.
        let Some(field) = self.fields.last_mut() else { return };
        self.bytes.push(b' ');
        self.bytes.extend_from_slice(more);
        field.value.1 += more.len() as u32 + 1;
    }

    /// The value of the first field of this name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// The values of all fields of this name, in order.
    #[inline]
    pub fn get_all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        let fields = if self.may_contain(name) { self.fields.as_slice() } else { &[] };
        let named = move |field: &&'h Field| {
            field.name.1 as usize == name.len()
                && slice(&self.bytes, field.name).eq_ignore_ascii_case(name.as_bytes())
        };
        fields.iter().filter(named).map(|field| slice(&self.bytes, field.value))
    }

    /// The value of the first field of this name, where it is UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The members of a comma-separated list, over all fields of this name:
    /// trimmed, without empty ones; a comma inside a quoted string does not separate.
    pub fn tokens<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        self.get_all(name)
            .filter_map(|value| std::str::from_utf8(value).ok())
            .flat_map(|value| split_outside_quotes(value, b','))
            .filter(|member| !member.is_empty())
    }

    /// Whether a list has this member; case does not matter.
    pub fn contains_token(&self, name: &str, token: &str) -> bool {
        self.may_contain(name) && self.tokens(name).any(|member| member.eq_ignore_ascii_case(token))
    }

    /// Whether there is a field of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.may_contain(name) && self.get(name).is_some()
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|field| {
            let name = std::str::from_utf8(slice(&self.bytes, field.name));
            (name.expect("names are stored from text"), slice(&self.bytes, field.value))
        })
    }

    /// [`iter`](Headers::iter) for who needs the names only as bytes.
    pub(crate) fn raw(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let Headers { bytes, fields, .. } = self;
        fields.iter().map(|field| (slice(bytes, field.name), slice(bytes, field.value)))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Appends the field lines, without the empty line that ends a head.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.bytes.len() + 4 * self.fields.len());
        for field in &self.fields {
            out.extend_from_slice(slice(&self.bytes, field.name));
            out.extend_from_slice(b": ");
            out.extend_from_slice(slice(&self.bytes, field.value));
            out.extend_from_slice(b"\r\n");
        }
    }

    #[inline]
    fn may_contain(&self, name: &str) -> bool {
        self.lengths & length_bit(name.len()) != 0
    }

    fn store(&mut self, bytes: &[u8]) -> (u32, u32) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        (offset(start), offset(bytes.len()))
    }

    fn add(&mut self, field: Field) {
        self.lengths |= length_bit(field.name.1 as usize);
        self.fields.push(field);
    }
}

#[inline]
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a header section is smaller than 4 GiB")
}

/// Names of 63 bytes and more share a bit.
#[inline]
fn length_bit(len: usize) -> u64 {
    1 << len.min(63)
}

#[inline]
fn slice(bytes: &[u8], (start, len): (u32, u32)) -> &[u8] {
    let range: Range<usize> = start as usize..start as usize + len as usize;
    bytes.get(range).expect("a field lies inside its buffer")
}

/// The parts between separators that are not inside a quoted string, trimmed.
pub(crate) fn split_outside_quotes(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = find_outside_quotes(text, separator);
        rest = end.map(|end| &text[end + 1..]);
        Some(text[..end.unwrap_or(text.len())].trim_matches([' ', '\t']))
    })
}

fn find_outside_quotes(text: &str, separator: u8) -> Option<usize> {
    if !text.as_bytes().contains(&separator) {
        return None;
    }
    let mut quoted = false;
    let mut escaped = false;
    text.bytes().position(|byte| {
        let here = byte == separator && !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        here
    })
}

/// Equal: the same names (in any case) and values in the same order.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().zip(other.iter()).all(|((name, value), (other_name, other_value))| {
                name.eq_ignore_ascii_case(other_name) && value == other_value
            })
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(
                self.iter()
                    .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))),
            )
            .finish()
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.push(name.as_ref(), value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        fields.iter().copied().collect()
    }

    #[test]
    fn compares_names_without_case_and_keeps_their_spelling() {
        let headers = headers(&[("HoSt", "a"), ("host", "b"), ("X", "")]);
        assert_eq!(headers.get("HOST"), Some(&b"a"[..]));
        assert_eq!(headers.get_all("host").count(), 2);
        assert_eq!(headers.iter().next(), Some(("HoSt", &b"a"[..])));
        assert_eq!(headers.get_str("x"), Some(""));
        assert_eq!(headers.get("y"), None);
    }

    #[test]
    fn splits_lists_at_commas_outside_quotes() {
        let headers = headers(&[("A", r#" b ,, "c,d\",e" ,"#), ("a", "f"), ("a", "")]);
        assert_eq!(headers.tokens("a").collect::<Vec<_>>(), ["b", r#""c,d\",e""#, "f"]);
    }

    #[test]
    fn a_quote_that_never_ends_takes_the_rest() {
        let headers = headers(&[("a", r#"b, "c, d"#)]);
        assert_eq!(headers.tokens("a").collect::<Vec<_>>(), ["b", "\"c, d"]);
    }

    #[test]
    fn insert_replaces_every_field_of_the_name() {
        let mut headers = headers(&[("a", "1"), ("b", "2"), ("A", "3")]);
        headers.insert("a", "4");
        assert_eq!(headers, self::headers(&[("b", "2"), ("a", "4")]));
        assert!(headers.remove("B"));
        assert!(!headers.remove("B"));
    }
}
