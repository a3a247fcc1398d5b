//! Arguments in, exit status out.

use clap::{Args, Parser, Subcommand};
use explorer::{
    book::{self, Book},
    serve::{self, Settings},
};
use std::{
    env,
    error::Error,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

/// The book, built and served: from HTTP to WebSocket, byte by byte.
#[derive(Debug, Parser)]
#[command(name = "explorer", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Run it anywhere inside the checkout; `cargo explore` is an alias of `cargo run --package explorer --`.

Exit status: 0 done; 1 the book could not be built, and standard error says in which line of which page; \
or there is no listening on that port.")]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    serving: Serving,
}

/// How the book is served.
#[derive(Debug, Default, Args)]
struct Serving {
    /// The port to listen on; 0 takes a free one [default: 4000, or the next that is free]
    #[arg(long)]
    port: Option<u16>,
    /// Open a browser; without this, that happens where a person seems to look
    #[arg(long, overrides_with = "no_open")]
    open: bool,
    /// Open no browser
    #[arg(long)]
    no_open: bool,
    /// Print the opening handshake of each page's WebSocket, byte by byte
    #[arg(long)]
    trace: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Action {
    /// Build the book, serve it, and build it anew when a page changes; done without being asked for
    Serve(Serving),
    /// Write the book as a static site that any web server can show
    Build {
        /// The folder for it; what an earlier build left there is replaced
        #[arg(long, value_name = "DIR", default_value = "target/book")]
        out: PathBuf,
    },
}

/// Runs the command line.
pub(crate) fn run() -> ExitCode {
    let Arguments { action, serving } = Arguments::parse();
    let result = match action.unwrap_or(Action::Serve(serving)) {
        Action::Serve(serving) => serve(&serving),
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

fn serve(serving: &Serving) -> Result<(), Box<dyn Error>> {
    let root = book::find_root(&env::current_dir()?)?;
    let open = match serving {
        Serving { no_open: true, .. } => Some(false),
        Serving { open: true, .. } => Some(true),
        _ => None,
    };
    let Serving { port, trace, .. } = *serving;
    Ok(serve::run(&Settings { root, port, open, trace })?)
}

fn build(out: PathBuf) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let folder = env::current_dir()?;
    let root = book::find_root(&folder)?;
    // A folder that the reader names lies where the reader is.
    let out = if out == Path::new("target/book") { root.join(out) } else { folder.join(out) };
    let index = out.join("index.html");
    let built = Book::new(root, out).build()?;
    let seconds = start.elapsed().as_secs_f32();
    // A closed standard output leaves nobody to tell.
    let _ = writeln!(
        io::stdout(),
        "{}, {}, {seconds:.1} s: {}",
        counted(built.pages, "page"),
        counted(built.fixtures, "fixture"),
        index.display()
    );
    Ok(())
}

/// `1 page`, `2 pages`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
