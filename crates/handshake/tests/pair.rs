//! Client and server of the handshake, back to back over the wire.

use handshake::{
    Offer, agreement, check_request, check_response, client,
    deflate::{self, ClientWindow, WINDOW_BITS},
    is_upgrade,
    server::{self, Config, Origins},
};
use http1::{Headers, Method, Request, Response, Version};
use proptest::{collection, option, prelude::*, sample};

const SUBPROTOCOLS: [&str; 4] = ["chat", "superchat", "v2.chat", "mqtt"];
const ORIGINS: [&str; 3] = ["https://example.com", "http://localhost:8080", "null"];

prop_compose! {
    fn deflate_offers()(
        server_no_context_takeover in any::<bool>(),
        client_no_context_takeover in any::<bool>(),
        server_max_window_bits in option::of(WINDOW_BITS),
        client_max_window_bits in prop_oneof![
            Just(ClientWindow::Fixed),
            Just(ClientWindow::Limitable),
            WINDOW_BITS.prop_map(ClientWindow::UpTo),
        ],
    ) -> deflate::Offer {
        deflate::Offer {
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
        }
    }
}

prop_compose! {
    fn policies()(
        server_no_context_takeover in any::<bool>(),
        client_no_context_takeover in any::<bool>(),
        server_max_window_bits in any::<u8>(),
        client_max_window_bits in any::<u8>(),
    ) -> deflate::Policy {
        deflate::Policy {
            server_no_context_takeover,
            client_no_context_takeover,
            server_max_window_bits,
            client_max_window_bits,
        }
    }
}

fn names(from: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    sample::subsequence(from, 0..=from.len())
        .prop_shuffle()
        .prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

prop_compose! {
    fn asks()(
        target in "/[a-z0-9/]{0,20}(\\?[a-z=&]{0,10})?",
        origin in option::of(sample::select(&ORIGINS)),
        subprotocols in names(&SUBPROTOCOLS),
        deflate in collection::vec(deflate_offers(), 0..4),
    ) -> Offer {
        let origin = origin.map(str::to_owned);
        Offer { host: "example.com:8080".to_owned(), target, origin, subprotocols, deflate }
    }
}

prop_compose! {
    fn configs()(
        subprotocols in names(&SUBPROTOCOLS),
        deflate in option::of(policies()),
        origins in option::of(names(&ORIGINS)),
    ) -> Config {
        let origins = origins.map_or(Origins::Any, Origins::Only);
        Config { subprotocols, deflate, origins }
    }
}

fn over_the_wire_to_server(request: &Request) -> Request {
    let mut bytes = Vec::new();
    request.encode(&mut bytes);
    let (read, len) = Request::decode(&bytes).expect("a correct head").expect("a whole head");
    assert_eq!(len, bytes.len());
    read
}

fn over_the_wire_to_client(response: &Response) -> Response {
    let mut bytes = Vec::new();
    response.encode(&mut bytes);
    let (read, len) = Response::decode(&bytes).expect("a correct head").expect("a whole head");
    assert_eq!(len, bytes.len());
    read
}

/// The fields of a handshake, with values that are right, nearly right and nonsense.
fn fields() -> impl Strategy<Value = Headers> {
    let name = sample::select(&[
        "Host",
        "Upgrade",
        "Connection",
        "Origin",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
    ]);
    let right = sample::select(&[
        "websocket",
        "Upgrade",
        "13",
        "dGhlIHNhbXBsZSBub25jZQ==",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "chat, superchat",
        "permessage-deflate; client_max_window_bits",
    ]);
    let value = prop_oneof![
        4 => right.prop_map(|value| value.as_bytes().to_vec()),
        2 => "[ -~]{0,40}".prop_map(String::into_bytes),
        2 => "[a-z;,=\" \\\\0-9_]{0,40}".prop_map(String::into_bytes),
        1 => collection::vec(any::<u8>(), 0..40),
    ];
    collection::vec((name, value), 0..14).prop_map(|fields| fields.into_iter().collect())
}

proptest! {
    #[test]
    fn the_client_accepts_whatever_the_server_answers(
        offer in asks(),
        config in configs(),
        nonce in any::<[u8; 16]>(),
    ) {
        let request = offer.request(nonce).expect("a correct offer");
        prop_assert_eq!(check_request(&request), vec![]);
        let welcome = match (&config.origins, &offer.origin) {
            (Origins::Only(allowed), Some(origin)) => allowed.contains(origin),
            _ => true,
        };
        match server::accept(&over_the_wire_to_server(&request), &config) {
            Ok((response, holds)) => {
                prop_assert!(welcome);
                let response = over_the_wire_to_client(&response);
                prop_assert_eq!(check_response(Some(&request), &response), vec![]);
                let chosen = offer.subprotocols.iter().find(|name| config.subprotocols.contains(name));
                prop_assert_eq!(holds.subprotocol.as_ref(), chosen);
                prop_assert_eq!(client::verify(&request, &response), Ok(holds));
            }
            Err(violation) => {
                prop_assert!(!welcome, "{}", violation);
                let response = over_the_wire_to_client(&server::refuse(&violation).response);
                prop_assert_eq!(response.status, 403);
                prop_assert_eq!(check_response(Some(&request), &response), vec![]);
                prop_assert!(client::verify(&request, &response).is_err());
            }
        }
    }

    #[test]
    fn the_server_refuses_exactly_what_breaks_a_rule(headers in fields()) {
        let request = Request { method: Method::GET, target: "/".to_owned(), version: Version::Http11, headers };
        let first = check_request(&request).into_iter().find(wire::Violation::is_fatal);
        match server::accept(&request, &Config::default()) {
            Ok((response, holds)) => {
                prop_assert_eq!(first, None);
                prop_assert_eq!(client::verify(&request, &response), Ok(holds));
            }
            Err(violation) => {
                let refusal = server::refuse(&violation);
                prop_assert_eq!(Some(refusal.response.status), violation.status());
                over_the_wire_to_client(&refusal.response);
                prop_assert_eq!(first, Some(violation));
            }
        }
    }

    #[test]
    fn no_fields_make_anybody_panic(
        asked in fields(),
        answered in fields(),
        status in prop_oneof![Just(101), 100u16..600],
    ) {
        let request = Request { method: Method::GET, target: "/".to_owned(), version: Version::Http10, headers: asked };
        let response = Response { headers: answered, ..Response::new(status) };
        is_upgrade(&request);
        agreement(&response);
        let violations = check_response(Some(&request), &response);
        for violation in check_response(None, &response) {
            // What is wrong without the request is wrong with it too.
            prop_assert!(violations.iter().any(|other| other.rule == violation.rule), "{}", violation);
        }
        if client::verify(&request, &response).is_ok() {
            prop_assert!(!violations.iter().any(wire::Violation::is_fatal));
        }
    }
}
