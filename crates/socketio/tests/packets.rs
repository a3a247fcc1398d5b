//! Packets of Socket.IO: the documents' examples, round trips, and whatever bytes come.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use proptest::prelude::*;
use socketio::{
    Binary, Content, Decoder, EncodeError, Encoded, Kind, Limits, Namespace, Object, Packet, Value,
    engineio::Frame,
};
use wire::Violation;

/// Decodes the frames of a packet, as they come behind each other.
fn decode(decoder: &mut Decoder, frames: &[Frame]) -> Result<Option<Packet>, Violation> {
    let mut packet = None;
    for frame in frames {
        assert_eq!(packet, None, "a packet before its last frame");
        packet = match frame {
            Frame::Text(text) => {
                decoder.receive(text.strip_prefix('4').expect("a message of Engine.IO"))?
            }
            Frame::Binary(bytes) => decoder.receive_binary(bytes.clone())?,
        };
    }
    Ok(packet)
}

/// The text is decoded to the packet, and the packet encoded to the text.
#[track_caller]
fn check(text: &str, attachments: &[&[u8]], want: &Packet) {
    let mut frames = vec![Frame::message(text)];
    frames.extend(attachments.iter().map(|bytes| Frame::binary(*bytes)));
    assert_eq!(want.encode().unwrap().frames(), frames);
    assert_eq!(decode(&mut Decoder::default(), &frames).unwrap().as_ref(), Some(want));
}

fn namespace(name: &str) -> Namespace {
    Namespace::new(name).expect("a namespace")
}

fn packet(name: &str, content: Content) -> Packet {
    Packet { namespace: namespace(name), content }
}

fn event(name: &str, arguments: Vec<Value>, id: Option<u64>) -> Content {
    Content::Event { name: name.to_owned(), arguments, id }
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Binary(bytes.into())
}

#[test]
fn socketio_5_connection_to_a_namespace() {
    check("0", &[], &packet("/", Content::Connect(None)));
    let sid = Object::from_iter([("sid", "oSO0OpakMV_3jnilAAAA")]);
    let text = r#"0/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}"#;
    check(text, &[], &packet("/admin", Content::Connect(Some(sid))));
    let error = Object::from_iter([("message", "Not authorized")]);
    let text = r#"4{"message":"Not authorized"}"#;
    check(text, &[], &packet("/", Content::ConnectError(error)));
    check("1", &[], &packet("/", Content::Disconnect));
    check("1/admin,", &[], &packet("/admin", Content::Disconnect));
}

#[test]
fn socketio_5_sending_and_receiving_data() {
    check(r#"2["foo"]"#, &[], &packet("/", event("foo", vec![], None)));
    check(r#"2/admin,["bar"]"#, &[], &packet("/admin", event("bar", vec![], None)));
    let baz = event("baz", vec![bytes(&[1, 2, 3, 4])], None);
    let text = r#"51-["baz",{"_placeholder":true,"num":0}]"#;
    check(text, &[&[1, 2, 3, 4]], &packet("/", baz));
    let baz = event("baz", vec![bytes(&[1, 2]), bytes(&[3, 4])], None);
    let text = r#"52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    check(text, &[&[1, 2], &[3, 4]], &packet("/admin", baz));
}

#[test]
fn socketio_5_acknowledgement() {
    check(r#"212["foo"]"#, &[], &packet("/", event("foo", vec![], Some(12))));
    let ack = |id, arguments| Content::Ack { id, arguments };
    check("312[]", &[], &packet("/", ack(12, vec![])));
    check(r#"3/admin,13["bar"]"#, &[], &packet("/admin", ack(13, vec!["bar".into()])));
    let text = r#"61-15["bar",{"_placeholder":true,"num":0}]"#;
    let bar = vec!["bar".into(), bytes(&[1, 2, 3, 4])];
    check(text, &[&[1, 2, 3, 4]], &packet("/", ack(15, bar)));
}

#[test]
fn an_event_may_be_called_by_a_number() {
    let packet = Decoder::default().receive("2[7,true]").unwrap().unwrap();
    assert_eq!(packet.content, event("7", vec![true.into()], None));
}

#[test]
fn refuses_payloads_that_do_not_fit_their_type() {
    for (text, rule) in [
        ("0[]", "connect-payload"),
        ("0/admin,\"invalid\"", "connect-payload"),
        ("0null", "connect-payload"),
        ("1/admin,{}", "disconnect-payload"),
        ("4", "connect-error-payload"),
        ("4[]", "connect-error-payload"),
        ("442[\"some\",\"data\"", "payload-json"),
        ("2", "event-payload"),
        ("2{}", "event-payload"),
        ("2[]", "event-payload"),
        ("2/admin,\"invalid", "payload-json"),
        ("2[{\"toString\":\"foo\"}]", "event-payload"),
        ("2[true,\"foo\"]", "event-payload"),
        ("2[null,\"bar\"]", "event-payload"),
        ("51-[{\"_placeholder\":true,\"num\":0}]", "event-payload"),
        ("2[\"connect\"]", "reserved-event"),
        ("2[\"disconnect\",\"123\"]", "reserved-event"),
        ("3[]", "ack-id"),
        ("31", "ack-payload"),
        ("31{}", "ack-payload"),
        ("2abc[\"x\"]", "payload-json"),
        ("51-[\"hello\"]", "attachment-place"),
    ] {
        let violation = Decoder::default().receive(text).unwrap_err();
        assert_eq!(violation.rule.id, format!("socketio/{rule}"), "{text}");
    }
}

#[test]
fn nothing_comes_between_a_packet_and_its_attachments() {
    let mut decoder = Decoder::default();
    let one = r#"51-["baz",{"_placeholder":true,"num":0}]"#;
    assert_eq!(decoder.receive(one), Ok(None));
    assert_eq!(decoder.missing(), 1);
    let between = decoder.receive(r#"2["foo"]"#).unwrap_err();
    assert_eq!(between.rule.id, "socketio/attachment-missing");
    assert_eq!(decoder.missing(), 0);
    let unexpected = decoder.receive_binary(Binary::from([1])).unwrap_err();
    assert_eq!(unexpected.rule.id, "socketio/attachment-unexpected");
}

#[test]
fn does_not_send_what_no_receiver_would_understand() {
    let main = Namespace::MAIN;
    let reserved = Encoded::event(&main, "disconnect", &[], None).unwrap_err();
    assert!(matches!(reserved, EncodeError::ReservedEvent { .. }));
    let placeholder = Value::from(Object::from_iter([("_placeholder", true)]));
    assert!(Encoded::event(&main, "x", std::slice::from_ref(&placeholder), None).is_ok());
    let beside = Encoded::ack(&main, 1, &[placeholder, bytes(&[1])]);
    assert_eq!(beside, Err(EncodeError::LooksLikePlaceholder));
}

#[test]
fn a_packet_for_many_is_in_memory_once() {
    let picture = Binary::from(vec![7; 1000]);
    let encoded =
        Encoded::event(&Namespace::MAIN, "picture", &[picture.clone().into()], None).unwrap();
    let [Frame::Text(text), Frame::Binary(attachment)] = encoded.frames() else {
        panic!("a text and an attachment");
    };
    assert_eq!(attachment.as_ptr(), picture.as_ptr());
    let another = encoded.clone();
    let [Frame::Text(again), _] = another.frames() else { panic!("the same") };
    assert_eq!(text.as_ptr(), again.as_ptr());
    assert_eq!(attachment.base64().as_ptr(), picture.base64().as_ptr());
}

/// The names that people give to things, and some that nobody should.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", ".{0,8}", Just("num".to_owned()), Just("_placeholder".to_owned())]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e15..1e15_f64).prop_map(Value::from),
        word().prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| Value::Binary(bytes.into())),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..5)
                .prop_map(|pairs| Value::from(Object::from_iter(pairs))),
        ]
    })
}

fn content() -> impl Strategy<Value = Content> {
    let object = || prop::collection::vec((word(), word()), 0..4).prop_map(Object::from_iter);
    let id = 0..1_u64 << 53;
    let arguments = || prop::collection::vec(value(), 0..5);
    prop_oneof![
        prop::option::of(object()).prop_map(Content::Connect),
        object().prop_map(Content::ConnectError),
        Just(Content::Disconnect),
        (word(), arguments(), prop::option::of(id.clone()))
            .prop_map(|(name, arguments, id)| Content::Event { name, arguments, id }),
        (id, arguments()).prop_map(|(id, arguments)| Content::Ack { id, arguments }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_packet_comes_back_as_it_was(name in "(/[^,\\pC]{0,12})", content in content()) {
        let packet = packet(&name, content);
        match packet.encode() {
            Ok(encoded) => {
                let limits = Limits { attachments: 1000, ..Limits::default() };
                let mut decoder = Decoder::new(limits);
                let came = decode(&mut decoder, encoded.frames()).expect("our own packet");
                prop_assert_eq!(came.as_ref(), Some(&packet));
                prop_assert_eq!(decoder.missing(), 0);
                let is_binary = encoded.frames().len() > 1;
                prop_assert_eq!(packet.kind().is_binary(), is_binary);
                let Frame::Text(text) = &encoded.frames()[0] else { panic!("a text") };
                prop_assert!(!text.contains('\x1e'), "a separator in {text}");
            }
            Err(EncodeError::LooksLikePlaceholder) => prop_assert!(packet.kind().is_binary()),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn whatever_comes_is_a_packet_or_a_broken_rule(
        messages in prop::collection::vec(
            prop_oneof![
                ".{0,20}",
                "[0-6]([0-9]{1,2}-)?(/[a-z]{0,3},)?[0-9]{0,3}(\\[|\\{).{0,30}(\\]|\\})",
                Just(r#"51-["a",{"_placeholder":true,"num":0}]"#.to_owned()),
                Just(r#"52-7["a",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]]"#.to_owned()),
            ],
            0..6,
        ),
        binary: u8,
    ) {
        let mut decoder = Decoder::default();
        for (index, message) in messages.iter().enumerate() {
            let packet = match binary >> index & 1 {
                0 => decoder.receive(message),
                _ => decoder.receive_binary(message.as_bytes().into()),
            };
            if let Ok(Some(packet)) = packet {
                let _ = packet.encode().expect("what is understood can be said");
            }
        }
    }
}

#[test]
fn every_type_is_known_by_its_digit_and_name() {
    let digits: String = Kind::ALL.into_iter().map(Kind::char).collect();
    assert_eq!(digits, "0123456");
    assert_eq!(Kind::from_char('5'), Some(Kind::BinaryEvent));
    assert_eq!(Kind::BinaryEvent.to_string(), "BINARY_EVENT");
}
