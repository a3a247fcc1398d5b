//! The command: arguments in, exit status out.
//!
//! Exit status: 0 decoded, 1 with `--strict` where a rule was broken, 2 the
//! input could not be read.

mod arguments;
mod rules;

use crate::{
    Inspector, Options,
    event::{Event, Sink, What},
    explain::explain,
    filter::Filtered,
    inspect_transcript,
    view::{
        self,
        json::{Lines, encode_explanation},
        summary::Summary,
        text::Text,
    },
};
use anstream::{AutoStream, ColorChoice, StripStream};
use arguments::{Action, Arguments, ColorWhen};
use capture::Time;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fmt::Display,
    fs::File,
    io::{self, BufWriter, IsTerminal, Read, Write},
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};
use wire::{Severity, Side, hex::ErrorKind};

/// Files shorter than this are decoded before a bar would be read.
const WORTH_A_BAR: u64 = 64 << 20;
/// How often the bar moves, in bytes of the file.
const BAR_STEP: u64 = 8 << 20;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match act(&arguments, standard_output(&arguments)) {
        Ok(status) => status,
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Said(sentence)) => {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(io::stderr(), "frame-inspector: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// What the command prints on standard output for `words`, the arguments behind
/// its name; without colours.
///
/// # Errors
/// The sentence that the command says where it cannot: an argument that it does
/// not have, a file that is not there.
pub fn print<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<String, String> {
    let words = ["frame-inspector"].into_iter().chain(words);
    let arguments = Arguments::try_parse_from(words).map_err(|error| error.to_string())?;
    let mut printed = Vec::new();
    let out: Box<dyn Write + '_> = match arguments.json {
        true => Box::new(&mut printed),
        false => Box::new(StripStream::new(&mut printed)),
    };
    match act(&arguments, BufWriter::new(out)) {
        Ok(_) | Err(Failure::ClosedPipe) => Ok(String::from_utf8_lossy(&printed).into_owned()),
        Err(Failure::Said(sentence)) => Err(sentence),
    }
}

/// Does what the arguments ask for.
fn act(arguments: &Arguments, mut out: Output<'_>) -> Result<ExitCode, Failure> {
    match &arguments.action {
        Some(Action::Explain { hex, from }) => {
            explain_hex(arguments, hex, (*from).map(Into::into), out)
        }
        Some(Action::Rules { id }) => rules::print(&mut out, id.as_deref()),
        None => inspect(arguments, out),
    }
}

/// Why the command ends early.
pub(crate) enum Failure {
    /// Whoever read our output has enough.
    ClosedPipe,
    /// One helpful sentence for standard error.
    Said(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::Said(format!("cannot write the output: {error}")),
        }
    }
}

/// Where the command prints. Buffered outside of the box, so that a piece of a
/// line costs no dynamic call.
type Output<'o> = BufWriter<Box<dyn Write + 'o>>;

/// Standard output, which keeps colours only where they are wanted; JSON has none.
fn standard_output(arguments: &Arguments) -> Output<'static> {
    let choice = match arguments.color {
        ColorWhen::Auto => AutoStream::choice(&io::stdout()),
        ColorWhen::Always => ColorChoice::AlwaysAnsi,
        ColorWhen::Never => ColorChoice::Never,
    };
    let stdout: Box<dyn Write> = match arguments.json {
        true => Box::new(io::stdout()),
        false => Box::new(AutoStream::new(io::stdout(), choice)),
    };
    BufWriter::with_capacity(1 << 16, stdout)
}

/// One of the drawings, behind one face.
enum View<'o> {
    Text(Text<Output<'o>>),
    Json(Lines<Output<'o>>),
    Summary(Summary, Output<'o>),
}

impl<'o> View<'o> {
    fn of(arguments: &Arguments, out: Output<'o>) -> Self {
        if arguments.json {
            View::Json(Lines::new(out))
        } else if arguments.summary {
            View::Summary(Summary::new(), out)
        } else {
            View::Text(Text::new(out, arguments.bytes))
        }
    }

    /// Whether nobody reads any more.
    fn failed(&self) -> bool {
        match self {
            View::Text(text) => text.failed(),
            View::Json(lines) => lines.failed(),
            View::Summary(..) => false,
        }
    }

    /// The capture begins.
    fn begin(&mut self, time: Option<Time>) {
        if let View::Text(text) = self {
            text.begin(time);
        }
    }

    fn flush(&mut self) {
        match self {
            View::Text(text) => text.flush(),
            View::Json(lines) => lines.flush(),
            View::Summary(..) => {}
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            View::Text(text) => text.finish(),
            View::Json(lines) => lines.finish(),
            View::Summary(summary, mut out) => {
                summary.draw(&mut out)?;
                out.flush()
            }
        }
    }
}

impl Sink for View<'_> {
    fn event(&mut self, event: &Event<'_>) {
        match self {
            View::Text(text) => text.event(event),
            View::Json(lines) => lines.event(event),
            View::Summary(summary, _) => summary.event(event),
        }
    }
}

fn inspect(arguments: &Arguments, out: Output<'_>) -> Result<ExitCode, Failure> {
    let Some(path) = &arguments.capture else {
        return Err(Failure::Said(
            "which capture? name a pcap or pcapng file, or - for standard input (--help has the rest)"
                .into(),
        ));
    };
    let filter = arguments.filter()?;
    let transcript = match path.extension().is_some_and(|extension| extension == "hex") {
        true => Some(read_transcript(path)?),
        false => None,
    };
    if let Some(Written::Bytes(bytes)) = &transcript {
        return explain_bytes(arguments, bytes, None, out);
    }
    let mut sink = Filtered::new(filter, View::of(arguments, out));
    let options = arguments.options();
    let read = if path.as_os_str() == "-" {
        outlive_interrupt();
        decode(io::stdin().lock(), "standard input", &options, &mut sink, Watch::Live)
    } else if let Some(Written::Transcript(chunks)) = &transcript {
        inspect_transcript(chunks, &options, &mut sink);
        Ok(())
    } else {
        open(path).and_then(|file| {
            let watch = progress_bar(&file, arguments).map_or(Watch::Nothing, Watch::Bar);
            decode(file, &path.display().to_string(), &options, &mut sink, watch)
        })
    };
    let violations = sink.violations();
    // What was read before an error is printed first.
    sink.sink.finish()?;
    read?;
    Ok(if arguments.strict && violations > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn open(path: &Path) -> Result<File, Failure> {
    let name = path.display();
    // Asked first, since opening a folder fails in different words everywhere.
    if path.is_dir() {
        return Err(Failure::Said(format!("{name} is a folder; name one capture in it")));
    }
    File::open(path).map_err(|error| {
        Failure::Said(match error.kind() {
            io::ErrorKind::NotFound => format!("{name}: there is no such file"),
            _ => format!("{name}: {error}"),
        })
    })
}

/// What somebody watches while a capture is decoded.
enum Watch {
    /// Only the result.
    Nothing,
    /// The output, packet by packet.
    Live,
    /// How far it is.
    Bar(ProgressBar),
}

/// Decodes a whole capture into `sink`.
fn decode(
    source: impl Read,
    name: &str,
    options: &Options,
    sink: &mut Filtered<View<'_>>,
    watch: Watch,
) -> Result<(), Failure> {
    let said = |error: capture::file::Error| Failure::Said(format!("{name}: {error}"));
    let mut file = capture::File::open(source).map_err(said)?;
    let mut inspector = Inspector::new(options.clone());
    let mut next_step = BAR_STEP;
    let result = loop {
        match file.next_packet() {
            Ok(Some(packet)) => {
                if packet.number == 1 {
                    sink.sink.begin(packet.time);
                }
                inspector.packet(&packet, sink);
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(said(error)),
        }
        if sink.sink.failed() {
            return Ok(());
        }
        match &watch {
            Watch::Nothing => {}
            Watch::Live => sink.sink.flush(),
            Watch::Bar(bar) if file.position() >= next_step => {
                bar.set_position(file.position());
                next_step = file.position() + BAR_STEP;
            }
            Watch::Bar(_) => {}
        }
    };
    for warning in file.take_warnings() {
        let what = What::Warning(&warning.to_string());
        sink.event(&Event { connection: None, time: None, packets: &[], what });
    }
    inspector.finish(sink);
    if let Watch::Bar(bar) = watch {
        bar.finish_and_clear();
    }
    result
}

/// Ctrl-C goes to the whole pipe. The first one ends tcpdump, and with it our
/// input, so that the verdicts are still told; a second one ends us too.
fn outlive_interrupt() {
    let has_come = AtomicBool::new(false);
    // Without a handler Ctrl-C does what it always does.
    let _ = ctrlc::set_handler(move || {
        if has_come.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// What somebody wrote by hand.
enum Written {
    /// `>` and `<` lines: a conversation.
    Transcript(Vec<(Side, Vec<u8>)>),
    /// Bytes, and nobody said whose.
    Bytes(Vec<u8>),
}

fn read_transcript(path: &Path) -> Result<Written, Failure> {
    let said = |error: &dyn Display| Failure::Said(format!("{}: {error}", path.display()));
    let mut text = String::new();
    open(path)?.read_to_string(&mut text).map_err(|error| said(&error))?;
    match wire::transcript::decode(&text) {
        Ok(chunks) => Ok(Written::Transcript(chunks)),
        Err(error) if error.kind == ErrorKind::NoSide => {
            wire::hex::decode(&text).map(Written::Bytes).map_err(|error| said(&error))
        }
        Err(error) => Err(said(&error)),
    }
}

/// A bar for long files, where somebody watches and the output goes elsewhere.
fn progress_bar(file: &File, arguments: &Arguments) -> Option<ProgressBar> {
    let len = file.metadata().ok()?.len();
    let is_watched =
        io::stderr().is_terminal() && (arguments.summary || !io::stdout().is_terminal());
    if len < WORTH_A_BAR || !is_watched {
        return None;
    }
    let bar = ProgressBar::new(len);
    let style = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).ok()?);
    Some(bar)
}

fn explain_hex(
    arguments: &Arguments,
    words: &[String],
    from: Option<Side>,
    out: Output<'_>,
) -> Result<ExitCode, Failure> {
    let mut text = words.join(" ");
    if text == "-" {
        text.clear();
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::Said(format!("standard input: {error}")))?;
    }
    let decoded = wire::hex::decode(&text)
        .map_err(|error| Failure::Said(format!("this is not hexadecimal: {error}")))?;
    explain_bytes(arguments, &decoded, from, out)
}

fn explain_bytes(
    arguments: &Arguments,
    bytes: &[u8],
    from: Option<Side>,
    mut out: Output<'_>,
) -> Result<ExitCode, Failure> {
    if bytes.is_empty() {
        return Err(Failure::Said(
            "there are no bytes to explain; try: explain 81 05 48656c6c6f".into(),
        ));
    }
    let explanation = explain(bytes, from);
    if arguments.json {
        let mut line = Vec::new();
        encode_explanation(&explanation, bytes, &mut line);
        line.push(b'\n');
        out.write_all(&line)?;
    } else {
        view::bytes::draw_alone(&mut out, bytes, &explanation.span)?;
        for note in &explanation.notes {
            writeln!(out, "{note}")?;
        }
        for violation in &explanation.violations {
            writeln!(out, "{}: {violation}", violation.rule.severity.name())?;
        }
    }
    out.flush()?;
    let is_broken = explanation.violations.iter().any(|v| v.rule.severity == Severity::Violation);
    Ok(if arguments.strict && is_broken { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
