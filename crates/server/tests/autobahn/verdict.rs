//! What kosoku says about each case.

use serde_json::Value;

/// One run of kosoku: its versions, and a verdict for each case.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) kosoku: String,
    pub(crate) python: String,
    pub(crate) verdicts: Vec<Verdict>,
}

impl Run {
    /// Reads what `run.py` printed.
    pub(crate) fn decode(lines: &[String]) -> Run {
        let mut objects = lines.iter().map(|line| object(line));
        let versions = objects.next().expect("it says who it is");
        let text = |key: &str| versions[key].as_str().unwrap().to_owned();
        Run {
            kosoku: text("kosoku"),
            python: text("python"),
            verdicts: objects.map(|object| Verdict::decode(&object)).collect(),
        }
    }

    /// The cases that came out worse than they can.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let bad = self.verdicts.iter().filter(|verdict| !verdict.is_the_best_possible());
        bad.map(|verdict| verdict.id.clone()).collect()
    }

    /// Takes the verdicts of another run for the same cases.
    pub(crate) fn correct(&mut self, again: &Run) {
        for verdict in &mut self.verdicts {
            if let Some(newer) = again.verdicts.iter().find(|newer| newer.id == verdict.id) {
                verdict.clone_from(newer);
            }
        }
    }

    pub(crate) fn count(&self, grade: Grade) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.grade() == grade).count()
    }
}

pub(crate) fn object(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// What came of a case.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// The case, such as `7.1.6`.
    pub(crate) id: String,
    /// `OK`, `INFORMATIONAL`, `NON-STRICT`, `FAILED`, `ERROR` or `UNIMPLEMENTED`.
    pub(crate) behavior: String,
    /// The same of the end of the connection; also `WRONG CODE`, `UNCLEAN` and `FAILED BY CLIENT`.
    pub(crate) close: String,
    /// The same in sentences.
    #[allow(dead_code, reason = "a failed assertion prints it")]
    said: String,
    /// The last of what was on the wire, where something was wrong.
    #[allow(dead_code, reason = "a failed assertion prints it")]
    wire: Value,
}

/// The three cases that ask a question which the RFC leaves open, so that no
/// answer is right or wrong.
pub(crate) const INFORMATIONAL: [&str; 3] = ["7.1.6", "7.13.1", "7.13.2"];

impl Verdict {
    fn decode(object: &Value) -> Verdict {
        let text =
            |key: &str| object[key].as_str().unwrap_or_else(|| panic!("{object}")).to_owned();
        Verdict {
            id: text("id"),
            behavior: text("behavior"),
            close: text("behaviorClose"),
            said: text("said"),
            wire: object["wire"].clone(),
        }
    }

    pub(crate) fn is_the_best_possible(&self) -> bool {
        match self.grade() {
            Grade::Ok => true,
            Grade::Informational => INFORMATIONAL.contains(&&*self.id),
            Grade::NonStrict | Grade::Failed => false,
        }
    }

    pub(crate) fn grade(&self) -> Grade {
        match (&*self.behavior, &*self.close) {
            ("OK", "OK") => Grade::Ok,
            ("OK" | "INFORMATIONAL", "OK" | "INFORMATIONAL") => Grade::Informational,
            ("NON-STRICT", "OK" | "INFORMATIONAL") => Grade::NonStrict,
            _ => Grade::Failed,
        }
    }

    /// The first number of the case.
    pub(crate) fn section(&self) -> u32 {
        self.numbers()[0]
    }

    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.id.split('.').map(|number| number.parse().unwrap()).collect()
    }
}

/// The two verdicts of a case in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    Ok,
    Informational,
    NonStrict,
    Failed,
}

impl Grade {
    pub(crate) const ALL: [Grade; 4] =
        [Grade::Ok, Grade::Informational, Grade::NonStrict, Grade::Failed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Grade::Ok => "OK",
            Grade::Informational => "INFORMATIONAL",
            Grade::NonStrict => "NON-STRICT",
            Grade::Failed => "FAILED",
        }
    }
}
