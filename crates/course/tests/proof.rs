//! `cargo learn verify` finds what is planted in steps that are out of order.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod plot;

use plot::Plot;

/// A step, a file of it, what stands there, what stands there instead, and what must be said.
const PLANTED: [(&str, &str, &str, &str, &str); 14] = [
    (
        "weak",
        "tests/double.rs",
        "double(five), 10",
        "double(2), 4",
        "wrong/adds_two.rs: is not caught: all tests pass",
    ),
    (
        "solved",
        "src/exercise.rs",
        "todo!(\"double {number}\")",
        "number * 2",
        "the tests pass with nothing written",
    ),
    (
        "noisy",
        "src/exercise.rs",
        "todo!(",
        "let unused = number;\n    todo!(",
        "src/exercise.rs: the compiler complains",
    ),
    (
        "stubborn",
        "src/exercise.rs",
        "todo!(\"double",
        "panic!(\"todo!() {number} + double",
        "fails otherwise than by todo!",
    ),
    ("mistaken", "solution.rs", "number * 2", "number * 3", "solution.rs: fails at"),
    ("ragged", "solution.rs", "number * 2", "number*2", "rustfmt would change"),
    ("clumsy", "solution.rs", "number * 2", "return number * 2;", "unneeded `return` statement"),
    (
        "unbuilt",
        "wrong/squares.rs",
        "number * number",
        "nothing",
        "wrong/squares.rs: the compiler complains",
    ),
    (
        "sudden",
        "wrong/squares.rs",
        "number * number",
        "panic!(\"{number}\")",
        "wrong/squares.rs: panics by itself",
    ),
    (
        "unsaid",
        "wrong/squares.rs",
        "//! Squares it.\n\n",
        "",
        "wrong/squares.rs does not begin with what is wrong",
    ),
    ("short", "hints.md", "## 3", "## 4", "hints.md does not have three hints"),
    (
        "astray",
        "src/lib.rs",
        "chapter 7",
        "chapter 8",
        "src/lib.rs has no line `//! Book: chapter 7`",
    ),
    ("idle", "tests/double.rs", "#[test]", "#[test]\n#[ignore]", "solution.rs: a test is ignored"),
    (
        "renamed",
        "Cargo.toml",
        "try-renamed",
        "try-other",
        "Cargo.toml does not say name = \"try-renamed\"",
    ),
];

#[test]
#[ignore = "needs rustfmt and clippy"]
fn each_planted_fault_is_found_and_a_step_in_order_passes() {
    let plot = Plot::new("proof");
    plot.plant("good");
    for (name, file, old, new, _) in PLANTED {
        plot.plant(name);
        let file = format!("exercises/07-frames/{name}/{file}");
        let text = plot.read(&file);
        assert!(text.contains(old), "{file}: {text}");
        plot.write(&file, &text.replace(old, new));
    }
    let (said, status) = plot.learn(&["verify"]);
    assert!(said.contains("ok    07-frames/good  2 wrong answers caught"), "{said}");
    for (name, _, _, _, wanted) in PLANTED {
        let (_, told) = said
            .split_once(&format!("FAIL  07-frames/{name}\n"))
            .unwrap_or_else(|| panic!("{name}: {said}"));
        let told: Vec<&str> =
            told.lines().take_while(|line| line.starts_with(' ') || line.is_empty()).collect();
        assert!(told.join("\n").contains(wanted), "{name}: {wanted}\n{said}");
    }
    assert!(said.ends_with("1 passed, 14 failed\n"), "{said}");
    assert_eq!(status, 1);

    let (said, status) = plot.learn(&["verify", "good"]);
    assert!(said.ends_with("1 passed, 0 failed\n"), "{said}");
    assert_eq!(status, 0);
}
