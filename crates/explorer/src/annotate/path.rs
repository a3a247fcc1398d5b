//! Names that lead to something, and what to say where they do not.

use wire::{Bits, Span};

/// How many names are told where one is unknown.
const TOLD: usize = 12;

/// That there is no such thing, and what there is instead.
pub(super) fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    // Of a path its last name is what is missing, unless paths are known.
    let last = name.rsplit('/').next().unwrap_or(name);
    let likeness =
        |known: &str| strsim::jaro_winkler(if known.contains('/') { name } else { last }, known);
    let mut near: Vec<(f64, &str)> =
        known.into_iter().map(|known| (likeness(known), known)).collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.dedup_by(|(_, a), (_, b)| a == b);
    match near.as_slice() {
        [] => format!("there is no {what} {name}"),
        [(likeness, nearest), ..] if *likeness > 0.9 => {
            format!("there is no {what} {name}; did you mean {nearest}?")
        }
        near => {
            let names: Vec<&str> = near.iter().take(TOLD).map(|(_, known)| *known).collect();
            let more = if near.len() > TOLD { ", …" } else { "" };
            format!("there is no {what} {name}; there is: {}{more}", names.join(", "))
        }
    }
}

/// The span at a path of names: `span` itself, or one below. A name may leave out
/// its last words (`request` for `request head`) and the steps between, and its
/// case does not matter; a whole name goes before the beginning of one.
pub(super) fn find<'a>(span: &'a Span, path: &str) -> Option<&'a Span> {
    find_among(std::slice::from_ref(span), path)
}

fn find_among<'a>(spans: &'a [Span], path: &str) -> Option<&'a Span> {
    let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let mut named = Vec::new();
    for span in spans {
        collect(span, name, &mut named);
    }
    // In the order of the bytes, but exact names first.
    named.sort_by_key(|span| span.name.len() != name.trim().len());
    match rest {
        None => named.first().copied(),
        Some(rest) => named.into_iter().find_map(|span| find_among(&span.children, rest)),
    }
}

fn collect<'a>(span: &'a Span, name: &str, named: &mut Vec<&'a Span>) {
    if is_named(&span.name, name) {
        named.push(span);
    }
    for child in &span.children {
        collect(child, name, named);
    }
}

/// The same, where the last name may be that of bits: then the span that has them.
pub(super) fn find_holder<'a>(span: &'a Span, path: &str) -> Option<&'a Span> {
    find(span, path).or_else(|| bits(span, path).map(|(holder, _)| holder))
}

/// The value at a path of names; the last name may be that of bits.
pub(super) fn value(span: &Span, path: &str) -> Option<String> {
    let found = find(span, path).map(|span| &span.value);
    found.or_else(|| bits(span, path).map(|(_, bits)| &bits.value)).map(ToString::to_string)
}

/// The bits at a path of names, and the span that has them.
fn bits<'a>(span: &'a Span, path: &str) -> Option<(&'a Span, &'a Bits)> {
    match path.rsplit_once('/') {
        Some((holder, name)) => bits_below(find(span, holder)?, name),
        None => bits_below(span, path),
    }
}

fn bits_below<'a>(span: &'a Span, name: &str) -> Option<(&'a Span, &'a Bits)> {
    let own = span.bits.iter().find(|bits| is_named(&bits.name, name));
    own.map(|bits| (span, bits))
        .or_else(|| span.children.iter().find_map(|child| bits_below(child, name)))
}

fn is_named(own: &str, name: &str) -> bool {
    let (own, name) = (own.to_lowercase(), name.trim().to_lowercase());
    own.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// All names in a tree, bits included.
pub(super) fn names<'a>(span: &'a Span, into: &mut Vec<&'a str>) {
    into.push(&span.name);
    into.extend(span.bits.iter().map(|bits| &*bits.name));
    for child in &span.children {
        names(child, into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_leave_out_steps_and_words() {
        let frame = frame::describe(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
        for path in ["frame/masking key", "masking key", "Frame/Masking", "frame/masking KEY"] {
            assert_eq!(find(&frame, path).map(|span| &*span.value), Some("37fa213d"), "{path}");
        }
        for path in ["mask", "payload/masking key", "frames"] {
            assert_eq!(find(&frame, path), None, "{path}");
        }
    }

    #[test]
    fn bits_are_found_in_the_span_that_has_them() {
        let frame = frame::describe(b"\x81\x05Hello");
        assert_eq!(value(&frame, "frame/opcode").as_deref(), Some("0x1"));
        assert_eq!(find_holder(&frame, "opcode").map(|span| &*span.name), Some("first byte"));
        assert_eq!(value(&frame, "payload/opcode"), None);
    }

    #[test]
    fn tells_the_nearest_or_all() {
        assert_eq!(
            unknown("field", "masking kye", ["payload", "masking key"]),
            "there is no field masking kye; did you mean masking key?"
        );
        assert_eq!(unknown("field", "x", ["b", "a"]), "there is no field x; there is: b, a");
        assert_eq!(unknown("field", "x", []), "there is no field x");
    }
}
