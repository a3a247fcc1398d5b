//! Legal handshakes raise nothing; the finer points of the illegal ones.

use handshake::{
    Agreement, Offer, agreement, check_request, check_response, client, deflate, is_upgrade,
    rules::*,
    server::{self, Config, Origins},
};
use http1::{Method, Request, Response};
use wire::{Rule, Side};

fn plain() -> Request {
    Offer::new("example.com", "/chat").request(*b"the sample nonce").expect("a plain offer")
}

fn accepted() -> Response {
    server::accept(&plain(), &Config::default()).expect("a plain request").0
}

fn replaced(mut request: Request, name: &str, value: &str) -> Request {
    request.headers.insert(name, value);
    request
}

#[track_caller]
fn refuses(request: &Request, rules: &[&Rule]) {
    let violations = check_request(request);
    let raised: Vec<&Rule> = violations.iter().map(|violation| violation.rule).collect();
    assert_eq!(raised, rules);
    assert!(server::accept(request, &Config::default()).is_err());
}

#[track_caller]
fn rejects(request: &Request, response: &Response, rules: &[&Rule]) {
    let violations = check_response(Some(request), response);
    let raised: Vec<&Rule> = violations.iter().map(|violation| violation.rule).collect();
    assert_eq!(raised, rules);
    assert!(client::verify(request, response).is_err());
}

#[test]
fn legal_requests_raise_nothing() {
    let legal: [(&str, &[&str]); 11] = [
        ("Connection", &["keep-alive, Upgrade"]),
        ("Connection", &["keep-alive", "upgrade"]),
        ("Upgrade", &["WebSocket"]),
        ("Upgrade", &["h2c, websocket"]),
        ("Sec-WebSocket-Protocol", &["chat", "superchat, v2.chat"]),
        ("Sec-WebSocket-Protocol", &["chat, Chat,, superchat"]),
        ("Sec-WebSocket-Extensions", &["permessage-deflate; client_max_window_bits=\"10\""]),
        ("Sec-WebSocket-Extensions", &["x-unknown; a=1; a=2; b"]),
        (
            "Sec-WebSocket-Extensions",
            &["permessage-deflate; server_max_window_bits=10, permessage-deflate"],
        ),
        ("Sec-WebSocket-Extensions", &["permessage-deflate", "x-webkit-deflate-frame"]),
        ("Origin", &["null"]),
    ];
    assert_eq!(check_request(&plain()), []);
    for (name, values) in legal {
        let mut request = plain();
        request.headers.remove(name);
        values.iter().for_each(|value| request.headers.push(name, value));
        assert_eq!(check_request(&request), [], "{name}: {values:?}");
        let (response, _) = server::accept(&request, &Config::default()).expect("it is legal");
        assert_eq!(check_response(Some(&request), &response), []);
    }
}

#[test]
fn a_proxy_that_removes_upgrade_is_recognised() {
    let mut request = plain();
    request.headers.remove("Upgrade");
    request.headers.insert("Connection", "keep-alive");
    assert!(is_upgrade(&request));
    refuses(&request, &[&UPGRADE_MISSING, &CONNECTION_MISSING]);
    assert!(check_request(&request)[0].detail.contains("a proxy in between may have removed it"));
}

#[test]
fn a_plain_request_asks_for_nothing_and_is_told_what_would_do() {
    let request = Request::new(Method::GET, "/chat").with("Host", "example.com");
    assert!(!is_upgrade(&request));
    let violation = server::accept(&request, &Config::default()).unwrap_err();
    let refusal = server::refuse(&violation);
    assert_eq!(refusal.response.status, 426);
    assert_eq!(refusal.response.headers.get_str("Upgrade"), Some("websocket"));
    insta::assert_snapshot!(refusal.body, @"
    No WebSocket was opened.

    Rule  the request's Upgrade contains websocket
    Here  there is no Upgrade
    See   RFC 6455 4.1 (handshake/upgrade-missing)
    ");
}

#[test]
fn a_refusal_is_a_whole_response() {
    let violation = METHOD.broken("the method is POST");
    let refusal = server::refuse(&violation);
    let mut bytes = Vec::new();
    refusal.encode(&mut bytes);
    let (response, len) = Response::decode(&bytes).unwrap().unwrap();
    assert_eq!(response, refusal.response);
    assert_eq!(&bytes[len..], refusal.body.as_bytes());
    assert_eq!(response.headers.get_str("Allow"), Some("GET"));
    assert_eq!(response.headers.get_str("Content-Length"), Some(&*refusal.body.len().to_string()));
}

#[test]
fn all_faults_of_a_request_are_reported() {
    let request = Request::new(Method::POST, "/chat").with("Sec-WebSocket-Key", "short");
    let all: [&Rule; 6] = [
        &METHOD,
        &HOST_MISSING,
        &UPGRADE_MISSING,
        &CONNECTION_MISSING,
        &VERSION_MISSING,
        &KEY_NOT_BASE64,
    ];
    refuses(&request, &all);
}

#[test]
fn an_empty_list_of_subprotocols_or_extensions_is_refused() {
    for empty in ["", ",", " , "] {
        let subprotocols = replaced(plain(), "Sec-WebSocket-Protocol", empty);
        refuses(&subprotocols, &[&SUBPROTOCOL_SYNTAX]);
        let extensions = replaced(plain(), "Sec-WebSocket-Extensions", empty);
        refuses(&extensions, &[&EXTENSION_SYNTAX]);
    }
}

#[test]
fn the_versions_are_compared_as_text() {
    for version in ["8", "013", "13, 8", "+13", "", "13.0"] {
        refuses(&replaced(plain(), "Sec-WebSocket-Version", version), &[&VERSION_UNSUPPORTED]);
    }
}

#[test]
fn refusals_are_ordinary_answers() {
    for status in [101, 301, 302, 307, 400, 401, 403, 404, 426, 500, 503] {
        let response = if status == 101 { accepted() } else { Response::new(status) };
        assert_eq!(check_response(Some(&plain()), &response), [], "{status}");
    }
    let violation = client::verify(&plain(), &Response::new(403)).unwrap_err();
    assert_eq!(violation.rule, &STATUS_NOT_101);
    assert_eq!(violation.detail, "the status is 403 \"Forbidden\"");
}

#[test]
fn a_successful_answer_that_opens_nothing_is_suspicious() {
    for status in [200, 204, 206] {
        rejects(&plain(), &Response::new(status), &[&STATUS_NOT_101]);
    }
    let page = Request::new(Method::GET, "/").with("Host", "example.com");
    assert_eq!(check_response(Some(&page), &Response::new(200)), []);
}

#[test]
fn another_protocol_is_none_of_ours() {
    let request = replaced(plain(), "Upgrade", "h2c, websocket");
    let response = Response::new(101).with("Upgrade", "h2c").with("Connection", "Upgrade");
    assert_eq!(check_response(Some(&request), &response), []);
    assert_eq!(check_response(None, &response), []);
    assert!(client::verify(&request, &response).is_err());
}

#[test]
fn a_wrong_answer_is_explained() {
    let mut response = accepted();
    response.headers.insert("Sec-WebSocket-Accept", "b37a4f2cc0624f1690f64606cf385945b2bec4ea");
    rejects(&plain(), &response, &[&ACCEPT_WRONG]);
    let violation = client::verify(&plain(), &response).unwrap_err();
    assert_eq!(
        violation.detail,
        "the key \"dGhlIHNhbXBsZSBub25jZQ==\" makes s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, and \
         \"b37a4f2cc0624f1690f64606cf385945b2bec4ea\" came; that is the right hash, but in \
         hexadecimal instead of base64"
    );
}

#[test]
fn without_the_request_only_the_form_is_judged() {
    let response = accepted()
        .with("Sec-WebSocket-Protocol", "chat")
        .with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits=10");
    assert_eq!(check_response(None, &response), []);
    let mut response = accepted();
    response.headers.insert("Sec-WebSocket-Accept", "yes");
    let violations = check_response(None, &response);
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].rule, &ACCEPT_WRONG);
}

#[test]
fn an_empty_subprotocol_in_a_response_is_no_way_to_say_none() {
    let request = replaced(plain(), "Sec-WebSocket-Protocol", "chat");
    let response = accepted().with("Sec-WebSocket-Protocol", "");
    rejects(&request, &response, &[&UNSOLICITED_SUBPROTOCOL]);
}

#[test]
fn subprotocols_differ_in_case() {
    let request = replaced(plain(), "Sec-WebSocket-Protocol", "chat");
    let response = accepted().with("Sec-WebSocket-Protocol", "Chat");
    rejects(&request, &response, &[&UNSOLICITED_SUBPROTOCOL]);
}

#[test]
fn an_answer_may_fit_any_of_the_offers() {
    let offers =
        "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits";
    let request = replaced(plain(), "Sec-WebSocket-Extensions", offers);
    for answer in [
        "permessage-deflate; server_max_window_bits=9",
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits=8; client_no_context_takeover",
    ] {
        let response = accepted().with("Sec-WebSocket-Extensions", answer);
        assert_eq!(check_response(Some(&request), &response), [], "{answer}");
    }
    let strict = replaced(
        plain(),
        "Sec-WebSocket-Extensions",
        "permessage-deflate; server_max_window_bits=10",
    );
    let response = accepted().with("Sec-WebSocket-Extensions", "permessage-deflate");
    rejects(&strict, &response, &[&EXTENSION_PARAMETERS]);
}

#[test]
fn parameters_that_make_no_sense_are_still_read_as_far_as_possible() {
    let response = accepted().with(
        "Sec-WebSocket-Extensions",
        "permessage-deflate; client_no_context_takeover; server_max_window_bits=99; mode=x",
    );
    let deflate = agreement(&response).deflate.unwrap();
    assert!(!deflate.takeover(Side::Client));
    assert_eq!(deflate.window_bits(Side::Server), 15);
    let request = replaced(plain(), "Sec-WebSocket-Extensions", "permessage-deflate");
    rejects(&request, &response, &[&EXTENSION_PARAMETERS]);
}

#[test]
fn a_server_looks_at_the_origin_if_it_is_told_to() {
    let config = Config {
        origins: Origins::Only(vec!["https://example.com".to_owned()]),
        ..Config::default()
    };
    for welcome in [
        plain(),
        plain().with("Origin", "https://example.com"),
        plain().with("Origin", "HTTPS://Example.com"),
    ] {
        assert!(server::accept(&welcome, &config).is_ok());
    }
    for foreign in
        ["https://example.org", "http://example.com", "https://example.com.evil.test", "null", ""]
    {
        let request = plain().with("Origin", foreign);
        let violation = server::accept(&request, &config).unwrap_err();
        assert_eq!(violation.rule, &ORIGIN_NOT_ALLOWED);
        assert_eq!(server::refuse(&violation).response.status, 403);
        assert!(server::accept(&request, &Config::default()).is_ok());
    }
    let two = plain().with("Origin", "https://example.com").with("Origin", "https://example.org");
    assert!(server::accept(&two, &config).is_err());
}

#[test]
fn the_client_decides_the_order_of_subprotocols() {
    let config = Config {
        subprotocols: vec!["superchat".to_owned(), "chat".to_owned()],
        ..Config::default()
    };
    let request = replaced(plain(), "Sec-WebSocket-Protocol", "v2.chat, chat, superchat");
    let (_, agreement) = server::accept(&request, &config).unwrap();
    assert_eq!(agreement.subprotocol.as_deref(), Some("chat"));
    let (_, agreement) = server::accept(&plain(), &config).unwrap();
    assert_eq!(agreement, Agreement::default());
}

#[test]
fn an_offer_that_cannot_be_understood_is_not_sent() {
    let offer = Offer::new("example.com", "/chat");
    let subprotocols = |names: &[&str]| Offer {
        subprotocols: names.iter().map(|&name| name.to_owned()).collect(),
        ..offer.clone()
    };
    let window = deflate::Offer { server_max_window_bits: Some(99), ..Default::default() };
    let bad = [
        Offer::new("example.com\r\nX-Injected: 1", "/chat"),
        Offer::new("", "/chat"),
        Offer::new("example.com", "/chat HTTP/1.1\r\nX-Injected: 1\r\n\r\n"),
        Offer::new("example.com", "/a b"),
        Offer::new("example.com", ""),
        Offer { origin: Some("https://a\r\nCookie: b".to_owned()), ..offer.clone() },
        subprotocols(&["chat v2"]),
        subprotocols(&["chat", "chat"]),
        subprotocols(&["chat,superchat"]),
        subprotocols(&[""]),
        Offer { deflate: vec![window], ..offer.clone() },
    ];
    for offer in bad {
        assert!(offer.request([0; 16]).is_err(), "{offer:?}");
    }
    assert!(offer.request([0; 16]).is_ok());
}

#[test]
fn a_million_tiny_pieces_take_linear_time() {
    let many = |piece: &str| piece.repeat(200_000);
    let numbered: String = (0..100_000).map(|number| format!("a{number},")).collect();
    let request = replaced(plain(), "Sec-WebSocket-Extensions", &numbered);
    let request = replaced(request, "Sec-WebSocket-Protocol", &numbered);
    let request = replaced(request, "Upgrade", &format!("websocket,{numbered}"));
    assert_eq!(check_request(&request), []);
    let response = Response::new(101)
        .with("Upgrade", many("b,"))
        .with("Connection", many("c,"))
        .with("Sec-WebSocket-Protocol", &numbered)
        .with("Sec-WebSocket-Extensions", format!("permessage-deflate{}", many(";d")))
        .with("Sec-WebSocket-Extensions", &numbered)
        .with("Sec-WebSocket-Accept", many("e"));
    let violations = check_response(Some(&request), &response);
    let said: usize = violations.iter().map(|violation| violation.detail.len()).sum();
    assert!(said < 2_000, "a report is no copy of the input: {said} bytes");
    assert!(server::accept(&request, &Config::default()).is_ok());

    let long = "x".repeat(1 << 20);
    let mut request =
        replaced(plain(), "Sec-WebSocket-Extensions", &format!("permessage-deflate; {long}"));
    for name in ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
        request.headers.insert(name, &long);
    }
    request.headers.insert("Sec-WebSocket-Protocol", format!("{long}, {long}, a b{long}"));
    request.method = Method::new(&long).unwrap();
    let said: usize = check_request(&request).iter().map(|violation| violation.detail.len()).sum();
    assert!(said < 2_000, "a report is no copy of the input: {said} bytes");
}
