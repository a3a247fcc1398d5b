//! Other people's programs, as the tests run them: what they say is read line by
//! line, and none of them outlives its test.
#![allow(dead_code, reason = "no test target runs all of them")]

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt::Display,
    future::Future,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
    time::timeout,
};

/// How long a program may take to say what it must say: far longer than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Who can be run, and what to do where they are missing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Peer {
    Chromium,
    Curl,
    Node,
    Python,
}

impl Peer {
    /// The command that runs it: what the environment says, or what is in the PATH.
    fn command(self) -> OsString {
        let (variable, usual) = match self {
            Peer::Chromium => ("PEERS_CHROMIUM", "chromium"),
            Peer::Curl => ("PEERS_CURL", "curl"),
            Peer::Node => ("PEERS_NODE", "node"),
            Peer::Python => ("PEERS_PYTHON", "python3"),
        };
        env::var_os(variable).unwrap_or_else(|| usual.into())
    }

    /// How to install it.
    fn needs(self) -> &'static str {
        match self {
            Peer::Chromium => {
                "This test needs Chromium, in the PATH or named by PEERS_CHROMIUM: apt install chromium"
            }
            Peer::Curl => {
                "This test needs curl, in the PATH or named by PEERS_CURL: apt install curl"
            }
            Peer::Node => {
                "This test needs Node 20 with the packages of crates/server/tests/peers/node: npm ci there \
                 (or elsewhere, and PEERS_NODE_MODULES names the node_modules)"
            }
            Peer::Python => {
                "This test needs Python 3.11 with the packages of crates/server/tests/peers/python/requirements.txt: \
                 pip install --requirement that (in a venv whose interpreter PEERS_PYTHON names)"
            }
        }
    }
}

/// The path of a script that stands beside this file.
pub(crate) fn script(name: &str) -> String {
    format!("{}/tests/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A program that runs. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Program {
    peer: Peer,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    complaints: JoinHandle<String>,
}

impl Program {
    #[track_caller]
    pub(crate) fn start<A: AsRef<OsStr>>(
        peer: Peer,
        arguments: impl IntoIterator<Item = A>,
    ) -> Program {
        let name = peer.command();
        let mut command = Command::new(&name);
        command.args(arguments).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(modules) = env::var_os("PEERS_NODE_MODULES") {
            command.env("NODE_PATH", modules);
        }
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}. {}", name.display(), peer.needs()));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut stderr = child.stderr.take().unwrap();
        let complaints = tokio::spawn(async move {
            let mut text = Vec::new();
            _ = stderr.read_to_end(&mut text).await;
            String::from_utf8_lossy(&text).into_owned()
        });
        Program { peer, child, lines, complaints }
    }

    /// The next line that it prints.
    pub(crate) async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.lines.next_line()).await;
        match line {
            Ok(line) => match line.unwrap() {
                Some(line) => line,
                None => self.fail("it ended").await,
            },
            Err(_) => self.fail("it says nothing").await,
        }
    }

    /// What else it prints until it ends well.
    pub(crate) async fn rest(&mut self, patience: Duration) -> Vec<String> {
        let (printed, status) = self.end(patience).await;
        if !status.success() {
            self.fail(format!("{status}\n{}", printed.join("\n"))).await;
        }
        printed
    }

    /// What else it prints until it ends, and how it ends.
    pub(crate) async fn end(&mut self, patience: Duration) -> (Vec<String>, ExitStatus) {
        let mut printed = Vec::new();
        let end = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                printed.push(line);
            }
            self.child.wait().await.unwrap()
        };
        match timeout(patience, end).await {
            Ok(status) => (printed, status),
            Err(_) => self.fail(format!("it does not end\n{}", printed.join("\n"))).await,
        }
    }

    /// Waits for what it shall bring about elsewhere.
    pub(crate) async fn until<T>(&mut self, event: impl Future<Output = T>) -> T {
        tokio::select! {
            happened = timeout(PATIENCE, event) => match happened {
                Ok(happened) => happened,
                Err(_) => self.fail("nothing came of it").await,
            },
            _ = self.child.wait() => self.fail("it ended").await,
        }
    }

    async fn fail(&mut self, what: impl Display) -> ! {
        _ = self.child.start_kill();
        // Children of a child may hold on to its standard error.
        let complaints = match timeout(PATIENCE, &mut self.complaints).await {
            Ok(complaints) => complaints.unwrap(),
            Err(_) => String::new(),
        };
        panic!("{:?}: {what}\n{complaints}\n{}", self.peer, self.peer.needs());
    }
}
