//! Packets of sessions, packets by hand, texts that are none.

use try_socketio_event::{Packet, Refusal, acknowledge, decode};

const MAIN: Packet<'_> = Packet { kind: 2, attachments: 0, namespace: "/", id: None, json: "" };

#[track_caller]
fn check(text: &str, want: &Packet<'_>) {
    assert_eq!(
        decode(text).as_ref(),
        Ok(want),
        "{text:?}: type, attachments, namespace, number, JSON. See chapter 11"
    );
}

#[test]
fn an_event_in_the_main_namespace() {
    check(r#"2["hello",1]"#, &Packet { json: r#"["hello",1]"#, ..MAIN });
    check(r#"2["안녕하세요"]"#, &Packet { json: r#"["안녕하세요"]"#, ..MAIN });
}

#[test]
fn an_event_with_a_number() {
    check(r#"20["ask"]"#, &Packet { id: Some(0), json: r#"["ask"]"#, ..MAIN });
    check(r#"213["ask"]"#, &Packet { id: Some(13), json: r#"["ask"]"#, ..MAIN });
    let largest = format!("2{}[]", u64::MAX);
    check(&largest, &Packet { id: Some(u64::MAX), json: "[]", ..MAIN });
}

#[test]
fn an_event_in_a_namespace() {
    check(r#"2/admin,["a"]"#, &Packet { namespace: "/admin", json: r#"["a"]"#, ..MAIN });
    let numbered = Packet { namespace: "/admin", id: Some(13), json: r#"["a"]"#, ..MAIN };
    check(r#"2/admin,13["a"]"#, &numbered);
    check(r#"2/a/b-7,["c"]"#, &Packet { namespace: "/a/b-7", json: r#"["c"]"#, ..MAIN });
    check(r#"2/1-,5["c"]"#, &Packet { namespace: "/1-", id: Some(5), json: r#"["c"]"#, ..MAIN });
    check(r#"2/방,["c"]"#, &Packet { namespace: "/방", json: r#"["c"]"#, ..MAIN });
}

#[test]
fn an_event_with_attachments() {
    let picture = r#"["picture",{"_placeholder":true,"num":0}]"#;
    let packet = Packet { kind: 5, attachments: 1, json: picture, ..MAIN };
    check(&format!("51-{picture}"), &packet);
    check(&format!("51-7{picture}"), &Packet { id: Some(7), ..packet.clone() });
    check(
        &format!("512-/admin,7{picture}"),
        &Packet { attachments: 12, namespace: "/admin", id: Some(7), ..packet.clone() },
    );
    check(&format!("50-{picture}"), &Packet { attachments: 0, ..packet.clone() });
    check(&format!("61-7{picture}"), &Packet { kind: 6, id: Some(7), ..packet });
}

#[test]
fn the_other_types() {
    check(r#"0{"token":"123"}"#, &Packet { kind: 0, json: r#"{"token":"123"}"#, ..MAIN });
    check("0", &Packet { kind: 0, ..MAIN });
    check("0/secret,", &Packet { kind: 0, namespace: "/secret", ..MAIN });
    check("0/secret", &Packet { kind: 0, namespace: "/secret", ..MAIN });
    check("1", &Packet { kind: 1, ..MAIN });
    check("1/admin,", &Packet { kind: 1, namespace: "/admin", ..MAIN });
    check(r#"431["👋"]"#, &Packet { kind: 4, id: Some(31), json: r#"["👋"]"#, ..MAIN });
    let refused = r#"{"message":"Not authorized"}"#;
    check(
        &format!("4/secret,{refused}"),
        &Packet { kind: 4, namespace: "/secret", json: refused, ..MAIN },
    );
    check(r#"31["👋"]"#, &Packet { kind: 3, id: Some(1), json: r#"["👋"]"#, ..MAIN });
}

#[test]
fn commas_slashes_and_digits_inside_of_the_json_mean_nothing() {
    for json in [r#"["a,b"]"#, r#"["/admin,1"]"#, r#"["1-2",3]"#, r#"[1,2,"51-"]"#] {
        check(&format!("2{json}"), &Packet { json, ..MAIN });
        check(&format!("27{json}"), &Packet { id: Some(7), json, ..MAIN });
        let packet = Packet { namespace: "/x", id: Some(7), json, ..MAIN };
        check(&format!("2/x,7{json}"), &packet);
    }
}

#[test]
fn refuses_other_types() {
    for text in ["", "7[]", "8", "9", "[\"a\"]", "hello", "-2[]", " 2[]", "안", "２[]", "\0"] {
        assert_eq!(decode(text), Err(Refusal::Type), "{text:?}");
    }
}

#[test]
fn refuses_attachments_without_their_number_or_their_dash() {
    for text in ["5", "5[]", "51", "51[]", "5-[]", "5-1[]", "6/admin,1-[]", "5 1-[]", "5x1-[]"] {
        assert_eq!(decode(text), Err(Refusal::Attachments), "{text:?}: 5 and 6 go on as in 51-");
    }
    for text in ["54294967296-[]", "599999999999999999999999-[]"] {
        assert_eq!(decode(text), Err(Refusal::Attachments), "{text:?}: too many for a u32");
    }
}

#[test]
fn refuses_a_number_that_is_too_large() {
    assert_eq!(decode("218446744073709551616[]"), Err(Refusal::Id), "one more than a u64 holds");
    assert_eq!(decode("2/a,99999999999999999999999[]"), Err(Refusal::Id));
}

#[track_caller]
fn answers(event: &str, json: &str, want: Option<&str>) {
    let packet = decode(event).unwrap_or_else(|refusal| panic!("{event:?}: {refusal:?}"));
    assert_eq!(acknowledge(&packet, json).as_deref(), want, "the acknowledgement of {event:?}");
}

#[test]
fn an_event_with_a_number_is_acknowledged() {
    answers(r#"20["ask"]"#, "[]", Some("30[]"));
    answers(r#"213["ask"]"#, r#"["bar"]"#, Some(r#"313["bar"]"#));
    answers(r#"2/admin,13["ask"]"#, r#"["bar"]"#, Some(r#"3/admin,13["bar"]"#));
    answers(r#"51-7["picture",{"_placeholder":true,"num":0}]"#, "[true]", Some("37[true]"));
}

#[test]
fn nothing_else_is_acknowledged() {
    for text in [r#"2["ask"]"#, r#"2/admin,["ask"]"#, "0", "1", "0/a,", r#"313["bar"]"#, "61-3[]"] {
        answers(text, "[]", None);
    }
}
