//! The stub of a step, from the history of the checkout: whoever has committed an answer has it too.

use crate::{Course, Error, Step, step};
use std::{fs, process::Command};

impl Course {
    /// Puts the stub of `step` back. What stood there is kept, unless it was the stub; says where.
    ///
    /// # Errors
    /// If no stub is found, or a file cannot be written.
    pub fn reset(&self, step: &Step) -> Result<Option<String>, Error> {
        let stub = self.stub(step)?;
        let answer = step.path("src/exercise.rs");
        let old = fs::read_to_string(&answer).unwrap_or_default();
        if old == stub {
            return Ok(None);
        }
        let kept = step.path("kept");
        fs::create_dir_all(&kept).map_err(Error::file(&kept))?;
        let free =
            (1..).map(|number| format!("kept/{number}.rs")).find(|name| !step.path(name).exists());
        let free = free.expect("there are more numbers than files");
        fs::write(step.path(&free), old).map_err(Error::file(&kept))?;
        fs::write(&answer, stub).map_err(Error::file(&answer))?;
        Ok(Some(format!("{}/{free}", step.folder())))
    }

    /// The newest version of the answer that has something left to write.
    fn stub(&self, step: &Step) -> Result<String, Error> {
        let file = format!("{}/src/exercise.rs", step.folder());
        let versions = self.git(&["log", "--format=%H", "--", &file])?;
        for version in versions.lines() {
            let text = self.git(&["show", &format!("{version}:{file}")])?;
            if step::is_stub(&text) {
                return Ok(text);
            }
        }
        Err(Error::NoStub(step.name().to_owned()))
    }

    /// What git prints; nothing where it knows nothing.
    fn git(&self, arguments: &[&str]) -> Result<String, Error> {
        let output = Command::new("git").current_dir(self.root()).args(arguments).output();
        let output = output.map_err(|error| Error::Start { program: "git".to_owned(), error })?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
