//! Arguments in, exit status out.

use clap::{Parser, Subcommand};
use explorer::book::{self, Book};
use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

/// The book, built and served: from HTTP to WebSocket, byte by byte.
#[derive(Debug, Parser)]
#[command(name = "explorer", version, max_term_width = 100, subcommand_required = true)]
#[command(after_help = "\
Run it anywhere inside the checkout; `cargo explore` is an alias of `cargo run --package explorer --`.

Exit status: 0 done; 1 the book could not be built, and standard error says in which line of which page.")]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Action {
    /// Write the book as a static site that any web server can show
    Build {
        /// The folder for it; what an earlier build left there is replaced
        #[arg(long, value_name = "DIR", default_value = "target/book")]
        out: PathBuf,
    },
}

/// Runs the command line.
pub(crate) fn run() -> ExitCode {
    let Arguments { action } = Arguments::parse();
    let result = match action {
        Action::Build { out } => build(out),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(io::stderr(), "explorer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build(out: PathBuf) -> Result<(), book::Error> {
    let start = Instant::now();
    let folder = env::current_dir().unwrap_or_default();
    let root = book::find_root(&folder)?;
    // A folder that the reader names lies where the reader is.
    let out = if out == Path::new("target/book") { root.join(out) } else { folder.join(out) };
    let index = out.join("index.html");
    let built = Book::new(root, out).build()?;
    let seconds = start.elapsed().as_secs_f32();
    // A closed standard output leaves nobody to tell.
    let _ = writeln!(
        io::stdout(),
        "{} pages, {} fixtures, {seconds:.1} s: {}",
        built.pages,
        built.fixtures,
        index.display()
    );
    Ok(())
}
