//! `explorer build`, as a person and a script meet it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A project of its own with a book of one page.
fn project(name: &str, page: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(root.join("book/src")).unwrap();
    fs::create_dir_all(root.join("fixtures")).unwrap();
    fs::write(root.join("book/book.toml"), "[preprocessor.annotate]\nbefore = [\"links\"]\n")
        .unwrap();
    fs::write(root.join("book/src/SUMMARY.md"), "- [A](a.md)\n").unwrap();
    fs::write(root.join("book/src/a.md"), page).unwrap();
    fs::write(root.join("fixtures/hello.hex"), "81 05 \"Hello\"\n").unwrap();
    root
}

fn explorer(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_explorer");
    Command::new(program).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn builds_into_the_folder_that_is_named_from_wherever_it_is_called() {
    let root = project("named", "{{#value hello.hex frame/payload}}\n");
    let output = explorer(&root.join("book/src"), &["build", "--out", "site"]);
    assert!(output.status.success(), "{output:?}");
    let page = fs::read_to_string(root.join("book/src/site/a.html")).unwrap();
    assert!(page.contains("<span class=\"value\">Hello</span>"));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("1 page, 1 fixture, "), "{said}");
    fs::remove_dir_all(root.join("book/src/site")).unwrap();
}

#[test]
fn builds_into_target_unless_told_otherwise() {
    let root = project("default", "{{#bytes hello.hex}}\n");
    assert!(explorer(&root.join("fixtures"), &["build"]).status.success());
    for file in ["index.html", "a.html", "fixtures/hello.hex"] {
        assert!(root.join("target/book").join(file).is_file(), "{file}");
    }
}

#[test]
fn a_mistake_is_told_with_its_page_and_line() {
    let root = project("mistakes", "# A\n\n{{#bytes hallo.hex}}\n\n{{#rule frame/none}}\n");
    let output = explorer(&root, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for part in ["book/src/a.md:3: ", "did you mean hello.hex?", "book/src/a.md:5: "] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!root.join("target/book/index.html").exists());
}

#[test]
fn outside_of_the_project_there_is_no_book() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().last().unwrap();
    let output = explorer(top, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("book/book.toml"));
}
