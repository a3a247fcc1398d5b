//! Every recorded capture is read whole, and however it is damaged, no harm comes of it.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]
#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]

mod network;

use capture::{Ending, File, Flows, Limits, describe};
use network::{Log, Told};
use std::{collections::HashMap, fs, path::PathBuf};

fn captures() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/captures");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_capture = |path: &PathBuf| {
        let name = path.to_string_lossy().into_owned();
        [".pcap", ".pcapng", ".gz"].iter().any(|ending| name.ends_with(ending))
    };
    files.filter(is_capture).collect()
}

#[test]
fn every_recorded_capture_is_read_whole() {
    for path in captures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let mut file = File::open(&bytes[..]).unwrap();
        let mut flows = Flows::new(Limits::default());
        let mut log = Log::default();
        while let Some(packet) = file.next_packet().unwrap() {
            wire::laws::spans_cover(&describe(&packet), packet.bytes.len());
            flows.receive(&packet, &mut log);
        }
        flows.finish(&mut log);
        assert_eq!(file.take_warnings(), [], "{name}");
        assert_eq!(log.texts(), [""; 0], "{name}");
        assert_eq!(file.position(), bytes.len() as u64, "{name}");
        let gaps = log.told.iter().any(|(_, told)| matches!(told, Told::Gap(..)));
        assert_eq!(gaps, name.contains("snaplen"), "{name}");
        let conflicts = log.told.iter().any(|(_, told)| matches!(told, Told::Conflict(..)));
        assert!(!conflicts, "{name}");
        let is_odd = |ending| matches!(ending, Ending::Reused | Ending::GivenUp);
        let odd =
            log.told.iter().any(|(_, told)| matches!(told, Told::Ended(ending) if is_odd(*ending)));
        assert!(!odd, "{name}");
    }
}

/// Asserts that each stream was told in order, without a hole or an overlap.
#[track_caller]
fn in_order(log: &Log) {
    let mut next = HashMap::new();
    for (flow, told) in &log.told {
        let (from, offset, len) = match told {
            Told::Data(from, offset, data, _) => (from, offset, data.len() as u64),
            Told::Gap(from, offset, len) => (from, offset, *len),
            _ => continue,
        };
        let next = next.entry((flow, from)).or_insert(0);
        assert_eq!(next, offset);
        *next += len;
    }
}

/// Numbers without a pattern, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's MMIX generator; its upper bits are the better ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn no_damage_to_a_recorded_capture_does_harm() {
    let mut numbers = Numbers(13);
    for path in captures() {
        let original = fs::read(&path).unwrap();
        if original.len() > 100_000 {
            continue;
        }
        for _ in 0..8 {
            let mut bytes = original.clone();
            for _ in 0..=numbers.below(12) {
                let (at, from) = (numbers.below(bytes.len()), numbers.below(bytes.len()));
                let len = numbers.below(200).min(bytes.len() - from);
                match numbers.below(4) {
                    0 => bytes[at] = numbers.below(256) as u8,
                    1 => drop(bytes.drain(from..from + len)),
                    2 => drop(bytes.splice(at..at, original[..len].to_vec())),
                    _ => bytes[from..from + len].fill(numbers.below(256) as u8),
                }
                if bytes.len() < 100 {
                    break;
                }
            }
            let Ok(mut file) = File::open(&bytes[..]) else { continue };
            let mut flows = Flows::new(Limits::default());
            let mut log = Log::default();
            while let Ok(Some(packet)) = file.next_packet() {
                wire::laws::spans_cover(&describe(&packet), packet.bytes.len());
                flows.receive(&packet, &mut log);
            }
            flows.finish(&mut log);
            in_order(&log);
        }
    }
}
