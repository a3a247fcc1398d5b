//! Connections that stay open, and connections that end.

use try_keep_alive::{Version, stays_open};

#[track_caller]
fn check(connection: &[&str], wanted_http10: bool, wanted_http11: bool) {
    for (version, wanted) in [(Version::Http10, wanted_http10), (Version::Http11, wanted_http11)] {
        let verb = if wanted { "stays open" } else { "ends" };
        assert_eq!(
            stays_open(version, connection),
            wanted,
            "\nthe connection {verb} behind a message of {version:?} with the Connection values \
             {connection:?}\nRFC 9112, section 9.3; book: chapter 2, \"One connection, many requests\"\n"
        );
    }
}

#[test]
fn without_a_word_the_version_decides() {
    check(&[], false, true);
}

#[test]
fn close_ends_both() {
    check(&["close"], false, false);
}

#[test]
fn keep_alive_keeps_both() {
    check(&["keep-alive"], true, true);
}

#[test]
fn the_case_of_a_word_means_nothing() {
    check(&["Close"], false, false);
    check(&["CLOSE"], false, false);
    check(&["Keep-Alive"], true, true);
    check(&["KEEP-ALIVE"], true, true);
}

#[test]
fn the_value_is_a_list() {
    check(&["close, Upgrade"], false, false);
    check(&["Upgrade, close"], false, false);
    check(&["keep-alive, Upgrade"], true, true);
    check(&["Upgrade, keep-alive, TE"], true, true);
    check(&["TE,close,Upgrade"], false, false);
}

#[test]
fn space_and_empty_entries_mean_nothing() {
    check(&["Upgrade ,\tclose\t, TE"], false, false);
    check(&[" close "], false, false);
    check(&[",, ,close"], false, false);
    check(&["keep-alive,"], true, true);
    check(&[""], false, true);
    check(&[", ,"], false, true);
}

#[test]
fn several_lines_are_one_list() {
    check(&["Upgrade", "close"], false, false);
    check(&["close", "Upgrade"], false, false);
    check(&["TE", "Upgrade, Keep-Alive"], true, true);
}

#[test]
fn close_counts_more_than_keep_alive() {
    check(&["close, keep-alive"], false, false);
    check(&["keep-alive, close"], false, false);
    check(&["keep-alive", "close"], false, false);
}

#[test]
fn a_longer_word_is_another_word() {
    for word in [
        "closed",
        "not-close",
        "close-notify",
        "x-close",
        "close;now",
        "\"close\"",
        "clos",
        "c lose",
    ] {
        check(&[word], false, true);
    }
    for word in
        ["keep-alive-ish", "xkeep-alive", "keep-alive=5", "keep alive", "keepalive", "keep_alive"]
    {
        check(&[word], false, true);
    }
}

#[test]
fn other_words_mean_nothing_here() {
    check(&["Upgrade"], false, true);
    check(&["TE, Upgrade"], false, true);
    check(&["닫기"], false, true);
}
