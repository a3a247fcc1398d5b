//! Ends of bodies that are certain, and heads that must be refused.

use try_body_length::{BadRequest, Body, body_of_request};

#[track_caller]
fn check(fields: &[(&str, &str)], wanted: Body) {
    assert_eq!(
        body_of_request(fields),
        Ok(wanted),
        "\na request with {fields:?}\nRFC 9112, section 6.3; book: chapter 2, \"Where a body ends\"\n"
    );
}

#[track_caller]
fn check_refused(fields: &[(&str, &str)], why: &str) {
    assert_eq!(
        body_of_request(fields),
        Err(BadRequest),
        "\na request with {fields:?} must be refused: {why}\nRFC 9112, section 6.3; book: chapter 2, \
         \"Two answers to one question\"\n"
    );
}

#[test]
fn a_request_with_neither_field_has_no_body() {
    check(&[], Body::Empty);
    check(&[("Host", "localhost"), ("Content-Type", "text/plain")], Body::Empty);
    check(&[("X-Content-Length", "5"), ("Content-Length-X", "6"), ("TE", "chunked")], Body::Empty);
}

#[test]
fn a_length_is_a_number_of_bytes() {
    check(&[("Host", "localhost"), ("Content-Length", "62")], Body::Length(62));
    check(&[("Content-Length", "0")], Body::Length(0));
    check(&[("Content-Length", "0062")], Body::Length(62));
    check(&[("Content-Length", "4294967296")], Body::Length(4_294_967_296));
    check(&[("Content-Length", "18446744073709551615")], Body::Length(u64::MAX));
}

#[test]
fn chunks_are_found_by_their_coding() {
    check(&[("Host", "localhost"), ("Transfer-Encoding", "chunked")], Body::Chunked);
}

#[test]
fn the_case_of_names_and_of_the_coding_means_nothing() {
    check(&[("content-length", "5")], Body::Length(5));
    check(&[("CONTENT-LENGTH", "5")], Body::Length(5));
    check(&[("transfer-encoding", "Chunked")], Body::Chunked);
    check(&[("TRANSFER-ENCODING", "CHUNKED")], Body::Chunked);
}

#[test]
fn both_fields_are_refused_in_either_order() {
    let why = "it has a length and chunks, and two programs may choose differently";
    check_refused(&[("Content-Length", "5"), ("Transfer-Encoding", "chunked")], why);
    check_refused(&[("Transfer-Encoding", "chunked"), ("Content-Length", "5")], why);
    check_refused(&[("transfer-encoding", "CHUNKED"), ("Host", "a"), ("content-length", "0")], why);
    check_refused(&[("Transfer-Encoding", "gzip"), ("Content-Length", "5")], why);
    check_refused(&[("Transfer-Encoding", ""), ("Content-Length", "5")], why);
}

#[test]
fn what_is_no_number_in_digits_is_refused() {
    for value in [
        "", "five", "+5", "-5", "5 ", " 5", "5.0", "5,5", "5, 5", "5;", "0x5", "1e3", "1_000",
        "5\0", "٥", "５", "ff", "-0", "5 5",
    ] {
        check_refused(&[("Content-Length", value)], "its length is not written in digits alone");
    }
}

#[test]
fn a_length_that_does_not_fit_is_refused() {
    for value in ["18446744073709551616", "99999999999999999999999999", "36893488147419103237"] {
        check_refused(&[("Content-Length", value)], "its length does not fit into 64 bits");
    }
}

#[test]
fn two_lengths_are_refused() {
    check_refused(&[("Content-Length", "5"), ("Content-Length", "6")], "it has two lengths");
    check_refused(&[("Content-Length", "5"), ("content-length", "5")], "it has two lengths");
    check_refused(&[("Content-Length", "5"), ("Host", "a"), ("Content-Length", "")], "two lengths");
}

#[test]
fn codings_that_cannot_be_undone_are_refused() {
    for value in [
        "gzip",
        "identity",
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "xchunked",
        "chunkedx",
        "chunke",
        "\"chunked\"",
        "chunked;a=b",
        "chun ked",
        "chunked,",
        "",
    ] {
        check_refused(
            &[("Transfer-Encoding", value)],
            "chunked is the only coding that is known here",
        );
    }
}

#[test]
fn two_codings_are_refused() {
    let why = "Transfer-Encoding comes twice";
    check_refused(&[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], why);
    check_refused(&[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")], why);
    check_refused(&[("Transfer-Encoding", "gzip"), ("transfer-encoding", "chunked")], why);
}
