//! Names for states of content (RFC 9110 8.8.3).
//!
//! ```text
//! "5d8c72a5"      strong: the same tag, the same bytes
//! W/"5d8c72a5"    weak: the same tag, as good as the same
//! ```

use sha1::{Digest, Sha1};
use std::fmt;

/// A name for a state of some content: it differs when the content does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    weak: bool,
    /// What stands between the quotes.
    opaque: String,
}

impl EntityTag {
    /// The strong tag of these bytes.
    pub fn of(content: &[u8]) -> Self {
        // Half of the digest is plenty: nobody gains by content whose tag is another's.
        let digest = Sha1::digest(content);
        let opaque = digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        EntityTag { weak: false, opaque }
    }

    /// Decodes one tag, quotes included.
    ///
    /// `entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE`
    pub fn decode(text: &str) -> Option<Self> {
        let (weak, quoted) = match text.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, text),
        };
        let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
        // `etagc = %x21 / %x23-7E / obs-text`
        let fits = opaque.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x7E | 0x80..));
        fits.then(|| EntityTag { weak, opaque: opaque.to_owned() })
    }

    /// The same tag for content that is only as good as the same.
    #[must_use]
    pub fn weaken(self) -> Self {
        EntityTag { weak: true, ..self }
    }

    /// Whether the same tag does not promise the same bytes.
    pub fn is_weak(&self) -> bool {
        self.weak
    }

    /// Whether both name the same bytes (RFC 9110 8.8.3.2, strong comparison).
    pub fn matches_strongly(&self, other: &EntityTag) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Whether both name content that is as good as the same (weak comparison).
    pub fn matches_weakly(&self, other: &EntityTag) -> bool {
        self.plain() == other.plain()
    }

    /// Whether both name the same bytes, compressed or not.
    pub(super) fn matches_uncoded(&self, other: &EntityTag) -> bool {
        !self.weak && !other.weak && self.plain() == other.plain()
    }

    /// The tag of the same content, compressed: other bytes, so another strong tag.
    pub(crate) fn compressed(self) -> Self {
        match self.weak {
            true => self,
            false => EntityTag { opaque: self.opaque + COMPRESSED, ..self },
        }
    }

    fn plain(&self) -> &str {
        self.opaque.strip_suffix(COMPRESSED).unwrap_or(&self.opaque)
    }
}

/// What the tag of compressed content ends with. Where the tag comes back in a
/// condition, it stands for the content it was made from.
const COMPRESSED: &str = "-gzip";

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EntityTag { weak, opaque } = self;
        write!(f, "{}\"{opaque}\"", if *weak { "W/" } else { "" })
    }
}

/// The tags of a list. A backslash is a character like any other in a tag, so this
/// is not how other lists with quotes are read; a member that is no tag is passed over.
pub(crate) fn tags(list: &[u8]) -> impl Iterator<Item = EntityTag> {
    let mut rest = list;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                return None;
            }
            let mut quoted = false;
            let end = rest.iter().position(|&byte| {
                quoted ^= byte == b'"';
                byte == b',' && !quoted
            });
            let (member, behind) = rest.split_at(end.unwrap_or(rest.len()));
            rest = behind.get(1..).unwrap_or_default();
            let member = std::str::from_utf8(member.trim_ascii_end()).ok();
            if let Some(tag) = member.and_then(EntityTag::decode) {
                return Some(tag);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9110_8_8_3_2_compares_strongly_and_weakly() {
        for (one, other, strongly, weakly) in [
            (r#"W/"1""#, r#"W/"1""#, false, true),
            (r#"W/"1""#, r#"W/"2""#, false, false),
            (r#"W/"1""#, r#""1""#, false, true),
            (r#""1""#, r#""1""#, true, true),
        ] {
            let tag = |text| EntityTag::decode(text).unwrap();
            let (one, other) = (tag(one), tag(other));
            assert_eq!(one.matches_strongly(&other), strongly, "{one} {other}");
            assert_eq!(one.matches_weakly(&other), weakly, "{one} {other}");
        }
    }

    #[test]
    fn reads_a_list_whose_tags_hold_commas_and_backslashes() {
        let list = br#" "a,b" ,, W/"c\", bare, "", "d "#;
        let read: Vec<String> = tags(list).map(|tag| tag.to_string()).collect();
        assert_eq!(read, [r#""a,b""#, r#"W/"c\""#, r#""""#]);
        assert_eq!(tags(b"").count(), 0);
    }

    #[test]
    fn refuses_what_is_no_tag() {
        for text in ["", "a", "\"", "w/\"a\"", "\"a\"b\"", "\"a b\"", "W/ \"a\"", "W/a", "*"] {
            assert_eq!(EntityTag::decode(text), None, "{text}");
        }
    }

    #[test]
    fn the_tag_of_compressed_content_is_another_and_stands_for_the_same() {
        let plain = EntityTag::of(b"content");
        let compressed = plain.clone().compressed();
        assert!(!plain.matches_strongly(&compressed));
        assert!(plain.matches_uncoded(&compressed) && plain.matches_weakly(&compressed));
        assert_ne!(plain, EntityTag::of(b"other content"));
    }
}
