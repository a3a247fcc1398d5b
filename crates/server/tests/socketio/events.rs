//! What a program may count on: its handlers, their order, and acknowledgements.

use crate::{
    site::Site,
    visitor::{Polling, Socket as Visitor, answer},
};
use frame::Code;
use server::{
    Server,
    socketio::{
        AckError, Config, Encoded, Event, Reason, Refused, Socket, SocketIo, engineio::Access,
    },
};
use socketio::Namespace;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

async fn serve(io: &SocketIo) -> Site {
    Site::start(Server::default(), io.clone()).await
}

/// How long nobody waits in these tests.
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_handler_that_waits_holds_up_no_other() {
    let io = SocketIo::default();
    io.on_connect(|socket: Socket| async move {
        socket.on("ask back", |event: Event| async move {
            let answer = event.socket.emit_with_ack("question", &[], LONG).await.unwrap();
            event.socket.emit("answered", &answer)
        });
        socket.on("echo", |event: Event| async move { event.ack(&event.arguments) });
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    visitor.say(r#"42["ask back"]"#).await;
    assert_eq!(visitor.hear().await, r#"420["question"]"#);
    visitor.say(r#"421["echo",1]"#).await;
    assert_eq!(visitor.hear().await, "431[1]");
    visitor.say(r#"430["because"]"#).await;
    assert_eq!(visitor.hear().await, r#"42["answered","because"]"#);
}

#[tokio::test]
async fn handlers_are_called_in_the_order_of_their_events() {
    let io = SocketIo::default();
    let (told, mut heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move {
            for name in ["a", "b"] {
                let told = told.clone();
                socket.on(name, move |event: Event| {
                    _ = told.send(event.arguments[0].as_u64().unwrap());
                    std::future::pending::<()>()
                });
            }
        }
    });
    let site = serve(&io).await;
    let mut polling = Polling::open(&site, "/").await;
    let events: Vec<_> = (0..100).map(|n| format!(r#"42["{}",{n}]"#, ["a", "b"][n % 2])).collect();
    let payload = format!("40\x1e{}", events.join("\x1e"));
    assert_eq!(polling.post(&payload).await, answer(200, "ok"));
    for n in 0..100 {
        assert_eq!(heard.recv().await, Some(n));
    }
}

#[tokio::test]
async fn a_client_that_keeps_too_many_handlers_busy_is_let_go() {
    let access = Access { handlers: 3, ..Access::default() };
    let io = SocketIo::new(&Config { access, ..Config::default() });
    io.on_connect(|socket: Socket| async move {
        socket.on("wait", |_| std::future::pending::<()>());
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    for _ in 0..4 {
        visitor.say(r#"42["wait"]"#).await;
    }
    assert_eq!(visitor.end().await, Code::NORMAL);
}

#[tokio::test]
async fn a_handler_that_panics_takes_nobody_with_it() {
    let io = SocketIo::default();
    io.on_connect(|socket: Socket| async move {
        socket.on("panic", |event: Event| async move {
            assert!(event.arguments.is_empty(), "on purpose");
            tokio::task::yield_now().await;
            assert!(event.wants_ack(), "on purpose, later");
        });
        socket.on("echo", |event: Event| async move { event.ack(&event.arguments) });
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    for packet in [r#"42["panic"]"#, r#"42["panic",1]"#, r#"421["echo",1]"#] {
        visitor.say(packet).await;
    }
    assert_eq!(visitor.hear().await, "431[1]");
}

#[tokio::test]
async fn an_acknowledgement_comes_or_it_is_said_why_not() {
    let io = SocketIo::default();
    let (told, mut heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move {
            _ = told.send(socket.emit_with_ack("a", &[], LONG).await);
            _ = told.send(socket.emit_with_ack("b", &[], Duration::from_millis(1)).await);
            _ = told.send(socket.emit_with_ack("c", &[], LONG).await);
            _ = told.send(socket.emit_with_ack("d", &[], LONG).await);
        }
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    assert_eq!(visitor.hear().await, r#"420["a"]"#);
    visitor.say("430[true]").await;
    assert_eq!(heard.recv().await, Some(Ok(vec![true.into()])));
    assert_eq!(visitor.hear().await, r#"421["b"]"#);
    assert_eq!(heard.recv().await, Some(Err(AckError::TimedOut)));
    assert_eq!(visitor.hear().await, r#"422["c"]"#);
    // Too late, and for nobody.
    visitor.say("431[]").await;
    visitor.close().await;
    assert_eq!(heard.recv().await, Some(Err(AckError::Disconnected)));
    let Some(Err(AckError::Send(_))) = heard.recv().await else { panic!("it is gone") };
}

#[tokio::test]
async fn a_check_lets_in_or_says_why_not() {
    let io = SocketIo::default();
    io.main().check(|handshake| async move {
        assert!(handshake.address().ip().is_loopback());
        assert!(handshake.query().any(|pair| pair == ("EIO".to_owned(), "4".to_owned())));
        assert_eq!(handshake.headers().get_str("Upgrade"), Some("websocket"));
        // One that takes its time.
        tokio::task::yield_now().await;
        match handshake.auth.get("token").and_then(|token| token.as_str()) {
            Some("sesame") => Ok(()),
            Some(_) => Err(Refused::new("not authorized").with(42_u64)),
            None => panic!("on purpose"),
        }
    });
    io.on_connect(|socket: Socket| async move { socket.emit("welcome", &[]) });
    let site = serve(&io).await;
    let mut visitor = Visitor::session(&site, "/").await;
    visitor.say(r#"40{"token":"guess"}"#).await;
    assert_eq!(visitor.hear().await, r#"44{"message":"not authorized","data":42}"#);
    visitor.say("40").await;
    assert_eq!(visitor.hear().await, r#"44{"message":"Internal error"}"#);
    visitor.say(r#"40{"token":"sesame"}"#).await;
    assert!(visitor.hear().await.starts_with("40{"));
    assert_eq!(visitor.hear().await, r#"42["welcome"]"#);
}

#[tokio::test]
async fn a_program_hears_why_a_client_left() {
    let io = SocketIo::default();
    let (told, mut heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move {
            socket.on("go", |event: Event| async move { event.socket.disconnect() });
            socket.on("end", |event: Event| async move { event.socket.close() });
            socket.on_disconnect(move |reason: Reason| {
                let told = told.clone();
                async move { _ = told.send(reason.name()) }
            });
        }
    });
    let site = serve(&io).await;
    for (packet, reply, reason) in [
        ("41", None, "client namespace disconnect"),
        ("1", Some(Code::NORMAL), "transport close"),
        ("x", Some(Code::NORMAL), "parse error"),
        ("4x", Some(Code::NORMAL), "parse error"),
        ("40", Some(Code::NORMAL), "forced server close"),
    ] {
        let mut visitor = Visitor::join(&site).await;
        visitor.say(packet).await;
        assert_eq!(heard.recv().await, Some(reason), "{packet}");
        if let Some(code) = reply {
            assert_eq!(visitor.end().await, code);
        }
    }
    let mut visitor = Visitor::join(&site).await;
    visitor.say(r#"42["go"]"#).await;
    assert_eq!(visitor.hear().await, "41");
    assert_eq!(heard.recv().await, Some("server namespace disconnect"));
    let mut visitor = Visitor::join(&site).await;
    visitor.say(r#"42["end"]"#).await;
    assert_eq!(visitor.hear().await, "41");
    assert_eq!(visitor.end().await, Code::NORMAL);
    assert_eq!(heard.recv().await, Some("server namespace disconnect"));
    Visitor::join(&site).await.close().await;
    assert_eq!(heard.recv().await, Some("transport close"));
    assert_eq!(io.main().count(), 0);
}

#[tokio::test]
async fn who_asks_late_why_a_client_left_hears_it_at_once() {
    let io = SocketIo::default();
    let (told, heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move { _ = told.send(socket) }
    });
    let mut heard = heard;
    let site = serve(&io).await;
    let visitor = Visitor::join(&site).await;
    let socket = heard.recv().await.unwrap();
    let (gone, went) = oneshot::channel();
    let gone = std::sync::Mutex::new(Some(gone));
    visitor.close().await;
    while socket.is_connected() {
        tokio::task::yield_now().await;
    }
    socket.on_disconnect(move |reason| {
        let gone = gone.lock().unwrap().take();
        async move { _ = gone.unwrap().send(reason.name()) }
    });
    assert_eq!(went.await, Ok("transport close"));
    assert!(socket.emit("too late", &[]).is_err());
}

#[tokio::test]
async fn an_event_with_a_reserved_name_is_not_sent() {
    let io = SocketIo::default();
    assert!(io.emit("connect", &[]).is_err());
    assert!(io.to("room").emit("disconnect", &[]).is_err());
}

#[tokio::test]
async fn what_no_other_function_hears_is_heard_by_one() {
    let io = SocketIo::default();
    io.on_connect(|socket: Socket| async move {
        socket.on("known", |event: Event| async move { event.ack(&["known".into()]) });
        socket.on_others(|event: Event| async move { event.ack(&[event.name.as_str().into()]) });
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    for (packet, reply) in [(r#"421["known"]"#, r#"431["known"]"#), (r#"422["x"]"#, r#"432["x"]"#)]
    {
        visitor.say(packet).await;
        assert_eq!(visitor.hear().await, reply);
    }
}

#[tokio::test]
async fn what_a_check_has_found_out_is_there_behind_it() {
    let io = SocketIo::default();
    io.main().check(|handshake| async move {
        assert_eq!(handshake.kept::<u64>(), None);
        assert!(handshake.keep(7_u64));
        assert!(!handshake.keep(8_u64), "the first is kept");
        Ok(())
    });
    io.on_connect(|socket: Socket| async move {
        let handshake = socket.handshake();
        assert_eq!(handshake.kept::<String>(), None);
        let kept = *handshake.kept::<u64>().unwrap();
        socket.emit("kept", &[kept.into()])
    });
    let site = serve(&io).await;
    let mut visitor = Visitor::join(&site).await;
    assert_eq!(visitor.hear().await, r#"42["kept",7]"#);
}

#[tokio::test]
async fn who_waits_until_all_is_on_its_way_goes_on_when_it_is_or_the_client_is_gone() {
    let io = SocketIo::default();
    let (told, mut heard) = mpsc::unbounded_channel();
    io.on_connect(move |socket: Socket| {
        let told = told.clone();
        async move {
            let event = Encoded::event(&Namespace::MAIN, "a", &[], None).unwrap();
            for number in 0..2 {
                socket.emit_encoded(&event).unwrap();
                socket.flushed().await;
                _ = told.send((number, socket.is_connected()));
            }
            let reason = socket.disconnected().await;
            assert_eq!(socket.disconnected().await, reason);
            assert!(socket.emit_encoded(&event).is_err());
            _ = told.send((2, false));
        }
    });
    let site = serve(&io).await;
    let mut polling = Polling::open(&site, "/").await;
    assert_eq!(polling.post("40").await, answer(200, "ok"));
    assert!(heard.try_recv().is_err(), "nobody has fetched it");
    assert!(polling.poll().await.1.ends_with(r#"42["a"]"#));
    assert_eq!(heard.recv().await, Some((0, true)));
    assert!(heard.try_recv().is_err(), "nobody has fetched the second one");
    assert_eq!(polling.post("1").await, answer(200, "ok"));
    assert_eq!(heard.recv().await, Some((1, false)));
    assert_eq!(heard.recv().await, Some((2, false)));
}
