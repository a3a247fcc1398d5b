//! A row per connection, totals, and where the bytes went.

use crate::{
    event::{Connection, Event, Protocol, Sink, What},
    ledger::Ledger,
    view::{paint::Paint, text::grouped},
};
use std::io::{self, Write};
use wire::Rule;

/// How many rows are kept for the table; the totals count all connections.
const ROWS: usize = 1000;

/// Counts while a capture is decoded, and draws at the end.
#[derive(Debug, Default)]
pub struct Summary {
    /// By the number of their connections.
    rows: Vec<(u64, [String; 9])>,
    connections: u64,
    totals: Vec<(Protocol, Totals)>,
    /// How often each rule was broken, or seemed to be.
    violations: Vec<(&'static Rule, u64)>,
    gaps: u64,
    missing: u64,
    warnings: Vec<String>,
    warned: u64,
}

/// What connections of one protocol add up to.
#[derive(Debug, Default, Clone, Copy)]
struct Totals {
    connections: u64,
    requests: u64,
    messages: u64,
    ledger: Ledger,
}

const HEADINGS: [&str; 9] =
    ["#", "client", "server", "protocol", "requests", "messages", "payload", "overhead", "ended"];

impl Summary {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Summary::default()
    }

    fn count(&mut self, number: Option<u64>, connection: &Connection<'_>) {
        self.connections += 1;
        let totals = match self.totals.iter_mut().find(|(p, _)| *p == connection.protocol) {
            Some((_, totals)) => totals,
            None => {
                self.totals.push((connection.protocol, Totals::default()));
                let (_, totals) = self.totals.last_mut().expect("a row was just added");
                totals
            }
        };
        totals.connections += 1;
        totals.requests += connection.requests;
        totals.messages += connection.messages;
        totals.ledger += connection.ledger;
        if self.rows.len() < ROWS {
            let verdict = connection.verdict;
            let mut ended = verdict.ended.name().to_owned();
            if let Some(by) = verdict.by {
                ended.push_str(&format!(" by {by}"));
            }
            if let Some(code) = verdict.code {
                ended.push_str(&format!(", {code}"));
            }
            let ledger = connection.ledger;
            let number = number.unwrap_or_default();
            let row = [
                number.to_string(),
                connection.ends.client.to_string(),
                connection.ends.server.to_string(),
                connection.protocol.name().to_owned(),
                grouped(connection.requests),
                grouped(connection.messages),
                grouped(ledger.payload),
                grouped(ledger.total() - ledger.payload),
                ended,
            ];
            let place = self.rows.partition_point(|(other, _)| *other <= number);
            self.rows.insert(place, (number, row));
        }
    }

    /// Draws the tables.
    ///
    /// # Errors
    /// What the writer answered.
    pub fn draw(&self, out: &mut impl Write) -> io::Result<()> {
        if self.connections == 0 {
            writeln!(out, "no TCP connection in this capture")?;
        } else {
            let rows: Vec<_> = self.rows.iter().map(|(_, row)| row.clone()).collect();
            table(out, &HEADINGS, &rows)?;
        }
        if self.connections > ROWS as u64 {
            let more = grouped(self.connections - ROWS as u64);
            writeln!(out, "… and {more} connections more")?;
        }
        if !self.totals.is_empty() {
            writeln!(out)?;
            let headings = [
                "protocol",
                "connections",
                "requests",
                "messages",
                "payload",
                "framing",
                "http",
                "tcp/ip",
                "overhead",
            ];
            let rows: Vec<_> = self
                .totals
                .iter()
                .map(|(protocol, totals)| {
                    let Ledger { payload, framing, http, tcp_ip } = totals.ledger;
                    let all = totals.ledger.total();
                    let overhead = 100 * (all - payload) / all.max(1);
                    [
                        protocol.name().to_owned(),
                        grouped(totals.connections),
                        grouped(totals.requests),
                        grouped(totals.messages),
                        grouped(payload),
                        grouped(framing),
                        grouped(http),
                        grouped(tcp_ip),
                        format!("{overhead} %"),
                    ]
                })
                .collect();
            table(out, &headings, &rows)?;
            writeln!(
                out,
                "{}",
                Paint::dim(
                    "bytes; payload + framing + http + tcp/ip = all bytes of all IP packets"
                )
            )?;
        }
        for (rule, count) in &self.violations {
            let text = format!("{}: {} ({})", rule.severity.name(), rule.id, grouped(*count));
            writeln!(out, "{}", Paint::doubtful(text))?;
        }
        for (count, what) in
            [(self.gaps, "gaps"), (self.missing, "bytes missing"), (self.warned, "warnings")]
        {
            if count > 0 {
                writeln!(out, "{}", Paint::doubtful(format!("{what}: {}", grouped(count))))?;
            }
        }
        for warning in &self.warnings {
            writeln!(out, "  {warning}")?;
        }
        Ok(())
    }
}

impl Sink for Summary {
    fn event(&mut self, event: &Event<'_>) {
        match &event.what {
            What::Connection(connection) => self.count(event.connection, connection),
            What::Violation { violation, .. } => {
                let rule = violation.rule;
                match self.violations.iter_mut().find(|(counted, _)| *counted == rule) {
                    Some((_, count)) => *count += 1,
                    None => self.violations.push((rule, 1)),
                }
            }
            What::Gap { bytes, .. } => {
                self.gaps += 1;
                self.missing += bytes;
            }
            What::Warning(text) => {
                self.warned += 1;
                if self.warnings.len() < 10 {
                    self.warnings.push(super::paint::quoted(text.as_bytes(), 400));
                }
            }
            _ => {}
        }
    }
}

/// Draws rows under headings; columns of numbers stand flush right.
fn table<const N: usize>(
    out: &mut impl Write,
    headings: &[&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let is_number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b", %".contains(&byte));
    let mut widths = headings.map(str::len);
    let mut right = [true; N];
    for row in rows {
        for (column, text) in row.iter().enumerate() {
            widths[column] = widths[column].max(text.chars().count());
            right[column] &= is_number(text);
        }
    }
    let line = |row: &[&str; N]| {
        let mut line = String::new();
        for (column, text) in row.iter().enumerate() {
            let width = widths[column];
            line.push_str(&match right[column] {
                true => format!("{text:>width$}  "),
                false => format!("{text:<width$}  "),
            });
        }
        line.trim_end().to_owned()
    };
    writeln!(out, "{}", Paint::bold(line(headings)))?;
    for row in rows {
        writeln!(out, "{}", line(&row.each_ref().map(String::as_str)))?;
    }
    Ok(())
}
