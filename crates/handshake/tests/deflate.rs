//! What permessage-deflate agrees on, from what was asked and what may be spent.

use handshake::{
    PermessageDeflate,
    deflate::{COMPRESSOR_BITS, ClientWindow, Offer, Policy, WINDOW_BITS},
    extensions::{self, Extension},
};
use proptest::prelude::*;
use wire::Side;

fn extension(text: &str) -> Extension {
    let mut list = extensions::decode(text.as_bytes()).expect("an extension");
    assert_eq!(list.len(), 1);
    list.remove(0)
}

#[track_caller]
fn chosen(policy: Policy, offers: &str) -> Option<String> {
    let offers = extensions::decode(offers.as_bytes()).expect("a list of offers");
    policy.choose(&offers).map(|agreed| agreed.to_string())
}

#[test]
fn rfc7692_7_1_3_examples() {
    let any = Policy::default();
    let plain = Some("permessage-deflate".to_owned());
    assert_eq!(chosen(any, "permessage-deflate"), plain);
    assert_eq!(chosen(any, "permessage-deflate; client_max_window_bits"), plain);

    // "The client offers two PMCE offers": a small window first, any window if that fails.
    let offers = "permessage-deflate; client_max_window_bits; server_max_window_bits=10, \
                  permessage-deflate; client_max_window_bits";
    assert_eq!(
        chosen(any, offers).as_deref(),
        Some("permessage-deflate; server_max_window_bits=10")
    );
}

#[test]
fn a_bad_offer_is_declined_and_the_next_one_taken() {
    let bad = [
        "server_no_context_takeover=1",
        "client_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "server_max_window_bits=010",
        "server_max_window_bits=+10",
        "client_max_window_bits=0",
        "client_max_window_bits; client_max_window_bits=10",
        "mode=fast",
    ];
    for parameters in bad {
        let offers = format!("permessage-deflate; {parameters}, permessage-deflate");
        let (_, problems) = Offer::read(&extensions::decode(offers.as_bytes()).unwrap()[0]);
        assert_eq!(problems.len(), 1, "{parameters}: {problems:?}");
        assert_eq!(chosen(Policy::default(), &offers).as_deref(), Some("permessage-deflate"));
    }
}

#[test]
fn declines_a_window_that_it_cannot_compress_with() {
    assert_eq!(chosen(Policy::default(), "permessage-deflate; server_max_window_bits=8"), None);
}

#[test]
fn declines_a_client_that_cannot_limit_its_window_where_memory_is_short() {
    let frugal = Policy { client_max_window_bits: 10, ..Policy::default() };
    assert_eq!(chosen(frugal, "permessage-deflate"), None);
    assert_eq!(
        chosen(frugal, "permessage-deflate; client_max_window_bits").as_deref(),
        Some("permessage-deflate; client_max_window_bits=10")
    );
    assert_eq!(
        chosen(frugal, "permessage-deflate; client_max_window_bits=9").as_deref(),
        Some("permessage-deflate; client_max_window_bits=9")
    );
}

#[test]
fn a_client_notices_an_answer_that_fits_no_offer() {
    let cases = [
        ("server_no_context_takeover", "", "was asked for and is missing"),
        ("server_max_window_bits=10", "", "none came"),
        ("server_max_window_bits=10", "server_max_window_bits=11", "11 came"),
        ("", "client_max_window_bits=10", "was not offered"),
        ("client_max_window_bits=10", "client_max_window_bits=12", "12 came"),
    ];
    for (offered, answered, want) in cases {
        let (offer, _) = Offer::read(&extension(&with(offered)));
        let (agreed, problems) = PermessageDeflate::read(&extension(&with(answered)));
        assert_eq!(problems, [""; 0]);
        let problem = offer.admits(&agreed).unwrap_err();
        assert!(problem.ends_with(want), "{offered} -> {answered}: {problem}");
    }
}

#[test]
fn a_server_must_give_the_client_window_a_value() {
    let (_, problems) = PermessageDeflate::read(&extension(&with("client_max_window_bits")));
    assert_eq!(problems, ["client_max_window_bits has no value, and it needs one from 8 to 15"]);
}

#[test]
fn each_side_has_its_own_window_and_memory() {
    let text = "permessage-deflate; server_no_context_takeover; client_max_window_bits=9";
    let (agreed, _) = PermessageDeflate::read(&extension(text));
    assert_eq!(agreed.window_bits(Side::Client), 9);
    assert_eq!(agreed.window_bits(Side::Server), 15);
    assert!(agreed.takeover(Side::Client));
    assert!(!agreed.takeover(Side::Server));
    assert_eq!(agreed.to_string(), text);
}

fn with(parameters: &str) -> String {
    if parameters.is_empty() {
        "permessage-deflate".to_owned()
    } else {
        format!("permessage-deflate; {parameters}")
    }
}

fn offers() -> impl Strategy<Value = Offer> {
    let client_window = prop_oneof![
        Just(ClientWindow::Fixed),
        Just(ClientWindow::Limitable),
        WINDOW_BITS.prop_map(ClientWindow::UpTo),
    ];
    let server_window = proptest::option::of(WINDOW_BITS);
    (any::<bool>(), any::<bool>(), server_window, client_window).prop_map(
        |(server_forgets, client_forgets, server_window, client_window)| Offer {
            server_no_context_takeover: server_forgets,
            client_no_context_takeover: client_forgets,
            server_max_window_bits: server_window,
            client_max_window_bits: client_window,
        },
    )
}

proptest! {
    #[test]
    fn what_a_server_accepts_fits_the_offer_and_its_policy(
        offer in offers(),
        forgets in any::<(bool, bool)>(),
        server_max_window_bits in any::<u8>(),
        client_max_window_bits in any::<u8>(),
    ) {
        let policy = Policy {
            server_no_context_takeover: forgets.0,
            client_no_context_takeover: forgets.1,
            server_max_window_bits,
            client_max_window_bits,
        };
        if let Some(agreed) = policy.accept(&offer) {
            prop_assert_eq!(offer.admits(&agreed), Ok(()));
            let (server, client) = (agreed.window_bits(Side::Server), agreed.window_bits(Side::Client));
            prop_assert!(COMPRESSOR_BITS.contains(&server) && server <= server_max_window_bits.max(9));
            prop_assert!(WINDOW_BITS.contains(&client) && client <= client_max_window_bits.max(9));
            prop_assert_eq!(agreed.takeover(Side::Server) && policy.server_no_context_takeover, false);
        }
    }

    #[test]
    fn an_offer_and_an_agreement_survive_the_wire(offer in offers()) {
        let written = extension(&offer.to_string());
        prop_assert_eq!(Offer::read(&written), (offer, vec![]));
        if let Some(agreed) = Policy::default().accept(&offer) {
            let written = extension(&agreed.to_string());
            prop_assert_eq!(PermessageDeflate::read(&written), (agreed, vec![]));
        }
    }

    #[test]
    fn any_parameters_are_read_without_panic(text in "[ -~]{0,60}") {
        if let Ok(list) = extensions::decode(text.as_bytes()) {
            for extension in &list {
                Offer::read(extension);
                PermessageDeflate::read(extension);
            }
        }
    }
}
