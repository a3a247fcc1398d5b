//! Tells five hundred members of a room what one of them says: our rooms, two libraries, a bound.

use clap::Parser;
use figures::{
    crowd::{Crowd, Heard},
    machine,
    process::{Process, allow_files},
    server::Contender,
};
use std::{io, process::ExitCode, time::Duration};
use tokio::task::LocalSet;

/// Measures what it costs to tell a room of members something, by WebSocket and by Socket.IO.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many times every server has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// How long a turn is, in seconds
    #[arg(long, default_value_t = 2)]
    seconds: u64,

    /// How many members a room has
    #[arg(long, default_value_t = 500)]
    members: usize,

    /// How long a message is, in bytes
    #[arg(long, default_value_t = 64)]
    size: usize,

    /// How many silent members of Socket.IO there are
    #[arg(long, default_value_t = 5_000)]
    silent: usize,

    /// Be this server, and print the port: how a measured process is started
    #[arg(long, value_enum, hide = true)]
    be: Option<Contender>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = allow_files().and_then(|()| match arguments.be {
        Some(contender) => contender.serve(),
        None => measure(&arguments),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("broadcast: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The best of several rounds.
struct Best {
    cpu: f64,
    rate: f64,
    p99: Duration,
}

impl Best {
    const NOTHING: Best = Best { cpu: f64::MAX, rate: 0.0, p99: Duration::MAX };

    fn or(&self, heard: &Heard, cpu: Duration, time: Duration) -> Best {
        let deliveries = heard.deliveries as f64;
        Best {
            cpu: self.cpu.min(cpu.as_secs_f64() * 1e6 / deliveries),
            rate: self.rate.max(deliveries / time.as_secs_f64()),
            p99: self.p99.min(heard.p99),
        }
    }
}

fn measure(arguments: &Arguments) -> io::Result<()> {
    let Arguments { rounds, seconds, members, size, silent, .. } = *arguments;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    let time = Duration::from_secs(seconds);
    println!("{}\n", machine::describe());
    println!(
        "| {members} members, {size} B | server | CPU µs | CPU × ours | deliveries/s | ours × | p99 ms |"
    );
    println!("| --- | --- | --: | --: | --: | --: | --: |");
    for (name, contenders) in
        [("WebSocket", Contender::ROOM.as_slice()), ("Socket.IO", &Contender::SOCKET_IO)]
    {
        for depth in [1, 8] {
            let mut best: Vec<Best> = contenders.iter().map(|_| Best::NOTHING).collect();
            for _ in 0..rounds {
                for (contender, best) in contenders.iter().zip(&mut best) {
                    let server = Process::start(*contender)?;
                    let crowd = Crowd::gather(server.port, contender.manner(), members);
                    let crowd = tasks.block_on(&runtime, crowd)?;
                    let before = server.cpu()?;
                    let heard = tasks.block_on(&runtime, crowd.talk(size, depth, time))?;
                    *best = best.or(&heard, server.cpu()? - before, time);
                }
            }
            for (contender, Best { cpu, rate, p99 }) in contenders.iter().zip(&best) {
                let (cpu_ratio, rate_ratio) = (cpu / best[0].cpu, best[0].rate / rate);
                let p99 = p99.as_secs_f64() * 1e3;
                println!(
                    "| {name}, {depth} under way | {} | {cpu:.2} | {cpu_ratio:.2} | {rate:.0} | {rate_ratio:.2} | {p99:.1} |",
                    contender.name()
                );
            }
        }
    }

    println!("\n| {silent} silent members of Socket.IO | bytes of memory for each |");
    println!("| --- | --: |");
    for contender in Contender::SOCKET_IO {
        let server = Process::start(contender)?;
        let gather = |count| Crowd::gather(server.port, contender.manner(), count);
        // The first ones need what all share.
        let first = tasks.block_on(&runtime, gather(20))?;
        let before = server.resident()?;
        let crowd = tasks.block_on(&runtime, gather(silent))?;
        let each = (server.resident()? - before) / silent as u64;
        println!("| {} | {each} |", contender.name());
        drop((first, crowd));
    }
    Ok(())
}
