//! Writes a capture of WebSocket traffic of any size.

use clap::Parser;
use figures::{
    file::{Format, Writer},
    traffic::{self, Mix, Options},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fs::File,
    io::{self, BufWriter},
    path::PathBuf,
    process::ExitCode,
};

/// Writes a capture of WebSocket traffic, the same every time.
#[derive(Debug, Parser)]
struct Arguments {
    /// The file to write; .pcapng at its end chooses that format
    file: PathBuf,

    /// How large it shall be, in megabytes (10^6 bytes)
    #[arg(long, default_value_t = 256)]
    megabytes: u64,

    /// How long the messages are
    #[arg(long, value_enum, default_value_t = Mix::Chat)]
    mix: Mix,

    /// Compress the messages (permessage-deflate)
    #[arg(long)]
    deflate: bool,

    /// How many connections are open at the same time
    #[arg(long, default_value_t = 32)]
    connections: usize,

    /// Another number is another capture
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make-capture: {}: {error}", arguments.file.display());
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &Arguments) -> io::Result<()> {
    let Arguments { file, megabytes, mix, deflate, connections, seed } = arguments;
    let is_pcapng = file.extension().is_some_and(|extension| extension == "pcapng");
    let format = if is_pcapng { Format::Pcapng } else { Format::Pcap };
    let bytes = megabytes * 1_000_000;
    let bar = ProgressBar::new(bytes).with_style(
        ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec}")
            .map_err(io::Error::other)?,
    );
    let options = Options { mix: *mix, deflate: *deflate, connections: *connections, seed: *seed };
    let out = Writer::new(format, BufWriter::with_capacity(1 << 20, File::create(file)?))?;
    let mut next = 0;
    let made = traffic::write(&options, bytes, out, |written| {
        if written >= next {
            bar.set_position(written.min(bytes));
            next = written + (1 << 22);
        }
    })?;
    bar.finish_and_clear();
    println!(
        "{}: {} bytes, {} packets, {} connections, {} messages",
        file.display(),
        made.bytes,
        made.packets,
        made.connections,
        made.messages,
    );
    Ok(())
}
