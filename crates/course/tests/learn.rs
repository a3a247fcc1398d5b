//! What a learner meets: the list, hints, checks, a reset, and what is said to those who mistype.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod plot;

use plot::Plot;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

const ANSWER: &str = "exercises/07-frames/twice/src/exercise.rs";
const SOLUTION: &str = "exercises/07-frames/twice/solution.rs";
const WRONG: &str = "exercises/07-frames/twice/wrong/squares.rs";

#[test]
fn a_step_is_listed_hinted_failed_and_solved() {
    let plot = Plot::new("learn-solved");
    plot.plant("twice");
    let (said, status) = plot.learn(&[]);
    assert!(said.contains("7  Frames\n  ▶ twice  Double a number\n"), "{said}");
    assert!(said.contains("0 of 1 step solved"), "{said}");
    assert!(!said.contains('\x1b'), "no colours where nobody sees them: {said:?}");
    assert_eq!(status, 0);

    let (said, status) = plot.learn(&["check"]);
    assert!(said.contains("There is a todo! left; 2 tests reached it."), "{said}");
    assert_eq!(status, 1);

    for hints in 1..5 {
        let (said, _) = plot.learn(&["hint", "twice"]);
        assert_eq!(said.matches("twice, hint ").count(), hints.min(3), "{said}");
    }
    let (said, status) = plot.learn(&["solution", "twice"]);
    assert!(said.contains("not solved yet") && !said.contains("number * 2"), "{said}");
    assert_eq!(status, 1);

    plot.write(ANSWER, &plot.read(WRONG));
    let (said, status) = plot.learn(&["check", "twice"]);
    assert!(said.contains("✓ doubles two\n  ✗ doubles five\n"), "{said}");
    assert!(said.contains("twice five is ten") && said.contains("1 of 2 tests passed"), "{said}");
    assert_eq!(status, 1);

    plot.write(ANSWER, "pub fn double(number: u32) -> u32 {\n    number.twice()\n}\n");
    let (said, status) = plot.learn(&["check", "try-twice"]);
    assert!(said.contains("no method named `twice`"), "{said}");
    assert!(said.contains("It does not compile yet."), "{said}");
    assert_eq!(status, 1);

    plot.write(ANSWER, &plot.read(SOLUTION));
    let (said, status) = plot.learn(&["check", "exercises/07-frames/twice/"]);
    assert!(said.contains("Solved! That makes 1 of 1."), "{said}");
    assert_eq!(status, 0);
    let (said, _) = plot.learn(&["list"]);
    assert!(said.contains("✓ twice") && said.contains("1 of 1 step solved"), "{said}");
    let (said, status) = plot.learn(&["solution", "twice"]);
    assert!(said.contains("number * 2"), "{said}");
    assert_eq!(status, 0);
}

#[test]
fn an_answer_that_never_ends_is_ended() {
    let plot = Plot::new("learn-endless");
    plot.plant("twice");
    plot.write(ANSWER, "pub fn double(_: u32) -> u32 {\n    loop {}\n}\n");
    let (said, status) = plot.learn(&["check", "--limit", "1"]);
    assert!(said.contains("still running"), "{said}");
    assert_eq!(status, 1);
}

#[test]
fn a_reset_brings_the_stub_back_and_keeps_every_answer() {
    let plot = Plot::new("learn-reset");
    plot.plant("twice");
    let stub = plot.read(ANSWER);
    git(&plot, &["init", "--quiet"]);
    git(&plot, &["add", "exercises"]);
    git(&plot, &["commit", "--quiet", "--allow-empty", "--message", "the stub"]);
    let (said, _) = plot.learn(&["reset", "twice"]);
    assert!(said.contains("you had written nothing"), "{said}");
    for number in 1..3 {
        let answer = format!("// answer {number}\n");
        plot.write(ANSWER, &answer);
        git(&plot, &["commit", "--quiet", "--all", "--message", "an answer"]);
        let (said, status) = plot.learn(&["reset", "twice"]);
        let kept = format!("exercises/07-frames/twice/kept/{number}.rs");
        assert!(said.contains(&kept), "{said}");
        assert_eq!((plot.read(ANSWER), plot.read(&kept), status), (stub.clone(), answer, 0));
    }
}

#[test]
fn a_mistyped_name_is_answered_with_the_one_that_was_meant() {
    let plot = Plot::new("learn-mistyped");
    plot.plant("twice");
    let (said, status) = plot.learn(&["check", "twcie"]);
    assert!(said.contains("there is no step `twcie`; did you mean `twice`?"), "{said}");
    assert_eq!(status, 2);
    let (said, status) = plot.learn(&["hint", "zzz"]);
    assert!(said.contains("`cargo learn` lists them all"), "{said}");
    assert_eq!(status, 2);
}

#[test]
fn progress_outlives_steps_that_are_gone_and_spoiled_files_are_told() {
    let plot = Plot::new("learn-progress");
    plot.plant("twice");
    plot.write(".learn.json", r#"{"gone": {"solved": true}, "twice": {"solved": true}}"#);
    let (said, _) = plot.learn(&[]);
    assert!(said.contains("✓ twice") && said.contains("1 of 1 step solved"), "{said}");
    plot.learn(&["hint", "twice"]);
    assert!(plot.read(".learn.json").contains("\"gone\""));
    plot.write(".learn.json", "{");
    let (said, status) = plot.learn(&[]);
    assert!(said.contains(".learn.json cannot be understood"), "{said}");
    assert_eq!(status, 2);
}

#[test]
fn a_watched_step_is_checked_when_it_is_saved() {
    for options in [&["watch"][..], &["watch", "twice", "--poll"]] {
        let plot = Plot::new("learn-watched");
        plot.plant("twice");
        let mut learn = plot.command(options).stdout(Stdio::piped()).spawn().expect("it starts");
        let said = BufReader::new(learn.stdout.take().expect("it is piped"));
        let mut lines = said.lines().map_while(Result::ok);
        let heard = lines.by_ref().take_while(|line| !line.starts_with("Watching;"));
        let heard = heard.collect::<Vec<_>>().join("\n");
        assert!(heard.contains("todo! left"), "{heard}");
        assert_eq!(heard.contains("looking every second"), options.contains(&"--poll"), "{heard}");
        plot.write(ANSWER, &plot.read(SOLUTION));
        assert!(lines.any(|line| line.starts_with("Solved!")), "{options:?}");
        learn.kill().expect("it is still watching");
        learn.wait().expect("it ends");
    }
}

/// Runs git in the root of a plot.
fn git(plot: &Plot, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"])
        .args(arguments)
        .current_dir(&plot.root)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{output:?}");
}
