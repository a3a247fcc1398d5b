//! The two servers are one program, told for threads and for tasks.

use std::iter::zip;

const THREADS: &str = include_str!("../../src/bin/echo-threads.rs");
const TOKIO: &str = include_str!("../../src/bin/echo-tokio.rs");

/// What the words of tokio are in the world of threads.
const WORDS: [(&str, &str); 7] = [
    ("async move {", "move || {"),
    ("async ", ""),
    (".await", ""),
    ("tokio", "threads"),
    ("task", "thread"),
    ("time::sleep", "thread::sleep"),
    (".expect(\"no place is ever closed\")", ""),
];

/// Only a thread may be refused.
const START_A_THREAD: &str = "\
        // A machine has only so many threads. Without one, this connection is closed.
        if let Err(error) = thread::Builder::new().spawn(connection) {
            say(&format!(\"cannot start a thread for connection {number}: {error}\"));
        }
";
/// The same for a task, in the words above.
const START_A_TASK: &str = "\
        // A thread is a little memory, and nothing that a machine runs out of soon.
        threads::spawn(connection);
";

#[test]
fn differ_only_where_they_wait_and_where_they_start() {
    let tokio = WORDS.iter().fold(program(TOKIO), |text, (word, other)| text.replace(word, other));
    assert!(tokio.contains(START_A_TASK), "{tokio}");
    let tokio = tokio.replace(START_A_TASK, START_A_THREAD);
    let threads = program(THREADS);
    for (line, other) in zip(threads.lines(), tokio.lines()) {
        assert_eq!(line, other);
    }
    assert_eq!(threads, tokio);
}

/// A source file without its imports.
fn program(source: &str) -> String {
    let main = source.find("fn main").unwrap();
    source[main..].to_owned()
}
