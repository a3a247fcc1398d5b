//! A chat that can die at any moment: with a runtime of its own, which is thrown away.

use crate::site::PATIENCE;
use chat::{
    backplane::Backplane,
    room::Limits,
    site::{Settings, Site},
};
use server::Server;
use std::{net::SocketAddr, sync::mpsc, time::Duration};
use tokio::{net::TcpListener, runtime};

/// What a process is, as far as the others can see.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    runtime: Option<runtime::Runtime>,
}

/// Far shorter than in earnest.
const LEASE: Duration = Duration::from_millis(900);

impl Process {
    pub(crate) fn start(url: &str) -> Process {
        // Who does not listen for a while is not seen off while a test runs.
        Process::start_with(url, PATIENCE * 4)
    }

    /// One whose room sees off who is away for so long.
    pub(crate) fn start_with(url: &str, absence: Duration) -> Process {
        let runtime =
            runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (started, starting) = mpsc::channel();
        let mut backplane = Backplane::new(url).unwrap();
        backplane.lease = LEASE;
        let limits = Limits {
            flood: None,
            history: 100_000,
            history_bytes: 64 << 20,
            absence,
            ..Limits::default()
        };
        let settings = Settings { limits, backplane: Some(backplane), ..Settings::default() };
        runtime.spawn(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            started.send(listener.local_addr().unwrap()).unwrap();
            Server::default().serve(listener, Site::new(settings), std::future::pending()).await
        });
        let address = starting.recv_timeout(PATIENCE).expect("it listens");
        Process { address, runtime: Some(runtime) }
    }

    /// Ends it without a goodbye.
    pub(crate) fn kill(self) {}
}

impl Drop for Process {
    fn drop(&mut self) {
        self.runtime.take().expect("it is dropped once").shutdown_background();
    }
}
