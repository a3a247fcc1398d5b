//! Decodes and unmasks frames in memory: ours, three libraries, two bounds.

use clap::Parser;
use figures::{
    contender::{ALL, Case, Contender, Role},
    machine, meter,
    source::{Content, Source},
};
use std::time::Duration;

/// Measures how long a masked frame takes from memory to message.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many times every program has its turn
    #[arg(long, default_value_t = 9)]
    rounds: usize,

    /// How long a turn takes, in milliseconds
    #[arg(long, default_value_t = 40)]
    turn: u64,

    /// Measure only payloads of this length
    #[arg(long)]
    len: Option<usize>,
}

const LENGTHS: [usize; 5] = [16, 125, 1 << 10, 64 << 10, 1 << 20];

fn main() {
    let arguments = Arguments::parse();
    println!("{}\n", machine::describe());
    print_row(["payload", "", "program", "ns/frame", "GB/s", "copy + xor ×", "best peer ×"]);
    print_row(["--:", "---", "---", "--:", "--:", "--:", "--:"]);
    for content in Content::ALL {
        for len in LENGTHS {
            if arguments.len.is_none_or(|only| only == len) {
                compare(Case { content, len }, &arguments);
            }
        }
    }
}

/// Measures a case and prints its rows.
fn compare(case: Case, arguments: &Arguments) {
    let mut entries: Vec<Entry> = ALL.iter().map(|contender| Entry::new(contender, case)).collect();
    for _ in 0..arguments.rounds {
        for entry in &mut entries {
            entry.take_turn(Duration::from_millis(arguments.turn));
        }
    }
    let best = |role| {
        let nanos = entries.iter().filter(|entry| entry.contender.role == role);
        nanos.map(|entry| entry.nanos).fold(f64::INFINITY, f64::min)
    };
    let peer = best(Role::Peer);
    let bound = entries.iter().find(|entry| entry.contender.name == "copy + xor");
    let bound = bound.map_or(f64::NAN, |entry| entry.nanos);
    for Entry { contender, nanos, .. } in &entries {
        print_row([
            &size(case.len),
            case.content.name(),
            contender.name,
            &format!("{nanos:.1}"),
            &format!("{:.2}", case.len as f64 / nanos),
            &format!("{:.2}", bound / nanos),
            &format!("{:.2}", peer / nanos),
        ]);
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

fn print_row(cells: [&str; 7]) {
    let [payload, kind, program, nanos, rate, bound, peer] = cells;
    println!(
        "| {payload:>7} | {kind:<6} | {program:<21} | {nanos:>9} | {rate:>6} | {bound:>12} | {peer:>11} |"
    );
}
