//! Counts the stream bytes of a capture on standard input; for measuring:
//! `time cargo run --release -p capture --example count < some.pcapng`

use capture::{Event, File, Flow, Flows, Limits, Sink, Warning};
use std::io;

#[derive(Debug, Default)]
struct Count {
    flows: u64,
    pieces: u64,
    bytes: u64,
    missing: u64,
}

impl Sink for Count {
    fn event(&mut self, _: &Flow, event: Event<'_>) {
        match event {
            Event::Opened { .. } => self.flows += 1,
            Event::Data { bytes, .. } => {
                self.pieces += 1;
                self.bytes += bytes.len() as u64;
            }
            Event::Gap { bytes, .. } => self.missing += bytes,
            _ => {}
        }
    }

    fn warning(&mut self, warning: Warning) {
        println!("{warning}");
    }
}

fn main() -> Result<(), capture::file::Error> {
    let mut file = File::open(io::stdin().lock())?;
    let mut flows = Flows::new(Limits::default());
    let mut count = Count::default();
    while let Some(packet) = file.next_packet()? {
        flows.receive(&packet, &mut count);
    }
    flows.finish(&mut count);
    file.take_warnings().into_iter().for_each(|warning| count.warning(warning));
    println!("{count:?}");
    Ok(())
}
