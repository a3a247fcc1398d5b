//! A page of the project that shows what the code says or prints.
//!
//! `BLESS=1 cargo test -p frame-inspector` writes such pages anew.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// A file of the project, by its path from the root.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The text of a file of the project.
#[track_caller]
pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compares what stands in the page `name` with what should stand there.
#[track_caller]
pub(crate) fn is_current(name: &str, current: &str, wanted: &str) {
    if current == wanted {
        return;
    }
    if env::var_os("BLESS").is_some() {
        fs::write(path(name), wanted).unwrap_or_else(|error| panic!("{name}: {error}"));
        return;
    }
    let (line, (says, wants)) = current
        .lines()
        .chain(["(the end)"])
        .zip(wanted.lines().chain(["(the end)"]))
        .enumerate()
        .find(|(_, (says, wants))| says != wants)
        .expect("they differ in a line or in length");
    panic!(
        "{name} is out of date; the first difference is in line {}:\n  \
         the page says  {says}\n  it should say  {wants}\n\
         BLESS=1 cargo test -p frame-inspector writes it anew",
        line + 1
    );
}
