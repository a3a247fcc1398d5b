//! What clients ask for, and what they get.

use try_accept::choose;

const HTML: &str = "text/html";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain";
/// What the customers API can send; JSON is its favourite.
const OFFERS: [&str; 3] = [JSON, HTML, TEXT];

#[track_caller]
fn check(accept: &str, wanted: Option<&str>) {
    assert_eq!(
        choose(Some(accept), &OFFERS),
        wanted,
        "\nAccept: {accept}\nand the server can send {OFFERS:?}\nRFC 9110, section 12.5.1; book: \
         chapter 2, \"What can be asked\"\n"
    );
}

#[test]
fn a_client_gets_what_it_asks_for() {
    check("application/json", Some(JSON));
    check("text/html", Some(HTML));
    check("text/plain", Some(TEXT));
}

#[test]
fn a_client_that_wants_something_else_gets_nothing() {
    check("image/png", None);
    check("text/csv, image/*", None);
    check("application/jsonx", None);
    check("application/jso", None);
    check("html", None);
}

#[test]
fn who_says_nothing_takes_anything() {
    assert_eq!(choose(None, &OFFERS), Some(JSON), "without Accept the favourite is sent");
    check("", Some(JSON));
    check(" ", Some(JSON));
    check(" , ,", Some(JSON));
}

#[test]
fn who_offers_nothing_has_nothing() {
    assert_eq!(choose(None, &[]), None);
    assert_eq!(choose(Some("*/*"), &[]), None);
}

#[test]
fn the_greatest_weight_wins() {
    check("text/html, application/json;q=0.8", Some(HTML));
    check("application/json;q=0.8, text/html", Some(HTML));
    check("text/html;q=0.2, text/plain;q=0.3", Some(TEXT));
    check("application/json;q=0.999, text/plain;q=1", Some(TEXT));
    check("application/json;q=0.001, text/plain;q=0.002", Some(TEXT));
}

#[test]
fn decimals_are_decimals() {
    check("application/json;q=0.15, text/html;q=0.9", Some(HTML));
    check("application/json;q=0.05, text/html;q=0.1", Some(HTML));
    check("application/json;q=0.8, text/html;q=0.80", Some(JSON));
    check("application/json;q=0.1, text/html;q=1.000", Some(HTML));
    check("application/json;q=0.1, text/html;q=1.", Some(HTML));
}

#[test]
fn of_the_same_weight_the_servers_favourite_wins() {
    check("text/plain, text/html, application/json", Some(JSON));
    check("text/plain;q=0.5, text/html;q=0.5", Some(HTML));
    check("*/*", Some(JSON));
    check("text/*", Some(HTML));
}

#[test]
fn stars_stand_for_what_is_not_named() {
    check("image/png, */*;q=0.1", Some(JSON));
    check("text/*, application/json;q=0.5", Some(HTML));
    check("text/plain, */*;q=0.1", Some(TEXT));
    check("image/*, application/*", Some(JSON));
}

#[test]
fn the_most_specific_entry_gives_the_weight() {
    check("*/*, application/json;q=0.1", Some(HTML));
    check("application/json;q=0.1, */*", Some(HTML));
    check("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", Some(TEXT));
    check("text/html;q=0.1, text/*;q=0.9, application/json;q=0.5", Some(TEXT));
    check("*/*;q=0.9, text/*;q=0.1, application/*;q=0.2", Some(JSON));
    check("*/*;q=1, application/*;q=0.2, text/*;q=0.3", Some(HTML));
}

#[test]
fn of_two_entries_for_one_type_the_first_counts() {
    check("application/json;q=0.1, application/json;q=1, text/html;q=0.5", Some(HTML));
    check("application/json;q=1, application/json;q=0.1, text/html;q=0.5", Some(JSON));
}

#[test]
fn the_weight_zero_means_not_this_one() {
    check("application/json;q=0", None);
    check("application/json;q=0, */*", Some(HTML));
    check("*/*, application/json;q=0.000, text/html;q=0.0", Some(TEXT));
    check("text/*;q=0, */*;q=0.1", Some(JSON));
    check("*/*;q=0", None);
    check("*/*;q=0, text/plain;q=0.001", Some(TEXT));
}

#[test]
fn case_and_space_mean_nothing() {
    check("TEXT/HTML", Some(HTML));
    check("Text/*", Some(HTML));
    check("text/html;Q=0.1, text/plain;q=0.2", Some(TEXT));
    check("text/html;Q=0.3, text/plain;q=0.2", Some(HTML));
    check(" \ttext/html \t;\t q=0.1 ,\ttext/plain ; q=0.2\t", Some(TEXT));
}

#[test]
fn other_parameters_are_passed_over() {
    check("text/html;level=1", Some(HTML));
    check("text/html;level=1;q=0.1, text/plain;q=0.2", Some(TEXT));
    check("text/html;q=0.1;level=1, text/plain;q=0.2", Some(TEXT));
    check("text/html;charset=utf-8;q=0.3, text/plain;q=0.2", Some(HTML));
    check("text/html;flag, text/plain;q=0.2", Some(HTML));
}

#[test]
fn a_weight_that_is_none_makes_the_entry_count_for_nothing() {
    for weight in [
        "high", "", "2", "1.001", "0.1234", "-1", "+1", ".5", "0,5", "1e-1", "00.5", "0.-5", "0.٥",
        "NaN", "inf",
    ] {
        check(&format!("text/html;q={weight}, text/plain;q=0.1"), Some(TEXT));
        check(&format!("text/html;q={weight}"), None);
    }
}

#[test]
fn what_a_browser_sends_for_a_page() {
    let accept =
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    check(accept, Some(HTML));
}
