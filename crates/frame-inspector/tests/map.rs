//! The map in crates/README.md names every crate and every module, in their own words.

mod page;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

const MAP: &str = "crates/README.md";
const BEGIN: &str = "<!-- Written by tests/map.rs from the first sentences of the docs. -->\n";
const END: &str = "<!-- The end of what the test writes. -->\n";

#[test]
fn names_every_crate_and_module_in_their_own_words() {
    let current = page::read(MAP);
    let (before, rest) = current.split_once(BEGIN).expect("the mark where the modules begin");
    let (_, after) = rest.split_once(END).expect("the mark where the modules end");
    let before = with_homes(before, &homes());
    let modules: String = crates().iter().map(|name| section(name)).collect();
    page::is_current(MAP, &current, &format!("{before}{BEGIN}{modules}{END}{after}"));
}

/// The crates that a chapter tells of, by its number, from the docs' own `Book:` lines.
fn homes() -> BTreeMap<String, BTreeSet<String>> {
    let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in crates() {
        for (file, _) in modules(&name) {
            for chapter in Doc::of(&file).chapters() {
                homes.entry(chapter.to_owned()).or_default().insert(name.clone());
            }
        }
    }
    homes
}

/// The map's table of chapters, `| number | title | crates |`, with each chapter's crates.
fn with_homes(text: &str, homes: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut unnamed: BTreeSet<&String> = homes.keys().collect();
    let mut rows = String::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let number = cells[0].trim_start_matches("| ");
        if cells.len() == 3 && number.parse::<u8>().is_ok() {
            let here = homes.get(number).into_iter().flatten();
            let here: Vec<String> = here.map(|name| format!("`{name}`")).collect();
            let here = if here.is_empty() { "not here yet".to_owned() } else { here.join(", ") };
            writeln!(rows, "| {number} | {} | {here} |", cells[1]).expect("a string takes it");
            unnamed.retain(|chapter| *chapter != number);
        } else {
            writeln!(rows, "{line}").expect("a string takes it");
        }
    }
    assert_eq!(unnamed, BTreeSet::new(), "chapters that the map's table does not have");
    rows
}

/// Every crate, in the order of the root manifest: from the ground upwards.
fn crates() -> Vec<String> {
    let manifest = page::read("Cargo.toml");
    let place = |name: &String| manifest.find(&format!("\"crates/{name}\"")).unwrap_or(usize::MAX);
    let mut names: Vec<String> = entries(&page::path("crates"))
        .filter(|name| page::path(&format!("crates/{name}/Cargo.toml")).exists())
        .collect();
    names.sort_by_key(|name| (place(name), name.clone()));
    names
}

/// The part of the map that is about one crate.
fn section(name: &str) -> String {
    let root = ["lib.rs", "main.rs"]
        .map(|file| format!("crates/{name}/src/{file}"))
        .into_iter()
        .find(|file| page::path(file).exists())
        .expect("a crate has a lib.rs or a main.rs");
    let Doc { sentence, book } = Doc::of(&root);
    let book = if book.is_empty() { book } else { format!(" Book: {book}.") };
    let mut text = format!("\n### [`{name}`]({})\n{sentence}{book}\n\n", link(&root));
    text.push_str("| module | what | chapter |\n| --- | --- | --- |\n");
    for (file, module) in modules(name).into_iter().filter(|(file, _)| *file != root) {
        let Doc { sentence, book } = Doc::of(&file);
        let chapter = book.trim_start_matches("chapters ").trim_start_matches("chapter ");
        let row = format!("| [`{module}`]({}) | {sentence} | {chapter} |", link(&file));
        writeln!(text, "{}", row.replace("|  |", "| |")).expect("a string takes it");
    }
    text
}

/// From the map's own folder.
fn link(file: &str) -> &str {
    file.trim_start_matches("crates/")
}

/// The files of a crate, each with the name of its module, in alphabetical order.
fn modules(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![format!("crates/{name}/src")];
    while let Some(folder) = folders.pop() {
        for entry in entries(&page::path(&folder)) {
            let path = format!("{folder}/{entry}");
            match entry.strip_suffix(".rs") {
                Some(_) => found.push(path),
                None if page::path(&path).is_dir() => folders.push(path),
                None => {}
            }
        }
    }
    let source = format!("crates/{name}/src/");
    let named = |path: String| {
        let module = path.trim_start_matches(&source).trim_end_matches(".rs");
        let module = module.trim_end_matches("/mod").replace('/', "::");
        (path, module)
    };
    let mut modules: Vec<_> = found.into_iter().map(named).collect();
    modules.sort_by(|(_, a), (_, b)| a.cmp(b));
    modules
}

fn entries(folder: &Path) -> impl Iterator<Item = String> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
}

/// What a file says of itself in its `//!` lines.
struct Doc {
    /// The first sentence.
    sentence: String,
    /// Where the book tells of it: "chapters 7 and 8", or nothing.
    book: String,
}

impl Doc {
    #[track_caller]
    fn of(file: &str) -> Doc {
        let text = page::read(file);
        let lines = text.lines().take_while(|line| line.starts_with("//!"));
        let lines: Vec<&str> = lines.map(|line| line[3..].trim()).collect();
        let paragraph: Vec<&str> =
            lines.iter().copied().take_while(|line| !line.is_empty()).collect();
        let paragraph = plain(&paragraph.join(" "));
        let sentence = match paragraph.split_once(". ") {
            Some((first, _)) => format!("{first}."),
            None => paragraph,
        };
        assert!(!sentence.is_empty(), "{file} does not say what it is");
        let book = lines.iter().find_map(|line| line.strip_prefix("Book: ")).unwrap_or_default();
        Doc { sentence, book: book.trim_end_matches('.').to_owned() }
    }

    /// The numbers of its chapters.
    fn chapters(&self) -> impl Iterator<Item = &str> {
        let numbers = self.book.split(|c: char| !c.is_ascii_digit());
        numbers.filter(|number| !number.is_empty())
    }
}

/// A sentence of a doc without its links, and safe inside a table.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[`") {
        let Some((name, after)) = after.split_once("`]") else { break };
        let is_url = after.starts_with('(');
        let after = if is_url { after.split_once(')').map_or("", |(_, a)| a) } else { after };
        write!(plain, "{before}`{name}`").expect("a string takes it");
        rest = after;
    }
    (plain + rest).replace('|', "\\|")
}
