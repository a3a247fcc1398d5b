//! Autobahn's cases, against our server and against our client (RFC 6455, RFC 7692).
//!
//! ```text
//! kosoku as client ── runs its cases ──► examples/echo-ws.rs
//! kosoku as server ── runs its cases ──► our client, which echoes too
//! ```
//!
//! kosoku is a Python package; where it is missing, the test says how to install it. Without
//! more words, all cases but compression run, and some of compression:
//!
//! ```text
//! cargo test -p server --test autobahn -- --ignored
//! AUTOBAHN=all BLESS=1 cargo test --release -p server --test autobahn -- --ignored
//! ```
//!
//! The second runs all of them, and writes what came of it into `AUTOBAHN.md`.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../../examples/echo-ws.rs"]
#[allow(dead_code, reason = "its main is not called here")]
mod echo_ws;
mod page;
#[path = "../peers/program.rs"]
mod program;
mod verdict;

use frame::Event;
use handshake::deflate::Policy;
use program::{Peer, Program};
use server::{WebSocket, websocket::connect};
use std::{env, time::Duration};
use tokio::{net::TcpListener, sync::oneshot};
use verdict::{Grade, Run, Verdict};

/// How long all cases may take: far longer than they take.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Python's kosoku"]
async fn autobahn_finds_nothing_wrong_in_either_role() {
    let selection = Selection::from_environment();
    let (server, client) =
        tokio::join!(judge(&selection, our_server), judge(&selection, our_client));
    if selection.is_all() && env::var_os("BLESS").is_some() {
        page::write(&server, &client);
    }
    let both = [("server", &server), ("client", &client)];
    let bad: Vec<(&str, &Verdict)> = both
        .into_iter()
        .flat_map(|(role, run)| run.verdicts.iter().map(move |verdict| (role, verdict)))
        .filter(|(_, verdict)| !verdict.is_the_best_possible())
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
    for (role, run) in both {
        assert_eq!(run.verdicts.len(), selection.count, "cases that our {role} met");
        let informational = verdict::INFORMATIONAL.len();
        assert_eq!(run.count(Grade::Informational), informational, "our {role}");
    }
}

/// Runs the cases with one of ours.
///
/// kosoku gives its peer a second for most things. A machine that is busy with
/// something else may need longer: so the few cases that it complains of are run
/// once more, by themselves.
async fn judge(selection: &Selection, ours: impl AsyncFn(&[String]) -> Run) -> Run {
    let mut run = ours(&selection.patterns).await;
    let complaints = run.complaints();
    if (1..=FEW).contains(&complaints.len()) && !selection.is_all() {
        eprintln!("once more: {complaints:?}");
        run.correct(&ours(&complaints).await);
    }
    run
}

const FEW: usize = 3;

/// Which cases are run.
struct Selection {
    patterns: Vec<String>,
    count: usize,
}

impl Selection {
    fn from_environment() -> Selection {
        match env::var("AUTOBAHN").as_deref() {
            Ok("all") => Selection { patterns: Vec::new(), count: 517 },
            Ok(other) => panic!("AUTOBAHN={other} means nothing; AUTOBAHN=all means all cases"),
            Err(_) => Selection::core_and_some_deflate(),
        }
    }

    /// The 301 cases without compression, and 36 of the 216 with it.
    fn core_and_some_deflate() -> Selection {
        let core = [1, 2, 3, 4, 5, 6, 7, 9, 10].map(|section| format!("{section}.*"));
        let deflate = (1..=5).map(|kind| (12, kind)).chain((1..=7).map(|kind| (13, kind)));
        let deflate = deflate.flat_map(|(section, kind)| {
            (1..=3).map(move |size| format!("{section}.{kind}.{size}"))
        });
        Selection { patterns: core.into_iter().chain(deflate).collect(), count: 337 }
    }

    fn is_all(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// kosoku's client runs its cases against our server.
async fn our_server(cases: &[String]) -> Run {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(echo_ws::serve(listener, async { _ = stopped.await }));

    let mut kosoku = kosoku("as-client", &[port], cases);
    let run = Run::decode(&kosoku.rest(PATIENCE).await);
    stop.send(()).unwrap();
    serving.await.unwrap();
    run
}

/// kosoku's server runs its cases against our client.
async fn our_client(cases: &[String]) -> Run {
    let mut kosoku = kosoku("as-server", &[], cases);
    let mut lines = vec![kosoku.line().await];
    let listens = verdict::object(&kosoku.line().await);
    let port = &listens["port"];
    let mut config = echo_ws::config();
    // Some cases need a client that says beforehand that it could do this.
    config.handshake.deflate =
        Some(Policy { client_no_context_takeover: true, ..Policy::default() });
    let open = async |target: &str| {
        let url = format!("ws://127.0.0.1:{port}/{target}");
        connect(&url, &config).await.unwrap_or_else(|error| panic!("{url}: {error}"))
    };

    for case in 1..=count_cases(&mut open("getCaseCount").await).await {
        let mut socket = open(&format!("runCase?case={case}&agent=switching-protocols")).await;
        // Whether it ended as it should is for the judge to say.
        _ = echo_ws::echo(&mut socket).await;
    }
    // This ends the server, which then says no goodbye.
    _ = echo_ws::echo(&mut open("updateReports?agent=switching-protocols").await).await;
    lines.extend(kosoku.rest(PATIENCE).await);
    Run::decode(&lines)
}

async fn count_cases(socket: &mut WebSocket) -> usize {
    let (message, _) = socket.receive().await.unwrap().expect("it counts its cases");
    let Event::Text(count) = message else { panic!("{message:?} is no count of cases") };
    count.parse().unwrap()
}

fn kosoku(role: &str, more: &[String], cases: &[String]) -> Program {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/autobahn/run.py");
    let arguments = [script, role].map(str::to_owned);
    Program::start(Peer::Python, arguments.iter().chain(more).chain(cases))
}
