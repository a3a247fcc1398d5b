//! Serves: our HTTP and WebSocket beside well-known libraries.

use clap::Parser;
use figures::{
    load::{self, Script},
    machine,
    process::Process,
    server::Contender,
};
use std::{io, process::ExitCode, time::Duration};

/// Measures what it costs to serve a request or a message, and to hold a silent connection.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many times every server has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// How long a turn is, in seconds
    #[arg(long, default_value_t = 2)]
    seconds: u64,

    /// How many silent connections are opened
    #[arg(long, default_value_t = 5_000)]
    silent: usize,

    /// Be this server, and print the port: how a measured process is started
    #[arg(long, value_enum, hide = true)]
    be: Option<Contender>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.be {
        Some(contender) => contender.serve(),
        None => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("serve: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One line of the table: who is asked what, by how many.
struct Case {
    name: &'static str,
    contenders: &'static [Contender],
    script: Script,
    connections: usize,
}

fn measure(arguments: &Arguments) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let websocket = &Contender::WEBSOCKET;
    let cases = [
        Case { name: "GET", contenders: &Contender::HTTP, script: Script::get(), connections: 64 },
        Case {
            name: "echo 64 B",
            contenders: websocket,
            script: Script::echo(64, 1),
            connections: 100,
        },
        Case {
            name: "echo 1 KiB",
            contenders: websocket,
            script: Script::echo(1024, 1),
            connections: 100,
        },
        Case {
            name: "echo 64 B, 16 at once",
            contenders: websocket,
            script: Script::echo(64, 16),
            connections: 100,
        },
    ];
    println!("{}\n", machine::describe());
    println!("| case | server | CPU µs | × ours | messages/s |");
    println!("| --- | --- | --: | --: | --: |");
    let time = Duration::from_secs(arguments.seconds);
    for Case { name, contenders, script, connections } in &cases {
        // The least CPU time, and the highest rate, of all rounds.
        let mut best = vec![(f64::MAX, 0.0_f64); contenders.len()];
        for _ in 0..arguments.rounds {
            for (contender, best) in contenders.iter().zip(&mut best) {
                let server = Process::start(*contender)?;
                let before = server.cpu()?;
                let run = load::run(server.port, script, *connections, time);
                let messages = runtime.block_on(run)? as f64;
                let cpu = (server.cpu()? - before).as_secs_f64() * 1e6 / messages;
                *best = (best.0.min(cpu), best.1.max(messages / time.as_secs_f64()));
            }
        }
        for (contender, (cpu, rate)) in contenders.iter().zip(&best) {
            let ratio = cpu / best[0].0;
            println!("| {name} | {} | {cpu:.2} | {ratio:.2} | {rate:.0} |", contender.name());
        }
    }

    println!("\n| {} silent WebSockets | bytes of memory for each |", arguments.silent);
    println!("| --- | --: |");
    for contender in Contender::WEBSOCKET {
        let server = Process::start(contender)?;
        // The first one needs what all share.
        let first = runtime.block_on(load::open(server.port, 1))?;
        let before = server.resident()?;
        let sockets = runtime.block_on(load::open(server.port, arguments.silent))?;
        let each = (server.resident()? - before) / sockets.len() as u64;
        println!("| {} | {each} |", contender.name());
        drop((first, sockets));
    }
    Ok(())
}
