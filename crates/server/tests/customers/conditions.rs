//! ETag, If-None-Match, If-Match: nothing sent twice, and nobody's change lost.

use crate::{
    client::{Client, customer, with_json},
    program::Program,
};
use http1::{Method, Request};
use std::{
    collections::BTreeSet,
    sync::{Arc, Barrier},
    thread,
};

fn get_if_none_match(client: &mut Client, path: &str, tag: &str) -> u16 {
    let request = Request::new(Method::GET, path).with("If-None-Match", tag);
    client.ask(request, "").unwrap().status()
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    for path in ["/customers/123", "/customers", "/customers/123/orders"] {
        let got = client.get(path);
        let request = Request::new(Method::GET, path).with("If-None-Match", got.field("etag"));
        let again = client.ask(request, "").unwrap();
        assert_eq!((again.status(), &*again.body), (304, ""), "{path}");
        for name in ["etag", "vary", "cache-control"] {
            assert_eq!(again.field(name), got.field(name), "RFC 9110 15.4.5");
        }
        assert!(!again.has("content-type"));
    }
    let before = client.get("/customers/123").field("etag").to_owned();
    client.put("/customers/123", &customer("Ada King", "ada@example.com"));
    assert_eq!(get_if_none_match(&mut client, "/customers/123", &before), 200);
    assert_eq!(get_if_none_match(&mut client, "/customers/123", "*"), 304);
    assert_eq!(get_if_none_match(&mut client, "/customers/123", "\"a\", W/\"b\""), 200);
}

#[test]
fn each_form_has_a_tag_of_its_own() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let created = client.post("/customers", &customer("Ada", "ada@example.com"));
    let tags = ["application/json", "text/html", "text/plain"]
        .map(|accept| client.get_as("/customers/123", accept).field("etag").to_owned());
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(created.field("etag"), tags[0], "RFC 9110 15.3.2: the tag of what was made");
}

#[test]
fn a_stale_change_is_refused() {
    for (program, _folder) in Program::both() {
        let mut ada = program.client();
        let mut bob = program.client();
        ada.post("/customers", &customer("Ada", "ada@example.com"));

        // Both look, both change, and Bob is slower.
        let seen = ada.get("/customers/123").field("etag").to_owned();
        assert_eq!(bob.get("/customers/123").field("etag"), seen);
        let change = |name| {
            let request = with_json(Method::PUT, "/customers/123").with("If-Match", &seen);
            (request, customer(name, "ada@example.com"))
        };
        let (request, body) = change("Ada King");
        assert_eq!(ada.ask(request, &body).unwrap().status(), 200);
        let (request, body) = change("Ada Byron");
        bob.ask(request, &body).unwrap().problem(412, "changed");
        let delete = Request::new(Method::DELETE, "/customers/123").with("If-Match", &seen);
        bob.ask(delete, "").unwrap().problem(412, "changed");
        assert_eq!(bob.get("/customers/123").json()["customer"]["name"], "Ada King");

        // He looks again, and then he may.
        let seen = bob.get("/customers/123").field("etag").to_owned();
        let delete = Request::new(Method::DELETE, "/customers/123").with("If-Match", seen);
        assert_eq!(bob.ask(delete, "").unwrap().status(), 204);
    }
}

#[test]
fn of_many_changes_to_one_state_exactly_one_is_made() {
    for (program, _folder) in Program::both() {
        let mut client = program.client();
        client.post("/customers", &customer("nobody", "ada@example.com"));
        for round in 0..10 {
            let seen = client.get("/customers/123").field("etag").to_owned();
            let together = Arc::new(Barrier::new(4));
            let clients = (0..4).map(|who| {
                let mut client = program.client();
                let together = Arc::clone(&together);
                let request = with_json(Method::PUT, "/customers/123").with("If-Match", &seen);
                thread::spawn(move || {
                    let name = format!("{who} in round {round}");
                    together.wait();
                    let put = client.ask(request, &customer(&name, "ada@example.com")).unwrap();
                    (put.status(), name)
                })
            });
            let clients: Vec<_> = clients.collect();
            let outcomes = clients.into_iter().map(|client| client.join().unwrap());
            let (made, refused): (Vec<_>, Vec<_>) =
                outcomes.partition(|(status, _)| *status == 200);
            assert!(refused.iter().all(|(status, _)| *status == 412), "{refused:?}");
            let [(_, winner)] = &made[..] else { panic!("{made:?}") };
            let name = &client.get("/customers/123").json()["customer"]["name"];
            assert_eq!(name, winner);
        }
    }
}

#[test]
fn a_careful_server_wants_to_know_what_is_changed() {
    let program = Program::start(&["--require-match"]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    let king = customer("Ada King", "ada@example.com");
    client.put("/customers/123", &king).problem(428, "match-needed");
    client.delete("/customers/123").problem(428, "match-needed");
    let any = with_json(Method::PUT, "/customers/123").with("If-Match", "*");
    assert_eq!(client.ask(any, &king).unwrap().status(), 200);
}

#[test]
fn nothing_is_put_where_something_is_if_nothing_should_be() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    let request = with_json(Method::PUT, "/customers/123").with("If-None-Match", "*");
    let put = client.ask(request, &customer("Eve", "eve@example.com")).unwrap();
    put.problem(412, "changed");
    assert_eq!(client.get("/customers/123").json()["customer"]["name"], "Ada");
}
