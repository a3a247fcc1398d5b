//! What a program of tests printed, understood.
//!
//! ```text
//! test rfc6455_5_7_masks_hello ... FAILED
//!
//! ---- rfc6455_5_7_masks_hello stdout ----
//!
//! thread 'rfc6455_5_7_masks_hello' (4711) panicked at exercises/07-frames/mask/tests/mask.rs:33:5:
//! assertion `left == right` failed: …
//! note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
//!
//! test result: FAILED. 6 passed; 1 failed; …
//! ```

use std::time::Duration;

/// All tests of a program.
#[derive(Debug, Default)]
pub struct Report {
    /// Those that ended.
    pub tests: Vec<Test>,
    /// Whether the program came to its end.
    pub ended: bool,
    /// Whether it was stopped because its time was over.
    pub too_long: bool,
    /// If it fell over before its end: what it said then.
    pub crash: Option<String>,
    /// How long it ran.
    pub took: Duration,
}

impl Report {
    pub(super) fn read(text: &str, too_long: bool) -> Report {
        let mut report = Report { too_long, ..Report::default() };
        for line in text.lines() {
            if let Some((name, verdict)) =
                line.strip_prefix("test ").and_then(|l| l.split_once(" ... "))
            {
                let name = name.trim_end_matches(" - should panic").to_owned();
                let verdict = match verdict {
                    "FAILED" => Verdict::Failed,
                    word if word.starts_with("ignored") => Verdict::Ignored,
                    _ => Verdict::Passed,
                };
                report.tests.push(Test { name, verdict, panics: Vec::new() });
            }
            report.ended |= line.starts_with("test result: ");
        }
        for section in text.split("\n---- ").skip(1) {
            let Some((name, rest)) = section.split_once(" stdout ----") else { continue };
            let rest = rest.split("\n\nfailures:\n").next().unwrap_or(rest);
            if let Some(test) = report.tests.iter_mut().find(|test| test.name == name) {
                test.panics = Panic::all(rest);
            }
        }
        report.tests.sort_by_key(|test| test.verdict);
        report
    }

    /// Whether every test has passed, and there was one.
    pub fn is_pass(&self) -> bool {
        self.ended && self.count(Verdict::Passed) > 0 && self.count(Verdict::Failed) == 0
    }

    /// How many tests ended so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.tests.iter().filter(|test| test.verdict == verdict).count()
    }

    /// All panics of all tests.
    pub fn panics(&self) -> impl Iterator<Item = &Panic> {
        self.tests.iter().flat_map(|test| &test.panics)
    }
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// Its name, a sentence with underscores.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it failed. The last one tells the most: properties fail many times while the smallest
    /// input is looked for.
    pub panics: Vec<Panic>,
}

impl Test {
    /// Its name as a sentence.
    pub fn sentence(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should.
    Passed,
    /// It is not run unless asked for.
    Ignored,
    /// With a panic.
    Failed,
}

/// A panic, in an assertion or elsewhere.
#[derive(Debug)]
pub struct Panic {
    /// `file:line:column`.
    pub place: String,
    /// What it says.
    pub message: String,
}

impl Panic {
    /// Those that the output of a test shows.
    fn all(text: &str) -> Vec<Panic> {
        let mut panics: Vec<Panic> = Vec::new();
        for line in text.lines() {
            let place =
                line.strip_prefix("thread '").and_then(|rest| rest.split_once(" panicked at "));
            if let Some((_, place)) = place {
                panics.push(Panic {
                    place: place.trim_end_matches(':').to_owned(),
                    message: String::new(),
                });
            } else if let Some(panic) = panics.last_mut()
                && !line.starts_with("note: run with `RUST_BACKTRACE")
            {
                panic.message.push_str(line);
                panic.message.push('\n');
            }
        }
        for panic in &mut panics {
            panic.message.truncate(panic.message.trim_end().len());
        }
        panics
    }

    /// Whether it says that there is still something to write.
    pub fn is_todo(&self) -> bool {
        self.message.starts_with("not yet implemented")
    }

    /// Whether it happened in the answer, and not in a test that looked at what the answer gave.
    pub fn is_in_answer(&self) -> bool {
        self.place.replace('\\', "/").contains("src/exercise.rs:")
    }
}
