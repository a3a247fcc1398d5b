//! `AUTOBAHN.md`: what came of all cases, written by the run itself.

use crate::verdict::{Grade, Run, Verdict};
use std::{fs, process::Command, time::SystemTime};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/AUTOBAHN.md");

/// Autobahn's sections; there is no 8 and no 11.
const SECTIONS: [(u32, &str); 11] = [
    (1, "framing"),
    (2, "pings and pongs"),
    (3, "reserved bits"),
    (4, "opcodes"),
    (5, "fragmentation"),
    (6, "UTF-8"),
    (7, "closing"),
    (9, "limits: up to 16 MiB, up to 65,536 fragments"),
    (10, "miscellaneous"),
    (12, "permessage-deflate: payloads and sizes"),
    (13, "permessage-deflate: parameters"),
];

pub(crate) fn write(server: &Run, client: &Run) {
    let mut page = format!("{INTRODUCTION}\n{}\n\n", describe(server));
    page += "| section | about | cases |";
    for role in ["server", "client"] {
        for grade in Grade::ALL {
            page += &format!(" {role}: {} |", grade.name());
        }
    }
    page += &format!("\n| --: | --- | --: |{}\n", " --: |".repeat(2 * Grade::ALL.len()));
    for (section, about) in SECTIONS {
        let verdicts = |run: &Run| {
            let all = run.verdicts.iter();
            all.filter(|verdict| verdict.section() == section).cloned().collect::<Vec<_>>()
        };
        page += &row(&section.to_string(), about, [&verdicts(server), &verdicts(client)]);
    }
    page += &row("", "**all**", [&server.verdicts, &client.verdicts]);
    for (role, run) in [("server", server), ("client", client)] {
        page += &format!("\nNot OK as {role}:\n\n");
        let mut verdicts: Vec<&Verdict> =
            run.verdicts.iter().filter(|verdict| verdict.grade() != Grade::Ok).collect();
        verdicts.sort_by_key(|verdict| verdict.numbers());
        for verdict in verdicts {
            page += &format!("- {}: {}, close {}\n", verdict.id, verdict.behavior, verdict.close);
        }
    }
    fs::write(PAGE, page).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
}

const INTRODUCTION: &str = "\
# Autobahn

What the cases of the Autobahn test suite, run by kosoku, say about `server`: as a server
(`examples/echo-ws.rs`), and as a client. This page is written by the run itself:

    AUTOBAHN=all BLESS=1 cargo test --release -p server --test autobahn -- --ignored

A case is OK when both what was said and how the connection ended were right. INFORMATIONAL is
the best that 7.1.6, 7.13.1 and 7.13.2 can be: they ask what the RFC leaves open.
";

fn row(section: &str, about: &str, roles: [&[Verdict]; 2]) -> String {
    let mut row = format!("| {section} | {about} | {} |", roles[0].len());
    for verdicts in roles {
        for grade in Grade::ALL {
            let count = verdicts.iter().filter(|verdict| verdict.grade() == grade).count();
            row += &format!(" {count} |");
        }
    }
    row + "\n"
}

/// `22 Nov 2026 · kosoku 0.1.0 · Python 3.11.7 · rustc 1.95.0`.
fn describe(run: &Run) -> String {
    let now = httpdate::fmt_http_date(SystemTime::now());
    let date: Vec<&str> = now.split(' ').skip(1).take(3).collect();
    let rustc = Command::new("rustc").arg("--version").output().unwrap().stdout;
    let rustc = String::from_utf8(rustc).unwrap();
    let rustc: Vec<&str> = rustc.split(' ').take(2).collect();
    let Run { kosoku, python, .. } = run;
    format!("{} · kosoku {kosoku} · Python {python} · {}", date.join(" "), rustc.join(" "))
}
