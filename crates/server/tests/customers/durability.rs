//! What was answered is kept, even if the program is killed in the middle.

use crate::{
    client::{Client, customer},
    program::{Folder, Program, path},
};
use http1::{Method, Request};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    net::SocketAddr,
    process::Command,
    sync::mpsc,
    thread,
};

const ROUNDS: u32 = 5;
const CLIENTS: u32 = 4;

/// What a client heard from the server.
enum Heard {
    Created {
        location: String,
        email: String,
    },
    /// Asked for; whether it was done is known with `Deleted`.
    Deleting(String),
    Deleted(String),
}

#[test]
fn what_was_answered_survives_sigkill() {
    let folder = Folder::new();
    let data = folder.path("customers.db");
    let mut there: BTreeMap<String, String> = BTreeMap::new();
    let mut gone: BTreeSet<String> = BTreeSet::new();
    let mut in_doubt: BTreeSet<String> = BTreeSet::new();
    for round in 0..ROUNDS {
        let mut program = Program::start(&["--data", &data]);
        let (told, heard) = mpsc::channel();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|who| {
                let (address, told) = (program.address, told.clone());
                let name = format!("{round}.{who}");
                thread::spawn(move || change_things(address, &name, &told))
            })
            .collect();
        drop(told);

        // At a moment that has nothing to do with what the program is doing.
        let enough = rand::random_range(10..150);
        let mut killed = false;
        for (number, event) in heard.iter().enumerate() {
            match event {
                Heard::Created { location, email } => {
                    let before = there.insert(location.clone(), email);
                    assert!(before.is_none(), "{location} was given twice");
                    assert!(!gone.contains(&location), "{location} was given before");
                }
                Heard::Deleting(location) => {
                    in_doubt.insert(location);
                }
                Heard::Deleted(location) => {
                    in_doubt.remove(&location);
                    there.remove(&location);
                    gone.insert(location);
                }
            }
            if number == enough {
                program.kill();
                killed = true;
            }
        }
        assert!(killed, "the clients go on until the program is gone");
        clients.into_iter().for_each(|client| client.join().unwrap());

        let program = Program::start(&["--data", &data]);
        let mut client = program.client();
        for (location, email) in &there {
            let got = client.get(location);
            if !in_doubt.contains(location) {
                assert_eq!(got.status(), 200, "{location} was answered with 201");
                assert_eq!(got.json()["customer"]["email"], **email);
            }
        }
        for location in &gone {
            assert_eq!(client.get(location).status(), 404, "{location} was answered with 204");
        }
        // What was in doubt is in doubt no longer.
        for location in std::mem::take(&mut in_doubt) {
            if client.get(&location).status() == 404 {
                there.remove(&location);
                gone.insert(location);
            }
        }
    }
    assert!(there.len() > 10 && !gone.is_empty(), "{} there, {} gone", there.len(), gone.len());
}

/// Creates customers, deletes every third one, and tells what the server said, until it
/// says nothing any more.
fn change_things(address: SocketAddr, name: &str, told: &mpsc::Sender<Heard>) {
    let change = || -> io::Result<()> {
        let mut client = Client::connect(address)?;
        for number in 0.. {
            let email = format!("{name}.{number}@example.com");
            let request =
                Request::new(Method::POST, "/customers").with("Content-Type", "application/json");
            let created = client.ask(request, &customer("Ada", &email))?;
            assert_eq!(created.status(), 201, "{created:?}");
            let location = created.field("location").to_owned();
            _ = told.send(Heard::Created { location: location.clone(), email });
            if number % 3 == 0 {
                _ = told.send(Heard::Deleting(location.clone()));
                let deleted = client.ask(Request::new(Method::DELETE, location.clone()), "")?;
                assert_eq!(deleted.status(), 204, "{deleted:?}");
                _ = told.send(Heard::Deleted(location));
            }
        }
        Ok(())
    };
    // The line breaks when the program is killed: that is how it ends.
    _ = change();
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept() {
    let folder = Folder::new();
    let data = folder.path("customers.db");
    let mut acknowledged = Vec::new();
    {
        let program = Program::start_on_a_small_disk(200, &["--data", &data]);
        let mut client = program.client();
        let refused = loop {
            let email = format!("{}@example.com", acknowledged.len());
            let created = client.post("/customers", &customer("Ada", &email));
            if created.status() != 201 {
                break created;
            }
            acknowledged.push(email);
            assert!(acknowledged.len() < 2_000, "they cannot all be in a file of 200 kB");
        };
        refused.problem(503, "store");
        // It goes on, and says so again.
        client.post("/customers", &customer("Bob", "bob@example.com")).problem(503, "store");
    }
    let program = Program::start(&["--data", &data]);
    let kept = program.client().get("/customers?limit=1000").json();
    let kept = kept["customers"].as_array().unwrap().iter();
    let kept: Vec<_> = kept.map(|customer| customer["email"].as_str().unwrap()).collect();
    assert!(acknowledged.len() > 3, "{acknowledged:?}");
    assert_eq!(kept, acknowledged);
}

#[test]
fn orders_and_tags_survive_too() {
    let folder = Folder::new();
    let data = folder.path("customers.db");
    let options = ["--data", &data];
    let tag = {
        let program = Program::start(&options);
        let mut client = program.client();
        client.post("/customers", &customer("Ada", "ada@example.com"));
        client.post("/customers/123/orders", r#"{"order": {"item": "tea", "quantity": 2}}"#);
        client.get("/customers/123").field("etag").to_owned()
    };
    let program = Program::start(&options);
    let mut client = program.client();
    assert_eq!(client.get("/customers/123/orders/1").json()["order"]["item"], "tea");
    let again = Request::new(Method::GET, "/customers/123").with("If-None-Match", tag);
    assert_eq!(client.ask(again, "").unwrap().status(), 304);
}

#[test]
fn says_what_is_wrong_with_a_file_that_is_something_else() {
    let folder = Folder::new();
    fs::write(folder.path("letter"), "Dear Ada,\n".repeat(200)).unwrap();
    let letter = folder.path("letter");
    for (option, file, says) in [
        ("--data", &letter, "file is not a database"),
        ("--data", &folder.path("no/such/folder"), "unable to open database file"),
        ("--token-key", &letter, "a key has 32 bytes, and this file has 2000"),
    ] {
        let output = Command::new(path()).args(["--port", "0", option, file]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.starts_with("customers: cannot "), "{said}");
        assert!(said.contains(says) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn what_could_not_be_kept_is_not_acknowledged() {
    let folder = Folder::new();
    let data = folder.path("customers.db");
    let program = Program::start(&["--data", &data]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));

    // Another program writes, and does not come to an end.
    let other = rusqlite::Connection::open(&data).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    client.post("/customers", &customer("Bob", "bob@example.com")).problem(503, "store");
    other.execute_batch("ROLLBACK").unwrap();

    assert_eq!(client.get("/customers").json()["customers"].as_array().unwrap().len(), 1);
    let created = client.post("/customers", &customer("Bob", "bob@example.com"));
    assert_eq!(created.field("location"), "/customers/124");
}
