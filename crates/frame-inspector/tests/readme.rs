//! The README shows what the tool really prints.
//!
//! Every block ```` ```console ```` in it is a command and its output. A line `…`
//! stands for lines that are left out.

mod page;

use std::process::Command;

const README: &str = "README.md";
const FENCE: &str = "```";
const ALIAS: &str = "$ cargo inspect ";
const MORE: &str = "…";

#[test]
fn shows_what_the_tool_prints() {
    let current = page::read(README);
    let mut wanted = String::new();
    let mut lines = current.lines();
    let mut blocks = 0;
    while let Some(line) = lines.next() {
        push(&mut wanted, line);
        if line == "```console" {
            let command = lines.next().expect("a block begins with its command");
            let shown: Vec<&str> = lines.by_ref().take_while(|line| *line != FENCE).collect();
            push(&mut wanted, command);
            for line in session(command, &shown) {
                push(&mut wanted, &line);
            }
            push(&mut wanted, FENCE);
            blocks += 1;
        }
    }
    assert!(blocks >= 3, "the conversation, --bytes and explain are shown");
    page::is_current(README, &current, &wanted);
}

/// The lines that should stand under `command`, where now `shown` stands.
///
/// What stands behind a `…` keeps its first line, and what stands before one
/// keeps its length.
#[track_caller]
fn session(command: &str, shown: &[&str]) -> Vec<String> {
    let printed = print(command);
    let mut rest: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let mut lines = Vec::new();
    let mut pieces = shown.split(|line| *line == MORE).enumerate().peekable();
    while let Some((index, piece)) = pieces.next() {
        if index > 0 {
            assert!(!rest.is_empty(), "{command} prints nothing more");
            lines.push(MORE);
            let Some(first) = piece.first() else { continue };
            let start = rest.iter().position(|line| line == first);
            rest.drain(..start.unwrap_or_else(|| panic!("{command} prints no line\n{first}")));
        }
        let is_last = pieces.peek().is_none();
        let len = if is_last { rest.len() } else { piece.len().min(rest.len()) };
        lines.extend(rest.drain(..len));
    }
    lines.into_iter().map(str::to_owned).collect()
}

/// What a command of the README prints, run at the root of the project.
fn print(command: &str) -> String {
    let arguments = command.strip_prefix(ALIAS).expect("a block shows `cargo inspect`");
    let output = Command::new(env!("CARGO_BIN_EXE_frame-inspector"))
        .args(arguments.split_whitespace())
        .args(["--color", "never"])
        .current_dir(page::path(""))
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{command}: {output:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// The two commands at the top of the README.
fn first_commands() -> Vec<String> {
    let readme = page::read(README);
    let (_, rest) = readme.split_once("```sh\n").expect("a block of commands");
    let (commands, _) = rest.split_once(FENCE).expect("its end");
    commands.lines().map(str::to_owned).collect()
}

#[test]
fn names_the_two_commands_and_ci_runs_them() {
    let commands = first_commands();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let ci = page::read(".ci/run");
    for command in commands {
        let is_run = ci.lines().any(|line| line.starts_with("part ") && line.ends_with(&command));
        assert!(is_run, ".ci/run does not run `{command}`");
    }
}

#[test]
fn asks_for_the_rust_that_the_workspace_needs() {
    let manifest = page::read("Cargo.toml");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .expect("a rust-version")
        .trim_matches('"');
    assert!(page::read(README).contains(&format!("Rust {version}")), "{version}");
}

#[test]
fn links_lead_somewhere() {
    let folders = ["crates/README.md", "exercises/README.md", "fixtures/README.md"];
    for name in [README, ".github/CONTRIBUTING.md"].into_iter().chain(folders) {
        let text = page::read(name);
        let folder = page::path(name).parent().expect("a file stands in a folder").to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(folder.join(target).exists(), "{name} links to {link}");
            }
        }
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
