//! Known again: by a cookie, whose meaning the server keeps, and by a token, which means
//! what it says.

use crate::{
    client::{Answer, Client},
    program::{Folder, Program},
};
use http1::{Method, Request};
use serde_json::json;

fn login(by: &str) -> String {
    json!({ "session": { "name": "ada", "password": "lovelace", "by": by } }).to_string()
}

/// Logs in; gives the cookie.
fn cookie(client: &mut Client) -> String {
    let opened = client.post("/session", &login("cookie"));
    opened.field("set-cookie").split(';').next().unwrap().to_owned()
}

/// Logs in; gives the token.
fn token(client: &mut Client) -> String {
    let opened = client.post("/session", &login("token"));
    opened.json()["session"]["token"].as_str().unwrap().to_owned()
}

fn me_by_cookie(client: &mut Client, cookie: &str) -> Answer {
    client.ask(Request::new(Method::GET, "/me").with("Cookie", cookie), "").unwrap()
}

fn me_by_token(client: &mut Client, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    client.ask(Request::new(Method::GET, "/me").with("Authorization", bearer), "").unwrap()
}

/// Lets time pass, without waiting for it.
fn put_clock_ahead(client: &mut Client, seconds: u64) {
    let put = client.put("/clock", &json!({ "clock": { "ahead": seconds } }).to_string());
    assert_eq!(put.json()["clock"]["ahead"], seconds);
}

#[test]
fn a_cookie_stands_for_what_the_server_remembers() {
    let program = Program::start(&["--practice-clock"]);
    let mut client = program.client();
    let opened = client.post("/session", &login("cookie"));
    assert_eq!(opened.field("cache-control"), "no-store");
    let set = opened.field("set-cookie");
    let (pair, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
    let (name, id) = pair.split_once('=').unwrap();
    assert_eq!((name, id.len()), ("session", 32));

    let me = me_by_cookie(&mut client, pair);
    assert_eq!(me.json()["me"]["name"], "ada");
    assert_eq!(me.json()["me"]["by"], "cookie");
    assert_eq!(me.field("cache-control"), "no-store");
    // On another connection too, and beside other people's cookies, odd as they may be.
    let mut other = program.client();
    let among = format!("theme=dark; odd; {{\"a\": 1}}=; xsession=1; {pair}; b=\"c,d\"");
    assert_eq!(me_by_cookie(&mut other, &among).status(), 200);

    // Logged out, it is worth nothing at once.
    let out = Request::new(Method::DELETE, "/session")
        .with("Cookie", pair)
        .with("Sec-Fetch-Site", "same-origin");
    let out = client.ask(out, "").unwrap();
    assert_eq!(out.status(), 204);
    assert!(out.field("set-cookie").starts_with("session=; Path=/; Max-Age=0;"));
    me_by_cookie(&mut client, pair).problem(401, "login-needed");
}

#[test]
fn a_cookie_expires_on_the_server() {
    let program = Program::start(&["--practice-clock", "--login-lasts", "600"]);
    let mut client = program.client();
    let cookie = cookie(&mut client);
    put_clock_ahead(&mut client, 500);
    assert_eq!(me_by_cookie(&mut client, &cookie).status(), 200);
    put_clock_ahead(&mut client, 600);
    me_by_cookie(&mut client, &cookie).problem(401, "login-needed");
    // It is forgotten: it does not come back with the time.
    put_clock_ahead(&mut client, 0);
    me_by_cookie(&mut client, &cookie).problem(401, "login-needed");
}

#[test]
fn a_token_expires_by_what_it_says() {
    let program = Program::start(&["--practice-clock", "--login-lasts", "600"]);
    let mut client = program.client();
    let token = token(&mut client);
    let me = me_by_token(&mut client, &token).json();
    assert_eq!((&me["me"]["name"], &me["me"]["by"]), (&json!("ada"), &json!("token")));
    put_clock_ahead(&mut client, 500);
    assert_eq!(me_by_token(&mut client, &token).status(), 200);
    put_clock_ahead(&mut client, 600);
    let expired = me_by_token(&mut client, &token);
    expired.problem(401, "login-needed");
    assert!(expired.field("www-authenticate").contains("error=\"invalid_token\""));
    // Nothing was forgotten, since nothing was remembered.
    put_clock_ahead(&mut client, 0);
    assert_eq!(me_by_token(&mut client, &token).status(), 200);
}

#[test]
fn a_logout_cannot_take_a_token_back_unless_the_server_remembers() {
    let log_out = |client: &mut Client, token: &str| {
        let bearer = format!("Bearer {token}");
        let request = Request::new(Method::DELETE, "/session").with("Authorization", bearer);
        client.ask(request, "").unwrap()
    };
    let program = Program::start(&[]);
    let mut client = program.client();
    let first = token(&mut client);
    let honest = log_out(&mut client, &first);
    assert_eq!(honest.status(), 200);
    assert_eq!(honest.json()["logout"]["ended"], false);
    assert!(honest.json()["logout"]["good_for"].as_u64().unwrap() > 3_500);
    assert_eq!(me_by_token(&mut client, &first).status(), 200);

    let program = Program::start(&["--remember-logouts"]);
    let mut client = program.client();
    let second = token(&mut client);
    assert_eq!(log_out(&mut client, &second).status(), 204);
    me_by_token(&mut client, &second).problem(401, "login-needed");
    log_out(&mut client, &second).problem(401, "login-needed");
}

#[test]
fn a_server_that_starts_anew_knows_tokens_and_no_cookies() {
    let folder = Folder::new();
    let options = ["--token-key", &folder.path("key")];
    let (cookie, token) = {
        let program = Program::start(&options);
        let mut client = program.client();
        (cookie(&mut client), token(&mut client))
    };
    let program = Program::start(&options);
    let mut client = program.client();
    me_by_cookie(&mut client, &cookie).problem(401, "login-needed");
    assert_eq!(me_by_token(&mut client, &token).status(), 200);
    // One with another key knows neither.
    let stranger = Program::start(&[]);
    me_by_token(&mut stranger.client(), &token).problem(401, "login-needed");
}

#[test]
fn a_changed_token_is_worth_nothing() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let token = token(&mut client);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIn0"; // {"alg":"none"}
    let eve = "eyJzdWIiOiJldmUiLCJleHAiOjk5OTk5OTk5OTl9"; // {"sub":"eve","exp":9999999999}
    let mut forged = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        signed.to_owned(),
        format!("{signed}."),
        format!("{none}.{claims}."),
        format!("{none}.{eve}."),
        format!("{none}.{claims}.{signature}"),
        format!("{head}.{eve}.{signature}"),
        format!("{token}="),
        format!("{token}.{signature}"),
        format!(" {token}"),
    ];
    for position in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).unwrap());
    }
    for forged in forged {
        me_by_token(&mut client, &forged).problem(401, "login-needed");
    }
    assert_eq!(me_by_token(&mut client, &token).status(), 200);
}

#[test]
fn wrong_logins_are_refused_without_saying_what_was_wrong() {
    let program = Program::start(&["--user", "bob", "--password", "p+ä &="]);
    let mut client = program.client();
    let mut said = Vec::new();
    for (name, password) in [("bob", "wrong"), ("ada", "p+ä &="), ("bob", ""), ("", "")] {
        let body = json!({ "session": { "name": name, "password": password } }).to_string();
        let refused = client.post("/session", &body);
        refused.problem(401, "login-needed");
        assert!(refused.has("www-authenticate") && !refused.has("set-cookie"), "{refused:?}");
        said.push(refused.body);
    }
    assert!(said.iter().all(|body| *body == said[0]));
    // As a form in a page sends it.
    let form = Request::new(Method::POST, "/session")
        .with("Content-Type", "application/x-www-form-urlencoded");
    let opened = client.ask(form, "name=bob&password=p%2B%C3%A4+%26%3D").unwrap();
    assert_eq!(opened.status(), 200);
    assert!(opened.has("set-cookie"));
    let by = json!({ "session": { "name": "bob", "password": "", "by": "force" } }).to_string();
    client.post("/session", &by).problem(422, "invalid");
}

#[test]
fn nobody_is_known_without_a_cookie_or_a_token() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let nobody = client.get("/me");
    nobody.problem(401, "login-needed");
    assert_eq!(nobody.field("www-authenticate"), "Bearer realm=\"customers\"");
    let zeros = "0".repeat(32);
    for wrong in ["", "session", "session=", "session=1", &format!("session={zeros}"), "a=b"] {
        me_by_cookie(&mut client, wrong).problem(401, "login-needed");
    }
    let cookie = cookie(&mut client);
    for twice in [format!("{cookie}; session=1"), format!("session=1; {cookie}")] {
        me_by_cookie(&mut client, &twice).problem(400, "malformed");
    }
    // A token that does not hold is not made good by a cookie.
    let both = Request::new(Method::GET, "/me")
        .with("Cookie", &cookie)
        .with("Authorization", "Bearer nonsense");
    client.ask(both, "").unwrap().problem(401, "login-needed");
}

#[test]
fn a_login_gives_a_new_number_and_forgets_the_old_one() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let planted = cookie(&mut client);
    let again = Request::new(Method::POST, "/session")
        .with("Content-Type", "application/json")
        .with("Cookie", &planted)
        .with("Sec-Fetch-Site", "same-origin");
    let opened = client.ask(again, &login("cookie")).unwrap();
    assert!(!opened.field("set-cookie").starts_with(&planted));
    me_by_cookie(&mut client, &planted).problem(401, "login-needed");
}

#[test]
fn costs_are_those_of_the_very_request() {
    let program = Program::start(&[]);
    let mut client = program.client();
    let bytes = |costs: &Answer, of: usize| {
        let cost = &costs.json()["costs"][of];
        (cost["sent"].as_bool().unwrap(), cost["bytes_per_request"].as_u64().unwrap() as usize)
    };
    let plain = Request::new(Method::GET, "/session/costs");
    let nothing = client.ask(plain.clone(), "").unwrap();
    let head = format!("GET /session/costs HTTP/1.1\r\nHost: {}\r\n\r\n", program.address).len();
    assert_eq!(bytes(&nothing, 0), (true, head));

    let cookie = cookie(&mut client);
    let line = format!("Cookie: {cookie}\r\n").len();
    assert_eq!(bytes(&nothing, 1), (false, line));
    let by_cookie = client.ask(plain.clone().with("Cookie", &cookie), "").unwrap();
    assert_eq!(bytes(&by_cookie, 0), (true, head + line));
    assert_eq!(bytes(&by_cookie, 1), (true, line));
    assert!(!bytes(&by_cookie, 2).0);

    let bearer = format!("Bearer {}", token(&mut client));
    let line = format!("Authorization: {bearer}\r\n").len();
    let by_token = client.ask(plain.with("Authorization", bearer), "").unwrap();
    assert_eq!(bytes(&by_token, 0), (true, head + line));
    assert_eq!(bytes(&by_token, 2), (true, line));
    let remembered = |of: usize| by_token.json()["costs"][of]["bytes_on_the_server"].clone();
    assert!(remembered(1).as_u64().unwrap() > 32);
    assert_eq!(remembered(2), 0);
}
