//! Other sites' pages may not change anything with our cookie.

use crate::{
    client::{Client, customer, with_json},
    program::Program,
};
use http1::{Method, Request};

fn log_in(client: &mut Client) -> String {
    let login = r#"{"session": {"name": "ada", "password": "lovelace"}}"#;
    let opened = client.post("/session", login);
    opened.field("set-cookie").split(';').next().unwrap().to_owned()
}

#[test]
fn a_change_with_the_cookie_must_come_from_our_own_page() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let cookie = log_in(&mut client);
    let ours = format!("http://{}", program.address);
    let theirs = [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        // The same host, and another scheme or port: another site's page, for all we know.
        ("Origin", &*ours.replace("http:", "https:")),
        ("Origin", "http://127.0.0.1:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
        ("X-Nothing", "is said"),
    ];
    for (number, (name, value)) in theirs.into_iter().enumerate() {
        let request = with_json(Method::POST, "/customers").with("Cookie", &cookie);
        let email = format!("{number}@example.com");
        let refused = client.ask(request.with(name, value), &customer("Eve", &email)).unwrap();
        refused.problem(403, "foreign-page");
    }
    // What a browser says of the page counts more than what the page's address looks like.
    let both = with_json(Method::POST, "/customers")
        .with("Cookie", &cookie)
        .with("Origin", &ours)
        .with("Sec-Fetch-Site", "cross-site");
    client.ask(both, &customer("Eve", "eve@example.com")).unwrap().problem(403, "foreign-page");
    assert_eq!(client.get("/customers").body, "{\"customers\":[]}\n");

    for (number, (name, value)) in
        [("Origin", &*ours), ("Sec-Fetch-Site", "same-origin")].into_iter().enumerate()
    {
        let request = with_json(Method::POST, "/customers").with("Cookie", &cookie);
        let email = format!("{number}@example.com");
        let created = client.ask(request.with(name, value), &customer("Ada", &email)).unwrap();
        assert_eq!(created.status(), 201, "{name}: {value}");
    }
}

#[test]
fn reading_with_the_cookie_is_harmless() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let cookie = log_in(&mut client);
    for site in ["cross-site", "none", "same-origin"] {
        let request =
            Request::new(Method::GET, "/me").with("Cookie", &cookie).with("Sec-Fetch-Site", site);
        let me = client.ask(request, "").unwrap();
        assert_eq!(me.status(), 200, "{site}");
        assert!(!me.has("access-control-allow-origin"), "so no foreign script sees it");
    }
}

#[test]
fn a_foreign_page_cannot_change_anything_without_the_cookie_either() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let request = with_json(Method::POST, "/customers").with("Origin", "https://evil.example");
    let refused = client.ask(request, &customer("Eve", "eve@example.com")).unwrap();
    refused.problem(403, "foreign-page");
    // Nor can it log a visitor in as somebody else.
    let login = Request::new(Method::POST, "/session")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .with("Origin", "https://evil.example");
    client.ask(login, "name=ada&password=lovelace").unwrap().problem(403, "foreign-page");
    // Its browser asks before it sends JSON, and is not told yes.
    let preflight = Request::new(Method::OPTIONS, "/customers")
        .with("Origin", "https://evil.example")
        .with("Access-Control-Request-Method", "POST");
    let asked = client.ask(preflight, "").unwrap();
    assert_eq!(asked.status(), 204);
    assert!(!asked.has("access-control-allow-origin"));
}
