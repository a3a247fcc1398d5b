//! Every recorded capture is read whole: no warning, no gap but those of the snaplen, no byte twice.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]
#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]

mod network;

use capture::{Ending, File, Flows, Limits, describe};
use network::{Log, Told};
use std::{fs, path::PathBuf};

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
