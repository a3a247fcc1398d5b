//! Holds ten thousand connections, a third of which misbehave, and counts what the others lose.

use clap::Parser;
use figures::{
    machine,
    misbehaviour::Misbehaviour,
    process::{Process, allow_files},
    server::Contender,
};
use frame::{Config, Connection, Event, Mask};
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    io,
    process::ExitCode,
    rc::Rc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::{LocalSet, spawn_local},
    time::{Instant, sleep, sleep_until, timeout},
};

/// Holds many WebSockets on our server: two thirds talk and count, a third does all that
/// a server must not suffer from.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many connections there are at a time
    #[arg(long, default_value_t = 10_000)]
    connections: usize,

    /// For how long, in seconds
    #[arg(long, default_value_t = 120)]
    seconds: u64,

    /// How long a well-behaved connection waits between two messages, in milliseconds
    #[arg(long, default_value_t = 2_000)]
    pause: u64,

    /// Be this server, and print the port: how the held process is started
    #[arg(long, value_enum, hide = true)]
    be: Option<Contender>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.be {
        Some(contender) => allow_files().and_then(|()| contender.serve()).map(|()| true),
        None => allow_files().and_then(|()| hold(&arguments)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hold: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What was seen, by all connections together.
#[derive(Default)]
struct Tally {
    sent: Cell<u64>,
    echoed: Cell<u64>,
    /// Messages that did not come back, or not as they were, or not in their turn.
    lost: Cell<u64>,
    /// Well-behaved connections that were refused or cut off.
    cut: Cell<u64>,
    /// How often each misbehaviour was brought to its end.
    misbehaved: RefCell<BTreeMap<&'static str, u64>>,
}

fn add(cell: &Cell<u64>, more: u64) {
    cell.set(cell.get() + more);
}

fn hold(arguments: &Arguments) -> io::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Behind the start of the server, only one processor is ours.
    let machine = machine::describe();
    let server = Process::start(Contender::OursWebsocket)?;
    let before = server.resident()?;
    let tally = Rc::new(Tally::default());
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let peak = LocalSet::new().block_on(&runtime, async {
        let mut well_behaved = Vec::new();
        for number in 0..arguments.connections {
            let tally = Rc::clone(&tally);
            let port = server.port;
            if number % 3 == 2 {
                let first = Misbehaviour::ALL[number / 3 % Misbehaviour::ALL.len()];
                spawn_local(misbehave(port, first, until, tally));
            } else {
                let pause = Duration::from_millis(arguments.pause);
                well_behaved.push(spawn_local(talk(port, number, pause, until, tally)));
            }
            if number % 100 == 99 {
                // The kernel's queue of newcomers is shorter than ten thousand.
                sleep(Duration::from_millis(10)).await;
            }
        }
        let bar =
            ProgressBar::with_draw_target(Some(arguments.seconds), ProgressDrawTarget::stderr());
        let mut peak = 0;
        while Instant::now() < until {
            sleep(Duration::from_secs(1)).await;
            peak = peak.max(server.resident()?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        for talk in well_behaved {
            _ = talk.await;
        }
        Ok::<_, io::Error>(peak)
    })?;

    let Tally { sent, echoed, lost, cut, misbehaved } = &*tally;
    println!("{machine}\n");
    println!("| {} connections, {} s | |", arguments.connections, arguments.seconds);
    println!("| --- | --: |");
    for (what, count) in [
        ("messages sent by the well-behaved", sent),
        ("echoed", echoed),
        ("lost", lost),
        ("of the well-behaved, cut off", cut),
    ] {
        println!("| {what} | {} |", count.get());
    }
    for (name, count) in &*misbehaved.borrow() {
        println!("| {name} | {count} |");
    }
    println!("| memory before, MiB | {} |", before >> 20);
    println!("| memory at most, MiB | {} |", peak >> 20);
    println!("| CPU s | {:.1} |", server.cpu()?.as_secs_f64());
    Ok(lost.get() == 0 && cut.get() == 0 && sent.get() == echoed.get())
}

/// Sends numbered messages one by one, and expects each of them back.
async fn talk(port: u16, number: usize, pause: Duration, until: Instant, tally: Rc<Tally>) {
    if converse(port, number, pause, until, &tally).await.is_err() {
        add(&tally.cut, 1);
    }
}

async fn converse(
    port: u16,
    number: usize,
    pause: Duration,
    until: Instant,
    tally: &Tally,
) -> io::Result<()> {
    let mut stream = figures::load::connect(port, &figures::load::opening("/")).await?;
    let mut machine = Connection::client(Config::default(), || Mask([1, 2, 3, 4]));
    // Not all at the same moment.
    sleep(pause.mul_f64(number as f64 / 7.0 % 1.0)).await;
    let mut buffer = [0; 1024];
    for count in 0.. {
        if Instant::now() >= until {
            break;
        }
        let message = format!("message {count} of connection {number}");
        machine.send(Event::Text(&message)).map_err(io::Error::other)?;
        add(&tally.sent, 1);
        let mut answered = false;
        while !answered {
            let waiting = machine.transmit();
            if !waiting.is_empty() {
                let len = waiting.len();
                stream.write_all(waiting).await?;
                machine.transmitted(len);
            }
            let read = timeout(Duration::from_secs(60), stream.read(&mut buffer)).await;
            let Ok(read) = read else {
                add(&tally.lost, 1);
                return Ok(());
            };
            match read? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                len => machine.receive(&buffer[..len]),
            }
            while let Some(event) = machine.next_event().map_err(io::Error::other)? {
                match event {
                    Event::Text(text) if text == message => answered = true,
                    Event::Ping(_) | Event::Pong(_) => {}
                    _ => add(&tally.lost, 1),
                }
            }
        }
        add(&tally.echoed, 1);
        sleep(pause).await;
    }
    Ok(())
}

/// Misbehaves in one way after the other, until the time is over.
async fn misbehave(port: u16, first: Misbehaviour, until: Instant, tally: Rc<Tally>) {
    let all = Misbehaviour::ALL.iter().cycle();
    let from_first = all.skip_while(|misbehaviour| **misbehaviour != first);
    for misbehaviour in from_first {
        if Instant::now() >= until {
            return;
        }
        tokio::select! {
            _ = misbehaviour.commit(port) => {
                let mut counts = tally.misbehaved.borrow_mut();
                *counts.entry(misbehaviour.name()).or_default() += 1;
            }
            () = sleep_until(until) => return,
        }
        // Whoever is refused comes back, and not at once.
        sleep(Duration::from_millis(500)).await;
    }
}
