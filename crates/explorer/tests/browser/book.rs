//! The book as a reader starts it: `explorer`, in a process of its own, over a copy
//! whose pages a test may change.
#![allow(dead_code, reason = "no test target needs all of it")]

use devtools::PATIENCE;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// A book that is served. It is gone when this is dropped.
pub(crate) struct Book {
    url: String,
    /// Before its folder, so that it does not see that go.
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    folder: TempDir,
}

impl Book {
    pub(crate) async fn serve() -> Book {
        Book::serve_with(&[]).await
    }

    pub(crate) async fn serve_with(options: &[&str]) -> Book {
        let folder = TempDir::with_prefix("explorer-test-").unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for part in ["book", "fixtures", "crates"] {
            copy(&root.join(part), &folder.path().join(part)).unwrap();
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_explorer"))
            .args(["--port", "0", "--no-open"])
            .args(options)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it says where the book is");
        let line = line.unwrap().expect("it says where the book is");
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("{line}")).trim_end_matches('/').to_owned();
        Book { url, child, lines, folder }
    }

    pub(crate) fn url(&self, page: &str) -> String {
        format!("{}/{page}", self.url)
    }

    /// Where it listens: host and port.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The next line that it prints.
    pub(crate) async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.lines.next_line()).await.expect("a line");
        line.unwrap().expect("it goes on")
    }

    /// The number by which the system knows it.
    pub(crate) fn process(&self) -> String {
        self.child.id().expect("it runs").to_string()
    }

    /// How it ends.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap()
    }

    /// The source of a page.
    pub(crate) fn page(&self, name: &str) -> PathBuf {
        self.folder.path().join("book/src").join(name)
    }

    /// Builds the site that any web server can show, and returns where it is.
    pub(crate) async fn build(&self) -> PathBuf {
        let out = self.folder.path().join("site");
        let built = Command::new(env!("CARGO_BIN_EXE_explorer"))
            .args(["build", "--out", "site"])
            .current_dir(self.folder.path())
            .status();
        assert!(built.await.unwrap().success());
        out
    }
}

/// Everything below a folder.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        // What other tools have left there is no part of the book.
        if ["target", "node_modules"].iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        match path.is_dir() {
            true => copy(&path, &to)?,
            false => _ = fs::copy(&path, &to)?,
        }
    }
    Ok(())
}
