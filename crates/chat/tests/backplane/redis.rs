//! A Redis of our own: started, killed and started again where it was.

use crate::site::PATIENCE;
use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{self, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A Redis with a folder of its own. It is killed when this is dropped.
pub(crate) struct Redis {
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Redis {
    pub(crate) async fn start() -> Redis {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("redis-{}-{count}", process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        for _ in 0..10 {
            // It is free now; if somebody else is quicker, there is another one.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut redis = Redis { folder: folder.clone(), port, child: None };
            if redis.run().await {
                return redis;
            }
        }
        panic!("redis-server finds no port");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it without a goodbye.
    pub(crate) async fn kill(&mut self) {
        self.child.take().unwrap().kill().await.unwrap();
    }

    /// It runs again, with what it had written.
    pub(crate) async fn restart(&mut self) {
        assert!(self.run().await, "redis-server starts again");
    }

    /// It has written nothing.
    pub(crate) fn forget(&self) {
        fs::remove_dir_all(self.folder.join("appendonlydir")).unwrap();
    }

    /// Whether it is ready.
    async fn run(&mut self) -> bool {
        let mut child = Command::new("redis-server")
            .current_dir(&self.folder)
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server is installed");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains("Ready to accept connections") {
                    return true;
                }
            }
            false
        };
        let is_ready = timeout(PATIENCE, ready).await.expect("it is ready, or it ends");
        // What it has to say is read to its end, so that it can go on.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.child = Some(child);
        is_ready
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // What is left is in the build's own folder.
        _ = fs::remove_dir_all(&self.folder);
    }
}
