//! Pages of the bank, and pages that would like to be.

use try_origin::may_connect;

const ALLOWED: [&str; 3] =
    ["https://bank.example", "https://help.bank.example:8443", "http://localhost:8080"];

#[track_caller]
fn check(origins: &[&str], wanted: bool, why: &str) {
    let verb = if wanted { "may" } else { "must not" };
    assert_eq!(
        may_connect(origins, &ALLOWED),
        wanted,
        "\nOrigin: {origins:?} {verb} connect: {why}\nallowed are {ALLOWED:?}\nRFC 6455, section 10.2; \
         book: chapter 6, \"Who asks?\"\n"
    );
}

#[test]
fn the_banks_own_pages_may_connect() {
    for origin in ALLOWED {
        check(&[origin], true, "it is one of the allowed");
    }
}

#[test]
fn a_strangers_page_must_not() {
    check(&["https://evil.example"], false, "it is another host");
    check(&["http://127.0.0.1:8080"], false, "that is not how the allowed one is written");
}

#[test]
fn what_is_no_browser_may_connect() {
    check(&[], true, "without Origin it was no browser, and has no cookies to misuse");
}

#[test]
fn nobody_is_helped_by_a_name_that_begins_like_the_banks() {
    for origin in [
        "https://bank.example.evil.example",
        "https://bank.example@evil.example",
        "https://bank.examples",
        "https://bank.example-evil.example",
        "https://bank.example:8443",
        "https://bank.example:443",
        "https://bank.example/",
        "https://bank.example ",
        "http://localhost:80801",
    ] {
        check(&[origin], false, "it begins like an allowed one, and goes on");
    }
}

#[test]
fn nobody_is_helped_by_a_name_that_ends_like_the_banks() {
    for origin in [
        "https://evilbank.example",
        "https://evil.bank.example",
        "https://evil.example/https://bank.example",
        "https://evil.example?https://bank.example",
        "xhttps://bank.example",
        " https://bank.example",
        "wss://bank.example",
    ] {
        check(&[origin], false, "it ends like an allowed one, and begins otherwise");
    }
}

#[test]
fn a_part_of_an_allowed_origin_is_another_one() {
    for origin in ["", "https://", "bank.example", "https://bank", "https://help.bank.example", "h"]
    {
        check(&[origin], false, "it is only a part of an allowed one");
    }
}

#[test]
fn the_scheme_and_the_port_belong_to_the_origin() {
    check(&["http://bank.example"], false, "it came without TLS, and anybody on the way can be it");
    check(&["http://localhost:8081"], false, "it is another port, so another server's page");
    check(&["https://localhost:8080"], false, "it is another scheme");
    check(&["https://help.bank.example:8444"], false, "it is another port");
}

#[test]
fn null_is_an_origin_and_not_allowed() {
    check(&["null"], false, "any page can make a frame whose origin is null");
}

#[test]
fn a_star_allows_nobody() {
    check(&["*"], false, "it is no origin");
    check(&["https://*"], false, "it is no origin");
}

#[test]
fn the_case_of_letters_means_nothing() {
    check(&["HTTPS://Bank.Example"], true, "schemes and hosts have no case");
    check(&["https://HELP.bank.example:8443"], true, "schemes and hosts have no case");
}

#[test]
fn letters_that_only_look_alike_are_other_letters() {
    check(&["https://b\u{430}nk.example"], false, "its а is Cyrillic");
    check(&["https://ban\u{212a}.example"], false, "its K is the sign for kelvin");
}

#[test]
fn of_several_values_each_must_be_allowed() {
    check(&["https://bank.example", "https://bank.example"], true, "both are allowed");
    check(&["https://bank.example", "https://evil.example"], false, "the second is a stranger's");
    check(&["https://evil.example", "https://bank.example"], false, "the first is a stranger's");
    check(&["https://bank.example, https://evil.example"], false, "an origin is no list");
    check(&["https://bank.example", "null"], false, "null is not allowed");
    check(&["https://bank.example", ""], false, "an empty value is no origin");
}

#[test]
fn where_no_page_is_allowed_only_others_may_connect() {
    assert!(!may_connect(&["https://bank.example"], &[]), "no page is allowed here");
    assert!(may_connect(&[], &[]), "without Origin it was no browser");
}
