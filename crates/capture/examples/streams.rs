//! Prints what happens on the connections of a capture that comes on standard input:
//! `cargo run -p capture --example streams < fixtures/captures/chromium-chat.pcapng`

use capture::{Event, File, Flow, Flows, Limits, Sink, Warning};
use std::io;

struct Printer;

impl Sink for Printer {
    fn event(&mut self, flow: &Flow, event: Event<'_>) {
        let number = flow.number;
        match event {
            Event::Opened { packet } => {
                let (first, second) = (flow.first, flow.second);
                println!("{number} opened by packet {}: {first} and {second}", packet.number);
            }
            Event::Data { from, offset, bytes, packet } => {
                let (len, source) = (bytes.len(), flow.address(from));
                println!(
                    "{number} packet {}: {len} bytes at {offset} from {source}",
                    packet.number
                );
            }
            Event::Gap { from, offset, bytes, after_packet, .. } => {
                let source = flow.address(from);
                println!(
                    "{number} gap of {bytes} at {offset} from {source} after packet {after_packet}"
                );
            }
            Event::Fin { from, packet } => {
                println!("{number} packet {}: FIN from {}", packet.number, flow.address(from));
            }
            Event::Reset { from, packet } => {
                println!("{number} packet {}: RST from {}", packet.number, flow.address(from));
            }
            Event::Conflict { from, offset, packet } => {
                let source = flow.address(from);
                println!(
                    "{number} packet {}: other bytes at {offset} from {source}",
                    packet.number
                );
            }
            Event::Ended { ending, packet } => {
                println!("{number} packet {}: ended, {ending:?}; {:?}", packet.number, flow.sent);
            }
        }
    }

    fn warning(&mut self, warning: Warning) {
        println!("warning: {warning}");
    }
}

fn main() -> Result<(), capture::file::Error> {
    let mut file = File::open(io::stdin().lock())?;
    let mut flows = Flows::new(Limits::default());
    while let Some(packet) = file.next_packet()? {
        flows.receive(&packet, &mut Printer);
    }
    flows.finish(&mut Printer);
    for warning in file.take_warnings() {
        Printer.warning(warning);
    }
    Ok(())
}
