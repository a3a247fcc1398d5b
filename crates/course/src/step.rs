//! What a step is made of, read from its folder `exercises/NN-chapter/STEP/`.

use crate::Error;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// All steps, in the order of the book.
#[derive(Debug)]
pub struct Course {
    root: PathBuf,
    steps: Vec<Step>,
}

impl Course {
    /// Reads the steps of the checkout in which `folder` lies.
    ///
    /// # Errors
    /// If `folder` lies in no checkout, or one of its files cannot be read.
    pub fn read(folder: &Path) -> Result<Course, Error> {
        let full = full(folder)?;
        let is_root = |folder: &&Path| {
            folder.join("exercises").is_dir() && folder.join("Cargo.toml").is_file()
        };
        let root = full.ancestors().find(is_root).ok_or_else(|| Error::NoCourse(full.clone()))?;
        let order = fs::read_to_string(root.join("exercises/README.md")).unwrap_or_default();
        let mut steps = Vec::new();
        for chapter in folders(&root.join("exercises"))? {
            for name in folders(&root.join("exercises").join(&chapter))? {
                let step = Step::new(root, &chapter, &name);
                if step.path("Cargo.toml").is_file() {
                    steps.push(step);
                }
            }
        }
        // A step that the contents do not name yet comes last in its chapter.
        let place = |step: &Step| {
            order.find(&format!("]({}/{})", step.chapter, step.name)).unwrap_or(usize::MAX)
        };
        steps.sort_by_cached_key(|step| (step.chapter.clone(), place(step), step.name.clone()));
        Ok(Course { root: root.to_owned(), steps })
    }

    /// The root of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All of them, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step that is meant by `mask`, `try-mask`, `07-frames/mask` or a path to its folder.
    ///
    /// # Errors
    /// If there is none; the error may know what was meant.
    pub fn step(&self, name: &str) -> Result<&Step, Error> {
        let last =
            name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
        let last = last.strip_prefix("try-").unwrap_or(last);
        let found = self.steps.iter().find(|step| step.name == last);
        found.ok_or_else(|| {
            let alike = |step: &&Step| strsim::jaro_winkler(&step.name, last);
            let like = self.steps.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
            let like = like.filter(|step| alike(step) > 0.7).map(|step| step.name.clone());
            Error::NoStep { name: name.to_owned(), like }
        })
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    root: PathBuf,
    chapter: String,
    name: String,
}

impl Step {
    fn new(root: &Path, chapter: &str, name: &str) -> Step {
        Step { root: root.to_owned(), chapter: chapter.to_owned(), name: name.to_owned() }
    }

    /// Its name, which stays when chapters are renumbered: `mask`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its chapter's page, without `.md`: `07-frames`.
    pub fn chapter(&self) -> &str {
        &self.chapter
    }

    /// Its package: `try-mask`.
    pub fn package(&self) -> String {
        format!("try-{}", self.name)
    }

    /// Its folder, from the root: `exercises/07-frames/mask`.
    pub fn folder(&self) -> String {
        format!("exercises/{}/{}", self.chapter, self.name)
    }

    /// A file of it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join("exercises").join(&self.chapter).join(&self.name).join(file)
    }

    /// The text of a file of it.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn text(&self, file: &str) -> Result<String, Error> {
        let path = self.path(file);
        fs::read_to_string(&path).map_err(Error::file(&path))
    }

    /// What it is about: the first line of its documentation, without its full stop.
    pub fn about(&self) -> String {
        let text = self.text("src/lib.rs").unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("//! ")).unwrap_or_default();
        line.trim_end_matches('.').to_owned()
    }

    /// The page of the book that leads to it, from the root.
    pub fn page(&self) -> String {
        format!("book/src/{}.md", self.chapter)
    }

    /// The number and title of its chapter: `7  Frames`.
    pub fn title(&self) -> String {
        let text = fs::read_to_string(self.root.join(self.page())).unwrap_or_default();
        let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(&self.chapter);
        match self.number() {
            Some(number) => format!("{number}  {title}"),
            None => title.to_owned(),
        }
    }

    /// The number of its chapter.
    pub fn number(&self) -> Option<u8> {
        self.chapter.split_once('-')?.0.parse().ok()
    }

    /// Its hints, from a nudge to nearly there.
    ///
    /// # Errors
    /// If `hints.md` cannot be read.
    pub fn hints(&self) -> Result<Vec<String>, Error> {
        let text = self.text("hints.md")?.replace("\r\n", "\n");
        let mut hints = Vec::new();
        let mut rest = text.as_str();
        for number in 1.. {
            let heading = format!("## {number}\n");
            let Some((_, hint)) = rest.split_once(&heading) else { break };
            rest = hint;
            let end = rest.find(&format!("\n## {}\n", number + 1)).unwrap_or(rest.len());
            hints.push(rest[..end].trim().to_owned());
        }
        Ok(hints)
    }

    /// The names of its wrong answers: `key_mod_3`.
    ///
    /// # Errors
    /// If the folder `wrong` cannot be read.
    pub fn wrong(&self) -> Result<Vec<String>, Error> {
        Ok(files(&self.path("wrong"))?
            .iter()
            .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
            .collect())
    }

    /// The files of its tests: `tests/mask.rs`.
    ///
    /// # Errors
    /// If the folder `tests` cannot be read.
    pub fn tests(&self) -> Result<Vec<String>, Error> {
        let files = files(&self.path("tests"))?.into_iter();
        Ok(files.filter(|name| name.ends_with(".rs")).map(|name| format!("tests/{name}")).collect())
    }

    /// Whether the learner has begun: nothing is left to write.
    pub fn is_begun(&self) -> bool {
        self.text("src/exercise.rs").is_ok_and(|text| !is_stub(&text))
    }
}

/// Whether an answer is still to be written.
pub(crate) fn is_stub(answer: &str) -> bool {
    answer.contains("todo!(")
}

/// The whole path, as cargo tells it.
pub(crate) fn full(path: &Path) -> Result<PathBuf, Error> {
    // Windows has a form of its own for a path without links, which cargo does not use.
    let full = if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() };
    full.map_err(Error::file(path))
}

/// The names of the folders in `folder`, in alphabetical order.
pub(crate) fn folders(folder: &Path) -> Result<Vec<String>, Error> {
    entries(folder, Path::is_dir)
}

/// The names of the files in `folder`, in alphabetical order.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>, Error> {
    entries(folder, Path::is_file)
}

fn entries(folder: &Path, wanted: fn(&Path) -> bool) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let entry = entry.map_err(Error::file(folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if wanted(&entry.path()) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
