//! What is refused, and what is said about it.

use crate::{
    client::{customer, with_json},
    program::Program,
};
use http1::{Method, Request};
use serde_json::{Value, json};

#[test]
fn says_everything_that_is_wrong_with_a_customer() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    let long = "x".repeat(201);
    let longest = "ü".repeat(200);
    for (customer, pointers) in [
        (json!({}), &["#/customer/email", "#/customer/name"][..]),
        (json!({ "name": "", "email": "" }), &["#/customer/email", "#/customer/name"]),
        (json!({ "name": long, "email": "b@example.com" }), &["#/customer/name"]),
        (json!({ "name": " ", "email": "b@example.com" }), &["#/customer/name"]),
        (json!({ "name": "a\u{1b}[2J", "email": "b@example.com" }), &["#/customer/name"]),
        (json!({ "name": "a\r\nb", "email": "b@example.com" }), &["#/customer/name"]),
        (json!({ "name": 7, "email": null }), &["#/customer/email", "#/customer/name"]),
        (
            json!({ "name": "B", "emial": "b@example.com" }),
            &["#/customer/email", "#/customer/emial"],
        ),
        (json!({ "name": "B", "email": "b@example.com", "a/b~": 1 }), &["#/customer/a~1b~0"]),
        (json!({ "name": "B", "email": "b@example.com", "id": 7 }), &["#/customer/id"]),
    ] {
        for answer in [
            client.post("/customers", &json!({ "customer": customer }).to_string()),
            client.put("/customers/123", &json!({ "customer": customer }).to_string()),
        ] {
            assert_eq!(wrong(&answer.problem(422, "invalid")), pointers, "{customer}");
        }
    }
    for body in [json!({}), json!([]), json!("customer"), json!({ "customer": 1 })] {
        let problem = client.post("/customers", &body.to_string()).problem(422, "invalid");
        assert_eq!(wrong(&problem), ["#/customer"], "{body}");
    }
    let beside = json!({ "customer": {}, "order": {} }).to_string();
    assert_eq!(wrong(&client.post("/customers", &beside).problem(422, "invalid")), ["#/order"]);
    assert_eq!(client.get("/customers").json()["customers"].as_array().unwrap().len(), 1);

    // What GET gave may be sent back as it is, and 200 characters are not too many.
    let got = client.get("/customers/123").body;
    assert_eq!(client.put("/customers/123", &got).status(), 200);
    assert_eq!(client.put("/customers/123", &customer(&longest, "ü@exämple.com")).status(), 200);
}

/// Where something is wrong, in order.
fn wrong(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().unwrap();
    let mut pointers: Vec<_> =
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect();
    pointers.sort();
    pointers
}

#[test]
fn tells_plausible_addresses_from_others() {
    let program = Program::start(&[]);
    let mut client = program.client();
    for email in ["a@b", "a.b+c@d-e.example", "o'neil@example.com", "\u{fc}@ex\u{e4}mple.com"] {
        let created = client.post("/customers", &customer("A", email));
        assert_eq!(created.status(), 201, "{email}");
    }
    let long = format!("{}@example.com", "x".repeat(65));
    let longer = format!("a@{}.com", "x".repeat(250));
    for email in [
        "a", "@", "a@", "@b", "a b@c", "a@b c", "a@@b", "a@b..c", "a@.b", "a@-b", "a@b-", "a\n@b",
        "<a@b>", "\"a\"@b", "a@b/c", &long, &longer,
    ] {
        let problem = client.post("/customers", &customer("A", email)).problem(422, "invalid");
        assert_eq!(wrong(&problem), ["#/customer/email"], "{email}");
    }
}

#[test]
fn tells_broken_json_from_wrong_json() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let deep = "[".repeat(10_000);
    for body in ["", "{", "{}}", "nonsense", "{'customer': {}}", "\"\\ud800\"", &deep] {
        client.post("/customers", body).problem(400, "malformed");
    }
}

#[test]
fn says_which_kind_of_body_is_understood() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    let body = customer("Bob", "bob@example.com");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "json", "text/json"] {
        let post = Request::new(Method::POST, "/customers").with("Content-Type", content_type);
        let refused = client.ask(post, &body).unwrap();
        refused.problem(415, "media-type");
        assert_eq!(refused.field("accept-post"), "application/json");
        let put = Request::new(Method::PUT, "/customers/123").with("Content-Type", content_type);
        let refused = client.ask(put, &body).unwrap();
        refused.problem(415, "media-type");
        assert_eq!(refused.field("accept"), "application/json", "RFC 9110 15.5.16");
    }
    let none = client.ask(Request::new(Method::POST, "/customers"), &body).unwrap();
    none.problem(415, "media-type");
    let packed = with_json(Method::POST, "/customers").with("Content-Encoding", "gzip");
    let refused = client.ask(packed, &body).unwrap();
    refused.problem(415, "media-type");
    assert_eq!(refused.field("accept-encoding"), "identity");

    let fine = Request::new(Method::POST, "/customers")
        .with("Content-Type", "Application/JSON; charset=\"utf-8\"");
    assert_eq!(client.ask(fine, &body).unwrap().status(), 201);
}

#[test]
fn allow_lists_exactly_what_is_not_refused() {
    let program = Program::start(&["--practice-clock"]);
    let mut client = program.client();
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "M-SEARCH"];
    for path in [
        "/",
        "/customers",
        "/customers/7",
        "/customers/7/orders",
        "/customers/7/orders/1",
        "/session",
        "/session/costs",
        "/me",
        "/problems",
        "/problems/invalid",
        "/clock",
    ] {
        let options = client.ask(Request::new(Method::OPTIONS, path), "").unwrap();
        assert_eq!((options.status(), &*options.body), (204, ""), "{path}");
        let allow: Vec<String> =
            options.response.headers.tokens("allow").map(str::to_owned).collect();
        for method in methods {
            let asked = Request::new(Method::new(method).unwrap(), path);
            let answer = client.ask(asked, "").unwrap();
            let allowed = allow.iter().any(|allowed| allowed == method);
            assert_eq!(answer.status() != 405, allowed, "{method} {path}");
            if !allowed {
                assert_eq!(answer.field("allow"), allow.join(", "), "{method} {path}");
                assert_eq!(answer.field("content-type"), "application/problem+json");
            }
        }
    }
    let everything = client.ask(Request::new(Method::OPTIONS, "*"), "").unwrap();
    assert_eq!(everything.status(), 204);
}

#[test]
fn an_address_has_one_spelling() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    assert_eq!(client.get("/customers/%31%32%33").status(), 200, "RFC 3986 6.2.2.2");
    for path in [
        "/customers/",
        "/customers/0123",
        "/customers/+123",
        "/customers/-123",
        "/customers/123/",
        "/customers/123.0",
        "/customers/0",
        "/customers/99999999999999999999",
        "/customers/12%203",
        "/customer/123",
        "/Customers/123",
        "//customers/123",
        "/customers/../customers/123",
        "/customers%2F123",
        "/clock",
    ] {
        client.get(path).problem(404, "not-found");
    }
    assert_eq!(client.get("/customers/%FF").status(), 400);
}

#[test]
fn every_kind_of_problem_can_be_looked_up() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let kinds = client.get("/problems").json();
    let kinds = kinds["problems"].as_array().unwrap();
    assert!(kinds.len() > 10);
    for kind in kinds {
        let path = format!("/problems/{}", kind["slug"].as_str().unwrap());
        assert_eq!(client.get(&path).json()["problem"], *kind);
    }
}

#[test]
fn refuses_a_body_that_is_no_customer_by_its_length_alone() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let refused = client.post("/customers", &" ".repeat((64 << 10) + 1));
    assert_eq!(refused.status(), 413);
    assert_eq!(refused.field("connection"), "close");
}

#[test]
fn answers_under_its_own_names_only() {
    let program = Program::start(&[]);
    let port = program.address.port();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        (format!("127.0.0.1:{port}"), 200),
        ("evil.example".to_owned(), 421),
        (format!("evil.example:{port}"), 421),
    ] {
        let request = Request::new(Method::GET, "/customers").with("Host", &host);
        assert_eq!(program.client().ask(request, "").unwrap().status(), status, "{host}");
    }
}
