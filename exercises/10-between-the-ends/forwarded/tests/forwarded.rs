//! Ways through proxies, and fields that strangers have written.

use std::net::IpAddr;
use try_forwarded::client;

const OURS: [&str; 3] = ["10.0.0.1", "10.0.0.2", "2001:db8::1"];

#[track_caller]
fn check(peer: &str, fields: &[&str], want: &str) {
    let ip = |text: &str| -> IpAddr { text.parse().expect("the test's own address") };
    let trusted = OURS.map(ip);
    assert_eq!(
        client(ip(peer), fields, &trusted),
        ip(want),
        "connected from {peer}, X-Forwarded-For: {fields:?}, our proxies are {OURS:?}: see \
         \"Somebody in the middle\" in chapter 10"
    );
}

#[test]
fn without_a_field_the_peer_is_the_client() {
    check("203.0.113.7", &[], "203.0.113.7");
    check("10.0.0.1", &[], "10.0.0.1");
    check("10.0.0.1", &[""], "10.0.0.1");
}

#[test]
fn our_proxy_tells_who_the_client_is() {
    check("10.0.0.1", &["203.0.113.7"], "203.0.113.7");
    check("2001:db8::1", &["2001:db8::7"], "2001:db8::7");
}

#[test]
fn a_stranger_is_not_believed() {
    check("203.0.113.7", &["6.6.6.6"], "203.0.113.7");
    check("203.0.113.7", &["10.0.0.1"], "203.0.113.7");
    check("203.0.113.7", &["6.6.6.6, 10.0.0.1", "10.0.0.2"], "203.0.113.7");
}

#[test]
fn what_the_client_made_up_is_not_believed() {
    check("10.0.0.1", &["6.6.6.6, 203.0.113.7"], "203.0.113.7");
    check("10.0.0.1", &["6.6.6.6, 5.5.5.5, 203.0.113.7"], "203.0.113.7");
    check("10.0.0.1", &["127.0.0.1, 203.0.113.7"], "203.0.113.7");
}

#[test]
fn two_proxies_of_ours_stand_one_behind_the_other() {
    check("10.0.0.1", &["203.0.113.7, 10.0.0.2"], "203.0.113.7");
    check("10.0.0.1", &["6.6.6.6, 203.0.113.7, 10.0.0.2"], "203.0.113.7");
    check("10.0.0.2", &["6.6.6.6, 203.0.113.7, 2001:db8::1, 10.0.0.1"], "203.0.113.7");
}

#[test]
fn a_client_who_writes_our_proxys_address_gains_nothing() {
    check("10.0.0.1", &["6.6.6.6, 10.0.0.2, 203.0.113.7"], "203.0.113.7");
    check("10.0.0.1", &["10.0.0.2, 203.0.113.7, 10.0.0.2"], "203.0.113.7");
}

#[test]
fn several_fields_are_one_list() {
    check("10.0.0.1", &["6.6.6.6", "203.0.113.7"], "203.0.113.7");
    check("10.0.0.1", &["203.0.113.7", "10.0.0.2"], "203.0.113.7");
    check("10.0.0.1", &["6.6.6.6, 203.0.113.7", "", "10.0.0.2, 10.0.0.2"], "203.0.113.7");
}

#[test]
fn if_all_are_ours_the_first_is_the_client() {
    check("10.0.0.1", &["10.0.0.2"], "10.0.0.2");
    check("10.0.0.1", &["2001:db8::1, 10.0.0.2"], "2001:db8::1");
}

#[test]
fn spaces_and_empty_places_do_not_count() {
    check("10.0.0.1", &["  203.0.113.7\t"], "203.0.113.7");
    check("10.0.0.1", &["6.6.6.6,203.0.113.7"], "203.0.113.7");
    check("10.0.0.1", &["203.0.113.7 ,\t10.0.0.2 ,, "], "203.0.113.7");
    check("10.0.0.1", &[",203.0.113.7,"], "203.0.113.7");
}

#[test]
fn the_search_ends_where_no_address_stands() {
    for nobody in ["unknown", "example.com", "203.0.113.7:4711", "203.0.113", "[2001:db8::7]"] {
        check("10.0.0.1", &[nobody], "10.0.0.1");
        check("10.0.0.1", &[&format!("6.6.6.6, {nobody}")], "10.0.0.1");
        check("10.0.0.1", &[&format!("6.6.6.6, {nobody}, 10.0.0.2")], "10.0.0.2");
        check("10.0.0.1", &[&format!("{nobody}, 203.0.113.7")], "203.0.113.7");
    }
}

#[test]
fn without_proxies_of_our_own_nobody_is_believed() {
    let peer = IpAddr::from([203, 0, 113, 7]);
    assert_eq!(client(peer, &["6.6.6.6"], &[]), peer);
}
