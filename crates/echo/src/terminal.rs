//! Lines for people.
//!
//! What a program says about its work goes to standard error, so that standard
//! output carries only what was asked for. Colours are dropped where no
//! terminal shows them, and where `NO_COLOR` asks for that.

use std::{
    io::{self, Write},
    net::SocketAddr,
    process,
};

/// Prints a line on standard error, at once, so that no other thread's line comes between.
pub fn say(line: &str) {
    // A closed standard error leaves nobody to tell, and is no reason to stop.
    let _ = anstream::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// Prints on standard output where a program listens, and the number by which the system knows it.
pub fn announce(program: &str, address: SocketAddr) {
    let process = process::id();
    // Nobody may want to know.
    let _ = writeln!(io::stdout(), "{program} listens on {address}, process {process}");
}
