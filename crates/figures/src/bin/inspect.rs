//! Inspects whole captures: frame-inspector, tshark, sha1sum and cat.

use clap::Parser;
use figures::{
    file::{Format, Writer},
    machine,
    meter::{self, Cost},
    traffic::{self, Mix, Options},
};
use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Duration,
};

/// Measures what it costs to decode a whole capture.
#[derive(Debug, Parser)]
struct Arguments {
    /// How large the captures are, in megabytes (10^6 bytes)
    #[arg(long, value_delimiter = ',', default_values_t = [64, 256, 1024])]
    megabytes: Vec<u64>,

    /// How long the messages are
    #[arg(long, value_enum, default_value_t = Mix::Chat)]
    mix: Mix,

    /// Compress the messages (permessage-deflate)
    #[arg(long)]
    deflate: bool,

    /// How many connections are open at the same time
    #[arg(long, default_value_t = 32)]
    connections: usize,

    /// How many times every program has its turn
    #[arg(long, default_value_t = 7)]
    rounds: usize,

    /// The largest capture that tshark is given: it is slow, and has one turn
    #[arg(long, default_value_t = 256)]
    tshark_megabytes: u64,
}

fn main() -> ExitCode {
    let result = match meter::run_as_child() {
        Ok(true) => Ok(()),
        Ok(false) => measure(&Arguments::parse()),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inspect: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> io::Result<()> {
    let inspector = inspector()?;
    let folder = inspector.with_file_name("figures");
    fs::create_dir_all(&folder)?;
    println!("{}\n", machine::describe());
    print_row(["capture", "program", "CPU s", "MB/s", "× tshark", "× sha1sum", "peak MiB"]);
    print_row(["--:", "---", "--:", "--:", "--:", "--:", "--:"]);
    for &megabytes in &arguments.megabytes {
        let file = folder.join("capture.pcap");
        make(&file, megabytes, arguments)?;
        let result = compare(&inspector, &file, megabytes, arguments);
        fs::remove_file(&file)?;
        result?;
    }
    Ok(())
}

/// Where the inspector is; built, where cargo runs this program.
fn inspector() -> io::Result<PathBuf> {
    let name = format!("frame-inspector{}", env::consts::EXE_SUFFIX);
    let path = env::current_exe()?.with_file_name(name);
    if let Some(cargo) = env::var_os("CARGO") {
        let build = ["build", "--quiet", "--release", "--package", "frame-inspector"];
        Command::new(cargo).args(build).status()?;
    }
    match path.exists() {
        true => Ok(path),
        false => {
            Err(io::Error::other("build it first: cargo build --release --package frame-inspector"))
        }
    }
}

fn make(file: &Path, megabytes: u64, arguments: &Arguments) -> io::Result<()> {
    let Arguments { mix, deflate, connections, .. } = *arguments;
    let options = Options { mix, deflate, connections, seed: 1 };
    let out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    let out = Writer::new(Format::Pcap, out)?;
    traffic::write(&options, megabytes * 1_000_000, out, |_| {})?;
    Ok(())
}

/// Measures one capture and prints its rows.
fn compare(inspector: &Path, file: &Path, megabytes: u64, arguments: &Arguments) -> io::Result<()> {
    let with = |program: &Path, options: &[&str]| {
        let mut command = vec![program.as_os_str().to_owned(), file.as_os_str().to_owned()];
        command.extend(options.iter().map(OsString::from));
        command
    };
    let mut entries = [
        Entry::new("frame-inspector --summary", with(inspector, &["--summary"])),
        Entry::new("frame-inspector --json", with(inspector, &["--json"])),
        Entry::new("frame-inspector", with(inspector, &[])),
        Entry::new("sha1sum", with(Path::new("sha1sum"), &[])),
        Entry::new("cat", with(Path::new("cat"), &[])),
    ];
    for _ in 0..arguments.rounds {
        for entry in &mut entries {
            entry.take_turn()?;
        }
    }
    let mut tshark = Entry::new("tshark", tshark(file));
    let had_its_turn = megabytes <= arguments.tshark_megabytes && tshark.take_turn().is_ok();

    let bytes = fs::metadata(file)?.len() as f64;
    let [_, _, _, sha1sum, _] = &entries;
    let (sha1sum, slowest) = (sha1sum.cpu, tshark.cpu);
    let shown = entries.iter().chain(had_its_turn.then_some(&tshark));
    for Entry { name, cpu, peak, .. } in shown {
        let seconds = cpu.as_secs_f64();
        let times = |other: Duration| format!("{:.2}", other.as_secs_f64() / seconds);
        print_row([
            &format!("{megabytes} MB"),
            name,
            &format!("{seconds:.3}"),
            &format!("{:.0}", bytes / 1e6 / seconds),
            &if had_its_turn { times(slowest) } else { String::new() },
            &times(sha1sum),
            &format!("{:.1}", *peak as f64 / 1024.0),
        ]);
    }
    if !had_its_turn && megabytes <= arguments.tshark_megabytes {
        eprintln!("tshark is not installed, or failed: its rows are missing (apt install tshark)");
    }
    Ok(())
}

/// Every WebSocket message with its payload, as far as tshark has fields for it.
fn tshark(file: &Path) -> Vec<OsString> {
    let mut command: Vec<OsString> = vec!["tshark".into(), "-r".into(), file.into()];
    let fields = [
        "frame.number",
        "websocket.opcode",
        "websocket.payload.text",
        "websocket.payload.unknown",
        "websocket.payload.close.status_code",
    ];
    command.extend(["-Y", "websocket", "-T", "fields"].map(OsString::from));
    command.extend(fields.iter().flat_map(|field| [OsString::from("-e"), field.into()]));
    command
}

/// A program, with its best turn so far.
struct Entry {
    name: &'static str,
    command: Vec<OsString>,
    cpu: Duration,
    peak: u64,
}

impl Entry {
    fn new(name: &'static str, command: Vec<OsString>) -> Self {
        Entry { name, command, cpu: Duration::MAX, peak: 0 }
    }

    fn take_turn(&mut self) -> io::Result<()> {
        let Cost { cpu, peak } = meter::run(&self.command)?;
        self.cpu = self.cpu.min(cpu);
        self.peak = self.peak.max(peak);
        Ok(())
    }
}

fn print_row(cells: [&str; 7]) {
    let [capture, program, seconds, rate, tshark, sha1sum, peak] = cells;
    println!(
        "| {capture:>8} | {program:<25} | {seconds:>7} | {rate:>6} | {tshark:>8} | {sha1sum:>9} | {peak:>8} |"
    );
}
