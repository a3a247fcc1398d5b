//! One thing, many forms: Accept, HEAD, and other people's names in them.

use crate::{client::customer, program::Program};
use http1::{Method, Request};

#[test]
fn gives_the_form_that_is_wanted() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    for (accept, media_type) in [
        ("application/json", "application/json"),
        ("text/html", "text/html; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("*/*", "application/json"),
        ("text/*", "text/html; charset=utf-8"),
        ("text/html;q=0.5, text/plain", "text/plain; charset=utf-8"),
        ("image/png, */*;q=0.1", "application/json"),
        ("application/json;q=0, */*", "text/html; charset=utf-8"),
    ] {
        for path in ["/customers", "/customers/123", "/customers/123/orders", "/session/costs"] {
            let got = client.get_as(path, accept);
            assert_eq!(got.status(), 200, "{path} as {accept}");
            assert_eq!(got.field("content-type"), media_type, "{path} as {accept}");
            assert_eq!(got.field("vary"), "Accept");
            assert_eq!(got.field("x-content-type-options"), "nosniff");
        }
    }
    let text = client.get_as("/customers/123", "text/plain").body;
    assert_eq!(text, "id     123\nname   Ada\nemail  ada@example.com\n");
    let text = client.get_as("/customers", "text/plain").body;
    assert_eq!(text, "id   name  email\n123  Ada   ada@example.com\n");
    let page = client.get_as("/customers", "text/html").body;
    assert!(page.contains("<a href=\"/customers/123\">123</a>"), "{page}");
}

#[test]
fn says_what_there_is_where_nothing_fits() {
    let program = Program::start(&[]);
    let mut client = program.client();
    for accept in ["image/png", "application/json;q=0", "text/html;level=1", ""] {
        let problem = client.get_as("/customers", accept).problem(406, "not-acceptable");
        assert_eq!(problem["available"].as_array().unwrap().len(), 3, "{accept}");
    }
    // Nothing happens behind a 406.
    let request = Request::new(Method::POST, "/customers")
        .with("Accept", "image/png")
        .with("Content-Type", "application/json");
    let refused = client.ask(request, &customer("Ada", "ada@example.com")).unwrap();
    refused.problem(406, "not-acceptable");
    assert_eq!(client.get("/customers").body, "{\"customers\":[]}\n");
}

#[test]
fn head_is_get_without_the_body() {
    let program = Program::start(&[]);
    let mut client = program.client();
    client.post("/customers", &customer("Ada", "ada@example.com"));
    for path in ["/", "/customers", "/customers/123", "/customers/7", "/customers/123/orders"] {
        let mut got = client.get(path);
        let mut head = client.ask(Request::new(Method::HEAD, path), "").unwrap();
        assert_eq!(head.body, "");
        // A second may have passed in between.
        got.response.headers.remove("date");
        head.response.headers.remove("date");
        assert_eq!(head.response, got.response, "{path}");
    }
}

#[test]
fn shows_hostile_names_and_runs_none() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let name = "<script>alert('x')</script>\" onload=\"&";
    let created = client.post("/customers", &customer(name, "eve@example.com"));
    assert_eq!(created.json()["customer"]["name"], name);
    for path in ["/customers", "/customers/123"] {
        let page = client.get_as(path, "text/html");
        assert!(!page.body.contains("<script"), "{}", page.body);
        let shown = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;&amp;";
        assert!(page.body.contains(shown), "{}", page.body);
        assert!(page.field("content-security-policy").starts_with("default-src 'none'"));
        assert!(client.get_as(path, "text/plain").body.contains(name));
    }
}

#[test]
fn greets_terminals_and_browsers() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let text = client.get("/");
    assert_eq!(text.field("content-type"), "text/plain; charset=utf-8");
    assert!(text.body.contains("/customers/123/orders"), "{}", text.body);
    let page = client.get_as("/", "text/html,application/xhtml+xml,*/*;q=0.8");
    assert!(page.body.contains("<form method=\"post\" action=\"/session\">"), "{}", page.body);
    assert_eq!(client.get_as("/", "application/json").status(), 200);
}
