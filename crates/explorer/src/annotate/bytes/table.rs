//! The rows of a table of bytes, and the same bytes as links to them.

use crate::annotate::{Page, fixture::Passage, html};
use frame_inspector::view::quoted;
use std::fmt::Write;
use wire::{Span, hex};

/// How many bytes of one field are shown; what lies behind them is counted.
const SHOWN: usize = 256;

const HEAD: &str = "<thead><tr><th scope=\"col\">offset</th><th scope=\"col\">bytes</th>\
    <th scope=\"col\">name</th><th scope=\"col\">value</th><th scope=\"col\">note</th></tr></thead>";

/// Both views of one passage.
pub(super) struct Rows {
    /// Groups of bytes, each a link to its row.
    pub(super) hex: String,
    pub(super) table: String,
}

impl Rows {
    /// Draws `span`, whose rows get ids that begin with `id`.
    pub(super) fn of(page: &mut Page<'_>, id: &str, passage: &Passage, span: &Span) -> Rows {
        let mut draft = Draft { page, passage, hex: String::new(), rows: String::new() };
        draft.span(span, id, 0);
        let table = format!("<table>{HEAD}<tbody>{}</tbody></table>", draft.rows);
        Rows { hex: draft.hex.trim_end().to_owned(), table }
    }
}

struct Draft<'d, 'p> {
    page: &'d mut Page<'p>,
    passage: &'d Passage,
    hex: String,
    rows: String,
}

impl Draft<'_, '_> {
    fn span(&mut self, span: &Span, parent: &str, depth: usize) {
        let id = self.page.unique(format!("{parent}-{}", html::slug(&span.name)));
        if !span.children.is_empty() {
            self.row(span, &id, "group", depth, [""; 3]);
            for child in &span.children {
                self.span(child, &id, depth + 1);
            }
            return;
        }
        let own = self.passage.bytes.get(span.range.clone()).unwrap_or_default();
        let (shown, rest) = own.split_at(own.len().min(SHOWN));
        let mut digits = hex::spaced(shown);
        if !rest.is_empty() {
            write!(digits, " … {} bytes more", rest.len()).expect("a string takes it");
        }
        if !own.is_empty() {
            let name = html::text(&span.name);
            write!(self.hex, "<a href=\"#{id}\" title=\"{name}\">{digits}</a> ")
                .expect("a string takes it");
        }
        let text =
            shown_text(shown, &span.name).filter(|text| !span.value.starts_with(text.trim_end()));
        let offset = match own {
            [] => String::new(),
            _ => format!("{:04x}", self.passage.offset + span.range.start as u64),
        };
        self.row(span, &id, "field", depth, [&offset, &digits, &text.unwrap_or_default()]);
        self.bits(span, own, &id, depth + 1);
    }

    /// A row; the cells are offset, digits, and what the bytes say as text.
    fn row(&mut self, span: &Span, id: &str, kind: &str, depth: usize, cells: [&str; 3]) {
        let [offset, digits, said] = cells;
        let said = match said {
            "" => String::new(),
            said => format!(
                " <span class=\"said\">{}</span>",
                html::text(&format!("\"{}\"", quoted(said.as_bytes(), SHOWN)))
            ),
        };
        let Span { name, value, note, section, .. } = span;
        let note = html::text(note);
        let section = if section.is_empty() { String::new() } else { html::section(section) };
        let space = if note.is_empty() || section.is_empty() { "" } else { " " };
        write!(
            self.rows,
            "<tr id=\"{id}\" class=\"{kind} depth-{depth}\"><td class=\"offset\">{offset}</td>\
             <td class=\"digits\">{digits}</td><th scope=\"row\">{}</th><td class=\"value\">{}{said}</td>\
             <td class=\"note\">{note}{space}{section}</td></tr>",
            html::text(name),
            html::text(value)
        )
        .expect("a string takes it");
    }

    /// The bits of a field, each with a picture of where they lie.
    fn bits(&mut self, span: &Span, own: &[u8], parent: &str, depth: usize) {
        for bits in &span.bits {
            let id = self.page.unique(format!("{parent}-{}", html::slug(&bits.name)));
            let picture: Vec<String> = (0..)
                .zip(own)
                .map(|(index, byte)| {
                    let bit = |bit: usize| match bits.range.contains(&(8 * index + bit)) {
                        true if byte & (0x80 >> bit) != 0 => '1',
                        true => '0',
                        false => '.',
                    };
                    (0..8).map(bit).collect()
                })
                .collect();
            write!(
                self.rows,
                "<tr id=\"{id}\" class=\"bits depth-{depth}\"><td class=\"offset\"></td>\
                 <td class=\"digits\">{}</td><th scope=\"row\">{}</th><td class=\"value\">{}</td>\
                 <td class=\"note\">{}</td></tr>",
                picture.join(" "),
                html::text(&bits.name),
                html::text(&bits.value),
                html::text(&bits.note)
            )
            .expect("a string takes it");
        }
    }
}

/// The bytes as text, where that helps: somebody's data, or more than a word, and nothing
/// unreadable in it.
fn shown_text(bytes: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_readable = |char: char| !char.is_control() || matches!(char, '\r' | '\n' | '\t');
    let helps = text.len() > 8 || (name.contains("data") && !text.is_empty());
    (helps && text.chars().all(is_readable)).then(|| text.to_owned())
}
