//! Decodes and unmasks frames in memory: ours, three libraries, two bounds.

use clap::Parser;
use figures::{
    contender::{ALL, Case, Contender, Role},
    machine, meter,
    source::{Content, Source},
};
use indicatif::ProgressBar;
use std::time::Duration;

/// Measures how long a masked frame takes from memory to message.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many times every program has its turn
    #[arg(long, default_value_t = 41)]
    rounds: u64,

    /// How long a turn takes, in milliseconds
    #[arg(long, default_value_t = 8)]
    turn: u64,

    /// Measure only payloads of this length
    #[arg(long)]
    len: Option<usize>,
}

const LENGTHS: [usize; 5] = [16, 125, 1 << 10, 64 << 10, 1 << 20];

fn main() {
    let arguments = Arguments::parse();
    let wanted = |len: &usize| arguments.len.is_none_or(|only| only == *len);
    let lens = || LENGTHS.into_iter().filter(wanted);
    let cases = Content::ALL.into_iter().flat_map(|content| lens().map(move |len| (content, len)));
    let mut rows: Vec<Row> = cases.map(|(content, len)| Row::new(Case { content, len })).collect();

    // A round goes through everything, so that a busy minute of the machine spoils no row.
    let turn = Duration::from_millis(arguments.turn);
    for _ in ProgressBar::new(arguments.rounds).wrap_iter(0..arguments.rounds) {
        for entry in rows.iter_mut().flat_map(|row| &mut row.entries) {
            entry.take_turn(turn);
        }
    }

    println!("{}, nanoseconds a frame\n", machine::describe());
    let names = ALL.iter().map(|contender| contender.name.to_owned());
    print_cells("payload", "", names.chain(["× peers".to_owned(), "× copy + xor".to_owned()]));
    print_cells("--:", "---", (0..ALL.len() + 2).map(|_| "--:".to_owned()));
    rows.iter().for_each(Row::print);
}

/// A case, and everybody's best turn in it.
struct Row {
    case: Case,
    entries: Vec<Entry>,
}

impl Row {
    fn new(case: Case) -> Self {
        Row { case, entries: ALL.iter().map(|contender| Entry::new(contender, case)).collect() }
    }

    fn print(&self) {
        let nanos = self.entries.iter().map(|entry| format!("{:.1}", entry.nanos));
        let ours = self.of(Role::Ours).fold(f64::INFINITY, f64::min);
        let peer = self.of(Role::Peer).fold(f64::INFINITY, f64::min);
        // Of the two bounds, the one that unmasks too is the slower one.
        let bound = self.of(Role::Bound).fold(0.0, f64::max);
        let ratios = [peer, bound].map(|other| format!("{:.2}", other / ours));
        print_cells(&size(self.case.len), self.case.content.name(), nanos.chain(ratios));
    }

    fn of(&self, role: Role) -> impl Iterator<Item = f64> {
        let entries = self.entries.iter().filter(move |entry| entry.contender.role == role);
        entries.map(|entry| entry.nanos)
    }
}

/// A contender in one case, with its best turn so far.
struct Entry {
    contender: &'static Contender,
    case: Case,
    nanos: f64,
}

impl Entry {
    fn new(contender: &'static Contender, case: Case) -> Self {
        Entry { contender, case, nanos: f64::INFINITY }
    }

    /// Decodes for so long, with fresh buffers: where they lie in memory matters too.
    fn take_turn(&mut self, turn: Duration) {
        let mut decode = (self.contender.start)(self.case);
        // Twice the source, so that buffers have their size and caches are warm.
        let mut batch = 2 * Source::LEN / self.case.len + 1;
        decode(batch);
        while time(|| decode(batch)) < Duration::from_millis(1) {
            batch *= 2;
        }
        let (mut frames, mut spent) = (0, Duration::ZERO);
        while spent < turn {
            spent += time(|| decode(batch));
            frames += batch;
        }
        self.nanos = self.nanos.min(spent.as_nanos() as f64 / frames as f64);
    }
}

fn time(act: impl FnOnce()) -> Duration {
    let start = meter::own_cpu();
    act();
    meter::own_cpu() - start
}

fn size(len: usize) -> String {
    match len {
        0..1024 => format!("{len} B"),
        1024..0x10_0000 => format!("{} KiB", len >> 10),
        _ => format!("{} MiB", len >> 20),
    }
}

fn print_cells(len: &str, content: &str, cells: impl Iterator<Item = String>) {
    print!("| {len:>7} | {content:<6} |");
    for cell in cells {
        print!(" {cell:>16} |");
    }
    println!();
}
