//! The book of this project: everything it points at is there.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use explorer::{annotate, book::Book};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// A page as a browser gets it.
struct Page {
    ids: BTreeSet<String>,
    /// Those that more than one element has.
    repeated: Vec<String>,
    links: BTreeSet<String>,
}

/// The site, built once for all tests.
static SITE: LazyLock<BTreeMap<String, Page>> = LazyLock::new(|| {
    let out = out();
    if let Err(error) = Book::new(root(), out.clone()).build() {
        panic!("{error}");
    }
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(&out).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Those are put together from the others.
        if name.ends_with(".html") && !["print.html", "404.html", "toc.html"].contains(&&*name) {
            let html = fs::read_to_string(&path).unwrap();
            let (mut ids, mut repeated) = (BTreeSet::new(), Vec::new());
            for id in attributes(&html, &["id"]) {
                if !ids.insert(id.clone()) {
                    repeated.push(id);
                }
            }
            let links = attributes(&html, &["href", "src"]).collect();
            pages.insert(name, Page { ids, repeated, links });
        }
    }
    pages
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn out() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("book")
}

/// The values of attributes, wherever they stand in a tag.
fn attributes<'h>(html: &'h str, names: &'h [&str]) -> impl Iterator<Item = String> + 'h {
    let tags = html.split('<').filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag));
    tags.flat_map(move |tag| {
        names.iter().filter_map(move |name| {
            let (_, value) = tag.split_once(&format!(" {name}=\""))?;
            Some(value.split('"').next()?.replace("&amp;", "&"))
        })
    })
}

/// The pages' sources with their names.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(root().join("book/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            sources.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(sources.len() > 2, "the book has pages");
    sources
}

/// Fenced blocks: the line, the words behind the fence, the text.
fn fences(source: &str) -> Vec<(usize, String, Vec<String>)> {
    let mut blocks: Vec<(usize, String, Vec<String>)> = Vec::new();
    let mut is_inside = false;
    for (number, line) in (1..).zip(source.lines()) {
        match (line.trim_start().strip_prefix("```"), is_inside) {
            (Some(info), false) => {
                blocks.push((number, info.trim().to_owned(), Vec::new()));
                is_inside = true;
            }
            (Some(_), true) => is_inside = false,
            (None, true) => blocks.last_mut().unwrap().2.push(line.trim().to_owned()),
            (None, false) => {}
        }
    }
    blocks
}

#[test]
fn every_directive_and_include_resolves() {
    assert!(SITE.contains_key("index.html"), "{:?}", SITE.keys());
}

#[test]
fn every_internal_link_leads_to_a_page_and_an_anchor() {
    let mut wrong = Vec::new();
    for (name, page) in SITE.iter() {
        for link in &page.links {
            let is_elsewhere = link.contains("://") || link.starts_with("data:");
            let (file, anchor) = match link.split_once('#') {
                Some((file, anchor)) => (file, Some(anchor)),
                None => (link.as_str(), None),
            };
            let file = file.split('?').next().unwrap_or_default();
            let target = if file.is_empty() { name } else { file };
            if is_elsewhere {
                continue;
            }
            if is_still_to_come(target) {
                continue;
            }
            let is_there = match (SITE.get(target), anchor) {
                (Some(page), Some(anchor)) => anchor.is_empty() || page.ids.contains(anchor),
                (Some(_), None) => true,
                (None, _) => out().join(target).is_file(),
            };
            if !is_there {
                wrong.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn no_two_elements_of_a_page_have_one_id() {
    for (name, page) in SITE.iter() {
        assert!(page.repeated.is_empty(), "{name}: {:?}", page.repeated);
    }
}

/// A chapter that SUMMARY.md lists as a draft may be linked to already.
fn is_still_to_come(target: &str) -> bool {
    let summary = fs::read_to_string(root().join("book/src/SUMMARY.md")).unwrap();
    let number = target.split_once('-').map(|(number, _)| number);
    let is_chapter = number.is_some_and(|number| number.len() == 2 && number.parse::<u8>().is_ok());
    summary.contains("]()") && is_chapter && !SITE.contains_key(target)
}

#[test]
fn no_page_asks_another_site_for_anything() {
    for (name, _) in SITE.iter() {
        let html = fs::read_to_string(out().join(name)).unwrap();
        for tag in html.split('<').filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
            let is_fetched = ["script ", "link ", "img ", "iframe ", "source ", "video "];
            let foreign = tag.contains("=\"http") || tag.contains("=\"//");
            assert!(
                !(is_fetched.iter().any(|fetched| tag.starts_with(fetched)) && foreign),
                "{name}: <{tag}>"
            );
        }
    }
}

#[test]
fn every_page_is_light() {
    for name in SITE.keys() {
        let len = fs::metadata(out().join(name)).unwrap().len();
        assert!(len < 200_000, "{name} has {len} bytes; show a part with at=, message= or lines=");
    }
}

#[test]
fn every_rule_has_its_place_in_the_appendix() {
    let appendix = SITE.get("appendix-b-rules.html").expect("the book has appendix B");
    for rule in annotate::all_rules() {
        let id = format!("rule-{}", rule.id.replace('/', "-"));
        assert!(appendix.ids.contains(&id), "{} is not in appendix B", rule.id);
    }
}

#[test]
fn every_command_is_run_here_or_by_another_test() {
    let mut wrong = Vec::new();
    for (name, source) in sources() {
        let blocks = fences(&source);
        let is_shell = |info: &str| ["sh", "console", "bash"].contains(&info);
        for (line, _, text) in blocks.iter().filter(|(_, info, _)| is_shell(info)) {
            let pieces = text.iter().flat_map(|line| line.split(" | ").map(str::trim));
            for command in
                pieces.filter_map(|piece| piece.trim_start_matches("$ ").strip_prefix("cargo "))
            {
                let command = command.split(" #").next().unwrap().trim();
                if let Err(error) = check_command(command) {
                    wrong.push(format!("book/src/{name}:{line}: cargo {command}: {error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Runs what the inspector can run here; of the other commands, says who does.
fn check_command(command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        // A live capture, or a name that the reader fills in.
        ["inspect", rest @ ..] if rest.iter().any(|word| matches!(*word, "-" | "FILE")) => Ok(()),
        ["inspect", ..] => {
            let page = format!("{{{{#{command}}}}}");
            let annotator = annotate::Annotator::new(root());
            let annotated = annotator.page(Path::new("book/src/page.md"), &page);
            annotated.map(|_| ()).map_err(|failures| failures[0].sentence.clone())
        }
        ["run", "-p", package, "--example", example, ..] => is_started(package, example),
        ["run", "-p", package, "--bin", program, ..] => {
            is_started(package, &format!("CARGO_BIN_EXE_{program}"))
        }
        ["run", "-p", program, ..] => is_started(program, &format!("CARGO_BIN_EXE_{program}")),
        ["explore" | "learn" | "test", ..] => {
            let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
            let is_run = ci.contains(&format!("cargo {}", words[0]));
            is_run.then_some(()).ok_or_else(|| ".ci/run does not run it".into())
        }
        _ => Err("nobody runs it in CI".into()),
    }
}

/// Whether a test of the package starts a program: whether its name stands there.
fn is_started(package: &str, program: &str) -> Result<(), String> {
    let mut folders = vec![root().join("crates").join(package).join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path).is_ok_and(|text| text.contains(program)) {
                return Ok(());
            }
        }
    }
    Err(format!("no test in crates/{package}/tests starts it"))
}

/// A listing that was typed into a page would not be compiled by anybody.
#[test]
fn every_listing_of_rust_comes_from_the_crates() {
    for (name, source) in sources() {
        for (line, info, text) in fences(&source) {
            if info.starts_with("rust") {
                let lines = text.iter().filter(|line| !line.is_empty());
                let is_include =
                    |line: &String| line.starts_with("{{#include ") && line.contains(".rs:");
                assert!(
                    info == "rust,ignore"
                        && lines.clone().count() > 0
                        && lines.clone().all(is_include),
                    "book/src/{name}:{line}: write rust,ignore, and include the code by its anchor"
                );
            }
        }
    }
}
