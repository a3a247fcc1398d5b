//! A small checkout in a folder of its own, with steps that a test plants in it.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

/// The checkout.
pub(crate) struct Plot {
    /// Its folder.
    pub(crate) root: PathBuf,
}

impl Plot {
    /// An empty one, in a folder that no other test uses.
    pub(crate) fn new(name: &str) -> Plot {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        _ = fs::remove_dir_all(root.join("exercises"));
        _ = fs::remove_file(root.join(".learn.json"));
        let plot = Plot { root };
        plot.write("Cargo.toml", ROOT);
        plot.write("Cargo.lock", "version = 4\n");
        plot.write("book/src/07-frames.md", "# Frames\n");
        plot.write("fixtures/five.txt", "5\n");
        plot
    }

    /// A step in good order: `double` must double. Its files can be written over.
    pub(crate) fn plant(&self, name: &str) {
        for (file, text) in STEP {
            self.write(&format!("exercises/07-frames/{name}/{file}"), &text.replace("NAME", name));
        }
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap()
    }

    /// Runs `cargo learn` here, and says what it printed on both channels and its exit status.
    pub(crate) fn learn(&self, arguments: &[&str]) -> (String, i32) {
        let Output { status, stdout, stderr } =
            self.command(arguments).output().expect("it starts");
        let said = String::from_utf8([stdout, stderr].concat()).expect("it prints text");
        (said, status.code().expect("it ends by itself"))
    }

    /// `cargo learn`, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_learn"));
        command.args(arguments).current_dir(&self.root);
        command.env("CARGO_TARGET_DIR", self.root.join("target"));
        command
    }
}

const ROOT: &str = r#"[workspace]
resolver = "3"
members = ["exercises/*/*"]

[workspace.package]
edition = "2024"
"#;

/// Fixtures are read as steps read them: three folders up.
const STEP: [(&str, &str); 8] = [
    (
        "Cargo.toml",
        r#"[package]
name = "try-NAME"
edition.workspace = true
publish = false

[lib]
doctest = false

[features]
solution = []
"#,
    ),
    (
        "src/lib.rs",
        r#"//! Double a number.
//!
//! Book: chapter 7

#[cfg(not(feature = "solution"))]
mod exercise;
#[cfg(feature = "solution")]
#[path = "../solution.rs"]
mod exercise;

pub use exercise::*;
"#,
    ),
    (
        "src/exercise.rs",
        "/// Twice the number.\npub fn double(number: u32) -> u32 {\n    todo!(\"double {number}\")\n}\n",
    ),
    (
        "solution.rs",
        "/// Twice the number.\npub fn double(number: u32) -> u32 {\n    number * 2\n}\n",
    ),
    (
        "wrong/squares.rs",
        "//! Squares it.\n\n/// Twice the number.\npub fn double(number: u32) -> u32 {\n    number * number\n}\n",
    ),
    (
        "wrong/adds_two.rs",
        "//! Adds two.\n\n/// Twice the number.\npub fn double(number: u32) -> u32 {\n    number + 2\n}\n",
    ),
    ("hints.md", "## 1\n\nTimes.\n\n## 2\n\nTimes two.\n\n## 3\n\n`number * 2`\n"),
    (
        "tests/double.rs",
        r#"use std::{fs, path::Path};
use try_NAME::double;

#[test]
fn doubles_two() {
    assert_eq!(double(2), 4);
}

#[test]
fn doubles_five() {
    let five = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/five.txt");
    let five: u32 = fs::read_to_string(five).unwrap().trim().parse().unwrap();
    assert_eq!(double(five), 10, "twice five is ten");
}
"#,
    ),
];
