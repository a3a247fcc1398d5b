//! Names of states, alone and in lists.

use try_if_none_match::is_unchanged;

#[track_caller]
fn check(if_none_match: &str, current: &str, wanted: bool) {
    let answer = if wanted { "304" } else { "200 and the whole body" };
    assert_eq!(
        is_unchanged(Some(if_none_match), current),
        wanted,
        "\nIf-None-Match: {if_none_match}\nand the state is now named {current}; the answer is \
         {answer}\nRFC 9110, section 13.1.2; book: chapter 3, \"A validator\"\n"
    );
}

#[test]
fn without_the_field_everything_is_sent() {
    assert!(!is_unchanged(None, "\"7-12\""), "who names nothing has nothing");
}

#[test]
fn the_right_name_is_enough() {
    check("\"7-12\"", "\"7-12\"", true);
    check("\"\"", "\"\"", true);
}

#[test]
fn another_name_is_not() {
    check("\"7-11\"", "\"7-12\"", false);
    check("\"\"", "\"7-12\"", false);
    check("\"7-12\"", "\"\"", false);
}

#[test]
fn a_part_of_a_name_is_another_name() {
    check("\"7-123\"", "\"7-12\"", false);
    check("\"17-12\"", "\"7-12\"", false);
    check("\"7-1\"", "\"7-12\"", false);
    check("\"a7-12b\"", "\"7-12\"", false);
}

#[test]
fn case_and_space_inside_a_name_count() {
    check("\"abc\"", "\"ABC\"", false);
    check("\" a \"", "\"a\"", false);
    check("\"a b\"", "\"a b\"", true);
}

#[test]
fn a_list_has_several_names() {
    check("\"7-11\", \"7-12\"", "\"7-12\"", true);
    check("\"7-12\", \"7-11\"", "\"7-12\"", true);
    check("\"a\", \"b\", \"c\", \"d\"", "\"d\"", true);
    check("\"7-10\", \"7-11\"", "\"7-12\"", false);
}

#[test]
fn space_around_commas_and_empty_entries_mean_nothing() {
    check("\"a\",\"b\"", "\"b\"", true);
    check("  \"a\" \t,\t \"b\"  ", "\"b\"", true);
    check("  \"a\" \t,\t \"b\"  ", "\"a\"", true);
    check(", ,\"a\",, \"b\",", "\"b\"", true);
}

#[test]
fn a_name_may_have_commas_in_it() {
    check("\"a,b\"", "\"a,b\"", true);
    check("\"x\", \"a, b\"", "\"a, b\"", true);
    check("\"a,b\"", "\"b\"", false);
    check("\"a\", \"b\"", "\"a\", \"b\"", false);
    // Cut at its commas, this one name looks like three.
    check("\"x, W/\"", "\"x\"", false);
    check("\"a,b\", \"c\"", "\"c\"", true);
    check("\"1,\", \"2\"", "\", \"", false);
}

#[test]
fn a_weak_name_is_the_same_name() {
    check("W/\"7-12\"", "\"7-12\"", true);
    check("\"7-12\"", "W/\"7-12\"", true);
    check("W/\"7-12\"", "W/\"7-12\"", true);
    check("\"a\", W/\"7-12\"", "\"7-12\"", true);
    check("W/\"a\",W/\"7-12\", \"b\"", "W/\"7-12\"", true);
    check("W/\"7-11\"", "W/\"7-12\"", false);
}

#[test]
fn only_a_capital_w_makes_a_name_weak() {
    check("w/\"7-12\"", "\"7-12\"", false);
    check("\"W/7-12\"", "\"7-12\"", false);
}

#[test]
fn a_star_stands_for_every_name() {
    check("*", "\"7-12\"", true);
    check(" * ", "W/\"anything\"", true);
}

#[test]
fn a_star_in_quotation_marks_is_a_name() {
    check("\"*\"", "\"7-12\"", false);
    check("\"*\"", "\"*\"", true);
    check("\"a*\"", "\"a\"", false);
}

#[test]
fn what_is_no_name_is_never_the_right_one() {
    check("7-12", "\"7-12\"", false);
    check("\"7-12", "\"7-12\"", false);
    check("7-12\"", "\"7-12\"", false);
    check("'7-12'", "\"7-12\"", false);
    check("", "\"7-12\"", false);
    check("\"", "\"\"", false);
    check("\"a\"\"7-12\"", "\"7-12\"", false);
    check("\"7-12\"x", "\"7-12\"", false);
}
