//! What was measured on, and when: the first line of every result.

use std::{fs, process::Command, thread};

/// `2026-11-22 · 2 cores, AMD EPYC · rustc 1.95.0`.
pub fn describe() -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(": "))
        .map_or("processor unknown", |(_, name)| name);
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let rustc = rustc.unwrap_or_default();
    let rustc: Vec<&str> = rustc.split(' ').take(2).collect();
    format!("{date} · {cores} cores, {processor} · {}", rustc.join(" "))
}
