//! `handshake KEY`: the arithmetic of the opening handshake, step by step.
//!
//! Book: chapter 6.

use handshake::{Calculation, accept::decode_key};
use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

const HELP: &str = "\
Computes the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key, step by step.

Usage: handshake KEY
       handshake -         read the key from standard input

Example: handshake dGhlIHNhbXBsZSBub25jZQ==

A key is base64 of 16 bytes. Another one is calculated all the same, with a warning.
Exit status: 0 calculated, 2 the arguments or the input could not be read.
";

/// A key is 24 characters; whoever pipes in a film gets a sentence, not a swapped-out machine.
const MAX_INPUT: u64 = 64 * 1024;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let written = match (arguments.next(), arguments.next()) {
        (Some(flag), None) if flag == "--help" || flag == "-h" => print(HELP),
        (Some(flag), None) if flag == "--version" || flag == "-V" => {
            print(concat!("handshake ", env!("CARGO_PKG_VERSION"), "\n"))
        }
        (Some(dash), None) if dash == "-" => match read_key() {
            Ok(key) => explain(&key),
            Err(error) => return refuse(&format!("standard input holds no key: {error}")),
        },
        (Some(key), None) => match key.to_str() {
            Some(flag) if flag.starts_with('-') => {
                return refuse(&format!("there is no option {flag}"));
            }
            Some(key) => explain(key.trim()),
            None => return refuse("a key is base64, and this argument is not even UTF-8"),
        },
        (None, _) => return refuse("a key is missing"),
        (Some(_), Some(_)) => return refuse("only one key at a time"),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads us has seen enough: `handshake KEY | head -1`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write: {error}"));
            ExitCode::from(2)
        }
    }
}

fn explain(key: &str) -> io::Result<()> {
    if let Err(violation) = decode_key(key) {
        complain(&format!("warning: a server refuses this key: {}", violation.detail));
    }
    print(&Calculation::of(key).to_string())
}

fn read_key() -> io::Result<String> {
    let mut text = String::new();
    if io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text)? as u64 == MAX_INPUT {
        return Err(io::Error::other("it is far too long"));
    }
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        [key] => Ok(key.to_owned()),
        [] => Err(io::Error::other("it is empty")),
        _ => Err(io::Error::other("it has more than one word")),
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

fn refuse(problem: &str) -> ExitCode {
    complain(&format!("{problem}; try: handshake dGhlIHNhbXBsZSBub25jZQ==, or --help"));
    ExitCode::from(2)
}

fn complain(sentence: &str) {
    // Where nobody listens, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "handshake: {sentence}");
}
