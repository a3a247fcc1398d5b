//! What a learner has done, in the file `.learn.json` at the root of the checkout.
//!
//! ```text
//! {"mask": {"hints": 1, "solved": true}}
//! ```
//!
//! It goes by the names of steps, so it outlives new numbers and new chapters. What it knows of
//! steps that are gone it keeps.

use crate::Error;
use serde_json::{Map, Value};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file, from the root.
const FILE: &str = ".learn.json";

/// Progress, as it was read.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    steps: Map<String, Value>,
}

impl Progress {
    /// Reads the progress of the checkout `root`; no file is no progress.
    ///
    /// # Errors
    /// If there is a file which cannot be read or understood.
    pub fn read(root: &Path) -> Result<Progress, Error> {
        let path = root.join(FILE);
        let steps = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|error| Error::Progress { path: path.clone(), why: error.to_string() })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Map::new(),
            Err(error) => return Err(Error::File { path, error }),
        };
        Ok(Progress { path, steps })
    }

    /// Keeps that the step `name` is solved, or is not solved any more.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set_solved(&mut self, name: &str, solved: bool) -> Result<(), Error> {
        if self.is_solved(name) == solved {
            return Ok(());
        }
        self.set(name, "solved", solved.into())
    }

    /// Keeps how many hints of the step `name` were given.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn set_hints(&mut self, name: &str, hints: usize) -> Result<(), Error> {
        self.set(name, "hints", hints.into())
    }

    /// Whether the step `name` has been solved.
    pub fn is_solved(&self, name: &str) -> bool {
        self.get(name, "solved").and_then(Value::as_bool).unwrap_or(false)
    }

    /// How many hints of the step `name` have been given.
    pub fn hints(&self, name: &str) -> usize {
        let hints = self.get(name, "hints").and_then(Value::as_u64).unwrap_or(0);
        usize::try_from(hints).unwrap_or(usize::MAX)
    }

    fn get(&self, name: &str, key: &str) -> Option<&Value> {
        self.steps.get(name)?.get(key)
    }

    fn set(&mut self, name: &str, key: &str, value: Value) -> Result<(), Error> {
        let step = self.steps.entry(name).or_insert_with(|| Value::Object(Map::new()));
        if !step.is_object() {
            *step = Value::Object(Map::new());
        }
        step[key] = value;
        let text = format!("{:#}\n", Value::Object(self.steps.clone()));
        // Beside it first: whoever is interrupted keeps the old file or has the new one.
        let new = self.path.with_extension("json.new");
        fs::write(&new, text).map_err(Error::file(&new))?;
        fs::rename(&new, &self.path).map_err(Error::file(&self.path))
    }
}
