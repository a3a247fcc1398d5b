//! Offers of browsers, lists by hand, and what is no list.

use try_extension_offer::{Extension, Invalid, decode, window_bits};

fn extension(name: &str, parameters: &[(&str, Option<&str>)]) -> Extension {
    let own = |&(name, value): &(&str, Option<&str>)| (name.to_owned(), value.map(str::to_owned));
    Extension { name: name.to_owned(), parameters: parameters.iter().map(own).collect() }
}

#[track_caller]
fn check(field: &str, want: &[Extension]) {
    assert_eq!(
        decode(field).as_deref(),
        Ok(want),
        "Sec-WebSocket-Extensions: {field}\nRFC 6455, section 9.1"
    );
}

#[track_caller]
fn refuses(field: &str, why: &str) {
    assert_eq!(decode(field), Err(Invalid), "Sec-WebSocket-Extensions: {field}\n{why}");
}

#[test]
fn chromium_offers_deflate_with_a_hint() {
    check(
        "permessage-deflate; client_max_window_bits",
        &[extension("permessage-deflate", &[("client_max_window_bits", None)])],
    );
}

#[test]
fn one_name_alone() {
    check("permessage-deflate", &[extension("permessage-deflate", &[])]);
    check("X-1!#$%&'*+-.^_`|~z", &[extension("X-1!#$%&'*+-.^_`|~z", &[])]);
}

#[test]
fn an_extension_may_have_many_parameters() {
    check(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         server_max_window_bits=10; client_max_window_bits=15",
        &[extension(
            "permessage-deflate",
            &[
                ("server_no_context_takeover", None),
                ("client_no_context_takeover", None),
                ("server_max_window_bits", Some("10")),
                ("client_max_window_bits", Some("15")),
            ],
        )],
    );
}

#[test]
fn an_offer_may_name_the_same_extension_twice() {
    check(
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        &[
            extension("permessage-deflate", &[("server_max_window_bits", Some("10"))]),
            extension("permessage-deflate", &[]),
        ],
    );
}

#[test]
fn quotes_make_no_difference() {
    check("x-trace; level=\"3\"", &[extension("x-trace", &[("level", Some("3"))])]);
    check("x;a=\"b\";c", &[extension("x", &[("a", Some("b")), ("c", None)])]);
    check("x;a=\"b\", y", &[extension("x", &[("a", Some("b"))]), extension("y", &[])]);
}

#[test]
fn spaces_and_tabs_around_separators_do_not_count() {
    let want = [extension("a", &[("b", None), ("c", Some("1"))]), extension("d", &[])];
    check("a;b;c=1,d", &want);
    check("a; b; c=1, d", &want);
    check("  a ;\tb ; c=1\t, d \t", &want);
    check("a;b;c = 1,d", &want);
    check("a;b;c=\t\"1\" ,d", &want);
}

#[test]
fn empty_elements_do_not_count() {
    check("", &[]);
    check(" \t", &[]);
    check(",", &[]);
    check(", a,, ,\tb,", &[extension("a", &[]), extension("b", &[])]);
}

#[test]
fn the_order_and_the_letters_stay_as_they_are() {
    check("B, a, B", &[extension("B", &[]), extension("a", &[]), extension("B", &[])]);
    check("A; Z=1; b; Z=2", &[extension("A", &[("Z", Some("1")), ("b", None), ("Z", Some("2"))])]);
}

#[test]
fn refuses_what_is_missing() {
    for field in [";", "; a", "a;", "a; ", "a;;b", "a; ;b", "a,;b", "a;b,;"] {
        refuses(field, "a name is missing");
    }
    for field in ["a;=1", "a;b=", "a;b= ", "a;b=\"\"", "a;b=,c"] {
        refuses(field, "a name or a value is missing");
    }
}

#[test]
fn refuses_what_is_no_token() {
    for field in ["a b", "a; b c", "a; b=c d", "a/b", "a;b=1/2", "(a)", "a=b", "a;b=c=d", "압축"]
    {
        refuses(field, "no token: a name or a value has a character that it must not have");
    }
    for field in [
        "a;b=\"c d\"",
        "a;b=\" c\"",
        "a;b=\"c,d\"",
        "a;b=\"c;d\"",
        "a;\"b\"",
        "\"a\"",
        "a;b=\u{a0}c",
    ] {
        refuses(field, "no token: quotes allow no other characters, and only for a value");
    }
}

#[test]
fn refuses_quotes_that_do_not_close() {
    for field in ["a;b=\"", "a;b=\"c", "a;b=c\"", "a;b=\"c\"d", "a;b=\"\"c\"\""] {
        refuses(field, "the quotes are wrong");
    }
}

#[test]
fn one_wrong_extension_spoils_the_list() {
    refuses("permessage-deflate, x; y z", "the second extension is wrong");
    refuses("x; y z, permessage-deflate", "the first extension is wrong");
}

#[test]
fn eight_windows_exist() {
    for bits in 8..=15 {
        assert_eq!(window_bits(&bits.to_string()), Some(bits), "RFC 7692, section 7.1.2");
    }
    for value in
        ["", "0", "7", "16", "08", "015", "+9", "-9", " 9", "9 ", "9.0", "0x9", "264", "1e1", "９"]
    {
        assert_eq!(
            window_bits(value),
            None,
            "{value:?}: a window is a decimal number from 8 to 15, without a leading zero \
             (RFC 7692, section 7.1.2)"
        );
    }
}
