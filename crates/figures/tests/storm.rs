//! A small storm, as a program.

use std::process::Command;

#[test]
fn a_small_storm_loses_nothing() {
    let mut storm = Command::new(env!("CARGO_BIN_EXE_storm"));
    let output = storm.args(["--members", "40", "--seconds", "5"]).output().unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{report}");
    assert!(report.contains("| Socket.IO |") && report.contains("Nothing was lost"), "{report}");
}
