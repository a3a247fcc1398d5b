//! A storm: members of a chat come and go through all five doors, while their lines are cut.
//!
//! ```text
//!  a thousand members           lines, cut at random            a chat, in a process of its own
//!   say, listen, come back ───── reset, half closed, silent ──── one room, five doors
//!                                                                      │
//!  a witness ───────────────────── a WebSocket that holds ─────────────┘
//! ```
//!
//! Who loses the line comes back with token and cursor, and says again what was not heard.
//! At the end everybody must have heard what the witness has heard, in its order: nothing
//! is lost, and nothing comes twice.

mod http;
pub mod line;
pub mod member;

use crate::{process::Process, random::Random};
use chat::{
    room::Limits,
    site::{Settings, Site},
};
use line::{Cut, Door};
use member::{Member, live};
use server::Server;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt::{self, Write},
    future::pending,
    io,
    rc::Rc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{LocalSet, spawn_local},
    time::{Instant, sleep, timeout},
};

/// How large a storm is.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    /// How many members there are at a time.
    pub members: usize,
    /// How long their lines are cut.
    pub time: Duration,
    /// Whose numbers say what happens.
    pub seed: u64,
    /// How much memory the server may have, in bytes.
    pub memory: u64,
}

/// How long it may take after the storm until all have heard the last word.
const PATIENCE: Duration = Duration::from_secs(120);

/// The chat of the storm, on a free port, which it prints; it ends with its process.
///
/// # Errors
/// There is no port.
pub fn serve() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        // On a machine that has much else to do, members are away for longer than they want.
        let (history, absence) = (10_000, Duration::from_secs(120));
        let limits = Limits { history, history_bytes: 8 << 20, absence, ..Limits::default() };
        let site = Site::new(Settings { limits, ..Settings::default() });
        Server::default().serve(listener, site, pending()).await;
        Ok(())
    })
}

/// What all members know, and what is counted.
#[derive(Debug)]
pub struct World {
    port: u16,
    until: Instant,
    /// The number of the next message.
    next_message: Cell<u32>,
    /// How many members have heard all that they have said, and say no more.
    settled: watch::Sender<usize>,
    /// How many messages were said in all, when nobody says more.
    said: watch::Sender<Option<usize>>,
    /// The last of them, when it is known; there may be none.
    last: watch::Sender<Option<Option<u32>>>,
    /// How many members have heard that one.
    gone: watch::Sender<usize>,
    tally: Tally,
}

/// What was seen, by all members together.
#[derive(Debug, Default)]
struct Tally {
    heard: [Cell<u64>; Door::ALL.len()],
    comebacks: [Cell<u64>; Door::ALL.len()],
    cuts: [Cell<u64>; Cut::ALL.len()],
    came: Cell<u64>,
    went: Cell<u64>,
    repeated: Cell<u64>,
    /// What must not happen, and how often it did.
    complaints: RefCell<HashMap<String, u64>>,
}

fn add(cell: &Cell<u64>) {
    cell.set(cell.get() + 1);
}

impl World {
    fn complain(&self, about: impl Into<String>) {
        *self.tally.complaints.borrow_mut().entry(about.into()).or_default() += 1;
    }
}

/// What one member has heard from coming to going: the numbers of the messages.
type Heard = Vec<u32>;

impl Storm {
    /// Lets it blow; `tick` is called once a second.
    ///
    /// # Errors
    /// The server has ended.
    pub fn blow(self, server: &Process, tick: impl Fn()) -> io::Result<Report> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, self.run(server, tick))
    }

    async fn run(self, server: &Process, tick: impl Fn()) -> io::Result<Report> {
        let before = server.resident()?;
        let world = Rc::new(World {
            port: server.port,
            until: Instant::now() + self.time,
            next_message: Cell::new(0),
            settled: watch::Sender::new(0),
            said: watch::Sender::new(None),
            last: watch::Sender::new(None),
            gone: watch::Sender::new(0),
            tally: Tally::default(),
        });
        let witness = spawn_local(Member::witness(Rc::clone(&world)));
        let lives: Rc<RefCell<Vec<Heard>>> = Rc::default();
        let mut random = Random::new(self.seed);
        for number in 0..self.members {
            let random = Random::new(random.number());
            spawn_local(live(Rc::clone(&world), random, Rc::clone(&lives)));
            if number % 100 == 99 {
                // The kernel's queue of newcomers is shorter than a thousand.
                sleep(Duration::from_millis(10)).await;
            }
        }
        let mut peak = before;
        let mut settled = world.settled.subscribe();
        let over = Instant::now() + self.time + PATIENCE;
        while *settled.borrow_and_update() < self.members && Instant::now() < over {
            sleep(Duration::from_secs(1)).await;
            peak = peak.max(server.resident()?);
            tick();
        }
        // Nothing more is said: what the witness has not heard yet is on its way.
        world.said.send_replace(Some(world.next_message.get() as usize));
        let heard = timeout(PATIENCE, witness).await;
        let heard = heard.ok().and_then(Result::ok).unwrap_or_default();
        world.last.send_replace(Some(heard.last().copied()));
        let mut gone = world.gone.subscribe();
        let all_gone = gone.wait_for(|gone| *gone == self.members);
        if timeout(PATIENCE, all_gone).await.is_err() {
            world.complain("members who did not hear the last word");
        }
        peak = peak.max(server.resident()?);
        world.judge(&heard, &lives.borrow());
        let [before, peak] = [before, peak].map(|bytes| bytes >> 20);
        if peak > self.memory >> 20 {
            world.complain(format!("more than {} MiB of memory", self.memory >> 20));
        }
        Ok(Report { storm: self, world, before, peak, cpu: server.cpu()? })
    }
}

impl World {
    /// Compares what everybody has heard with what the witness has heard.
    fn judge(&self, witness: &[u32], lives: &[Heard]) {
        let mut places = HashMap::new();
        for (place, message) in witness.iter().enumerate() {
            if places.insert(message, place).is_some() {
                self.complain("messages that were said twice");
            }
        }
        let said = self.next_message.get() as usize;
        if places.len() != said {
            self.complain(format!("the witness has heard {} messages of {said}", places.len()));
        }
        for heard in lives {
            let Some(first) = heard.first() else { continue };
            let since = places.get(first).map(|place| &witness[*place..]);
            if !since.is_some_and(|since| since.starts_with(heard)) {
                self.complain("members who have heard something else than the witness");
            }
        }
    }
}

/// What came of it, as a page of Markdown.
#[derive(Debug)]
pub struct Report {
    storm: Storm,
    world: Rc<World>,
    before: u64,
    peak: u64,
    cpu: Duration,
}

impl Report {
    /// Whether nothing was lost, nothing came twice, and memory was bounded.
    pub fn is_good(&self) -> bool {
        self.world.tally.complaints.borrow().is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { storm: Storm { members, time, seed, memory }, world, .. } = self;
        let Tally { heard, comebacks, cuts, came, went, repeated, complaints } = &world.tally;
        let sum = |cells: &[Cell<u64>]| cells.iter().map(Cell::get).sum::<u64>();
        writeln!(
            f,
            "| {members} members, {} s, seed {seed} | comebacks | deliveries |",
            time.as_secs()
        )?;
        writeln!(f, "| --- | --: | --: |")?;
        for (index, door) in Door::ALL.into_iter().enumerate() {
            let (comebacks, heard) = (comebacks[index].get(), heard[index].get());
            writeln!(f, "| {} | {comebacks} | {heard} |", door.name())?;
        }
        writeln!(f, "| all | {} | {} |\n", sum(comebacks), sum(heard))?;
        writeln!(f, "| all together | |\n| --- | --: |")?;
        let mut row = |what: &str, count: u64| writeln!(f, "| {what} | {count} |");
        row("messages", u64::from(world.next_message.get()))?;
        for (index, cut) in Cut::ALL.into_iter().enumerate() {
            row(cut.name(), cuts[index].get())?;
        }
        row("messages that were sent again", repeated.get())?;
        row("members who came", came.get())?;
        row("members who went", went.get())?;
        row("memory before, MiB", self.before)?;
        row("memory at most, MiB", self.peak)?;
        row("memory allowed, MiB", memory >> 20)?;
        row("CPU s of the server", self.cpu.as_secs())?;
        let complaints = complaints.borrow();
        if complaints.is_empty() {
            f.write_str("\nNothing was lost, nothing came twice, and all have heard one order.\n")?;
        }
        for (complaint, count) in &*complaints {
            writeln!(f, "\nNOT GOOD: {complaint} ({count})")?;
        }
        f.write_char('\n')
    }
}
