//! Choices, and choices that a client must not accept.

use try_subprotocol::{accepts, choose};

#[track_caller]
fn check(offered: &[&str], spoken: &[&str], wanted: Option<&str>) {
    assert_eq!(
        choose(offered, spoken),
        wanted,
        "\nthe client says Sec-WebSocket-Protocol: {offered:?}, the server speaks {spoken:?}\n\
         RFC 6455, section 4.2.2; book: chapter 6\n"
    );
}

#[test]
fn chooses_what_both_speak() {
    check(&["chat"], &["chat"], Some("chat"));
    check(&["chat, superchat"], &["superchat"], Some("superchat"));
}

#[test]
fn the_clients_order_decides() {
    check(&["chat, superchat"], &["superchat", "chat"], Some("chat"));
    check(&["superchat, chat"], &["chat", "superchat"], Some("superchat"));
    check(&["a, b, c, d"], &["d", "c"], Some("c"));
}

#[test]
fn chooses_none_if_none_fits() {
    check(&["soap, wamp"], &["chat"], None);
    check(&["chat"], &[], None);
    check(&[], &["chat"], None);
    check(&[""], &["chat"], None);
}

#[test]
fn several_lines_are_one_list() {
    check(&["soap", "chat"], &["chat"], Some("chat"));
    check(&["soap, wamp", "mqtt, chat"], &["chat", "mqtt"], Some("mqtt"));
    check(&["superchat", "chat"], &["chat", "superchat"], Some("superchat"));
}

#[test]
fn space_and_empty_entries_mean_nothing() {
    check(&["soap,chat"], &["chat"], Some("chat"));
    check(&[" soap \t,\t chat "], &["chat"], Some("chat"));
    check(&[", ,chat,"], &["chat"], Some("chat"));
    check(&["", "chat"], &["chat"], Some("chat"));
    check(&[", ,"], &["chat", ""], None);
    check(&[""], &[""], None);
}

#[test]
fn the_case_of_a_name_counts() {
    check(&["Chat"], &["chat"], None);
    check(&["CHAT, chat"], &["chat"], Some("chat"));
    check(&["v2.Chat"], &["v2.chat", "v2.Chat"], Some("v2.Chat"));
}

#[test]
fn the_whole_name_is_compared() {
    check(&["superchat"], &["chat"], None);
    check(&["chat2, chat"], &["chat"], Some("chat"));
    check(&["chat"], &["superchat", "chat2"], None);
    check(&["cha"], &["chat"], None);
    check(&["chat superchat"], &["chat", "superchat"], None);
}

#[track_caller]
fn check_accepts(named: &[&str], chosen: &[&str], wanted: bool) {
    let verb = if wanted { "can" } else { "must not" };
    assert_eq!(
        accepts(named, chosen),
        wanted,
        "\na client that has named {named:?} {verb} accept a response with the \
         Sec-WebSocket-Protocol lines {chosen:?}\nRFC 6455, section 4.1; book: chapter 6, \"The code\"\n"
    );
}

#[test]
fn a_client_accepts_what_it_has_named() {
    check_accepts(&["chat"], &["chat"], true);
    check_accepts(&["chat", "superchat"], &["superchat"], true);
    check_accepts(&["chat", "superchat"], &[" chat\t"], true);
}

#[test]
fn who_has_named_none_gets_none() {
    check_accepts(&[], &[], true);
    check_accepts(&[], &["chat"], false);
    check_accepts(&[], &[""], false);
}

#[test]
fn who_has_named_some_does_not_go_on_without() {
    check_accepts(&["chat"], &[], false);
    check_accepts(&["chat"], &[""], false);
}

#[test]
fn a_client_refuses_what_it_has_not_named() {
    check_accepts(&["chat"], &["superchat"], false);
    check_accepts(&["superchat"], &["chat"], false);
    check_accepts(&["chat"], &["Chat"], false);
    check_accepts(&["chat"], &["chatter"], false);
}

#[test]
fn a_server_chooses_once_at_most() {
    check_accepts(&["chat", "superchat"], &["chat", "superchat"], false);
    check_accepts(&["chat", "superchat"], &["chat, superchat"], false);
    check_accepts(&["chat"], &["chat", "chat"], false);
    check_accepts(&["chat"], &["chat", ""], false);
}
