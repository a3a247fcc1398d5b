//! Lines for terminals.
//!
//! There is nothing to escape: what could move a terminal's cursor was refused when it
//! was sent.

use super::{Document, Row};

/// Of a list a line for each row, below the names of the columns; of one thing alone a
/// line for each part.
pub(super) fn table(document: &Document) -> String {
    let lines: Vec<Vec<&str>> = match &*document.rows {
        [] => return "none\n".to_owned(),
        [row] if !document.is_list => {
            row.cells.iter().map(|(name, value)| vec![*name, value]).collect()
        }
        rows @ [first, ..] => {
            std::iter::once(first.names()).chain(rows.iter().map(Row::values)).collect()
        }
    };
    let mut text = align(&lines);
    if let Some(next) = &document.next {
        text += &format!("more: {next}\n");
    }
    text
}

/// Puts what belongs to one column below each other.
fn align(lines: &[Vec<&str>]) -> String {
    let mut widths = vec![0; lines.first().map_or(0, Vec::len)];
    for line in lines {
        for (width, text) in widths.iter_mut().zip(line) {
            *width = text.chars().count().max(*width);
        }
    }
    let mut aligned = String::new();
    for line in lines {
        let columns = line.iter().zip(&widths).map(|(text, width)| format!("{text:width$}  "));
        aligned += columns.collect::<String>().trim_end();
        aligned += "\n";
    }
    aligned
}
