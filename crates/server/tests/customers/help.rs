//! What `--help` and the welcome page tell to try works as told.

use crate::program::{Folder, Program, path};
use std::process::Command;

/// The status that each line of the help should get, in order.
const EXPECTED: &[u16] =
    &[200, 201, 200, 200, 304, 200, 201, 200, 204, 200, 200, 200, 204, 200, 200, 200, 200];

#[test]
#[ignore = "needs curl"]
fn the_lines_of_the_help_do_what_they_say() {
    let help = Command::new(path()).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap().replace("\\\n", " ");
    let lines: Vec<&str> = help.lines().filter(|line| line.starts_with("  curl ")).collect();
    assert_eq!(lines.len(), EXPECTED.len(), "{help}");

    let program = Program::start(&["--practice-clock"]);
    let folder = Folder::new();
    let (mut tag, mut token) = (String::new(), String::new());
    for (line, status) in lines.iter().zip(EXPECTED) {
        let line = line
            .replace("127.0.0.1:8080", &program.address.to_string())
            .replace("-b jar", &format!("-b {}", folder.path("jar")))
            .replace("-c jar", &format!("-c {}", folder.path("jar")))
            .replace("ETAG", &tag)
            .replace("TOKEN", &token);
        let output = Command::new("sh").args(["-c", &line]).output().expect("a shell");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{line}\n{said}");
        if let Some((_, rest)) = said.split_once("ETag: ") {
            tag = rest.lines().next().unwrap().to_owned();
        }
        if let Some((_, rest)) = said.split_once("\"token\":\"") {
            token = rest.split('"').next().unwrap().to_owned();
        }
    }
    assert!(!tag.is_empty() && !token.is_empty());
}

#[test]
#[ignore = "needs curl"]
fn inside_tls_the_cookie_is_for_tls_only() {
    let program = Program::start(&["--tls"]);
    let url = format!("https://{}/session", program.address);
    let output = Command::new("curl")
        .args(["-ksSi", &url, "-d", "name=ada&password=lovelace", "-H"])
        .arg(format!("Origin: https://{}", program.address))
        .output()
        .expect("curl");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    assert!(said.contains("; HttpOnly; SameSite=Lax; Secure\r\n"), "{said}");
}
