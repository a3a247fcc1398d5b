//! From the pages' sources to a site, with mdBook in this process.
//!
//! ```no_run
//! use explorer::book::{self, Book};
//!
//! let root = book::find_root(&std::env::current_dir()?)?;
//! let out = root.join("target/book");
//! Book::new(root, out).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::annotate::Annotator;
use mdbook_driver::{MDBook, config::Config};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, book as chapters, errors};
use std::{
    cell::Cell,
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
};

/// The sources of the book, and where its pages go.
#[derive(Debug, Clone)]
pub struct Book {
    root: PathBuf,
    out: PathBuf,
    live_reload: Option<String>,
}

/// What was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// How many pages.
    pub pages: usize,
    /// How many fixtures they show.
    pub fixtures: usize,
}

/// How far a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The page that comes now, from 1.
    pub page: usize,
    /// How many there are.
    pub of: usize,
    /// What it is called.
    pub name: &'a str,
}

/// Why the book could not be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no book here.
    #[error("{} is not inside the project: neither it nor a folder above has a book/book.toml", .0.display())]
    NoBook(PathBuf),
    /// The folder for the pages holds something else, which would be lost.
    #[error("{} holds other files, and a build would replace them; name an empty folder", .0.display())]
    Occupied(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A directive that says what is not there, or what mdBook refuses.
    #[error("{0}")]
    Page(String),
}

/// The folder with `book/book.toml`: `folder`, or the nearest one above.
///
/// # Errors
/// There is none.
pub fn find_root(folder: &Path) -> Result<PathBuf, Error> {
    let mut above = folder.ancestors();
    above
        .find(|above| above.join("book/book.toml").is_file())
        .map(Path::to_owned)
        .ok_or_else(|| Error::NoBook(folder.to_owned()))
}

impl Book {
    /// The book of the project in `root`, to be built into the folder `out`.
    pub fn new(root: PathBuf, out: PathBuf) -> Self {
        Book { root, out, live_reload: None }
    }

    /// Lets each page listen at this path of its server, and load itself anew
    /// when a WebSocket message there says `reload`.
    #[must_use]
    pub fn live_reload(mut self, path: impl Into<String>) -> Self {
        self.live_reload = Some(path.into());
        self
    }

    /// Builds every page, and copies the fixtures that they show beside them.
    ///
    /// # Errors
    /// A page with a wrong directive: then the error names each, with file and line.
    pub fn build(&self) -> Result<Built, Error> {
        self.build_telling(|_| ())
    }

    /// As [`build`](Self::build), and tells of each page before it is annotated.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_telling(&self, tell: impl Fn(Progress<'_>) + 'static) -> Result<Built, Error> {
        self.refuse_other_files()?;
        let mut config = Config::from_disk(self.root.join("book/book.toml")).map_err(said)?;
        config.build.build_dir = self.out.clone();
        if let Some(path) = &self.live_reload {
            config.set("output.html.live-reload-endpoint", path).map_err(said)?;
        }
        let mut book = MDBook::load_with_config(self.root.join("book"), config).map_err(said)?;
        let annotator = Rc::new(Annotator::new(self.root.clone()));
        let pages = Rc::default();
        book.with_preprocessor(Annotate {
            annotator: annotator.clone(),
            pages: Rc::clone(&pages),
            tell: Box::new(tell),
        });
        book.build().map_err(said)?;
        let fixtures = annotator.shown();
        for fixture in &fixtures {
            self.copy(&Path::new("fixtures").join(fixture))?;
        }
        Ok(Built { pages: pages.get(), fixtures: fixtures.len() })
    }

    /// mdBook empties the folder first, so it must be new, empty or an earlier build.
    fn refuse_other_files(&self) -> Result<(), Error> {
        let is_free = match fs::read_dir(&self.out) {
            Ok(mut entries) => entries.next().is_none() || self.out.join("toc.html").is_file(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_free { Ok(()) } else { Err(Error::Occupied(self.out.clone())) }
    }

    fn copy(&self, file: &Path) -> Result<(), Error> {
        let to = self.out.join(file);
        let folder = to.parent().unwrap_or(&self.out);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(self.root.join(file), &to))
            .map(|_| ())
            .map_err(|error| Error::File { path: to, error })
    }
}

/// mdBook's error, with its causes.
#[expect(clippy::needless_pass_by_value, reason = "as map_err calls it")]
fn said(error: errors::Error) -> Error {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    // The pages' own mistakes say everything; mdBook's frame around them adds nothing.
    match error.root_cause().downcast_ref::<WrongPages>() {
        Some(WrongPages(list)) => Error::Page(list.clone()),
        None => Error::Page(causes.join(": ")),
    }
}

/// What is wrong with the pages: one line each.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongPages(String);

/// The annotator as mdBook calls it.
struct Annotate {
    annotator: Rc<Annotator>,
    pages: Rc<Cell<usize>>,
    tell: Box<dyn Fn(Progress<'_>)>,
}

impl Preprocessor for Annotate {
    fn name(&self) -> &str {
        "annotate"
    }

    fn run(
        &self,
        context: &PreprocessorContext,
        mut book: chapters::Book,
    ) -> errors::Result<chapters::Book> {
        let mut failures = Vec::new();
        let of = book.chapters().filter(|chapter| chapter.source_path.is_some()).count();
        book.for_each_chapter_mut(|chapter| {
            let Some(source) = &chapter.source_path else { return };
            self.pages.set(self.pages.get() + 1);
            (self.tell)(Progress { page: self.pages.get(), of, name: &chapter.name });
            let file = Path::new("book").join(&context.config.book.src).join(source);
            match self.annotator.page(&file, &chapter.content) {
                Ok(content) => chapter.content = content,
                Err(wrong) => failures.extend(wrong),
            }
        });
        if failures.is_empty() {
            return Ok(book);
        }
        let list: Vec<String> = failures.iter().map(ToString::to_string).collect();
        Err(WrongPages(list.join("\n")).into())
    }
}
