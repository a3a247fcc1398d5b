//! Arrows go downward only, and the ground is pure.
//!
//! ```text
//! tools     frame-inspector ◄─ explorer   course
//!              │
//! shell        │    chat ─► server   echo
//!              ▼              ▼
//! ground    handshake ─► http1   frame   capture   socketio
//!              └───────────┴───────┴────────┴─────────┘
//!                        wire
//! ```

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The crates that turn bytes into values and open nothing, each with those it may know.
const GROUND: [(&str, &[&str]); 6] = [
    ("wire", &[]),
    ("http1", &["wire"]),
    ("handshake", &["http1", "wire"]),
    ("frame", &["wire"]),
    ("capture", &["wire"]),
    ("socketio", &["wire"]),
];

/// The crates that open sockets, each with those it may know.
const SHELL: [(&str, &[&str]); 3] = [
    ("echo", &[]),
    ("server", &["frame", "handshake", "http1", "socketio", "wire"]),
    ("chat", &["frame", "handshake", "http1", "server", "socketio", "wire"]),
];

/// Who brings sockets, clocks, threads or random numbers, however far below.
const IMPURE: [&str; 12] = [
    "tokio",
    "mio",
    "socket2",
    "async-std",
    "smol",
    "rand",
    "getrandom",
    "fastrand",
    "chrono",
    "time",
    "crossbeam",
    "rayon",
];

#[test]
fn a_crate_of_the_ground_or_the_shell_knows_only_those_below_it() {
    let ours = crates();
    for (name, allowed) in GROUND.into_iter().chain(SHELL) {
        let known = dependencies(name);
        let known: BTreeSet<&str> =
            known.intersection(&ours).map(String::as_str).filter(|other| *other != name).collect();
        let allowed = BTreeSet::from_iter(allowed.iter().copied());
        assert_eq!(known, allowed, "what {name} knows, and what it may know");
    }
}

#[test]
fn no_crate_of_the_ground_reaches_sockets_clocks_threads_or_chance() {
    for (name, _) in GROUND {
        let known = dependencies(name);
        for impure in IMPURE {
            assert!(!known.contains(impure), "{name} reaches {impure}: cargo tree -p {name}");
        }
    }
}

/// `crates/clippy.toml` bans the standard library's own.
#[test]
fn no_crate_of_the_ground_lifts_the_ban() {
    for (name, _) in GROUND {
        let own = path(&format!("crates/{name}/clippy.toml"));
        assert!(!own.exists(), "{} would replace the ban", own.display());
        let mut folders = vec![path(&format!("crates/{name}/src"))];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder of sources") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read_to_string(&path).expect("a source file");
                    assert!(!text.contains("clippy::disallowed"), "{}", path.display());
                }
            }
        }
    }
}

#[test]
fn every_crate_has_its_floor() {
    let above = ["frame-inspector", "explorer", "course", "figures", "devtools"];
    let below = GROUND.into_iter().chain(SHELL).map(|(name, _)| name);
    let known: BTreeSet<String> = below.chain(above).map(str::to_owned).collect();
    assert_eq!(crates(), known, "the folders in crates/, and the floors");
}

/// A file or folder of the project, by its path from the root.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The folders of our crates, which are their names.
fn crates() -> BTreeSet<String> {
    fs::read_dir(path("crates"))
        .expect("the folder of crates")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("Cargo.toml").exists())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// The names of all crates that `name` is built from, itself among them.
fn dependencies(name: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", name])
        .current_dir(path(""))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{output:?}");
    let tree = String::from_utf8(output.stdout).expect("names are text");
    let names: BTreeSet<String> =
        tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(names.contains(name), "{tree}");
    names
}
