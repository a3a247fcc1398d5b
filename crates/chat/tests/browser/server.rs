//! The chat server as people start it: a process of its own.

use devtools::PATIENCE;
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A server that runs. It is killed when this is dropped.
pub(crate) struct Chat {
    child: Child,
    port: u16,
}

impl Chat {
    /// Starts it; 0 takes a free port.
    pub(crate) async fn start(port: u16) -> Chat {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chat"))
            .arg(port.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it says where it listens");
        let line = line.unwrap().expect("it listens");
        let port = line.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        Chat { child, port: port.unwrap_or_else(|| panic!("{line}")) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it, without a goodbye. Where it listened, the next one can.
    pub(crate) async fn kill(mut self) -> u16 {
        self.child.kill().await.unwrap();
        self.port
    }
}
