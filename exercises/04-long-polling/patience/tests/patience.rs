//! Questions, and how long they are held.

use std::time::Duration;
use try_patience::{MOST, patience};

#[track_caller]
fn check(target: &str, seconds: u64) {
    assert_eq!(
        patience(target),
        Duration::from_secs(seconds),
        "\nGET {target} is held for {seconds} seconds\nBook: chapter 4, \"Why a held request has an \
         end\"\n"
    );
}

#[test]
fn a_question_is_held_as_long_as_it_asks() {
    check("/messages?wait=25", 25);
    check("/messages?wait=1", 1);
    check("/messages?wait=007", 7);
}

#[test]
fn without_a_wish_the_answer_comes_at_once() {
    check("/messages", 0);
    check("/messages?", 0);
    check("/messages?since=17", 0);
    check("/messages?wait=0", 0);
    check("", 0);
}

#[test]
fn no_more_than_thirty_seconds_are_granted() {
    assert_eq!(MOST, Duration::from_secs(30), "what is granted at most");
    check("/messages?wait=29", 29);
    check("/messages?wait=30", 30);
    check("/messages?wait=31", 30);
    check("/messages?wait=3600", 30);
    check("/messages?wait=4294967296", 30);
    check("/messages?wait=4294967297", 30);
    check("/messages?wait=18446744073709551615", 30);
    check("/messages?wait=18446744073709551616", 30);
    check("/messages?wait=18446744073709551621", 30);
    check("/messages?wait=99999999999999999999999999999999", 30);
}

#[test]
fn the_wish_may_stand_anywhere_in_the_query() {
    check("/messages?token=abc&since=17&wait=25", 25);
    check("/messages?wait=25&since=17", 25);
    check("/messages?since=17&wait=25&token=abc", 25);
    check("/messages?&&wait=25&", 25);
}

#[test]
fn other_names_and_values_are_no_wish() {
    check("/messages?await=25", 0);
    check("/messages?waits=25", 0);
    check("/messages?Wait=25", 0);
    check("/messages?since=wait=25", 0);
    check("/wait=25", 0);
    check("/a&wait=25", 0);
    check("/messages?await=5&wait=25", 25);
    check("/messages?text=wait&wait=25", 25);
    check("/messages?a=?wait=5", 0);
}

#[test]
fn what_is_no_number_is_no_wish() {
    for value in [
        "", "abc", "-5", "+5", "5s", "s5", "2.5", "5,0", " 5", "5 ", "1e3", "0x5", "٥", "５", "=5",
        "5=5",
    ] {
        check(&format!("/messages?wait={value}"), 0);
        check(&format!("/messages?since=1&wait={value}&token=a"), 0);
    }
    check("/messages?wait", 0);
}

#[test]
fn the_first_wish_counts() {
    check("/messages?wait=5&wait=25", 5);
    check("/messages?wait=abc&wait=25", 0);
    check("/messages?wait=&wait=25", 0);
    check("/messages?wait&wait=25", 0);
}
